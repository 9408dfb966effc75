//! What a thousand types cost: build time, size of the program, instructions until the first decode. Prints Markdown.
//! Imports `generate` and `measure`.
#![forbid(unsafe_code)]

mod generate;
mod measure;

use generate::{Library, jobs};
use measure::{Workshop, instructions, run};
use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

const FEW: usize = 10;
/// Unless another number is asked for.
const MANY: usize = 1000;

/// A library with so many formats.
#[derive(Clone, Copy)]
struct Case {
    library: Library,
    formats: u64,
}

const CASES: [Case; 4] = [
    Case { library: Library::Typeport, formats: 1 },
    Case { library: Library::Typetag, formats: 1 },
    Case { library: Library::Typeport, formats: 3 },
    Case { library: Library::Typetag, formats: 3 },
];

/// What was measured of one program.
struct Cost {
    /// Seconds of the processor, for this crate alone.
    build: f64,
    /// Bytes, without symbols.
    size: u64,
    /// Instructions that it takes to decode one value.
    read: u64,
    /// As `read`, without the decode.
    idle: u64,
}

fn main() -> Result<()> {
    let (numbers, wanted): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|it| is_number(it));
    let many = numbers.first().and_then(|number| number.parse().ok()).filter(|many| *many > FEW).unwrap_or(MANY);
    let workshop = Workshop::open();
    let empty = empty_program(&workshop)?;
    let mut columns = Vec::new();
    for case in CASES.into_iter().filter(|case| wanted.is_empty() || wanted.contains(&case.name())) {
        // What it is built from comes first, so that it is not counted.
        cost(&workshop, case, 1)?;
        columns.push((case, cost(&workshop, case, FEW)?, cost(&workshop, case, many)?));
    }
    if !columns.is_empty() {
        print_types(&columns, many, empty);
    }
    if wanted.is_empty() || wanted.iter().any(|it| it == "clean") { print_clean(&workshop) } else { Ok(()) }
}

fn is_number(argument: &str) -> bool {
    argument.bytes().all(|byte| byte.is_ascii_digit())
}

impl Case {
    fn name(self) -> String {
        format!("{}-{}", self.library.name(), self.formats)
    }

    fn features(self) -> String {
        let formats = if self.formats == 1 { "one-format" } else { "three-formats" };
        format!("{},{formats}", self.library.name())
    }
}

impl Library {
    /// Also the feature that chooses it.
    fn name(self) -> &'static str {
        match self {
            Library::Typeport => "typeport",
            Library::Typetag => "typetag",
        }
    }
}

/// The instructions of a program that does nothing.
fn empty_program(workshop: &Workshop) -> Result<u64> {
    workshop.build("empty", "", Path::new(""))?;
    instructions(&workshop.target.join("release/empty"), [""; 0])
}

fn cost(workshop: &Workshop, case: Case, count: usize) -> Result<Cost> {
    let folder = workshop.target.join("many-types").join(format!("{}-{count}", case.name()));
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("jobs.rs"), jobs(case.library, count))?;
    eprintln!("{}, {count} types", case.name());
    let build = workshop.build("subject", &case.features(), &folder)?;
    let program = folder.join("subject");
    let size = workshop.strip("subject", &program)?;
    let value = folder.join("value");
    run(Command::new(&program).args(["write", "postcard"]).arg(&value))?;
    let count = |mode| instructions(&program, [Path::new(mode), Path::new("postcard"), &value]);
    Ok(Cost { build, size, read: count("read")?, idle: count("idle")? })
}

fn print_types(columns: &[(Case, Cost, Cost)], n_many: usize, empty: u64) {
    let row = |title: &str, cell: &dyn Fn(&(Case, Cost, Cost)) -> String| {
        let cells: Vec<String> = columns.iter().map(cell).collect();
        println!("| {title} | {} |", cells.join(" | "));
    };
    row("", &|(case, ..)| {
        let plural = if case.formats == 1 { "" } else { "s" };
        format!("{}, {} format{plural}", case.library.name(), case.formats)
    });
    row("---", &|_| "---:".to_owned());
    row(&format!("build of {FEW} types, s of processor time"), &|(_, few, _)| seconds(few.build));
    row(&format!("build of {n_many} types, s of processor time"), &|(.., many)| seconds(many.build));
    row(&format!("program with {FEW} types, KB"), &|(_, few, _)| kilo(few.size));
    row(&format!("program with {n_many} types, KB"), &|(.., many)| kilo(many.size));
    let per_type = |few: &Cost, many: &Cost| many.size.saturating_sub(few.size) / (n_many - FEW) as u64;
    row("bytes a type", &|(_, few, many)| per_type(few, many).to_string());
    row("bytes a type and format", &|(case, few, many)| (per_type(few, many) / case.formats).to_string());
    for (title, below) in [("an empty program", None), ("itself without the decode", Some(()))] {
        let above = |cost: &Cost| kilo(cost.read.saturating_sub(below.map_or(empty, |()| cost.idle)));
        row(&format!("first decode with {FEW} types, thousand instructions above {title}"), &|(_, few, _)| above(few));
        row(&format!("first decode with {n_many} types, thousand instructions above {title}"), &|(.., many)| {
            above(many)
        });
    }
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.1}")
}

fn kilo(number: u64) -> String {
    number.div_ceil(1000).to_string()
}

/// The libraries themselves, and what they are built from, into an empty folder.
fn print_clean(workshop: &Workshop) -> Result<()> {
    println!("\n| clean build of | s of processor time |\n| --- | ---: |");
    let builds = [
        ("serde alone, with its derive", ""),
        ("typeport, default features", "typeport"),
        ("typetag", "typetag"),
        ("typetag and postcard", "typetag,one-format"),
    ];
    for (title, features) in builds {
        eprintln!("clean build of {title}");
        let clean = Workshop { target: clean_folder(workshop)? };
        println!("| {title} | {:.1} |", clean.build("empty", features, Path::new(""))?);
        fs::remove_dir_all(&clean.target)?;
    }
    Ok(())
}

fn clean_folder(workshop: &Workshop) -> Result<PathBuf> {
    let folder = workshop.target.join("many-types/clean");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(folder)
}
