//! Decodes of damaged envelopes: each ends in an error of a known kind, or in a value that is the same natively and erased and
//! is stable when it is re-encoded; never in a panic; and the codec is unaffected. Imports `corpus`.

use crate::corpus::Entry;
use crate::scale::scaled;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use typeport::{Codec, Envelope, Error, Format, Value};

/// After how many errors a sound envelope is decoded.
const ERRORS: u64 = 1000;

/// What one input was decoded into.
#[derive(Default)]
pub struct Outcome {
    /// What the decoded value is written as: by the named type, by the root interface.
    pub exact: Option<Vec<u8>>,
    pub any: Option<Vec<u8>>,
    /// The code of the error of the named type.
    pub code: u16,
}

impl Outcome {
    pub fn is_accepted(&self) -> bool {
        self.exact.is_some() || self.any.is_some()
    }
}

/// What a sweep has seen so far.
pub struct Tally {
    sweep: &'static str,
    codec: Codec,
    began: Instant,
    pub inputs: u64,
    pub accepted: u64,
    decodes: u64,
    errors: u64,
    sound: u64,
    codes: BTreeMap<u16, u64>,
}

impl Tally {
    pub fn new(sweep: &'static str) -> Self {
        let (codec, began) = (Codec::default(), Instant::now());
        Tally { sweep, codec, began, inputs: 0, accepted: 0, decodes: 0, errors: 0, sound: 0, codes: BTreeMap::new() }
    }

    /// Decodes `bytes` by the type of the entry and by the root interface; `what` says what was done to them.
    pub fn attempt(&mut self, entry: &Entry, bytes: &[u8], what: impl Fn() -> String) -> Outcome {
        self.inputs += 1;
        let place = || format!("{}: {}: {}", self.sweep, entry.manifest.file, what());
        let exact = decode(&self.codec, bytes, entry.sample.exact, &place);
        let any = decode(&self.codec, bytes, |codec, bytes| codec.from_slice::<Box<dyn Value>>(bytes), &place);
        let code = exact.as_ref().err().copied().unwrap_or_default();
        if code != WRONG_TYPE && !is_option_left_out(entry, &exact, &any) {
            let shown = || format!("named {exact:02x?}, by the interface {any:02x?}: {bytes:02x?}");
            let same = match (&exact, &any) {
                (Ok(exact), Ok(any)) => exact == any || has_no_order(exact),
                (exact, any) => exact.is_ok() == any.is_ok(),
            };
            assert!(same, "{}: two decodes differ: {}", place(), shown());
        }
        for code in [&exact, &any].into_iter().filter_map(|decoded| decoded.as_ref().err()) {
            *self.codes.entry(*code).or_default() += 1;
            self.errors += 1;
        }
        self.decodes += 2;
        let outcome = Outcome { exact: exact.ok(), any: any.ok(), code };
        self.accepted += u64::from(outcome.is_accepted());
        if self.errors >= ERRORS {
            self.check_sound(entry);
        }
        outcome
    }

    /// As [`Tally::attempt`], and both have to refuse.
    pub fn refuse(&mut self, entry: &Entry, bytes: &[u8], what: impl Fn() -> String) -> u16 {
        let outcome = self.attempt(entry, bytes, &what);
        assert!(!outcome.is_accepted(), "{}: {}: {}: accepted", self.sweep, entry.manifest.file, what());
        outcome.code
    }

    /// After errors, the same codec decodes the envelope as it was.
    pub fn check_sound(&mut self, entry: &Entry) {
        let sound = (entry.sample.exact)(&self.codec, &entry.bytes).map(drop);
        let any = self.codec.from_slice::<Box<dyn Value>>(&entry.bytes).map(drop);
        assert!(
            sound.is_ok() && any.is_ok(),
            "{}: {}: after {} errors the sound envelope gives {sound:?} and {any:?}",
            self.sweep,
            entry.manifest.file,
            self.errors
        );
        self.sound += 2;
        self.errors = 0;
    }

