//! `Codec`: how values are encoded and decoded. Imports `format`, `limits`, `policy` and `registry`.

use crate::format::Format;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::registry::Registry;
use std::fmt;

/// How values are encoded and decoded: the state format, the checksum, limits, policy and the registry.
///
/// A value with methods that each give a changed copy; nothing is global. The functions of the crate's root are the
/// methods of `Codec::default()`: postcard, with checksum, `Limits::default()`, [`Registry::global`]. Features change none of
/// it: without `postcard` an encode has to name a format, and each that is compiled in is decoded.
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
    /// Whether limits and registry were given, and so bind where this codec decodes within a decode.
    pub(super) given: Given,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Given {
    pub(super) limits: bool,
    pub(super) registry: bool,
}

impl Default for Codec {
    fn default() -> Self {
        Codec {
            format: Format::Postcard,
            checksum: true,
            verify: false,
            schema: false,
            limits: Limits::default(),
            policy: Policy::default(),
            registry: Registry::global().clone(),
            given: Given::default(),
        }
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Codec { format, checksum, verify, schema, limits, policy, registry, given: _ } = self;
        let mut fields = f.debug_struct("Codec");
        fields.field("format", format).field("checksum", checksum).field("verify", verify).field("schema", schema);
        fields.field("limits", limits).field("policy", policy).field("registry", registry).finish()
    }
}

impl Codec {
    /// Sets the state format that is written. Every compiled-in format is read.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Sets whether a checksum is written. One that is there is always verified.
    #[must_use]
    pub fn checksum(mut self, checksum: bool) -> Self {
        self.checksum = checksum;
        self
    }

    /// Sets whether an encode also decodes what it wrote, by this codec, and encodes that again. Off by default, as it
    /// costs a decode and an encode; for tests, and for what is stored for long.
    ///
    /// It refuses what this codec would not decode: a value that takes more memory than [`Limits`] allow, which an encode
    /// does not see, or whose `Deserialize` refuses what its `Serialize` wrote; and a value that is longer or shorter when
    /// it is encoded again. Bytes are not compared, since a `HashMap` has no order.
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
        self
    }

    /// Sets whether an envelope has the shapes of all types of users that its value reaches: then it is read without its types,
    /// by [`Codec::read`] and by the command line. Off by default: it costs some bytes for each type.
    ///
    /// ```
    /// use typeport::{Codec, Envelope};
    /// let bytes = Codec::default().schema(true).to_vec(&vec![1_u8])?;
    /// assert!(Envelope::parse(&bytes)?.schema().is_some_and(|schema| schema.is_empty())); // all of std's types are known
    /// # Ok::<(), typeport::Error>(())
    /// ```
    #[must_use]
    pub fn schema(mut self, schema: bool) -> Self {
        self.schema = schema;
        self
    }

    /// Sets how much a decode may use. Within another decode, as in a `Deserialize` that decodes bytes, the tighter of each
    /// limit counts, and both count what is spent; a codec that was not given any keeps to those around it. What is kept
    /// undecoded, an [`Opaque`] or the error of a [`Failure`](crate::Failure), stays under the limits that it came under,
    /// given or not.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self.given.limits = true;
        self
    }

    /// Sets which types a decode may build and an encode may write. It binds all that is nested, too, what is decoded within
    /// by another codec, and what is kept undecoded and decoded later.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets where types are looked up. Within another decode a type has to be in all registries that were given; and of what came
    /// undecoded in another, in the one of that, given or global, too.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self.given.registry = true;
        self
    }
}
