//! Measures builds and programs. Imports std only; runs cargo, strip and valgrind, on Linux.

use std::ffi::OsStr;
use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Seconds that a build may take; typetag's thousand types took under ten minutes on a slow machine.
const TIME_LIMIT: &str = "3600";

/// Where things are built.
pub struct Workshop {
    /// The target directory.
    pub target: PathBuf,
}

impl Workshop {
    /// In the target directory that cargo would take.
    pub fn open() -> Self {
        let of_package = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
        Workshop { target: std::env::var_os("CARGO_TARGET_DIR").map_or_else(of_package, PathBuf::from) }
    }

    /// Seconds of processor time, of user and system, that a release build of `bin` takes with what is already there.
    pub fn build(&self, bin: &str, features: &str, jobs: &Path) -> Result<f64> {
        let before = children_seconds()?;
        let mut cargo = Command::new("timeout");
        cargo.args([TIME_LIMIT, "cargo", "build", "--release", "--quiet", "--locked", "--bin", bin]);
        cargo.args(["--features", features, "--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")]);
        cargo.arg("--target-dir").arg(&self.target).env("MANY_TYPES", jobs);
        run(&mut cargo)?;
        Ok(children_seconds()? - before)
    }

    /// Copies a program, without its symbols, and says how large it is.
    pub fn strip(&self, bin: &str, to: &Path) -> Result<u64> {
        run(Command::new("strip").arg("-o").arg(to).arg(self.target.join("release").join(bin)))?;
        Ok(fs::metadata(to)?.len())
    }
}

/// Runs a program to its good end.
pub fn run(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::piped()).output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(said) } else { Err(Error::other(format!("{command:?}: {said}"))) }
}

/// Instructions that a program takes from its first to its last, the dynamic linker's included.
pub fn instructions<I: IntoIterator<Item: AsRef<OsStr>>>(program: &Path, arguments: I) -> Result<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program).args(arguments);
    let said = run(&mut valgrind)?;
    let collected = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    collected.ok_or_else(|| Error::other(format!("valgrind counted nothing: {said}")))
}

/// Processor time of all children that have ended: fields 16 and 17 of `/proc/self/stat`, in hundredths of a second.
fn children_seconds() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is the program's name, which may have spaces, in brackets.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    Ok(ticks / 100.0)
}
