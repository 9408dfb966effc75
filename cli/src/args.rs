//! The arguments of the program; clap makes help, completions and man pages from them. Imports clap and the limits of typeport.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;
use typeport::Limits;

const EXIT_CODES: &str = "Exit codes:
  0  success; diff: both inputs are the same
  1  an input is invalid or its state cannot be converted; diff: the inputs differ
  2  no answer: wrong usage, an unreadable file, an invalid schema; diff: also an invalid envelope

A FILE is an envelope as bytes, or as hex or base64 text; `-` is standard input. The program reads at most one byte beyond
the size limit of an envelope. A schema is the JSON text of typeport's `Schema`, as made by
`serde_json::to_string(&Registry::global().schema())`.";

/// Inspects typeport envelopes without linking their types.
#[derive(Debug, Parser)]
#[command(name = "typeport", version, about, after_help = EXIT_CODES, max_term_width = 120)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

/// The options of every command.
#[derive(Debug, Args)]
pub struct Common {
    /// Prints one JSON document, errors included, to standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Colours the output; `auto`: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Trusts the input's author: larger limits, up to 1 GiB for an envelope
    #[arg(long, global = true)]
    pub trusted: bool,
    /// Shows all lines, and texts in full
    #[arg(long, global = true)]
    pub full: bool,
}

impl Common {
    /// The limits of reading and decoding.
    pub fn limits(&self) -> Limits {
        if self.trusted { Limits::trusted() } else { Limits::default() }
    }
}

/// When to colour the output.
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
    /// Shows the content of an envelope: header, type, sizes, nested types, state
    Inspect(Inspect),
    /// Checks envelopes: structure, checksum, and the state if it can be read
    Verify(Verify),
    /// Lists the type names in an envelope (the root first) or in a schema, one per line
    Types(Types),
    /// Shows how two envelopes or two schemas differ
    Diff(Diff),
    /// Prints the state of an envelope as JSON text, or its schema
    Convert(Convert),
    /// Prints the completion script of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Prints the man page, in roff
    Man {
        /// The command to describe; by default the program
        command: Option<String>,
    },
}

/// The schema for reading states.
#[derive(Debug, Args)]
pub struct BySchema {
    /// Also uses this schema, exported by the sender, to read states
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Inspect {
    /// The envelope
    pub file: PathBuf,
    /// How to show the state
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
    /// The envelopes, one per file
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
    /// The same kind of input as A
    #[arg(value_name = "B")]
    pub after: PathBuf,
    #[command(flatten)]
    pub by: BySchema,
}

#[derive(Debug, Args)]
pub struct Convert {
    /// The envelope
    pub file: PathBuf,
    /// What to print
    #[arg(long, default_value = "json")]
    pub format: Target,
    #[command(flatten)]
    pub by: BySchema,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Target {
    /// The state, as JSON text
    Json,
    /// The schema in the envelope, as JSON text
    Schema,
}
