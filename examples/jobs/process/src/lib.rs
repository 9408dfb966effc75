//! Another program of the example that runs beside this one: its output line by line, and its end within a time limit. Imports
//! std and wait-timeout.
#![forbid(unsafe_code)]

use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use wait_timeout::ChildExt;

/// Far more than any run takes; a program that hangs is ended.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A program that runs. It is killed when this is dropped.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
}

/// What a program printed that has ended.
#[derive(Debug)]
pub struct Ended {
    /// Its whole lines, but for those that were taken before.
    pub lines: Vec<String>,
    /// Whether it ended by itself, and well.
    pub is_success: bool,
}

impl Program {
    /// Starts a program. Its errors go where ours go.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let (sender, lines) = channel();
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        thread::spawn(move || forward(stdout, &sender));
        Ok(Program { child, lines })
    }

    /// Waits for its next line; `None` if it ends without one, or takes too long.
    pub fn next_line(&self) -> Option<String> {
        self.lines.recv_timeout(TIME_LIMIT).ok()
    }

    /// Lets it run for a while.
    ///
    /// # Errors
    ///
    /// The system has one.
    pub fn leave(&mut self, time: Duration) -> io::Result<()> {
        self.child.wait_timeout(time).map(drop)
    }

    /// Kills it, by SIGKILL where there are signals, and gives the lines that it printed.
    ///
    /// # Errors
    ///
    /// The system has one.
    pub fn kill(mut self) -> io::Result<Ended> {
        self.child.kill()?;
        self.end()
    }

    /// Waits for its end.
    ///
    /// # Errors
    ///
    /// It takes too long, and was killed.
    pub fn finish(mut self) -> io::Result<Ended> {
        match self.child.wait_timeout(TIME_LIMIT)? {
            Some(_) => self.end(),
            None => Err(io::Error::new(io::ErrorKind::TimedOut, "the program does not end")),
        }
    }

    fn end(&mut self) -> io::Result<Ended> {
        let is_success = self.child.wait()?.success();
        // The pipe ends with the process, and the channel with the pipe.
        Ok(Ended { lines: self.lines.iter().collect(), is_success })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Of a process that has ended, both say so.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line that a kill has cut is none.
fn forward(stdout: ChildStdout, lines: &Sender<String>) {
    let mut stdout = BufReader::new(stdout);
    let mut line = String::new();
    while stdout.read_line(&mut line).is_ok() && line.ends_with('\n') {
        line.pop();
        if lines.send(std::mem::take(&mut line)).is_err() {
            return;
        }
    }
}

/// Another program of the workspace, which is built into the folder of this one.
///
/// # Errors
///
/// It is not there.
pub fn sibling(name: &str) -> io::Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let missing = || io::Error::new(io::ErrorKind::NotFound, format!("{name} is not built: cargo build --workspace"));
    program.exists().then_some(program).ok_or_else(missing)
}
