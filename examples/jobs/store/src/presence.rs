//! Whether a worker is alive: it holds the lock of a file of its own, and the system frees the lock when the process ends,
//! however it ends. Imports std only.
//!
//! A process id would not do: it is given to another process sooner or later. The file's name never is.

use std::fs::{self, File, TryLockError};
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
    let prefix = path(database, "");
    let folder = prefix.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for file in fs::read_dir(folder)? {
        let name = file?.file_name();
        let prefix = prefix.file_name().unwrap_or_default().to_string_lossy();
        if let Some(token) = name.to_string_lossy().strip_prefix(&*prefix) {
            has_ended(database, token)?;
        }
    }
    Ok(())
}

/// Whether the process with this token has ended. Its file is taken away.
pub fn has_ended(database: &Path, token: &str) -> io::Result<bool> {
    let path = path(database, token);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => {
            // A worker that ends in order may have been quicker.
            let _ = fs::remove_file(&path);
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
