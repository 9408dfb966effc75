//! The readable text in arbitrary bytes. Imports nothing.
//!
//! Invariant: the result is safe to print: it has no control, invisible or bidirectional characters.

/// Shorter runs occur in any bytes by chance.
const SHORTEST_RUN: usize = 4;

/// Enough to recognize a format or a sentence, and short enough for a log line.
const MOST_CHARACTERS: usize = 200;

/// Returns the readable text in any bytes, for a message about bytes that cannot be decoded.
///
/// The text consists of the runs of at least four letters and digits of any script and printable ASCII characters, in UTF-8, joined
/// by ` .. `. Of more than 200 characters it has the first 200, and `..`. It contains no control, bidirectional or other invisible
/// characters, and so no escape sequences. It shows payload: keep it out of logs that may not contain any.
///
/// ```
/// let bytes = b"\x00\x07{\"user\":\"ann\"}\xff\xff\x1b[31mred\n";
/// assert_eq!(typeport::readable_text(bytes), "{\"user\":\"ann\"} .. [31mred");
/// ```
pub fn readable_text(bytes: &[u8]) -> String {
    let texts = bytes.utf8_chunks().flat_map(|chunk| chunk.valid().split(|character| !is_readable(character)));
    let runs = texts.filter(|run| run.chars().nth(SHORTEST_RUN - 1).is_some());
    let mut characters = runs.flat_map(|run| [" .. ", run]).skip(1).flat_map(str::chars);
    let mut text: String = characters.by_ref().take(MOST_CHARACTERS).collect();
    if characters.next().is_some() {
        text.push_str("..");
    }
    text
}

fn is_readable(character: char) -> bool {
    // Unicode counts the Hangul fillers as letters, but they are invisible.
    let is_filler = matches!(character, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    matches!(character, ' '..='~') || (character.is_alphanumeric() && !is_filler)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: impl AsRef<[u8]>, expected: &str) {
        assert_eq!(readable_text(bytes.as_ref()), expected);
    }

    #[test]
    fn runs_of_four_characters_are_kept() {
        check("", "");
        check("abc", "");
        check("abcd", "abcd");
        check("abc\0abcd\0\0abc\0efgh", "abcd .. efgh");
        check("\0größe\0日本語字\0", "größe .. 日本語字");
        check("e\u{301}tat", "");
        check("    ~~~~\u{7f}", "    ~~~~");
    }

    #[test]
    fn bytes_that_are_no_text_end_a_run() {
        check(b"abcd\xffefgh\xc3", "abcd .. efgh");
        check(b"ab\xffcd", "");
        check(b"\xed\xa0\x80abcd\xf4\x90\x80\x80", "abcd");
        check([0xff; 100], "");
    }

    #[test]
    fn what_changes_a_terminal_ends_a_run() {
        check("\u{1b}[31mred\u{7}\r\n\u{9b}2Jgone", "[31mred .. 2Jgone");
        check("abcd\u{202e}dcba\u{2066}efgh\u{feff}ijkl", "abcd .. dcba .. efgh .. ijkl");
        check("abcd\u{200b}\u{ad}\u{a0}\u{2028}efgh\u{e0041}", "abcd .. efgh");
        check("\u{115f}\u{1160}\u{3164}\u{ffa0}", "");
    }

    /// Whether Unicode calls the character default ignorable, so that a terminal shows nothing.
    fn is_invisible(character: char) -> bool {
        matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{3164}')
            || matches!(character, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(character, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
            || matches!(character, '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
            || matches!(character, '\u{e0000}'..='\u{e0fff}')
    }

    #[test]
    fn every_character_is_kept_or_ends_a_run() {
        for character in ('\0'..=char::MAX).step_by(if cfg!(miri) { 20_011 } else { 1 }) {
            let run = String::from_iter([character; SHORTEST_RUN]);
            let is_kept = matches!(character, ' '..='~') || (character.is_alphanumeric() && !is_invisible(character));
            assert_eq!(readable_text(run.as_bytes()), if is_kept { run.as_str() } else { "" }, "{character:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        check("é".repeat(200), &"é".repeat(200));
        check("é".repeat(201), &["é".repeat(200), "..".to_owned()].concat());
        check(["a".repeat(200), "\0abc".to_owned()].concat(), &"a".repeat(200));
        check(["a".repeat(198), "\0abcd".to_owned()].concat(), &["a".repeat(198), " ...".to_owned()].concat());
    }

    #[test]
    fn nothing_unprintable_comes_out_of_any_bytes() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) % below
        };
        for _ in 0..if cfg!(miri) { 10 } else { 20_000 } {
            let mut bytes = Vec::new();
            for _ in 0..random(60) {
                let below = [0x80, 0x3000, 0x11_0000, 0x11_0000][random(4) as usize];
                let character = char::from_u32(random(below) as u32).unwrap_or('\u{202e}');
                match random(4) {
                    0 => bytes.push(random(256) as u8),
                    1 => bytes.extend(b"text".iter().take(random(5) as usize)),
                    _ => bytes.extend(character.to_string().bytes()),
                }
            }
            let text = readable_text(&bytes);
            assert!(text.chars().count() <= MOST_CHARACTERS + 2, "{bytes:?}");
            for character in text.chars() {
                let is_printable = matches!(character, ' '..='~') || character.is_alphanumeric();
                assert!(is_printable && !is_invisible(character), "{character:?} of {bytes:?}");
            }
            assert_eq!(text, readable_text(&bytes));
        }
    }
}
