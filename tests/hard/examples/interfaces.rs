//! Every kind of method, supertrait and member that an interface can have.
#![allow(dead_code)]
#![allow(clippy::needless_arbitrary_self_type, reason = "a case")]
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::fmt::{self, Debug, Display};

use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable]
trait Named {
    fn name(&self) -> String;
}

#[portable]
pub(crate) trait Shape: Named + Display + Debug + Send + 'static {
    fn area(&self) -> f64;

    fn scale(&mut self, by: f64, _: (u8, &str)) -> &mut f64;

    fn consume(self: Box<Self>) -> Box<dyn Shape>;

    fn longest<'a>(&'a self, text: &'a str, others: &[&'a str]) -> &'a str
    where
        Self: 'a;

    fn compare(self: &Self, other: &dyn Shape) -> bool;

    fn with_default(&self, mut at: usize) -> usize {
        at += 1;
        at
    }

    #[deprecated]
    fn old(&self) {}

    #[cfg(any())]
    fn absent(&self) -> NoSuchType;

    fn visit<V: Debug>(&self, visitor: V)
    where
        Self: Sized,
    {
        drop(visitor);
    }
}

#[portable(id = "acme::Maker")]
trait Maker {
    fn make() -> Self
    where
        Self: Sized;

    fn convert<T: From<u8>>(&self) -> T
    where
        Self: Sized;

    fn take(self) -> u8
    where
        Self: Sized;

    fn count(&self) -> u8;
}

#[portable]
trait Failure: std::error::Error {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Circle<T> {
    radius: f64,
    label: T,
}

impl<T> Display for Circle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "circle of {}", self.radius)
    }
}

#[portable]
impl<T: Named> Named for Circle<T> {
    fn name(&self) -> String {
        self.label.name()
    }
}

#[portable]
impl<T: Named> Shape for Circle<T> {
    fn area(&self) -> f64 {
        self.radius
    }

    fn scale(&mut self, by: f64, (_, _): (u8, &str)) -> &mut f64 {
        self.radius *= by;
        &mut self.radius
    }

    fn consume(self: Box<Self>) -> Box<dyn Shape> {
        self
    }

    fn longest<'a>(&'a self, text: &'a str, _: &[&'a str]) -> &'a str
    where
        Self: 'a,
    {
        text
    }

    fn compare(&self, other: &dyn Shape) -> bool {
        self.area() < other.area()
    }
}

#[portable]
impl<T: Debug> Maker for Circle<Option<T>> {
    fn make() -> Self {
        Circle { radius: 1.0, label: None }
    }

    fn convert<U: From<u8>>(&self) -> U {
        U::from(1)
    }

    fn take(self) -> u8 {
        1
    }

    fn count(&self) -> u8 {
        1
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Gone;

impl Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("gone")
    }
}

impl std::error::Error for Gone {}

#[portable]
impl Failure for Gone {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Drawing<S: Shape> {
    shapes: Vec<Box<dyn Shape>>,
    first: Option<S>,
}

macro_rules! interface {
    ($name:ident, $method:ident, $ty:ty) => {
        #[portable]
        trait $name {
            fn $method(&self, value: $ty) -> $ty;
        }

        #[portable]
        impl<T: Debug> $name for Circle<T> {
            fn $method(&self, value: $ty) -> $ty {
                value
            }
        }
    };
}

interface!(Echo, echo, u8);

fn main() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    struct Local<T>(T);

    #[portable]
    impl<T> Named for Local<T> {
        fn name(&self) -> String {
            "local".to_owned()
        }
    }
}
