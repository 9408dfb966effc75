//! Makes foreign text safe for a terminal: escapes, quotes and cuts it. Imports std only.
//!
//! Invariant: results contain no control, bidirectional or other format characters.

/// The most characters of a text without `--full`.
pub const SHOWN: usize = 200;
/// Characters that count as letters but are invisible: a name with one of them would look like another name.
const INVISIBLE: [char; 5] = ['\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}'];

/// Whether a terminal only displays this character. Combining marks are escaped too, as any number of them may
/// follow each other.
fn is_plain(character: char) -> bool {
    let is_quoted = matches!(character, '"' | '\'' | '\\');
    is_quoted || (character.escape_debug().len() == 1 && !INVISIBLE.contains(&character))
}

/// `text` with all characters that are not plain as `\u{..}`.
pub fn shown(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, character| {
        match is_plain(character) {
            true => out.push(character),
            false => out.extend(character.escape_unicode()),
        }
        out
    })
}

/// Like [`shown`], cut after `longest` characters.
pub fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest).and_then(|(at, _)| text.get(..at)) {
        Some(front) => format!("{}..", shown(front)),
        None => shown(text),
    }
}

/// `1 type`, `2 types`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A string in quotes, cut after `longest` characters, with its length if it was cut.
pub fn quoted(text: &str, longest: usize) -> String {
    let mut out = String::from("\"");
    for character in text.chars().take(longest) {
        match character {
            '"' | '\\' | '\n' | '\r' | '\t' => out.extend(character.escape_default()),
            _ if is_plain(character) => out.push(character),
            _ => out.extend(character.escape_unicode()),
        }
    }
    out.push('"');
    let n_characters = text.chars().count();
    if n_characters > longest {
        out.push_str(&format!(".. ({n_characters} characters)"));
    }
    out
}

/// JSON text with each character that is not plain as `\u....`, or as a space between values.
pub fn plain_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            _ if is_plain(character) => out.push(character),
            // JSON allows none of these inside a string.
            '\n' | '\r' | '\t' => out.push(' '),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_escaped() {
        assert_eq!(shown("a\u{1b}[31m\u{202e}b\u{9b}\n\u{e0041}"), "a\\u{1b}[31m\\u{202e}b\\u{9b}\\u{a}\\u{e0041}");
        assert_eq!(shown("naïve — 漢字 ✓ \u{3164}"), "naïve — 漢字 ✓ \\u{3164}");
        assert_eq!(quoted("say \"hi\"\n\u{7f}", 200), "\"say \\\"hi\\\"\\n\\u{7f}\"");
        assert_eq!(plain_json("{\"a\u{7f}\u{e0041}\":\n1}"), "{\"a\\u007f\\udb40\\udc41\": 1}");
    }

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(shortened("abcdef", 3), "abc..");
        assert_eq!(quoted("äöü", 2), "\"äö\".. (3 characters)");
    }
}
