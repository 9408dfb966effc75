//! IP and socket addresses: text in readable formats, bytes in binary ones. Imports its parent, `codec`, `shape`.

use super::{field, manners, portable, submit};
use crate::__own_traits as own_traits;
use crate::registry::Entry;
use crate::shape::{Fields, Shape, Style, Tagging, Variant};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// The shape of an address that is the given shape in binary formats.
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
                    variant("V4", 0, const { &[field("", <$v4>::TYPE)] }),
                    variant("V6", 1, const { &[field("", <$v6>::TYPE)] }),
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

portable! {
    [] Ipv4Addr = "Ipv4Addr" [], text!(Shape::Transparent { inner: <[u8; 4]>::TYPE });
    [] Ipv6Addr = "Ipv6Addr" [], text!(Shape::Transparent { inner: <[u8; 16]>::TYPE });
    [] IpAddr = "IpAddr" [], text!(either!(Ipv4Addr, Ipv6Addr));
    [] SocketAddrV4 = "SocketAddrV4" [], text!(Shape::Transparent { inner: <(Ipv4Addr, u16)>::TYPE });
    [] SocketAddrV6 = "SocketAddrV6" [], text!(Shape::Transparent { inner: <(Ipv6Addr, u16)>::TYPE });
    [] SocketAddr = "SocketAddr" [], text!(either!(SocketAddrV4, SocketAddrV6));
}

submit! {
    Entry::native_type::<Ipv4Addr>().compared_by(own_traits!(Ipv4Addr));
    Entry::native_type::<Ipv6Addr>().compared_by(own_traits!(Ipv6Addr));
    Entry::native_type::<IpAddr>().compared_by(own_traits!(IpAddr));
    Entry::native_type::<SocketAddrV4>().compared_by(own_traits!(SocketAddrV4));
    Entry::native_type::<SocketAddrV6>().compared_by(own_traits!(SocketAddrV6));
    Entry::native_type::<SocketAddr>().compared_by(own_traits!(SocketAddr));
}
