//! The program that everything is measured above: it links nothing, and prints one line. Imports std only.
#![forbid(unsafe_code)]

fn main() {
    println!("nothing");
}
