//! One run of the dispatcher, and its output. Imports serde_json, to find the worker, and wait-timeout.

use std::ffi::OsStr;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use wait_timeout::ChildExt;

/// Far more than any run takes; a program that hangs fails its test.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// What a run printed, and its exit code.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Runs the dispatcher with the worker of this workspace.
    pub fn new(arguments: &[&OsStr]) -> Self {
        Run::of(dispatcher().arg("--worker").arg(worker()).args(arguments))
    }

    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the program can be started");
        let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
        let code = wait(&mut child);
        let [stdout, stderr] = [stdout, stderr].map(|reader| reader.join().expect("what is printed is text"));
        Run { code, stdout, stderr }
    }

    /// The number before this text, in the table of totals or in another one.
    #[track_caller]
    pub fn number(&self, text: &str) -> u64 {
        let numbers = self.stdout.lines().filter_map(|line| line.strip_suffix(text)?.split_whitespace().next());
        let found: Vec<&str> = numbers.collect();
        let [number] = found[..] else { panic!("{} lines end with `{text}`:\n{}", found.len(), self.stdout) };
        number.parse().unwrap_or_else(|_| panic!("`{number}` is no number:\n{}", self.stdout))
    }

    /// Checks that the run succeeded and printed all these lines.
    #[track_caller]
    pub fn check(&self, lines: &[&str]) {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{}", self.stdout);
        for expected in lines {
            assert!(self.stdout.lines().any(|line| line == *expected), "no line `{expected}` in\n{}", self.stdout);
        }
    }
}

/// The dispatcher, without arguments yet.
pub fn dispatcher() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_files-dispatcher"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The worker, which is built at first use: cargo builds the programs of the tested package only. It is that of the workspace with
/// all features, so that what `cargo test --workspace --all-features` has compiled of it is not compiled again.
pub fn worker() -> &'static PathBuf {
    static WORKER: OnceLock<PathBuf> = OnceLock::new();
    WORKER.get_or_init(|| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--locked", "--workspace", "--all-features", "--bin=files-worker"]);
        cargo.arg("--message-format=json-render-diagnostics");
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let output = cargo.stderr(Stdio::inherit()).output().expect("cargo can be started");
        let messages = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<serde_json::Value>();
        let mut messages = messages.map(|message| message.expect("cargo writes JSON"));
        let path = messages.find_map(|message| Some(message.get("executable")?.as_str()?.into()));
        path.expect("the worker can be built")
    })
}

/// Reads a pipe on a thread of its own, so that neither side waits for the other; nothing if there is no pipe.
fn reader(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_string(&mut text).expect("what is printed is text");
        }
        text
    })
}

/// The exit code, if the process had one before the time limit.
fn wait(child: &mut Child) -> Option<i32> {
    let status = child.wait_timeout(TIME_LIMIT).expect("a child can be waited for");
    if status.is_none() {
        child.kill().expect("a child can be killed");
        child.wait().expect("a killed child ends");
    }
    status?.code()
}
