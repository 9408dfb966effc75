//! Runs the programs that were compiled under hard conditions. Cargo builds the examples of a package before it runs the
//! package's tests.

use std::path::Path;
use std::process::Command;

#[test]
fn expansions_compile_under_hard_conditions() {
    let program = std::env::current_exe().unwrap();
    let built = program.parent().and_then(Path::parent).unwrap().join("examples");
    let sources = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).unwrap();
    let mut n_run = 0;
    for source in sources {
        let name = source.unwrap().path().file_stem().unwrap().to_owned();
        let path = built.join(name).with_extension(std::env::consts::EXE_EXTENSION);
        let status = Command::new(&path).status();
        let status = status.unwrap_or_else(|error| panic!("{error}: `cargo test -p hard` builds {}", path.display()));
        assert!(status.success(), "{}: {status}", path.display());
        n_run += 1;
    }
    assert!(n_run >= 12, "{n_run} crates");
}
