//! What must be read of a metric set, worked out from the rules once more and in the plainest way.
//!
//! Only the names of single metrics, units and labels come from `metric-names`, which has a table of its own for them.

mod buckets;
mod labels;

use std::collections::{BTreeMap, BTreeSet};

use metric_names::{Escaping, Kind, Naming, Translation, escape_metric_name, unit_suffix};
use prometheus_bridge::{EncodeOptions, Finding, Format};

use self::labels::Labelling;
use crate::{
    metric_set::{Measured, Metric, MetricSet, Series},
    reading::{Family, Number, Sample},
};

pub(crate) struct Expectation {
    pub(crate) families: Vec<Family>,
    pub(crate) findings: Vec<Finding>,
}

/// A family that is shown, and its metrics in the order in which they have a say.
struct Shown<'s> {
    name: String,
    kind: &'static str,
    help: String,
    unit: String,
    metrics: Vec<&'s Metric>,
}

/// A series that is shown.
type Row<'s> = (Vec<(String, String)>, &'s Series);

impl Expectation {
    pub(crate) fn of(set: &MetricSet, options: &EncodeOptions, format: Format) -> Self {
        let mut findings = BTreeSet::new();
        let target = target_name(set, options, format);
        let mut taken = BTreeMap::new();
        let mut shown = shown(set, options, format, target.as_deref(), &mut taken, &mut findings);
        shown.sort_by(|a, b| a.name.cmp(&b.name));

        let mut families = Vec::new();
        if let Some(target) = target {
            taken.insert(target.clone(), target.clone());
            let base = target.strip_suffix("_info").unwrap().to_owned();
            let is_info = takes(std::slice::from_ref(&base), &target, "gauge", format, &mut taken, &mut findings);
            let labels = Labelling::new(set, options, format, Kind::Gauge, &target).resource(&mut findings);
            let (name, kind) =
                if is_info && is_open_metrics(format) { (base, "info") } else { (target.clone(), "gauge") };
            let help = "What the metrics of this target are about".to_owned();
            let samples = vec![Sample::new(target, labels, Number::Integer(1))];
            families.push(Family { name, kind: kind.to_owned(), unit: String::new(), help, samples });
        }
        for family in shown {
            let base = match family.name.strip_suffix("_total").filter(|base| !base.is_empty()) {
                Some(base) if family.kind == "counter" => {
                    let names = [base.to_owned(), format!("{base}_created")];
                    takes(&names, &family.name, "unknown", format, &mut taken, &mut findings).then(|| base.to_owned())
                }
                _ => None,
            };
            families.extend(family.expected(set, options, format, base.as_deref(), &mut findings));
        }
        Self { families, findings: findings.into_iter().collect() }
    }
}

fn target_name(set: &MetricSet, options: &EncodeOptions, format: Format) -> Option<String> {
    let is_shown = options.target_info && !set.collected.resource().is_empty();
    is_shown.then(|| escape_metric_name("target_info", escaping(format)).into_owned())
}

/// Takes names that only OpenMetrics knows, if nobody has one of them.
fn takes(
    names: &[String],
    family: &str,
    otherwise: &'static str,
    format: Format,
    taken: &mut BTreeMap<String, String>,
    findings: &mut BTreeSet<Finding>,
) -> bool {
    if let Some(other) = names.iter().find_map(|name| taken.get(name)) {
        if is_open_metrics(format) {
            let (family, other) = (family.to_owned(), other.clone());
            findings.insert(Finding::OtherType { family, shown: otherwise, other });
        }
        return false;
    }
    taken.extend(names.iter().map(|name| (name.clone(), family.to_owned())));
    true
}

