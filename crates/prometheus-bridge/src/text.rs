//! The text formats: Prometheus' own and OpenMetrics.

use metric_names::{Kind, is_legacy_metric_name, write_help, write_label_value};
use metrics_pipeline::Number;

use crate::{
    exponential::ClassicBounds,
    family::{Family, Target, Total},
    format::Format,
    labels::push_quoted,
    number_text::{Floats, push_bound, push_float, push_integer, push_number},
    options::EncodeOptions,
    points::{Points, Series, Stored, StoredExponential, StoredHistogram, created},
};

/// Writes the family of the resource's attributes.
pub(crate) fn write_target_info(target: &Target, points: &Points, format: Format, out: &mut Vec<u8>) {
    let (name, kind) = match &target.base_name {
        Some(base) if format.is_open_metrics() => (base, "info"),
        _ => (&target.name, "gauge"),
    };
    write_header(name, kind, None, TARGET_HELP, format, out);
    let sample = SampleName::new(&target.name, "");
    for series in points.series() {
        sample.write(series.labels, out);
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
    for series in points.series() {
        if let Stored::Number(number) = series.value {
            sample.write(series.labels, out);
            push_number(out, number, floats);
            out.push(b'\n');
            if let Some(created) = &created {
                created.write(&series, out);
            }
        }
    }
}

fn write_histograms(family: &Family<'_>, points: &Points, options: &EncodeOptions, format: Format, out: &mut Vec<u8>) {
    let mut writer = HistogramWriter {
        bucket: SampleName::new(&family.name, "_bucket"),
        sum: SampleName::new(&family.name, "_sum"),
        count: SampleName::new(&family.name, "_count"),
        created: Created::new(family, &family.name, options, format),
        format,
        line: Vec::new(),
    };
    let bounds: Vec<Vec<Vec<u8>>> =
        points.bounds().iter().map(|bounds| bounds.iter().copied().map(bound_text).collect()).collect();
    let classic = ClassicBounds::of(points);
    for series in points.series() {
        writer.begin(series.labels);
        let (count, sum) = match (series.value, &classic) {
            (Stored::Histogram(histogram), _) => {
                (writer.write_classic(histogram, &bounds[histogram.bounds], points, out), histogram.sum)
            }
            (Stored::Exponential(histogram), Some(classic)) => {
                (writer.write_exponential(histogram, classic, points, out), histogram.sum)
            }
            (Stored::Number(_) | Stored::Exponential(_), _) => continue,
        };
        writer.write_bucket(b"+Inf\"} ", count, out);
        if has_sum(&series, points, format) {
            writer.write_sum_and_count(&series, sum, count, out);
        }
        if let Some(created) = &writer.created {
            created.write(&series, out);
        }
    }
}

/// Whether a histogram has `_sum` and `_count`: OpenMetrics takes both for counters, which a sum of values below zero is
/// not.
pub(crate) fn has_sum(series: &Series<'_>, points: &Points, format: Format) -> bool {
    if !format.is_open_metrics() {
        return true;
    }
    match series.value {
        Stored::Number(_) => true,
        Stored::Histogram(histogram) => {
            histogram.sum >= 0.0 && points.bounds()[histogram.bounds].first().is_none_or(|bound| *bound >= 0.0)
        }
        Stored::Exponential(histogram) => histogram.sum >= 0.0 && !histogram.has_negative(points),
    }
}

/// Writes the samples of one histogram after the other.
struct HistogramWriter {
    bucket: SampleName,
    sum: SampleName,
    count: SampleName,
    created: Option<Created>,
    format: Format,
    /// What all bucket lines of the histogram begin with: everything before the bound.
    line: Vec<u8>,
}

impl HistogramWriter {
    /// Begins a histogram.
    fn begin(&mut self, labels: &[u8]) {
        self.line.clear();
        self.line.extend_from_slice(&self.bucket.open);
        if !labels.is_empty() {
            self.line.extend_from_slice(labels);
            self.line.push(b',');
        }
        self.line.extend_from_slice(b"le=\"");
    }

    fn write_bucket(&self, bound: &[u8], cumulative: u64, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.line);
        out.extend_from_slice(bound);
        push_integer(out, cumulative);
        out.push(b'\n');
    }

    fn write_sum_and_count(&self, series: &Series<'_>, sum: f64, count: u64, out: &mut Vec<u8>) {
        self.sum.write(series.labels, out);
        push_float(out, sum, floats(self.format));
        out.push(b'\n');
        self.count.write(series.labels, out);
        push_integer(out, count);
        out.push(b'\n');
    }

    /// Writes the bounds, `+Inf` left out, and says how many values there are in all.
    fn write_classic(
        &self,
        histogram: &StoredHistogram,
        bounds: &[Vec<u8>],
        points: &Points,
        out: &mut Vec<u8>,
    ) -> u64 {
        let mut cumulative = 0;
        for (bound, bucket) in bounds.iter().zip(points.counts(&histogram.counts)) {
            cumulative += bucket;
            self.write_bucket(bound, cumulative, out);
        }
        // Registries gather their buckets and counts one by one.
        histogram.count.max(cumulative)
    }

    /// As [`write_classic`](Self::write_classic).
    fn write_exponential(
        &self,
        histogram: &StoredExponential,
        classic: &ClassicBounds,
        points: &Points,
        out: &mut Vec<u8>,
    ) -> u64 {
        let mut count = 0;
        classic.for_each(histogram, points, |bound, cumulative| {
            count = cumulative;
            self.write_bucket(&bound_text(bound), cumulative, out);
        });
        histogram.count.max(count)
    }
}

/// `5.0"} `
fn bound_text(bound: f64) -> Vec<u8> {
    let mut text = Vec::new();
    push_bound(&mut text, bound);
    text.extend_from_slice(b"\"} ");
    text
}

/// The `_created` samples of a family.
struct Created {
    sample: SampleName,
    /// For each metric of the family.
    times: Vec<Option<f64>>,
}

impl Created {
    /// `None` if they are not wanted.
    fn new(family: &Family<'_>, base: &str, options: &EncodeOptions, format: Format) -> Option<Self> {
        let counts = match family.kind {
            Kind::Counter => family.total == Total::Suffixed,
            Kind::Histogram => true,
            Kind::UpDownCounter | Kind::Gauge => false,
        };
        (options.created && counts && format.is_open_metrics()).then(|| Self {
            sample: SampleName::new(base, "_created"),
            times: family.metrics.iter().map(created).collect(),
        })
    }

    fn write(&self, series: &Series<'_>, out: &mut Vec<u8>) {
        let Some(Some(time)) = self.times.get(series.metric) else { return };
        self.sample.write(series.labels, out);
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
        let name = [family, suffix].concat();
        if is_legacy_metric_name(&name) {
            return Self { open: [&name, "{"].concat().into_bytes(), bare: [&name, " "].concat().into_bytes() };
        }
        let mut quoted = String::new();
        push_quoted(&mut quoted, &name);
        Self { open: ["{", &quoted, ","].concat().into_bytes(), bare: ["{", &quoted, "} "].concat().into_bytes() }
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
