use typeport::portable;

#[portable(id = "acme::Money")]
#[portable(alias = "acme::OldMoney")]
struct Money {
    cents: i64,
}

#[portable]
#[typeport::portable]
trait Base {}

#[typeport::portable]
#[portable]
impl Base for Money {}

fn main() {
    let _: Box<dyn Base> = Box::new(Money { cents: 1 });
}
