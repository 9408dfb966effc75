//! The main function of a receiving process. Imports `subject` and `report`.

use crate::report::{Account, Report};
use crate::subject::{Subject, see};
use results::{ContextBase, ResultBase};
use serde::Serialize;
use std::error::Error;
use std::io::Read;
use typeport::{Codec, Format, Portable, Registry};

/// Reads one envelope from the standard input for each argument behind the first, decodes it as the interface that the
/// argument names, and prints the account. The first argument is the format to write.
///
/// # Errors
///
/// An argument is unknown, or the standard output is closed. An envelope that cannot be decoded is reported instead.
pub fn serve() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let codec = format_named(arguments.next())?;
    let mut input = std::io::stdin().lock();
    let conflicts = Registry::global().check().err().map(|conflicts| conflicts.to_string());
    let reports = arguments.map(|interface| match interface.as_str() {
        <dyn ResultBase>::NAME => Ok(receive::<dyn ResultBase>(&codec, &mut input)),
        <dyn ContextBase>::NAME => Ok(receive::<dyn ContextBase>(&codec, &mut input)),
        unknown => Err(format!("unknown interface `{unknown}`").into()),
    });
    let reports = reports.collect::<Result<_, Box<dyn Error>>>()?;
    print(&Account { conflicts, reports })
}

fn receive<I: Subject + ?Sized>(codec: &Codec, input: &mut impl Read) -> Report
where
    Box<I>: Portable,
{
    let decoded = codec.from_reader::<Box<I>>(input).and_then(|value| {
        let resolution = format!("{:?}", Registry::global().resolve(&value.type_name()));
        Ok(Report::Decoded { resolution, seen: see(codec, value)? })
    });
    decoded.unwrap_or_else(|error| Report::Refused { code: error.code(), message: error.to_string() })
}

/// The codec that writes the format of that name.
///
/// # Errors
///
/// There is no such format, or no name.
pub fn format_named(name: Option<String>) -> Result<Codec, Box<dyn Error>> {
    let named = Format::ALL.iter().copied().find(|format| Some(format.name()) == name.as_deref());
    Ok(Codec::default().format(named.ok_or("the first argument is postcard, bincode or json")?))
}

/// Prints a report to the standard output.
///
/// # Errors
///
/// The standard output is closed.
pub fn print(report: &impl Serialize) -> Result<(), Box<dyn Error>> {
    Ok(serde_json::to_writer(std::io::stdout().lock(), report)?)
}
