//! The content of the store, for readers. Imports `error`, `store`.

use crate::error::StoreError;
use crate::store::Store;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has it.
    Queued,
    /// A worker has it.
    Claimed,
    /// It has an outcome.
    Done,
}

impl State {
    /// The state's name, in the database and for people.
    pub fn name(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Claimed => "claimed",
            State::Done => "done",
        }
    }

    /// The database holds these three names and no other.
    fn of(name: &str) -> Self {
        [State::Queued, State::Claimed].into_iter().find(|state| state.name() == name).unwrap_or(State::Done)
    }
}

/// A job, and what came of it.
#[derive(Debug)]
pub struct Row {
    /// The job's id.
    pub id: i64,
    /// How far it is.
    pub state: State,
    /// The job's envelope, or whatever bytes are there.
    pub job: Vec<u8>,
    /// The outcome's envelope, or whatever bytes are there.
    pub outcome: Option<Vec<u8>>,
}

impl Store {
    /// All jobs, by id.
    ///
    /// # Errors
    ///
    /// SQLite has an error.
    pub fn rows(&self) -> Result<Vec<Row>, StoreError> {
        let all = "SELECT jobs.id, jobs.state, jobs.envelope, outcomes.envelope
                   FROM jobs LEFT JOIN outcomes ON outcomes.job = jobs.id ORDER BY jobs.id";
        let mut all = self.connection.prepare(all)?;
        let rows = all.query_map([], |row| {
            let state = State::of(row.get_ref(1)?.as_str()?);
            Ok(Row { id: row.get(0)?, state, job: row.get(2)?, outcome: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many jobs are in a state.
    ///
    /// # Errors
    ///
    /// SQLite has an error.
    pub fn count(&self, state: State) -> Result<i64, StoreError> {
        let count = "SELECT count(*) FROM jobs WHERE state = ?1";
        Ok(self.connection.query_row(count, [state.name()], |row| row.get(0))?)
    }

    /// Has SQLite check the whole file.
    ///
    /// # Errors
    ///
    /// It found damage, or has an error.
    pub fn check(&self) -> Result<(), StoreError> {
        let found: String = self.connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Damaged(found)) }
    }
}
