//! The frame of a nested value in the binary formats, written and read. Imports `error`, `wire` and its siblings.
//!
//! A frame is a length, the index of its type in its container's table, its own table if it has one, and its state.

use super::encode::fronts::Front;
use super::encode::sink::Sink;
use super::encode::tables::Container;
use crate::error::{Kind, Result};
use crate::wire::{Cursor, put_varint, varint_len};
use std::collections::HashSet;

/// Bytes of a type hash.
const HASH: usize = 8;

/// A frame that is being written.
#[derive(Clone, Copy)]
struct Begun {
    /// Where it begins, and how many bytes are reserved there for its front.
    start: usize,
    room: usize,
    /// The number of types for which only the byte of the length is left to fill in; [`NOT_READY`] if more is left.
    ready: usize,
}

/// No container has so many types.
const NOT_READY: usize = usize::MAX;
/// Numbers below are one byte in a head or in a table, where they are doubled.
const SHORT: u64 = 0x40;

impl Sink<'_> {
    /// Appends a frame whose type is entry `index` of the table of its container. A plain value has no nested values.
    #[inline]
    pub(crate) fn put_frame(
        &mut self,
        index: usize,
        is_plain: bool,
        write: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let level = self.encoding.budget.begin_nested()?;
        let index = index as u64;
        if is_plain {
            let begun = begin_plain(&mut self.bytes, index);
            let written = write(self);
            if written.is_ok() && !end_short(&mut self.bytes, begun, 0) {
                end_long_frame(self, begun, index, 0, true);
            }
            self.encoding.budget.end_nested();
            return written;
        }
        let begun = begin(self, index, level);
        let outer = self.encoding.tables.begin();
        let written = self.check_stack().and_then(|()| write(self));
        let tables = &self.encoding.tables;
        if written.is_err() || !tables.are_those_around() || !end_short(&mut self.bytes, begun, tables.len()) {
            return end_unexpected(self, begun, index, outer, written);
        }
        self.encoding.tables.resume(outer);
        self.encoding.budget.end_nested();
        Ok(())
    }
}

/// Begins a frame without a table.
#[inline(always)]
fn begin_plain(bytes: &mut Vec<u8>, index: u64) -> Begun {
    let start = bytes.len();
    if index >= SHORT {
        return begin_long(bytes, index, 1);
    }
    let [head, ..] = (index << 1).to_le_bytes();
    bytes.extend_from_slice(&[0, head]);
    Begun { start, room: 2, ready: 0 }
}

/// Begins a frame with the front that is expected at its level.
#[inline(always)]
fn begin(sink: &mut Sink<'_>, index: u64, level: usize) -> Begun {
    let front = sink.encoding.fronts.expected(level);
    let (bytes, n_types) = (&mut sink.bytes, front.short());
    if (index | u64::from(n_types)) >= SHORT {
        return begin_long(bytes, index, front.length.saturating_add(u8::from(front.n_types() > 0)));
    }
    let (start, [head, ..]) = (bytes.len(), (index << 1).to_le_bytes());
    if n_types > 0 {
        bytes.extend_from_slice(&[0, head | 1, n_types << 1 | 1]);
        Begun { start, room: 3, ready: n_types.into() }
    } else {
        bytes.extend_from_slice(&[0, head]);
        Begun { start, room: 2, ready: 0 }
    }
}

/// Begins a frame of which all is filled in later, with `others` bytes beside the head.
#[cold]
#[inline(never)]
fn begin_long(bytes: &mut Vec<u8>, index: u64, others: u8) -> Begun {
    let (start, room) = (bytes.len(), varint_len(index << 1).saturating_add(others.into()));
    bytes.resize(start.saturating_add(room), 0);
    Begun { start, room, ready: NOT_READY }
}

/// Fills in the length of a frame that is short and has as many types as its front says; returns whether it is so.
#[inline]
fn end_short(bytes: &mut [u8], Begun { start, ready, .. }: Begun, n_types: usize) -> bool {
    let [length, ..] = bytes.len().wrapping_sub(start).wrapping_sub(1).to_le_bytes();
    let is_short = bytes.len().wrapping_sub(start) <= 0x80 && n_types == ready;
    match bytes.get_mut(start) {
        Some(place) if is_short => *place = length,
        _ => return false,
    }
    true
}

/// Ends any other frame of a value that is not plain, and its container; also after an error, as the caller may go on writing.
#[cold]
#[inline(never)]
fn end_unexpected(sink: &mut Sink<'_>, begun: Begun, index: u64, outer: Container, written: Result<()>) -> Result<()> {
    if written.is_ok() {
        let (n_types, is_around) = (sink.encoding.tables.len(), sink.encoding.tables.are_those_around());
        let length = end_long_frame(sink, begun, index, n_types, is_around);
        // Another table is not predicted.
        if let (Ok(n_types), Ok(length), true) = (u8::try_from(n_types), u8::try_from(length), is_around) {
            if u64::from(n_types) < SHORT {
                sink.encoding.fronts.note(sink.encoding.budget.nested(), Front::new(n_types, length));
            }
        }
    }
    sink.encoding.tables.end(outer);
    sink.encoding.budget.end_nested();
    written
}

