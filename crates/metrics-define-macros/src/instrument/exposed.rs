//! The name in Prometheus: derived, or exactly as written.

use metric_names::{Kind, Naming, check_exposed_name, exposed_name};
use syn::LitStr;

use crate::findings::Findings;

/// The name; `None` when there is none, which is reported.
pub(crate) fn name(
    name: &LitStr,
    unit: &str,
    exact: Option<&LitStr>,
    kind: Kind,
    naming: Naming,
    findings: &mut Findings,
) -> Option<String> {
    if let Some(exact) = exact {
        return exact_name(exact, findings);
    }
    let exposed = exposed_name(&name.value(), unit, kind, naming).map(|name| name.to_string());
    exposed
        .and_then(|exposed| check_exposed_name(&exposed).map(|()| exposed))
        .inspect_err(|error| findings.report(name, format!("[MC001] {error}")))
        .ok()
}

/// A name that the bridge would have to change would not be exact.
fn exact_name(exact: &LitStr, findings: &mut Findings) -> Option<String> {
    let text = exact.value();
    if let Err(error) = check_exposed_name(&text) {
        findings.report(exact, format!("[MC001] {error}"));
        return None;
    }
    match exposed_name(&text, "", Kind::Gauge, Naming::Plain) {
        Ok(name) if name.as_str() == text => Some(text),
        Ok(name) => {
            findings.report(exact, format!("[MC001] `{text}` is no name in Prometheus: write `{name}`"));
            None
        }
        Err(error) => {
            findings.report(exact, format!("[MC001] {error}"));
            None
        }
    }
}
