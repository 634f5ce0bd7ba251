//! The samples of one family, rendered series by series and written in the order of their labels.

use std::ops::Range;

use metric_names::Kind;
use metrics_pipeline::{HistogramValue, Metric, Number, Value};

use crate::{
    finding::Findings,
    labels::{Labels, Owner},
    number_text::{push_bound, push_float, push_number},
    options::EncodeOptions,
};

/// The rendered series of one family; its memory is reused from family to family.
///
/// The SDK hands out series in the order of a hash map, so they are rendered first and sorted afterwards.
#[derive(Debug, Default)]
pub(crate) struct FamilySeries {
    labels: Labels,
    keys: String,
    lines: String,
    series: Vec<Series>,
    bounds: BoundTexts,
}

#[derive(Debug)]
struct Series {
    /// Which of the family's metrics it belongs to.
    metric: usize,
    key: Range<usize>,
    lines: Range<usize>,
}

impl FamilySeries {
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.lines.clear();
        self.series.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// Renders every series of the family's metric number `index`.
    pub(crate) fn add_metric(
        &mut self,
        index: usize,
        metric: &Metric<'_>,
        owner: Owner<'_>,
        options: EncodeOptions,
        findings: &mut Findings,
    ) {
        self.labels.clear();
        if options.scope_labels {
            self.labels.add_scope(metric.scope);
        }
        let scope_labels = self.labels.mark();
        metric.for_each_point(|point| {
            self.labels.rewind(scope_labels);
            for attribute in point.attributes {
                self.labels.add_attribute(attribute.key.as_str(), &attribute.value, owner, findings);
            }
            self.add_series(index, owner.family, &point.value);
        });
    }

    /// Renders one gauge with the given attributes, as `target_info` is.
    pub(crate) fn add_info<'a>(
        &mut self,
        attributes: impl Iterator<Item = (&'a str, &'a opentelemetry::Value)>,
        family: &str,
        findings: &mut Findings,
    ) {
        self.labels.clear();
        for (key, value) in attributes {
            self.labels.add_attribute(key, value, Owner { family, kind: Kind::Gauge }, findings);
        }
        self.add_series(0, family, &Value::Number(Number::U64(1)));
    }

    /// Appends all lines, sorted by labels, and tells for each series that is left out which metric it was of.
    ///
    /// Of series with equal labels the first added is kept.
    pub(crate) fn write_sorted(&mut self, out: &mut Vec<u8>, mut left_out: impl FnMut(usize)) {
        let Self { keys, lines, series, .. } = self;
        series.sort_by(|a, b| keys[a.key.clone()].cmp(&keys[b.key.clone()]));
        for same in series.chunk_by(|a, b| keys[a.key.clone()] == keys[b.key.clone()]) {
            out.extend_from_slice(&lines.as_bytes()[same[0].lines.clone()]);
            same[1..].iter().for_each(|duplicate| left_out(duplicate.metric));
        }
    }

    fn add_series(&mut self, metric: usize, family: &str, value: &Value<'_>) {
        let (key_start, lines_start) = (self.keys.len(), self.lines.len());
        self.labels.render(&mut self.keys);
        let key = key_start..self.keys.len();
        let labels = &self.keys[key.clone()];
        match value {
            Value::Number(number) => push_sample(&mut self.lines, family, labels, *number),
            Value::Histogram(histogram) => {
                self.bounds.prepare(histogram.bounds);
                push_histogram(&mut self.lines, family, labels, histogram, &self.bounds);
            }
        }
        self.series.push(Series { metric, key, lines: lines_start..self.lines.len() });
    }
}

fn push_sample(lines: &mut String, family: &str, labels: &str, number: Number) {
    push_name(lines, family, "", labels);
    push_number(lines, number);
    lines.push('\n');
}

fn push_histogram(lines: &mut String, family: &str, labels: &str, histogram: &HistogramValue<'_>, bounds: &BoundTexts) {
    let mut cumulative = 0;
    for (bound, count) in bounds.texts.iter().zip(histogram.bucket_counts) {
        cumulative += count;
        push_bucket(lines, family, labels, bound, cumulative);
    }
    push_bucket(lines, family, labels, "+Inf", histogram.count);
    push_name(lines, family, "_sum", labels);
    push_float(lines, histogram.sum);
    lines.push('\n');
    push_name(lines, family, "_count", labels);
    push_number(lines, Number::U64(histogram.count));
    lines.push('\n');
}

fn push_bucket(lines: &mut String, family: &str, labels: &str, bound: &str, cumulative: u64) {
    lines.push_str(family);
    lines.push_str("_bucket{");
    lines.push_str(labels);
    if !labels.is_empty() {
        lines.push(',');
    }
    lines.push_str("le=\"");
    lines.push_str(bound);
    lines.push_str("\"} ");
    push_number(lines, Number::U64(cumulative));
    lines.push('\n');
}

fn push_name(lines: &mut String, family: &str, suffix: &str, labels: &str) {
    lines.push_str(family);
    lines.push_str(suffix);
    if !labels.is_empty() {
        lines.push('{');
        lines.push_str(labels);
        lines.push('}');
    }
    lines.push(' ');
}

/// The bounds of the last histogram as text. Nearly all series of a family share theirs, and printing floats would be
/// most of the work.
#[derive(Debug, Default)]
struct BoundTexts {
    bounds: Vec<f64>,
    texts: Vec<String>,
}

impl BoundTexts {
    fn prepare(&mut self, bounds: &[f64]) {
        if self.bounds == bounds {
            return;
        }
        self.bounds.clear();
        self.bounds.extend_from_slice(bounds);
        self.texts.clear();
        self.texts.extend(bounds.iter().map(|bound| {
            let mut text = String::new();
            push_bound(&mut text, *bound);
            text
        }));
    }
}
