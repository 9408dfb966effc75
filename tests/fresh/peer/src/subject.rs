//! Calls every method of a trait object's interface. Imports `results` and `report`.

use crate::report::Seen;
use results::{ContextBase, NullContext, ResultBase};
use typeport::{Codec, Interface, Portable};

/// An interface that the tests can ask and change.
pub trait Subject: Interface {
    /// The interface's name on the command line.
    const NAME: &'static str;

    /// The results of all methods that read.
    fn ask(&self) -> Vec<String>;

    /// Calls the method that changes the value.
    fn change(&mut self);

    /// Calls the method that consumes the value, or the last one of the interface.
    fn finish(self: Box<Self>) -> String;
}

impl Subject for dyn ResultBase {
    const NAME: &'static str = "ResultBase";

    fn ask(&self) -> Vec<String> {
        vec![self.summary(), self.count().to_string(), self.title(), self.within(&NullContext), format!("{self:?}")]
    }

    fn change(&mut self) {
        self.keep(1);
    }

    fn finish(self: Box<Self>) -> String {
        self.into_text()
    }
}

impl Subject for dyn ContextBase {
    const NAME: &'static str = "ContextBase";

    fn ask(&self) -> Vec<String> {
        vec![self.label(), self.line(), format!("{self:?}")]
    }

    fn change(&mut self) {
        self.rename("another");
    }

    fn finish(self: Box<Self>) -> String {
        self.line()
    }
}

/// Asks, encodes, changes, asks, encodes and consumes a value.
///
/// # Errors
///
/// It cannot be encoded.
pub fn see<I: Subject + ?Sized>(codec: &Codec, mut value: Box<I>) -> typeport::Result<Seen>
where
    Box<I>: Portable,
{
    let type_name = value.type_name().to_string();
    let mut answers = value.ask();
    let bytes = codec.to_vec(&*value)?;
    value.change();
    answers.append(&mut value.ask());
    let changed_bytes = codec.to_vec(&value)?;
    answers.push(value.finish());
    Ok(Seen { type_name, answers, bytes, changed_bytes })
}
