//! The sums of the answers. Imports `folder`, `run`.

use crate::folder::Folder;
use crate::run::Run;

fn mixed(name: &str) -> Folder {
    Folder::new(name)
        .with("prose.md", "Portable values travel.\nValues return, portable.\n")
        .with("nested/deep/notes.txt", "travel\n")
        .with("code.rs", "fn main() {\n    assert!(true);\n    panic!();\n}\n")
        .with("data.json", format!("{}\n{}\n", "x".repeat(100), "y".repeat(101)))
        .with("LICENSE", "Do as you like, 24/7.\n")
        .with("empty.txt", "")
        .with("nul.png", b"\x89PNG\0\0")
        .with("latin1.txt", b"caf\xe9")
        .with(".git/HEAD", "skipped")
        .with("target/debug/output.txt", "skipped")
}

#[test]
fn a_mixed_folder_adds_up() {
    let folder = mixed("a_mixed_folder_adds_up");
    let run = Run::new(&["--workers".as_ref(), "2".as_ref(), folder.path().as_ref()]);
    run.check(&["most frequent words: portable 2, travel 2, values 2, return 1"]);
    let sums = ["files read", "failures", "lines", "words", "lines found by the searches", "bytes"];
    assert_eq!(sums.map(|of| run.number(&format!("  {of}"))), [6, 2, 10, 20, 3, 328]);
    assert!(run.stdout.contains("data.json 1"), "{}", run.stdout);
    assert!(run.number("bytes of jobs sent") > 0 && run.number("bytes of answers received") > 0);
}

#[test]
fn each_kind_of_job_and_answer_has_its_row() {
    let folder = mixed("each_kind_of_job_and_answer_has_its_row");
    let run = Run::new(&["--workers".as_ref(), "1".as_ref(), folder.path().as_ref()]);
    let jobs = ["Count", "ListWords", "Search<Vec<String>>", "Search<files_jobs::LongerThan>"];
    assert_eq!(jobs.map(|job| run.number(&format!("  files_jobs::{job}"))), [2, 4, 1, 1]);
    let answers = [
        "erased  files_jobs::Failure<files_answers::NotText>",
        "erased  files_jobs::Farewell<BTreeMap<String, files_answers::Row>>",
        "erased  files_jobs::Report<Vec<files_jobs::Hit>>",
        "erased  files_jobs::Report<Vec<files_jobs::Word>>",
        "native  files_jobs::Report<files_jobs::Counts>",
    ];
    assert_eq!(answers.map(|answer| run.number(answer)), [2, 1, 2, 3, 1]);
    let extensions = ["(none)", "json", "md", "rs", "txt"];
    assert_eq!(extensions.map(|extension| run.number(&format!("  {extension}"))), [1, 1, 1, 1, 2]);
}

#[test]
fn failures_say_what_no_text_has() {
    let folder = mixed("failures_say_what_no_text_has");
    let run = Run::new(&[folder.path().as_ref()]);
    let path = folder.path().display();
    run.check(&[
        "failures by files_answers::NotText: 2",
        &format!("  {path}/latin1.txt: not text: byte 3 is 0xe9"),
        &format!("  {path}/nul.png: not text: byte 4 is 0x00"),
    ]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_cannot_be_opened_is_a_failure_of_another_type() {
    use std::os::unix::ffi::OsStrExt;
    // No job can carry this name, and unlike a file without permissions it is out of reach for every user.
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    let folder = Folder::new("a_file_that_cannot_be_opened").with(name, "text").with("b.txt", "text");
    let run = Run::new(&[folder.path().as_ref()]);
    run.check(&["failures by files_answers::Unreadable: 1"]);
    assert_eq!((run.number("  files read"), run.number("  failures")), (1, 1));
}

#[test]
fn a_file_larger_than_a_worker_reads_is_a_failure() {
    let folder = Folder::new("a_file_larger_than_a_worker_reads").with("b.txt", vec![b' '; (16 << 20) + 1]);
    let run = Run::new(&[folder.path().as_ref()]);
    run.check(&[&format!("  {}/b.txt: larger than 16777216 bytes", folder.path().display())]);
}

#[test]
fn one_exact_type_is_decoded_at_the_end() {
    let folder = Folder::new("one_exact_type_is_decoded_at_the_end").with("LICENSE", "Do as you like, 24/7.\n");
    let run = Run::new(&[folder.path().as_ref()]);
    run.check(&["  11 letters, 3 digits, 5 spaces and 3 other characters"]);
}

#[test]
fn the_number_of_workers_changes_no_total() {
    let folder = mixed("the_number_of_workers_changes_no_total");
    let totals = ["1", "3", "8"].map(|n_workers| {
        let run = Run::new(&["--workers".as_ref(), n_workers.as_ref(), folder.path().as_ref()]);
        let lines = run.stdout.lines().skip_while(|line| !line.ends_with("files read"));
        let lines = lines.filter(|line| !line.ends_with("bytes of answers received"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    });
    assert_eq!(totals[0], totals[1]);
    assert_eq!(totals[0], totals[2]);
}
