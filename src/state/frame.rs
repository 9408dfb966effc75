//! The frame of a nested value in the binary formats, written and read. Imports `error`, `wire` and its siblings.
//!
//! A frame is a length, the index of its type in its container's table, its own table if it has one, and its state.

use super::encode::sink::Sink;
use super::encode::tables::Container;
use crate::error::{Kind, Result};
use crate::wire::{Cursor, put_varint, varint_len};
use std::collections::HashSet;

/// Bytes of a type hash.
const HASH: usize = 8;

impl Sink<'_> {
    /// Appends a frame whose type is entry `index` of the table of its container. A plain value has no nested values.
    #[inline]
    pub(crate) fn put_frame(
        &mut self,
        index: usize,
        is_plain: bool,
        write: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let index = index as u64;
        self.encoding.budget.begin_nested()?;
        let start = self.bytes.len();
        put_head(self, index);
        // The caller may go on writing after an error.
        let written = if is_plain {
            let written = write(self);
            if written.is_ok() {
                end_plain_frame(self, start, index);
            }
            written
        } else {
            let outer = self.encoding.tables.begin();
            let written = self.check_stack().and_then(|()| write(self));
            if written.is_ok() {
                end_frame(self, start, index, outer);
            }
            self.encoding.tables.end(outer);
            written
        };
        self.encoding.budget.end_nested();
        written
    }
}

/// Begins a frame. Most frames are short and have no table; for them only the length byte is filled in later.
#[inline]
fn put_head(sink: &mut Sink<'_>, index: u64) {
    sink.bytes.push(0);
    put_varint(&mut sink.bytes, index << 1);
}

/// Fills in the length of a frame whose value has no nested values.
#[inline]
fn end_plain_frame(sink: &mut Sink<'_>, start: usize, index: u64) {
    let length = sink.bytes.len().saturating_sub(start).saturating_sub(1);
    match (u8::try_from(length), sink.bytes.get_mut(start)) {
        (Ok(length), Some(place)) if length < 0x80 => *place = length,
        _ => {
            let outer = sink.encoding.tables.begin();
            end_long_frame(sink, start, index, outer);
            sink.encoding.tables.end(outer);
        }
    }
}

/// Fills in the length of the frame that begins at `start`, and its table, if it has one.
#[inline]
fn end_frame(sink: &mut Sink<'_>, start: usize, index: u64, outer: Container) {
    let length = sink.bytes.len().saturating_sub(start).saturating_sub(1);
    match (u8::try_from(length), sink.bytes.get_mut(start)) {
        (Ok(length), Some(place)) if length < 0x80 && sink.encoding.tables.is_empty() => *place = length,
        _ => end_long_frame(sink, start, index, outer),
    }
}

/// Ends a frame whose length, head and table take one byte each, the table being a prefix of the container's. Returns false, and
/// writes nothing, if the frame is longer.
#[inline]
fn end_short_frame(bytes: &mut Vec<u8>, start: usize, index: u64, n_types: usize) -> bool {
    // The byte of the table is still to come, and the byte of the length does not count.
    let length = bytes.len().saturating_sub(start);
    let (Ok(length_byte), Ok(head), Ok(table)) =
        (u8::try_from(length), u8::try_from(index << 1 | 1), u8::try_from(n_types << 1 | 1))
    else {
        return false;
    };
    if (length_byte | head | table) >= 0x80 || length < 2 {
        return false;
    }
    bytes.insert(start.saturating_add(2), table);
    if let Some([length_place, head_place, ..]) = bytes.get_mut(start..) {
        (*length_place, *head_place) = (length_byte, head);
    }
    true
}

/// Ends any other frame: length and table are known only now, so the state moves up, once per level.
#[inline(never)]
fn end_long_frame(sink: &mut Sink<'_>, start: usize, index: u64, outer: Container) {
    let Sink { bytes, encoding, format, .. } = sink;
    let (n_types, is_around) = (encoding.tables.len(), encoding.tables.are_those_around(outer));
    if n_types > 0 && is_around && end_short_frame(bytes, start, index, n_types) {
        return;
    }
    let state_at = start.saturating_add(1).saturating_add(varint_len(index << 1));
    let state = bytes.len().saturating_sub(state_at);
    let (head, table_head) = (index << 1 | u64::from(n_types > 0), (n_types as u64) << 1);
    let hashes = if is_around { 0 } else { n_types.saturating_mul(HASH) };
    let table = if n_types == 0 { 0 } else { varint_len(table_head).saturating_add(hashes) };
    let length = varint_len(head).saturating_add(table).saturating_add(state);
    // The front is built in a reused buffer: each node of a tree has a long frame, and allocating took half of a tree's encode.
    let mut front = encoding.front.take();
    front.clear();
    format.put_number(&mut front, length as u64);
    put_varint(&mut front, head);
    if n_types > 0 {
        put_varint(&mut front, table_head | u64::from(is_around));
    }
    if !is_around {
        encoding.tables.each_hash(|hash| front.extend_from_slice(&hash.to_le_bytes()));
    }
    replace(bytes, start, state_at, &front);
    encoding.front.set(front);
}

