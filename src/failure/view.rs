//! Views of errors of any type as portable values. Imports `codec`.

use crate::codec::{Portable, Value};
use std::any::Any;
use std::error::Error;
use std::marker::PhantomData;

/// Views an error as a portable value, if it has the type that the function was compiled for.
pub struct ErrorView {
    as_value: for<'a> fn(&'a (dyn Error + 'static)) -> Option<&'a dyn Value>,
    #[cfg(feature = "anyhow")]
    pub(super) in_anyhow: for<'a> fn(&'a anyhow::Error) -> Option<&'a (dyn Error + 'static)>,
    #[cfg(feature = "eyre")]
    pub(super) in_eyre: for<'a> fn(&'a eyre::Report) -> Option<&'a (dyn Error + 'static)>,
}

impl ErrorView {
    pub(super) fn apply<'a>(&self, error: &'a (dyn Error + 'static)) -> Option<&'a dyn Value> {
        (self.as_value)(error)
    }
}

/// Detects whether `T` is an error, like `Probe` for other traits: an inherent constant takes precedence over a trait's.
pub struct ViewProbe<T>(PhantomData<T>);

/// The constant of types that are not errors.
pub trait NoErrorView {
    /// The view of an error as a value of the type.
    const VIEW: Option<&'static (dyn Any + Send + Sync)> = None;
}

impl<T> NoErrorView for ViewProbe<T> {}

impl<T: Error + Portable> ViewProbe<T> {
    /// The view of an error as a value of the type.
    pub const VIEW: Option<&'static (dyn Any + Send + Sync)> = Some(&ErrorView {
        as_value: |error| error.downcast_ref::<T>().map(|error| error as &dyn Value),
        #[cfg(feature = "anyhow")]
        in_anyhow: |report| report.downcast_ref::<T>().map(|error| error as &(dyn Error + 'static)),
        #[cfg(feature = "eyre")]
        in_eyre: |report| report.downcast_ref::<T>().map(|error| error as &(dyn Error + 'static)),
    });
}
