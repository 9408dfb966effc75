//! Writes the inputs of the tests: `cargo run -p typeport-cli --example data`. Imports `samples`, which the tests share.
#![forbid(unsafe_code)]

#[path = "../tests/samples/mod.rs"]
mod samples;

fn main() -> std::io::Result<()> {
    for (name, bytes) in samples::files() {
        std::fs::write(samples::folder().join(name), bytes)?;
    }
    Ok(())
}
