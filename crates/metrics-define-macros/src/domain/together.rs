//! What only shows when all metrics of a domain are seen together.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use syn::LitStr;

use crate::{
    domain::model::Member,
    findings::Findings,
    instrument::{Definition, Instrument},
};

/// Reports two metrics with one name, in OpenTelemetry or in Prometheus, and one that looks like a sample of another.
pub(crate) fn check_names(members: &[Member], findings: &mut Findings) {
    let mut names = BTreeMap::new();
    let mut exposed: BTreeMap<&str, (&Ident, &LitStr)> = BTreeMap::new();
    for Instrument { name, item, definition, .. } in instruments(members) {
        let Some(name) = name else { continue };
        let text = name.value();
        if let Some((first, _)) = names.insert(text.replace('.', "_"), (&item.ident, name)) {
            findings.report(
                name,
                format!(
                    "[MC004] `{text}` is already the name of `{first}` in this domain: give one of them another name"
                ),
            );
            continue;
        }
        let Some(Definition { exposed_name, .. }) = definition else { continue };
        if let Some((first, _)) = exposed.insert(exposed_name, (&item.ident, name)) {
            findings.report(
                name,
                format!(
                    "[MC004] this and `{first}` are both `{exposed_name}` in Prometheus: give one of them another name"
                ),
            );
        }
    }
    check_families(&exposed, findings);
}

const SUFFIXES: [&str; 6] = ["_bucket", "_count", "_sum", "_total", "_created", "_info"];

fn check_families(exposed: &BTreeMap<&str, (&Ident, &LitStr)>, findings: &mut Findings) {
    for (sample, (_, name)) in exposed {
        let family = SUFFIXES.iter().find_map(|suffix| exposed.get_key_value(sample.strip_suffix(suffix)?));
        if let Some((family, (other, _))) = family {
            findings.report(
                name,
                format!("[MC007] `{sample}` may be a sample of `{family}` in Prometheus, which is `{other}`: give one of them another name"),
            );
        }
    }
}

/// Finds the metrics that take the place of others.
pub(crate) fn resolve_renamings(members: &mut [Member], findings: &mut Findings) {
    let names: BTreeMap<String, String> = instruments(members)
        .filter_map(|instrument| Some((instrument.item.ident.to_string(), instrument.name.as_ref()?.value())))
        .collect();
    for member in members {
        let Member::Instrument(instrument) = member else { continue };
        let Some(definition) = &mut instrument.definition else { continue };
        let Some(successor) = &definition.renamed_to else { continue };
        definition.renamed_to_name = names.get(&successor.to_string()).cloned();
        if definition.renamed_to_name.is_none() {
            findings.report(
                successor,
                format!("no metric `{successor}` in this domain: name the struct that takes the place"),
            );
        }
    }
}

fn instruments(members: &[Member]) -> impl Iterator<Item = &Instrument> {
    members.iter().filter_map(|member| match member {
        Member::Instrument(instrument) => Some(instrument),
        Member::Other(_) => None,
    })
}
