//! The inputs of the tests, made here and kept in `tests/data`: values of types that the command line does not link,
//! and what is wrong with inputs. Imports `types`.

mod types;

use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use typeport::{Codec, Format, Registry};
use types::{Batch, Hostile, Job, Kind, Measures, Print, Sum, Task};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn job(name: &str) -> Job<i64> {
    let kind = Kind::Retry { after: 2.5 };
    Job { name: name.to_owned(), payload: vec![1, -2, 3], kind, limit: Some(10), big: u128::MAX }
}

fn batch() -> Batch {
    let tasks: Vec<Box<dyn Task>> = vec![Box::new(Sum { of: vec![1, 2] }), Box::new(Print { text: "hello".into() })];
    Batch { tasks, done: vec![true, false] }
}

fn hostile() -> Hostile {
    Hostile {
        red: "\u{1b}[31mred\u{1b}[0m\u{7} and \u{9b}1m".into(),
        lines: "one\ntwo\r\t\"three\" \\ four".into(),
        backwards: "user\u{202e}txt.exe\u{2066} \u{200b}\u{feff}\u{e0041}".into(),
        long: "long text ".repeat(100),
    }
}

/// What Python wrote before there were envelopes: `{"queue": "orders", "job": {"id": 17, ..}}`.
const PICKLE: &[u8] =
    b"\x80\x04\x95Q\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x05queue\x94\x8c\x06orders\x94\x8c\x03job\x94}\x94\
    (\x8c\x02id\x94K\x11\x8c\x05owner\x94\x8c\x03ann\x94\x8c\x04path\x94\x8c\x12/srv/in/report.csv\x94uu.";

/// All files, by name.
pub fn files() -> Vec<(&'static str, Vec<u8>)> {
    let codec = Codec::default();
    let with_schema = Codec::default().schema(true);
    let bare = codec.to_vec(&job("plain")).unwrap();
    let described = with_schema.to_vec(&job("plain")).unwrap();
    let changed = Job { payload: vec![1, 5, 3, 4], limit: None, ..job("changed") };
    let schema = serde_json::to_string(&Registry::global().schema()).unwrap();
    let mut flipped = described.clone();
    flipped[40] ^= 1;
    vec![
        ("i64.bin", codec.to_vec(&7_i64).unwrap()),
        ("job.bin", bare.clone()),
        ("job.schema.bin", described.clone()),
        ("job.changed.bin", with_schema.to_vec(&changed).unwrap()),
        ("job.bare-changed.bin", codec.to_vec(&changed).unwrap()),
        ("job.plain.bin", codec.clone().checksum(false).to_vec(&job("plain")).unwrap()),
        ("job.bincode.bin", with_schema.clone().format(Format::Bincode).to_vec(&job("plain")).unwrap()),
        ("job.json.bin", codec.clone().format(Format::Json).to_vec(&job("plain")).unwrap()),
        ("measures.bin", with_schema.to_vec(&Measures::sample()).unwrap()),
        ("batch.bin", codec.to_vec(&batch()).unwrap()),
        ("batch.schema.bin", with_schema.to_vec(&batch()).unwrap()),
        ("hostile.bin", codec.to_vec(&hostile()).unwrap()),
        ("hostile.schema.bin", with_schema.to_vec(&hostile()).unwrap()),
        ("hostile.json.bin", codec.clone().format(Format::Json).to_vec(&hostile()).unwrap()),
        ("two.bin", [described.clone(), codec.to_vec(&7_i64).unwrap()].concat()),
        ("job.hex", hex(&described).into_bytes()),
        ("job.b64", base64(&described, b"+/", true).into_bytes()),
        ("job.url.b64", base64(&described, b"-_", false).into_bytes()),
        ("empty.bin", Vec::new()),
        ("garbage.bin", b"\x1b[2J\x1b]0;owned\x07 no envelope at all".to_vec()),
        ("pickle.bin", PICKLE.to_vec()),
        ("truncated.bin", described[..described.len() / 2].to_vec()),
        ("flipped.bin", flipped),
        ("schema.json", schema.clone().into_bytes()),
        ("schema.next.json", next_schema(&schema).into_bytes()),
        ("schema.broken.json", br#"{"typeport_schema":1,"types":{"acme::X":{"\u001b[31mred":[]}}}"#.to_vec()),
        ("schema.later.json", br#"{"typeport_schema":2,"types":{}}"#.to_vec()),
    ]
}

/// The schema of a later version of the types: a field of another type, one more, a variant less, types gone and new.
fn next_schema(schema: &str) -> String {
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    let types = schema["types"].as_object_mut().unwrap();
    let fields = types["acme::Job<?0>"]["struct"]["fields"].as_array_mut().unwrap();
    fields[0]["type"] = json!("Arc<str>");
    fields.swap(1, 2);
    fields.push(json!({ "name": "owner", "type": "String" }));
    types["acme::Kind"]["enum"]["variants"].as_array_mut().unwrap().remove(0);
    types.remove("acme::Sum");
    types.insert("acme::\u{202e}New".into(), json!({ "struct": { "style": "unit", "fields": [] } }));
    schema.to_string()
}

/// Hex digits as a dump has them: in lines, behind `0x`.
fn hex(bytes: &[u8]) -> String {
    let mut text = "0x".to_owned();
    for (at, byte) in bytes.iter().enumerate() {
        write!(text, "{byte:02x}{}", if at % 32 == 31 { "\n" } else { " " }).unwrap();
    }
    text
}

fn base64(bytes: &[u8], last: &[u8; 2], is_padded: bool) -> String {
    let alphabet: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(*last).collect();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, at| bits << 8 | usize::from(*group.get(at).unwrap_or(&0)));
        for place in 0..=group.len() {
            text.push(char::from(alphabet[bits >> (18 - 6 * place) & 63]));
        }
    }
    while is_padded && text.len() % 4 != 0 {
        text.push('=');
    }
    text + "\n"
}
