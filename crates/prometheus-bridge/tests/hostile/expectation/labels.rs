//! The labels of a series by the rules.

use std::collections::BTreeSet;

use metric_names::{Escaping, Kind, escape_label_name, label_name};
use opentelemetry::{KeyValue, Value};
use prometheus_bridge::{EncodeOptions, Finding, Format};

use super::escaping;
use crate::metric_set::{Metric, MetricSet, Series};

pub(super) struct Labelling<'e> {
    set: &'e MetricSet,
    options: &'e EncodeOptions,
    escaping: Escaping,
    kind: Kind,
    family: &'e str,
}

type Labels = Vec<(String, String)>;

impl<'e> Labelling<'e> {
    pub(super) fn new(
        set: &'e MetricSet,
        options: &'e EncodeOptions,
        format: Format,
        kind: Kind,
        family: &'e str,
    ) -> Self {
        Self { set, options, escaping: escaping(format), kind, family }
    }

    /// The labels of the resource's own family.
    pub(super) fn resource(&self, findings: &mut BTreeSet<Finding>) -> Labels {
        self.named(self.resource_attributes(), findings)
    }

    pub(super) fn series(&self, metric: &Metric, series: &Series, findings: &mut BTreeSet<Finding>) -> Labels {
        let mut given: Labels = self.options.constant_labels.clone();
        if self.options.resource_labels.include.iter().any(|pattern| pattern == "*") {
            given.extend(self.resource_attributes());
        }
        if self.options.scope_labels {
            given.extend(identity(metric).map(|(key, value)| (key.to_owned(), value.to_owned())));
            for attribute in metric.scope.attributes().filter(|attribute| !self.is_dropped(attribute)) {
                given.push((format!("otel_scope_{}", attribute.key), text(&attribute.value)));
            }
        }
        // Of equal keys the first one counts.
        for (at, attribute) in series.attributes.iter().enumerate() {
            if !series.attributes[..at].iter().any(|earlier| earlier.key == attribute.key) {
                given.push((attribute.key.to_string(), text(&attribute.value)));
            }
        }
        self.named(given, findings)
    }

    pub(super) fn tell_dropped_of_scope(&self, metric: &Metric, findings: &mut BTreeSet<Finding>) {
        if self.options.scope_labels {
            findings.extend(metric.scope.attributes().filter(|attribute| self.is_dropped(attribute)).map(
                |attribute| {
                    let (scope, key) = (metric.scope.name().to_owned(), attribute.key.to_string());
                    Finding::ScopeAttributeDropped { scope, key }
                },
            ));
        }
    }

    fn resource_attributes(&self) -> Labels {
        self.set.collected.resource().iter().map(|(key, value)| (key.to_string(), text(value))).collect()
    }

    fn is_dropped(&self, attribute: &KeyValue) -> bool {
        let shown = self.written(&format!("otel_scope_{}", attribute.key));
        ["otel_scope_name", "otel_scope_version", "otel_scope_schema_url"]
            .iter()
            .any(|identity| self.written(identity) == shown)
    }

    fn translated(&self, key: &str) -> Option<String> {
        if self.options.strategy.escapes() {
            return label_name(key).map(Into::into);
        }
        (!key.is_empty()).then(|| key.to_owned())
    }

    fn written(&self, key: &str) -> Option<String> {
        Some(escape_label_name(&self.translated(key)?, self.escaping).into_owned())
    }

    /// The name of a key's label: translated, free of what is reserved, escaped, and free again.
    fn name(&self, key: &str, findings: &mut BTreeSet<Finding>) -> Option<String> {
        let (family, told) = (self.family.to_owned(), key.to_owned());
        let Some(mut name) = self.translated(key) else {
            findings.insert(Finding::LabelDropped { family, key: told });
            return None;
        };
        let is_le = name == "le" && self.kind == Kind::Histogram;
        let mut is_renamed = is_le || name.starts_with("__");
        if is_renamed {
            name = format!("exported_{}", if is_le { "le" } else { name.trim_matches('_') });
        }
        name = escape_label_name(&name, self.escaping).into_owned();
        if name.starts_with("__") {
            is_renamed = true;
            name = escape_label_name("exported_", self.escaping).into_owned() + name.trim_matches('_');
        }
        if is_renamed {
            findings.insert(Finding::LabelRenamed { family, key: told, label: name.clone() });
        }
        Some(name)
    }

    /// Labels of one name are one, the values joined in the order of their keys.
    fn named(&self, mut given: Labels, findings: &mut BTreeSet<Finding>) -> Labels {
        // Stable, so that of equal keys the constant one comes first, then the resource's and the scope's.
        given.sort_by(|a, b| a.0.cmp(&b.0));
        let mut labels: Labels = Vec::new();
        for (key, value) in &given {
            let Some(name) = self.name(key, findings).filter(|_| !value.is_empty()) else { continue };
            match labels.iter_mut().find(|label| label.0 == name) {
                Some(existing) => existing.1.extend([";", value]),
                None => labels.push((name, value.clone())),
            }
        }
        labels.sort();
        labels
    }
}

fn identity(metric: &Metric) -> [(&'static str, &str); 3] {
    let scope = &metric.scope;
    [
        ("otel_scope_name", scope.name()),
        ("otel_scope_version", scope.version().unwrap_or_default()),
        ("otel_scope_schema_url", scope.schema_url().unwrap_or_default()),
    ]
}

/// Attribute values as text.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.as_str().to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::F64(value) if value.is_nan() => "NaN".to_owned(),
        Value::F64(value) if value.is_infinite() => format!("{}Infinity", if *value < 0.0 { "-" } else { "" }),
        Value::F64(value) if *value == 0.0 || (1e-6..1e21).contains(&value.abs()) => value.to_string(),
        Value::F64(value) => format!("{value:e}"),
        Value::Array(opentelemetry::Array::String(texts)) => {
            serde_json::to_string(&texts.iter().map(opentelemetry::StringValue::as_str).collect::<Vec<_>>()).unwrap()
        }
        other => panic!("{other:?}"),
    }
}
