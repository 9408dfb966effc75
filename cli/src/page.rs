//! Output for people: a bounded number of lines, and colours. Imports std only.

/// The most lines of a state or a list of differences without `--full`: a few screens.
pub const LINES: usize = 200;

/// Lines up to a bound; further lines are only counted.
pub struct Page {
    text: String,
    left: usize,
    n_hidden: usize,
}

impl Page {
    pub fn new(lines: usize, is_full: bool) -> Self {
        Page { text: String::new(), left: if is_full { usize::MAX } else { lines }, n_hidden: 0 }
    }

    pub fn line(&mut self, line: &str) {
        let Some(left) = self.left.checked_sub(1) else {
            self.n_hidden = self.n_hidden.saturating_add(1);
            return;
        };
        self.left = left;
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// The lines, and a note with the number of hidden ones.
    pub fn finish(mut self, indent: &str) -> String {
        if self.n_hidden > 0 {
            self.text.push_str(&format!("{indent}.. {} more lines: --full shows them\n", self.n_hidden));
        }
        self.text
    }
}

/// Colours, or none.
#[derive(Clone, Copy)]
pub struct Paint {
    is_on: bool,
}

impl Paint {
    pub fn new(is_on: bool) -> Self {
        Paint { is_on }
    }

    fn in_colour(self, sequence: &str, text: &str) -> String {
        if self.is_on && !text.is_empty() { format!("\u{1b}[{sequence}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A label.
    pub fn label(self, text: &str) -> String {
        self.in_colour("1", text)
    }

    /// Text for a valid or added part.
    pub fn good(self, text: &str) -> String {
        self.in_colour("32", text)
    }

    /// Text for an invalid or removed part.
    pub fn bad(self, text: &str) -> String {
        self.in_colour("31", text)
    }

    /// Text of lesser importance.
    pub fn aside(self, text: &str) -> String {
        self.in_colour("2", text)
    }
}
