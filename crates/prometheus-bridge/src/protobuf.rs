//! Prometheus' protocol buffers: `io.prometheus.client.MetricFamily`, each preceded by its length.
//!
//! They are written by hand, because the label sets are sorted as they are written, and building messages first would
//! copy every label once more.

use std::time::SystemTime;

use metric_names::Kind;
use metrics_pipeline::Metric;

use crate::{
    exponential::{ClassicBounds, Native, NativeBuckets},
    family::{Family, Target},
    options::EncodeOptions,
    points::{Points, Stored, StoredExponential},
    text::TARGET_HELP,
};

/// Writes the family of the resource's attributes.
pub(crate) fn write_target_info(target: &Target, points: &Points, out: &mut Vec<u8>) {
    write_message(out, &target.name, TARGET_HELP, GAUGE, None, |out| {
        for series in points.series() {
            write_metric(out, series.labels, |out| write_number(out, GAUGE, 1.0, None));
        }
    });
}

/// Writes a family, classic buckets and, for exponential histograms, native ones.
pub(crate) fn write_family(family: &Family<'_>, points: &Points, options: &EncodeOptions, out: &mut Vec<u8>) {
    let kind = match family.kind {
        Kind::Counter => COUNTER,
        Kind::UpDownCounter | Kind::Gauge => GAUGE,
        Kind::Histogram => HISTOGRAM,
    };
    let unit = family.unit_word();
    let classic = ClassicBounds::of(points);
    let metrics: &[Metric<'_>] = if options.created { &family.metrics } else { &[] };
    let help = if family.help.trim().is_empty() { "" } else { family.help };
    write_message(out, &family.name, help, kind, unit.as_ref().map(metric_names::ExposedName::as_str), |out| {
        for series in points.series() {
            let created = metrics.get(series.metric).and_then(|metric| metric.start_time);
            write_metric(out, series.labels, |out| match series.value {
                Stored::Number(number) => write_number(out, kind, number.as_f64(), created),
                Stored::Histogram(histogram) => {
                    let bounds = points.bounds()[histogram.bounds].iter().copied();
                    let buckets = bounds.zip(points.counts(&histogram.counts));
                    write_histogram(out, histogram.count, histogram.sum, buckets, created);
                }
                Stored::Exponential(histogram) => {
                    write_exponential(out, histogram, classic.as_ref(), points, created);
                }
            });
        }
    });
}

fn write_message(
    out: &mut Vec<u8>,
    name: &str,
    help: &str,
    kind: u64,
    unit: Option<&str>,
    write_metrics: impl FnOnce(&mut Vec<u8>),
) {
    preceded_by_length(out, |out| {
        push_text(out, 1, name);
        if !help.is_empty() {
            push_text(out, 2, help);
        }
        push_varint_field(out, 3, kind);
        write_metrics(out);
        if let Some(unit) = unit {
            push_text(out, 5, unit);
        }
    });
}

/// The labels are label pairs already.
fn write_metric(out: &mut Vec<u8>, labels: &[u8], write_value: impl FnOnce(&mut Vec<u8>)) {
    push_length_delimited(out, 4, |out| {
        out.extend_from_slice(labels);
        write_value(out);
    });
}

fn write_number(out: &mut Vec<u8>, kind: u64, value: f64, created: Option<SystemTime>) {
    let field = if kind == COUNTER { 3 } else { 2 };
    push_length_delimited(out, field, |out| {
        push_double(out, 1, value);
        if kind == COUNTER {
            write_created(out, 3, created);
        }
    });
}

/// When the metric began to count: seconds since the epoch, and nanoseconds.
fn write_created(out: &mut Vec<u8>, field: u64, created: Option<SystemTime>) {
    let Some(since_epoch) = created.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok()) else { return };
    push_length_delimited(out, field, |out| {
        push_varint_field(out, 1, since_epoch.as_secs());
        push_varint_field(out, 2, since_epoch.subsec_nanos().into());
    });
}

fn write_histogram<'c>(
    out: &mut Vec<u8>,
    count: u64,
    sum: f64,
    buckets: impl Iterator<Item = (f64, &'c u64)>,
    created: Option<SystemTime>,
) {
    push_length_delimited(out, 7, |out| {
        push_varint_field(out, 1, count);
        push_double(out, 2, sum);
        let mut cumulative = 0;
        for (bound, bucket) in buckets {
            cumulative += bucket;
            write_bucket(out, bound, cumulative);
        }
        write_created(out, 15, created);
    });
}

