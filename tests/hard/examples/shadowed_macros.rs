//! Macros, functions and constants of the user with names that expansions and their library might use.
#![allow(dead_code, unused_macros, non_snake_case, non_upper_case_globals)]

macro_rules! shadow {
    ($($name:ident)*) => {$(
        macro_rules! $name {
            ($d:tt) => { compile_error!("a macro of the user was called") };
        }
    )*};
}

shadow!(vec format panic assert matches unreachable stringify concat env file line module_path cfg include todo id site
    own_traits submit entry specialize boxed_interface_methods);

const ORIGIN: u8 = 0;
const TYPE: u8 = 0;
const SHAPE: u8 = 0;
const CAST: u8 = 0;
static ENTRY: u8 = 0;

fn native_type() {}
fn unbox() {}
fn drop() {}
fn from_slice() {}

use ::serde::{Deserialize, Serialize};
use ::typeport::{Portable, portable};

mod serde {}
mod typeport {}

/// A trait of the user's by the name of each that the expansions implement or call.
mod traits {
    pub trait Clone {
        fn clone(&self) -> u8 {
            0
        }
    }
    impl<T> Clone for T {}
    pub trait ToOwned {
        fn to_owned(&self) -> u8 {
            0
        }
        fn into(&self) -> u8 {
            0
        }
        fn type_name(&self) -> u8 {
            0
        }
        fn as_ref(&self) -> u8 {
            0
        }
    }
    impl<T: ?Sized> ToOwned for T {}
}

#[allow(unused_imports)]
use traits::{Clone as _, ToOwned as _};

#[portable]
trait Base {
    fn clone_of(&self) -> u8;

    fn get(&self) -> u8;

    fn enter(&mut self, value: u8);
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Fields<T> {
    origin: T,
    shape: u8,
    r#type: u8,
    r#fn: T,
    __value: u8,
    __erased: Vec<T>,
}

#[portable]
impl<T: Portable> Base for Fields<T> {
    fn clone_of(&self) -> u8 {
        self.shape
    }

    fn get(&self) -> u8 {
        self.__value
    }

    fn enter(&mut self, value: u8) {
        self.r#type = value;
    }
}

fn main() {}
