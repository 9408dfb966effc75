//! Contexts: generic, empty, and with a foreign type in it. Imports `interfaces`.

use crate::ContextBase;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

/// A value that jobs are run with, under a label.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct GenericContext<T> {
    /// What people call it.
    pub label: String,
    /// The value.
    pub value: T,
}

#[portable]
impl<T: Portable> ContextBase for GenericContext<T> {
    fn label(&self) -> String {
        format!("{} = {:?}", self.label, self.value)
    }

    fn rename(&mut self, label: &str) {
        label.clone_into(&mut self.label);
    }
}

/// No context.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct NullContext;

#[portable]
impl ContextBase for NullContext {
    fn label(&self) -> String {
        "nowhere".to_owned()
    }
}

/// A day.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct DateContext {
    /// The day.
    #[portable(opaque = "chrono::NaiveDate")]
    pub day: NaiveDate,
}

#[portable]
impl ContextBase for DateContext {
    fn label(&self) -> String {
        self.day.to_string()
    }
}
