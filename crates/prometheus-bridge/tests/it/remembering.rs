//! An encoder that remembers writes what one that does not would write, whatever came before.

use std::sync::{Arc, Mutex};

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format};

use crate::recording::Recording;

const FORMATS: [Format; 6] = [
    Format::Text,
    Format::Text,
    Format::OpenMetrics(Escaping::AllowUtf8),
    Format::Protobuf(Escaping::Underscores),
    Format::Protobuf(Escaping::Underscores),
    Format::Text,
];

/// A linear congruential generator: the choices are arbitrary, but the same in every run.
struct Choices(u64);

impl Choices {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// Keys that become one label or none, and values that look like the text of other values.
    fn attributes(&mut self, variety: usize) -> Vec<KeyValue> {
        const KEYS: [&str; 6] = ["a", "b", "a.", "c", "__name__", "é"];
        const VALUES: [&str; 9] = ["x\",b=\"y", "x", "y", "", "x\\", "\\n", "\n", "x;y", "x\",c=\"\\\\"];
        let keys = 1 + self.below(variety.min(KEYS.len()));
        let attributes = KEYS.iter().take(keys).map(|key| {
            let value = match self.below(6 * variety) {
                0 => Value::Bool(true),
                1 => Value::I64(1),
                _ => Value::from(VALUES[self.below(VALUES.len().min(variety + 1))]),
            };
            KeyValue::new(*key, value)
        });
        attributes.collect()
    }
}

/// Series come and go, and now and then the order of all that stay is another.
fn check(seed: u64, options: &EncodeOptions) {
    let choices = &mut Choices(seed);
    // Of few labels, many are alike.
    let variety = 2 + choices.below(7);
    let recording = Recording::new();
    let observed = Arc::new(Mutex::new(Vec::new()));
    let mut gauges = Vec::new();
    for scope in ["first", "second", "third"] {
        gauges.push(recording.meter(scope).i64_gauge("shared").build());
        let observed = Arc::clone(&observed);
        let observe = move |observer: &dyn opentelemetry::metrics::AsyncInstrument<i64>| {
            let observed: &Vec<(&str, Vec<KeyValue>)> = &observed.lock().unwrap();
            for (_, attributes) in observed.iter().filter(|(of, _)| *of == scope) {
                observer.observe(1, attributes);
            }
        };
        recording.meter(scope).i64_observable_gauge("observed").with_callback(observe).build();
    }
    let mut remembering = Encoder::new(options.clone());
    let mut collected = ResourceMetrics::default();
    for _ in 0..12 {
        for _ in 0..choices.below(4) {
            gauges[choices.below(3)].record(1, &choices.attributes(variety));
        }
        observed.lock().unwrap().clear();
        for _ in 0..choices.below(5) {
            let scope = ["first", "second", "third"][choices.below(3)];
            observed.lock().unwrap().push((scope, choices.attributes(variety)));
        }
        recording.collector.collect(&mut collected).unwrap();
        for format in &FORMATS[choices.below(FORMATS.len())..] {
            let (mut actual, mut expected) = (Vec::new(), Vec::new());
            let findings = remembering.encode(&collected, *format, &mut actual);
            let expected_findings = Encoder::new(options.clone()).encode(&collected, *format, &mut expected);
            assert_eq!(String::from_utf8_lossy(&actual), String::from_utf8_lossy(&expected), "seed {seed}, {format}");
            assert_eq!(findings, expected_findings, "seed {seed}, {format}");
        }
    }
}

#[test]
fn what_was_before_makes_no_difference() {
    for seed in 0..50 {
        check(seed, &EncodeOptions::default());
        // Without them, the label sets of one metric may be those that another had at the same place.
        check(seed, &EncodeOptions::default().with_scope_labels(false));
    }
}
