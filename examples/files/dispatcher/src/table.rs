//! Aligned columns, and the largest of many values. Imports std only.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Prints a table and an empty line, or nothing if there are no rows. The last column is text, the others are aligned
/// to the right, as numbers are.
pub fn print_table<const N: usize>(
    out: &mut impl Write,
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> io::Result<()> {
    let mut lines = vec![header.map(str::to_owned)];
    lines.extend(rows);
    if lines.len() == 1 {
        return Ok(());
    }
    let widths: [usize; N] =
        std::array::from_fn(|column| lines.iter().map(|line| line[column].len()).max().unwrap_or_default());
    for line in &lines {
        let (last, numbers) = line.split_last().expect("a table has columns");
        for (number, width) in numbers.iter().zip(widths) {
            write!(out, "{number:>width$}  ")?;
        }
        writeln!(out, "{last}")?;
    }
    writeln!(out)
}

/// The `n` entries with the greatest numbers, the greatest first, equal ones by name.
pub fn top(numbers: &BTreeMap<String, u64>, n: usize) -> Vec<(&str, u64)> {
    let mut entries: Vec<(&str, u64)> = numbers.iter().map(|(name, number)| (name.as_str(), *number)).collect();
    entries.sort_by_key(|(_, number)| Reverse(*number));
    entries.truncate(n);
    entries
}
