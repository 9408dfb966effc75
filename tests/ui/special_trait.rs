use typeport::portable;

#[portable]
unsafe trait Base {
    unsafe fn total(&self) -> i64;
}

fn main() {}
