use typeport::portable;

#[portable]
trait Base {
    fn add<T: Into<i64>>(&mut self, value: T);

    fn add_all(&mut self, values: impl Iterator<Item = i64>);

    fn is_allowed<T>(&self, value: T)
    where
        Self: Sized;
}

fn main() {}
