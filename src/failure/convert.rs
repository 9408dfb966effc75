//! Conversions into failures. Imports `codec`, `error` and its siblings.

use super::Failure;
use super::cause::Cause;
use super::kept::{Holds, Kept};
#[cfg(any(feature = "anyhow", feature = "eyre"))]
use super::view::ErrorView;
use crate::codec::Portable;
use std::error::Error;

/// An error that `?` and `Failure::from` convert into a [`Failure`].
///
/// It is implemented for every error that derives [`Portable`], std's errors, `Box<dyn Error + Send + Sync>`, text, and the errors of
/// `anyhow` and `eyre` with these features. To send only the text of your own error type, add one attribute:
///
/// ```
/// use typeport::{Failure, Portable};
///
/// #[derive(Debug, thiserror::Error, Portable)]
/// #[portable(as_failure)] // its text is sent, and nothing else
/// enum Startup {
///     #[error("no configuration")]
///     Config(#[from] std::io::Error),
/// }
///
/// let failure = Failure::from(Startup::Config(std::io::Error::other("disk gone")));
/// assert_eq!(failure.messages().collect::<Vec<_>>(), ["no configuration", "disk gone"]);
/// assert!(failure.value().is_none());
/// ```
pub trait IntoFailure {
    /// Converts the error.
    fn into_failure(self) -> Failure;
}

/// The derive implements this for each portable type. Failures do not have it, so that a failure is not wrapped in a failure.
// The compiler shows the label at a `?`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not convert into a `Failure`",
    label = "not a portable error: `.map_err(Failure::new)?` keeps its messages",
    note = "to send an error of your own with its type, derive `Portable`; to send only its text, add `#[portable(as_failure)]` below the derive"
)]
pub trait OwnError: Portable {}

// Rust cannot have a blanket `From` for all errors that keeps portable ones typed, as that needs specialization. So this covers
// errors that are portable by their static type, generic ones included.
impl<E: OwnError + Error> IntoFailure for E {
    fn into_failure(self) -> Failure {
        let cause = Cause::of(&self);
        Failure::of(cause, Kept::own(self))
    }
}

impl<E: IntoFailure> From<E> for Failure {
    fn from(error: E) -> Self {
        error.into_failure()
    }
}

impl Failure {
    /// A failure of an error of an unknown type.
    pub(super) fn of_unknown(holder: impl Holds + 'static) -> Self {
        let cause = Cause::of(holder.outermost());
        Failure::of(cause, Kept::within(Box::new(holder)))
    }
}

impl Holds for Box<dyn Error + Send + Sync> {
    fn outermost(&self) -> &(dyn Error + 'static) {
        &**self
    }
}

impl IntoFailure for Box<dyn Error + Send + Sync> {
    fn into_failure(self) -> Failure {
        Failure::of_unknown(self)
    }
}

impl IntoFailure for &str {
    fn into_failure(self) -> Failure {
        Failure::of(Cause::text(&self), Kept::Nothing)
    }
}

impl IntoFailure for String {
    fn into_failure(self) -> Failure {
        self.as_str().into_failure()
    }
}

/// Errors of other crates, of which the messages are kept.
macro_rules! foreign {
    ($($error:ty),* $(,)?) => {$(
        impl IntoFailure for $error {
            fn into_failure(self) -> Failure {
                Failure::text_of(&self)
            }
        }
    )*};
}

foreign! {
    crate::error::Error,
    std::alloc::LayoutError,
    std::array::TryFromSliceError,
    std::cell::BorrowError,
    std::cell::BorrowMutError,
    std::char::CharTryFromError,
    std::char::DecodeUtf16Error,
    std::char::ParseCharError,
    std::char::TryFromCharError,
    std::collections::TryReserveError,
    std::env::JoinPathsError,
    std::env::VarError,
    std::ffi::FromBytesUntilNulError,
    std::ffi::FromBytesWithNulError,
    std::ffi::FromVecWithNulError,
    std::ffi::IntoStringError,
    std::ffi::NulError,
    std::fmt::Error,
    std::net::AddrParseError,
    std::num::ParseFloatError,
    std::num::ParseIntError,
    std::num::TryFromIntError,
    std::path::StripPrefixError,
    std::str::ParseBoolError,
    std::str::Utf8Error,
    std::string::FromUtf16Error,
    std::string::FromUtf8Error,
    std::sync::mpsc::RecvError,
    std::sync::mpsc::RecvTimeoutError,
    std::sync::mpsc::TryRecvError,
    std::thread::AccessError,
    std::time::SystemTimeError,
    std::time::TryFromFloatSecsError,
}

/// An `io::Error` may hold any other error: `io::Error::other(typed)`.
impl IntoFailure for std::io::Error {
    fn into_failure(self) -> Failure {
        Failure::new(self)
    }
}

#[cfg(feature = "json")]
foreign! { serde_json::Error }

/// The reports of `anyhow` and `eyre`, which contain an error chain but are not errors themselves.
macro_rules! reports {
    ($($feature:literal $view:ident $report:ty),*) => {$(
        #[cfg(feature = $feature)]
        impl Holds for $report {
            fn outermost(&self) -> &(dyn Error + 'static) {
                self.as_ref()
            }

            fn hidden(&self, view: &ErrorView) -> Option<&(dyn Error + 'static)> {
                (view.$view)(self)
            }

            fn hidden_failure(&self) -> Option<&(dyn Error + 'static)> {
                self.downcast_ref::<Failure>().map(|failure| failure as &(dyn Error + 'static))
            }
        }

        #[cfg(feature = $feature)]
        impl IntoFailure for $report {
            fn into_failure(self) -> Failure {
                Failure::of_unknown(self)
            }
        }
    )*};
}

reports! { "anyhow" in_anyhow anyhow::Error, "eyre" in_eyre eyre::Report }
