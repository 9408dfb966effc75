use typeport::portable;

use std::rc::Rc;

#[portable]
trait Base {
    fn consume(self) -> i64;

    fn share(self: Rc<Self>) -> i64;

    fn is_allowed(self: Box<Self>) -> i64;
}

fn main() {}
