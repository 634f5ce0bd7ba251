//! Random metrics, each with a name of its own, recorded for both encoders at once.

use metric_names::Kind;
use metrics_pipeline::{Pipeline, exponential_buckets};
use opentelemetry::{
    Array, KeyValue, Value,
    metrics::{AsyncInstrument, Meter, MeterProvider as _},
};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus::{Encoder as _, Registry, TextEncoder};
use prometheus_bridge::{EncodeOptions, encode, upstream_compatible};

use crate::random::Random;

pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    pub(crate) kind: Kind,
    pub(crate) description: &'static str,
    pub(crate) is_exponential: bool,
    pub(crate) series: Vec<Recorded>,
}

/// A series, which its attribute `id` tells from all others.
#[derive(Clone)]
pub(crate) struct Recorded {
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) value: Number,
}

#[derive(Clone, Copy)]
pub(crate) enum Number {
    Integer(i64),
    Float(f64),
}

/// Metrics and resource, and the text of both encoders.
pub(crate) struct RandomSet {
    pub(crate) metrics: Vec<Metric>,
    pub(crate) resource: Vec<KeyValue>,
    pub(crate) theirs: String,
    pub(crate) ours: String,
}

impl RandomSet {
    pub(crate) fn new(random: &mut Random) -> Self {
        let registry = Registry::new();
        let resource: Vec<KeyValue> = attributes(random).into_iter().take(random.below(3)).collect();
        let (provider, collector) =
            Pipeline::builder(Resource::builder_empty().with_attributes(resource.clone()).build())
                .with_view(|instrument, stream| match instrument.name() {
                    name if name.contains("exponential") => stream.with_aggregation(exponential_buckets()),
                    _ => stream,
                })
                .with_reader(upstream_compatible(registry.clone()).unwrap())
                .build();
        let meter = provider.meter("scope");
        let metrics = (0..=random.below(4)).map(|number| Metric::record(number, &meter, random)).collect();

        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        TextEncoder::new().encode(&registry.gather(), &mut theirs).unwrap();
        let mut collected = ResourceMetrics::default();
        collector.collect(&mut collected).unwrap();
        encode(&collected, &EncodeOptions::default(), &mut ours);
        let [theirs, ours] = [theirs, ours].map(|text| String::from_utf8(text).unwrap());
        Self { metrics, resource, theirs, ours }
    }
}

impl Metric {
    /// Its name begins with its number, so that families are found again whatever they are called.
    fn record(number: usize, meter: &Meter, random: &mut Random) -> Self {
        const WORDS: [&str; 11] =
            ["requests", "total", "bytes", "seconds", "ratio", "a.total.b", "x..y", "per_second", "Q", "-", "count"];
        const UNITS: [&str; 20] = [
            "",
            "",
            "s",
            "ms",
            "By",
            "%",
            "1",
            "m/s",
            "By/s",
            "J",
            "Cel",
            "{request}",
            "kBy",
            "By{x}",
            "1/min",
            "{x}/s",
            "USD",
            "wk",
            "m/x",
            "/",
        ];
        const DESCRIPTIONS: [&str; 5] = ["", " ", "One", "a\nb \\ \"c\"", "é"];
        let kind = [Kind::Counter, Kind::UpDownCounter, Kind::Gauge, Kind::Histogram][random.below(4)];
        let is_exponential = kind == Kind::Histogram && random.chance(4);
        let infix = if is_exponential { "exponential" } else { "" };
        let separator = random.pick(&[".", "_", "-", "/", ".."]);
        let mut name = format!("m{number}{infix}");
        for _ in 0..random.below(3) {
            name.extend([separator, random.pick(&WORDS)]);
        }
        let is_integer = kind != Kind::Histogram && random.chance(2);
        let id = |at: usize| KeyValue::new("id", format!("{number}-{at}"));
        let series = (0..=random.below(3)).map(|at| Recorded {
            attributes: attributes(random).into_iter().chain([id(at)]).collect(),
            value: measured(kind, is_integer, random),
        });
        let series: Vec<Recorded> = series.collect();
        let (unit, description) = (random.pick(&UNITS), random.pick(&DESCRIPTIONS));
        let metric = Self { name, unit, kind, description, is_exponential, series };
        metric.record_series(meter, is_integer, random);
        metric
    }

