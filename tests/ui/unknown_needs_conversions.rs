use serde::{Deserialize, Serialize};
use typeport::{Opaque, Portable, portable};

#[portable(unknown = NoConversion)]
trait Job {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct NoConversion(u8);

#[portable]
impl Job for NoConversion {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(unknown)]
struct NoAccess(Opaque);

#[portable(unknown = 7)]
trait Other {}

#[portable(unknown = NoMember)]
trait Third {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct NoMember(u8);

impl From<Opaque> for NoMember {
    fn from(_: Opaque) -> Self {
        NoMember(0)
    }
}

#[portable(unknown = Unmarked)]
trait Fourth {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Unmarked(Opaque);

#[portable]
impl Fourth for Unmarked {}

fn main() {}
