//! How the cost of a scrape grows with the number of series, and what a scraper costs the threads that record.

use std::{
    hint::black_box,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use metrics_pipeline::Collector;
use opentelemetry::{KeyValue, metrics::MeterProvider};
use opentelemetry_sdk::{
    Resource,
    metrics::{SdkMeterProvider, data::ResourceMetrics},
};
use prometheus::{IntCounterVec, Opts, Registry};

use super::{
    Scraper,
    definitions::{self, routes},
    peers,
};
use crate::{
    measure::{Subject, nanoseconds},
    table::{self, Limit},
};

/// Series of one instrument; the SDK's own limit is 2,000.
const SERIES: usize = 1_000;

const GROWTH: [usize; 4] = [100, 1_000, 10_000, 200_000];

/// Ours in its two steps, and two peers, which tell what is the machine's.
pub(crate) fn run() {
    println!("\nscrape by number of series, owned string labels straight on the SDK, ns per series");
    let titles = ["SDK collect", "our encode", "both", "opentelemetry-prometheus", "prometheus"];
    println!(
        "  {:>8} {:>12} {:>12} {:>12} {:>25} {:>12}",
        "series", titles[0], titles[1], titles[2], titles[3], titles[4]
    );
    let costs = GROWTH.map(cost);
    for (series, [collect, encode, exporter, prometheus]) in GROWTH.iter().zip(&costs) {
        let both = collect + encode;
        println!("  {series:>8} {collect:>12.0} {encode:>12.0} {both:>12.0} {exporter:>25.0} {prometheus:>12.0}");
    }
    let grown =
        |subject: usize| costs[3][subject] / costs.iter().map(|cost| cost[subject]).fold(f64::INFINITY, f64::min);
    println!("  a series of 200,000 against the cheapest:");
    for (subject, name) in [(0, "SDK collect"), (2, "opentelemetry-prometheus"), (3, "prometheus")] {
        println!("  {name:<64} {:>6.2}", grown(subject));
    }
    table::bar("our encode", grown(1), Limit::AtMost(2.0));
}

/// Encodes so many series so many times and nothing else, to be run in a profiler.
pub(crate) fn encode(series: usize, times: usize) {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    record(&provider, series);
    let (collected, mut scraper) = (super::collect(&collector), Scraper::new());
    for _ in 0..times {
        scraper.encode(black_box(&collected));
    }
}

/// Nanoseconds per series of each subject.
fn cost(series: usize) -> [f64; 4] {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    record(&provider, series);
    let exporter = peers::OpenTelemetryPrometheus::new(|provider| record(provider, series));
    let prometheus = prometheus_with(series);
    let collected = super::collect(&collector);
    let scraper = Mutex::new(Scraper::new());
    let subjects = [
        Subject::new("collect", |_, iterations| {
            let mut into = ResourceMetrics::default();
            for _ in 0..iterations {
                collector.collect(&mut into).expect("the provider is alive");
            }
        }),
        Subject::new("encode", |_, iterations| {
            let mut scraper = super::lock(&scraper);
            for _ in 0..iterations {
                scraper.encode(black_box(&collected));
            }
        }),
        Subject::new("opentelemetry-prometheus", |_, iterations| exporter.scrape(iterations)),
        Subject::new("prometheus", |_, iterations| peers::scrape_prometheus(&prometheus, iterations)),
    ];
    let times = nanoseconds(&subjects, 1);
    [0, 1, 2, 3].map(|subject| times[subject] / series as f64)
}

fn record(provider: &SdkMeterProvider, series: usize) {
    let meter = provider.meter("growth");
    for instrument in 0..series.div_ceil(SERIES) {
        let counter = meter.u64_counter(format!("growth.c{instrument:03}")).build();
        for route in routes(series.min(SERIES)) {
            counter.add(1, &[KeyValue::new("route", route)]);
        }
    }
}

fn prometheus_with(series: usize) -> Registry {
    let registry = Registry::new();
    for instrument in 0..series.div_ceil(SERIES) {
        let counters = IntCounterVec::new(Opts::new(format!("growth_c{instrument:03}"), "Calls"), &["route"])
            .expect("a valid metric");
        for route in routes(series.min(SERIES)) {
            counters.with_label_values(&[&route]).inc();
        }
        registry.register(Box::new(counters)).expect("names differ");
    }
    registry
}

/// A thread that records series that exist, alone and beside one that scrapes all the time.
pub(crate) fn beside_a_scraper(collector: &Collector) {
    let subject = [Subject::new("recording", |_, iterations| {
        for _ in 0..iterations {
            definitions::record_one();
        }
    })];
    let alone = nanoseconds(&subject, 1)[0];
    let stop = AtomicBool::new(false);
    let beside = thread::scope(|scope| {
        scope.spawn(|| {
            let (mut collected, mut scraper) = (ResourceMetrics::default(), Scraper::new());
            while !stop.load(Ordering::Relaxed) {
                collector.collect(&mut collected).expect("the provider is alive");
                scraper.encode(&collected);
            }
        });
        let time = nanoseconds(&subject, 1)[0];
        stop.store(true, Ordering::Relaxed);
        time
    });
    println!("\nrecording a known series: {alone:.2} ns alone, {beside:.2} ns beside a scraper that never rests");
    table::bar("beside a scraper against alone", beside / alone, Limit::AtMost(1.1));
}