/// Replaces the bytes from `start` to `end`, which are fewer, with `front`.
fn replace(bytes: &mut Vec<u8>, start: usize, end: usize, front: &[u8]) {
    let (old_len, front_end) = (bytes.len(), start.saturating_add(front.len()));
    bytes.resize(old_len.saturating_add(front_end.saturating_sub(end)), 0);
    bytes.copy_within(end..old_len, front_end);
    if let Some(place) = bytes.get_mut(start..front_end) {
        place.copy_from_slice(front);
    }
}

/// The types of a nested value's own nested values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameTable<'a> {
    /// No types.
    None,
    /// The first entries, one or more, of the table of the surrounding container: all nodes of a tree have the same table.
    Around(usize),
    Own(Hashes<'a>),
}

/// The type hashes of a frame, without duplicates, as raw bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hashes<'a>(&'a [u8]);

impl Hashes<'_> {
    #[inline]
    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = u64> + Clone {
        self.0.chunks_exact(HASH).map(|hash| hash.first_chunk().map_or(0, |hash| u64::from_le_bytes(*hash)))
    }

    /// Whether a hash occurs twice. Up to a cache line or two of hashes are compared pairwise.
    fn has_twins(self) -> bool {
        let (hashes, n_hashes) = (self.iter(), self.iter().len());
        if n_hashes > 16 {
            return hashes.collect::<HashSet<u64>>().len() < n_hashes;
        }
        hashes.clone().enumerate().any(|(at, hash)| hashes.clone().take(at).any(|other| other == hash))
    }
}

/// Splits a frame into the index of its type in its container's table, its own table, and its state.
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
    let mut cursor = Cursor::new("a nested value", frame);
    let head = cursor.varint()?;
    let table = if head & 1 == 1 { read_table(&mut cursor)? } else { FrameTable::None };
    Ok((head >> 1, table, cursor.rest()))
}

fn read_table<'a>(cursor: &mut Cursor<'a>) -> Result<FrameTable<'a>> {
    let head = cursor.varint()?;
    // A count that exceeds `usize` also exceeds the frame.
    let n_types = usize::try_from(head >> 1).unwrap_or(usize::MAX);
    let malformed =
        || Kind::Malformed { what: "a nested value", reason: "its table is empty or repeats a type" }.into();
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

    /// Writes the frame of a value with a state of so many bytes and nested values of the types `inner`, in a container whose table
    /// has `outer`; reads it as `table`.
    #[cfg(feature = "postcard")]
    #[track_caller]
    fn check_written(length: usize, outer: &[u64], inner: &[u64], table: FrameTable<'_>) {
        use crate::format::Format;
        use crate::limits::Limits;
        let mut sink = Sink::new(Vec::new(), &Limits::default(), Format::Postcard);
        let places: Vec<_> = outer.iter().map(|hash| sink.encoding.tables.of_hash(*hash)).collect();
        let place = *places.last().unwrap();
        let state = vec![9; length];
        let write = |sink: &mut Sink<'_>| {
            inner.iter().for_each(|hash| _ = sink.encoding.tables.of_hash(*hash));
            sink.bytes.extend_from_slice(&state);
            Ok(())
        };
        sink.put_frame(place, inner.is_empty() && length % 2 == 0, write).unwrap();
        let bytes = sink.end();
        let mut cursor = Cursor::new("a nested value", &bytes);
        let frame = cursor.varint().and_then(|length| cursor.take(usize::try_from(length).unwrap())).unwrap();
        assert!(cursor.rest().is_empty());
        assert_eq!(open_frame(frame).unwrap(), (place as u64, table, &*state), "{length}, {outer:?}, {inner:?}");
    }

    #[test]
    #[cfg(feature = "postcard")]
    fn a_frame_is_read_as_it_was_written() {
        let many: Vec<u64> = (0..70).collect();
        let own: Vec<u8> = [8_u64, 7].iter().flat_map(|hash| hash.to_le_bytes()).collect();
        // One byte of length more, before the place and the table and after them.
        for length in (0..5).chain(0x79..0x83).chain([0x3fff, 0x4000]) {
            for outer in [&[7][..], &[7, 8], &many] {
                check_written(length, outer, &[], FrameTable::None);
                check_written(length, outer, &outer[..1], FrameTable::Around(1));
                check_written(length, outer, outer, FrameTable::Around(outer.len()));
            }
            check_written(length, &[7, 8], &[8, 7], FrameTable::Own(Hashes(&own)));
        }
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
