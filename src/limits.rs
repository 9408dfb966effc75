//! The limits of a decode. Std only. Each field stops one attack, and each limit error names the field, its value and the needed
//! value. Imports nothing.

/// The table of limits. `depth with_depth: 256, 1024;` becomes a field, with its value by default and for trusted bytes, and
/// `fn with_depth(self, depth: usize) -> Self`, as other crates cannot write a literal of a `non_exhaustive` struct.
macro_rules! limits {
    ($(#[$about:meta])* pub struct Limits {$($(#[$doc:meta])* $limit:ident $with:ident: $default:expr, $trusted:expr;)*}) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Limits {$(
            $(#[$doc])*
            pub $limit: usize,
        )*}

        impl Default for Limits {
            fn default() -> Self {
                Limits { $($limit: $default),* }
            }
        }

        impl Limits {
            /// Returns limits for bytes whose sender is trusted: larger, and still finite.
            pub fn trusted() -> Self {
                Limits { $($limit: $trusted),* }
            }

            $(
                #[doc = concat!("The same with another [`", stringify!($limit), "`](Limits::", stringify!($limit), ").")]
                #[must_use]
                pub fn $with(self, $limit: usize) -> Self {
                    Limits { $limit, ..self }
                }
            )*

            /// The smaller value of each limit.
            pub(crate) fn tighter(&self, other: &Limits) -> Limits {
                Limits { $($limit: self.$limit.min(other.$limit)),* }
            }
        }
    };
}

limits! {
    /// Limits on one decode, nested values included. They apply to an encode too, those on memory only with
    /// [`Codec::verify`](crate::Codec::verify).
    ///
    /// `Limits::default()` is for untrusted bytes. A field may have any value. An error reports the amount that exceeded the limit
    /// first, and the rest of the input may need more: raise the limit well beyond it. Later versions may add limits.
    ///
    /// ```
    /// use typeport::Limits;
    /// let limits = Limits::default().with_envelope_bytes(64 << 20);
    /// assert!(limits.envelope_bytes > Limits::default().envelope_bytes);
    /// ```
    pub struct Limits {
        /// Bytes of one envelope: stops a declared length from exhausting memory. Default 16 MiB.
        envelope_bytes with_envelope_bytes: 16 << 20, 1 << 30;
        /// Bytes of one type name: stops names that cost more than the values. Default 4 KiB.
        name_bytes with_name_bytes: 4 << 10, 64 << 10;
        /// Nodes of one type name: each origin, argument or constant is one. Default 64.
        name_nodes with_name_nodes: 64, 1024;
        /// Depth of one type name: bounds the recursion that resolves it. Default 16.
        name_depth with_name_depth: 16, 32;
        /// Bytes of the schema of one envelope: stops a schema that costs more than the value. Default 64 KiB.
        schema_bytes with_schema_bytes: 64 << 10, 1 << 20;
        /// Types, fields, variants and former ids of one schema in an envelope, and the types that one name reaches through it: stops
        /// a type that consists of ever larger types. Default 512.
        schema_fields with_schema_fields: 512, 1 << 14;
        /// Depth of compound values (sequences, maps, options, structs, enums): stops a value from overflowing the stack.
        /// Default 256: 64 nested trait objects, each a struct with an option, are 193 levels in JSON. The stack that the thread has
        /// left is checked too, whatever this limit is.
        depth with_depth: 256, 1024;
        /// Depth of nested trait objects. Default 64.
        nested with_nested: 64, 256;
        /// Elements of all sequences and maps together, where a map entry is two: stops work out of proportion to the input. In binary
        /// formats, which copy them, elements of the types `u8`, `i8`, `f32` and `f64` are no items: they count by their bytes, as text
        /// does. Default 1,048,576.
        items with_items: 1 << 20, 1 << 28;
        /// The elements that take no byte of input, such as the units of a `Vec<()>`: stops a length of a few bytes from
        /// causing endless work. Default 8,192.
        unbacked_items with_unbacked_items: 8 << 10, 1 << 20;
        /// Bytes of memory that the elements of all sequences and maps may take, each by the size of its type, with the content of
        /// their boxes: stops small input from becoming large values. In a set or map each element or entry is charged a byte
        /// and its padding besides, in a linked list its links. Default 128 MiB.
        ///
        /// A value with erased arguments is charged as the native one is. The boxes of these arguments, and the handles in their
        /// place, are not charged: at most 96 bytes for each argument in the value, or 400 in sets and maps of few entries, whose
        /// nodes have room for eleven. There are at most `items` of them, or 1,048,576 if that is more.
        memory_bytes with_memory_bytes: 128 << 20, 1 << 30;
        /// Bytes of that memory that each byte of the envelope permits, beyond 1 MiB for any envelope: stops a few bytes
        /// from using all of it. Default 64.
        memory_per_byte with_memory_per_byte: 64, 1 << 14;
    }
}

