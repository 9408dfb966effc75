//! One run of one program. Imports `programs`.

use crate::programs::path_of;
use serde::de::DeserializeOwned;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;
use wait_timeout::ChildExt;

/// A thousand times what a run takes, for a machine that does much else; a program that hangs fails its test.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Starts the program, gives it the input, and parses what it prints.
///
/// # Panics
///
/// The program fails, exceeds the time limit, or prints something else.
#[track_caller]
pub fn run<T: DeserializeOwned>(program: &str, arguments: &[&str], input: Vec<u8>) -> T {
    let mut command = Command::new(path_of(program));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program can be started");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A program that ends early closes the pipe; its status tells more than the writer's error.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = reader(child.stdout.take());
    let errors = reader(child.stderr.take());
    let status = wait(&mut child);
    writer.join().expect("the writer does not panic");
    let [output, errors] = [output, errors].map(|reader| reader.join().expect("the reader does not panic"));
    let errors = String::from_utf8_lossy(&errors);
    assert!(status.is_some_and(|status| status.success()), "{program} ended with {status:?}:\n{errors}");
    serde_json::from_slice(&output).unwrap_or_else(|error| panic!("{program} printed something else: {error}"))
}

/// Reads a pipe on a thread of its own, so that neither side waits for the other.
fn reader(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    let mut pipe = pipe.expect("it is piped");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("the pipe of a child can be read");
        bytes
    })
}

/// How the child ended; `None` if it had to be killed.
fn wait(child: &mut Child) -> Option<ExitStatus> {
    let status = child.wait_timeout(TIME_LIMIT).expect("a child can be waited for");
    if status.is_none() {
        child.kill().expect("a child can be killed");
        child.wait().expect("a killed child ends");
    }
    status
}
