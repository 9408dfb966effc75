use typeport::portable;

#[portable]
trait Base {
    fn total(&self) -> i64;
}

struct Name<'a>(&'a str);

#[portable]
impl Base for Name<'_> {
    fn total(&self) -> i64 {
        self.0.len() as i64
    }
}

fn main() {}
