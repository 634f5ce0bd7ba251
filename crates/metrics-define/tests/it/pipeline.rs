//! The installation that all tests of this program share: each records metrics of its own.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use metrics_define::{Recording, install};
use metrics_pipeline::{Collector, Value, walk};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider, metrics::data::ResourceMetrics};

static PIPELINE: LazyLock<(SdkMeterProvider, Collector)> = LazyLock::new(|| {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    // Not the guarded provider: callbacks here run under the SDK's lock, which is where they can do harm.
    let _installation = install(Arc::new(provider.clone()), Recording::Bound);
    (provider, collector)
});

pub fn ready() {
    LazyLock::force(&PIPELINE);
}

/// The series of a metric: its attributes, as `key=value` text, and its value.
pub fn series(name: &str) -> BTreeMap<String, String> {
    let mut collected = ResourceMetrics::default();
    PIPELINE.1.collect(&mut collected).unwrap();
    let mut series = BTreeMap::new();
    for metric in walk(&collected).filter(|metric| metric.name == name) {
        metric.for_each_point(|point| {
            let mut attributes: Vec<_> =
                point.attributes.iter().map(|attribute| format!("{}={}", attribute.key, attribute.value)).collect();
            attributes.sort();
            let value = match point.value {
                Value::Number(number) => format!("{}", number.as_f64()),
                Value::Histogram(histogram) => format!("{} {:?}", histogram.count, histogram.bucket_counts),
                Value::Exponential(histogram) => format!("{} exponential, sum {}", histogram.count, histogram.sum),
            };
            series.insert(attributes.join(","), value);
        });
    }
    series
}

pub fn check(name: &str, expected: &[(&str, &str)]) {
    let expected = expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    assert_eq!(series(name), expected);
}
