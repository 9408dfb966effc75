//! The errors of a store. Imports rusqlite, thiserror, typeport.

use std::path::PathBuf;

/// An error of a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not there, or is another database.
    #[error("{} is no job store: {reason}", .path.display())]
    NoStore {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// SQLite's error.
    #[error("the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A job or an outcome that cannot be encoded.
    #[error("the envelope: {0}")]
    Envelope(#[from] typeport::Error),
    /// A file by which a worker shows that it is alive.
    #[error("the file of a worker: {0}")]
    Presence(#[from] std::io::Error),
    /// The check of the whole file found something.
    #[error("the database is damaged: {0}")]
    Damaged(String),
}
