//! Resolves type names to plans. Imports `error`, `limits`, `shape`, `state`, `type_name` and its siblings.

use super::entry::{Entry, EntryForm};
use super::index::{Index, Origins};
use super::nearest::nearest;
use crate::error::{Error, Hint, Kind, Result, cut};
use crate::limits::Limits;
use crate::shape::{InterfaceInfo, Spelling, TypeExpr};
use crate::state::{Handle, OwnTraits, Plan, PlanArgument};
use crate::type_name::{NodeKind, TypeName, TypeRef};
use std::sync::{Arc, OnceLock};

/// Resolves one name; `value` is the root interface, the default bound of erased parameters.
pub(super) struct Resolver<'a> {
    pub(super) index: &'a Arc<Index>,
    pub(super) value: &'static InterfaceInfo,
}

/// A compiled form that matches a name, and the arguments for its parameters.
struct Match<'a> {
    expr: &'static TypeExpr,
    form: EntryForm,
    own_traits: &'static OwnTraits,
    bound: Vec<Option<TypeRef<'a>>>,
}

impl Resolver<'_> {
    /// The plan for `name` as a member of `interface`. Recurses as deep as the name is.
    pub(super) fn plan(&self, name: TypeRef<'_>, interface: &'static InterfaceInfo) -> Result<Arc<Plan>> {
        let origins = self.origins(name)?;
        if let Some(trait_object) = name.args().find(|arg| arg.kind() == NodeKind::Dyn) {
            self.origins(trait_object)?;
        }
        let native = || origins.find(name, interface, false);
        let erased = || origins.find(name, interface, true);
        let found = native().or_else(erased);
        self.plan_of(name, found.ok_or_else(|| self.not_registered(name, origins, interface))?)
    }

    fn origins<'a>(&'a self, name: TypeRef<'a>) -> Result<Origins<'a>> {
        self.index.get(name.origin()).ok_or_else(|| self.unknown(name))
    }

    fn plan_of(&self, name: TypeRef<'_>, found: Match<'_>) -> Result<Arc<Plan>> {
        let mut interfaces = Vec::new();
        found.expr.parameters(&mut interfaces);
        let arguments = found.bound.iter().zip(interfaces).map(|(bound, interface)| {
            let bound = bound.ok_or(Kind::Registration { reason: "a type does not use one of its parameters" })?;
            match interface {
                None => Ok(PlanArgument::Const(bound.as_str().to_owned())),
                Some(interface) => self.argument(name, bound, interface).map(PlanArgument::Type),
            }
        });
        let mut plan = Plan {
            name: name.to_type_name(),
            expr: found.expr,
            arguments: arguments.collect::<Result<_>>()?,
            handles: Vec::new(),
            glue: found.form.glue,
            cast: found.form.cast,
            own_traits: found.own_traits,
            identity: OnceLock::new(),
        };
        Handle::all(plan.expr, &plan.arguments, &mut plan.handles);
        // Only the name: computing the hash of the arguments at each level would make the cost of a name the cube of its
        // depth.
        let present = plan.expr.text(&plan, &Spelling::Current)?;
        if present != plan.name.as_str() {
            plan.name = TypeName::parse(&present, &Limits::trusted())?;
        }
        Ok(Arc::new(plan))
    }

    fn argument(&self, whole: TypeRef<'_>, name: TypeRef<'_>, interface: &'static InterfaceInfo) -> Result<Arc<Plan>> {
        self.plan(name, interface).map_err(|error| match Error::into_kind(error) {
            Kind::UnknownOrigin { name, origin, hint } => {
                Kind::UnknownArgument { name: whole.as_str().into(), argument: name, origin, hint }.into()
            }
            Kind::UnknownArgument { argument, origin, hint, .. } => {
                Kind::UnknownArgument { name: whole.as_str().into(), argument, origin, hint }.into()
            }
            other => other.into(),
        })
    }

    fn unknown(&self, name: TypeRef<'_>) -> Error {
        let (name, origin): (Arc<str>, Arc<str>) = (name.as_str().into(), name.origin().into());
        let (index, id) = (Arc::clone(self.index), Arc::clone(&origin));
        let hint = Hint::new(move || format!("{}; {}", nearest(&id, index.ids()), remedy(&id, index.ids())));
        Kind::UnknownOrigin { name, origin, hint }.into()
    }

    fn not_registered(&self, name: TypeRef<'_>, origins: Origins<'_>, interface: &'static InterfaceInfo) -> Error {
        let n_args = name.args().count();
        let mut formed = origins.entries().filter(|entry| entry.form.is_some()).peekable();
        if formed.peek().is_some() && formed.all(|entry| entry.expr.args.len() != n_args) && !origins.is_unlisted() {
            let (text, reason) =
                (cut(&name.to_string()).into_owned(), "its origin takes a different number of arguments");
            return Kind::InvalidTypeName { text, at: 0, reason }.into();
        }
        let (name, origin): (Arc<str>, Arc<str>) = (name.as_str().into(), name.origin().into());
        if (interface.type_id)() == (self.value.type_id)() {
            return Kind::NotSpecialized { name, origin }.into();
        }
        let (index, spelled) = (Arc::clone(self.index), Arc::clone(&name));
        let hint = Hint::new(move || not_a_member(&index, &spelled, &origin, interface));
        Kind::NotAMember { name, interface: interface.origin.id, hint }.into()
    }
}

