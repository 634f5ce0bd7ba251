//! What recording costs beside the outputs: pushed over OTLP, and scraped as Prometheus as well.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use metrics_pipeline::Collector;
use opentelemetry_sdk::Resource;
use prometheus_bridge::{EncodeOptions, ScrapeService};
use telemetry_export::{Export, Protocol, Target};
use telemetry_testkit::OtlpReceiver;

use super::{VALUES, bench, definitions::Bench};
use crate::{
    measure::{Subject, nanoseconds},
    table::{self, Limit},
};

/// A thousand times as often as by default, so that an effect would show.
const EVERY: Duration = Duration::from_millis(10);
/// Each is measured so often, by turns, and the median counts: the outputs share two cores with what is measured.
const ROUNDS: usize = 5;

/// Recording beside a push every 10 ms, and beside the same and a scrape every 10 ms.
pub(super) fn run(bench: &Bench, collector: &Collector) {
    let (mut pushed, mut both) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        pushed.push(beside_push(collector, || time(bench)));
        both.push(beside_push(collector, || beside_scrape(collector, || time(bench))));
    }
    let (pushed, both) = (median(pushed), median(both));
    println!("\ncounter beside the outputs, each every 10 ms");
    println!("  {:<44} {pushed:>9.2} ns", "pushed over OTLP (http/protobuf)");
    println!("  {:<44} {both:>9.2} ns", "pushed over OTLP and scraped as Prometheus");
    table::bar("both outputs against one", both / pushed, Limit::AtMost(1.1));
}

fn time(bench: &Bench) -> f64 {
    let subject = [Subject::new("counter", |_, iterations| {
        for n in 0..iterations {
            let (outcome, retried) = bench.closed[n as usize % VALUES];
            bench::Closed { outcome, retried }.inc();
        }
    })];
    nanoseconds(&subject, 1)[0]
}

fn beside_push<T>(collector: &Collector, measure: impl FnOnce() -> T) -> T {
    let receiver = OtlpReceiver::start_keeping(0).expect("loopback has a free port");
    let endpoint = format!("{}/v1/metrics", receiver.http_endpoint());
    let target = Target::new(Protocol::HttpProtobuf, &endpoint).expect("it is a URL");
    let export = Export::builder(Resource::builder_empty().build())
        .with_metrics(target, collector.clone(), EVERY)
        .start()
        .expect("a thread can be started");
    let measured = measure();
    let report = export.shutdown(Duration::from_secs(5)).metrics.expect("metrics are exported");
    assert!(report.exported > 0, "nothing was pushed meanwhile");
    measured
}

fn beside_scrape<T>(collector: &Collector, measure: impl FnOnce() -> T) -> T {
    let service = ScrapeService::new(collector.clone(), EncodeOptions::default());
    let (stop, stopped) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                let response = service.respond(&http::Method::GET, &http::HeaderMap::new());
                assert!(response.status().is_success(), "a scrape failed");
            }
        });
        let measured = measure();
        drop(stop);
        measured
    })
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
