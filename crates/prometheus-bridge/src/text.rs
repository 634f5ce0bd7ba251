//! The text formats: Prometheus' own and OpenMetrics.

use metric_names::{Kind, is_legacy_metric_name, write_help, write_label_value};
use metrics_pipeline::Number;

use crate::{
    exponential::ClassicBounds,
    family::{Family, TARGET_INFO, Total},
    format::Format,
    labels::push_quoted,
    number_text::{Floats, push_bound, push_float, push_integer, push_number},
    options::EncodeOptions,
    points::{Entry, Points, Stored, StoredExponential, created},
};

/// Writes the family of the resource's attributes.
pub(crate) fn write_target_info(points: &Points, is_info: bool, format: Format, out: &mut Vec<u8>) {
    let (name, kind) = if format.is_open_metrics() && is_info { ("target", "info") } else { (TARGET_INFO, "gauge") };
    write_header(name, kind, None, TARGET_HELP, format, out);
    let sample = SampleName::new(TARGET_INFO, "");
    for (labels, _) in points.entries() {
        sample.write(labels, out);
        out.extend_from_slice(b"1\n");
    }
}

/// Writes a family: what it is, and its series in order.
pub(crate) fn write_family(
    family: &Family<'_>,
    points: &Points,
    options: &EncodeOptions,
    format: Format,
    out: &mut Vec<u8>,
) {
    let unit = family.unit_word().filter(|_| format.is_open_metrics());
    let unit = unit.as_ref().map(metric_names::ExposedName::as_str);
    match family.kind {
        Kind::Counter => {
            let (name, kind) = match (format.is_open_metrics(), family.total) {
                (true, Total::Suffixed) => (family.base_name(), "counter"),
                (true, Total::Unknown) => (family.name.as_str(), "unknown"),
                (false, _) => (family.name.as_str(), "counter"),
            };
            write_header(name, kind, unit, family.help, format, out);
            write_numbers(family, points, options, format, out);
        }
        Kind::UpDownCounter | Kind::Gauge => {
            write_header(&family.name, "gauge", unit, family.help, format, out);
            write_numbers(family, points, options, format, out);
        }
        Kind::Histogram => {
            write_header(&family.name, "histogram", unit, family.help, format, out);
            write_histograms(family, points, options, format, out);
        }
    }
}

fn write_header(name: &str, kind: &str, unit: Option<&str>, help: &str, format: Format, out: &mut Vec<u8>) {
    let mut shown = String::new();
    push_name(&mut shown, name);
    let mut help_line = String::new();
    // A description of blanks is none, and parsers take an empty one for a mistake.
    if !help.trim().is_empty() {
        help_line.extend(["# HELP ", &shown, " "]);
        if format.is_open_metrics() {
            write_label_value(&mut help_line, help);
        } else {
            write_help(&mut help_line, help);
        }
        help_line.push('\n');
    }
    if !format.is_open_metrics() {
        out.extend_from_slice(help_line.as_bytes());
    }
    for text in ["# TYPE ", &shown, " ", kind, "\n"] {
        out.extend_from_slice(text.as_bytes());
    }
    if let Some(unit) = unit {
        for text in ["# UNIT ", &shown, " ", unit, "\n"] {
            out.extend_from_slice(text.as_bytes());
        }
    }
    if format.is_open_metrics() {
        out.extend_from_slice(help_line.as_bytes());
    }
}

fn write_numbers(family: &Family<'_>, points: &Points, options: &EncodeOptions, format: Format, out: &mut Vec<u8>) {
    let sample = SampleName::new(&family.name, "");
    let created = Created::new(family, family.base_name(), options, format);
    let floats = floats(format);
    for (labels, entry) in points.entries() {
        if let Stored::Number(number) = entry.value {
            sample.write(labels, out);
            push_number(out, number, floats);
            out.push(b'\n');
            created.write(labels, entry, out);
        }
    }
}

fn write_histograms(family: &Family<'_>, points: &Points, options: &EncodeOptions, format: Format, out: &mut Vec<u8>) {
    let writer = HistogramWriter {
        bucket: SampleName::new(&family.name, "_bucket"),
        sum: SampleName::new(&family.name, "_sum"),
        count: SampleName::new(&family.name, "_count"),
        created: Created::new(family, &family.name, options, format),
        format,
    };
    let bounds: Vec<Vec<Vec<u8>>> =
        points.bounds().iter().map(|bounds| bounds.iter().copied().map(bound_text).collect()).collect();
    let classic = ClassicBounds::of(points);
    for (labels, entry) in points.entries() {
        match &entry.value {
            Stored::Number(_) => {}
            Stored::Histogram { count, sum, bounds: index, counts } => {
                let texts = &bounds[*index];
                let has_negative = points.bounds()[*index].first().is_some_and(|bound| *bound < 0.0);
                let start = out.len();
                let mut cumulative = 0;
                for (text, bucket) in texts.iter().zip(points.counts(counts)) {
                    cumulative += bucket;
                    writer.write_bucket(labels, start, text, cumulative, out);
                }
                writer.write_rest(labels, start, entry, (*count).max(cumulative), *sum, has_negative, out);
            }
            Stored::Exponential(histogram) => {
                if let Some(classic) = &classic {
                    writer.write_exponential(labels, entry, histogram, classic, points, out);
                }
            }
        }
    }
}

