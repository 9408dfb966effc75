//! Expansions name everything by its full path, so no item of the user can get in their way. Types and members need no prelude
//! either; interfaces do, as without one Rust does not find `#[diagnostic]`.
#![allow(dead_code, non_camel_case_types)]

macro_rules! shadow {
    () => {
        mod core {}
        mod std {}
        mod alloc {}
        mod serde {}
        mod inventory {}
        mod typeport {}

        struct Some;
        struct None;
        struct Ok;
        struct Err;
        struct Result;
        struct Option;
        struct Box;
        struct String;
        struct Vec;
        struct Origin;
        struct Shape;
        struct TypeExpr;
        struct Entry;
        struct Erased;
        struct Specialized;
        struct Token;
        struct u128;
        struct i128;
        trait Value {}
        trait Interface {}
        trait Send {}
        trait Sync {}
        trait Sized {}
        trait Into {}
        trait From {}
    };
}

mod interfaces {
    use ::std::fmt::Debug;
    use ::typeport::portable;

    shadow!();

    #[portable]
    pub trait Scorable: Debug {
        fn score(&self) -> f64;

        fn rename(&mut self, name: &str) -> &str;

        fn consume(self: ::std::boxed::Box<Self>) -> i64 {
            0
        }

        fn fresh() -> Self
        where
            Self: ::std::marker::Sized;
    }

    #[portable]
    pub trait Named {
        fn name(&self) -> ::std::string::String;
    }
}

mod types {
    #![no_implicit_prelude]

    use ::typeport::portable;

    shadow!();

    trait Serialize {}
    trait Deserialize {}
    trait Portable {}
    trait Debug {}
    trait Default {}

    #[portable]
    struct Money {
        cents: i64,
        #[serde(default, skip)]
        skipped: u8,
    }

    #[portable]
    struct Pair<T, U: ::typeport::Portable = i64>(T, ::std::vec::Vec<(T, U)>);

    #[portable]
    enum Event<T> {
        Start,
        At(T),
        Between(T, T),
        Named { name: ::std::string::String, at: ::std::option::Option<T> },
    }

    #[portable]
    struct Conditional<T> {
        #[cfg_attr(all(), serde(rename = "v"))]
        value: T,
    }

    #[portable(as_failure)]
    struct Failed;

    impl ::std::fmt::Display for Failed {
        fn fmt(&self, _: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            ::std::result::Result::Ok(())
        }
    }

    impl ::std::error::Error for Failed {}
}

mod members {
    #![no_implicit_prelude]

    use ::serde::{Deserialize, Serialize};
    use ::std::fmt::Debug;
    use ::typeport::{Portable, portable};

    use super::interfaces::{Named, Scorable};

    shadow!();

    #[derive(Debug, Serialize, Deserialize, Portable)]
    struct Money {
        cents: i64,
    }

    #[derive(Debug, Serialize, Deserialize, Portable)]
    struct Pair<T, U: ::std::clone::Clone = i64>(T, U);

    #[derive(Debug, Serialize, Deserialize, Portable)]
    struct Grid<T, const N: ::std::primitive::usize, const SIGN: i8> {
        cells: ::std::vec::Vec<T>,
    }

    #[derive(Debug, Serialize, Deserialize, Portable)]
    enum Event<T> {
        Start,
        At(T),
        Between(T, T),
        Named { name: ::std::string::String, at: T },
    }

    #[portable]
    impl Scorable for Money {
        fn score(&self) -> f64 {
            0.0
        }

        fn rename(&mut self, _: &str) -> &str {
            ""
        }

        fn fresh() -> Self {
            Money { cents: 0 }
        }
    }

    #[portable]
    impl<T: Named, U: ::std::clone::Clone> Named for Pair<T, U> {
        fn name(&self) -> ::std::string::String {
            self.0.name()
        }
    }

    #[portable(specialize(Grid<i64, 3, -1>))]
    impl<T, const N: ::std::primitive::usize, const SIGN: i8> Named for Grid<T, N, SIGN> {
        fn name(&self) -> ::std::string::String {
            ::std::string::String::new()
        }
    }
}

fn main() {}
