//! `on_drop(status = Cancelled)`: what is counted when a recorder is dropped early.

use metric_names::Kind;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, LitStr, Path, Type, ext::IdentExt};

use crate::{
    arguments::{self, Argument},
    findings::Findings,
    instrument::{
        label_code,
        label_type::LabelType,
        model::{Flavour, LabelField},
        unit,
        value::Value,
    },
};

/// The value of one label at an early end.
pub(crate) struct EarlyEnd {
    /// The label's field.
    field: Ident,
    value: Expr,
}

/// The labels in the parentheses.
pub(crate) fn parse(argument: &Argument, findings: &mut Findings) -> Vec<EarlyEnd> {
    let list = argument.list("status = Cancelled", findings).map(|list| arguments::read(list, findings));
    let early = list.into_iter().flatten().filter_map(|label| {
        let value = label.value("Cancelled", findings)?;
        Some(EarlyEnd { field: label.key, value })
    });
    early.collect()
}

/// Reports what has no recorder, and labels that there are not.
pub(crate) fn check(
    early: &[EarlyEnd],
    flavour: Flavour,
    unit: Option<&LitStr>,
    labels: &[LabelField],
    findings: &mut Findings,
) {
    let Some(first) = early.first() else { return };
    let is_time = unit.is_none_or(|unit| unit::is_time(&unit.value()));
    if flavour.form.kind() == Kind::Counter && flavour.value == Value::F64 {
        findings
            .report(&first.field, "a recorder counts one, so a counter with `value = f64` has none: remove `on_drop`");
    } else if flavour.form.kind() == Kind::Histogram && !is_time {
        findings.report(&first.field, "a recorder takes the time, and this unit is none: remove `on_drop`");
    }
    for EarlyEnd { field, .. } in early {
        if !labels.iter().any(|label| label.field.unraw() == field.unraw()) {
            findings.report(field, format!("there is no label `{field}`: {}", known(labels)));
        }
    }
}

fn known(labels: &[LabelField]) -> String {
    let fields: Vec<_> = labels.iter().map(|label| format!("`{}`", label.field)).collect();
    if fields.is_empty() { "the metric has none".to_owned() } else { format!("the fields are {}", fields.join(", ")) }
}

/// The statements that give the labels the values of an early end: those that are written here, else those of the types.
pub(crate) fn code(early: &[EarlyEnd], labels: &[LabelField], engine: &Path) -> TokenStream {
    let statements = labels.iter().map(|label| {
        let field = &label.field;
        match early.iter().find(|early| early.field.unraw() == field.unraw()) {
            Some(early) => {
                let value = value(&early.value, &label.ty);
                quote!(self.#field = #value;)
            }
            None => label_code::end_early(label, engine),
        }
    });
    statements.collect()
}

/// For documents: what was written, in one line.
pub(crate) fn written(early: &[EarlyEnd]) -> String {
    let labels = early.iter().map(|EarlyEnd { field, value }| format!("`{field} = {}`", value.to_token_stream()));
    labels.collect::<Vec<_>>().join(", ")
}

/// A lone word is a variant of the label's type, anything else an expression.
fn value(value: &Expr, ty: &Type) -> TokenStream {
    let variant = match value {
        Expr::Path(path) if path.qself.is_none() && LabelType::of(ty) == LabelType::Other => path.path.get_ident(),
        _ => None,
    };
    match (variant, ty) {
        (Some(variant), Type::Reference(reference)) => {
            let ty = &reference.elem;
            quote_spanned!(variant.span()=> &<#ty>::#variant)
        }
        (Some(variant), ty) => quote_spanned!(variant.span()=> <#ty>::#variant),
        (None, _) => quote!(#value),
    }
}