/// Writes the samples of one histogram.
struct HistogramWriter {
    bucket: SampleName,
    sum: SampleName,
    count: SampleName,
    created: Created,
    format: Format,
}

impl HistogramWriter {
    /// Writes a bucket of the histogram whose first line is at `start`.
    fn write_bucket(&self, labels: &[u8], start: usize, bound: &[u8], cumulative: u64, out: &mut Vec<u8>) {
        self.bucket.write_open_again(labels, start, out);
        out.extend_from_slice(bound);
        push_integer(out, cumulative);
        out.push(b'\n');
    }

    /// Writes what follows the bounds.
    #[expect(clippy::too_many_arguments, reason = "the parts of one histogram")]
    fn write_rest(
        &self,
        labels: &[u8],
        start: usize,
        entry: &Entry,
        count: u64,
        sum: f64,
        has_negative: bool,
        out: &mut Vec<u8>,
    ) {
        self.write_bucket(labels, start, b"le=\"+Inf\"} ", count, out);
        // OpenMetrics takes both for counters, which a sum of values below zero is not.
        if !self.format.is_open_metrics() || !(has_negative || sum < 0.0 || sum.is_nan()) {
            self.sum.write(labels, out);
            push_float(out, sum, floats(self.format));
            out.push(b'\n');
            self.count.write(labels, out);
            push_integer(out, count);
            out.push(b'\n');
        }
        self.created.write(labels, entry, out);
    }

    fn write_exponential(
        &self,
        labels: &[u8],
        entry: &Entry,
        histogram: &StoredExponential,
        classic: &ClassicBounds,
        points: &Points,
        out: &mut Vec<u8>,
    ) {
        let start = out.len();
        let (mut count, mut has_negative) = (0, false);
        classic.for_each(histogram, points, |bound, cumulative| {
            has_negative |= bound < 0.0;
            count = cumulative;
            self.write_bucket(labels, start, &bound_text(bound), cumulative, out);
        });
        self.write_rest(labels, start, entry, histogram.count.max(count), histogram.sum, has_negative, out);
    }
}

/// `le="5.0"} `
fn bound_text(bound: f64) -> Vec<u8> {
    let mut text = b"le=\"".to_vec();
    push_bound(&mut text, bound);
    text.extend_from_slice(b"\"} ");
    text
}

/// The `_created` samples of a family, if they are wanted.
struct Created {
    sample: SampleName,
    /// For each metric of the family; empty if they are not wanted.
    times: Vec<Option<f64>>,
}

impl Created {
    fn new(family: &Family<'_>, base: &str, options: &EncodeOptions, format: Format) -> Self {
        let counts = match family.kind {
            Kind::Counter => family.total == Total::Suffixed,
            Kind::Histogram => true,
            Kind::UpDownCounter | Kind::Gauge => false,
        };
        let wanted = options.created && counts && format.is_open_metrics();
        let times = if wanted { family.metrics.iter().map(created).collect() } else { Vec::new() };
        Self { sample: SampleName::new(base, "_created"), times }
    }

    fn write(&self, labels: &[u8], entry: &Entry, out: &mut Vec<u8>) {
        let Some(Some(time)) = self.times.get(entry.metric) else { return };
        self.sample.write(labels, out);
        push_number(out, Number::F64(*time), Floats::Marked);
        out.push(b'\n');
    }
}

/// How the lines of one sample begin.
struct SampleName {
    /// `name{`, or `{"name",` when the name needs quotes.
    open: Vec<u8>,
    /// Without labels: `name `, or `{"name"} `.
    bare: Vec<u8>,
}

impl SampleName {
    fn new(family: &str, suffix: &str) -> Self {
        let name = format!("{family}{suffix}");
        if is_legacy_metric_name(&name) {
            return Self { open: format!("{name}{{").into_bytes(), bare: format!("{name} ").into_bytes() };
        }
        let mut quoted = String::new();
        push_quoted(&mut quoted, &name);
        Self { open: format!("{{{quoted},").into_bytes(), bare: format!("{{{quoted}}} ").into_bytes() }
    }

    /// Writes everything before the value.
    fn write(&self, labels: &[u8], out: &mut Vec<u8>) {
        if labels.is_empty() {
            out.extend_from_slice(&self.bare);
            return;
        }
        out.extend_from_slice(&self.open);
        out.extend_from_slice(labels);
        out.extend_from_slice(b"} ");
    }

    /// Writes everything before a further label, by copying it if the line at `start` began with it already.
    fn write_open_again(&self, labels: &[u8], start: usize, out: &mut Vec<u8>) {
        if out.len() > start {
            let comma = usize::from(!labels.is_empty());
            out.extend_from_within(start..start + self.open.len() + labels.len() + comma);
            return;
        }
        out.extend_from_slice(&self.open);
        out.extend_from_slice(labels);
        if !labels.is_empty() {
            out.push(b',');
        }
    }
}

fn push_name(out: &mut String, name: &str) {
    if is_legacy_metric_name(name) {
        out.push_str(name);
    } else {
        push_quoted(out, name);
    }
}

fn floats(format: Format) -> Floats {
    if format.is_open_metrics() { Floats::Marked } else { Floats::Short }
}

pub(crate) const TARGET_HELP: &str = "What the metrics of this target are about";
