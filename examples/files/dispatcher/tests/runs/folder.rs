//! A folder for one test, in cargo's directory for tests. Imports std only.

use std::fs;
use std::path::{Path, PathBuf};

pub struct Folder(PathBuf);

impl Folder {
    /// An empty folder; `name` is that of one test only.
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // A run that was stopped may have left its folder.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("cargo's folder for tests is writable");
        Folder(path)
    }

    /// Adds a file, and the folders that its path needs.
    pub fn with(self, file: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the folder is writable");
        fs::write(path, content).expect("the folder is writable");
        self
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
