//! From attributes to the label set of one series.

mod name;
mod shape;

use metric_names::Kind;
use opentelemetry::KeyValue;

use self::shape::{Part, Shape, Source};
use crate::{attribute_text::push_value, finding::Findings, format::Format, protobuf::push_length_delimited};

pub(crate) use self::name::Naming;

/// What the labels of a family's series depend on beside their attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    /// What findings name.
    pub(crate) family: &'a str,
    /// What is reserved depends on it.
    pub(crate) kind: Kind,
    pub(crate) naming: Naming,
    pub(crate) format: Format,
}

/// A label that every series of a metric carries: of its scope, of the resource, or constant.
#[derive(Debug)]
pub(crate) struct FixedLabel {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl FixedLabel {
    pub(crate) fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// Renders the label sets of one metric.
///
/// The series of a metric nearly all have the same keys. What follows from the keys alone - names, order, collisions - is
/// worked out once and kept as a [`Shape`], so that a series costs no more than copying its values.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    fixed: Vec<FixedLabel>,
    shapes: Vec<Shape>,
    value: String,
}

impl Labels {
    /// Begins another metric.
    pub(crate) fn begin(&mut self, fixed: impl Iterator<Item = FixedLabel>) {
        self.fixed.clear();
        self.fixed.extend(fixed);
        self.shapes.clear();
    }

    /// Appends the label set of a series: `a="1",b="2"`, or label pairs in protocol buffers, ordered by name.
    ///
    /// Labels without a value are left out: to Prometheus they are the same as none.
    pub(crate) fn render(
        &mut self,
        attributes: &[&KeyValue],
        owner: Owner<'_>,
        findings: &mut Findings,
        out: &mut Vec<u8>,
    ) {
        let index = self.shapes.iter().rposition(|shape| shape.fits(attributes)).unwrap_or_else(|| {
            if self.shapes.len() == MOST_SHAPES {
                self.shapes.clear();
            }
            self.shapes.push(Shape::new(attributes, &self.fixed, owner, findings));
            self.shapes.len() - 1
        });
        let shape = &self.shapes[index];
        match owner.format {
            Format::Protobuf(_) => render_pairs(shape.parts(), &self.fixed, attributes, &mut self.value, out),
            _ => render_text(shape, &self.fixed, attributes, &mut self.value, out),
        }
    }
}

fn render_text(shape: &Shape, fixed: &[FixedLabel], attributes: &[&KeyValue], value: &mut String, out: &mut Vec<u8>) {
    let start = out.len();
    let (first, rest) = shape.text_and_rest();
    out.extend_from_slice(first);
    for part in rest {
        let before = out.len();
        if before > start {
            out.push(b',');
        }
        out.extend_from_slice(part.text_before());
        if part.sources().is_empty() {
            continue;
        }
        let before_value = out.len();
        if let [Source::Attribute(index)] = part.sources()
            && let opentelemetry::Value::String(text) = &attributes[*index].value
        {
            push_escaped(out, text.as_str());
        } else {
            join(part.sources(), fixed, attributes, value);
            push_escaped(out, value);
        }
        if out.len() == before_value {
            out.truncate(before);
        } else {
            out.push(b'"');
        }
    }
}

fn render_pairs(parts: &[Part], fixed: &[FixedLabel], attributes: &[&KeyValue], value: &mut String, out: &mut Vec<u8>) {
    for part in parts {
        let constant = part.constant();
        if constant.is_none() {
            join(part.sources(), fixed, attributes, value);
        }
        let value = constant.unwrap_or(value);
        if value.is_empty() {
            continue;
        }
        push_length_delimited(out, 1, |pair| {
            push_length_delimited(pair, 1, |name| name.extend_from_slice(part.name().as_bytes()));
            push_length_delimited(pair, 2, |text| text.extend_from_slice(value.as_bytes()));
        });
    }
}

/// Labels that became equal are one, their values joined with `;` in the order of their keys.
fn join(sources: &[Source], fixed: &[FixedLabel], attributes: &[&KeyValue], joined: &mut String) {
    joined.clear();
    for source in sources {
        let before = joined.len();
        if before > 0 {
            joined.push(';');
        }
        let start = joined.len();
        match source {
            Source::Fixed(index) => joined.push_str(&fixed[*index].value),
            Source::Attribute(index) => push_value(joined, &attributes[*index].value),
        }
        if joined.len() == start {
            joined.truncate(before);
        }
    }
}

/// Backslash, quote and line feed are escaped; nearly no value has one.
fn push_escaped(out: &mut Vec<u8>, text: &str) {
    // Without an early exit, so that it is done many bytes at a time.
    if !text.bytes().fold(false, |found, byte| found | matches!(byte, b'"' | b'\\' | b'\n')) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for byte in text.bytes() {
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            other => out.push(other),
        }
    }
}

/// A name in quotes, as names beyond the old characters are written.
pub(crate) fn push_quoted(out: &mut String, name: &str) {
    out.push('"');
    metric_names::write_label_value(out, name);
    out.push('"');
}

/// Series with keys in many combinations are odd enough to be rendered slowly.
const MOST_SHAPES: usize = 16;
