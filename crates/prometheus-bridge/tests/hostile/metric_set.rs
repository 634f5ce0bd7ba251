//! A random metric set, and what must be read back of it.

use metric_names::{Kind, Naming, exposed_name, label_name};
use metrics_pipeline::exponential_buckets;
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value, metrics::MeterProvider as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{InstrumentKind, SdkMeterProvider, data::ResourceMetrics},
};
use prometheus_bridge::{Finding, Format};

use crate::{parser::Sample, random::Random};

/// What was recorded, each series with a number of its own as the label `id`.
pub(crate) struct MetricSet {
    pub(crate) collected: ResourceMetrics,
    series: Vec<Recorded>,
}

struct Recorded {
    metric: String,
    scope: InstrumentationScope,
    unit: String,
    kind: Kind,
    attributes: Vec<KeyValue>,
    value: Measured,
}

enum Measured {
    Number(f64),
    Histogram {
        bounds: Vec<f64>,
        values: Vec<f64>,
    },
    /// Only that there is a histogram of so many values.
    Exponential {
        count: usize,
        sum: f64,
    },
}

const NAMES: [&str; 28] = [
    "a",
    "a.b",
    "a_b",
    "a/b",
    "a.total",
    "a.b.total",
    "total",
    "x",
    "x.sum",
    "x.count",
    "x.bucket",
    "x.created",
    "x.total",
    "x.created.total",
    "target",
    "target.info",
    RENAMED,
    RENAMED,
    "T",
    "a..b",
    "a__b-",
    "info",
    "http.server.request.duration",
    "le",
    "seconds",
    "bytes.read.total",
    "x_seconds",
    RENAMED,
];
/// The instrument that a view renames.
const RENAMED: &str = "Z9";

const UNITS: [&str; 14] = ["", "", "1", "s", "ms", "By", "By/s", "{request}", "{}", "%", "total", "a b", "/", "{open"];

impl MetricSet {
    pub(crate) fn random(random: &mut Random) -> Self {
        let resource: Vec<_> = (0..random.below(3)).map(|_| KeyValue::new(random.text(), random.text())).collect();
        // A view may call an instrument anything at all.
        let renamed = random.text();
        let name_of_view = renamed.clone();
        let (provider, collector) =
            metrics_pipeline::Pipeline::builder(Resource::builder_empty().with_attributes(resource).build())
                .with_view(move |instrument, stream| {
                    let stream = stream.with_cardinality_limit(16);
                    let stream = match instrument.name() {
                        RENAMED => stream.with_name(name_of_view.clone()),
                        _ => stream,
                    };
                    if instrument.kind() == InstrumentKind::Histogram && instrument.name().len() == 1 {
                        stream.with_aggregation(exponential_buckets())
                    } else {
                        stream
                    }
                })
                .build();
        let scopes: Vec<_> = (0..=random.below(3)).map(|_| scope(random)).collect();
        let mut series = Vec::new();
        for _ in 0..=random.below(4) {
            let scope = scopes[random.below(scopes.len())].clone();
            let name = random.pick(&NAMES);
            let unit = random.pick(&UNITS);
            let kind = [Kind::Counter, Kind::UpDownCounter, Kind::Gauge, Kind::Histogram][random.below(4)];
            let instrument = Instrument::new(&provider, &scope, name, unit, kind, random);
            for _ in 0..=random.below(2) {
                let mut attributes: Vec<_> =
                    (0..random.below(4)).map(|_| KeyValue::new(random.text(), value(random))).collect();
                attributes.push(KeyValue::new("id", series.len().to_string()));
                let value = instrument.record(random, &attributes);
                let metric = if name == RENAMED { renamed.clone() } else { name.to_owned() };
                let unit = unit.to_owned();
                series.push(Recorded { metric, scope: scope.clone(), unit, kind, attributes, value });
            }
        }
        let mut collected = ResourceMetrics::default();
        collector.collect(&mut collected).unwrap();
        Self { collected, series }
    }

