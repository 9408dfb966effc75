//! One worker process: writes jobs to its stdin, reads answers from its stdout. Imports `files_jobs`, `reasons`.

use crate::reasons::{NoAnswer, WorkerDied, failure};
use files_jobs::{Answer, Job};
use std::io::{self, BufReader, Read, Write};
use std::mem::take;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub struct Worker {
    process: Child,
    jobs: Metered<ChildStdin>,
    answers: Metered<BufReader<ChildStdout>>,
}

/// An answer, and the bytes that the exchange took.
pub struct Arrival {
    pub answer: Box<dyn Answer>,
    pub n_sent: u64,
    pub n_received: u64,
}

impl Worker {
    /// Starts the program.
    pub fn start(program: &Path) -> io::Result<Self> {
        let mut process = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let jobs = Metered::new(process.stdin.take().expect("stdin is piped above"));
        let answers = Metered::new(BufReader::new(process.stdout.take().expect("stdout is piped above")));
        Ok(Worker { process, jobs, answers })
    }

    /// Sends a job and waits for its answer. The worker is given back if it can take another one.
    pub fn ask(mut self, job: &dyn Job) -> (Arrival, Option<Self>) {
        let answer = typeport::to_writer(&mut self.jobs, job).and_then(|()| typeport::from_reader(&mut self.answers));
        let (n_sent, n_received) = (take(&mut self.jobs.n_bytes), take(&mut self.answers.n_bytes));
        match answer {
            Ok(answer) => (Arrival { answer, n_sent, n_received }, Some(self)),
            Err(error) => {
                let answer = explain(job.path(), &error, self.process, self.answers.has_ended);
                (Arrival { answer, n_sent, n_received }, None)
            }
        }
    }

    /// Ends the jobs by closing the worker's stdin, and waits for its farewell.
    pub fn dismiss(self) -> Arrival {
        let Worker { mut process, jobs, mut answers } = self;
        drop(jobs);
        let answer = match typeport::from_reader(&mut answers) {
            Ok(answer) => {
                // What it had to say has arrived, so its status adds nothing.
                let _ = process.wait();
                answer
            }
            Err(error) => explain(&format!("worker {}", process.id()), &error, process, answers.has_ended),
        };
        Arrival { answer, n_sent: 0, n_received: answers.n_bytes }
    }
}

/// Ends a worker that gave no answer, and says why it gave none.
fn explain(path: &str, error: &typeport::Error, mut process: Child, has_ended: bool) -> Box<dyn Answer> {
    // This changes nothing for a process that has ended, and makes sure that the wait is short for one that has not.
    let _ = process.kill();
    match process.wait() {
        Ok(status) if has_ended || error.is_io() => failure(path, WorkerDied { status: status.to_string() }),
        _ => failure(path, NoAnswer { error: error.to_string() }),
    }
}

/// A pipe that counts its bytes and remembers its end.
struct Metered<T> {
    pipe: T,
    n_bytes: u64,
    has_ended: bool,
}

impl<T> Metered<T> {
    fn new(pipe: T) -> Self {
        Metered { pipe, n_bytes: 0, has_ended: false }
    }
}

impl<T: Read> Read for Metered<T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let n_read = self.pipe.read(bytes)?;
        self.n_bytes += n_read as u64;
        self.has_ended |= n_read == 0 && !bytes.is_empty();
        Ok(n_read)
    }
}

impl<T: Write> Write for Metered<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_written = self.pipe.write(bytes)?;
        self.n_bytes += n_written as u64;
        Ok(n_written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pipe.flush()
    }
}