/// Fills in a whole front; if it is not as long as expected, the state moves. Returns the bytes of the length.
#[inline(never)]
fn end_long_frame(sink: &mut Sink<'_>, begun: Begun, index: u64, n_types: usize, is_around: bool) -> usize {
    let Begun { start, room, .. } = begun;
    let Sink { bytes, encoding, format, .. } = sink;
    let state_at = start.saturating_add(room);
    let state = bytes.len().saturating_sub(state_at);
    let (head, table_head) = (index << 1 | u64::from(n_types > 0), (n_types as u64) << 1 | u64::from(is_around));
    let hashes = if is_around { 0 } else { n_types.saturating_mul(HASH) };
    let table = if n_types == 0 { 0 } else { varint_len(table_head).saturating_add(hashes) };
    let length = varint_len(head).saturating_add(table).saturating_add(state);
    // The front is built in a reused buffer: allocating took half of a tree's encode.
    let mut front = encoding.front.take();
    front.clear();
    format.put_number(&mut front, length as u64);
    let length = front.len();
    put_varint(&mut front, head);
    if n_types > 0 {
        put_varint(&mut front, table_head);
    }
    if !is_around {
        encoding.tables.each_hash(|hash| front.extend_from_slice(&hash.to_le_bytes()));
    }
    replace(bytes, start, state_at, &front);
    encoding.front.set(front);
    length
}

/// Replaces the bytes from `start` to `end` with `front`.
fn replace(bytes: &mut Vec<u8>, start: usize, end: usize, front: &[u8]) {
    let (old_len, front_end) = (bytes.len(), start.saturating_add(front.len()));
    let new_len = front_end.saturating_add(old_len.saturating_sub(end));
    if front_end > end {
        bytes.resize(new_len, 0);
    }
    if front_end != end {
        bytes.copy_within(end..old_len, front_end);
    }
    bytes.truncate(new_len);
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

/// Like [`open_frame`], for a frame that begins as nearly all do: with a place in a short table, and with a few types of the table
/// around, whose number it returns, or none.
#[inline]
pub(crate) fn short_frame(frame: &[u8]) -> Option<(u64, usize, &[u8])> {
    match *frame {
        [head, ref state @ ..] if head & 0x81 == 0 => Some((u64::from(head >> 1), 0, state)),
        [head, table, ref state @ ..] if (head | table) & 0x80 == 0 && table & 1 == 1 && table > 1 => {
            Some((u64::from(head >> 1), usize::from(table >> 1), state))
        }
        _ => None,
    }
}

/// Splits a frame into the index of its type in its container's table, its own table, and its state.
#[inline]
pub(crate) fn open_frame(frame: &[u8]) -> Result<(u64, FrameTable<'_>, &[u8])> {
    match short_frame(frame) {
        Some((index, 0, state)) => Ok((index, FrameTable::None, state)),
        Some((index, n_types, state)) => Ok((index, FrameTable::Around(n_types), state)),
        None => open_long_frame(frame),
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

    /// The bytes of a tree: `shape` gives the bytes and the children of the values of each level.
    #[cfg(feature = "postcard")]
    fn tree(shape: &[(usize, usize)]) -> Vec<u8> {
        fn put(sink: &mut Sink<'_>, shape: &[(usize, usize)]) -> Result<()> {
            let Some(((length, n_children), below)) = shape.split_first() else { return Ok(()) };
            sink.bytes.extend(std::iter::repeat_n(9, *length));
            (0..*n_children).try_for_each(|child| {
                let place = sink.encoding.tables.of_hash(child as u64);
                sink.put_frame(place, false, |sink| put(sink, below))
            })
        }
        let mut sink = Sink::new(Vec::new(), &crate::limits::Limits::default(), crate::format::Format::Postcard);
        put(&mut sink, shape).unwrap();
        sink.end()
    }

    #[test]
    #[cfg(feature = "postcard")]
    fn bytes_do_not_depend_on_what_was_written_before() {
        let shapes: [&[(usize, usize)]; 6] = [
            &[(1, 3), (1, 2), (1, 0)],
            &[(1, 2), (1, 0)],
            &[(1, 1), (200, 1), (1, 1)],
            &[(0, 70), (0, 1), (0, 0)],
            &[(1, 1), (0x4000, 2), (0, 3), (2, 0)],
            &[(0, 2), (3, 1), (3, 2), (3, 1)],
        ];
        // Nothing is expected on a new thread.
        let alone = shapes.map(|shape| std::thread::spawn(|| tree(shape)).join().unwrap());
        for (first, _) in shapes.iter().zip(&alone) {
            for (shape, alone) in shapes.iter().zip(&alone) {
                tree(first);
                assert_eq!(tree(shape), *alone, "{shape:?} after {first:?}");
            }
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
