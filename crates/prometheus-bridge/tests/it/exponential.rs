//! Exponential histograms as classic ones: exact counts, and bounds that stay.

use std::collections::BTreeSet;

use metrics_pipeline::Pipeline;
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{Aggregation, data::ResourceMetrics},
};
use prometheus_bridge::{EncodeOptions, encode};

/// The buckets of one scrape after each batch of values: series, bound, count.
fn scrapes(batches: &[&[(&'static str, f64)]], max_size: u32) -> Vec<Vec<(String, f64, u64)>> {
    let (provider, collector) = Pipeline::builder(Resource::builder_empty().build())
        .with_view(move |_, stream| {
            stream.with_aggregation(Aggregation::Base2ExponentialHistogram {
                max_size,
                // At 20 the SDK's own arithmetic overflows.
                max_scale: 19,
                record_min_max: true,
            })
        })
        .build();
    let histogram = provider.meter("a").f64_histogram("h").build();
    let mut collected = ResourceMetrics::default();
    let scrape = |batch: &&[(&'static str, f64)]| {
        batch.iter().for_each(|(key, value)| histogram.record(*value, &[KeyValue::new("k", *key)]));
        collector.collect(&mut collected).unwrap();
        let mut body = Vec::new();
        encode(&collected, &EncodeOptions::default().with_scope_labels(false), &mut body);
        String::from_utf8(body).unwrap().lines().filter_map(bucket).collect()
    };
    batches.iter().map(scrape).collect()
}

fn bucket(line: &str) -> Option<(String, f64, u64)> {
    let (key, rest) = line.strip_prefix("h_bucket{k=\"")?.split_once("\",le=\"")?;
    let (bound, count) = rest.split_once("\"} ")?;
    Some((key.to_owned(), bound.parse().unwrap(), count.parse().unwrap()))
}

#[test]
fn every_count_is_exact_whatever_the_scale() {
    // Values near and on the bounds, below zero as well, and so far apart that the scale falls from 19 to below 0.
    let near: &[(&str, f64)] = &[("a", 1.0), ("a", 1.000_1), ("a", 0.999_9)];
    let wide: &[(&str, f64)] = &[("a", 0.0), ("a", -4.0), ("a", -3.9), ("b", 1e-9), ("a", 1024.0), ("a", 1025.0)];
    let wider: &[(&str, f64)] = &[("a", 1e30), ("b", -1e-30), ("b", 7.0), ("a", 2.0), ("a", 3.0)];
    let batches = [near, wide, wider];
    for (number, buckets) in scrapes(&batches, 160).iter().enumerate() {
        for (key, bound, count) in buckets {
            let values = batches[..=number].concat();
            let expected = values.iter().filter(|(other, value)| other == key && value <= bound).count();
            assert_eq!(*count, expected as u64, "{key} up to {bound} after batch {number}");
        }
    }
}

#[test]
fn bounds_only_ever_appear() {
    let values: Vec<Vec<(&str, f64)>> = (0..200)
        .map(|at| vec![(["a", "b"][at % 2], 1.5_f64.powi(i32::try_from(at * 37 % 101).unwrap() - 50))])
        .collect();
    let batches: Vec<&[(&str, f64)]> = values.iter().map(Vec::as_slice).collect();
    let mut before = BTreeSet::new();
    let bits = |bound: &f64| bound.to_bits();
    for (number, buckets) in scrapes(&batches, 160).iter().enumerate() {
        let bounds: BTreeSet<u64> = buckets.iter().map(|(_, bound, _)| bits(bound)).collect();
        assert!(bounds.is_superset(&before), "bounds went after batch {number}");
        // All series of the family have the same, so that summing them by bound is right.
        for key in ["a", "b"] {
            let own: BTreeSet<u64> =
                buckets.iter().filter(|bucket| bucket.0 == key).map(|(_, bound, _)| bits(bound)).collect();
            assert!(own.is_empty() || own == bounds, "{key} after batch {number}");
        }
        before = bounds;
    }
    assert!(before.len() < 80, "{} bounds for 100 octaves", before.len());
}

#[test]
fn values_at_the_ends_of_what_a_float_holds_are_counted() {
    for max_size in [2, 4, 20, 160] {
        let values: &[(&str, f64)] =
            &[("a", f64::MAX), ("a", f64::MIN), ("a", 5e-324), ("a", -5e-324), ("a", f64::MIN_POSITIVE), ("a", 0.0)];
        let scrapes = scrapes(&[values], max_size);
        let buckets = &scrapes[0];
        assert_eq!(buckets.last().map(|(_, bound, count)| (*bound, *count)), Some((f64::INFINITY, 6)));
        assert!(buckets.is_sorted_by(|a, b| a.1 < b.1 && a.2 <= b.2), "{max_size}: {buckets:?}");
    }
}
