//! `typeport completions` and `typeport man`, which clap generates from the arguments. Imports `args` and `trouble`.

use crate::args::{Arguments, Common};
use crate::text::shown;
use crate::trouble::{Answer, Trouble};
use clap::CommandFactory;
use clap_complete::Shell;
use serde::Serialize;

/// The answer in JSON.
#[derive(Serialize)]
struct Document {
    text: String,
}

pub fn completions(shell: Shell, common: &Common) -> Result<Answer, Trouble> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "typeport", &mut text);
    answer(text, common)
}

/// The man page of the program or of one command.
pub fn man(command: Option<&str>, common: &Common) -> Result<Answer, Trouble> {
    let mut program = Arguments::command();
    program.build();
    let page = match command {
        None => program,
        Some(name) => {
            let found = program.find_subcommand(name).cloned();
            found.ok_or_else(|| Trouble::usage(format!("no command `{}`", shown(name))))?
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(|error| Trouble::usage(error.to_string()))?;
    answer(text, common)
}

fn answer(text: Vec<u8>, common: &Common) -> Result<Answer, Trouble> {
    let text = String::from_utf8_lossy(&text).into_owned();
    if common.json { Answer::json(&Document { text }) } else { Ok(Answer::new(text)) }
}
