//! The text of the document beside its numbers. It must not depend on their values.

use peers::workload::{BATCH, CHAIN, CHILDREN, LEVELS, Workload};

pub const INTRODUCTION: &str = "\
# Performance

What typeport costs, held against what a program writes that knows all its types, and against other codecs for trait
objects. This page is written by a program; nothing in it was typed by hand:

```console
bash benches/peers/run
```

`bash benches/peers/run quick` takes a few rounds and prints them only. The programs are in
[benches/peers](../benches/peers), one module for each contender.

**How to read it.** The first line of each table is the yardstick: a hand-written `match` over trait objects with stock
postcard, or `memcpy` for arrays. A ratio of 2 takes twice its time. In each round every contender has its turn of some
milliseconds, a different one first each time; a ratio is the median, over the rounds, of one contender's time by the
other's of the same round. Times are of the thread's use of a processor. A decode includes dropping what it decoded.
Every contender gave back what it was given before it was timed. Allocations are those of one call, reallocations
included. Instructions are what callgrind counts in one call; a dash says that it was not there. `typeport` without more
words has the default limits and no checksum, since nobody else has one.
";

pub const PAIRS: &str = "\
## Guards, erasure and formats

Encode and decode time of one contender by another's, of the same rounds. *typeport by typeport, trusted limits* is what
the default limits cost; *erased* is a generic type that is listed nowhere against one that is; a format of typeport is
held against the closed match, or for arrays the bare format, in that format.
";

pub const AGAIN: &str = "\
## Into a buffer that is kept

Encode of those that can write into a buffer which is there already: the ratio to the first line, which does the same,
and the allocations of a call.
";

pub const FAIRNESS: &str = "\
## What is not the same

- A closed enum boxes nothing: it has an allocation less for each value, and its values have no interface.
- The closed contenders know all their types when they are compiled. typetag, serde_flexitos, fory, bevy_reflect and
  rkyv_dyn know each instantiation of a generic type, which is marked or registered by hand. typeport knows none of those
  that are called erased.
- Only typeport checks the shapes of types, charges memory, and counts depth over all nested values; its bytes include
  type names and hashes. wincode, fory, rkyv and facet-postcard have bounds of their own, which are left as they come but
  for those that a workload needs raised.
- rkyv's archives can be used in place. Where a program does so, its decode is the check alone.
- bevy_reflect's own derives and serde's are two lines, since a program chooses.
";

/// The heading of a workload.
pub fn title(workload: Workload) -> &'static str {
    match workload {
        Workload::Small => "One small value",
        Workload::Batch => "A batch",
        Workload::Nested => "A batch within a trait object",
        Workload::Tree => "A tree of trait objects",
        Workload::Chain => "A chain of trait objects",
        Workload::Generics => "A batch of one generic type",
        Workload::Floats => "A million floats",
        Workload::Bytes => "8 MiB of bytes",
    }
}

/// What is in it.
pub fn text(workload: Workload) -> String {
    match workload {
        Workload::Small => {
            "One trait object: an `Outcome<i64>`, which is a number, a duration and a short text.".to_owned()
        }
        Workload::Batch => format!(
            "A `Vec` of {BATCH} trait objects of eight types in a seeded order: numbers, texts, floats, an order with lines, \
             an enum, and `Outcome` of `i64`, `String` and `Vec<u32>`."
        ),
        Workload::Nested => "The same batch as one value that is itself behind the interface.".to_owned(),
        Workload::Tree => {
            format!(
                "{LEVELS} levels of trait objects, each with a number and {CHILDREN} of them below it but for the last level."
            )
        }
        Workload::Chain => {
            format!(
                "{CHAIN} trait objects, one in the other. typeport's limit `nested` is raised from 8, fory's `max_dyn_depth` from 5."
            )
        }
        Workload::Generics => {
            format!("Of {} seeded values those that are an `Outcome`, as a `Vec` of trait objects.", 3 * BATCH)
        }
        Workload::Floats => {
            "A `Vec<f64>`. There are no trait objects in it, so it is held against `memcpy` and the bare formats."
                .to_owned()
        }
        Workload::Bytes => {
            "A `Vec<u8>`, which passes serde one element at a time where `serde_bytes` does not stand in.".to_owned()
        }
    }
}
