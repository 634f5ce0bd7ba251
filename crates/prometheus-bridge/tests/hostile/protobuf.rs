//! Prometheus' protocol buffers, read by the numbers of their fields.

use std::collections::BTreeMap;

use crate::{
    reading::{Family, Number, Sample, le},
    wire::{delimited, unfold, varint},
};

/// The fields of a message by number.
struct Message<'b>(Vec<(u64, Field<'b>)>);

enum Field<'b> {
    Number(u64),
    Double(f64),
    Bytes(&'b [u8]),
}

pub(crate) fn parse(mut bytes: &[u8]) -> Vec<Family> {
    let mut families = Vec::new();
    while !bytes.is_empty() {
        families.push(family(&Message::read(delimited(&mut bytes))));
    }
    families
}

fn family(message: &Message<'_>) -> Family {
    let name = message.text(1);
    let kind = match message.number(3) {
        0 => "counter",
        1 => "gauge",
        4 => "histogram",
        other => panic!("type {other}"),
    };
    let samples = message.messages(4).flat_map(|metric| metric_samples(&name, kind, &metric)).collect();
    Family { kind: kind.to_owned(), unit: message.text(5), help: message.text(2), samples, name }
}

fn metric_samples(family: &str, kind: &str, metric: &Message<'_>) -> Vec<Sample> {
    let labels: Vec<(String, String)> = metric.messages(1).map(|label| (label.text(1), label.text(2))).collect();
    let field = match kind {
        "gauge" => 2,
        "counter" => 3,
        _ => 7,
    };
    let value = metric.messages(field).next().expect("a value of the family's type");
    let mut samples = match kind {
        "histogram" => histogram_samples(family, &labels, &value),
        _ => vec![Sample::new(family, labels.clone(), Number::Float(value.double(1)))],
    };
    let created = value.messages(if kind == "histogram" { 15 } else { 3 }).next();
    samples.extend(
        created.map(|time| Sample::new(format!("{family}_created"), labels, Number::Integer(time.number(1).into()))),
    );
    samples
}

fn histogram_samples(family: &str, labels: &[(String, String)], histogram: &Message<'_>) -> Vec<Sample> {
    let with = |suffix: &str, label: Option<(&str, String)>, count: u64| {
        let labels = labels.iter().cloned().chain(label.map(|(name, value)| (name.to_owned(), value))).collect();
        Sample::new(format!("{family}{suffix}"), labels, Number::Integer(count.into()))
    };
    let bucket = |bound: f64, count| with("_bucket", Some(("le", le(bound))), count);
    let count = histogram.number(1);
    let mut samples = vec![bucket(f64::INFINITY, count), with("_count", None, count)];
    samples.push(Sample::new(format!("{family}_sum"), labels.to_vec(), Number::Float(histogram.double(2))));
    samples.extend(histogram.messages(3).map(|message| bucket(message.double(2), message.number(1))));
    if histogram.has(5) {
        let schema = unfold(histogram.number(5));
        samples.push(with("_zero", None, histogram.number(7)));
        for (suffix, spans, deltas) in [("_positive", 12, 13), ("_negative", 9, 10)] {
            for (at, count) in native_buckets(schema, histogram, spans, deltas) {
                samples.push(with(suffix, Some(("at", format!("{at} by {}", (-schema).max(0)))), count));
            }
        }
    }
    samples
}

/// The buckets that hold something, those that are finer than powers of two added up.
fn native_buckets(schema: i64, histogram: &Message<'_>, spans: u64, deltas: u64) -> BTreeMap<i64, u64> {
    let mut packed = histogram.bytes(deltas);
    let (mut at, mut count, mut counts) = (0, 0, BTreeMap::new());
    for span in histogram.messages(spans) {
        at += unfold(span.number(1));
        for _ in 0..span.number(2) {
            count += unfold(varint(&mut packed));
            // Prometheus names a bucket by its upper end.
            *counts.entry((at - 1) >> schema.max(0)).or_insert(0) += u64::try_from(count).expect("a count below zero");
            at += 1;
        }
    }
    assert!(packed.is_empty(), "more deltas than buckets");
    counts.retain(|_, count| *count > 0);
    counts
}

impl<'b> Message<'b> {
    fn read(mut bytes: &'b [u8]) -> Self {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let tag = varint(&mut bytes);
            let field = match tag & 7 {
                0 => Field::Number(varint(&mut bytes)),
                1 => {
                    let (double, rest) = bytes.split_first_chunk::<8>().unwrap();
                    bytes = rest;
                    Field::Double(f64::from_le_bytes(*double))
                }
                2 => Field::Bytes(delimited(&mut bytes)),
                other => panic!("wire type {other}"),
            };
            fields.push((tag >> 3, field));
        }
        Self(fields)
    }

    fn all(&self, number: u64) -> impl Iterator<Item = &Field<'b>> {
        self.0.iter().filter(move |field| field.0 == number).map(|field| &field.1)
    }

    fn has(&self, number: u64) -> bool {
        self.all(number).next().is_some()
    }

    fn number(&self, number: u64) -> u64 {
        match self.all(number).next() {
            Some(Field::Number(value)) => *value,
            None => 0,
            _ => panic!("field {number} is no number"),
        }
    }

    fn double(&self, number: u64) -> f64 {
        match self.all(number).next() {
            Some(Field::Double(value)) => *value,
            _ => panic!("field {number} is no double"),
        }
    }

    fn bytes(&self, number: u64) -> &'b [u8] {
        match self.all(number).next() {
            Some(Field::Bytes(bytes)) => bytes,
            None => &[],
            _ => panic!("field {number} has no bytes"),
        }
    }

    fn text(&self, number: u64) -> String {
        std::str::from_utf8(self.bytes(number)).expect("text that is not UTF-8").to_owned()
    }

    fn messages(&self, number: u64) -> impl Iterator<Item = Message<'b>> {
        self.all(number).map(move |field| match field {
            Field::Bytes(bytes) => Message::read(bytes),
            _ => panic!("field {number} is no message"),
        })
    }
}
