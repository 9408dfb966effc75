#![forbid(unsafe_code)]
mod error; mod limits; mod wire; mod type_name; mod shape;
pub use error::{Error, Result};
pub use limits::Limits;
pub use type_name::{TypeName, TypeRef};
