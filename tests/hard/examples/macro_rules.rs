//! Types, interfaces and members that a `macro_rules!` macro generates, from fragments of every kind.
#![allow(dead_code)]

use serde::{Deserialize, Serialize};
use typeport::{Portable, Value, portable};

macro_rules! interface {
    ($(#[$meta:meta])* $vis:vis $name:ident: $($supertrait:path),* { $($method:ident($($arg:ident: $ty:ty),*) -> $result:ty;)* }) => {
        $(#[$meta])*
        #[portable]
        $vis trait $name: $($supertrait +)* {
            $(fn $method(&self, $($arg: $ty),*) -> $result;)*
        }
    };
}

interface! {
    /// Has docs.
    pub Scorable: std::fmt::Debug, Send { score(weight: f64, by: &str) -> f64; }
}

macro_rules! types {
    ($($vis:vis $name:ident<$($param:ident),*> as $id:literal { $($field:ident: $ty:ty = $rename:literal),* })*) => {$(
        #[derive(Debug, Serialize, Deserialize, Portable)]
        #[portable(id = $id)]
        $vis struct $name<$($param),*> {
            $(#[serde(rename = $rename)] $field: $ty),*
        }

        #[portable]
        impl<$($param: Portable),*> Scorable for $name<$($param),*> {
            fn score(&self, weight: f64, _: &str) -> f64 {
                let __value = weight;
                __value
            }
        }
    )*};
}

types! {
    pub One<> as "acme::One" { value: i64 = "v", r#type: String = "t" }
    pub(crate) Two<A, B> as "acme::Two" { left: Vec<A> = "l", right: Option<(B, A)> = "r" }
}

macro_rules! listed {
    ($name:ident; $bound:path; $($ty:ty),*) => {
        #[derive(Debug, Serialize, Deserialize, Portable)]
        #[portable(specialize($($name<$ty>),*))]
        struct $name<T: $bound>(T);

        #[portable(specialize($($name<$ty>),*))]
        impl<T: $bound> Scorable for $name<T> {
            fn score(&self, _: f64, _: &str) -> f64 {
                0.0
            }
        }
        $(typeport::specialize!(Vec<$name<$ty>> as dyn Value);)*
    };
}

listed!(Sum; Copy; i64, u8);

macro_rules! variants {
    ($name:ident { $($variant:ident $(($($ty:ty),*))? $(= $text:literal)?),* }) => {
        #[derive(Debug, Serialize, Deserialize, Portable)]
        enum $name {
            $($(#[serde(rename = $text)])? $variant $(($($ty),*))?),*
        }
    };
}

macro_rules! attributed {
    ($(#[$meta:meta])* struct $name:ident<$($param:ident: $bound:path),*> as $id:literal $($key:ident)? { $($(#[$on_field:meta])* $field:ident: $ty:ty = $rename:literal),* }) => {
        #[portable(id = $id $(, $key(Debug))?)]
        $(#[$meta])*
        struct $name<$($param: $bound),*> {
            $($(#[$on_field])* #[serde(rename = $rename)] $field: $ty),*
        }
    };
}

attributed! {
    /// Has docs.
    #[derive(Clone, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Attributed<T: Portable, U: Copy> as "acme::Attributed" { left: Vec<T> = "l", #[serde(skip)] right: std::marker::PhantomData<(T, U)> = "r" }
}

attributed! {
    #[derive(Debug)]
    struct Quiet<> as "acme::Quiet" skip { #[cfg(all())] #[portable(opaque = "u8")] value: u8 = "v" }
}

variants!(Event { Start, At(i64) = "at", Between(i64, Vec<One>) });

/// A macro that makes a macro that makes a type.
#[rustfmt::skip]
macro_rules! outer {
    ($d:tt $inner:ident) => {
        macro_rules! $inner {
            ($d name:ident) => {
                #[derive(Debug, Serialize, Deserialize, Portable)]
                struct $d name;
            };
        }
    };
}

outer!($ inner);
inner!(Deep);

/// The types' own names for things that the expansions use as well.
macro_rules! local {
    ($T:ident) => {
        fn local() {
            #[derive(Debug, Serialize, Deserialize, Portable)]
            struct Local<$T> {
                value: $T,
            }
            #[portable]
            impl<$T: Portable> Scorable for Local<$T> {
                fn score(&self, _: f64, _: &str) -> f64 {
                    1.0
                }
            }
            let _: Box<dyn Scorable> = Box::new(Local { value: 1_u8 });
        }
    };
}

local!(E);

fn main() {}
