//! Writes `performance.md` and its pictures from the measurements: `report MEASURED DOCS`.
#![forbid(unsafe_code)]

mod machine;
mod measured;
mod plot;
mod prose;
mod tables;

use measured::Measured;
use peers::case::{DECODE, ENCODE, Entry};
use peers::workload::Workload;
use plot::Bars;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Columns = [(Workload, Vec<Entry>)];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [measured, docs] = &arguments[..] else { return Err("usage: report MEASURED DOCS".into()) };
    let measured = Measured::read(measured)?;
    let columns = Workload::ALL.map(|workload| (workload, peers::entries(workload)));
    let pictures = docs.join("performance");
    fs::create_dir_all(&pictures)?;
    for (workload, entries) in &columns {
        draw(&pictures, *workload, entries, &measured)?;
    }
    fs::write(docs.join("performance.md"), document(&columns, &measured))?;
    Ok(())
}

fn draw(folder: &Path, workload: Workload, entries: &[Entry], measured: &Measured) -> Result<(), Box<dyn Error>> {
    let ratio = |name, direction| Some(measured.of(workload, name, direction)?.ratio);
    let bars: Vec<Bars> = entries
        .iter()
        .filter_map(|entry| {
            Some(Bars { name: entry.name, encode: ratio(entry.name, ENCODE)?, decode: ratio(entry.name, DECODE)? })
        })
        .collect();
    let first = entries.first().map_or("", |entry| entry.name);
    let title = format!("{}: time by that of {first}", prose::title(workload));
    plot::write(&folder.join(workload.name()).with_extension("svg"), &title, &bars)
}

fn document(columns: &Columns, measured: &Measured) -> String {
    let (trait_objects, arrays) = columns.split_at(columns.len() - 2);
    let first_array = &arrays[0].1[0].name;
    let mut parts = vec![prose::INTRODUCTION.to_owned(), machine_part()];
    parts.push("## All ratios\n\nEncode, by the first line's time:\n".to_owned());
    parts.push(tables::overview(ENCODE, trait_objects, measured));
    parts.push("Decode, by the first line's time:\n".to_owned());
    parts.push(tables::overview(DECODE, trait_objects, measured));
    parts.push(format!("Arrays, encode by {first_array}:\n"));
    parts.push(tables::overview(ENCODE, arrays, measured));
    parts.push(format!("Arrays, decode by {first_array}:\n"));
    parts.push(tables::overview(DECODE, arrays, measured));
    parts.push(prose::PAIRS.to_owned());
    parts.push(tables::pairs(columns, measured));
    parts.push(prose::AGAIN.to_owned());
    parts.push(tables::again(trait_objects, measured));
    parts.push(tables::again(arrays, measured));
    for (workload, entries) in columns {
        let (title, name) = (prose::title(*workload), workload.name());
        parts.push(format!("## {title}\n\n{}\n\n![ratios](performance/{name}.svg)\n", prose::text(*workload)));
        parts.push(tables::of_workload(*workload, entries, measured));
    }
    parts.push(prose::FAIRNESS.to_owned());
    parts.join("\n")
}

fn machine_part() -> String {
    let (processor, compiler) = (machine::processor(), machine::compiler());
    let versions: Vec<String> = machine::versions().chunks(6).map(|some| some.join(", ")).collect();
    format!("Taken on {processor}, with {compiler}. The versions:\n{}.\n", versions.join(",\n"))
}
