//! From a struct to an [`Instrument`].

use metric_names::{Kind, exposed_name};
use syn::{Attribute, GenericParam, Generics, ItemStruct};

use crate::{
    documentation,
    domain::Domain,
    findings::Findings,
    instrument::{
        attrs::InstrumentAttrs,
        labels,
        model::{Definition, Instrument, LabelField, Parameters},
        name, unit,
    },
};

/// The instrument, and everything that is wrong with it.
pub(crate) fn parse(
    mut item: ItemStruct,
    kind: Kind,
    attribute: &Attribute,
    domain: &Domain,
) -> (Instrument, Findings) {
    let mut findings = Findings::default();
    let attrs = InstrumentAttrs::parse(attribute, kind, &mut findings);
    let parameters = parameters(&item.generics, &mut findings);
    let labels = labels::parse(&mut item.fields, &mut findings);
    let description = documentation::description(&item.attrs);
    if description.is_none() {
        findings.report(
            &item.ident,
            format!("`{}` has no description: add a doc comment that says what is measured", item.ident),
        );
    }
    if let Some(name) = &attrs.name {
        name::check(name, &domain.prefixes, &mut findings);
    }
    if let Some(unit) = &attrs.unit {
        unit::check(unit, &mut findings);
    }
    let name = attrs.name.clone();
    let definition =
        if findings.is_empty() { definition(attrs, kind, description, labels, domain, &mut findings) } else { None };
    (Instrument { item, kind, name, parameters, definition }, findings)
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
    kind: Kind,
    description: Option<String>,
    labels: Vec<LabelField>,
    domain: &Domain,
    findings: &mut Findings,
) -> Option<Definition> {
    let (name, unit) = (attrs.name?, attrs.unit?.value());
    match exposed_name(&name.value(), &unit, kind, domain.naming) {
        Ok(exposed) => Some(Definition {
            name: name.value(),
            exposed_name: exposed.to_string(),
            unit,
            description: description?,
            labels,
            boundaries: attrs.boundaries,
        }),
        Err(error) => {
            findings.report(name, error);
            None
        }
    }
}
