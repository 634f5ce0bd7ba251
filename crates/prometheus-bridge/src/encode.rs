//! From collected metrics to an exposition.

use metric_names::Kind;
use metrics_pipeline::{Metric, Number, Value};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use crate::{
    attribute_text::value_text,
    family::{Families, Family, Target},
    finding::{Finding, Findings},
    foreign::{self, Foreign},
    format::Format,
    labels::{FixedLabel, Naming, Owner},
    options::EncodeOptions,
    points::Points,
    protobuf,
    text::{self, has_sum},
};

/// Appends collected metrics to `out` in Prometheus' text format, version 0.0.4.
///
/// The text is the same for the same state, whatever order things were recorded in: families are sorted by name,
/// series by their labels. It is valid whatever the instruments and attributes are called; the findings say what had to
/// be left out or renamed for that, each once.
///
/// This is an [`Encoder`] for one time.
///
/// ```
/// use opentelemetry::{KeyValue, metrics::MeterProvider as _};
/// use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
/// use prometheus_bridge::{EncodeOptions, encode};
///
/// let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
/// let orders = provider.meter("shop").u64_counter("orders.placed").with_description("Orders placed").build();
/// orders.add(2, &[KeyValue::new("payment", "card")]);
///
/// let mut collected = ResourceMetrics::default();
/// collector.collect(&mut collected)?;
/// let mut body = Vec::new();
/// let findings = encode(&collected, &EncodeOptions::default(), &mut body);
///
/// assert!(findings.is_empty());
/// assert_eq!(
///     String::from_utf8(body)?.lines().collect::<Vec<_>>(),
///     [
///         "# HELP orders_placed_total Orders placed",
///         "# TYPE orders_placed_total counter",
///         r#"orders_placed_total{otel_scope_name="shop",payment="card"} 2"#,
///     ]
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode(collected: &ResourceMetrics, options: &EncodeOptions, out: &mut Vec<u8>) -> Vec<Finding> {
    let mut encoder = Encoder { options: options.clone(), points: Points::for_once() };
    encoder.encode(collected, Format::Text, out)
}

/// Encodes collected metrics again and again, in any format, with the memory of the time before.
///
/// ```
/// use opentelemetry::metrics::MeterProvider as _;
/// use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
/// use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format};
///
/// let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
/// provider.meter("shop").u64_counter("orders").build().add(2, &[]);
/// let mut collected = ResourceMetrics::default();
/// collector.collect(&mut collected)?;
///
/// let mut encoder = Encoder::new(EncodeOptions::default().with_scope_labels(false));
/// let mut body = Vec::new();
/// encoder.encode(&collected, Format::OpenMetrics(Escaping::Underscores), &mut body);
/// assert_eq!(body, b"# TYPE orders counter\norders_total 2\n# EOF\n");
/// # Ok::<(), metrics_pipeline::CollectError>(())
/// ```
#[derive(Debug)]
pub struct Encoder {
    pub(crate) options: EncodeOptions,
    pub(crate) points: Points,
}

impl Encoder {
    /// An encoder that follows these options.
    pub fn new(options: EncodeOptions) -> Self {
        Self { options, points: Points::default() }
    }

    /// Appends an exposition, and says what had to be left out or renamed, each once.
    pub fn encode(&mut self, collected: &ResourceMetrics, format: Format, out: &mut Vec<u8>) -> Vec<Finding> {
        self.encode_with(collected, &Foreign::default(), format, out)
    }

    pub(crate) fn encode_with(
        &mut self,
        collected: &ResourceMetrics,
        foreign: &Foreign,
        format: Format,
        out: &mut Vec<u8>,
    ) -> Vec<Finding> {
        self.write(collected, foreign, format, out, |_| {})
    }

    /// How long the exposition will be, found out by writing it family after family into memory that is used again.
    pub(crate) fn length(&mut self, collected: &ResourceMetrics, foreign: &Foreign, format: Format) -> usize {
        let (mut family, mut length) = (Vec::new(), 0);
        self.write(collected, foreign, format, &mut family, |written| {
            length += written.len();
            written.clear();
        });
        length + family.len()
    }

    fn write(
        &mut self,
        collected: &ResourceMetrics,
        foreign: &Foreign,
        format: Format,
        out: &mut Vec<u8>,
        mut after_family: impl FnMut(&mut Vec<u8>),
    ) -> Vec<Finding> {
        let mut findings = Findings::new();
        let mut families = Families::of(collected, &self.options, format, &mut findings);
        if let Some(target) = &families.target {
            self.gather_target_info(target, collected, format, &mut findings);
            match format {
                Format::Protobuf(_) => protobuf::write_target_info(target, &self.points, out),
                _ => text::write_target_info(target, &self.points, format, out),
            }
        }
        for family in &families.list {
            self.gather_family(family, collected, format, &mut findings);
            if !self.points.is_empty() {
                write_family(family, &self.points, &self.options, format, out);
                after_family(out);
            }
        }
        let Self { points, options, .. } = self;
        foreign::write(foreign, &mut families.taken, points, format, &mut findings, |family, points| {
            write_family(family, points, options, format, out);
            after_family(out);
        });
        self.points.finish();
        if format.is_open_metrics() {
            out.extend_from_slice(b"# EOF\n");
        }
        findings.into_iter().collect()
    }

