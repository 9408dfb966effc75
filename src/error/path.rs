//! The path to an error inside a value, such as `jobs[3].value`. Imports nothing.
//!
//! Invariant: steps are positions, and names from this program's code, never content of the input.

use std::fmt;

/// One step from a value into a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of a struct.
    Field(&'static str),
    /// A field of a tuple.
    Position(usize),
    /// A variant of an enum.
    Variant(&'static str),
    /// An element of a sequence, or the value of a map's entry.
    Element(usize),
    /// The key of a map's entry.
    Key(usize),
}

/// The steps of a path, collected from the inside out while an error propagates.
#[derive(Clone, Default)]
pub(super) struct Path {
    inside_out: Vec<Step>,
}

/// Steps printed at each end of a longer path.
const PRINTED: usize = 16;

impl Path {
    pub(super) fn push(&mut self, step: Step) {
        self.inside_out.push(step);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.inside_out.is_empty()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = self.inside_out.len().saturating_sub(2 * PRINTED);
        for (place, step) in self.inside_out.iter().rev().enumerate() {
            let dot = if place == 0 { "" } else { "." };
            match step {
                _ if hidden > 0 && place == PRINTED => f.write_str("...")?,
                _ if place > PRINTED && place < PRINTED.saturating_add(hidden) => {}
                Step::Field(name) | Step::Variant(name) => write!(f, "{dot}{name}")?,
                Step::Position(index) => write!(f, "{dot}{index}")?,
                Step::Element(index) => write!(f, "[{index}]")?,
                Step::Key(index) => write!(f, "[key {index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(outside_in: &[Step], expected: &str) {
        let path = Path { inside_out: outside_in.iter().rev().copied().collect() };
        assert_eq!(path.to_string(), expected);
    }

    #[test]
    fn a_path_reads_like_the_code_that_takes_it() {
        check(&[], "");
        check(&[Step::Field("jobs"), Step::Element(3), Step::Field("value")], "jobs[3].value");
        check(&[Step::Element(0), Step::Position(1), Step::Variant("Failed"), Step::Key(2)], "[0].1.Failed[key 2]");
    }

    #[test]
    fn a_long_path_is_cut_in_the_middle() {
        let path = Path { inside_out: (0..1000).rev().map(Step::Element).collect() };
        let text = path.to_string();
        assert!(text.starts_with("[0][1]") && text.ends_with("[998][999]"), "{text}");
        assert!(text.contains("[15]...[984]"), "{text}");
    }
}
