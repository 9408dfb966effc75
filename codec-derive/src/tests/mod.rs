//! What the macros accept, refuse and become, as data. The compile-fail cases of the core crate show the same errors as
//! users see them.

mod declarations;
mod erasure;
mod expansions;
mod generated;
mod layers;
mod passing;
mod refusals;
