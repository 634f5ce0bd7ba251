//! What came out: of the push, and of the scrape.

use std::collections::BTreeMap;

use opentelemetry_sdk::metrics::data::ResourceMetrics;
use prometheus_bridge::{EncodeOptions, encode};
use telemetry_testkit::{OtlpReceiver, PointValue};

use crate::model::{Series, Total, definitions, written};

pub(crate) fn pushed(receiver: &OtlpReceiver) -> BTreeMap<Series, Total> {
    let points = receiver.received().points.into_iter();
    points
        .map(|point| {
            let labels: Vec<_> = point.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let total = match point.value {
                PointValue::Sum { value, .. } | PointValue::Gauge(value) => (value, 0.0, Vec::new()),
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                PointValue::Histogram { count, sum, bucket_counts, .. } => (count as f64, sum, bucket_counts),
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                PointValue::ExponentialHistogram { count, sum } => (count as f64, sum, Vec::new()),
                other => panic!("{other:?}"),
            };
            ((point.name, written(&labels)), total)
        })
        .collect()
}

pub(crate) fn scraped(collector: &metrics_pipeline::Collector) -> BTreeMap<Series, Total> {
    let (mut collected, mut body) = (ResourceMetrics::default(), Vec::new());
    collector.collect(&mut collected).unwrap();
    encode(&collected, &EncodeOptions::default().with_target_info(false).with_scope_labels(false), &mut body);
    let names: BTreeMap<String, &str> =
        definitions().map(|def| (def.exposed_name().unwrap().to_string(), def.name)).collect();
    let mut totals: BTreeMap<Series, Total> = BTreeMap::new();
    for line in String::from_utf8(body).unwrap().lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (exposed, labels) = series.split_once('{').unwrap_or((series, ""));
        let mut labels: Vec<_> =
            labels.trim_end_matches('}').split("\",").filter_map(|pair| pair.split_once("=\"")).collect();
        for (_, text) in &mut labels {
            *text = text.trim_end_matches('"');
        }
        labels.retain(|(key, _)| *key != "le");
        let value: f64 = value.parse().unwrap();
        let mut parts = ["_bucket", "_count", "_sum"].into_iter();
        let part = parts.find(|part| exposed.strip_suffix(part).is_some_and(|name| names.contains_key(name)));
        let Some(name) = names.get(exposed.strip_suffix(part.unwrap_or("")).unwrap()) else { continue };
        let total = totals.entry(((*name).to_owned(), written(&labels))).or_default();
        match part {
            Some("_sum") => total.1 = value,
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
            Some("_bucket") => {
                // The counts of buckets include those below.
                let below: u64 = total.2.iter().sum();
                total.2.push(value as u64 - below);
            }
            _ => total.0 = value,
        }
    }
    for ((name, _), (count, _, buckets)) in &mut totals {
        if definitions().any(|def| def.name == name && def.exponential) {
            let in_buckets: u64 = buckets.drain(..).sum();
            assert_eq!(format!("{in_buckets}"), format!("{count}"), "{name}");
        }
    }
    totals
}
