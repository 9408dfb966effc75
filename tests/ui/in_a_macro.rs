use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable]
trait Base {
    fn total(&self) -> i64;
}

macro_rules! money {
    ($name:ident, $id:literal, $field:ty) => {
        #[derive(Debug, Serialize, Deserialize, Portable)]
        #[portable(id = $id)]
        struct $name<T: Copy> {
            cents: $field,
            #[serde(flatten)]
            more: T,
        }

        #[portable]
        impl<T: Copy> Base for $name<T> {
            fn total(&self) -> i64 {
                0
            }
        }
    };
}

money!(Money, "Money", i64);

fn main() {}
