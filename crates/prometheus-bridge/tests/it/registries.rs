//! Ours and the `prometheus` crate's metrics together.

use expect_test::expect;
use http::{HeaderMap, Method};
use http_body_util::BodyExt as _;
use metrics_pipeline::{Pipeline, guard};
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::Resource;
use prometheus::{Encoder as _, Histogram, HistogramOpts, IntCounter, IntGaugeVec, Opts, Registry, TextEncoder};
use prometheus_bridge::{EncodeOptions, ScrapeService, join, upstream_compatible};

use crate::recording::Recording;

#[test]
fn a_registry_shows_ours_beside_its_own() {
    let recording = Recording::with_resource([KeyValue::new("service.name", "shop")]);
    let meter = recording.meter("a");
    meter.u64_counter("hits").with_description("Hits \"counted\"").build().add(2, &[KeyValue::new("le.x", "q\"\n")]);
    meter.f64_histogram("size").with_boundaries(vec![1.0]).build().record(0.5, &[KeyValue::new("le", "x")]);
    meter.f64_gauge("level").build().record(-1.5, &[]);
    let registry = Registry::new();
    registry.register(Box::new(IntCounter::new("own_total", "Own").unwrap())).unwrap();
    let options = EncodeOptions::default().with_scope_labels(false);
    join(&registry, recording.collector.clone(), options.clone()).unwrap();
    join(&registry, Recording::new().collector, options).unwrap();

    let mut body = Vec::new();
    TextEncoder::new().encode(&registry.gather(), &mut body).unwrap();
    expect![[r#"
        # HELP hits_total Hits "counted"
        # TYPE hits_total counter
        hits_total{le_x="q\"\n"} 2
        # TYPE level gauge
        level -1.5
        # HELP own_total Own
        # TYPE own_total counter
        own_total 0
        # TYPE size histogram
        size_bucket{exported_le="x",le="1"} 1
        size_bucket{exported_le="x",le="+Inf"} 1
        size_sum{exported_le="x"} 0.5
        size_count{exported_le="x"} 1
    "#]]
    .assert_eq(&String::from_utf8(body).unwrap());
}

#[test]
fn our_body_shows_a_registry_after_ours() {
    let recording = Recording::new();
    recording.meter("a").u64_counter("hits").build().add(2, &[]);
    let registry = Registry::new();
    let jobs = IntGaugeVec::new(Opts::new("jobs", "Jobs\nrunning"), &["queue"]).unwrap();
    jobs.with_label_values(&["b\"x"]).set(3);
    jobs.with_label_values(&["a"]).set(-1);
    let times = Histogram::with_opts(HistogramOpts::new("times", "Times").buckets(vec![1.0, 5.0])).unwrap();
    times.observe(2.0);
    registry.register(Box::new(jobs)).unwrap();
    registry.register(Box::new(times)).unwrap();
    registry.register(Box::new(IntCounter::new("done_total", "Done").unwrap())).unwrap();
    registry.register(Box::new(IntCounter::new("hits_total", "Clashes with ours").unwrap())).unwrap();
    let service = ScrapeService::new(recording.collector.clone(), EncodeOptions::default().with_scope_labels(false))
        .with_registry(registry);

    let body = |accept: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("accept", accept.parse().unwrap());
        let response = service.respond(&Method::GET, &headers);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes = runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    expect![[r#"
        # TYPE hits_total counter
        hits_total 2
        # HELP done_total Done
        # TYPE done_total counter
        done_total 0
        # HELP jobs Jobs\nrunning
        # TYPE jobs gauge
        jobs{queue="a"} -1
        jobs{queue="b\"x"} 3
        # HELP times Times
        # TYPE times histogram
        times_bucket{le="1.0"} 0
        times_bucket{le="5.0"} 1
        times_bucket{le="+Inf"} 1
        times_sum 2
        times_count 1
    "#]]
    .assert_eq(&body("text/plain"));
    assert!(body("application/openmetrics-text").contains("# TYPE done counter\n# HELP done Done\ndone_total 0.0\n"));
}

#[test]
fn upstream_sees_the_same_instruments_under_its_own_names() {
    let registry = Registry::new();
    let pipeline = Pipeline::builder(Resource::builder_empty().build());
    let (provider, collector) = pipeline.with_reader(upstream_compatible(registry.clone()).unwrap()).build();
    let meter = guard(provider.clone(), &collector).meter("a");
    meter.u64_counter("jobs.run.total").build().add(2, &[]);
    let _ = meter.u64_observable_gauge("observed").with_callback(|gauge| gauge.observe(5, &[])).build();
    let names: Vec<_> = registry.gather().iter().map(|family| family.name().to_owned()).collect();
    assert_eq!(names, ["jobs_run_total_total", "observed"]);
    let error = upstream_compatible(registry).err().unwrap();
    assert!(error.to_string().contains("use one without another of it"), "{error}");
}
