//! Types of the standard library that are text in readable formats alone. Imports `error` and its siblings.

use crate::error::Result;
use crate::state::decode::types::Reader;
#[cfg(feature = "json")]
use crate::state::tape::Recorder;
use serde::Deserialize;
#[cfg(feature = "json")]
use serde::Deserializer;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// `addresses! { IpAddr }` becomes an enum of these types, and what is done by each.
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

            /// The text of the value that comes.
            pub(super) fn text(self, reader: Reader<'_, '_, '_>) -> Result<String> {
                Ok(match self {
                    $(Address::$ty => $ty::deserialize(reader)?.to_string(),)*
                })
            }

            /// Writes the value whose text comes.
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
