//! IP and socket addresses: text in readable formats, bytes in binary ones. Imports `error`, `registry`, `shape`, `state` and
//! its siblings.

use super::{manners, portable, submit};
use crate::__own_traits as own_traits;
use crate::error::Result;
use crate::registry::Entry;
use crate::shape::{Field, Fields, Shape, Style, Tagging, Variant};
use crate::state::{Input, Sink, in_variant, stack_of};
use serde::de::Unexpected;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// The shape of an address with the given shape in binary formats.
macro_rules! text {
    ($binary:expr) => {
        Shape::Text { binary: const { &$binary } }
    };
}

/// The binary shape of an address of either version.
macro_rules! either {
    ($v4:ty, $v6:ty) => {
        Shape::Enum {
            tagging: Tagging::External,
            variants: const {
                &[
                    variant("V4", 0, const { &[Field::new("", <$v4>::TYPE)] }),
                    variant("V6", 1, const { &[Field::new("", <$v6>::TYPE)] }),
                ]
            },
            json_only: false,
            manners: manners("", &["V4", "V6"]),
        }
    };
}

const fn variant(name: &'static str, index: u32, fields: &'static [crate::shape::Field]) -> Variant {
    Variant { name, aliases: &[], index, fields: Fields { style: Style::Newtype, fields, listed: &[] } }
}

/// The state of an address: text on a tape, otherwise the state of its parts, which `|address| parts` returns and `make` takes.
macro_rules! address {
    ($parts:ty: |$address:ident| $put:expr; $make:expr) => {
        const MIN: usize = 1;
        const STACK: usize = <$parts>::STACK;

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            #[cfg(feature = "json")]
            if sink.is_tape() {
                sink.put_slice(self.to_string().as_bytes());
                return Ok(());
            }
            let $address = self;
            $put.put(sink)
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            Self::take_into(input, size_of::<Self>())
        }

        fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
            if input.is_tape() {
                return input.text()?.parse().map_err(serde::de::Error::custom);
            }
            <$parts>::take_into(input, slot).map($make)
        }
    };
}

/// The state of an address of either version.
macro_rules! versions {
    ($v4:ty, $v6:ty) => {
        const MIN: usize = 1;
        const STACK: usize = stack_of::<Self>(2, &[<$v4>::STACK, <$v6>::STACK]);

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            #[cfg(feature = "json")]
            if sink.is_tape() {
                sink.put_slice(self.to_string().as_bytes());
                return Ok(());
            }
            sink.enter()?;
            match self {
                Self::V4(address) => {
                    sink.put_variant(0);
                    address.put(sink)?;
                }
                Self::V6(address) => {
                    sink.put_variant(1);
                    address.put(sink)?;
                }
            }
            sink.leave();
            Ok(())
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            Self::take_into(input, size_of::<Self>())
        }

        fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
            if input.is_tape() {
                return input.text()?.parse().map_err(serde::de::Error::custom);
            }
            input.level::<Self, _>(slot, |input| match input.variant()? {
                0 => <$v4>::take(input).map(Self::V4).map_err(|error| in_variant(error, "V4")),
                1 => <$v6>::take(input).map(Self::V6).map_err(|error| in_variant(error, "V6")),
                index => {
                    let found = Unexpected::Unsigned(index.into());
                    Err(serde::de::Error::invalid_value(found, &"`V4` or `V6`"))
                }
            })
        }
    };
}

portable! {
    [] Ipv4Addr = "Ipv4Addr" [], text!(Shape::Transparent { inner: <[u8; 4]>::TYPE }), {
        address!([u8; 4]: |address| address.octets(); Ipv4Addr::from);
    };
    [] Ipv6Addr = "Ipv6Addr" [], text!(Shape::Transparent { inner: <[u8; 16]>::TYPE }), {
        address!([u8; 16]: |address| address.octets(); Ipv6Addr::from);
    };
    [] IpAddr = "IpAddr" [], text!(either!(Ipv4Addr, Ipv6Addr)), {
        versions!(Ipv4Addr, Ipv6Addr);
    };
    [] SocketAddrV4 = "SocketAddrV4" [], text!(Shape::Transparent { inner: <(Ipv4Addr, u16)>::TYPE }), {
        address!((Ipv4Addr, u16): |address| (*address.ip(), address.port()); |(ip, port)| SocketAddrV4::new(ip, port));
    };
    [] SocketAddrV6 = "SocketAddrV6" [], text!(Shape::Transparent { inner: <(Ipv6Addr, u16)>::TYPE }), {
        address!((Ipv6Addr, u16): |address| (*address.ip(), address.port()); |(ip, port)| SocketAddrV6::new(ip, port, 0, 0));
    };
    [] SocketAddr = "SocketAddr" [], text!(either!(SocketAddrV4, SocketAddrV6)), {
        versions!(SocketAddrV4, SocketAddrV6);
    };
}

submit! {
    Entry::native_type::<Ipv4Addr>().compared_by(own_traits!(Ipv4Addr));
    Entry::native_type::<Ipv6Addr>().compared_by(own_traits!(Ipv6Addr));
    Entry::native_type::<IpAddr>().compared_by(own_traits!(IpAddr));
    Entry::native_type::<SocketAddrV4>().compared_by(own_traits!(SocketAddrV4));
    Entry::native_type::<SocketAddrV6>().compared_by(own_traits!(SocketAddrV6));
    Entry::native_type::<SocketAddr>().compared_by(own_traits!(SocketAddr));
}
