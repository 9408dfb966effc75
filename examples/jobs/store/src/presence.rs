//! Whether a worker is alive: it holds the lock of a file of its own, and the system frees the lock when the process ends,
//! however it ends. Imports std only.
//!
//! A process id would not do, as the system reuses it sooner or later. The file's name is never reused.

use std::fs::{self, DirEntry, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The file of this process, locked.
pub struct Presence {
    token: String,
    path: PathBuf,
    /// Held, never read.
    _locked: File,
}

impl Presence {
    /// Makes the file, and so the token: the process and when it started.
    pub fn new(database: &Path) -> io::Result<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let token = format!("{}-{}", std::process::id(), now.as_nanos());
        let path = path(database, &token);
        let file = File::create_new(&path)?;
        file.lock()?;
        Ok(Presence { token, path, _locked: file })
    }

    /// What stands for the process in the database.
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // One that stays is free, and the next claim of anybody takes it away.
        let _ = fs::remove_file(&self.path);
    }
}

/// Takes away the files of all processes that have ended.
pub fn remove_ended(database: &Path) -> io::Result<()> {
    files(database)?.try_for_each(|file| is_free(&file?.path).map(drop))
}

/// Whether the process with this token has ended. Its file is taken away.
///
/// The token is what the store says, and anybody may have written the store: it is compared with the names of the files that
/// are there, and never becomes a part of one.
pub fn has_ended(database: &Path, token: &str) -> io::Result<bool> {
    for file in files(database)? {
        let file = file?;
        if file.token == token {
            return is_free(&file.path);
        }
    }
    Ok(true)
}

/// The file of some process.
struct Found {
    token: String,
    path: PathBuf,
}

/// The files beside the database that are called as [`Presence::new`] calls its own.
fn files(database: &Path) -> io::Result<impl Iterator<Item = io::Result<Found>>> {
    let prefix = path(database, "");
    let folder = prefix.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let prefix = prefix.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let found = move |entry: io::Result<DirEntry>| {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return Some(Err(error)),
        };
        let token =
            entry.file_name().to_string_lossy().strip_prefix(&prefix).filter(|token| is_token(token))?.to_owned();
        // A link leads elsewhere, and a pipe never ends.
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        is_file.then(|| Ok(Found { token, path: entry.path() }))
    };
    Ok(fs::read_dir(folder)?.filter_map(found))
}

/// Whether a text is what [`Presence::new`] makes: two numbers.
fn is_token(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-').is_some_and(|(process, began)| is_number(process) && is_number(began))
}

/// Whether nobody holds the lock of a file, which is taken away then.
fn is_free(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => {
            // A worker that ends in order may have been quicker.
            let _ = fs::remove_file(path);
            Ok(true)
        }
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn path(database: &Path, token: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(format!("-worker-{token}"));
    PathBuf::from(path)
}