    /// Gathers the resource's one series in `points`.
    pub(crate) fn gather_target_info(
        &mut self,
        target: &Target,
        collected: &ResourceMetrics,
        format: Format,
        findings: &mut Findings,
    ) {
        let owner = self.owner(&target.name, Kind::Gauge, format);
        self.points.begin(owner);
        let attributes =
            collected.resource().iter().map(|(key, value)| FixedLabel::new(key.as_str(), value_text(value)));
        self.points.add_series(attributes, &Value::Number(Number::U64(1)), owner, findings);
        self.points.sort(|_| {});
    }

    /// Gathers the series of one family in `points`.
    pub(crate) fn gather_family(
        &mut self,
        family: &Family<'_>,
        collected: &ResourceMetrics,
        format: Format,
        findings: &mut Findings,
    ) {
        let owner = self.owner(&family.name, family.kind, format);
        self.points.begin(owner);
        for (index, metric) in family.metrics.iter().enumerate() {
            let fixed = fixed_labels(metric, collected, &self.options, owner.naming);
            self.points.add_metric(index, metric, fixed, owner, findings);
            if self.options.scope_labels {
                let dropped = metric.scope.attributes().filter(|attribute| names_scope(attribute, owner.naming));
                findings.extend(dropped.map(|attribute| Finding::ScopeAttributeDropped {
                    scope: metric.scope.name().to_owned(),
                    key: attribute.key.to_string(),
                }));
            }
        }
        self.points.sort(|index| {
            let (scope, metric) = origin(&family.metrics[index]);
            findings.insert(Finding::DuplicateSeries { family: family.name.clone(), scope, metric });
        });
        if family.kind == Kind::Histogram && format.is_open_metrics() {
            let without_sum = self.points.series().filter(|series| !has_sum(series, &self.points, format));
            findings.extend(without_sum.map(|series| {
                let (scope, metric) = origin(&family.metrics[series.metric]);
                Finding::NoSumOrCount { scope, metric }
            }));
        }
    }

    fn owner<'f>(&self, family: &'f str, kind: Kind, format: Format) -> Owner<'f> {
        let naming = Naming { strategy: self.options.strategy, escaping: format.escaping() };
        Owner { family, kind, naming, format }
    }
}

fn write_family(family: &Family<'_>, points: &Points, options: &EncodeOptions, format: Format, out: &mut Vec<u8>) {
    match format {
        Format::Protobuf(_) => protobuf::write_family(family, points, options, out),
        _ => text::write_family(family, points, options, format, out),
    }
}

/// The labels of every series of a metric: constant, of the resource, and of the scope.
fn fixed_labels<'a>(
    metric: &Metric<'a>,
    collected: &'a ResourceMetrics,
    options: &'a EncodeOptions,
    naming: Naming,
) -> impl Iterator<Item = FixedLabel<'a>> {
    let scope = options.scope_labels.then_some(metric.scope);
    let constant = options.constant_labels.iter().map(|(key, value)| FixedLabel::new(key.as_str(), value.as_str()));
    let chosen = collected.resource().iter().filter(|(key, _)| options.resource_labels.chooses(key.as_str()));
    let resource = chosen.map(|(key, value)| FixedLabel::new(key.as_str(), value_text(value)));
    let identity = scope.into_iter().flat_map(|scope| {
        [
            FixedLabel::new(SCOPE_NAME, scope.name()),
            FixedLabel::new(SCOPE_VERSION, scope.version().unwrap_or_default()),
            FixedLabel::new(SCOPE_SCHEMA_URL, scope.schema_url().unwrap_or_default()),
        ]
    });
    let attributes = scope.into_iter().flat_map(InstrumentationScope::attributes);
    let attributes = attributes
        .filter(move |attribute| !names_scope(attribute, naming))
        .map(|attribute| FixedLabel::new(scope_key(attribute), value_text(&attribute.value)));
    constant.chain(resource).chain(identity).chain(attributes)
}

/// Whether an attribute of a scope collides with the labels that name the scope. The specification drops such ones.
fn names_scope(attribute: &KeyValue, naming: Naming) -> bool {
    let key = scope_key(attribute);
    [SCOPE_NAME, SCOPE_VERSION, SCOPE_SCHEMA_URL].iter().any(|label| naming.makes_equal(&key, label))
}

fn scope_key(attribute: &KeyValue) -> String {
    format!("otel_scope_{}", attribute.key)
}

fn origin(metric: &Metric<'_>) -> (String, String) {
    (metric.scope.name().to_owned(), metric.name.to_owned())
}

const SCOPE_NAME: &str = "otel_scope_name";
const SCOPE_VERSION: &str = "otel_scope_version";
const SCOPE_SCHEMA_URL: &str = "otel_scope_schema_url";
