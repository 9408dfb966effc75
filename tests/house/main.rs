//! The rules of the house, and the macros' refusals: tests that read the repository and start compilers.

mod tidy;
mod ui;