/// Who wins a name, and who loses it to whom.
fn shown<'s>(
    set: &'s MetricSet,
    options: &EncodeOptions,
    format: Format,
    target: Option<&str>,
    taken: &mut BTreeMap<String, String>,
    findings: &mut BTreeSet<Finding>,
) -> Vec<Shown<'s>> {
    let mut metrics: Vec<&Metric> = set.metrics.iter().collect();
    metrics.sort_by_key(|metric| rank(metric));
    let translation = Translation::new(options.strategy).with_namespace(&options.namespace);
    let mut shown: Vec<Shown<'s>> = Vec::new();
    for metric in metrics {
        let (scope, name) = (metric.scope.name().to_owned(), metric.name.clone());
        let family = match translation.name(&metric.name, metric.unit, metric.kind, Naming::Units) {
            Ok(family) => escape_metric_name(family.as_str(), escaping(format)).into_owned(),
            Err(reason) => {
                findings.insert(Finding::UnusableName { scope, metric: name, reason });
                continue;
            }
        };
        if Some(family.as_str()) == target {
            findings.insert(Finding::ReservedName { scope, metric: name });
            continue;
        }
        let kind = kind_of(metric);
        if let Some(existing) = shown.iter_mut().find(|shown| shown.name == family) {
            if existing.kind == kind {
                findings.extend(existing.join(metric));
            } else {
                let (kept, found) = (existing.kind, kind);
                findings.insert(Finding::TypeConflict { family, scope, metric: name, kept, found });
            }
            continue;
        }
        let suffixes: &[&str] =
            if kind == "histogram" { &["", "_bucket", "_sum", "_count", "_created"] } else { &[""] };
        let names: Vec<String> = suffixes.iter().map(|suffix| format!("{family}{suffix}")).collect();
        if let Some(other) = names.iter().find_map(|name| taken.get(name)) {
            let other = other.clone();
            findings.insert(Finding::SampleClash { family, scope, metric: name, other });
            continue;
        }
        taken.extend(names.into_iter().map(|name| (name, family.clone())));
        let (help, unit) = (metric.description.clone(), metric.unit.to_owned());
        shown.push(Shown { name: family, kind, help, unit, metrics: vec![metric] });
    }
    shown
}

/// By scope and name, and then by whatever tells two metrics apart.
fn rank(metric: &Metric) -> impl Ord + use<> {
    let scope = &metric.scope;
    let text = |text: Option<&str>| text.map(str::to_owned);
    let attributes = scope.attributes().map(|attribute| format!("{}={:?}", attribute.key, attribute.value));
    let mut attributes: Vec<String> = attributes.collect();
    attributes.sort();
    let scope = (scope.name().to_owned(), text(scope.version()), text(scope.schema_url()));
    (scope, (metric.name.clone(), metric.unit, metric.kind, metric.description.clone()), attributes)
}

fn kind_of(metric: &Metric) -> &'static str {
    match metric.kind {
        Kind::Counter => "counter",
        Kind::UpDownCounter | Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    }
}

