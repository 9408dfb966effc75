//! The pool of workers: each takes the next job of one queue. Imports `files_jobs`, `worker`.

use crate::worker::{Arrival, Worker};
use files_jobs::Job;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{ScopedJoinHandle, scope};

type Queue = Mutex<std::vec::IntoIter<Box<dyn Job>>>;

/// Has `n_workers` processes do all jobs, and gives each answer to `each` as it arrives.
///
/// # Errors
///
/// A worker cannot be started.
pub fn run(program: &Path, n_workers: usize, jobs: Vec<Box<dyn Job>>, mut each: impl FnMut(Arrival)) -> io::Result<()> {
    let queue = Queue::new(jobs.into_iter());
    scope(|scope| {
        let (sender, arrivals) = channel();
        let start = |_| {
            let (sender, queue) = (sender.clone(), &queue);
            scope.spawn(move || drive(program, queue, &sender))
        };
        let threads: Vec<ScopedJoinHandle<'_, _>> = (0..n_workers).map(start).collect();
        drop(sender);
        arrivals.into_iter().for_each(&mut each);
        threads.into_iter().try_for_each(|thread| thread.join().expect("a driver does not panic"))
    })
}

/// Drives one worker at a time, and starts another one in the place of one that died.
fn drive(program: &Path, queue: &Queue, arrivals: &Sender<Arrival>) -> io::Result<()> {
    let mut idle = None;
    while let Some(job) = next(queue) {
        let worker = match idle.take() {
            Some(worker) => worker,
            None => Worker::start(program)?,
        };
        let (arrival, worker) = worker.ask(&*job);
        idle = worker;
        send(arrivals, arrival);
    }
    if let Some(worker) = idle {
        send(arrivals, worker.dismiss());
    }
    Ok(())
}

fn next(queue: &Queue) -> Option<Box<dyn Job>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).next()
}

fn send(arrivals: &Sender<Arrival>, arrival: Arrival) {
    arrivals.send(arrival).expect("the receiver outlives the drivers");
}
