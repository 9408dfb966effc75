//! The rules of the house, and the macros' refusals: tests that read the repository and run compilers.

mod layers;
mod tidy;
mod ui;
