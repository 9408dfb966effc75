//! The output of the other programs, by workload, contender and direction.

use peers::workload::Workload;
use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

/// The numbers of one contender's encode or decode.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    pub bytes: u64,
    pub seconds: f64,
    /// To the first of the table.
    pub ratio: f64,
    /// To the contender that this one is held against.
    pub against: Option<f64>,
    pub allocations: Option<u64>,
    pub instructions: Option<u64>,
}

/// All numbers.
pub struct Measured(HashMap<(Workload, String, String), Numbers>);

impl Measured {
    /// Reads what `run` has put into a folder.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut numbers = HashMap::new();
        for line in fs::read_to_string(folder.join("times.tsv"))?.lines() {
            let [workload, name, direction, bytes, seconds, ratio, against] = fields(line)?;
            let found = Numbers {
                bytes: number(bytes)?,
                seconds: number(seconds)?,
                ratio: number(ratio)?,
                against: if against.is_empty() { None } else { Some(number(against)?) },
                ..Numbers::default()
            };
            numbers.insert(key(workload, name, direction)?, found);
        }
        for line in fs::read_to_string(folder.join("allocations.tsv"))?.lines() {
            let [workload, name, direction, count] = fields(line)?;
            if let Some(found) = numbers.get_mut(&key(workload, name, direction)?) {
                found.allocations = Some(number(count)?);
            }
        }
        for workload in Workload::ALL {
            let file = |extension: &str| folder.join(workload.name()).with_extension(extension);
            let Ok(order) = fs::read_to_string(file("order")) else { continue };
            for (at, line) in order.lines().enumerate() {
                let [name, direction] = fields(line)?;
                let count = total(&fs::read_to_string(file(&format!("callgrind.{}", at + 1)))?)?;
                if let Some(found) = numbers.get_mut(&key(workload.name(), name, direction)?) {
                    found.instructions = Some(count);
                }
            }
        }
        Ok(Measured(numbers))
    }

    /// Those of one contender, if it was measured.
    pub fn of(&self, workload: Workload, name: &str, direction: &str) -> Option<&Numbers> {
        self.0.get(&(workload, name.to_owned(), direction.to_owned()))
    }
}

fn key(workload: &str, name: &str, direction: &str) -> io::Result<(Workload, String, String)> {
    let workload = Workload::named(workload).ok_or_else(|| malformed(workload))?;
    Ok((workload, name.to_owned(), direction.to_owned()))
}

fn fields<const N: usize>(line: &str) -> io::Result<[&str; N]> {
    let fields: Vec<&str> = line.split('\t').collect();
    fields.try_into().map_err(|_| malformed(line))
}

fn number<T: std::str::FromStr>(text: &str) -> io::Result<T> {
    text.parse().map_err(|_| malformed(text))
}

/// The one count of a file of callgrind's.
fn total(text: &str) -> io::Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")));
    number(line.ok_or_else(|| malformed("a file of callgrind without a sum"))?.trim())
}

fn malformed(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("this is not what a measurement prints: {text}"))
}