impl<'s> Shown<'s> {
    /// The first words stay, and other words are told.
    fn join(&mut self, metric: &'s Metric) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut tell = |what| {
            let (scope, name) = (metric.scope.name().to_owned(), metric.name.clone());
            findings.push(Finding::MetadataConflict { family: self.name.clone(), scope, metric: name, what });
        };
        if self.help.trim().is_empty() {
            self.help.clone_from(&metric.description);
        } else if !metric.description.trim().is_empty() && metric.description != self.help {
            tell("description");
        }
        if self.unit.is_empty() {
            metric.unit.clone_into(&mut self.unit);
        } else if !metric.unit.is_empty() && unit_suffix(metric.unit) != unit_suffix(&self.unit) {
            tell("unit");
        }
        self.metrics.push(metric);
        findings
    }

    /// `base` is the name of a counter without `_total`, if it can be a counter in OpenMetrics.
    fn expected(
        &self,
        set: &'s MetricSet,
        options: &EncodeOptions,
        format: Format,
        base: Option<&str>,
        findings: &mut BTreeSet<Finding>,
    ) -> Option<Family> {
        let rows = self.rows(set, options, format, findings);
        if rows.is_empty() {
            return None;
        }
        let open_metrics = is_open_metrics(format);
        let with_unit = base.unwrap_or(&self.name);
        let word = unit_suffix(&self.unit).unwrap();
        let is_named = with_unit.strip_suffix(word.as_str()).is_some_and(|rest| rest.len() > 1 && rest.ends_with('_'));
        let has_unit = !word.as_str().is_empty() && is_named && !matches!(format, Format::Text | Format::TextWith(_));

        let (mut name, mut kind) = (self.name.clone(), self.kind);
        if open_metrics && kind == "counter" {
            match base {
                Some(base) => base.clone_into(&mut name),
                None => kind = "unknown",
            }
        }
        let created = match (options.created && self.kind != "gauge", format) {
            (true, Format::Protobuf(_)) => Some(format!("{}_created", self.name)),
            (true, Format::OpenMetrics(_) | Format::OldOpenMetrics) if kind != "unknown" => {
                Some(format!("{name}_created"))
            }
            _ => None,
        };
        let mut samples = self.samples(&rows, format, findings);
        if let Some(created) = created {
            samples.extend(rows.iter().map(|row| Sample::new(created.clone(), row.0.clone(), Number::Time)));
        }
        let unit = if has_unit { word.to_string() } else { String::new() };
        Some(Family { name, kind: kind.to_owned(), unit, help: self.help.clone(), samples })
    }

    /// The series with their labels; of equal ones the first, and of counters those that can be.
    fn rows(
        &self,
        set: &'s MetricSet,
        options: &EncodeOptions,
        format: Format,
        findings: &mut BTreeSet<Finding>,
    ) -> Vec<Row<'s>> {
        let mut rows: Vec<Row<'s>> = Vec::new();
        for metric in &self.metrics {
            let (scope, name) = (metric.scope.name().to_owned(), metric.name.clone());
            let labelling = Labelling::new(set, options, format, metric.kind, &self.name);
            labelling.tell_dropped_of_scope(metric, findings);
            for series in &metric.series {
                if self.kind == "counter" && matches!(series.value, Measured::Float(value) if value < 0.0) {
                    findings.insert(Finding::ImpossibleCounter { scope: scope.clone(), metric: name.clone() });
                    continue;
                }
                let labels = labelling.series(metric, series, findings);
                if rows.iter().any(|row| row.0 == labels) {
                    let (family, scope, metric) = (self.name.clone(), scope.clone(), name.clone());
                    findings.insert(Finding::DuplicateSeries { family, scope, metric });
                } else {
                    rows.push((labels, series));
                }
            }
        }
        rows
    }

    fn samples(&self, rows: &[Row<'s>], format: Format, findings: &mut BTreeSet<Finding>) -> Vec<Sample> {
        let exponentials = buckets::Exponentials::of(rows.iter().map(|row| &row.1.value));
        let mut samples = Vec::new();
        for (labels, series) in rows {
            let sample = |suffix: &str, value| Sample::new(format!("{}{suffix}", self.name), labels.clone(), value);
            let (bounds, values) = match &series.value {
                Measured::Integer(value) => {
                    samples.push(sample("", Number::Integer(*value)));
                    continue;
                }
                Measured::Float(value) => {
                    samples.push(sample("", Number::Float(*value)));
                    continue;
                }
                Measured::Histogram { bounds, values } => (bounds.clone(), values),
                Measured::Exponential { values } => {
                    if let Format::Protobuf(_) = format {
                        samples.extend(buckets::native(&self.name, labels, values));
                    }
                    (exponentials.bounds(values), values)
                }
            };
            samples.extend(buckets::classic(&self.name, labels, &bounds, values));
            let sum: f64 = values.iter().sum();
            if is_open_metrics(format) && (sum < 0.0 || bounds.first().is_some_and(|bound| *bound < 0.0)) {
                // The metric is the one that the series is of.
                let owner =
                    self.metrics.iter().find(|metric| metric.series.iter().any(|own| std::ptr::eq(own, *series)));
                let metric = owner.expect("a metric of the family");
                let (scope, metric) = (metric.scope.name().to_owned(), metric.name.clone());
                findings.insert(Finding::NoSumOrCount { scope, metric });
                continue;
            }
            samples.push(sample("_sum", Number::Float(sum)));
            samples.push(sample("_count", Number::Integer(values.len() as i128)));
        }
        samples
    }
}

pub(crate) fn escaping(format: Format) -> Escaping {
    match format {
        Format::Text | Format::OldOpenMetrics => Escaping::Underscores,
        Format::TextWith(escaping) | Format::OpenMetrics(escaping) | Format::Protobuf(escaping) => escaping,
    }
}

pub(crate) fn is_open_metrics(format: Format) -> bool {
    matches!(format, Format::OldOpenMetrics | Format::OpenMetrics(_))
}
