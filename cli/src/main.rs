//! The binary `typeport`: arguments and standard streams around `typeport_cli::run`.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::io::{IsTerminal, Write, stderr, stdin, stdout};
use std::process::ExitCode;
use typeport_cli::Terminals;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let terminals = Terminals { stdout: stdout().is_terminal(), stderr: stderr().is_terminal() };
    let output = typeport_cli::run(&arguments, &mut stdin(), terminals);
    // A reader that has seen enough, such as `head`, closes the pipe, which is not an error.
    let _ = stdout().write_all(output.stdout.as_bytes());
    let _ = stderr().write_all(output.stderr.as_bytes());
    ExitCode::from(output.exit)
}