    /// What is not as it was recorded and not said in a finding.
    pub(crate) fn differences(
        &self,
        read: &[Sample],
        findings: &[Finding],
        format: Format,
        has_scope: bool,
    ) -> Vec<String> {
        let mut differences = Vec::new();
        for (id, recorded) in self.series.iter().enumerate() {
            let id = id.to_string();
            let own: Vec<&Sample> = read
                .iter()
                .filter(|sample| sample.labels.iter().any(|label| label.0 == "id" && label.1 == id))
                .collect();
            if own.is_empty() {
                if !findings.iter().any(|finding| recorded.is_named_by(finding)) {
                    differences.push(format!("series {id} of {:?} is lost without a finding", recorded.metric));
                }
                continue;
            }
            differences.extend(recorded.differences(&own, format, has_scope));
        }
        differences
    }
}

impl MetricSet {
    /// As [`MetricSet::differences`] where nothing is translated: names and keys are those that were recorded.
    pub(crate) fn untranslated_differences(&self, read: &[Sample], findings: &[Finding]) -> Vec<String> {
        let mut differences = Vec::new();
        for (id, recorded) in self.series.iter().enumerate() {
            let id = id.to_string();
            let mut own = read
                .iter()
                .filter(|sample| sample.labels.iter().any(|label| label.0 == "id" && label.1 == id))
                .peekable();
            if own.peek().is_none() && !findings.iter().any(|finding| recorded.is_named_by(finding)) {
                differences.push(format!("series {id} of {:?} is lost without a finding", recorded.metric));
            }
            for sample in own {
                if !sample.name.starts_with(&recorded.metric) {
                    differences.push(format!("{} instead of {}", sample.name, recorded.metric));
                }
                for (at, attribute) in recorded.attributes.iter().enumerate() {
                    let (key, value) = (attribute.key.as_str(), text(&attribute.value));
                    let is_first = !recorded.attributes[..at].iter().any(|earlier| earlier.key == attribute.key);
                    let is_plain = !key.is_empty() && !key.starts_with("__") && !key.starts_with("otel_scope_");
                    let reserved = key == "le" || key == "exported_le";
                    if is_first && is_plain && !reserved && !value.is_empty() {
                        let found = sample.labels.iter().find(|label| label.0 == key).map(|label| &label.1);
                        if found != Some(&value) {
                            differences.push(format!("label {key:?} of {} is {found:?}, not {value:?}", sample.name));
                        }
                    }
                }
            }
        }
        differences
    }
}

fn scope(random: &mut Random) -> InstrumentationScope {
    let builder = InstrumentationScope::builder(random.text());
    let builder = if random.chance(2) { builder.with_version(random.text()) } else { builder };
    let builder = if random.chance(4) { builder.with_schema_url(random.text()) } else { builder };
    builder.with_attributes((0..random.below(2)).map(|_| KeyValue::new(random.text(), random.text()))).build()
}

fn value(random: &mut Random) -> Value {
    match random.below(8) {
        0 => random.chance(2).into(),
        1 => random.next().cast_signed().into(),
        2 => f64::from_bits(random.next()).into(),
        3 => Value::Array(Array::String(vec![random.text().into(), random.text().into()])),
        _ => random.text().into(),
    }
}

enum Instrument {
    Counter(opentelemetry::metrics::Counter<u64>),
    FloatCounter(opentelemetry::metrics::Counter<f64>),
    UpDownCounter(opentelemetry::metrics::UpDownCounter<i64>),
    Gauge(opentelemetry::metrics::Gauge<f64>),
    Histogram(opentelemetry::metrics::Histogram<f64>, Option<Vec<f64>>),
}

impl Instrument {
    fn new(
        provider: &SdkMeterProvider,
        scope: &InstrumentationScope,
        name: &'static str,
        unit: &'static str,
        kind: Kind,
        random: &mut Random,
    ) -> Self {
        let meter = provider.meter_with_scope(scope.clone());
        let description = random.text();
        match kind {
            Kind::Counter if random.chance(3) => {
                Self::FloatCounter(meter.f64_counter(name).with_unit(unit).with_description(description).build())
            }
            Kind::Counter => {
                Self::Counter(meter.u64_counter(name).with_unit(unit).with_description(description).build())
            }
            Kind::UpDownCounter => Self::UpDownCounter(
                meter.i64_up_down_counter(name).with_unit(unit).with_description(description).build(),
            ),
            Kind::Gauge => Self::Gauge(meter.f64_gauge(name).with_unit(unit).with_description(description).build()),
            Kind::Histogram => {
                let mut bounds: Vec<f64> = (0..random.below(4)).map(|_| number(random)).collect();
                bounds.sort_by(f64::total_cmp);
                bounds.dedup();
                let builder = meter.f64_histogram(name).with_unit(unit).with_description(description);
                let known = (name.len() > 1).then(|| bounds.clone());
                Self::Histogram(builder.with_boundaries(bounds).build(), known)
            }
        }
    }

