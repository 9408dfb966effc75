//! The arguments: what clap parses, and its help, completions and pages are made of. Imports clap and the limits of typeport.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;
use typeport::Limits;

const EXIT_CODES: &str = "Exit codes:
  0  all is well; of diff: both are the same
  1  an input is not sound or its state cannot be converted; of diff: the two differ
  2  nothing can be said: wrong usage, a file that cannot be read, a schema that is none; of diff: also an unsound input

A FILE is an envelope as bytes, or as hex or base64 text; `-` is standard input. At most one byte more is read of it than
the limit for an envelope allows. A schema is the JSON text of typeport's `Schema`, as made by
`serde_json::to_string(&Registry::global().schema())`.";

/// Looks into typeport envelopes, without the types that are in them.
#[derive(Debug, Parser)]
#[command(name = "typeport", version, about, after_help = EXIT_CODES, max_term_width = 120)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

/// What every command takes.
#[derive(Debug, Args)]
pub struct Common {
    /// Prints one JSON document, errors included, to standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Colours the output; `auto`: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Trusts who made the input: larger limits, up to 1 GiB for an envelope
    #[arg(long, global = true)]
    pub trusted: bool,
    /// Shows all lines and whole texts
    #[arg(long, global = true)]
    pub full: bool,
}

impl Common {
    /// How much may be read and decoded.
    pub fn limits(&self) -> Limits {
        if self.trusted { Limits::trusted() } else { Limits::default() }
    }
}

/// When the output is coloured.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    pub fn is_on(self, is_terminal: bool) -> bool {
        let is_unwanted = || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match self {
            Color::Auto => is_terminal && !is_unwanted(),
            Color::Always => true,
            Color::Never => false,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows what is in an envelope: header, type, sizes, nested types, state
    Inspect(Inspect),
    /// Checks envelopes: the form, the checksum, and the state where it can be read
    Verify(Verify),
    /// Lists the type names in an envelope (the root first) or in a schema, one a line
    Types(Types),
    /// Says how two envelopes or two schemas differ
    Diff(Diff),
    /// Prints the state as JSON text, or the schema that an envelope carries
    Convert(Convert),
    /// Prints the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Prints the man page, in roff
    Man {
        /// The command that it is about; without one, the program
        command: Option<String>,
    },
}

/// A schema to read states by.
#[derive(Debug, Args)]
pub struct BySchema {
    /// Reads states by this schema too, which their sender exported
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Inspect {
    /// The envelope
    pub file: PathBuf,
    /// How the state is shown
    #[arg(long, value_name = "FORM", default_value = "tree")]
    pub state: StateForm,
    #[command(flatten)]
    pub by: BySchema,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StateForm {
    Tree,
    Json,
    None,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// The envelopes, one a file
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub by: BySchema,
}

#[derive(Debug, Args)]
pub struct Types {
    /// The envelope or the schema
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Diff {
    /// An envelope or a schema
    #[arg(value_name = "A")]
    pub before: PathBuf,
    /// Another of the same kind
    #[arg(value_name = "B")]
    pub after: PathBuf,
    #[command(flatten)]
    pub by: BySchema,
}

#[derive(Debug, Args)]
pub struct Convert {
    /// The envelope
    pub file: PathBuf,
    /// What is printed
    #[arg(long, default_value = "json")]
    pub format: Target,
    #[command(flatten)]
    pub by: BySchema,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Target {
    /// The state, as JSON text
    Json,
    /// The schema that the envelope carries, as JSON text
    Schema,
}
