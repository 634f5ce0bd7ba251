//! What follows from the keys of a series, worked out once for all series that have the same.

use std::ptr;

use metric_names::is_legacy_label_name;
use opentelemetry::{Key, KeyValue};

use super::{FixedLabel, Owner, join, push_escaped, push_quoted, value_of};
use crate::finding::Findings;

/// The labels of all series with the same keys in the same order.
#[derive(Debug)]
pub(super) struct Shape {
    keys: Vec<Key>,
    parts: Vec<Part>,
    /// How long the text is that every label set begins with.
    head: usize,
    /// Where each value comes from that differs from series to series, and the text up to the next one or the end.
    values: Vec<(Vec<Source>, Vec<u8>)>,
}

/// One label: its name, and where its value comes from.
#[derive(Debug)]
pub(super) struct Part {
    name: String,
    /// `name="`, or the whole label if it is the same in all series.
    text_before: Vec<u8>,
    /// None if the label is the same in all series.
    sources: Vec<Source>,
    constant: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A label of every series of the metric.
    Fixed(usize),
    /// An attribute of the series.
    Attribute(usize),
}

impl Shape {
    pub(super) fn new(
        attributes: &[&KeyValue],
        fixed: &[FixedLabel<'_>],
        owner: Owner<'_>,
        findings: &mut Findings,
    ) -> Self {
        let mut labels = Vec::new();
        let fixed_keys = fixed.iter().enumerate().map(|(at, label)| (&*label.key, Source::Fixed(at)));
        let attribute_keys = attributes.iter().enumerate().map(|(at, it)| (it.key.as_str(), Source::Attribute(at)));
        for (key, source) in fixed_keys.chain(attribute_keys) {
            if let Some(name) = owner.naming.label(key, owner.family, owner.kind, findings) {
                labels.push((name, key, source));
            }
        }
        // The sort is stable, so of attributes with the same key the first one recorded comes first.
        labels.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));

        let parts = labels.chunk_by(|a, b| a.0 == b.0).filter_map(|same| {
            // Of attributes with the same key the SDK now and then hands out all, and else the first. To be the same in
            // every scrape, a series has the first.
            let equal_keys = same.chunk_by(|a, b| a.1 == b.1 && is_attribute(a.2) && is_attribute(b.2));
            let sources = equal_keys.filter_map(|equal| equal.first()).map(|label| label.2).collect();
            Part::new(&same[0].0, sources, fixed)
        });
        let keys = attributes.iter().map(|it| it.key.clone()).collect();
        Self { keys, head: 0, values: Vec::new(), parts: parts.collect() }.with_template()
    }

    /// Joins all text that is the same in every series.
    fn with_template(mut self) -> Self {
        let mut head = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let text = self.values.last_mut().map_or(&mut head, |(_, after)| after);
            if at > 0 {
                text.push(b',');
            }
            text.extend_from_slice(&part.text_before);
            if part.constant.is_none() {
                self.values.push((part.sources.clone(), b"\"".to_vec()));
            }
        }
        self.head = head.len();
        self
    }

    pub(super) fn fits(&self, attributes: &[&KeyValue]) -> bool {
        let same = |key: &Key, it: &Key| ptr::eq(key.as_str(), it.as_str()) || key == it;
        self.keys.len() == attributes.len() && self.keys.iter().zip(attributes).all(|(key, it)| same(key, &it.key))
    }

    /// Whether these attributes, which the shape fits, give a text again that it gave before.
    ///
    /// In that text every label had a value, and nothing was escaped. If the values as they are give it again, nothing in
    /// them is to be escaped either: a quote, a backslash or a line feed among them would be one more than the text has.
    /// And none is empty, for where a value begins the text has no quote.
    pub(super) fn gave(
        &self,
        text: &[u8],
        fixed: &[FixedLabel<'_>],
        attributes: &[&KeyValue],
        value: &mut String,
    ) -> bool {
        let Some(mut rest) = text.get(self.head..) else { return false };
        for (sources, after) in &self.values {
            let value = value_of(sources, fixed, attributes, value);
            match rest.strip_prefix(value.as_bytes()).and_then(|rest| rest.strip_prefix(&after[..])) {
                Some(beyond) => rest = beyond,
                None => return false,
            }
        }
        rest.is_empty()
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }
}

impl Part {
    /// `None` for a label that has no value in any series.
    fn new(name: &str, sources: Vec<Source>, fixed: &[FixedLabel<'_>]) -> Option<Self> {
        let mut before = String::new();
        if is_legacy_label_name(name) {
            before.push_str(name);
        } else {
            push_quoted(&mut before, name);
        }
        before.push_str("=\"");
        let (name, text_before) = (name.to_owned(), before.into_bytes());
        if sources.iter().copied().any(is_attribute) {
            return Some(Self { name, text_before, sources, constant: None });
        }
        let mut value = String::new();
        join(&sources, fixed, &[], &mut value);
        let mut whole = text_before;
        push_escaped(&mut whole, &value);
        whole.push(b'"');
        (!value.is_empty()).then_some(Self { name, text_before: whole, sources: Vec::new(), constant: Some(value) })
    }

    /// The value, if it is the same in all series.
    pub(super) fn constant(&self) -> Option<&String> {
        self.constant.as_ref()
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn text_before(&self) -> &[u8] {
        &self.text_before
    }

    pub(super) fn sources(&self) -> &[Source] {
        &self.sources
    }
}

fn is_attribute(source: Source) -> bool {
    matches!(source, Source::Attribute(_))
}