    fn record_series(&self, meter: &Meter, is_integer: bool, random: &mut Random) {
        let series = self.series.clone();
        macro_rules! instrument {
            ($make:ident) => {
                meter.$make(self.name.clone()).with_unit(self.unit).with_description(self.description)
            };
        }
        match (self.kind, is_integer) {
            (Kind::Counter, true) => {
                let counter = instrument!(u64_counter).build();
                for series in &series {
                    counter.add(series.value.integer().unsigned_abs(), &series.attributes);
                }
            }
            // Only a callback can say that it is negative.
            (Kind::Counter, false) => {
                let observe = move |observer: &dyn AsyncInstrument<f64>| {
                    for series in &series {
                        observer.observe(series.value.float(), &series.attributes);
                    }
                };
                instrument!(f64_observable_counter).with_callback(observe).build();
            }
            (Kind::UpDownCounter, true) => {
                let counter = instrument!(i64_up_down_counter).build();
                for series in &series {
                    counter.add(series.value.integer(), &series.attributes);
                }
            }
            (Kind::UpDownCounter, false) => {
                let counter = instrument!(f64_up_down_counter).build();
                for series in &series {
                    counter.add(series.value.float(), &series.attributes);
                }
            }
            (Kind::Gauge, true) => {
                let gauge = instrument!(i64_gauge).build();
                for series in &series {
                    gauge.record(series.value.integer(), &series.attributes);
                }
            }
            (Kind::Gauge, false) => {
                let gauge = instrument!(f64_gauge).build();
                for series in &series {
                    gauge.record(series.value.float(), &series.attributes);
                }
            }
            (Kind::Histogram, _) => {
                let bounds = random.pick(&[&[0.5, 5.0][..], &[], &[-1.0, 0.0, 1e-7, 2.5e6], &[0.000_1, 10.0]]).to_vec();
                let histogram = instrument!(f64_histogram).with_boundaries(bounds).build();
                for series in &series {
                    histogram.record(series.value.float(), &series.attributes);
                }
            }
        }
    }
}

impl Number {
    pub(crate) fn is_negative(self) -> bool {
        match self {
            Self::Integer(value) => value < 0,
            Self::Float(value) => value < 0.0,
        }
    }

    fn integer(self) -> i64 {
        let Self::Integer(value) = self else { panic!("no integer") };
        value
    }

    fn float(self) -> f64 {
        let Self::Float(value) = self else { panic!("no float") };
        value
    }
}

fn measured(kind: Kind, is_integer: bool, random: &mut Random) -> Number {
    let can_be_negative = kind != Kind::Counter || (!is_integer && random.chance(4));
    let is_negative = can_be_negative && random.chance(3);
    if is_integer {
        // No float is 2^53 + 1.
        let value = random.pick(&[0, 1, 7, 123_456, 1_234_567, (1 << 53) + 1, i64::MAX]);
        return Number::Integer(if is_negative { -value } else { value });
    }
    let value = random.pick(&[0.0, 1.0, 7.0, 123_456.0, 1_234_567.0, 9e18, 0.5, 0.25, 1e-7, 0.000_5, 1e21, 1e300]);
    Number::Float(if is_negative { -value } else { value })
}

/// Attributes of different labels in both encoders, so that none are joined.
fn attributes(random: &mut Random) -> Vec<KeyValue> {
    const KEYS: [&str; 13] =
        ["a", "b.c", "http.method", "z", "1digit", "co:lon", "e..f", "__name__", "le", "ようこそ", "Up", "_g", "naïve"];
    let mut chosen = Vec::new();
    for key in KEYS {
        if random.chance(6) {
            chosen.push(KeyValue::new(key, value(random)));
        }
    }
    chosen
}

fn value(random: &mut Random) -> Value {
    match random.below(8) {
        0 => true.into(),
        1 => (-3_i64).into(),
        2 => random.pick(&[0.0, 0.5, -2.0, 1e300, 1e-9, f64::NAN, f64::INFINITY]).into(),
        3 => Value::Array(Array::String(vec!["a\"b".into(), "c\\".into()])),
        4 => Value::Array(Array::I64(vec![1, 2])),
        5 if random.chance(2) => random.text().into(),
        6 => "q\" b\\ n\n é }{ , = ".into(),
        _ => "plain".into(),
    }
}
