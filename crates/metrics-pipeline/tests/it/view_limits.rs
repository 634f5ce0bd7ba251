//! What the application's views make of defined metrics, recorded through the engine: every total stays exact, and what
//! a limit folds is counted.

use std::{collections::BTreeMap, sync::Arc};

use metrics_define::{Problem, Recording, Scope, domain, problems, scope};
use metrics_pipeline::{Collector, Pipeline, Stream, Value, guard, walk};
use opentelemetry::{InstrumentationScope, Key, KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{Instrument, SdkMeterProvider, data::ResourceMetrics},
};

/// Test metrics
#[domain(title = "Viewed Metrics", prefixes = ["v"], crate = metrics_define)]
mod v {
    use metrics_define::LabelValue;

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Half {
        First,
        Second,
    }

    /// Closed labels
    #[counter(name = "v.closed", unit = "{thing}")]
    pub(crate) struct Closed {
        pub half: Half,
        pub odd: bool,
        pub more: Half,
    }

    /// Text
    #[counter(name = "v.text", unit = "{thing}")]
    pub(crate) struct Text<'a> {
        #[label(max_values = 5000)]
        pub text: &'a str,
    }

    /// A level
    #[updown_counter(name = "v.level", unit = "{thing}", absolute)]
    pub(crate) struct Level<'a> {
        #[label(max_values = 100)]
        pub text: &'a str,
        pub half: Half,
    }

    /// Observed
    #[observable_counter(name = "v.observed", unit = "{thing}")]
    pub(crate) struct Observed<'a> {
        #[label(max_values = 100)]
        pub text: &'a str,
        pub odd: bool,
    }

    /// Zeros
    #[counter(name = "v.zero", unit = "{thing}", zero)]
    pub(crate) struct Zero {
        pub half: Half,
        pub odd: bool,
    }

    /// Time
    #[histogram(name = "v.time", unit = "s", buckets = [1.0])]
    pub(crate) struct Time<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }
}

struct Recorded {
    _scope: Scope,
    provider: SdkMeterProvider,
    collector: Collector,
}

/// Records inside a scope whose provider has this view.
fn record(view: impl Fn(&Instrument, Stream) -> Stream + Send + Sync + 'static, recording: impl FnOnce()) -> Recorded {
    let pipeline = Pipeline::builder(Resource::builder_empty().build()).with_view(view);
    let (provider, collector) = pipeline.build();
    let scope = scope(Arc::new(guard(provider.clone(), &collector)), Recording::Bound);
    let inside = scope.enter();
    recording();
    drop(inside);
    Recorded { _scope: scope, provider, collector }
}

impl Recorded {
    /// The series of a metric, as their attributes and values.
    fn series(&self, name: &str) -> BTreeMap<String, f64> {
        let mut collected = ResourceMetrics::default();
        self.collector.collect(&mut collected).unwrap();
        let mut series = BTreeMap::new();
        for metric in walk(&collected).filter(|metric| metric.name == name) {
            metric.for_each_point(|point| {
                let attributes: Vec<_> =
                    point.attributes.iter().map(|attribute| format!("{}={}", attribute.key, attribute.value)).collect();
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                let value = match point.value {
                    Value::Number(number) => number.as_f64(),
                    Value::Histogram(histogram) => histogram.count as f64,
                    Value::Exponential(_) => panic!("{point:?}"),
                };
                series.insert(attributes.join(","), value);
            });
        }
        series
    }

    /// How many series there are, what they add up to, what of it is in the overflow series, and what is counted as that.
    fn check(&self, name: &str, expected: (usize, f64, f64, f64)) {
        let (series, counted) = (self.series(name), self.series("metrics_catalog.overflow.total"));
        let found = (
            series.len(),
            series.values().sum(),
            series.get("otel.metric.overflow=true").copied().unwrap_or_default(),
            counted.get(&format!("instrument={name}")).copied().unwrap_or_default(),
        );
        assert_eq!(found, expected, "{series:#?}");
    }
}

fn limited(limit: usize) -> impl Fn(&Instrument, Stream) -> Stream + Send + Sync {
    move |instrument, stream| {
        if instrument.name().starts_with("v.") { stream.with_cardinality_limit(limit) } else { stream }
    }
}

fn keeping(keys: &'static [&'static str]) -> impl Fn(&Instrument, Stream) -> Stream + Send + Sync {
    move |instrument, stream| {
        if instrument.name().starts_with("v.") {
            stream.with_allowed_attribute_keys(keys.iter().copied().map(Key::from_static_str))
        } else {
            stream
        }
    }
}

const HALVES: [v::Half; 2] = [v::Half::First, v::Half::Second];

/// Eight series, twice each.
fn closed() {
    for _ in 0..2 {
        for half in HALVES {
            for odd in [false, true] {
                for more in HALVES {
                    v::Closed { half, odd, more }.inc();
                }
            }
        }
    }
}

