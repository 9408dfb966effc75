//! The command line. Imports std only.

use std::num::NonZeroUsize;
use std::path::PathBuf;

pub const HELP: &str = "\
Counts words, lines and more in the files of a folder, one job per file, by worker processes.

Usage: files-dispatcher [OPTIONS] [FOLDER]

FOLDER is the current directory if none is given. `.git` and `target` in it are skipped.

Options:
  --workers N       the number of worker processes [default: one per processor, at most 8]
  --worker PROGRAM  the program to start as worker [default: files-worker beside this program]
  --help            print this text
";

/// More processes than this would wait for the same disk.
const MOST_WORKERS: usize = 8;

/// What the command line asks for.
pub enum Request {
    Run(Options),
    Help,
}

/// Which folder is to be read, and by whom.
pub struct Options {
    pub folder: PathBuf,
    pub worker: PathBuf,
    pub n_workers: usize,
}

/// Parses the arguments after the program's name.
pub fn parse(args: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Request, String> {
    let (mut folder, mut worker, mut n_workers) = (None, None, None);
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{} needs a value", arg.to_string_lossy()));
        match arg.to_str() {
            Some("--help" | "-h") => return Ok(Request::Help),
            Some("--worker") => worker = Some(PathBuf::from(value()?)),
            Some("--workers") => n_workers = Some(number(&value()?.to_string_lossy())?),
            Some(flag) if flag.starts_with('-') => return Err(format!("unknown option {flag}")),
            _ if folder.is_some() => return Err("more than one folder given".to_owned()),
            _ => folder = Some(PathBuf::from(arg)),
        }
    }
    Ok(Request::Run(Options {
        folder: folder.unwrap_or_else(|| PathBuf::from(".")),
        worker: worker.map_or_else(worker_beside_this_program, Ok)?,
        n_workers: n_workers.unwrap_or_else(one_per_processor),
    }))
}

fn number(text: &str) -> Result<usize, String> {
    let number = text.parse::<NonZeroUsize>().map_err(|_| format!("--workers needs a number from 1, not `{text}`"))?;
    Ok(number.get())
}

fn one_per_processor() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_WORKERS)
}

fn worker_beside_this_program() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| format!("cannot find files-worker: {error}"))?;
    Ok(program.with_file_name(format!("files-worker{}", std::env::consts::EXE_SUFFIX)))
}
