//! From attributes to the label set of one series.

use std::ops::Range;

use metric_names::{Kind, label_name, write_label_value};
use opentelemetry::{InstrumentationScope, Value};

use crate::{
    attribute_text::push_value,
    finding::{Finding, Findings},
};

/// The labels of one series under construction; its memory is reused from series to series.
///
/// All text lies in one buffer and a label is three ranges of it, so that a plain label costs no allocation.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    text: String,
    entries: Vec<Label>,
    sorted: Vec<Label>,
}

/// The family that the labels are for: what is reserved depends on its kind, and findings name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    pub(crate) family: &'a str,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
struct Label {
    name: Range<usize>,
    key: Range<usize>,
    value: Range<usize>,
}

/// How much of [`Labels`] belongs to the scope and so to every series of a metric.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    text: usize,
    entries: usize,
}

impl Labels {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { text: self.text.len(), entries: self.entries.len() }
    }

    /// Forgets what was added since the mark.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.text.truncate(mark.text);
        self.entries.truncate(mark.entries);
    }

    /// Adds what identifies the scope.
    pub(crate) fn add_scope(&mut self, scope: &InstrumentationScope) {
        self.add(SCOPE_NAME, SCOPE_NAME, |text| text.push_str(scope.name()));
        self.add(SCOPE_VERSION, SCOPE_VERSION, |text| text.push_str(scope.version().unwrap_or_default()));
        self.add(SCOPE_SCHEMA_URL, SCOPE_SCHEMA_URL, |text| text.push_str(scope.schema_url().unwrap_or_default()));
        for attribute in scope.attributes() {
            let key = format!("otel_scope_{}", attribute.key);
            // The specification drops scope attributes that collide with the three labels above.
            match label_name(&key).as_deref() {
                None | Some(SCOPE_NAME | SCOPE_VERSION | SCOPE_SCHEMA_URL) => {}
                Some(name) => self.add(name, &key, |text| push_value(text, &attribute.value)),
            }
        }
    }

    /// Adds an attribute under a name that Prometheus accepts in the owner.
    pub(crate) fn add_attribute(&mut self, key: &str, value: &Value, owner: Owner<'_>, findings: &mut Findings) {
        let Some(name) = label_name(key) else {
            findings.insert(Finding::LabelDropped { family: owner.family.to_owned(), key: key.to_owned() });
            return;
        };
        match unreserved(&name, owner.kind) {
            None => self.add(&name, key, |text| push_value(text, value)),
            Some(label) => {
                self.add(&label, key, |text| push_value(text, value));
                let (family, key) = (owner.family.to_owned(), key.to_owned());
                findings.insert(Finding::LabelRenamed { family, key, label });
            }
        }
    }

    /// Appends the label set, `a="1",b="2"`, in the order of the names.
    ///
    /// Labels that became equal are one, their values joined with `;` in the order of their keys.
    pub(crate) fn render(&mut self, out: &mut String) {
        let Self { text, entries, sorted } = self;
        sorted.clone_from(entries);
        sorted.sort_by(|a, b| {
            let by_name = text[a.name.clone()].cmp(&text[b.name.clone()]);
            by_name.then_with(|| text[a.key.clone()].cmp(&text[b.key.clone()]))
        });
        let start = out.len();
        for same in sorted.chunk_by(|a, b| text[a.name.clone()] == text[b.name.clone()]) {
            if out.len() > start {
                out.push(',');
            }
            out.push_str(&text[same[0].name.clone()]);
            out.push_str("=\"");
            for (at, label) in same.iter().enumerate() {
                if at > 0 {
                    out.push(';');
                }
                write_label_value(out, &text[label.value.clone()]);
            }
            out.push('"');
        }
    }

    /// Adds a label unless its value is empty, which Prometheus reads as no label at all.
    fn add(&mut self, name: &str, key: &str, push: impl FnOnce(&mut String)) {
        let start = self.text.len();
        push(&mut self.text);
        let value = start..self.text.len();
        if value.is_empty() {
            return;
        }
        self.text.push_str(name);
        let name = value.end..self.text.len();
        self.text.push_str(key);
        let key = name.end..self.text.len();
        self.entries.push(Label { name, key, value });
    }
}

/// The name to use instead of one that Prometheus keeps for itself.
fn unreserved(name: &str, kind: Kind) -> Option<String> {
    let inner = match name {
        "le" if kind == Kind::Histogram => name,
        _ => name.strip_prefix("__")?.trim_matches('_'),
    };
    Some(format!("exported_{inner}"))
}

const SCOPE_NAME: &str = "otel_scope_name";
const SCOPE_VERSION: &str = "otel_scope_version";
const SCOPE_SCHEMA_URL: &str = "otel_scope_schema_url";
