//! The lint: what compiles, but breaks a convention of OpenTelemetry or of Prometheus.
//!
//! What cannot work does not compile, so the rules here are matters of convention, and a metric may be an exception:
//! `#[allow_lint(MC012, reason = "..")]`. The reason is mandatory and stands in the documents.

mod labels;

mod names;

mod report;

mod rule;

mod units;

use metrics_define::{Catalog, MetricDef};

pub use report::{Finding, Lint};
pub use rule::{Level, Profile, Rule};

/// Looks for every rule's breaches in a catalogue.
pub fn lint(catalog: &Catalog, profile: Profile) -> Lint {
    let metrics: Vec<&MetricDef> = catalog.metrics().collect();
    let mut breaches: Vec<Breach> = metrics.iter().flat_map(|def| each(def)).collect();
    breaches.extend(names::in_catalog(&metrics));
    breaches.extend(labels::in_catalog(&metrics));
    Lint::new(catalog, &breaches, profile)
}

/// What can be seen from one metric alone.
fn each(def: &'static MetricDef) -> Vec<Breach> {
    [names::findings(def), units::findings(def), labels::findings(def)].concat()
}

/// That a metric breaks a rule.
#[derive(Clone)]
struct Breach {
    def: &'static MetricDef,
    rule: Rule,
    message: String,
}

impl Breach {
    fn new(def: &'static MetricDef, rule: Rule, message: String) -> Self {
        Self { def, rule, message }
    }
}
