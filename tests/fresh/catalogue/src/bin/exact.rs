//! Reads envelopes from standard input and decodes each into its exact type: for the whole catalogue, and prints whether each
//! equals the catalogue's value; with the argument `outcome` or `job` for one typed error, which it prints. Imports the catalogue, the
//! peer and `domain`.
#![forbid(unsafe_code)]

use domain::{Foo, Rejected};
use fresh_peer::{Equality, Outcome, print};
use results::Exhausted;
use std::io::Read;
use typeport::{Codec, Failure, Value};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = Vec::new();
    std::io::stdin().lock().read_to_end(&mut input)?;
    if std::env::args().nth(1).as_deref() == Some("outcome") {
        let failure = typeport::from_slice::<Result<i64, Failure>>(&input)?.expect_err("it failed");
        let Rejected { value, reason } = failure.downcast::<Rejected<Vec<Foo>>>()?;
        return print(&(value, reason));
    }
    if std::env::args().nth(1).as_deref() == Some("job") {
        let failure = typeport::from_slice::<Outcome>(&input)?.expect_err("nothing is left to do");
        return print(&failure.downcast::<Exhausted<Vec<Foo>>>()?.value);
    }
    let (codec, mut rest) = (Codec::default(), &*input);
    let mut equalities: Vec<Equality> = Vec::new();
    for entry in fresh_catalogue::all() {
        let (_, behind) = codec.take_from_slice::<Box<dyn Value>>(rest)?;
        let (bytes, behind) = rest.split_at(rest.len() - behind.len());
        equalities.push(entry.equality(&codec, bytes)?);
        rest = behind;
    }
    print(&equalities)
}
