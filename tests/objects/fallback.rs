//! The member that an interface names for values of unknown types. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use typeport::{Codec, Format, Opaque, Portable, Registry, entry, portable};

/// An interface that names no such type.
#[portable]
trait Job: Debug {
    fn label(&self) -> String;
}

#[portable(unknown = UnknownTask)]
trait Task {
    fn title(&self) -> String;
}

/// What a user makes of a value whose type is not there.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(unknown)]
struct UnknownTask {
    opaque: Opaque,
}

impl From<Opaque> for UnknownTask {
    fn from(opaque: Opaque) -> Self {
        UnknownTask { opaque }
    }
}

impl AsRef<Opaque> for UnknownTask {
    fn as_ref(&self) -> &Opaque {
        &self.opaque
    }
}

#[portable]
impl Task for UnknownTask {
    fn title(&self) -> String {
        format!("unknown: {}", self.opaque.type_name())
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Known {
    count: u32,
}

#[portable]
impl Task for Known {
    fn title(&self) -> String {
        format!("known {}", self.count)
    }
}

/// Not in the forwarder's registry, and no more is the one below.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "fallback::Strange")]
struct Strange<T> {
    value: T,
    below: Vec<Box<dyn Job>>,
}

#[portable]
impl<T: Portable> Task for Strange<T> {
    fn title(&self) -> String {
        format!("strange {:?} over {}", self.value, self.below.iter().map(|job| job.label()).collect::<String>())
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "fallback::Leaf")]
struct Leaf(String);

#[portable]
impl Job for Leaf {
    fn label(&self) -> String {
        self.0.clone()
    }
}

fn strange() -> Strange<Vec<u16>> {
    Strange { value: vec![1, 500], below: vec![Box::new(Leaf("leaf".to_owned()))] }
}

fn all(format: Format) -> Codec {
    Codec::default().format(format)
}

/// The interface names a member for unknown types, so its users see only members.
#[test]
fn a_fallback_stands_for_what_is_unknown() {
    let make = || -> Vec<Box<dyn Task>> { vec![Box::new(Known { count: 1 }), Box::new(strange())] };
    for &format in Format::ALL {
        let bytes = all(format).to_vec(&make()).unwrap();
        let forwarder = Codec::default().format(format).registry(Registry::empty().with(entry!(Known as dyn Task)));
        let mut carried = bytes.clone();
        for _ in 0..3 {
            let tasks: Vec<Box<dyn Task>> = forwarder.from_slice(&carried).unwrap();
            let titles: Vec<String> = tasks.iter().map(|task| task.title()).collect();
            assert_eq!(titles, ["known 1", "unknown: fallback::Strange<Vec<u16>>"], "{format}");
            assert_eq!(tasks[1].type_name().to_string(), "fallback::Strange<Vec<u16>>");
            carried = forwarder.to_vec(&tasks).unwrap();
            assert_eq!(carried, bytes, "{format}");
        }
        // Alone, and back to what it is where the type is linked.
        let root = all(format).to_vec(&make()[1]).unwrap();
        let task: Box<dyn Task> = forwarder.from_slice(&root).unwrap();
        assert_eq!(forwarder.to_vec(&task).unwrap(), root, "{format}");
        let unknown: UnknownTask = forwarder.from_slice(&root).unwrap();
        assert_eq!(forwarder.to_vec(&unknown).unwrap(), root, "{format}");
        // Its original registry binds the value, but not its bytes.
        let exact: Strange<Vec<u16>> = typeport::from_slice(&forwarder.to_vec(&task).unwrap()).unwrap();
        assert_eq!(exact.title(), strange().title(), "{format}");
        let error = typeport::downcast::<Strange<Vec<u16>>, _>(task).unwrap_err().to_string();
        assert!(error.contains("unknown type `fallback::Leaf`"), "{format}: {error}");
    }
    let text = r#"[{"type":"elsewhere::Task","value":[1,2]}]"#;
    let tasks: Vec<Box<dyn Task>> = serde_json::from_str(text).unwrap();
    assert_eq!(tasks[0].title(), "unknown: elsewhere::Task");
    assert_eq!(serde_json::to_string(&tasks).unwrap(), text);
}
