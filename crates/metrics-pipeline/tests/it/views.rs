//! Views of the application, composed into one.

use metrics_pipeline::{Pipeline, Value, walk};
use opentelemetry::{Key, KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{Aggregation, data::ResourceMetrics},
};

fn builder() -> Pipeline {
    Pipeline::builder(Resource::builder_empty().build())
}

#[test]
fn views_are_composed_into_one_stream() {
    let (provider, collector) = builder()
        .with_view(|_, stream| stream.with_name("renamed"))
        .with_view(|_, stream| {
            let boundaries = vec![2.0];
            stream.with_aggregation(Aggregation::ExplicitBucketHistogram { boundaries, record_min_max: false })
        })
        .with_view(|_, stream| stream.with_allowed_attribute_keys([Key::new("kept")]))
        .build();
    let attributes = [KeyValue::new("kept", "1"), KeyValue::new("lost", "2")];
    provider.meter("a").f64_histogram("h").build().record(1.0, &attributes);

    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut points = 0;
    for metric in walk(&collected) {
        assert_eq!(metric.name, "renamed");
        metric.for_each_point(|point| {
            points += 1;
            let keys: Vec<_> = point.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
            assert_eq!(keys, ["kept"]);
            let Value::Histogram(histogram) = point.value else { panic!("{point:?}") };
            assert_eq!(histogram.bounds, [2.0]);
        });
    }
    assert_eq!(points, 1);
}

#[test]
fn a_stream_that_the_sdk_refuses_leaves_the_instrument_as_it_was() {
    let (provider, collector) = builder().with_view(|_, stream| stream.with_cardinality_limit(0)).build();
    provider.meter("a").u64_counter("c").build().add(1, &[]);
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    assert_eq!(walk(&collected).map(|metric| metric.name).collect::<Vec<_>>(), ["c"]);
}

#[test]
fn a_view_that_changes_nothing_keeps_the_boundaries_of_the_instrument() {
    let (provider, collector) = builder().with_view(|_, stream| stream).build();
    provider.meter("a").f64_histogram("h").with_boundaries(vec![7.0]).build().record(1.0, &[]);
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut bounds = Vec::new();
    walk(&collected).for_each(|metric| {
        metric.for_each_point(|point| {
            if let Value::Histogram(histogram) = point.value {
                bounds.extend_from_slice(histogram.bounds);
            }
        });
    });
    assert_eq!(bounds, [7.0]);
}
