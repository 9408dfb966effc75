//! How a process decodes a specialization that it never names: `cargo run --example how_it_works`.
//! Imports std and typeport only. Every line that it prints is also asserted.
#![forbid(unsafe_code)]

use std::{any, error::Error};
use typeport::{Envelope, Portable, Registry, Resolution, Value, portable};

#[portable(id = "acme::Foo")]
#[derive(PartialEq)]
struct Foo(i64, String);

#[portable(id = "acme::GenericResult")]
#[derive(PartialEq)]
struct GenericResult<T> {
    value: T,
}

#[portable(id = "acme::ResultBase")]
trait ResultBase {
    fn summary(&self) -> String;
    fn compiled_as(&self) -> &'static str;
}

/// The macro compiles this impl once, for `GenericResult<Erased<0>>`. An `Erased<0>` holds a value of any portable type.
#[portable]
impl<T: Portable> ResultBase for GenericResult<T> {
    fn summary(&self) -> String {
        format!("{:?}", self.value)
    }
    fn compiled_as(&self) -> &'static str {
        any::type_name::<Self>()
    }
}

/// The receiver, which would be another binary. It has only the bytes, and never names `GenericResult<Foo>`.
fn receive(bytes: &[u8]) -> Result<Box<dyn ResultBase>, Box<dyn Error>> {
    // The header says which type this is. Parsing it builds no value.
    let envelope = Envelope::parse(bytes)?;
    println!("type name    {}", envelope.type_name());
    println!("type hash    {:016x}", envelope.type_hash());
    println!("state        {:02x?}", envelope.state());
    assert_eq!(envelope.type_name().as_str(), "acme::GenericResult<acme::Foo>");
    assert_eq!(envelope.type_hash(), 0xc54e_c32f_db5a_6b9b); // of the name, and of the fields of both types
    assert_eq!(envelope.state(), b"\x0e\x03ada"); // 7 and "ada", as postcard writes them

    // The registry has the pattern and `acme::Foo`, not their combination. Its plan says that parameter 0 is `acme::Foo`.
    let members = Registry::global().members("acme::ResultBase");
    println!("registered   {}", members[0].name);
    assert_eq!((members.len(), members[0].name.as_str()), (1, "acme::GenericResult<?0>"));
    assert_eq!(Registry::global().resolve(envelope.type_name()), Resolution::Erased);

    // The code of `GenericResult<Erased<0>>` decodes the state. Its `Erased<0>` looks up parameter 0 and decodes a `Foo`.
    Ok(typeport::from_slice(bytes)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let sent = GenericResult { value: Foo(7, "ada".to_owned()) };
    let bytes = typeport::to_vec(&sent)?;

    let received = receive(&bytes)?;
    println!("it is a      {}", received.type_name());
    println!("compiled as  {}, not {}", received.compiled_as(), sent.compiled_as());
    println!("summary      {}", received.summary());
    assert_eq!(received.type_name(), *Envelope::parse(&bytes)?.type_name());
    assert!(received.compiled_as().contains("Erased<0") && !sent.compiled_as().contains("Erased"));
    assert_eq!(received.summary(), r#"Foo(7, "ada")"#);

    // The erased value encodes to the bytes that it came from.
    let again = typeport::to_vec(&received)?;
    println!("sent, again  {} bytes, {} bytes, equal", bytes.len(), again.len());
    assert_eq!(again, bytes);

    // `main` names the specialization, so it can turn the erased value into the exact type.
    let exact: GenericResult<Foo> = typeport::downcast(received)?;
    println!("downcast     {exact:?}");
    assert!(exact == sent);
    Ok(())
}

#[test]
fn every_claim_holds() -> Result<(), Box<dyn Error>> {
    main()
}
