//! Policy: which types a decode may build. Imports `error`, `shape` and `type_name`.
//!
//! Invariant: an answer is yes or no, the default of a list is no, and policies combine by intersection only.

use crate::error::{Kind, Result};
use crate::shape::InterfaceInfo;
use crate::type_name::{NodeKind, TypeName, TypeRef};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which types a decode may build, and an encode may write.
///
/// `Policy::default()` allows the type, or the members of the interface, that the caller asks for, with any linked
/// arguments. [`Policy::deny_all`] starts a closed list, for peers that are not trusted: then every type in a value's
/// name has to be on the list, arguments included, and so has the type of every trait object inside. The policy decides on
/// the whole name before a byte of the state is read. The type of a field is allowed with the type that has the field.
///
/// ```
/// use typeport::{Codec, Policy};
/// let codec = Codec::default().policy(Policy::deny_all().allow::<i64>().allow_origin("Vec"));
/// let numbers = typeport::to_vec(&vec![1_i64, 2])?;
/// assert_eq!(codec.from_slice::<Vec<i64>>(&numbers)?, [1, 2]);
/// let texts = typeport::to_vec(&vec!["no".to_owned()])?;
/// assert!(codec.from_slice::<Vec<String>>(&texts).unwrap_err().is_denied());
/// # Ok::<(), typeport::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// All of them have to allow a type. An empty list is the default policy.
    lists: Vec<Arc<List>>,
}

/// A closed list.
#[derive(Clone, Debug, Default)]
struct List {
    /// Whole types, by name.
    types: BTreeSet<String>,
    origins: BTreeSet<String>,
    interfaces: Vec<&'static InterfaceInfo>,
    std: bool,
    /// If set, the list allows all types except these, by name.
    but: Option<BTreeSet<String>>,
}

impl Policy {
    /// Returns a policy that allows nothing, until types are added.
    pub fn deny_all() -> Self {
        Policy { lists: vec![Arc::default()] }
    }

    /// Allows every specialization of the origin with this current id, if the arguments are allowed too.
    #[must_use]
    pub fn allow_origin(self, id: &str) -> Self {
        self.with(|list| {
            list.origins.insert(id.to_owned());
        })
    }

    /// Allows the types of the standard library: numbers, text, tuples, `Vec`, `Option`, maps and the like, if the
    /// arguments are allowed too.
    #[must_use]
    pub fn allow_std(self) -> Self {
        self.with(|list| list.std = true)
    }

    /// Returns a policy that allows the types that both policies allow.
    #[must_use]
    pub fn and(mut self, other: Policy) -> Self {
        for list in other.lists {
            // Nested decodes combine the same list repeatedly.
            if !self.lists.iter().any(|known| Arc::ptr_eq(known, &list)) {
                self.lists.push(list);
            }
        }
        self
    }

    pub(crate) fn allow_name(self, name: &str) -> Self {
        self.with(|list| {
            list.types.insert(name.to_owned());
        })
    }

    pub(crate) fn allow_members(self, interface: &'static InterfaceInfo) -> Self {
        self.with(|list| list.interfaces.push(interface))
    }

    /// Allows all types except those with these names.
    pub(crate) fn all_but(names: BTreeSet<String>) -> Self {
        Policy { lists: vec![Arc::new(List { but: Some(names), ..List::default() })] }
    }

    /// Adds to each list. Without a list everything is allowed already.
    fn with(mut self, mut add: impl FnMut(&mut List)) -> Self {
        self.lists.iter_mut().for_each(|list| add(Arc::make_mut(list)));
        self
    }

    /// Whether the policy allows every type that the caller requests.
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.lists.is_empty()
    }

    /// Checks a whole name; `is_member` says whether a type is a member of an interface in this process.
    pub(crate) fn check(
        &self,
        name: &TypeName,
        is_member: &dyn Fn(TypeRef<'_>, &'static InterfaceInfo) -> bool,
    ) -> Result<()> {
        let denied = self.lists.iter().find_map(|list| list.denied(name.as_ref(), is_member));
        denied.map_or(Ok(()), |part| {
            let (name, part) = (name.as_str().into(), part.origin().into());
            Err(Kind::NotAllowed { name, part }.into())
        })
    }
}

impl List {
    /// The first part of the name that is not allowed.
    fn denied<'a>(
        &self,
        name: TypeRef<'a>,
        is_member: &dyn Fn(TypeRef<'_>, &'static InterfaceInfo) -> bool,
    ) -> Option<TypeRef<'a>> {
        if let Some(but) = &self.but {
            return but.contains(name.as_str()).then_some(name);
        }
        let mut open = vec![name];
        while let Some(part) = open.pop() {
            if self.types.contains(part.as_str()) || holds_no_type(part) {
                continue;
            }
            let by_origin = self.origins.contains(part.origin()) || (self.std && is_std(part));
            if !by_origin && !self.interfaces.iter().any(|interface| is_member(part, interface)) {
                return Some(part);
            }
            open.extend(part.args());
        }
        None
    }
}

/// Whether no value of `part` itself is built: a constant, or a trait object, whose value is checked when it is decoded.
fn holds_no_type(part: TypeRef<'_>) -> bool {
    let is_trait_object = |part: TypeRef<'_>| part.kind() == NodeKind::Dyn;
    let boxed = part.origin() == "Box" && part.args().all(is_trait_object);
    part.kind() == NodeKind::Const || is_trait_object(part) || boxed
}

/// Whether the origin is a standard type: ids of users are never bare names.
fn is_std(part: TypeRef<'_>) -> bool {
    !part.origin().contains("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(policy: &Policy, name: &str, denied: Option<&str>) {
        let found = policy.check(&name.parse().unwrap(), &|_, _| false).err();
        assert_eq!(found.is_some(), denied.is_some(), "{name}: {found:?}");
        let found = found.map(|error| error.to_string()).unwrap_or_default();
        assert!(found.contains(&format!("not list `{}`", denied.unwrap_or_default())) || denied.is_none(), "{found}");
    }

    #[test]
    fn every_part_of_a_name_has_to_be_allowed() {
        let policy = Policy::deny_all().allow_name("a::One<b::Two>").allow_origin("a::Other");
        check(&policy, "a::One<b::Two>", None);
        check(&policy, "a::One<i64>", Some("a::One"));
        check(&policy, "b::Two", Some("b::Two"));
        check(&policy, "a::Other<a::One<b::Two>>", None);
        check(&policy, "a::Other<b::Two>", Some("b::Two"));
        check(&policy, "a::Other<3, Box<dyn c::Base>>", None);
        check(&policy, "a::Other<Vec<i64>>", Some("Vec"));
        check(&policy.clone().allow_std(), "a::Other<Vec<(i64, [u8; 2])>>", None);
        check(&policy.allow_std(), "a::Other<Vec<(i64, [b::Two; 2])>>", Some("b::Two"));
    }

    #[test]
    fn an_empty_list_denies_and_the_default_allows() {
        check(&Policy::deny_all(), "i64", Some("i64"));
        check(&Policy::default(), "a::One", None);
        check(&Policy::default().and(Policy::deny_all()), "i64", Some("i64"));
    }

    #[test]
    fn both_of_two_policies_decide() {
        let (one, two) = (Policy::deny_all().allow_origin("a::One"), Policy::deny_all().allow_origin("a::Two"));
        check(&one.clone().and(two.clone()), "a::One", Some("a::One"));
        check(&two.and(one.clone()), "a::One", Some("a::One"));
        check(&one.clone().and(one), "a::One", None);
    }
}
