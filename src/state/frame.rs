//! The frame of a nested value in the binary formats. Imports `error` and `wire`.

use crate::error::{Kind, Result};
use crate::wire::Cursor;
use std::collections::HashSet;

/// Bytes of a type hash.
const HASH: usize = 8;

/// The types of a nested value's own nested values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameTable<'a> {
    /// There are none.
    None,
    /// They are the first so many, one or more, of the table of the container around it: in a tree each node has the same.
    Around(usize),
    Own(Hashes<'a>),
}

/// Type hashes, each once, as they stand in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hashes<'a>(&'a [u8]);

impl Hashes<'_> {
    #[inline]
    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = u64> + Clone {
        self.0.chunks_exact(HASH).map(|hash| hash.first_chunk().map_or(0, |hash| u64::from_le_bytes(*hash)))
    }

    /// Whether a hash stands twice. Up to a cache line or two of them are compared one by one.
    fn has_twins(self) -> bool {
        let (hashes, n_hashes) = (self.iter(), self.iter().len());
        if n_hashes > 16 {
            return hashes.collect::<HashSet<u64>>().len() < n_hashes;
        }
        hashes.clone().enumerate().any(|(at, hash)| hashes.clone().take(at).any(|other| other == hash))
    }
}

/// The parts of a frame: the place of its type in its container's table, its own table, its state.
#[inline]
pub(crate) fn open_frame(frame: &[u8]) -> Result<(u64, FrameTable<'_>, &[u8])> {
    // Nearly all begin so: a place in a short table, and one type of the table around, or none.
    match frame {
        [head, state @ ..] if head & 0x81 == 0 => Ok((u64::from(head >> 1), FrameTable::None, state)),
        [head, 3, state @ ..] if head & 0x80 == 0 => Ok((u64::from(head >> 1), FrameTable::Around(1), state)),
        _ => open_long_frame(frame),
    }
}

#[inline(never)]
fn open_long_frame(frame: &[u8]) -> Result<(u64, FrameTable<'_>, &[u8])> {
    let mut cursor = Cursor::new("nested value", frame);
    let head = cursor.varint()?;
    let table = if head & 1 == 1 { read_table(&mut cursor)? } else { FrameTable::None };
    Ok((head >> 1, table, cursor.rest()))
}

fn read_table<'a>(cursor: &mut Cursor<'a>) -> Result<FrameTable<'a>> {
    let head = cursor.varint()?;
    // What is longer than memory is longer than the frame.
    let n_types = usize::try_from(head >> 1).unwrap_or(usize::MAX);
    let malformed = || Kind::Malformed { what: "nested value", reason: "its table is empty or repeats a type" }.into();
    if n_types == 0 {
        return Err(malformed());
    }
    if head & 1 == 1 {
        return Ok(FrameTable::Around(n_types));
    }
    let hashes = Hashes(cursor.take(n_types.saturating_mul(HASH))?);
    if hashes.has_twins() { Err(malformed()) } else { Ok(FrameTable::Own(hashes)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::put_varint;

    fn frame(table: &[u64]) -> Vec<u8> {
        let mut frame = vec![1];
        put_varint(&mut frame, (table.len() as u64) << 1);
        frame.extend(table.iter().flat_map(|hash| hash.to_le_bytes()));
        frame.push(9);
        frame
    }

    #[test]
    fn a_table_has_each_type_once() {
        // One by one, and by a set.
        for length in [1, 2, 16, 17, 40_u64] {
            let table: Vec<u64> = (0..length).map(|hash| hash << 32).collect();
            let bytes = frame(&table);
            let (place, found, state) = open_frame(&bytes).unwrap();
            let FrameTable::Own(found) = found else { panic!("{found:?}") };
            assert_eq!((place, found.iter().collect(), state), (0, table.clone(), &[9_u8][..]));
            if length > 1 {
                let twins = [&table[1..], &table[1..2]].concat();
                let error = open_frame(&frame(&twins)).unwrap_err();
                assert!(error.to_string().contains("repeats a type"), "{length}: {error}");
            }
        }
        assert_eq!(open_frame(&frame(&[])).unwrap_err().code(), 17);
        assert_eq!(open_frame(&[1, 1, 9]).unwrap_err().code(), 17);
    }

    #[test]
    fn a_table_may_be_the_front_of_the_one_around() {
        for n_types in [1_u8, 2, 60] {
            let frame = [5, n_types << 1 | 1, 9];
            assert_eq!(open_frame(&frame).unwrap(), (2, FrameTable::Around(n_types.into()), &[9_u8][..]));
        }
    }

    #[test]
    fn a_table_is_no_longer_than_its_frame() {
        for claimed in [4, 1 << 61, u64::MAX - 1] {
            let mut frame = vec![1];
            put_varint(&mut frame, claimed);
            frame.extend([0; 15]);
            let error = open_frame(&frame).unwrap_err();
            assert!(error.to_string().contains("is truncated"), "{claimed}: {error}");
        }
    }
}