/// The memory that a decode may use, however short its input is.
const MEMORY_BASE: usize = 1 << 20;

impl Limits {
    /// The bytes of memory that `input` bytes earn.
    #[inline]
    pub(crate) fn memory_of(&self, input: usize) -> usize {
        let earned = input.saturating_mul(self.memory_per_byte).saturating_add(MEMORY_BASE);
        earned.min(self.memory_bytes)
    }

    /// The limit that `asked` bytes exceed, its value, and the needed value.
    pub(crate) fn over_memory(&self, asked: usize, input: usize) -> (&'static str, usize, usize) {
        if asked > self.memory_bytes {
            return ("memory_bytes", self.memory_bytes, asked);
        }
        let earned = asked.saturating_sub(MEMORY_BASE);
        ("memory_per_byte", self.memory_per_byte, earned.div_ceil(input.max(1)))
    }

    /// Whether any valid type name of this length is within the limits.
    #[inline]
    pub(crate) fn surely_allow_name(&self, name: &str) -> bool {
        name.len() <= self.sure_name_bytes()
    }

    /// Any valid type name of so many bytes is within the limits: a node has at least one byte, and a level three, as in `a<..>`.
    #[inline]
    pub(crate) fn sure_name_bytes(&self) -> usize {
        self.name_bytes.min(self.name_nodes).min(self.name_depth.saturating_mul(3).saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the order of the documentation.
    fn fields(limits: &Limits) -> [usize; 12] {
        let Limits { envelope_bytes, name_bytes, name_nodes, name_depth, schema_bytes, schema_fields, .. } = limits;
        let Limits { depth, nested, items, unbacked_items, memory_bytes, memory_per_byte, .. } = limits;
        let of_names = [envelope_bytes, name_bytes, name_nodes, name_depth, schema_bytes, schema_fields];
        let of_values = [depth, nested, items, unbacked_items, memory_bytes, memory_per_byte];
        std::array::from_fn(|at| **of_names.iter().chain(&of_values).nth(at).unwrap())
    }

    #[test]
    fn the_defaults_are_those_of_the_documentation() {
        let documented = [16_777_216, 4096, 64, 16, 65_536, 512, 256, 64, 1_048_576, 8192, 134_217_728, 64];
        assert_eq!(fields(&Limits::default()), documented);
    }

    #[test]
    fn each_limit_is_set_by_its_method_alone() {
        let set: [fn(Limits, usize) -> Limits; 12] = [
            Limits::with_envelope_bytes,
            Limits::with_name_bytes,
            Limits::with_name_nodes,
            Limits::with_name_depth,
            Limits::with_schema_bytes,
            Limits::with_schema_fields,
            Limits::with_depth,
            Limits::with_nested,
            Limits::with_items,
            Limits::with_unbacked_items,
            Limits::with_memory_bytes,
            Limits::with_memory_per_byte,
        ];
        for (at, set) in set.into_iter().enumerate() {
            let mut expected = fields(&Limits::default());
            expected[at] = 7;
            assert_eq!(fields(&set(Limits::default(), 7)), expected);
        }
    }

    #[test]
    fn trusted_limits_are_larger_and_finite() {
        let pairs = fields(&Limits::trusted()).into_iter().zip(fields(&Limits::default()));
        for (at, (trusted, default)) in pairs.enumerate() {
            assert!(trusted > default && trusted <= 1 << 30, "{at}: {trusted} and {default}");
        }
    }

    #[test]
    fn a_short_name_is_within_all_limits() {
        let limits = Limits { name_bytes: 100, name_nodes: 20, name_depth: 5, ..Limits::default() };
        assert!(limits.surely_allow_name("acme::Foo<i64>"));
        assert!(!limits.surely_allow_name("acme::Foo<(i64, u8)>"));
        let by_bytes = Limits { name_bytes: 13, ..Limits::default() };
        assert!(by_bytes.surely_allow_name("acme::Foo<i6>") && !by_bytes.surely_allow_name("acme::Foo<i64>"));
        let by_nodes = Limits { name_nodes: 13, ..Limits::default() };
        assert!(by_nodes.surely_allow_name("acme::Foo<i6>") && !by_nodes.surely_allow_name("acme::Foo<i64>"));
        let by_depth = Limits { name_depth: 5, ..Limits::default() };
        assert!(by_depth.surely_allow_name("acme::Foo<i64>") && !by_depth.surely_allow_name("acme::Foo<i64,>"));
    }
}
