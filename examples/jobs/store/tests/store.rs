//! The store: who has a job and for how long, and its errors for files that are not stores.
#![forbid(unsafe_code)]

use jobs_store::{Outcome, State, Store, StoreError, Worker};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use typeport::{Failure, Value};

const LONG: Duration = Duration::from_secs(3600);

fn store() -> (TempDir, PathBuf, Store) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = folder.path().join("jobs.sqlite");
    let store = Store::create(&database).expect("the store can be made");
    (folder, database, store)
}

fn value(number: i64) -> Result<Box<dyn Value>, Failure> {
    Ok(Box::new(number))
}

/// The id of the job that the worker gets.
#[track_caller]
fn claimed(store: &mut Store, worker: &Worker, lease: Duration) -> Option<i64> {
    store.claim(worker, lease).expect("a claim can be asked for").map(|claim| claim.id)
}

#[test]
fn a_job_is_claimed_by_one_worker_until_it_is_done() -> Result<(), StoreError> {
    let (_folder, database, mut store) = store();
    let ids = store.enqueue(&[Box::new(1_i64), Box::new(2)])?;
    let (one, two) = (store.sign_on()?, Store::open(&database)?.sign_on()?);
    let claim = store.claim(&one, LONG)?.expect("the first job");
    assert_eq!((claim.id, typeport::from_slice::<i64>(&claim.envelope)?), (ids[0], 1));
    assert_eq!(claimed(&mut store, &two, LONG), Some(ids[1]));
    assert_eq!(claimed(&mut store, &one, LONG), None);
    assert!(store.finish(&claim, &value(7))?);
    assert!(!store.finish(&claim, &value(8))?, "a second outcome is dropped");
    let rows = store.rows()?;
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [State::Done, State::Claimed]);
    let outcome: Outcome = typeport::from_slice(rows[0].outcome.as_ref().expect("an outcome"))?;
    assert_eq!(outcome.expect("a value").decode::<i64>()?, 7);
    assert!(rows[1].outcome.is_none());
    assert_eq!((store.count(State::Done)?, store.count(State::Queued)?), (1, 0));
    Ok(())
}

#[test]
fn a_lease_that_ends_frees_the_job_and_refuses_the_late_outcome() -> Result<(), StoreError> {
    let (_folder, _, mut store) = store();
    let id = store.enqueue(&[Box::new(1_i64)])?[0];
    let (slow, quick) = (store.sign_on()?, store.sign_on()?);
    let late = store.claim(&slow, Duration::ZERO)?.expect("the job");
    let claim = store.claim(&quick, LONG)?.expect("the job again");
    assert_eq!((late.id, claim.id), (id, id));
    assert!(!store.finish(&late, &value(1))?);
    assert!(store.finish(&claim, &value(2))?);
    assert!(!store.finish(&late, &value(1))?);
    let outcome: Outcome = typeport::from_slice(store.rows()?[0].outcome.as_ref().expect("an outcome"))?;
    assert_eq!(outcome.expect("a value").decode::<i64>()?, 2);
    Ok(())
}

#[test]
fn a_worker_that_ends_frees_its_jobs_before_their_lease() -> Result<(), StoreError> {
    let (_folder, _, mut store) = store();
    let id = store.enqueue(&[Box::new(1_i64)])?[0];
    let (first, second) = (store.sign_on()?, store.sign_on()?);
    assert_eq!(claimed(&mut store, &first, LONG), Some(id));
    assert_eq!(claimed(&mut store, &second, LONG), None);
    drop(first);
    assert_eq!(claimed(&mut store, &second, LONG), Some(id));
    Ok(())
}

#[test]
fn a_retry_is_queued_once() -> Result<(), StoreError> {
    let (_folder, _, mut store) = store();
    let done = store.import(b"job", Some(b"outcome"))?;
    let queued = store.import(b"other", None)?;
    let retry = store.retry(done)?.expect("a first retry");
    assert_eq!(store.retry(done)?, None);
    assert_eq!(store.retry(queued)?, None);
    assert_eq!(store.retry(1000)?, None);
    let rows = store.rows()?;
    assert_eq!((rows.len(), rows[2].id, rows[2].job.as_slice(), rows[2].state), (3, retry, &b"job"[..], State::Queued));
    Ok(())
}

