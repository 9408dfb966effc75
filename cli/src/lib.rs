//! The command line `typeport`, which inspects envelopes without linking their types. A library, so
//! that tests call the same code as the binary.
//!
//! Layers, the lowest first: `args`, `encoding`, `page`, `text`; `tree`, `trouble`; `draw`, `input`, `json_tree`, `tree_diff`;
//! `look`, `schema_diff`; one file per command, except that `manual` has two.
//! Invariant: data of an input reaches the output only through `text`, which escapes everything that a terminal would act on.
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
mod json_tree;
mod look;
mod manual;
mod page;
mod schema_diff;
mod text;
mod tree;
mod tree_diff;
mod trouble;
mod types;
mod verify;

use args::{Arguments, Command, Common};
use clap::Parser;
use input::Stdin;
use page::Paint;
use std::ffi::OsString;
use std::io::Read;
use text::shown;
use trouble::{Answer, Trouble};

/// The output and exit code of the program.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code.
    pub exit: u8,
}

/// Which outputs are terminals, and so may be coloured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminals {
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
}

/// Runs the command line on `arguments`, the first of which is the program's name.
pub fn run(arguments: &[OsString], stdin: &mut dyn Read, terminals: Terminals) -> Output {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, arguments.iter().any(|argument| argument == "--json")),
    };
    let Common { json, color, .. } = arguments.common;
    let paint = |is_terminal| Paint::new(color.is_on(is_terminal));
    match dispatch(&arguments, &mut Stdin(Some(stdin)), paint(terminals.stdout)) {
        Ok(Answer { text, errors, exit }) => {
            let stderr = errors.iter().map(|trouble| trouble.line(paint(terminals.stderr))).collect();
            Output { stdout: text, stderr, exit }
        }
        Err(trouble) if json => Output { stdout: trouble.json(), stderr: String::new(), exit: trouble.exit },
        Err(trouble) => {
            let stderr = trouble.line(paint(terminals.stderr));
            Output { stdout: String::new(), stderr, exit: trouble.exit }
        }
    }
}

fn dispatch(arguments: &Arguments, stdin: &mut Stdin<'_>, paint: Paint) -> Result<Answer, Trouble> {
    let common = &arguments.common;
    match &arguments.command {
        Command::Inspect(options) => inspect::run(options, common, stdin, paint),
        Command::Verify(options) => verify::run(options, common, stdin, paint),
        Command::Types(options) => types::run(options, common, stdin),
        Command::Diff(options) => diff::run(options, common, stdin, paint),
        Command::Convert(options) => convert::run(options, common, stdin),
        Command::Completions { shell } => manual::completions(*shell, common),
        Command::Man { command } => manual::man(command.as_deref(), common),
    }
}

/// Help and version are not errors, and go to standard output. An error is escaped, as it repeats arguments from unknown
/// authors.
fn usage(error: &clap::Error, is_json: bool) -> Output {
    let text = error.render().to_string();
    match error.use_stderr() {
        true if is_json => {
            let trouble = Trouble::usage(text);
            Output { stdout: trouble.json(), exit: trouble.exit, ..Output::default() }
        }
        true => {
            let stderr = text.lines().map(|line| shown(line) + "\n").collect();
            Output { stderr, exit: trouble::TROUBLE, ..Output::default() }
        }
        false => Output { stdout: text, ..Output::default() },
    }
}
