//! The rename rules of serde's `rename_all`, which this crate must apply exactly as serde_derive does. Imports no other
//! file.

/// A rule that turns the names of a container's fields or variants into another case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// The rule with this text. serde itself reports an unknown one.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "lowercase" => Case::Lower,
            "UPPERCASE" => Case::Upper,
            "PascalCase" => Case::Pascal,
            "camelCase" => Case::Camel,
            "snake_case" => Case::Snake,
            "SCREAMING_SNAKE_CASE" => Case::ScreamingSnake,
            "kebab-case" => Case::Kebab,
            "SCREAMING-KEBAB-CASE" => Case::ScreamingKebab,
            _ => return None,
        })
    }

    /// Renames a variant, whose name in the source is in `PascalCase`.
    pub fn rename_variant(self, name: &str) -> String {
        match self {
            Case::Pascal => name.to_owned(),
            Case::Lower => name.to_ascii_lowercase(),
            Case::Upper => name.to_ascii_uppercase(),
            Case::Camel => uncapitalized(name),
            Case::Snake => snake_from_pascal(name),
            Case::ScreamingSnake => snake_from_pascal(name).to_ascii_uppercase(),
            Case::Kebab => snake_from_pascal(name).replace('_', "-"),
            Case::ScreamingKebab => snake_from_pascal(name).to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// Renames a field, whose name in the source is in `snake_case`.
    pub fn rename_field(self, name: &str) -> String {
        match self {
            Case::Lower | Case::Snake => name.to_owned(),
            Case::Upper | Case::ScreamingSnake => name.to_ascii_uppercase(),
            Case::Pascal => pascal_from_snake(name),
            Case::Camel => uncapitalized(&pascal_from_snake(name)),
            Case::Kebab => name.replace('_', "-"),
            Case::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn uncapitalized(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + rest.as_str())
}

fn snake_from_pascal(name: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn pascal_from_snake(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    words
        .flat_map(|word| {
            let mut rest = word.chars();
            rest.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(rest)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [&str; 8] = [
        "lowercase",
        "UPPERCASE",
        "PascalCase",
        "camelCase",
        "snake_case",
        "SCREAMING_SNAKE_CASE",
        "kebab-case",
        "SCREAMING-KEBAB-CASE",
    ];

    #[track_caller]
    fn check(rename: fn(Case, &str) -> String, name: &str, expected: [&str; 8]) {
        for (rule, expected) in RULES.iter().zip(expected) {
            let case = Case::parse(rule).expect("a rule of the list");
            assert_eq!(rename(case, name), expected, "{rule}");
        }
    }

    #[test]
    fn variants_are_renamed_as_serde_does() {
        let check = |name, expected| check(Case::rename_variant, name, expected);
        check("Outcome", ["outcome", "OUTCOME", "Outcome", "outcome", "outcome", "OUTCOME", "outcome", "OUTCOME"]);
        check(
            "VeryTasty",
            [
                "verytasty",
                "VERYTASTY",
                "VeryTasty",
                "veryTasty",
                "very_tasty",
                "VERY_TASTY",
                "very-tasty",
                "VERY-TASTY",
            ],
        );
        check("A", ["a", "A", "A", "a", "a", "A", "a", "A"]);
        check("Z42", ["z42", "Z42", "Z42", "z42", "z42", "Z42", "z42", "Z42"]);
    }

    #[test]
    fn fields_are_renamed_as_serde_does() {
        let check = |name, expected| check(Case::rename_field, name, expected);
        check("outcome", ["outcome", "OUTCOME", "Outcome", "outcome", "outcome", "OUTCOME", "outcome", "OUTCOME"]);
        check(
            "very_tasty",
            [
                "very_tasty",
                "VERY_TASTY",
                "VeryTasty",
                "veryTasty",
                "very_tasty",
                "VERY_TASTY",
                "very-tasty",
                "VERY-TASTY",
            ],
        );
        check("a", ["a", "A", "A", "a", "a", "A", "a", "A"]);
        check("_z42_b", ["_z42_b", "_Z42_B", "Z42B", "z42B", "_z42_b", "_Z42_B", "-z42-b", "-Z42-B"]);
    }

    #[test]
    fn an_unknown_rule_is_left_to_serde() {
        assert_eq!(Case::parse("Title Case"), None);
    }
}
