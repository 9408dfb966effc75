//! Types with parameters, in both roles: origins of results, and arguments of other results. Imports `results`.

use results::{ContextBase, ResultBase};
use serde::{Deserialize, Serialize};
use std::fmt::{Debug, Display};
use typeport::{Portable, portable};

/// A value and its unit: a result and a context.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Measured<T> {
    /// The value.
    pub value: T,
    /// The unit.
    pub unit: String,
}

#[portable]
impl<T> ResultBase for Measured<T> {
    fn summary(&self) -> String {
        format!("{:?} {}", self.value, self.unit)
    }
}

#[portable]
impl<T> ContextBase for Measured<T> {
    fn label(&self) -> String {
        format!("in {}", self.unit)
    }

    fn rename(&mut self, label: &str) {
        label.clone_into(&mut self.unit);
    }
}

/// Two values.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Pair<A, B> {
    /// The one.
    pub left: A,
    /// The other.
    pub right: B,
}

/// One pattern among the pairs: a value and more of the same.
#[portable]
impl<T> ResultBase for Pair<T, Vec<T>> {
    fn summary(&self) -> String {
        format!("{:?}, then {:?}", self.left, self.right)
    }

    fn count(&self) -> usize {
        1 + self.right.len()
    }

    fn keep(&mut self, limit: usize) {
        self.right.truncate(limit.saturating_sub(1));
    }
}

/// One pair exactly.
#[portable]
impl ResultBase for Pair<i64, String> {
    fn summary(&self) -> String {
        format!("{} {}", self.left, self.right)
    }
}

/// An enum with every kind of variant.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub enum Outcome<T, E> {
    /// Not yet.
    Pending,
    /// A value.
    Done(T),
    /// A value, and the place and reason of what follows it.
    Cut(T, u32, E),
    /// No value.
    Failed {
        /// The reason.
        error: E,
        /// What was tried before.
        causes: Vec<E>,
    },
}

#[portable]
impl<T, E> ResultBase for Outcome<T, E> {
    fn summary(&self) -> String {
        format!("{self:?}")
    }

    fn count(&self) -> usize {
        match self {
            Outcome::Pending => 0,
            Outcome::Done(_) | Outcome::Cut(..) => 1,
            Outcome::Failed { causes, .. } => 1 + causes.len(),
        }
    }

    fn keep(&mut self, limit: usize) {
        if limit == 0 {
            *self = Outcome::Pending;
        }
    }
}

/// A recursive type.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Tree<T> {
    /// The value of this node.
    pub value: T,
    /// The nodes below.
    pub children: Vec<Tree<T>>,
}

#[portable]
impl<T> ResultBase for Tree<T> {
    fn summary(&self) -> String {
        let children: Vec<String> = self.children.iter().map(Tree::summary).collect();
        format!("{:?}({})", self.value, children.join(" "))
    }

    fn count(&self) -> usize {
        1 + self.children.iter().map(Tree::count).sum::<usize>()
    }

    fn keep(&mut self, limit: usize) {
        self.children.truncate(limit.saturating_sub(1));
    }
}

/// An error that keeps the value that it is about.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Rejected<T> {
    /// The value.
    pub value: T,
    /// What is wrong with it.
    pub reason: String,
}

impl<T: Debug> Display for Rejected<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rejected {:?}: {}", self.value, self.reason)
    }
}

impl<T: Debug> std::error::Error for Rejected<T> {}
