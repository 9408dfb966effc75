//! Policies by Rust type and by interface. Imports `policy` and its siblings.

use super::value::{Interface, Portable};
use crate::policy::Policy;

impl Policy {
    /// Allows exactly this type, with the arguments in its name.
    ///
    /// ```
    /// use typeport::Policy;
    /// let policy = Policy::deny_all().allow::<Vec<Option<i64>>>();
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn allow<T: Portable>(self) -> Self {
        self.allow_name(&T::TYPE.display())
    }

    /// Allows the linked members of an interface, in any position, if their arguments are allowed too.
    ///
    /// Every portable type is a member of `dyn Value`: allowing it does not make a closed list.
    #[must_use]
    pub fn allow_interface<I: Interface + ?Sized>(self) -> Self {
        self.allow_members(I::INFO)
    }
}
