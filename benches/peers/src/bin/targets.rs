//! Typeport's targets and current results: a row for each workload and direction, with its ratio to its yardstick.
//!
//! `targets [--only NAME] [--rounds N]` measures times; `--instructions` counts instructions instead, with callgrind, in a
//! process per contender. NAME is a group, or a row as it is printed. `targets --only ROW [--contender WHO] --count N` makes N
//! calls and prints nothing, for a profile of `peers::case::counted`.
#![forbid(unsafe_code)]

use peers::case::{Case, counted};
use peers::rounds::Rounds;
use peers::targets::{Contender, GROUPS, Group, OURS, ROWS, call};
use std::process::Command;

struct Options {
    only: Option<String>,
    contender: String,
    count: Option<u32>,
    n_rounds: usize,
    is_counting: bool,
}

fn main() {
    let options = Options::parse(std::env::args().skip(1));
    if options.count.is_none() {
        let unit = if options.is_counting { "thousand instructions" } else { "µs" };
        println!("| row | typeport, {unit} | yardstick | ratio | wanted | by others |");
        println!("| --- | ---: | ---: | ---: | ---: | --- |");
    }
    for (name, group) in GROUPS {
        let rows: Vec<usize> = (0..ROWS.len()).filter(|row| options.wants(name, *row)).collect();
        if !rows.is_empty() {
            options.measure(name, &rows, &group());
        }
    }
}

fn title(group: &str, row: usize) -> String {
    format!("{group}: {}", ROWS[row])
}

fn is_of(only: &str, group: &str, row: usize) -> bool {
    only == group || only == title(group, row)
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Self {
        let contender = OURS.to_owned();
        let mut options = Options { only: None, contender, count: None, n_rounds: 21, is_counting: false };
        while let Some(flag) = arguments.next() {
            let mut value = || arguments.next().unwrap_or_else(|| panic!("{flag} needs a value"));
            match flag.as_str() {
                "--only" => options.only = Some(value()),
                "--contender" => options.contender = value(),
                "--count" => options.count = Some(value().parse().expect("--count takes a number")),
                "--rounds" => options.n_rounds = value().parse().expect("--rounds takes a number"),
                "--instructions" => options.is_counting = true,
                _ => panic!("{flag} is no option: --only, --contender, --count, --rounds, --instructions"),
            }
        }
        let is_there = GROUPS.iter().any(|(name, _)| (0..ROWS.len()).any(|row| options.wants(name, row)));
        assert!(is_there, "--only: no group and no row has this name");
        options
    }

    fn wants(&self, group: &str, row: usize) -> bool {
        self.only.as_ref().is_none_or(|only| is_of(only, group, row))
    }

    fn measure(&self, name: &str, rows: &[usize], group: &Group) {
        if let Some(count) = self.count {
            return self.repeat(count, rows, group);
        }
        let cases: Vec<Case> = group.contenders.iter().map(|contender| (contender.case)()).collect();
        for (Contender { name: who, .. }, case) in group.contenders.iter().zip(&cases) {
            assert!(case.is_round(), "{who} does not give back what it was given: {name}");
        }
        for row in rows {
            let title = title(name, *row);
            let measured = if self.is_counting { count(&title, group) } else { self.time(*row, &cases) };
            print_row(&title, group.wanted[*row], group, &measured);
        }
    }

    /// A first call builds everything that is built once.
    fn repeat(&self, count: u32, rows: &[usize], group: &Group) {
        let [row] = rows else { panic!("--count needs --only with a row") };
        let contender = group.contenders.iter().find(|contender| contender.name == self.contender);
        let case = (contender.expect("--contender: nobody here has this name").case)();
        call(&case, *row)();
        (0..count).for_each(|_| counted(call(&case, *row)));
    }

    fn time(&self, row: usize, cases: &[Case]) -> Measured {
        let calls: Vec<&dyn Fn()> = cases.iter().map(|case| &**call(case, row) as &dyn Fn()).collect();
        let rounds = Rounds::take(self.n_rounds, &calls);
        Measured {
            amounts: (0..calls.len()).map(|at| rounds.seconds(at) * 1e6).collect(),
            ratios: (0..calls.len()).map(|at| rounds.ratio(0, at)).collect(),
        }
    }
}

/// What each contender takes, and what typeport takes by that.
struct Measured {
    amounts: Vec<f64>,
    ratios: Vec<f64>,
}

fn count(title: &str, group: &Group) -> Measured {
    let amounts: Vec<f64> = group.contenders.iter().map(|it| instructions(title, it.name) as f64 / 1e3).collect();
    let ratios = amounts.iter().map(|amount| amounts[0] / amount).collect();
    Measured { amounts, ratios }
}

/// Runs this program under valgrind, which prints its count at the end.
fn instructions(row: &str, contender: &str) -> u64 {
    let program = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*peers::case::counted*"]);
    command.arg(program).args(["--only", row, "--contender", contender, "--count", "1"]);
    let output = command.output().expect("valgrind can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    counted.filter(|count| *count > 0).unwrap_or_else(|| panic!("{row}: valgrind counts nothing: {said}"))
}

fn print_row(title: &str, wanted: Option<f64>, group: &Group, Measured { amounts, ratios }: &Measured) {
    let others = group.contenders.iter().zip(ratios).skip(2);
    let others: Vec<String> = others.map(|(other, ratio)| format!("{ratio:.2} by {}", other.name)).collect();
    let mark = if wanted.is_some_and(|wanted| ratios[1] > wanted) { " **missed**" } else { "" };
    let wanted = wanted.map_or("–".to_owned(), |wanted| format!("{wanted:.1}"));
    let (ours, yardstick, ratio, others) = (amounts[0], amounts[1], ratios[1], others.join(", "));
    println!("| {title} | {ours:.3} | {yardstick:.3} | {ratio:.2}{mark} | {wanted} | {others} |");
}