    fn record(&self, random: &mut Random, attributes: &[KeyValue]) -> Measured {
        match self {
            Self::Counter(counter) => {
                let value = if random.chance(4) { u64::MAX } else { random.next() % 100 };
                counter.add(value, attributes);
                #[expect(clippy::cast_precision_loss, reason = "the parser reads a float")]
                Measured::Number(value as f64)
            }
            Self::FloatCounter(counter) => {
                let value = number(random).abs();
                counter.add(value, attributes);
                Measured::Number(value)
            }
            Self::UpDownCounter(counter) => {
                let value = if random.chance(4) { i64::MIN } else { random.next().cast_signed() % 1000 };
                counter.add(value, attributes);
                #[expect(clippy::cast_precision_loss, reason = "the parser reads a float")]
                Measured::Number(value as f64)
            }
            Self::Gauge(gauge) => {
                let value = number(random);
                gauge.record(value, attributes);
                Measured::Number(value)
            }
            Self::Histogram(histogram, bounds) => {
                let values: Vec<f64> = (0..=random.below(5)).map(|_| number(random)).collect();
                for value in &values {
                    histogram.record(*value, attributes);
                }
                match bounds {
                    Some(bounds) => Measured::Histogram { bounds: bounds.clone(), values },
                    None => Measured::Exponential { count: values.len(), sum: values.iter().sum() },
                }
            }
        }
    }
}

/// Any finite number, near and far.
fn number(random: &mut Random) -> f64 {
    let value = match random.below(4) {
        0 => f64::from_bits(random.next()),
        1 => 0.0,
        2 => f64::from(u32::try_from(random.next() % 2000).unwrap()) - 1000.0,
        _ => f64::from(u32::try_from(random.next() % 2000).unwrap()) / 8.0,
    };
    // Sums of these stay finite.
    if value.is_finite() && value.abs() < 1e300 && (value == 0.0 || value.abs() > 1e-300) { value } else { 1.5 }
}

impl Recorded {
    fn is_named_by(&self, finding: &Finding) -> bool {
        let (Finding::UnusableName { scope, metric, .. }
        | Finding::ReservedName { scope, metric }
        | Finding::TypeConflict { scope, metric, .. }
        | Finding::SampleClash { scope, metric, .. }
        | Finding::ImpossibleCounter { scope, metric }
        | Finding::DuplicateSeries { scope, metric, .. }) = finding
        else {
            return false;
        };
        scope == self.scope.name() && *metric == self.metric
    }

    fn differences(&self, own: &[&Sample], format: Format, has_scope: bool) -> Vec<String> {
        let mut differences = Vec::new();
        let family = exposed_name(&self.metric, &self.unit, self.kind, Naming::Units).unwrap().to_string();
        let labels = self.labels(has_scope);
        for sample in own {
            let without_le: Vec<_> =
                sample.labels.iter().filter(|label| label.0 != "le" || self.kind != Kind::Histogram).cloned().collect();
            if without_le != labels {
                differences.push(format!("labels of {}: {without_le:?} instead of {labels:?}", sample.name));
            }
        }
        let of = |suffix: &str| {
            let name = format!("{family}{suffix}");
            own.iter().filter(move |sample| sample.name == name)
        };
        match &self.value {
            Measured::Number(expected) => {
                // This parser adds what it misses in the name.
                let adds_total = format == Format::Text && self.kind == Kind::Counter && !family.ends_with("_total");
                let values: Vec<f64> = of(if adds_total { "_total" } else { "" }).map(|sample| sample.value).collect();
                if values != [*expected] {
                    differences.push(format!("{family} is {values:?} instead of {expected}"));
                }
            }
            Measured::Histogram { bounds, values } => {
                for bound in bounds.iter().copied().chain([f64::INFINITY]) {
                    let expected = values.iter().filter(|value| **value <= bound).count();
                    let mut buckets = of("_bucket").filter(|sample| le(sample).to_bits() == bound.to_bits());
                    if buckets.next().map(|sample| sample.value) != Some(to_float(expected)) || buckets.next().is_some()
                    {
                        differences.push(format!("{family} has no {expected} up to {bound}"));
                    }
                }
                let negative = bounds.first().is_some_and(|bound| *bound < 0.0);
                differences.extend(self.sum_and_count(
                    &family,
                    own,
                    values.len(),
                    values.iter().sum(),
                    negative,
                    format,
                ));
            }
            Measured::Exponential { count, sum } => {
                let negative = of("_bucket").any(|sample| le(sample) < 0.0);
                let all = of("_bucket").filter(|sample| le(sample).is_infinite()).map(|sample| sample.value);
                if all.collect::<Vec<_>>() != [to_float(*count)] {
                    differences.push(format!("{family} has no {count} in all"));
                }
                differences.extend(self.sum_and_count(&family, own, *count, *sum, negative, format));
            }
        }
        differences
    }

