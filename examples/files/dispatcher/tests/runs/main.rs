//! Runs of the built dispatcher with the built worker over small folders. Parts: `folder` (the input), `run` (one run),
//! `totals`, `deaths` and `command_line` (the tests).
#![forbid(unsafe_code)]

mod command_line;
mod deaths;
mod folder;
mod run;
mod totals;
