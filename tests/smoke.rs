use serde::{Deserialize, Serialize};
use typeport::{portable, Portable, Value};
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "acme::GenericResult", alias = "acme::OldResult")]
pub struct GenericResult<T> { pub value: T }
#[portable]
pub trait Scorable { fn score(&self) -> f64; }
#[portable]
impl Scorable for Foo { fn score(&self) -> f64 { self.a as f64 } }
#[portable]
pub trait ResultBase { fn summary(&self) -> String; fn named(&self) -> String { self.type_name().to_string() } }
#[portable]
impl<T: Portable> ResultBase for GenericResult<T> { fn summary(&self) -> String { format!("{:?}", self.value) } }
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Foo { a: i64, b: String }
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Scores<T> { items: Vec<T> }
#[portable]
impl<T: Scorable> ResultBase for Scores<T> { fn summary(&self) -> String { format!("{}", self.items.iter().map(|i| i.score()).sum::<f64>()) } }

#[track_caller]
fn check<T: Portable + PartialEq + ResultBase>(value: T) {
    for format in typeport::Format::ALL {
        let codec = typeport::Codec::default().format(format);
        let bytes = codec.to_vec(&value).unwrap();
        let any: Box<dyn ResultBase> = codec.from_slice(&bytes).unwrap();
        assert_eq!(any.type_name().to_string(), value.type_name().to_string());
        assert_eq!(any.summary(), value.summary());
        assert_eq!(any.named(), value.named());
        assert_eq!(codec.to_vec(&*any).unwrap(), bytes);
        assert_eq!(codec.to_vec(&any).unwrap(), bytes);
        println!("{} {:?} {}", any.type_name(), typeport::Registry::global().resolve(&any.type_name()), bytes.len());
        let exact: T = typeport::downcast(any).unwrap();
        assert_eq!(exact, value);
    }
}

#[test]
fn smoke() {
    let foo = |a| Foo { a, b: "x".into() };
    check(GenericResult { value: 5_i64 });
    check(GenericResult { value: vec![foo(1), foo(2)] });
    check(GenericResult { value: GenericResult { value: foo(1) } });
    check(GenericResult { value: Some(GenericResult { value: foo(1) }) });
    check(GenericResult { value: vec![vec![Some(GenericResult { value: foo(1) })]] });
    check(GenericResult { value: std::collections::BTreeMap::from([("bb".to_owned(), foo(1)), ("a".to_owned(), foo(2))]) });
    check(GenericResult { value: [1u8; 7] });
    check(GenericResult { value: (1u8, foo(7)) });
    check(Scores { items: vec![foo(7)] });
    let nested = GenericResult { value: vec![Box::new(GenericResult { value: 5_i64 }) as Box<dyn ResultBase>, Box::new(GenericResult { value: Box::new(Scores { items: vec![foo(7)] }) as Box<dyn ResultBase> }) as Box<dyn ResultBase>] };
    for format in typeport::Format::ALL {
        let codec = typeport::Codec::default().format(format);
        let bytes = codec.to_vec(&nested).unwrap();
        if format == typeport::Format::Json { println!("{}", String::from_utf8_lossy(&bytes)); }
        let any: Box<dyn ResultBase> = codec.from_slice(&bytes).unwrap();
        assert_eq!(codec.to_vec(&any).unwrap(), bytes);
        println!("{}", any.summary());
        assert_eq!(any.summary(), nested.summary());
    }
}
