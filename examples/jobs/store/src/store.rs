//! The database: creates, opens and fills it. Imports `error`, rusqlite, typeport.

use crate::error::StoreError;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;
use typeport::{Failure, Opaque, Value};

/// What came of a job, to those who link no type of it. It is the same on the wire with a `Box<dyn Value>`, and so are
/// the values that a worker stores.
pub type Outcome = Result<Opaque, Failure>;

/// `jobs` in ASCII: SQLite's place for what a file is.
const APPLICATION: i32 = 0x6a6f_6273;

/// Far more than a writer holds the file.
const BUSY: Duration = Duration::from_secs(30);

/// A file with jobs and their outcomes.
pub struct Store {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
}

impl Store {
    /// Makes a new file.
    ///
    /// # Errors
    ///
    /// It is there already, or SQLite has an error.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let mut store = Store::connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
        // The one setting that the file keeps: readers and a writer do not wait for each other.
        store.connection.pragma_update(None, "journal_mode", "WAL")?;
        let transaction = store.write()?;
        transaction.execute_batch(include_str!("schema.sql"))?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.commit()?;
        Ok(store)
    }

    /// Opens a file that was created.
    ///
    /// # Errors
    ///
    /// It is not there, is no job store, or SQLite has an error.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let no_store = |reason| StoreError::NoStore { path: path.to_owned(), reason };
        let store = Store::connect(path, OpenFlags::empty()).map_err(|error| no_store(error.to_string()))?;
        let found = store.connection.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0));
        match found.map_err(|error| no_store(error.to_string()))? {
            APPLICATION => Ok(store),
            _ => Err(no_store("it was made by another program".to_owned())),
        }
    }

    fn connect(path: &Path, more: OpenFlags) -> Result<Self, StoreError> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | more)?;
        connection.busy_timeout(BUSY)?;
        // Each commit is on the disk before it returns: in WAL mode no lower setting promises that.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(Store { connection, path: path.to_owned() })
    }

    /// A transaction that has the right to write from its start, so that what it reads stays true.
    pub(crate) fn write(&mut self) -> Result<Transaction<'_>, StoreError> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    /// Queues jobs, all or none, and says their ids.
    ///
    /// # Errors
    ///
    /// A job cannot be encoded, or SQLite has an error.
    pub fn enqueue<J: Value + ?Sized>(&mut self, jobs: &[Box<J>]) -> Result<Vec<i64>, StoreError> {
        let envelopes = jobs.iter().map(|job| typeport::to_vec(&**job)).collect::<typeport::Result<Vec<_>>>()?;
        let transaction = self.write()?;
        let mut ids = Vec::new();
        for envelope in envelopes {
            transaction.execute("INSERT INTO jobs (envelope) VALUES (?1)", [envelope])?;
            ids.push(transaction.last_insert_rowid());
        }
        transaction.commit()?;
        Ok(ids)
    }

    /// Takes over a row as it is, unseen: with an outcome a done job, without one a queued job.
    ///
    /// # Errors
    ///
    /// SQLite has an error.
    pub fn import(&mut self, job: &[u8], outcome: Option<&[u8]>) -> Result<i64, StoreError> {
        let state = if outcome.is_some() { "done" } else { "queued" };
        let transaction = self.write()?;
        transaction.execute("INSERT INTO jobs (envelope, state) VALUES (?1, ?2)", (job, state))?;
        let id = transaction.last_insert_rowid();
        if let Some(outcome) = outcome {
            transaction.execute("INSERT INTO outcomes (job, envelope) VALUES (?1, ?2)", (id, outcome))?;
        }
        transaction.commit()?;
        Ok(id)
    }

    /// Queues a done job once more, as a job of its own, and says its id; `None` if that was done before.
    ///
    /// # Errors
    ///
    /// SQLite has an error.
    pub fn retry(&mut self, id: i64) -> Result<Option<i64>, StoreError> {
        let copy =
            "INSERT INTO jobs (envelope, retry_of) SELECT envelope, id FROM jobs WHERE id = ?1 AND state = 'done'
                    ON CONFLICT (retry_of) DO NOTHING RETURNING id";
        let transaction = self.write()?;
        let retry = transaction.query_row(copy, [id], |row| row.get(0)).optional()?;
        transaction.commit()?;
        Ok(retry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kill does not need it, since the system writes what a process has left; a loss of power does.
    #[test]
    fn a_commit_waits_for_the_disk() -> Result<(), StoreError> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("jobs.sqlite");
        for store in [Store::create(&path)?, Store::open(&path)?] {
            let pragma =
                |name| store.connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
            assert_eq!(pragma("journal_mode")?, "wal".to_owned().into());
            assert_eq!(pragma("synchronous")?, 2.into(), "2 is FULL");
            assert_eq!(pragma("foreign_keys")?, 1.into());
        }
        Ok(())
    }
}
