//! The document's form; the order of fields is the order in the text.

use metrics_define::{Catalog, Domain, LabelDef, LabelValues, LintException, MetricDef, Naming};
use serde::Serialize;

use crate::words;

/// Grows when a reader of the document must change.
const FORMAT: u32 = 1;

#[derive(Serialize)]
pub(crate) struct Document {
    format: u32,
    domains: Vec<DomainDocument>,
}

impl Document {
    pub(crate) fn of(catalog: &Catalog) -> Self {
        Self { format: FORMAT, domains: catalog.domains.iter().map(DomainDocument::of).collect() }
    }
}

#[derive(Serialize)]
struct DomainDocument {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    scope: &'static str,
    naming: &'static str,
    prefixes: &'static [&'static str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lint_exceptions: Vec<ExceptionDocument>,
    metrics: Vec<MetricDocument>,
}

impl DomainDocument {
    fn of(domain: &Domain) -> Self {
        let def = domain.def;
        Self {
            name: def.name,
            title: def.title,
            description: def.description,
            scope: def.scope,
            naming: match def.naming {
                Naming::Plain => "plain",
                Naming::Units => "units",
            },
            prefixes: def.prefixes,
            lint_exceptions: def.lint_exceptions.iter().map(ExceptionDocument::of).collect(),
            metrics: domain.metrics.iter().map(|metric| MetricDocument::of(metric)).collect(),
        }
    }
}

#[derive(Serialize)]
struct MetricDocument {
    name: &'static str,
    prometheus_name: String,
    kind: &'static str,
    value: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    unit: &'static str,
    description: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    observable: bool,
    #[serde(skip_serializing_if = "is_false")]
    absolute: bool,
    labels: Vec<LabelDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buckets: Option<Buckets>,
    series_limit: usize,
    stability: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<DeprecationDocument>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lint_exceptions: Vec<ExceptionDocument>,
}

impl MetricDocument {
    fn of(def: &MetricDef) -> Self {
        Self {
            name: def.name,
            prometheus_name: words::exposed_name(def),
            kind: words::kind(def),
            value: words::value_type(def.value),
            unit: def.unit,
            description: def.description,
            observable: def.observable,
            absolute: def.absolute,
            labels: def.labels.iter().map(LabelDocument::of).collect(),
            buckets: Buckets::of(def),
            series_limit: def.series_limit(),
            stability: words::stability(def.stability),
            deprecated: DeprecationDocument::of(def),
            lint_exceptions: def.lint_exceptions.iter().map(ExceptionDocument::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct LabelDocument {
    key: &'static str,
    description: &'static str,
    #[serde(flatten)]
    values: ValuesDocument,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'static str>,
}

impl LabelDocument {
    fn of(label: &LabelDef) -> Self {
        Self {
            key: label.key,
            description: label.description,
            values: match label.values {
                LabelValues::Closed(values) => ValuesDocument::Values(values),
                LabelValues::Open { max_values } => ValuesDocument::MaxValues(max_values),
            },
            example: label.example,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ValuesDocument {
    Values(&'static [&'static str]),
    MaxValues(usize),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Buckets {
    Boundaries(&'static [f64]),
    Exponential {},
}

impl Buckets {
    fn of(def: &MetricDef) -> Option<Self> {
        if def.exponential {
            Some(Self::Exponential {})
        } else {
            (!def.boundaries.is_empty()).then_some(Self::Boundaries(def.boundaries))
        }
    }
}

#[derive(Serialize)]
struct DeprecationDocument {
    #[serde(skip_serializing_if = "str::is_empty")]
    since: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    renamed_to: Option<&'static str>,
}

impl DeprecationDocument {
    fn of(def: &MetricDef) -> Option<Self> {
        def.deprecated.map(|it| Self { since: it.since, note: it.note, renamed_to: it.renamed_to })
    }
}

#[derive(Serialize)]
struct ExceptionDocument {
    rule: &'static str,
    reason: &'static str,
}

impl ExceptionDocument {
    fn of(exception: &LintException) -> Self {
        Self { rule: exception.rule, reason: exception.reason }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the serialiser hands out references")]
fn is_false(value: &bool) -> bool {
    !value
}
