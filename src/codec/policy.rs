//! What a policy allows by type and by interface. Imports `policy` and its siblings.

use super::value::{Interface, Portable};
use crate::policy::Policy;

impl Policy {
    /// Allows this very type, with all that its name holds.
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

    /// Allows the linked members of an interface, wherever they stand, where their arguments are allowed too.
    ///
    /// `dyn Value` has every portable type as a member: that is no closed list.
    #[must_use]
    pub fn allow_interface<I: Interface + ?Sized>(self) -> Self {
        self.allow_members(I::INFO)
    }
}
