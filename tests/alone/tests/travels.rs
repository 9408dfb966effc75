//! The types of the crate are portable, although it has no serde dependency of its own.

use alone::{End, GenericResult, Percent, ResultBase};

#[test]
fn typeport_is_the_only_dependency() {
    let manifest = include_str!("../Cargo.toml");
    let sections = manifest.split("\n[").filter(|section| section.contains("dependencies]"));
    let names: Vec<&str> =
        sections.flat_map(|section| section.lines().skip(1)).filter(|line| !line.is_empty()).collect();
    assert_eq!(names, ["typeport = { workspace = true }"]);
}

#[test]
fn types_of_each_kind_travel() {
    let ends = vec![End::Done, End::Failed { error: Percent(7) }];
    let bytes = typeport::to_vec(&GenericResult { value: ends.clone() }).unwrap();
    let any: Box<dyn ResultBase> = typeport::from_slice(&bytes).unwrap();
    assert_eq!(any.type_name().to_string(), "alone::GenericResult<Vec<alone::End<alone::Percent>>>");
    assert_eq!(any.summary(), "[Done, Failed { error: Percent(7) }]");
    let exact: GenericResult<Vec<End<Percent>>> = typeport::downcast(any).unwrap();
    assert_eq!(exact.value, ends);
}

#[test]
fn what_is_written_by_hand_validates() {
    let bytes = typeport::to_vec(&GenericResult { value: Percent(101) }).unwrap();
    for error in [
        typeport::from_slice::<GenericResult<Percent>>(&bytes).unwrap_err(),
        typeport::from_slice::<Box<dyn ResultBase>>(&bytes).map(|_| ()).unwrap_err(),
    ] {
        assert!(error.to_string().contains("more than 100 percent"), "{error}");
    }
}
