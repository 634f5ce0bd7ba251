//! From a struct to an [`Instrument`].

use syn::{Attribute, GenericParam, Generics, ItemStruct};

use crate::{
    documentation,
    domain::Domain,
    findings::Findings,
    instrument::{
        attrs::InstrumentAttrs,
        early_end, exposed,
        form::Form,
        labels,
        model::{Definition, Flavour, Instrument, LabelField, Parameters, Values},
        name, stability, unit,
    },
};

/// The instrument, and everything that is wrong with it.
pub(crate) fn parse(
    mut item: ItemStruct,
    form: Form,
    attribute: &Attribute,
    domain: &Domain,
) -> (Instrument, Findings) {
    let mut findings = Findings::default();
    let attrs = InstrumentAttrs::parse(attribute, form, &mut findings);
    let parameters = parameters(&item.generics, &mut findings);
    let labels = labels::parse(&mut item.fields, &mut findings);
    let description = description(&item, &mut findings);
    check(&attrs, &labels, form, domain, &mut findings);
    let name = attrs.name.clone();
    let flavour = Flavour { form, value: attrs.value, absolute: attrs.absolute };
    let lint_exceptions = stability::take_lint_exceptions(&mut item.attrs, &mut findings);
    let mut definition =
        if findings.is_empty() { definition(attrs, form, description, labels, domain, &mut findings) } else { None };
    if let Some(definition) = &mut definition {
        definition.deprecated = stability::deprecated(&item.attrs);
        if let (Some(successor), None) = (&definition.renamed_to, &definition.deprecated) {
            findings.report(successor, "a metric that was renamed is deprecated: add `#[deprecated(note = \"..\")]`");
        }
        definition.lint_exceptions = lint_exceptions;
    }
    (Instrument { item, flavour, name, parameters, definition }, findings)
}

fn check(attrs: &InstrumentAttrs, labels: &[LabelField], form: Form, domain: &Domain, findings: &mut Findings) {
    if let Some(name) = &attrs.name {
        name::check(name, form.kind(), &domain.prefixes, findings);
    }
    if let Some(name) = &attrs.prometheus {
        name::check_exact(name, form.kind(), findings);
    }
    if let Some(unit) = &attrs.unit {
        unit::check(unit, findings);
    }
    if let (true, true, Some(name)) = (attrs.zero, attrs.absolute, &attrs.name) {
        findings.report(name, "a level is what was set, and nothing before: remove `zero`, and set 0");
    }
    let flavour = Flavour { form, value: attrs.value, absolute: attrs.absolute };
    early_end::check(&attrs.early_end, flavour, attrs.unit.as_ref(), labels, findings);
    let open = labels.iter().filter(|label| matches!(label.values, Values::AtMost(_)));
    for label in open.filter(|_| attrs.zero) {
        findings
            .report(&label.ty, "`zero` starts every series of closed labels, and this label is open: remove `zero`");
    }
}

fn description(item: &ItemStruct, findings: &mut Findings) -> Option<String> {
    let name = &item.ident;
    let description = documentation::description(&item.attrs);
    match &description {
        None => findings
            .report(name, format!("[MC003] `{name}` has no description: add a doc comment that says what is measured")),
        Some(text) => {
            if let Some(unit) = documentation::trailing_unit(text) {
                findings.report(
                    name,
                    format!("[MC003] the description of `{name}` ends with the unit `{unit}`, which documents add by themselves: remove it"),
                );
            }
        }
    }
    description
}

fn parameters(generics: &Generics, findings: &mut Findings) -> Parameters {
    let mut parameters = generics.params.iter();
    match (parameters.next(), parameters.next(), &generics.where_clause) {
        (None, None, None) => Parameters::None,
        (Some(GenericParam::Lifetime(only)), None, None) if only.bounds.is_empty() => {
            Parameters::Lifetime(only.lifetime.clone())
        }
        _ => {
            findings
                .report(generics, "a metric may have one lifetime, `<'a>`, for text labels, and no other parameter");
            Parameters::Unsupported
        }
    }
}

fn definition(
    attrs: InstrumentAttrs,
    form: Form,
    description: Option<String>,
    labels: Vec<LabelField>,
    domain: &Domain,
    findings: &mut Findings,
) -> Option<Definition> {
    let name = attrs.name?;
    let unit = attrs.unit.map(|unit| unit.value()).unwrap_or_default();
    let exposed_name = exposed::name(&name, &unit, attrs.prometheus.as_ref(), form.kind(), domain.naming, findings)?;
    Some(Definition {
        name: name.value(),
        exposed_name,
        unit,
        description: description?,
        labels,
        boundaries: attrs.boundaries,
        exponential: attrs.exponential,
        zero: attrs.zero,
        early_end: attrs.early_end,
        prometheus: attrs.prometheus.map(|name| name.value()),
        stability: attrs.stability,
        deprecated: None,
        renamed_to: attrs.renamed_to,
        renamed_to_name: None,
        lint_exceptions: Vec::new(),
    })
}
