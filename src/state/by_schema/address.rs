//! Standard types that are text in readable formats only. Imports `error` and its siblings.

use crate::error::Result;
use crate::state::decode::types::Reader;
#[cfg(feature = "json")]
use crate::state::tape::Recorder;
use serde::Deserialize;
#[cfg(feature = "json")]
use serde::Deserializer;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// `addresses! { IpAddr }` becomes an enum of these types with their conversions.
macro_rules! addresses {
    ($($ty:ident),*) => {
        /// One of these types.
        #[derive(Clone, Copy)]
        pub(in crate::state) enum Address { $($ty),* }

        impl Address {
            pub(super) fn named(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($ty) => Some(Address::$ty),)*
                    _ => None,
                }
            }

            /// Reads a value and returns its text.
            pub(super) fn text(self, reader: Reader<'_, '_, '_>) -> Result<String> {
                Ok(match self {
                    $(Address::$ty => $ty::deserialize(reader)?.to_string(),)*
                })
            }

            /// Reads a text and records its value.
            #[cfg(feature = "json")]
            pub(super) fn record<'de, D: Deserializer<'de>>(
                self,
                recorder: &mut Recorder<'_>,
                from: D,
            ) -> Result<(), D::Error> {
                match self {
                    $(Address::$ty => recorder.other($ty::deserialize(from)?),)*
                }
            }
        }
    };
}

addresses! { Ipv4Addr, Ipv6Addr, IpAddr, SocketAddrV4, SocketAddrV6, SocketAddr }
