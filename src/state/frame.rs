//! The frame of a nested value in the binary formats. Imports `error` and `wire` only.

use crate::error::{Kind, Result};
use crate::wire::Cursor;
use std::collections::HashSet;

/// Bytes of a type hash.
const HASH: usize = 8;

/// The type hashes of a nested value's own nested values, each once, as they stand in the frame. A tree has a table in each of
/// its nodes: not to copy it, and not to count references to plans, is a fifth of its decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameTable<'a>(&'a [u8]);

impl FrameTable<'_> {
    #[inline]
    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(crate) fn hashes(self) -> impl ExactSizeIterator<Item = u64> + Clone {
        self.0.chunks_exact(HASH).map(|hash| hash.first_chunk().map_or(0, |hash| u64::from_le_bytes(*hash)))
    }

    /// Whether a hash stands twice. Up to a cache line or two of them are compared one by one.
    fn has_twins(self) -> bool {
        let (hashes, n_hashes) = (self.hashes(), self.hashes().len());
        if n_hashes > 16 {
            return hashes.collect::<HashSet<u64>>().len() < n_hashes;
        }
        hashes.clone().enumerate().any(|(at, hash)| hashes.clone().take(at).any(|other| other == hash))
    }
}

/// The parts of a frame: the place of its type in its container's table, its own table, its state.
#[inline]
pub(crate) fn open_frame(frame: &[u8]) -> Result<(u64, FrameTable<'_>, &[u8])> {
    let mut cursor = Cursor::new("nested value", frame);
    let head = cursor.varint()?;
    let table = if head & 1 == 1 { read_table(&mut cursor)? } else { FrameTable(&[]) };
    Ok((head >> 1, table, cursor.rest()))
}

#[inline(never)]
fn read_table<'a>(cursor: &mut Cursor<'a>) -> Result<FrameTable<'a>> {
    // What is longer than memory is longer than the frame.
    let length = usize::try_from(cursor.varint()?).unwrap_or(usize::MAX).saturating_mul(HASH);
    let table = FrameTable(cursor.take(length)?);
    if length == 0 || table.has_twins() {
        return Err(Kind::Malformed { what: "nested value", reason: "its table is empty or repeats a type" }.into());
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::put_varint;

    fn frame(table: &[u64]) -> Vec<u8> {
        let mut frame = vec![1];
        put_varint(&mut frame, table.len() as u64);
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
            assert_eq!((place, found.hashes().collect(), state), (0, table.clone(), &[9_u8][..]));
            if length > 1 {
                let twins = [&table[1..], &table[1..2]].concat();
                let error = open_frame(&frame(&twins)).unwrap_err();
                assert!(error.to_string().contains("repeats a type"), "{length}: {error}");
            }
        }
        assert_eq!(open_frame(&frame(&[])).unwrap_err().code(), 17);
    }

    #[test]
    fn a_table_is_no_longer_than_its_frame() {
        for claimed in [2, 1 << 61, u64::MAX] {
            let mut frame = vec![1];
            put_varint(&mut frame, claimed);
            frame.extend([0; 15]);
            let error = open_frame(&frame).unwrap_err();
            assert!(error.to_string().contains("is truncated"), "{claimed}: {error}");
        }
    }
}
