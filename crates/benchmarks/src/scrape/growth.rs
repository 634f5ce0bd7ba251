//! How the cost of a scrape grows with the number of series, and what a scraper costs the threads that record.

use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use metrics_pipeline::Collector;
use opentelemetry::{KeyValue, metrics::MeterProvider};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, Encoder, Format};

use super::definitions;
use crate::{
    measure::{Subject, nanoseconds},
    table::{self, Limit},
};

/// Series of one instrument; the SDK's own limit is 2,000.
const SERIES: usize = 1_000;

pub(crate) fn run() {
    println!("\nscrape by number of series, owned string labels straight on the SDK");
    println!("  {:>8} {:>12} {:>14} {:>14} {:>12}", "series", "collect ms", "encode ms", "ns per series", "body kB");
    let costs: Vec<f64> = [100, 1_000, 10_000, 200_000].map(cost).into_iter().collect();
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    table::bar("encoding a series of 200,000 against the cheapest", costs[3] / least, Limit::AtMost(2.0));
}

/// Nanoseconds that encoding takes per series.
fn cost(series: usize) -> f64 {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let meter = provider.meter("growth");
    for instrument in 0..series.div_ceil(SERIES) {
        let counter = meter.u64_counter(format!("growth.c{instrument:03}")).build();
        for n in 0..series.min(SERIES) {
            counter.add(1, &[KeyValue::new("route", format!("/api/v1/things/{n}/parts"))]);
        }
    }
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).expect("the provider is alive");
    let subjects = [
        Subject::new("collect", |_, iterations| {
            let mut into = ResourceMetrics::default();
            for _ in 0..iterations {
                collector.collect(&mut into).expect("the provider is alive");
            }
        }),
        Subject::new("encode", |_, iterations| {
            let (mut encoder, mut body) = (Encoder::new(EncodeOptions::default()), Vec::new());
            for _ in 0..iterations {
                body.clear();
                black_box(encoder.encode(&collected, Format::default(), &mut body));
            }
        }),
    ];
    let times = nanoseconds(&subjects, 1);
    let mut body = Vec::new();
    Encoder::new(EncodeOptions::default()).encode(&collected, Format::default(), &mut body);
    let per_series = times[1] / series as f64;
    let (collect, encode) = (times[0] / 1e6, times[1] / 1e6);
    println!("  {series:>8} {collect:>12.3} {encode:>14.3} {per_series:>14.0} {:>12}", body.len() / 1024);
    per_series
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
            let (mut collected, mut body) = (ResourceMetrics::default(), Vec::new());
            let mut encoder = Encoder::new(EncodeOptions::default());
            while !stop.load(Ordering::Relaxed) {
                collector.collect(&mut collected).expect("the provider is alive");
                body.clear();
                encoder.encode(&collected, Format::default(), &mut body);
            }
        });
        let time = nanoseconds(&subject, 1)[0];
        stop.store(true, Ordering::Relaxed);
        time
    });
    println!("\nrecording a known series: {alone:.2} ns alone, {beside:.2} ns beside a scraper that never rests");
    table::bar("beside a scraper against alone", beside / alone, Limit::AtMost(1.1));
}
