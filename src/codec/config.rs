//! `Codec`: the settings of encodes and decodes. Imports `format`, `limits`, `policy` and `registry`.

use crate::format::Format;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::registry::Registry;
use std::fmt;

/// The settings of encodes and decodes: state format, checksum, limits, policy and registry.
///
/// A codec is a plain value, and each method returns a changed copy; nothing is global. The functions of the crate's root are the
/// methods of `Codec::default()`: postcard, with checksum, `Limits::default()`, [`Registry::global`]. Features do not change
/// these defaults: without `postcard` an encode has to name a format. Every compiled-in format can be decoded.
///
/// ```
/// use typeport::{Codec, Envelope, Limits};
/// let codec = Codec::default().checksum(false).limits(Limits::trusted());
/// let bytes = codec.to_vec(&"text".to_owned())?;
/// assert!(!Envelope::parse(&bytes)?.has_checksum());
/// let text: String = codec.from_slice(&bytes)?;
/// # Ok::<(), typeport::Error>(())
/// ```
#[derive(Clone)]
pub struct Codec {
    pub(super) format: Format,
    pub(super) checksum: bool,
    pub(super) verify: bool,
    pub(super) schema: bool,
    pub(super) limits: Limits,
    pub(super) policy: Policy,
    pub(super) registry: Registry,
    /// Whether limits and registry were given, and so apply when this codec decodes inside a decode.
    pub(super) given: Given,
    /// The longest type name whose plain values are encoded by the shortcut in `plain`; 0 if other settings exclude it.
    pub(super) plain_names: usize,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Given {
    pub(super) limits: bool,
    pub(super) registry: bool,
}

impl Default for Codec {
    fn default() -> Self {
        let codec = Codec {
            format: Format::Postcard,
            checksum: true,
            verify: false,
            schema: false,
            limits: Limits::default(),
            policy: Policy::default(),
            registry: Registry::global().clone(),
            given: Given::default(),
            plain_names: 0,
        };
        codec.settled()
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Codec { format, checksum, verify, schema, limits, policy, registry, given: _, plain_names: _ } = self;
        let mut fields = f.debug_struct("Codec");
        fields.field("format", format).field("checksum", checksum).field("verify", verify).field("schema", schema);
        fields.field("limits", limits).field("policy", policy).field("registry", registry).finish()
    }
}

impl Codec {
    /// Sets the state format of encodes. Decodes read every compiled-in format.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self.settled()
    }

    /// Sets whether an encode writes a checksum. A decode always verifies a checksum that is there.
    #[must_use]
    pub fn checksum(mut self, checksum: bool) -> Self {
        self.checksum = checksum;
        self
    }

    /// Verifies each encode by decoding its bytes with this codec and encoding the value again. Off by default, as it costs a
    /// decode and an encode; use it in tests, and for values that are stored for long.
    ///
    /// The encode refuses a value that this codec would not decode: one that takes more memory than [`Limits`] allow, which an
    /// encode does not see, or whose `Deserialize` refuses the output of its `Serialize`. It also refuses a value whose second
    /// encoding has another length. Bytes are not compared, since a `HashMap` has no order.
    ///
    /// ```
    /// use typeport::Codec;
    /// let sparse = vec![None::<[u64; 32]>; 32_768];
    /// let bytes = typeport::to_vec(&sparse)?;
    /// assert!(typeport::from_slice::<Vec<Option<[u64; 32]>>>(&bytes).unwrap_err().is_limit());
    /// assert!(Codec::default().verify(true).to_vec(&sparse).unwrap_err().is_limit());
    /// # Ok::<(), typeport::Error>(())
    /// ```
    #[must_use]
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self.settled()
    }

    /// Sets whether an envelope contains the shapes of all user types that its value reaches, so that [`Codec::read`] and the
    /// command line can read it without the types. Off by default: it costs some bytes for each type.
    ///
    /// ```
    /// use typeport::{Codec, Envelope};
    /// let bytes = Codec::default().schema(true).to_vec(&vec![1_u8])?;
    /// assert!(Envelope::parse(&bytes)?.schema().is_some_and(|schema| schema.is_empty())); // std's types need no schema
    /// # Ok::<(), typeport::Error>(())
    /// ```
    #[must_use]
    pub fn schema(mut self, schema: bool) -> Self {
        self.schema = schema;
        self.settled()
    }

    /// Sets how much a decode may use.
    ///
    /// In a decode inside a decode, as in a `Deserialize` that decodes bytes, the tighter of each limit applies, and the inner
    /// decode counts toward both. A codec without limits of its own takes those of the outer decode. A value that is kept
    /// undecoded, an [`Opaque`](crate::Opaque) or the error of a [`Failure`](crate::Failure), stays under the limits under which it arrived,
    /// given or by default.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self.given.limits = true;
        self.settled()
    }

    /// Sets which types a decode may build and an encode may write. It also applies to nested values, to decodes by other codecs
    /// inside this one, and to values that are kept undecoded and decoded later.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self.settled()
    }

    /// Sets the registry that resolves types. In a decode inside a decode, each registry that was given has to contain a type. The
    /// type of a value that was kept undecoded has to be in the registry of the decode that kept it too, given or global.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self.given.registry = true;
        self
    }

    /// Sums up what the shortcut for encodes of plain values asks of the settings.
    fn settled(mut self) -> Self {
        let is_plain = self.policy.is_open() && !self.schema && !self.verify && self.format.is_binary();
        self.plain_names = if is_plain { self.limits.sure_name_bytes() } else { 0 };
        self
    }
}
