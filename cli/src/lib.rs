//! The command line `typeport`: what is in an envelope, shown by a program that links none of its types. A library, so
//! that tests call what the binary calls.
//!
//! Layers, the lowest first: `text`, `trouble`; `args`, `page`, `tree`; `encoding`, `input`, `look`; one file a command.
//! Invariant: nothing of an input reaches the output but through `text`, which escapes what a terminal would act on.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used,
    )
)]

mod args;
mod convert;
mod diff;
mod draw;
mod encoding;
mod input;
mod inspect;
mod look;
mod page;
mod pages;
mod schema_diff;
mod text;
mod tree;
mod tree_diff;
mod trouble;
mod types;
mod verify;

use args::{Arguments, Command};
use clap::Parser;
use page::Paint;
use std::ffi::OsString;
use std::io::Read;
use trouble::{Answer, Trouble};

/// What the program says and how it ends.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code.
    pub exit: u8,
}

/// Runs the command line on `arguments`, the first of which is the program's name. `is_terminal` says whether a person
/// reads the output, so that it may be coloured.
pub fn run(arguments: impl IntoIterator<Item = OsString>, stdin: &mut dyn Read, is_terminal: bool) -> Output {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let (is_json, paint) = (arguments.common.json, Paint::new(arguments.common.color.is_on(is_terminal)));
    match dispatch(&arguments, stdin, paint) {
        Ok(Answer { text, errors, exit }) => Output { stdout: text, stderr: errors, exit },
        Err(trouble) if is_json => Output { stdout: trouble.json(), stderr: String::new(), exit: trouble.exit },
        Err(trouble) => Output { stdout: String::new(), stderr: trouble.line(paint), exit: trouble.exit },
    }
}

fn dispatch(arguments: &Arguments, stdin: &mut dyn Read, paint: Paint) -> Result<Answer, Trouble> {
    let common = &arguments.common;
    match &arguments.command {
        Command::Inspect(options) => inspect::run(options, common, stdin, paint),
        Command::Verify(options) => verify::run(options, common, stdin, paint),
        Command::Types(options) => types::run(options, common, stdin),
        Command::Diff(options) => diff::run(options, common, stdin, paint),
        Command::Convert(options) => convert::run(options, common, stdin),
        Command::Completions { shell } => pages::completions(*shell, common),
        Command::Man { command } => pages::man(command.as_deref(), common),
    }
}

/// Help and the version are no errors, and go to standard output.
fn usage(error: &clap::Error) -> Output {
    let text = error.render().to_string();
    match error.use_stderr() {
        true => Output { stderr: text, exit: trouble::TROUBLE, ..Output::default() },
        false => Output { stdout: text, ..Output::default() },
    }
}
