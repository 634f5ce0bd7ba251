//! One instrument of every kind, with every label that something reserves, and what Prometheus must know of them.

use std::panic::resume_unwind;

use metrics_pipeline::{Collector, GuardedMeterProvider, Pipeline, exponential_buckets, guard};
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::Resource;

use crate::prometheus::Prometheus;

pub(crate) fn record() -> (GuardedMeterProvider, Collector) {
    let resource =
        Resource::builder_empty().with_attributes([KeyValue::new("service.name", "shop"), KeyValue::new("le", "1")]);
    let (provider, collector) = Pipeline::builder(resource.build())
        .with_view(|instrument, stream| match instrument.name() {
            "exponential" => stream.with_aggregation(exponential_buckets()),
            _ => stream,
        })
        .build();
    let provider = guard(provider, &collector);
    let meter = provider.meter("test/kinds");
    let reserved = RESERVED.map(|key| KeyValue::new(key, "mine"));
    meter.u64_counter("c.u64").build().add(7, &reserved);
    meter.f64_counter("c.f64").build().add(1.5, &reserved);
    meter.i64_up_down_counter("ud").build().add(-3, &reserved);
    meter.f64_gauge("g").with_unit("By").build().record(2.5, &reserved);
    let histogram = meter.f64_histogram("h").with_unit("s").with_boundaries(vec![0.5, 5.0]).build();
    let exponential = meter.f64_histogram("exponential").with_description("Of \"all\" sizes\n").build();
    for value in VALUES {
        histogram.record(value, &reserved);
        exponential.record(value, &reserved);
    }
    let observed = reserved.clone();
    let _ = meter.u64_observable_counter("oc").with_callback(move |it| it.observe(9, &observed)).build();
    let observed = reserved.clone();
    let _ = meter.i64_observable_up_down_counter("ou").with_callback(move |it| it.observe(-9, &observed)).build();
    let _ = meter.f64_observable_gauge("og").with_callback(move |it| it.observe(0.25, &reserved)).build();
    let _ =
        meter.u64_observable_gauge("broken").with_callback(|_| resume_unwind(Box::new("as this test wants"))).build();
    (provider, collector)
}

const RESERVED: [&str; 9] =
    ["le", "__name__", "quantile", "job", "instance", "otel_scope_name", "__address__", "exported_le", "2xx"];

/// Of `h` two buckets, that of all values, sum and count; one of each other kind and of the resource.
const SAMPLES_BUT_EXPONENTIAL: u32 = 5 + 7 + 1;
/// The exponential histogram has a bucket for zero and for each power of two from 2^-3, below 0.25, to 2^7, above 100; one
/// of all values, sum and count.
pub(crate) const SAMPLES: u32 = SAMPLES_BUT_EXPONENTIAL + 1 + 11 + 3;
/// A native histogram is one sample.
pub(crate) const NATIVE_SAMPLES: u32 = SAMPLES_BUT_EXPONENTIAL + 1;

const VALUES: [f64; 6] = [0.0, 0.25, 0.5, 1.0, 3.0, 100.0];

pub(crate) fn check(prometheus: &Prometheus, job: &str) {
    for (query, expected) in [
        (format!("c_u64_total{{job='{job}'}}"), 7.0),
        (format!("c_f64_total{{job='{job}'}}"), 1.5),
        (format!("ud{{job='{job}'}}"), -3.0),
        (format!("g_bytes{{job='{job}'}}"), 2.5),
        (format!("h_seconds_count{{job='{job}'}}"), 6.0),
        (format!("h_seconds_sum{{job='{job}'}}"), 104.75),
        (format!("h_seconds_bucket{{job='{job}',le='0.5'}}"), 3.0),
        (format!("h_seconds_bucket{{job='{job}',le=~'5(.0)?'}}"), 5.0),
        (format!("h_seconds_bucket{{job='{job}',le='+Inf'}}"), 6.0),
        (format!("oc_total{{job='{job}'}}"), 9.0),
        (format!("ou{{job='{job}'}}"), -9.0),
        (format!("og{{job='{job}'}}"), 0.25),
        (format!("target_info{{job='{job}',service_name='shop',le='1'}}"), 1.0),
        (format!("c_u64_total{{job='{job}',exported_job='mine',exported_instance='mine',quantile='mine'}}"), 7.0),
        (format!("c_u64_total{{job='{job}',le='mine',exported_name='mine',exported_address='mine'}}"), 7.0),
        (format!("h_seconds_count{{job='{job}',exported_le='mine;mine',key_2xx='mine'}}"), 6.0),
        (format!("ud{{job='{job}',otel_scope_name='test/kinds;mine'}}"), -3.0),
        (format!("oc_total{{job='{job}',le='mine',exported_name='mine',exported_job='mine',key_2xx='mine'}}"), 9.0),
        (format!("ou{{job='{job}',le='mine',exported_name='mine',exported_instance='mine'}}"), -9.0),
        (format!("og{{job='{job}',le='mine',exported_address='mine',otel_scope_name='test/kinds;mine'}}"), 0.25),
    ] {
        let query = query_in(job, &query);
        assert_eq!(prometheus.value(&query).to_bits(), f64::to_bits(expected), "{query}");
    }
    let broken = prometheus.query(&format!("broken{{job='{job}'}}")).unwrap();
    assert!(broken.is_empty(), "{broken:?}");
}

/// One of the schemes writes names of its own.
fn query_in(job: &str, query: &str) -> String {
    if job != "dots" {
        return query.to_owned();
    }
    let (name, labels) = query.strip_suffix('}').unwrap().split_once('{').unwrap();
    let suffix = ["_bucket", "_count", "_sum"].into_iter().find(|suffix| name.ends_with(suffix)).unwrap_or_default();
    let base = name.strip_suffix(suffix).unwrap();
    let labels: Vec<_> = labels.split(',').map(label_in_dots).collect();
    format!("{}{suffix}{{{}}}", base.replace('_', "__"), labels.join(","))
}

fn label_in_dots(matcher: &str) -> String {
    let (name, value) = matcher.split_once('=').unwrap();
    match name {
        // Prometheus names these.
        "exported_job" | "exported_instance" => matcher.to_owned(),
        _ => format!("{}={value}", name.replace('_', "__")),
    }
}

pub(crate) fn check_classic_exponential(prometheus: &Prometheus, job: &str) {
    for (bound, expected) in
        [("0(.0)?", 1.0), ("0.25", 2.0), ("0.5", 3.0), ("1(.0)?", 4.0), ("4(.0)?", 5.0), ("128(.0)?", 6.0)]
    {
        let query = format!("exponential_bucket{{job='{job}',le=~'{bound}'}}");
        assert_eq!(prometheus.value(&query).to_bits(), f64::to_bits(expected), "{query}");
    }
    assert_eq!(prometheus.value(&format!("exponential_sum{{job='{job}'}}")).to_bits(), 104.75_f64.to_bits());
}

pub(crate) fn check_native_exponential(prometheus: &Prometheus, job: &str) {
    for (query, expected) in [
        (format!("histogram_count(exponential{{job='{job}'}})"), 6.0),
        (format!("histogram_sum(exponential{{job='{job}'}})"), 104.75),
        // The largest value, to the width of a bucket of schema 4 or finer.
        (format!("histogram_quantile(1, exponential{{job='{job}'}})"), 100.0),
        (format!("histogram_quantile(0, exponential{{job='{job}'}})"), 0.0),
    ] {
        let found = prometheus.value(&query);
        assert!((found - expected).abs() <= 0.05 * expected + 1e-9, "{query}: {found}");
    }
}
