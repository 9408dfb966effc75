//! Escapes text from the store for a terminal. Imports std only.

use std::borrow::Cow;

/// The text as it is, or, where it has characters that control a terminal or hide in it, with these escaped.
///
/// The sender of an error chooses its messages, so they are escaped.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    // A backslash as well, so that an escape is told from a text that looks like one.
    let escape = |character: char| match character {
        '\\' => "\\\\".to_owned(),
        hidden if is_hidden(hidden) => hidden.escape_debug().to_string(),
        other => other.to_string(),
    };
    Cow::Owned(text.chars().map(escape).collect())
}

/// Control characters, and those that are invisible, end a line, or turn the text around.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn plain_text_stays_and_the_rest_is_escaped() {
        for plain in ["", "größe `x` \"y\" 日本語 e\u{301} \\n"] {
            assert_eq!(escaped(plain), plain);
        }
        let cases = [
            ("\u{1b}[31mred\n", "\\u{1b}[31mred\\n"),
            ("\\n\n", "\\\\n\\n"),
            ("a\u{202e}b\u{9b}c\u{feff}\u{e0041}", "a\\u{202e}b\\u{9b}c\\u{feff}\\u{e0041}"),
        ];
        for (text, expected) in cases {
            assert_eq!(escaped(text), expected);
        }
    }
}
