//! A random metric set, and what was recorded in it.

mod instrument;

use metric_names::Kind;
use metrics_pipeline::{Pipeline, exponential_buckets};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value, metrics::MeterProvider as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{InstrumentKind, data::ResourceMetrics},
};

use self::instrument::Instrument;
use crate::random::Random;

/// What was recorded. Nearly every series has a number of its own as the label `id`.
pub(crate) struct MetricSet {
    pub(crate) collected: ResourceMetrics,
    pub(crate) metrics: Vec<Metric>,
}

pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) scope: InstrumentationScope,
    pub(crate) unit: &'static str,
    pub(crate) kind: Kind,
    pub(crate) description: String,
    pub(crate) series: Vec<Series>,
}

#[derive(Clone)]
pub(crate) struct Series {
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) value: Measured,
}

#[derive(Clone)]
pub(crate) enum Measured {
    Integer(i128),
    Float(f64),
    Histogram { bounds: Vec<f64>, values: Vec<f64> },
    Exponential { values: Vec<f64> },
}

const NAMES: [&str; 30] = [
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
    "target.total",
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
    "x.bytes",
    RENAMED,
];
/// The instrument that a view renames.
const RENAMED: &str = "Z9";

const UNITS: [&str; 15] =
    ["", "", "1", "s", "ms", "By", "By{x}", "By/s", "{request}", "{}", "%", "total", "a b", "/", "{open"];

impl MetricSet {
    pub(crate) fn random(random: &mut Random) -> Self {
        let resource: Vec<_> = (0..random.below(3)).map(|_| KeyValue::new(random.text(), random.text())).collect();
        // A view may call an instrument anything at all.
        let renamed = random.text();
        let name_of_view = renamed.clone();
        let (provider, collector) = Pipeline::builder(Resource::builder_empty().with_attributes(resource).build())
            .with_view(move |instrument, stream| {
                let stream = stream.with_cardinality_limit(16);
                let stream = match instrument.name() {
                    RENAMED => stream.with_name(name_of_view.clone()),
                    _ => stream,
                };
                if instrument.kind() == InstrumentKind::Histogram && is_exponential(instrument.name()) {
                    stream.with_aggregation(exponential_buckets())
                } else {
                    stream
                }
            })
            .build();
        let scopes: Vec<_> = (0..=random.below(3)).map(|_| scope(random)).collect();
        let mut metrics: Vec<Metric> = Vec::new();
        let mut id = 0;
        for _ in 0..=random.below(4) {
            let scope = scopes[random.below(scopes.len())].clone();
            let instrument_name = random.pick(&NAMES);
            let name = if instrument_name == RENAMED { &renamed } else { instrument_name }.to_owned();
            let unit = random.pick(&UNITS);
            let kind = [Kind::Counter, Kind::UpDownCounter, Kind::Gauge, Kind::Histogram][random.below(4)];
            let mut metric = Metric { name, scope, unit, kind, description: random.text(), series: Vec::new() };
            // The SDK takes equal ones for one.
            if metrics.iter().any(|other| other.is_like(&metric)) {
                continue;
            }
            let attributes = attributes(random, &mut id);
            let meter = provider.meter_with_scope(metric.scope.clone());
            metric.series = Instrument::new(instrument_name, &metric, random).record(&meter, attributes, random);
            metrics.push(metric);
        }
        let mut collected = ResourceMetrics::default();
        collector.collect(&mut collected).unwrap();
        Self { collected, metrics }
    }
}

impl Metric {
    fn is_like(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(&other.name)
            && (&self.scope, self.unit, self.kind, &self.description)
                == (&other.scope, other.unit, other.kind, &other.description)
    }
}

fn is_exponential(instrument: &str) -> bool {
    instrument.len() == 1
}

/// The attributes of each series of a metric. One may be without an `id`, and so be equal to one of another metric.
fn attributes(random: &mut Random, id: &mut usize) -> Vec<Vec<KeyValue>> {
    let mut all: Vec<Vec<KeyValue>> = Vec::new();
    for _ in 0..=random.below(2) {
        let mut attributes: Vec<_> =
            (0..random.below(4)).map(|_| KeyValue::new(random.text(), value(random))).collect();
        attributes.push(KeyValue::new("id", id.to_string()));
        *id += 1;
        all.push(attributes);
    }
    if random.chance(4) {
        all.push(if random.chance(2) { Vec::new() } else { vec![KeyValue::new(random.text(), random.text())] });
    }
    all
}

fn scope(random: &mut Random) -> InstrumentationScope {
    let builder = InstrumentationScope::builder(random.text());
    let builder = if random.chance(2) { builder.with_version(random.text()) } else { builder };
    let builder = if random.chance(4) { builder.with_schema_url(random.text()) } else { builder };
    let key = if random.chance(6) {
        random.pick(&["name", "version.", "schema.url", ".name"]).to_owned()
    } else {
        random.text()
    };
    builder.with_attributes((0..random.below(2)).map(|_| KeyValue::new(key.clone(), random.text()))).build()
}

fn value(random: &mut Random) -> Value {
    match random.below(8) {
        0 => random.chance(2).into(),
        1 => random.next().cast_signed().into(),
        // Not NaN, which is another series to the SDK each time it is recorded.
        2 => Some(f64::from_bits(random.next())).filter(|it| !it.is_nan()).unwrap_or(f64::INFINITY).into(),
        3 => Value::Array(Array::String(vec![random.text().into(), random.text().into()])),
        _ => random.text().into(),
    }
}
