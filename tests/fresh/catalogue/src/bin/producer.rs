//! Prints values of the catalogue as their producer sees them. The first argument names the format, the second selects the list
//! `matrix` or `unlisted`, or the envelopes `bundle`, `outcomes` or `job`. Imports the catalogue and the peer.
#![forbid(unsafe_code)]

use domain::{Foo, Rejected};
use fresh_catalogue::Entry;
use fresh_peer::{Bundle, Outcome, Sent, Subject, format_named, print};
use results::{Countdown, ResultBase};
use typeport::{Codec, Failure, Result};

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let codec = format_named(arguments.next())?;
    match arguments.next().as_deref() {
        Some("matrix") => print(&sent(&codec, &fresh_catalogue::all())?),
        Some("unlisted") => print(&sent(&codec, &fresh_catalogue::unlisted())?),
        Some("bundle") => print(&[codec.to_vec(&bundle(&codec)?)?]),
        Some("outcomes") => print(&outcomes(&codec)?),
        Some("job") => print(&[codec.to_vec(&job())?]),
        _ => Err("the second argument is matrix, unlisted, bundle, outcomes or job".into()),
    }
}

fn sent(codec: &Codec, entries: &[Entry]) -> Result<Vec<Sent>> {
    entries.iter().map(|entry| entry.sent(codec)).collect()
}

/// All results of the matrix, in a list; the last one also alone, and every third by name.
fn bundle(codec: &Codec) -> Result<Bundle> {
    let all = sent(codec, &fresh_catalogue::all())?;
    let results: Vec<&Sent> = all.iter().filter(|sent| sent.interface == <dyn ResultBase>::NAME).collect();
    let decode = |sent: &Sent| codec.from_slice::<Box<dyn ResultBase>>(&sent.seen.bytes);
    let first = results.last().map(|sent| decode(sent)).expect("there are results")?;
    let list = results.iter().map(|sent| decode(sent)).collect::<Result<Vec<_>>>()?;
    let by_name = |sent: &&Sent| Ok((sent.name.clone(), Some(decode(sent)?)));
    let mut map = results.iter().step_by(3).map(by_name).collect::<Result<std::collections::BTreeMap<_, _>>>()?;
    map.insert("nothing".to_owned(), None);
    Ok((first, list, map))
}

/// A value, a typed error whose type is generic, and text.
fn outcomes(codec: &Codec) -> Result<Vec<Vec<u8>>> {
    let rejected =
        Rejected { value: vec![Foo::new(3)], reason: "no foo".parse::<i64>().expect_err("no number").to_string() };
    let outcomes: [std::result::Result<i64, Failure>; 3] =
        [Ok(7), Err(Failure::from(rejected)), Err(Failure::from("text"))];
    outcomes.iter().map(|outcome| codec.to_vec(outcome)).collect()
}

/// A job that is done twice, and then fails.
fn job() -> Outcome {
    Ok(Box::new(Countdown { value: Some(vec![Foo::new(3)]), left: 2 }))
}