fn texts(many: usize) {
    for n in 0..many {
        v::Text { text: &n.to_string() }.inc();
        v::Text { text: &n.to_string() }.inc();
    }
}

/// Fifty texts, each half once: 100 levels of 1 and 2.
fn levels() {
    for n in 0..50 {
        v::Level { text: &n.to_string(), half: v::Half::First }.set(9);
        v::Level { text: &n.to_string(), half: v::Half::First }.set(1);
        v::Level { text: &n.to_string(), half: v::Half::Second }.set(2);
    }
}

fn observed() {
    v::Observed::observe(|observer| {
        for n in 0..50_u64 {
            observer.observe(1, v::Observed { text: &n.to_string(), odd: n % 2 == 1 });
        }
    })
    .keep();
}

#[test]
fn a_lower_limit_folds_and_counts_what_is_beyond_it() {
    record(limited(5), closed).check("v.closed", (6, 16.0, 6.0, 6.0));
    record(limited(1000), closed).check("v.closed", (8, 16.0, 0.0, 0.0));
    record(limited(10), || texts(50)).check("v.text", (11, 100.0, 80.0, 80.0));
    record(limited(10), levels).check("v.level", (11, 150.0, 135.0, 135.0));
    // Counted in both of the collections that look at it.
    record(limited(10), observed).check("v.observed", (11, 50.0, 40.0, 40.0 * 2.0));
}

#[test]
fn the_limit_of_a_definition_is_one_for_the_sdk_as_well() {
    let recorded = record(|_, stream| stream, closed);
    // Past the engine, which would not let it come to this.
    let scope = InstrumentationScope::builder("metrics-pipeline/v").with_version(env!("CARGO_PKG_VERSION")).build();
    let meter = recorded.provider.meter_with_scope(scope);
    let raw = meter.u64_counter("v.closed").with_unit("{thing}").with_description("Closed labels").build();
    for n in 0..50 {
        raw.add(1, &[KeyValue::new("n", n)]);
    }
    recorded.check("v.closed", (9, 66.0, 50.0, 0.0));
}

#[test]
fn a_higher_limit_is_one_for_the_engine_as_well() {
    record(|_, stream| stream, || texts(3000)).check("v.text", (2001, 6000.0, 2000.0, 2000.0));
    record(limited(10_000), || texts(3000)).check("v.text", (3000, 6000.0, 0.0, 0.0));
}

#[test]
fn labels_that_a_view_drops_are_added_up_and_are_beyond_no_limit() {
    record(keeping(&[]), closed).check("v.closed", (1, 16.0, 0.0, 0.0));
    record(keeping(&["odd"]), closed).check("v.closed", (2, 16.0, 0.0, 0.0));
    record(keeping(&[]), || texts(6000)).check("v.text", (1, 12_000.0, 0.0, 0.0));
    record(keeping(&[]), levels).check("v.level", (1, 150.0, 0.0, 0.0));
    let by_half = record(keeping(&["half"]), levels);
    assert_eq!(by_half.series("v.level"), [("half=first".to_owned(), 50.0), ("half=second".to_owned(), 100.0)].into());
    record(keeping(&[]), observed).check("v.observed", (1, 50.0, 0.0, 0.0));
    let by_odd = record(keeping(&["odd"]), observed);
    assert_eq!(by_odd.series("v.observed"), [("odd=false".to_owned(), 25.0), ("odd=true".to_owned(), 25.0)].into());
    let many = || (0..20).for_each(|n| v::Time { text: &n.to_string() }.record(1.0));
    record(keeping(&[]), many).check("v.time", (1, 20.0, 0.0, 0.0));
}

#[test]
fn zeros_beyond_a_limit_are_neither_started_nor_counted() {
    let started = record(limited(2), || v::Zero { half: v::Half::First, odd: false }.add(3));
    started.check("v.zero", (2, 3.0, 0.0, 0.0));
    let beyond = record(limited(2), || v::Zero { half: v::Half::Second, odd: true }.add(3));
    beyond.check("v.zero", (3, 3.0, 3.0, 1.0));
    let is_zero = |it: &Problem| it.definition.is_some_and(|def| def.name == "v.zero");
    assert_eq!(problems().into_iter().find(is_zero).map(|it| it.measurements), Some(1));
}

#[test]
fn handles_and_zeros_are_in_the_series_that_are_left() {
    let bound = record(keeping(&["half"]), || {
        let [a, b] = ["a", "b"].map(|text| v::Level { text, half: v::Half::First }.bind());
        for level in 1..4 {
            a.set(level);
            b.set(10 * level);
        }
        for odd in [false, true] {
            let zero = v::Zero { half: v::Half::Second, odd }.bind();
            zero.add(2);
            zero.add(3);
        }
    });
    assert_eq!(bound.series("v.level"), [("half=first".to_owned(), 33.0)].into());
    assert_eq!(bound.series("v.zero"), [("half=first".to_owned(), 0.0), ("half=second".to_owned(), 10.0)].into());
}