#[test]
fn a_file_that_is_no_store_is_refused() -> Result<(), StoreError> {
    let (folder, database, store) = store();
    assert!(Store::create(&database).is_err(), "it is there already");
    drop(store);
    let (missing, empty, text) =
        (folder.path().join("missing"), folder.path().join("empty"), folder.path().join("text"));
    fs::write(&empty, "")?;
    fs::write(&text, "text ".repeat(1000))?;
    for path in [&missing, &empty, &text] {
        let Err(error) = Store::open(path) else { panic!("{} is opened", path.display()) };
        assert!(matches!(error, StoreError::NoStore { .. }), "{error}");
    }
    assert!(!missing.exists(), "a name that is wrong makes no file");
    Store::open(&database)?.check()
}

#[test]
fn damage_is_found() -> Result<(), StoreError> {
    let (_folder, database, mut store) = store();
    for _ in 0..50 {
        store.import(&[7; 2000], Some(&[8; 2000]))?;
    }
    store.check()?;
    // The last connection moves all into the one file.
    drop(store);
    let mut bytes = fs::read(&database)?;
    let middle = bytes.len() / 2;
    bytes[middle..middle + 5000].fill(0xee);
    fs::write(&database, bytes)?;
    assert!(Store::open(&database)?.check().is_err());
    Ok(())
}

/// What a store says of its workers is text that anybody may have written; it names no file.
#[test]
fn a_store_that_names_files_for_workers_removes_none() -> Result<(), Box<dyn std::error::Error>> {
    let (folder, database, mut store) = store();
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere)?;
    // `jobs.sqlite-worker-x` makes a path of `jobs.sqlite-worker-x/../elsewhere/kept` lead somewhere.
    fs::create_dir(folder.path().join("jobs.sqlite-worker-x"))?;
    let kept = [
        elsewhere.join("kept"),
        folder.path().join("jobs.sqlite-worker-notes"),
        folder.path().join("jobs.sqlite-worker-1-"),
        folder.path().join("jobs.sqlite-worker-1-2.bak"),
        folder.path().join("kept"),
    ];
    for path in &kept {
        fs::write(path, "kept")?;
    }
    let absolute = elsewhere.join("kept").to_string_lossy().into_owned();
    let tokens = [
        "x/../elsewhere/kept",
        "x/../kept",
        "/../elsewhere/kept",
        "../elsewhere/kept",
        "notes",
        "1-",
        "1-2.bak",
        "x",
        "",
        ".",
        "\u{0}",
        "1-2/../kept",
        absolute.as_str(),
        "-",
        "'; DROP TABLE jobs; --",
    ];
    let hostile = rusqlite::Connection::open(&database)?;
    for token in tokens {
        let id = store.enqueue(&[Box::new(1_i64)])?[0];
        let claimed_by = "UPDATE jobs SET state = 'claimed', claimed_by = ?1, lease_until = ?2 WHERE id = ?3";
        hostile.execute(claimed_by, (token, i64::MAX, id))?;
        let worker = store.sign_on()?;
        assert_eq!(claimed(&mut store, &worker, LONG), Some(id), "{token:?}: nobody of that name is alive");
        let claim = "UPDATE jobs SET state = 'done', claimed_by = NULL, lease_until = NULL WHERE id = ?1";
        hostile.execute(claim, [id])?;
        for path in &kept {
            assert!(path.exists(), "{token:?} took away {}", path.display());
        }
    }
    Ok(())
}

/// The file of a worker that was killed is taken away, and that of one that runs is not.
#[test]
fn the_file_of_an_ended_worker_is_taken_away() -> Result<(), Box<dyn std::error::Error>> {
    let (folder, _, mut store) = store();
    let left = folder.path().join("jobs.sqlite-worker-1-2");
    fs::write(&left, "")?;
    let running = store.sign_on()?;
    assert_eq!(claimed(&mut store, &running, LONG), None);
    let _other = store.sign_on()?;
    let files = fs::read_dir(folder.path())?
        .map(|file| file.map(|file| file.file_name().into_string()))
        .collect::<Result<Result<Vec<_>, _>, _>>()?
        .expect("names are text");
    assert!(!files.contains(&"jobs.sqlite-worker-1-2".to_owned()), "{files:?}");
    assert_eq!(files.iter().filter(|name| name.contains("-worker-")).count(), 2, "{files:?}");
    Ok(())
}
