//! The interfaces. Imports typeport only.

use typeport::portable;

/// Whatever a job can answer with.
#[portable]
pub trait ResultBase {
    /// The values, in one line.
    fn summary(&self) -> String;

    /// The number of values.
    fn count(&self) -> usize {
        1
    }

    /// Keeps the first `limit` values; a result that is one value keeps it.
    fn keep(&mut self, limit: usize) {
        let _ = limit;
    }

    /// What it is, and how much of it.
    fn title(&self) -> String {
        format!("{} of {}", self.type_name(), self.count())
    }

    /// The summary as seen from a context.
    fn within(&self, context: &dyn ContextBase) -> String {
        format!("{}: {}", context.label(), self.summary())
    }

    /// The summary, and the end of the result.
    fn into_text(self: Box<Self>) -> String {
        self.summary()
    }
}

/// Whatever a job can be run in.
#[portable]
pub trait ContextBase {
    /// What people call it.
    fn label(&self) -> String;

    /// Gives it another label, if it has one of its own.
    fn rename(&mut self, label: &str) {
        let _ = label;
    }

    /// The label and the type.
    fn line(&self) -> String {
        format!("{} [{}]", self.label(), self.type_name())
    }
}

/// Whatever can be ranked: a bound that user code puts on type parameters.
#[portable]
pub trait Scorable {
    /// The higher the better.
    fn score(&self) -> f64;
}

/// Trait objects are equal if they are of one type and have the same state.
impl PartialEq for dyn ResultBase {
    fn eq(&self, other: &Self) -> bool {
        matches!((typeport::to_vec(self), typeport::to_vec(other)), (Ok(left), Ok(right)) if left == right)
    }
}
