//! Text of others on its way to a terminal: escaped, quoted, cut; and what can be read in bytes. Imports std only.
//!
//! Invariant: what leaves this file holds no control, bidirectional or other format character.

/// Characters of a readable text, and of a text in an output that is not `--full`.
pub const SHOWN: usize = 200;
/// Fewer printable characters in a row are chance.
const RUN: usize = 4;
/// Letters by their category, that no font draws: a name with one of them would pass as another name.
const INVISIBLE: [char; 5] = ['\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}'];

/// Whether a terminal shows this character, and does nothing else on it. Marks that combine with the letter before
/// are escaped too, since any number of them may follow each other.
fn is_plain(character: char) -> bool {
    let is_quoted = matches!(character, '"' | '\'' | '\\');
    is_quoted || (character.escape_debug().len() == 1 && !INVISIBLE.contains(&character))
}

/// `text` with all that is not plain as `\u{..}`.
pub fn shown(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, character| {
        match is_plain(character) {
            true => out.push(character),
            false => out.extend(character.escape_unicode()),
        }
        out
    })
}

/// As [`shown`], and cut behind `longest` characters.
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

/// A string in quotes, cut behind `longest` characters, with its length where it was cut.
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

/// JSON text in which each character that is not plain stands as `\u....`; between values, as a space.
pub fn plain_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            _ if is_plain(character) => out.push(character),
            // Inside of a string JSON allows none of these.
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

/// The printable text in `bytes`: runs of at least four characters, joined by ` .. `, at most 200 characters of them.
pub fn readable_text(bytes: &[u8]) -> String {
    let mut runs = Runs::default();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match is_plain(character) {
                true => runs.run.push(character),
                false => runs.end(),
            }
            if runs.is_full() {
                break;
            }
        }
        if runs.is_full() {
            break;
        }
        if !chunk.invalid().is_empty() {
            runs.end();
        }
    }
    runs.end();
    runs.out.chars().take(SHOWN).collect()
}

/// The runs found so far, and the one that goes on.
#[derive(Default)]
struct Runs {
    out: String,
    run: String,
}

impl Runs {
    /// Bytes, which are no fewer than characters, so that this is late, never early.
    fn is_full(&self) -> bool {
        self.out.len().max(self.run.len()) > SHOWN.saturating_mul(4)
    }

    fn end(&mut self) {
        if self.run.chars().count() >= RUN {
            if !self.out.is_empty() {
                self.out.push_str(" .. ");
            }
            self.out.push_str(&self.run);
        }
        self.run.clear();
    }
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

    #[test]
    fn text_is_found_in_bytes() {
        assert_eq!(readable_text(b"\x00\x05hello\x01abc\x02world\xff\xfewide"), "hello .. world .. wide");
        assert_eq!(readable_text(b"\x1b[31mred"), "[31mred");
        assert_eq!(readable_text(&b"long ".repeat(1000)).chars().count(), SHOWN);
        assert_eq!(readable_text(&b"abcd\0".repeat(1000)).chars().count(), SHOWN);
        assert_eq!(readable_text(&[]), "");
    }
}
