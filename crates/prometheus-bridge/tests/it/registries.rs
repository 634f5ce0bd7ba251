//! Ours and the `prometheus` crate's metrics together.

use std::{
    collections::HashMap,
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use expect_test::expect;
use http::{HeaderMap, Method};
use http_body_util::BodyExt as _;
use metrics_pipeline::{Pipeline, guard};
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::Resource;
use prometheus::{
    Encoder as _, Histogram, HistogramOpts, IntCounter, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
    core::{Collector, Desc},
    proto::MetricFamily,
};
use prometheus_bridge::{EncodeOptions, ScrapeService, join, upstream_compatible};

use crate::{log::logged, recording::Recording};

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
        # HELP target_info What the metrics of this target are about
        # TYPE target_info gauge
        target_info{service_name="shop"} 1
    "#]]
    .assert_eq(&String::from_utf8(body).unwrap());
}

#[test]
fn what_a_registry_cannot_show_of_ours_is_logged() {
    let recording = Recording::new();
    let registry = Registry::new();
    join(&registry, recording.collector.clone(), EncodeOptions::default()).unwrap();
    recording.meter("a").f64_gauge("g").build().record(1.0, &[KeyValue::new("__x__", "1")]);
    let lines = logged(|| {
        for _ in 0..3 {
            assert_eq!(registry.gather().len(), 1);
        }
        recording.provider.shutdown().unwrap();
        for _ in 0..3 {
            assert!(registry.gather().is_empty());
        }
    });
    expect![[r#"
        WARN message=attribute "__x__" of `g` is shown as label `exported_x`: its own name is reserved
        WARN message=a scrape has no fresh metrics: metrics cannot be collected: the meter provider was shut down
    "#]]
    .assert_eq(&(lines.join("\n") + "\n"));
}

#[test]
fn a_collector_that_panics_when_we_join_costs_nothing_of_ours() {
    let (recording, registry) = (Recording::new(), Registry::new());
    let is_broken = Arc::new(AtomicBool::new(true));
    registry.register(Box::new(Broken { is_broken: Arc::clone(&is_broken), description: description() })).unwrap();
    join(&registry, recording.collector.clone(), EncodeOptions::default()).unwrap();
    recording.meter("a").u64_gauge("g").build().record(1, &[]);
    is_broken.store(false, Ordering::SeqCst);
    let names: Vec<_> = registry.gather().iter().map(|family| family.name().to_owned()).collect();
    assert_eq!(names, ["g"]);
}

struct Broken {
    is_broken: Arc<AtomicBool>,
    description: Desc,
}

impl Collector for Broken {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.description]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        if self.is_broken.load(Ordering::SeqCst) {
            resume_unwind(Box::new("as this test wants"));
        }
        Vec::new()
    }
}

fn description() -> Desc {
    Desc::new("broken".to_owned(), "Panics".to_owned(), Vec::new(), HashMap::new()).unwrap()
}

/// A registry would make one family of two types, and count nothing in a histogram that is none.
#[test]
fn ours_never_become_part_of_a_family_of_the_registry() {
    let [plain, prefixed] = [None, Some("app")].map(joined_beside_others);
    assert_eq!(plain.1, prefixed.1);
    assert_eq!(plain.0, prefixed.0.replace("app_", ""));
    expect![[r##"
        # HELP target_info What the metrics of this target are about
        # TYPE target_info gauge
        target_info{service_name="shop"} 1
        # HELP x The registry's
        # TYPE x histogram
        x_bucket{le="1"} 1
        x_bucket{le="+Inf"} 1
        x_sum 0.5
        x_count 1
        # HELP y The registry's, later
        # TYPE y counter
        y 0
        # TYPE z gauge
        z{otel_scope_name="a"} 1
    "##]]
    .assert_eq(&plain.0);
    expect![[r#"
        WARN message=metric "x" of scope "a" is not shown: its family `x` clashes with the samples of `x`; rename the instrument
        WARN message=metric "x.count" of scope "a" is not shown: its family `x_count` clashes with the samples of `x`; rename the instrument
        WARN message=metric "y" of scope "a" is not shown: its family `y` clashes with the samples of `y`; rename the instrument
        WARN message=the resource is not shown: the registry has a family `target_info` already
    "#]]
    .assert_eq(&plain.1);
}

/// The registry's text and what is logged.
fn joined_beside_others(prefix: Option<&str>) -> (String, String) {
    let recording = Recording::with_resource([KeyValue::new("service.name", "shop")]);
    let other = Recording::with_resource([KeyValue::new("service.name", "other")]);
    let registry = Registry::new_custom(prefix.map(str::to_owned), None).unwrap();
    let own = Histogram::with_opts(HistogramOpts::new("x", "The registry's").buckets(vec![1.0])).unwrap();
    own.observe(0.5);
    registry.register(Box::new(own)).unwrap();
    let joined = join(&registry, recording.collector.clone(), EncodeOptions::default()).unwrap();
    join(&registry, other.collector.clone(), EncodeOptions::default()).unwrap();
    // A family of the same name, one of the name of a sample, and one that comes later.
    let meter = recording.meter("a");
    for name in ["x", "x.count", "y", "z"] {
        meter.u64_gauge(name).build().record(1, &[]);
    }
    registry.register(Box::new(IntCounter::new("y", "The registry's, later").unwrap())).unwrap();
    let mut body = Vec::new();
    let mut lines = logged(|| {
        joined.look_again();
        TextEncoder::new().encode(&registry.gather(), &mut body).unwrap();
    });
    // The registry asks its collectors in an order of its own.
    lines.sort();
    (String::from_utf8(body).unwrap(), lines.join("\n") + "\n")
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

    let body = |accept: &str| body(&service, accept);
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

#[test]
fn a_registry_keeps_its_names_and_only_loses_what_clashes_in_the_format() {
    let recording = Recording::new();
    recording.meter("a").u64_counter("hits").build().add(2, &[]);
    let registry = Registry::new();
    let jobs = IntGaugeVec::new(Opts::new("jobs", "Jobs"), &["my__label", "_x", "__reserved"]).unwrap();
    jobs.with_label_values(&["1", "2", "3"]).set(4);
    registry.register(Box::new(jobs)).unwrap();
    // OpenMetrics has a family `hits` for our counter.
    registry.register(Box::new(IntGauge::new("hits", "A gauge").unwrap())).unwrap();
    let service = ScrapeService::new(recording.collector.clone(), EncodeOptions::default().with_scope_labels(false))
        .with_registry(registry);
    let own = "jobs{_x=\"2\",exported_reserved=\"3\",my__label=\"1\"} 4";
    for (accept, has_gauge) in [
        ("text/plain", true),
        ("text/plain;version=1.0.0;escaping=allow-utf-8", true),
        ("application/openmetrics-text;version=1.0.0", false),
    ] {
        let body = body(&service, accept);
        assert_eq!(body.contains("# TYPE hits gauge\n"), has_gauge, "{accept}: {body}");
        assert!(body.contains("\nhits_total 2\n"), "{accept}: {body}");
        assert!(body.contains(own), "{accept}: {body}");
    }
    let dots = body(&service, "text/plain;version=1.0.0;escaping=dots");
    assert!(dots.contains("my____label=\"1\""), "what was asked for is escaped: {dots}");
}

fn body(service: &ScrapeService, accept: &str) -> String {
    let mut headers = HeaderMap::new();
    headers.insert("accept", accept.parse().unwrap());
    let response = service.respond(&Method::GET, &headers);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let bytes = runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}
