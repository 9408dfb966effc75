//! Unsettled values: generic values that a method of an erased value has made, and that no `Specialized` holds. Imports `error`,
//! `format`, `limits`, `shape`, `state`, `type_name` and its siblings.
//!
//! Their types mention parameters, as `GenericResult<Erased<0>>` does, and the values of these parameters know their real types. So a
//! value is written once, to nowhere, and each parameter in it tells its argument. A value without any, such as an empty list,
//! tells nothing; then only the method that made it knows.
//!
//! Invariant: no argument comes from a scope that contradicts the content.

use super::value::{Compiled, Value};
use crate::error::{Kind, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::shape::{InterfaceInfo, Spelling};
use crate::state::{Names, Plan, PlanArgument, Scope, Sink, Told, apart};
use crate::type_name::TypeName;
use std::sync::Arc;

/// Who names the parameters of which nothing in the value tells the argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// Nobody. The value may have been made in another scope than the one in which it is used.
    ByContent,
    /// The scope around: the caller names the type itself, so its own parameters are in scope.
    ByScope,
}

/// The arguments for the parameters of an unsettled value, as a plan in whose scope it is written, and whether trait objects in the
/// value are unsettled.
#[inline(never)]
pub(super) fn own_scope(compiled: Compiled, value: &dyn Value, naming: Naming) -> Result<(Arc<Plan>, bool)> {
    let mut parameters = Vec::new();
    compiled.expr.parameters(&mut parameters);
    let told = told_by(value, &parameters);
    if let Some((expected, found)) = told.conflict {
        return Err(Kind::WrongType { expected: expected.to_string(), found: found.to_string() }.into());
    }
    let around = Scope::innermost()
        .filter(|around| (naming == Naming::ByScope || Scope::settles(around)) && agrees(around, &told.arguments));
    if let Some(around) = &around {
        // It names all that the content tells, and may name more.
        if around.arguments.len() >= parameters.len() {
            return Ok((Arc::clone(around), told.has_unsettled_parts));
        }
    }
    let has_unsettled_parts = told.has_unsettled_parts;
    let mut told = told.arguments.into_iter();
    let arguments = parameters.iter().enumerate().map(|(index, interface)| match told.next().flatten() {
        Some(plan) => Ok(PlanArgument::Type(plan)),
        // The type does not mention this parameter.
        None if interface.is_none() => Ok(PlanArgument::Const(String::new())),
        None => Err(Kind::Unbound { parameter: Some(index) }.into()),
    });
    let plan = Plan::of_scope(compiled.expr, compiled.glue, arguments.collect::<Result<_>>()?);
    let text = compiled.expr.text(&plan, &Spelling::Current)?;
    let name = TypeName::parse(&text, &Limits::trusted())?;
    Ok((Arc::new(Plan { name, ..plan }), has_unsettled_parts))
}

fn agrees(around: &Plan, told: &[Option<Arc<Plan>>]) -> bool {
    told.iter().enumerate().all(|(index, told)| {
        told.as_ref().is_none_or(|told| match around.arguments.get(index) {
            Some(PlanArgument::Type(argument)) => argument.name == told.name,
            _ => false,
        })
    })
}

/// The arguments that the content of a value tells. A format that does not allow the type may end before the last one.
fn told_by(value: &dyn Value, parameters: &[Option<&'static InterfaceInfo>]) -> Told {
    let is_complete = |told: &Told| {
        let mut told = told.arguments.iter();
        parameters.iter().all(|parameter| told.next().is_some_and(Option::is_some) || parameter.is_none())
    };
    let formats = Format::ALL.iter().copied().filter(|format| format.is_compiled_in());
    let mut all = Told::default();
    for format in formats {
        all = all.or(Scope::ask(|| write_nowhere(value, format)));
        if is_complete(&all) {
            break;
        }
    }
    all
}

/// Writes a value for what its parameters tell meanwhile, which is true even if the writing fails.
fn write_nowhere(value: &dyn Value, format: Format) {
    let (_apart, _names) = (apart(), Names::begin(format, false));
    let mut sink = Sink::new(Vec::new(), &Limits::trusted(), format);
    let _ = value.__write(&mut sink);
    sink.end();
}
