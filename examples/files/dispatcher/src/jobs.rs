//! Turns a folder into jobs: one per file. Imports `files_jobs`, `reasons`.

use crate::reasons::{NotListed, failure};
use files_jobs::{Answer, Count, Job, ListWords, LongerThan, Search};
use std::fs::{DirEntry, read_dir};
use std::io;
use std::path::{Path, PathBuf};

/// Folders that hold what tools wrote.
const SKIPPED: [&str; 2] = [".git", "target"];

/// What is in a folder and in those below it.
pub struct Found {
    /// One job per file, sorted by path.
    pub jobs: Vec<Box<dyn Job>>,
    /// One failure per folder that is not readable.
    pub failures: Vec<Box<dyn Answer>>,
}

/// Looks for files in `folder`.
///
/// # Errors
///
/// `folder` itself cannot be listed.
pub fn jobs_for(folder: &Path) -> io::Result<Found> {
    let (mut files, mut folders, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    sort_entries(folder, &mut files, &mut folders)?;
    while let Some(folder) = folders.pop() {
        if let Err(error) = sort_entries(&folder, &mut files, &mut folders) {
            failures.push(failure(&spelled(&folder), NotListed { error: error.to_string() }));
        }
    }
    files.sort();
    Ok(Found { jobs: files.iter().map(|file| job_for(file)).collect(), failures })
}

/// Sorts the entries of a folder into files and folders. Symbolic links, which may form a cycle, are neither.
fn sort_entries(folder: &Path, files: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries: Vec<DirEntry> = read_dir(folder)?.collect::<io::Result<_>>()?;
    for entry in entries {
        let kind = entry.file_type()?;
        if kind.is_file() {
            files.push(entry.path());
        } else if kind.is_dir() && !SKIPPED.iter().any(|skipped| entry.file_name() == *skipped) {
            folders.push(entry.path());
        }
    }
    Ok(())
}

/// The question to a file depends on what its extension promises.
fn job_for(file: &Path) -> Box<dyn Job> {
    let path = spelled(file);
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("adoc" | "htm" | "html" | "md" | "rst" | "tex" | "txt") => Box::new(ListWords { path, min_letters: 5 }),
        Some("c" | "cpp" | "go" | "h" | "java" | "js" | "py" | "rb" | "rs" | "ts") => {
            let pattern = ["FIXME", "TODO", "panic!", "assert"].map(str::to_owned).to_vec();
            Box::new(Search { path, pattern })
        }
        Some("csv" | "json" | "lock" | "toml" | "xml" | "yaml" | "yml") => {
            Box::new(Search { path, pattern: LongerThan(100) })
        }
        _ => Box::new(Count { path }),
    }
}

/// The path as text, as it was given, without a leading `./`. One that is not Unicode becomes one that does not exist,
/// so that its job comes back as a failure.
fn spelled(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).to_string_lossy().into_owned()
}