/// The remedy for a type that is not linked.
fn remedy(origin: &str, ids: &[String]) -> String {
    match origin.strip_prefix("dyn ").unwrap_or(origin).split_once("::") {
        Some((krate, _)) => remedy_in(&cut(krate), &cut(origin), ids),
        None => "this version of typeport has no standard type of that name".to_owned(),
    }
}

/// The remedy for an id that no linked type claims. Its crate is a guess, as the author chose the id.
fn remedy_in(krate: &str, origin: &str, ids: &[String]) -> String {
    let is_of = |id: &str| id.strip_prefix(krate).is_some_and(|rest| rest.starts_with("::"));
    if ids.iter().any(|id| is_of(id)) {
        return format!(
            "other types of `{krate}` are linked: if the type has a new id, add #[portable(alias = \"{origin}\")] \
             to it; otherwise enable the feature of `{krate}`, or use the version of it, that defines the type"
        );
    }
    format!(
        "link the crate that defines it (perhaps `{krate}`: `use {krate} as _;` keeps it in this program), or enable the feature \
         that defines it; if the type has a new id, add #[portable(alias = \"{origin}\")] to it; a plug-in must be loaded first"
    )
}

/// The members of an interface, and the remedy for a type that is not one.
fn not_a_member(index: &Index, name: &str, origin: &str, interface: &'static InterfaceInfo) -> String {
    let members = match index.members_of(interface) {
        [] => " (no linked type is)".to_owned(),
        [one] => format!(" (`{one}` is)"),
        [one, rest @ ..] => format!(" (`{one}` and {} more are)", rest.len()),
    };
    if index.get(origin).is_some_and(|origins| origins.members(interface, false).next().is_some()) {
        let (name, id) = (cut(name), interface.origin.id);
        return format!(
            "{members}: other types of `{origin}` are; add this one with `specialize!({name} as dyn {id})`, if it implements \
             the trait"
        );
    }
    format!("{members}: write `#[portable] impl` of the interface for it, or ask for another interface")
}

impl Origins<'_> {
    /// The native form of this very type, or the erased form whose pattern matches.
    ///
    /// Coherence makes it unique: two impls of one interface never match one type.
    fn find<'a>(&self, name: TypeRef<'a>, interface: &'static InterfaceInfo, erased: bool) -> Option<Match<'a>> {
        self.members(interface, erased).find_map(|entry| {
            let (form, own_traits) = (entry.form?, entry.own_traits);
            Some(Match { expr: entry.expr, form, own_traits, bound: entry.matches(name)? })
        })
    }
}

impl Entry {
    fn matches<'a>(&self, name: TypeRef<'a>) -> Option<Vec<Option<TypeRef<'a>>>> {
        let mut bound = Vec::new();
        self.expr.unify(name, &mut bound).then_some(bound)
    }
}
