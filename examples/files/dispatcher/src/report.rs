//! Prints the sums of the answers. Imports `files_jobs`, `ledger`, `table`.

use crate::ledger::Ledger;
use crate::table::{print_table, top};
use files_jobs::{Counts, Report, Totals};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io::{self, Write};
use typeport::Resolution;

/// How many of a longer list are printed.
const FEW: usize = 8;

/// Prints all sections.
pub fn print(out: &mut impl Write, title: &str, ledger: Ledger) -> io::Result<()> {
    writeln!(out, "{title}\n")?;
    print_jobs(out, &ledger)?;
    print_kinds(out, &ledger)?;
    print_totals(out, &ledger)?;
    print_extensions(out, &ledger.totals)?;
    print_list(out, "most frequent words", &top(&ledger.totals.words, FEW))?;
    print_list(out, "files with most lines found", &top(&ledger.totals.hits, FEW))?;
    print_failures(out, &ledger.totals)?;
    print_exact(out, ledger)
}

fn print_jobs(out: &mut impl Write, ledger: &Ledger) -> io::Result<()> {
    let rows = ledger.n_jobs.iter().map(|(name, number)| [number.to_string(), name.to_string()]);
    print_table(out, ["jobs", "type"], rows)
}

fn print_kinds(out: &mut impl Write, ledger: &Ledger) -> io::Result<()> {
    let rows = ledger.kinds.iter().map(|(name, kind)| {
        let form = match kind.resolution {
            Resolution::Native => "native",
            Resolution::Erased => "erased",
            // Whatever it is, nothing here can decode it.
            _ => "unlinked",
        };
        [kind.n_answers.to_string(), kind.n_bytes.to_string(), form.to_owned(), name.to_string()]
    });
    print_table(out, ["answers", "bytes", "form", "type"], rows)
}

fn print_totals(out: &mut impl Write, ledger: &Ledger) -> io::Result<()> {
    let totals = &ledger.totals;
    let n_failures: usize = totals.failures.values().map(BTreeSet::len).sum();
    let rows = [
        (totals.n_texts, "files read"),
        (n_failures as u64, "failures"),
        (totals.size.bytes, "bytes"),
        (totals.size.lines, "lines"),
        (totals.size.words, "words"),
        (totals.hits.values().sum(), "lines found by the searches"),
        (totals.letters, "letters in the files whose characters were counted"),
        (ledger.n_sent, "bytes of jobs sent"),
        (ledger.n_received, "bytes of answers received"),
    ];
    print_table(out, ["total", "of"], rows.map(|(number, what)| [number.to_string(), what.to_owned()]))
}

fn print_extensions(out: &mut impl Write, totals: &Totals) -> io::Result<()> {
    let mut extensions: Vec<_> = totals.extensions.iter().collect();
    extensions.sort_by_key(|(_, (_, size))| Reverse(size.bytes));
    let rows = extensions.into_iter().take(FEW).map(|(extension, (n_files, size))| {
        let extension = if extension.is_empty() { "(none)" } else { extension };
        [n_files.to_string(), size.bytes.to_string(), size.lines.to_string(), extension.to_owned()]
    });
    print_table(out, ["files", "bytes", "lines", "extension, the largest first"], rows)
}

fn print_list(out: &mut impl Write, title: &str, items: &[(&str, u64)]) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let items: Vec<String> = items.iter().map(|(name, number)| format!("{name} {number}")).collect();
    writeln!(out, "{title}: {}\n", items.join(", "))
}

fn print_failures(out: &mut impl Write, totals: &Totals) -> io::Result<()> {
    for (reason, failures) in &totals.failures {
        writeln!(out, "failures by {reason}: {}", failures.len())?;
        failures.iter().take(FEW).try_for_each(|failure| writeln!(out, "  {failure}"))?;
        writeln!(out)?;
    }
    Ok(())
}

/// Asks for an exact type at last. Until here no answer was more than a `Box<dyn Answer>`.
fn print_exact(out: &mut impl Write, ledger: Ledger) -> io::Result<()> {
    let exact = ledger.kinds.into_values().find_map(|kind| typeport::downcast(kind.largest).ok());
    let Some(Report::<Counts> { path, size, finding }) = exact else { return Ok(()) };
    let (bytes, Counts { letters, digits, spaces, marks }) = (size.bytes, finding);
    writeln!(out, "one answer as exactly `Report<Counts>`: {path} has {bytes} bytes:")?;
    writeln!(out, "  {letters} letters, {digits} digits, {spaces} spaces and {marks} other characters")
}