    /// OpenMetrics has neither where values may be negative.
    fn sum_and_count(
        &self,
        family: &str,
        own: &[&Sample],
        count: usize,
        sum: f64,
        negative: bool,
        format: Format,
    ) -> Vec<String> {
        let is_open_metrics = matches!(format, Format::OpenMetrics(_));
        let absent = is_open_metrics && (negative || sum < 0.0);
        let value = |suffix: &str| {
            let name = format!("{family}{suffix}");
            own.iter().find(|sample| sample.name == name).map(|sample| sample.value)
        };
        let found = (value("_sum"), value("_count"));
        let expected = if absent { (None, None) } else { (Some(sum), Some(to_float(count))) };
        let _ = self;
        if found == expected { Vec::new() } else { vec![format!("{family}: {found:?} instead of {expected:?}")] }
    }

    /// The labels by the rules, worked out once more in the plainest way.
    fn labels(&self, has_scope: bool) -> Vec<(String, String)> {
        let mut given: Vec<(String, String)> = Vec::new();
        if has_scope {
            given.push(("otel_scope_name".to_owned(), self.scope.name().to_owned()));
            given.push(("otel_scope_version".to_owned(), self.scope.version().unwrap_or_default().to_owned()));
            given.push(("otel_scope_schema_url".to_owned(), self.scope.schema_url().unwrap_or_default().to_owned()));
            for attribute in self.scope.attributes() {
                let key = format!("otel_scope_{}", attribute.key);
                if !given[..3].iter().any(|fixed| Some(&*fixed.0) == label_name(&key).as_deref()) {
                    given.push((key, text(&attribute.value)));
                }
            }
        }
        // Of equal keys the first one counts.
        for (at, attribute) in self.attributes.iter().enumerate() {
            if !self.attributes[..at].iter().any(|earlier| earlier.key == attribute.key) {
                given.push((attribute.key.to_string(), text(&attribute.value)));
            }
        }
        // Stable, so that of a scope's and an attribute's equal keys the scope's comes first.
        given.sort_by(|a, b| a.0.cmp(&b.0));
        let mut labels: Vec<(String, String)> = Vec::new();
        for (key, value) in given.iter().filter(|given| !given.1.is_empty()) {
            let Some(name) = label_name(key) else { continue };
            let name = match name.strip_prefix("__") {
                Some(inner) => format!("exported_{}", inner.trim_matches('_')),
                None if name == "le" && self.kind == Kind::Histogram => "exported_le".to_owned(),
                None => name.into_owned(),
            };
            match labels.iter_mut().find(|label| label.0 == name) {
                Some(existing) => existing.1.extend([";", value]),
                None => labels.push((name, value.clone())),
            }
        }
        labels.sort();
        labels
    }
}

/// Attribute values that are not text are tested where they are made into text.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.as_str().to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::F64(value) if value.is_nan() => "NaN".to_owned(),
        Value::F64(value) if value.is_infinite() => format!("{}Infinity", if *value < 0.0 { "-" } else { "" }),
        Value::F64(value) if *value == 0.0 || (1e-6..1e21).contains(&value.abs()) => value.to_string(),
        Value::F64(value) => format!("{value:e}"),
        Value::Array(Array::String(texts)) => {
            serde_json::to_string(&texts.iter().map(opentelemetry::StringValue::as_str).collect::<Vec<_>>()).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

fn le(sample: &Sample) -> f64 {
    sample.labels.iter().find(|label| label.0 == "le").unwrap().1.parse().unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "counts of a test are small")]
fn to_float(count: usize) -> f64 {
    count as f64
}