    /// Adds what another thread has seen.
    pub fn absorb(&mut self, other: Tally) {
        self.inputs += other.inputs;
        self.accepted += other.accepted;
        self.decodes += other.decodes;
        self.sound += other.sound;
        for (code, count) in other.codes {
            *self.codes.entry(code).or_default() += count;
        }
    }

    /// Asserts that there were as many inputs as the sweep is there for.
    #[track_caller]
    pub fn assert_inputs(&self, more_than: usize) {
        assert!(self.inputs > scaled(more_than, 0) as u64, "{} inputs", self.inputs);
    }

    pub fn print(&self) {
        println!(
            "{}: {} inputs, {} decodes, {} inputs accepted, errors by code {:?}, {} sound decodes between, {:.1} s",
            self.sweep,
            self.inputs,
            self.decodes,
            self.accepted,
            self.codes,
            self.sound,
            self.began.elapsed().as_secs_f64()
        );
    }
}

/// The code of `WrongType`, which only a caller who names a type can get.
const WRONG_TYPE: u16 = 15;

/// Decodes and writes again: the bytes of the value, or the code of the error.
fn decode(
    codec: &Codec,
    bytes: &[u8],
    decode: impl Fn(&Codec, &[u8]) -> Result<Box<dyn Value>, Error> + Copy,
    place: &impl Fn() -> String,
) -> Result<Vec<u8>, u16> {
    let attempt = catch_unwind(AssertUnwindSafe(|| match decode(codec, bytes) {
        Ok(value) => Ok(written(codec, bytes, &*value)),
        Err(error) => Err((error.code(), untyped(&error))),
    }));
    match attempt {
        Err(_) => panic!("{}: a panic: {bytes:02x?}", place()),
        Ok(Ok(Ok(again))) => {
            assert!(is_settled(codec, &again, decode), "{}: changes with each decode: {again:02x?}", place());
            Ok(again)
        }
        Ok(Ok(Err(error))) => panic!("{}: accepted, and then not written: {error}: {bytes:02x?}", place()),
        Ok(Err((code, None))) => Err(code),
        Ok(Err((_, Some(fault)))) => panic!("{}: {fault}: {bytes:02x?}", place()),
    }
}

fn written(codec: &Codec, bytes: &[u8], value: &dyn Value) -> Result<Vec<u8>, Error> {
    let envelope = Envelope::parse(bytes)?;
    codec.clone().format(envelope.format()).checksum(envelope.has_checksum()).to_vec(value)
}

/// Whether what was accepted and written is decoded and written as it stands from now on.
fn is_settled(codec: &Codec, again: &[u8], decode: impl Fn(&Codec, &[u8]) -> Result<Box<dyn Value>, Error>) -> bool {
    match decode(codec, again).and_then(|value| written(codec, again, &*value)) {
        Ok(third) => third == again || has_no_order(again),
        // JSON has no infinity, so that a float too large for its type becomes `null`.
        Err(_) => contains(again, b"null"),
    }
}

/// Whether a hash map or hash set of any size may be in the envelope.
fn has_no_order(bytes: &[u8]) -> bool {
    contains(bytes, b"Hash")
}

/// In JSON a native field of type `Option` may be left out.
fn is_option_left_out(entry: &Entry, exact: &Result<Vec<u8>, u16>, any: &Result<Vec<u8>, u16>) -> bool {
    entry.format == Format::Json && entry.manifest.type_name.contains("<Option<") && exact.is_ok() && any.is_err()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What is wrong with an error that bytes have caused, if anything is.
fn untyped(error: &Error) -> Option<String> {
    let predicates = [
        error.is_malformed(),
        error.is_limit(),
        error.is_unlinked(),
        error.is_mismatch(),
        error.is_format(),
        error.is_ambiguous(),
        error.is_io(),
    ];
    let is_one_kind = predicates.iter().filter(|is_true| **is_true).count() == 1 && !error.is_io();
    (!is_one_kind).then(|| format!("an error that bytes cannot cause: {error:?}"))
}
