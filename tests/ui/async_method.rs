use typeport::portable;

#[portable]
trait Base {
    async fn total(&self) -> i64;
}

fn main() {}
