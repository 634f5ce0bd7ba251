//! Which metrics are shown, under which names, and in which families.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

use metric_names::{ExposedName, Kind, NameError, Naming, exposed_name};
use metrics_pipeline::{Metric, walk};
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use crate::finding::{Finding, Findings};

/// The metrics of one name, whichever scopes they come from.
#[derive(Debug)]
pub(crate) struct Family<'a> {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The first description that is not empty: a conflict costs a comment, never a series.
    pub(crate) help: &'a str,
    pub(crate) metrics: Vec<Metric<'a>>,
}

/// The family of the resource's attributes.
pub(crate) const TARGET_INFO: &str = "target_info";

/// Groups what was collected into families, sorted by name.
///
/// Where metrics conflict, the one that is first by scope and name stays, so that every scrape decides alike.
pub(crate) fn families<'a>(collected: &'a ResourceMetrics, findings: &mut Findings) -> Vec<Family<'a>> {
    let mut metrics: Vec<Metric<'a>> = walk(collected).collect();
    metrics.sort_by(by_scope_and_name);

    let mut plan = Plan::default();
    for metric in metrics {
        if let Err(finding) = plan.add(metric) {
            findings.insert(finding);
        }
    }
    plan.families.into_values().collect()
}

/// The families so far, and the names that their samples take up.
#[derive(Debug, Default)]
struct Plan<'a> {
    families: BTreeMap<String, Family<'a>>,
    /// From the name of a family or of its samples to the name of the family.
    taken: HashMap<String, String>,
}

impl<'a> Plan<'a> {
    fn add(&mut self, metric: Metric<'a>) -> Result<(), Finding> {
        let (scope, name) = (metric.scope.name().to_owned(), metric.name.to_owned());
        let family = match name_of(&metric) {
            Ok(family) => family,
            Err(reason) => return Err(Finding::UnusableName { scope, metric: name, reason }),
        };
        let family = family.as_str();
        if family == TARGET_INFO {
            return Err(Finding::ReservedName { scope, metric: name });
        }
        match self.families.get_mut(family) {
            Some(existing) => existing.join(metric),
            None => self.open(family, metric),
        }
    }

    fn open(&mut self, family: &str, metric: Metric<'a>) -> Result<(), Finding> {
        let names = sample_names(family, metric.kind);
        if let Some(other) = names.iter().find_map(|name| self.taken.get(name)) {
            return Err(Finding::SampleClash {
                family: family.to_owned(),
                scope: metric.scope.name().to_owned(),
                metric: metric.name.to_owned(),
                other: other.clone(),
            });
        }
        self.taken.extend(names.into_iter().map(|name| (name, family.to_owned())));
        let opened =
            Family { name: family.to_owned(), kind: metric.kind, help: metric.description, metrics: vec![metric] };
        self.families.insert(family.to_owned(), opened);
        Ok(())
    }
}

impl<'a> Family<'a> {
    fn join(&mut self, metric: Metric<'a>) -> Result<(), Finding> {
        let (kept, found) = (self.kind.prometheus_type(), metric.kind.prometheus_type());
        if kept != found {
            return Err(Finding::TypeConflict {
                family: self.name.clone(),
                scope: metric.scope.name().to_owned(),
                metric: metric.name.to_owned(),
                kept,
                found,
            });
        }
        if self.help.is_empty() {
            self.help = metric.description;
        }
        self.metrics.push(metric);
        Ok(())
    }
}

/// A defined metric is named as its domain says, any other as OpenTelemetry's default says.
fn name_of(metric: &Metric<'_>) -> Result<ExposedName, NameError> {
    let naming = metric.definition().map_or(Naming::Units, |definition| definition.domain.naming);
    exposed_name(metric.name, metric.unit, metric.kind, naming)
}

fn sample_names(family: &str, kind: Kind) -> Vec<String> {
    let suffixes: &[&str] = match kind {
        Kind::Histogram => &["", "_bucket", "_sum", "_count"],
        Kind::Counter | Kind::UpDownCounter | Kind::Gauge => &[""],
    };
    suffixes.iter().map(|suffix| format!("{family}{suffix}")).collect()
}

fn by_scope_and_name(a: &Metric<'_>, b: &Metric<'_>) -> Ordering {
    // Scopes that differ in their attributes alone are rare, so their text is made only then.
    identity(a).cmp(&identity(b)).then_with(|| scope_attributes(a).cmp(&scope_attributes(b)))
}

type Identity<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a str, &'a str, Kind);

fn identity<'a>(metric: &Metric<'a>) -> Identity<'a> {
    let scope = metric.scope;
    (scope.name(), scope.version(), scope.schema_url(), metric.name, metric.unit, metric.kind)
}

fn scope_attributes(metric: &Metric<'_>) -> Vec<String> {
    let mut texts: Vec<String> =
        metric.scope.attributes().map(|attribute| format!("{}={:?}", attribute.key, attribute.value)).collect();
    texts.sort_unstable();
    texts
}
