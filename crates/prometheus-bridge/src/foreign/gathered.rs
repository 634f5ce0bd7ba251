//! Families of a registry, by the same rules as ours.

use metric_names::{Kind, Strategy, escape_metric_name};
use metrics_pipeline::{HistogramValue, Number, Value};
use prometheus::proto::{Metric, MetricFamily, MetricType};

use super::Foreign;
use crate::{
    family::{Family, Taken, Total, sample_names},
    finding::{Finding, Findings},
    format::Format,
    labels::{FixedLabel, Naming, Owner},
    points::{Points, can_be},
};

/// Writes what was gathered, except families that meet one of the names that are taken.
pub(crate) fn write(
    foreign: &Foreign,
    taken: &mut Taken,
    points: &mut Points,
    format: Format,
    findings: &mut Findings,
    mut write_family: impl FnMut(&Family<'_>, &Points),
) {
    for gathered in foreign {
        let name = escape_metric_name(gathered.name(), format.escaping()).into_owned();
        let Some(kind) = kind_of(gathered).filter(|_| !name.is_empty()) else {
            findings.insert(Finding::ForeignFamily { family: name, reason: "of a type that is not shown" });
            continue;
        };
        let names = sample_names(&name, kind);
        if taken.holder_in(format, &names).is_some() {
            findings.insert(Finding::ForeignFamily { family: name, reason: "of a name that another metric has" });
            continue;
        }
        taken.extend(names, &name);
        let total = if kind == Kind::Counter { Total::of(&name, taken, format, findings) } else { Total::Unknown };
        let family = Family { name, kind, help: gathered.help(), unit: "", metrics: Vec::new(), total };
        gather(gathered, &family, points, format, findings);
        if !points.is_empty() {
            write_family(&family, points);
        }
    }
}

fn gather(gathered: &MetricFamily, family: &Family<'_>, points: &mut Points, format: Format, findings: &mut Findings) {
    // Names that are valid stay as they are, for somebody's queries have them.
    let naming = Naming { strategy: Strategy::NoTranslation, escaping: format.escaping() };
    let owner = Owner { family: &family.name, kind: family.kind, naming, format };
    points.begin(owner);
    let left_out = |findings: &mut Findings, reason| {
        findings.insert(Finding::ForeignFamily { family: family.name.clone(), reason });
    };
    for metric in gathered.get_metric() {
        let labels = metric.get_label().iter().map(|label| FixedLabel::new(label.name(), label.value()));
        with_value(metric, gathered.get_field_type(), |value| {
            if !can_be(family.kind, value) {
                left_out(findings, "and has a counter below zero");
                return;
            }
            points.add_series(labels, value, owner, findings);
        });
    }
    points.sort(|_| left_out(findings, "and has two series with the same labels"));
}

/// `None` for a type that we do not show.
pub(super) fn kind_of(family: &MetricFamily) -> Option<Kind> {
    match family.get_field_type() {
        MetricType::COUNTER => Some(Kind::Counter),
        MetricType::GAUGE => Some(Kind::Gauge),
        MetricType::HISTOGRAM => Some(Kind::Histogram),
        _ => None,
    }
}

fn with_value(metric: &Metric, kind: MetricType, add: impl FnOnce(&Value<'_>)) {
    match kind {
        MetricType::COUNTER => add(&Value::Number(Number::F64(metric.get_counter().get_value()))),
        MetricType::GAUGE => add(&Value::Number(Number::F64(metric.get_gauge().get_value()))),
        _ => {
            let histogram = metric.get_histogram();
            let (mut bounds, mut bucket_counts, mut before) = (Vec::new(), Vec::new(), 0);
            for bucket in histogram.get_bucket() {
                let (bound, count) = (bucket.upper_bound(), bucket.cumulative_count());
                // What is not in order cannot be shown; the count of all values is right even so.
                if bound.is_finite() && bounds.last().is_none_or(|last| *last < bound) && count >= before {
                    bounds.push(bound);
                    bucket_counts.push(count - before);
                    before = count;
                }
            }
            add(&Value::Histogram(HistogramValue {
                count: histogram.get_sample_count().max(before),
                sum: histogram.get_sample_sum(),
                bounds: &bounds,
                bucket_counts: &bucket_counts,
            }));
        }
    }
}
