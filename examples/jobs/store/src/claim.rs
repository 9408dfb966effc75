//! A worker's use of the store: it signs on, claims a job, stores its outcome. Imports `error`, `presence`, `store`.
//!
//! Invariant: each step is one transaction, so that a killed worker leaves a step either done or not begun.

use crate::error::StoreError;
use crate::presence::{self, Presence};
use crate::store::Store;
use rusqlite::{OptionalExtension, Transaction};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use typeport::{Encoded, Failure, Value};

/// A process that claims jobs. Its claims are free again when it ends.
pub struct Worker {
    presence: Presence,
}

/// A job that is this worker's until its lease ends.
pub struct Claim {
    /// The job's id.
    pub id: i64,
    /// The job's envelope.
    pub envelope: Vec<u8>,
    token: String,
}

impl Store {
    /// Makes the calling process a worker.
    ///
    /// # Errors
    ///
    /// Its file cannot be made and locked, or SQLite has an error.
    pub fn sign_on(&mut self) -> Result<Worker, StoreError> {
        let path = self.path.clone();
        // Others look for files of workers within a transaction, and so never at one that is not locked yet.
        let transaction = self.write()?;
        presence::remove_ended(&path)?;
        let presence = Presence::new(&path)?;
        transaction.commit()?;
        Ok(Worker { presence })
    }

    /// Claims the first job that nobody has, or that has been claimed for longer than its lease, or by a worker that ended.
    ///
    /// # Errors
    ///
    /// SQLite has an error, or the file of a worker cannot be looked at.
    pub fn claim(&mut self, worker: &Worker, lease: Duration) -> Result<Option<Claim>, StoreError> {
        let (now, token) = (now(), worker.presence.token().to_owned());
        let lease_until = now.saturating_add_unsigned(lease.as_millis().try_into().unwrap_or(u64::MAX));
        let path = self.path.clone();
        let transaction = self.write()?;
        free_claims(&transaction, &path, now)?;
        let take = "UPDATE jobs SET state = 'claimed', claimed_by = ?1, claimed_at = ?2, lease_until = ?3
                    WHERE id = (SELECT id FROM jobs WHERE state = 'queued' ORDER BY id LIMIT 1) RETURNING id, envelope";
        let job = transaction.query_row(take, (&token, now, lease_until), |row| Ok((row.get(0)?, row.get(1)?)));
        let job = job.optional()?;
        transaction.commit()?;
        Ok(job.map(|(id, envelope)| Claim { id, envelope, token }))
    }

    /// Stores the outcome of a job and marks the job done. When it returns `true`, the row is on the disk; `false` says that
    /// the lease had ended and the job went to another worker, and the outcome is dropped.
    ///
    /// # Errors
    ///
    /// The outcome cannot be encoded, or SQLite has an error.
    pub fn finish(&mut self, claim: &Claim, outcome: &Result<Box<dyn Value>, Failure>) -> Result<bool, StoreError> {
        let envelope = Encoded::new(outcome)?;
        let transaction = self.write()?;
        let done =
            "UPDATE jobs SET state = 'done', claimed_by = NULL, lease_until = NULL WHERE id = ?1 AND claimed_by = ?2";
        if transaction.execute(done, (claim.id, &claim.token))? == 0 {
            return Ok(false);
        }
        transaction.execute("INSERT INTO outcomes (job, envelope) VALUES (?1, ?2)", (claim.id, envelope.as_bytes()))?;
        transaction.commit()?;
        Ok(true)
    }
}

fn free_claims(transaction: &Transaction<'_>, path: &Path, now: i64) -> Result<(), StoreError> {
    let free = "UPDATE jobs SET state = 'queued', claimed_by = NULL WHERE state = 'claimed'";
    let mut workers = transaction.prepare("SELECT DISTINCT claimed_by FROM jobs WHERE state = 'claimed'")?;
    let workers: Result<Vec<String>, _> = workers.query_map([], |row| row.get(0))?.collect();
    for token in workers? {
        if presence::has_ended(path, &token)? {
            transaction.execute(&format!("{free} AND claimed_by = ?1"), [&token])?;
        }
    }
    transaction.execute(&format!("{free} AND lease_until <= ?1"), [now])?;
    Ok(())
}

/// Milliseconds since 1970. A clock that jumps ends leases early or late, which costs work and loses nothing.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
