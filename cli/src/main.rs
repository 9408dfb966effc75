//! The binary `typeport`: arguments and standard streams around `typeport_cli::run`.
#![forbid(unsafe_code)]

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let output = typeport_cli::run(std::env::args_os(), &mut std::io::stdin(), std::io::stdout().is_terminal());
    // A reader that has seen enough, such as `head`, closes the pipe: no failure of ours.
    let _ = std::io::stdout().write_all(output.stdout.as_bytes());
    let _ = std::io::stderr().write_all(output.stderr.as_bytes());
    ExitCode::from(output.exit)
}
