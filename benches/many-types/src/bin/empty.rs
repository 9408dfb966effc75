//! The baseline program: it links nothing, and prints one line. Imports std only.
#![forbid(unsafe_code)]

fn main() {
    println!("nothing");
}