fn write_exponential(
    out: &mut Vec<u8>,
    histogram: &StoredExponential,
    classic: Option<&ClassicBounds>,
    points: &Points,
    created: Option<SystemTime>,
) {
    let native = Native::of(histogram, points);
    push_length_delimited(out, 7, |out| {
        push_varint_field(out, 1, native.as_ref().map_or(histogram.count, |native| native.count));
        push_double(out, 2, histogram.sum);
        if let Some(classic) = classic {
            classic.for_each(histogram, points, |bound, cumulative| write_bucket(out, bound, cumulative));
        }
        write_created(out, 15, created);
        let Some(native) = native else { return };
        push_varint_field(out, 5, zigzag(native.schema.into()));
        push_double(out, 6, native.zero_threshold);
        push_varint_field(out, 7, histogram.zero_count);
        write_native_buckets(out, 9, &native.negative);
        write_native_buckets(out, 12, &native.positive);
        // Without a span an empty histogram would be taken for a classic one.
        if native.count == 0 {
            push_length_delimited(out, 12, |_| {});
        }
    });
}

/// A span in one field, and in the next how much each bucket holds more than the one before it.
fn write_native_buckets(out: &mut Vec<u8>, field: u64, buckets: &NativeBuckets) {
    if buckets.counts.is_empty() {
        return;
    }
    push_length_delimited(out, field, |out| {
        push_varint_field(out, 1, zigzag(buckets.start.into()));
        push_varint_field(out, 2, buckets.counts.len() as u64);
    });
    push_length_delimited(out, field + 1, |out| {
        let mut before = 0_i64;
        for count in &buckets.counts {
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            push_varint(out, zigzag(count - before));
            before = count;
        }
    });
}

fn write_bucket(out: &mut Vec<u8>, bound: f64, cumulative: u64) {
    push_length_delimited(out, 3, |out| {
        push_varint_field(out, 1, cumulative);
        push_double(out, 2, bound);
    });
}

/// Appends a field that holds bytes: text, or a message.
pub(crate) fn push_length_delimited(out: &mut Vec<u8>, field: u64, write: impl FnOnce(&mut Vec<u8>)) {
    push_varint(out, field << 3 | 2);
    preceded_by_length(out, write);
}

/// The length is known last and stands first. It nearly always fits into the one byte that is kept for it.
fn preceded_by_length(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.push(0);
    write(out);
    let length = (out.len() - at - 1) as u64;
    if length < 0x80 {
        out[at] = length.to_le_bytes()[0];
        return;
    }
    let end = out.len();
    push_varint(out, length);
    let varint_length = out.len() - end;
    let mut varint = [0; 10];
    varint[..varint_length].copy_from_slice(&out[end..]);
    // What was appended makes the room, one byte of which was there before.
    out.truncate(end + varint_length - 1);
    out.copy_within(at + 1..end, at + varint_length);
    out[at..at + varint_length].copy_from_slice(&varint[..varint_length]);
}

fn push_text(out: &mut Vec<u8>, field: u64, text: &str) {
    push_varint(out, field << 3 | 2);
    push_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn push_double(out: &mut Vec<u8>, field: u64, value: f64) {
    push_varint(out, field << 3 | 1);
    out.extend_from_slice(&value.to_le_bytes());
}

fn push_varint_field(out: &mut Vec<u8>, field: u64, value: u64) {
    push_varint(out, field << 3);
    push_varint(out, value);
}

fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

/// Signed numbers near zero as small unsigned ones.
fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

const COUNTER: u64 = 0;
const GAUGE: u64 = 1;
const HISTOGRAM: u64 = 4;

#[cfg(test)]
mod tests {
    use super::{preceded_by_length, push_varint, zigzag};

    #[test]
    fn lengths_of_any_size_stand_before_what_they_measure() {
        for length in [0, 1, 127, 128, 129, 16_383, 16_384, 3_000_000] {
            let mut out = b"before".to_vec();
            preceded_by_length(&mut out, |out| out.extend((0..length).map(|at| at.to_string().as_bytes()[0])));
            let mut expected = b"before".to_vec();
            push_varint(&mut expected, length);
            expected.extend((0..length).map(|at| at.to_string().as_bytes()[0]));
            assert!(out == expected, "{length}");
        }
    }

    #[test]
    fn signed_numbers_are_folded() {
        assert_eq!([0, -1, 1, -2, i64::MIN].map(zigzag), [0, 1, 2, 3, u64::MAX]);
    }
}
