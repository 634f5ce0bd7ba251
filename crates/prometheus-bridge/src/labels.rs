//! From attributes to the label set of one series.

mod name;
mod shape;

use std::borrow::Cow;

use metric_names::Kind;
use opentelemetry::{KeyValue, Value};

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

impl Owner<'_> {
    pub(crate) fn rendering(self) -> Rendering {
        Rendering { kind: self.kind, naming: self.naming, is_protobuf: matches!(self.format, Format::Protobuf(_)) }
    }
}

/// What label sets depend on beside their labels; those of one rendering tell nothing about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rendering {
    kind: Kind,
    naming: Naming,
    is_protobuf: bool,
}

/// A label that every series of a metric carries: of its scope, of the resource, or constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FixedLabel<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) value: Cow<'a, str>,
}

impl<'a> FixedLabel<'a> {
    pub(crate) fn new(key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self { key: key.into(), value: value.into() }
    }

    fn into_owned(self) -> FixedLabel<'static> {
        FixedLabel::new(self.key.into_owned(), self.value.into_owned())
    }
}

/// Renders the label sets of one metric.
///
/// The series of a metric nearly all have the same keys. What follows from the keys alone - names, order, collisions - is
/// worked out once and kept as a [`Shape`], so that a series costs no more than copying its values.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    fixed: Vec<FixedLabel<'static>>,
    shapes: Vec<Shape>,
    value: String,
}

/// The shape by which a label set is known again; it holds as long as [`Labels`] begin with the same fixed labels.
pub(crate) type ShapeNumber = u8;

impl Labels {
    /// Begins a metric or an exposition, and says whether the fixed labels are those of before.
    pub(crate) fn begin<'a>(&mut self, fixed: impl Iterator<Item = FixedLabel<'a>>) -> bool {
        let fixed: Vec<FixedLabel<'_>> = fixed.collect();
        if self.fixed == fixed {
            return true;
        }
        self.fixed = fixed.into_iter().map(FixedLabel::into_owned).collect();
        self.shapes.clear();
        false
    }

    /// Whether the label set of a series is this one, which was rendered before. It may say no even if it is.
    pub(crate) fn rendered(&mut self, label_set: &[u8], shape: ShapeNumber, attributes: &[&KeyValue]) -> bool {
        let Self { fixed, shapes, value } = self;
        shapes
            .get(usize::from(shape))
            .is_some_and(|shape| shape.fits(attributes) && shape.gave(label_set, fixed, attributes, value))
    }

    /// Appends the label set of a series: `a="1",b="2"`, or label pairs in protocol buffers, ordered by name.
    ///
    /// Labels without a value are left out: to Prometheus they are the same as none. The number is for
    /// [`rendered`](Self::rendered) to know the label set by, if it can.
    pub(crate) fn render(
        &mut self,
        attributes: &[&KeyValue],
        owner: Owner<'_>,
        findings: &mut Findings,
        out: &mut Vec<u8>,
    ) -> Option<ShapeNumber> {
        let number = self.shapes.iter().rposition(|shape| shape.fits(attributes)).unwrap_or_else(|| {
            // The last place is for all that come later, so label sets are not known by it.
            self.shapes.truncate(MOST_SHAPES);
            self.shapes.push(Shape::new(attributes, &self.fixed, owner, findings));
            self.shapes.len() - 1
        });
        let shape = &self.shapes[number];
        if let Format::Protobuf(_) = owner.format {
            render_pairs(shape.parts(), &self.fixed, attributes, &mut self.value, out);
            return None;
        }
        let is_plain = render_text(shape.parts(), &self.fixed, attributes, &mut self.value, out);
        if is_plain && number < MOST_SHAPES { ShapeNumber::try_from(number).ok() } else { None }
    }
}

/// Says whether every label has a value and nothing was escaped.
fn render_text(
    parts: &[Part],
    fixed: &[FixedLabel<'_>],
    attributes: &[&KeyValue],
    value: &mut String,
    out: &mut Vec<u8>,
) -> bool {
    let start = out.len();
    let mut is_plain = true;
    for part in parts {
        let before = out.len();
        if before > start {
            out.push(b',');
        }
        out.extend_from_slice(part.text_before());
        if part.constant().is_some() {
            continue;
        }
        let text = value_of(part.sources(), fixed, attributes, value);
        if text.is_empty() {
            out.truncate(before);
            is_plain = false;
        } else {
            is_plain &= push_escaped(out, text);
            out.push(b'"');
        }
    }
    is_plain
}

fn render_pairs(
    parts: &[Part],
    fixed: &[FixedLabel<'_>],
    attributes: &[&KeyValue],
    value: &mut String,
    out: &mut Vec<u8>,
) {
    for part in parts {
        let value = match part.constant() {
            Some(constant) => constant,
            None => value_of(part.sources(), fixed, attributes, value),
        };
        if value.is_empty() {
            continue;
        }
        push_length_delimited(out, 1, |pair| {
            push_length_delimited(pair, 1, |name| name.extend_from_slice(part.name().as_bytes()));
            push_length_delimited(pair, 2, |text| text.extend_from_slice(value.as_bytes()));
        });
    }
}

/// The value of a label, which nearly always is the text of one attribute.
fn value_of<'v>(
    sources: &[Source],
    fixed: &[FixedLabel<'_>],
    attributes: &'v [&KeyValue],
    value: &'v mut String,
) -> &'v str {
    if let [Source::Attribute(index)] = sources
        && let Value::String(text) = &attributes[*index].value
    {
        return text.as_str();
    }
    join(sources, fixed, attributes, value);
    value
}

/// Labels that became equal are one, their values joined with `;` in the order of their keys.
fn join(sources: &[Source], fixed: &[FixedLabel<'_>], attributes: &[&KeyValue], joined: &mut String) {
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

/// Backslash, quote and line feed are escaped; nearly no value has one, which is what it says.
fn push_escaped(out: &mut Vec<u8>, text: &str) -> bool {
    // Without an early exit, so that it is done many bytes at a time.
    if !text.bytes().fold(false, |found, byte| found | matches!(byte, b'"' | b'\\' | b'\n')) {
        out.extend_from_slice(text.as_bytes());
        return true;
    }
    for byte in text.bytes() {
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            other => out.push(other),
        }
    }
    false
}

/// A name in quotes, as names beyond the old characters are written.
pub(crate) fn push_quoted(out: &mut String, name: &str) {
    out.push('"');
    metric_names::write_label_value(out, name);
    out.push('"');
}

/// Series with keys in more combinations are odd enough to be rendered slowly.
const MOST_SHAPES: usize = 16;
