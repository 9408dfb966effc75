//! The main function of a process that forwards values whose types it may not link. Imports `report` and `results`.

use crate::report::Hop;
use results::{Job, ResultBase};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Read;
use typeport::{Carried, Codec, Failure, Format, Opaque};

/// Results in all places that one can stand in: what a producer sends.
pub type Bundle<R = Box<dyn ResultBase>> = (R, Vec<R>, BTreeMap<String, Option<R>>);

/// What a job leads to.
pub type Outcome = Result<Box<dyn Job>, Failure>;

/// Reads one envelope from the standard input for each argument, as what the argument says: `root`, `bundle`, `outcome` or
/// `job`; writes each again, or what the job has made, and prints what it saw.
///
/// # Errors
///
/// An argument is unknown, an envelope cannot be decoded, or the standard output is closed.
pub fn forward() -> Result<(), Box<dyn Error>> {
    let mut input = Vec::new();
    std::io::stdin().lock().read_to_end(&mut input)?;
    let mut rest = &*input;
    let mut hops = Vec::new();
    for kind in std::env::args().skip(1) {
        // Each envelope says its own format, and what is carried goes out in the one that it came in.
        let format = typeport::take_from_slice::<Opaque>(rest)?.0.format();
        let (hop, behind) = match kind.as_str() {
            "root" => root(rest)?,
            "bundle" => bundle(format, rest)?,
            "outcome" => outcome(format, rest)?,
            "job" => job(format, rest)?,
            unknown => return Err(format!("unknown kind `{unknown}`").into()),
        };
        hops.push(hop);
        rest = behind;
    }
    crate::print(&hops)
}

fn root(bytes: &[u8]) -> typeport::Result<(Hop, &[u8])> {
    let (value, rest) = typeport::take_from_slice::<Opaque>(bytes)?;
    let carried = vec![value.type_name().to_string()];
    Ok((Hop { known: Vec::new(), carried, bytes: typeport::to_vec(&value)? }, rest))
}

fn bundle(format: Format, bytes: &[u8]) -> typeport::Result<(Hop, &[u8])> {
    let codec = Codec::default().format(format);
    let (bundle, rest) = codec.take_from_slice::<Bundle<Carried<dyn ResultBase>>>(bytes)?;
    let (first, list, map) = &bundle;
    let all = std::iter::once(first).chain(list).chain(map.values().flatten());
    let mut hop = Hop { known: Vec::new(), carried: Vec::new(), bytes: codec.to_vec(&bundle)? };
    for value in all {
        match value {
            Carried::Known(value) => hop.known.push(format!("{}: {}", value.type_name(), value.summary())),
            Carried::Opaque(value) => hop.carried.push(value.type_name().to_string()),
        }
    }
    Ok((hop, rest))
}

fn outcome(format: Format, bytes: &[u8]) -> typeport::Result<(Hop, &[u8])> {
    let codec = Codec::default().format(format);
    let (outcome, rest) = codec.take_from_slice::<Result<i64, Failure>>(bytes)?;
    let failure = outcome.as_ref().err();
    let known = failure.map(|failure| format!("{failure:#}")).into_iter().collect();
    let carried = failure.and_then(Failure::type_name).iter().map(ToString::to_string).collect();
    Ok((Hop { known, carried, bytes: codec.to_vec(&outcome)? }, rest))
}

/// Does the job, and writes its outcome. What the job plans is encoded on the way.
fn job(format: Format, bytes: &[u8]) -> typeport::Result<(Hop, &[u8])> {
    let codec = Codec::default().format(format).verify(true);
    let (job, rest) = codec.take_from_slice::<Outcome>(bytes)?;
    let job = job.expect("there is a job to do");
    let mut known = vec![job.type_name().to_string()];
    for planned in job.plan() {
        known.push(codec.from_slice::<Opaque>(&codec.to_vec(&*planned)?)?.type_name().to_string());
    }
    let outcome = job.run();
    known.push(match &outcome {
        Ok(job) => format!("{job:?}"),
        Err(failure) => format!("{failure:#}"),
    });
    let carried = outcome.as_ref().err().and_then(Failure::type_name).iter().map(ToString::to_string).collect();
    Ok((Hop { known, carried, bytes: codec.to_vec(&outcome)? }, rest))
}
