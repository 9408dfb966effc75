//! `log`: ten thousand requests to a web server, small and mostly text. Imports `seeded`.

use super::seeded;
use crate::seeded::Seeded;
use typeport::portable;

/// The whole log.
#[portable]
#[derive(PartialEq)]
pub struct Logs {
    logs: Vec<Log>,
}

#[portable]
#[derive(PartialEq)]
struct Log {
    address: Address,
    identity: String,
    userid: String,
    date: String,
    request: String,
    code: u16,
    size: u64,
}

#[portable]
#[derive(PartialEq)]
struct Address {
    x0: u8,
    x1: u8,
    x2: u8,
    x3: u8,
}

const LOGS: usize = 10_000;
const USERS: [&str; 9] = ["-", "alice", "bob", "carmen", "david", "eric", "frank", "george", "harry"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "UPDATE", "DELETE"];
const ROUTES: [&str; 7] = [
    "/favicon.ico",
    "/css/index.css",
    "/css/font-awsome.min.css",
    "/img/logo-full.svg",
    "/img/splash.jpg",
    "/api/login",
    "/api/logout",
];
const PROTOCOLS: [&str; 4] = ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"];

/// The codes that HTTP knows, as ranges.
const CODES: [std::ops::RangeInclusive<u16>; 12] = [
    100..=103,
    200..=208,
    226..=226,
    300..=308,
    400..=418,
    421..=426,
    428..=429,
    431..=431,
    451..=451,
    500..=508,
    510..=510,
    511..=511,
];

/// The data set.
pub fn logs() -> Logs {
    let seeded = &mut seeded();
    let codes: Vec<u16> = CODES.into_iter().flatten().collect();
    Logs { logs: (0..LOGS).map(|_| log(seeded, &codes)).collect() }
}

fn log(seeded: &mut Seeded, codes: &[u16]) -> Log {
    let mut byte = || seeded.next_number() as u8;
    Log {
        address: Address { x0: byte(), x1: byte(), x2: byte(), x3: byte() },
        identity: "-".to_owned(),
        userid: seeded.word(&USERS),
        date: date(seeded),
        request: [seeded.pick(&METHODS), seeded.pick(&ROUTES), seeded.pick(&PROTOCOLS)].map(|part| *part).join(" "),
        code: *seeded.pick(codes),
        size: seeded.below(100_000_000),
    }
}

/// A time in a zone of whole hours, without leading zeros.
fn date(seeded: &mut Seeded) -> String {
    let (day, month, year) = (seeded.between(1, 29), seeded.word(&MONTHS), seeded.between(1970, 2022));
    let (hour, minute, second) = (seeded.below(24), seeded.below(60), seeded.below(60));
    let zone = seeded.between(-12, 13) * 100;
    format!("{day}/{month}/{year}:{hour}:{minute}:{second} {zone:+05}")
}
