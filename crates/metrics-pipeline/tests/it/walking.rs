//! What the walk shows of each aggregation.

use metrics_define::Kind;
use metrics_pipeline::{ExponentialBuckets, Pipeline, Value, walk};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::{
    Resource,
    metrics::{Aggregation, data::ResourceMetrics},
};

#[test]
fn exponential_histograms_are_shown_with_both_sides() {
    let (provider, collector) = Pipeline::builder(Resource::builder_empty().build())
        .with_view(|_, stream| {
            stream.with_aggregation(Aggregation::Base2ExponentialHistogram {
                max_size: 160,
                max_scale: 0,
                record_min_max: true,
            })
        })
        .build();
    let histogram = provider.meter("a").f64_histogram("h").build();
    for value in [0.0, 1.0, 3.0, 4.0, -2.0, 16.0] {
        histogram.record(value, &[]);
    }
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let metric = walk(&collected).next().unwrap();
    assert_eq!(metric.kind, Kind::Histogram);
    assert!(metric.start_time.is_some());
    let mut points = 0;
    metric.for_each_point(|point| {
        points += 1;
        let Value::Exponential(value) = point.value else { panic!("{point:?}") };
        assert_eq!((value.count, value.scale, value.zero_count), (6, 0, 1));
        assert!((value.sum - 22.0).abs() < 1e-9);
        // 1 in (0.5, 1], 3 and 4 in (2, 4], 16 in (8, 16].
        assert_eq!(value.positive, ExponentialBuckets { offset: -1, counts: &[1, 0, 2, 0, 1] });
        assert_eq!(value.negative, ExponentialBuckets { offset: 0, counts: &[1] });
    });
    assert_eq!(points, 1);
}
