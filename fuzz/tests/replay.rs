//! Runs each target's body over its seeds and over all former findings, without the fuzzer.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use typeport_fuzz::{TARGETS, seeds};

fn files(folder: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
    // A target without findings has no folder for them.
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_seed_and_every_finding_keeps_the_laws() {
    for (target, body) in TARGETS {
        let (corpus, regressions) = (files("corpus", target), files("regressions", target));
        println!("{target}: {} seeds, {} findings", corpus.len(), regressions.len());
        assert!(!corpus.is_empty(), "{target} has seeds");
        for file in corpus.iter().chain(&regressions) {
            println!("  {}", file.display());
            body(&fs::read(file).unwrap());
        }
    }
}

#[test]
fn the_corpus_holds_what_the_seeds_are_today() {
    for seed in seeds() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(seed.target).join(&seed.name);
        let found =
            fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}: run the example `seeds`", file.display()));
        assert_eq!(found, seed.bytes, "{} is stale: run the example `seeds`", file.display());
    }
}

#[test]
fn every_file_of_the_corpus_is_a_seed() {
    let known: HashSet<PathBuf> = seeds().iter().map(|seed| Path::new(seed.target).join(&seed.name)).collect();
    for (target, _) in TARGETS {
        for file in files("corpus", target) {
            let name = Path::new(target).join(file.file_name().unwrap());
            assert!(known.contains(&name), "{} is no seed: remove it", file.display());
        }
    }
}

#[test]
fn no_two_seeds_share_a_file() {
    let mut files: Vec<(&str, String)> = seeds().into_iter().map(|seed| (seed.target, seed.name)).collect();
    let all = files.len();
    files.sort();
    files.dedup();
    assert_eq!(files.len(), all);
}
