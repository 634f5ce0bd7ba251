//! What one scrape costs: forty counters of 200 series and forty histograms of 50 series with 11 boundaries.
//!
//! The same data and labels everywhere. Collecting and encoding are measured apart for ours, together for the rest.

mod definitions;
mod growth;
mod memory;
mod peers;

use std::{
    hint::black_box,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use metrics_define::{Recording, install};
use metrics_pipeline::Collector;
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, Encoder, Format};

use crate::{
    measure::{Subject, nanoseconds},
    table::{self, Limit},
};

pub(crate) const METRICS: usize = 40;
pub(crate) const COUNTER_SERIES: usize = 200;
pub(crate) const HISTOGRAM_SERIES: usize = 50;

pub(crate) fn run() {
    let (provider, ours) = metrics_pipeline::build(Resource::builder_empty().build());
    let _installation = install(Arc::new(provider.clone()), Recording::Bound);
    definitions::record_all();

    let (raw_provider, raw) = metrics_pipeline::build(Resource::builder_empty().build());
    peers::record_raw(&raw_provider);
    let exporter = peers::OpenTelemetryPrometheus::new(peers::record_raw);
    let client = peers::prometheus_client();
    let prometheus = peers::prometheus();
    let metrics = peers::metrics();

    let collected = collect(&ours);
    let (of_catalogue, of_raw) = (Service::new(), Service::new());
    let (into, scraper) = (Mutex::new(ResourceMetrics::default()), Mutex::new(Scraper::new()));
    let subjects = [
        Subject::new("otelier, catalogue: collect and encode", |_, iterations| {
            lock(&of_catalogue).scrape(&ours, iterations);
        }),
        Subject::new("  of which collect", |_, iterations| {
            let mut into = lock(&into);
            for _ in 0..iterations {
                black_box(ours.collect(&mut into)).expect("the provider is alive");
            }
        }),
        Subject::new("  of which encode", |_, iterations| {
            let mut scraper = lock(&scraper);
            for _ in 0..iterations {
                scraper.encode(black_box(&collected));
            }
        }),
        Subject::new("otelier, owned string labels on the SDK", |_, iterations| lock(&of_raw).scrape(&raw, iterations)),
        Subject::new("opentelemetry-prometheus, TextEncoder", |_, iterations| exporter.scrape(iterations)),
        Subject::new("prometheus-client encode", |_, iterations| {
            for _ in 0..iterations {
                let mut body = String::new();
                prometheus_client::encoding::text::encode(&mut body, &client).expect("a string takes it all");
                black_box(body);
            }
        }),
        Subject::new("prometheus TextEncoder", |_, iterations| peers::scrape_prometheus(&prometheus, iterations)),
        Subject::new("metrics-exporter-prometheus render", |_, iterations| {
            for _ in 0..iterations {
                black_box(metrics.render());
            }
        }),
    ];
    let times = nanoseconds(&subjects, 1);
    println!("\nscrape of {} counter series and {} histograms", METRICS * COUNTER_SERIES, METRICS * HISTOGRAM_SERIES);
    for (subject, time) in subjects.iter().zip(&times) {
        println!("  {:<44} {:>8.2} ms {:>7.2}", subject.name, time / 1e6, time / times[0]);
    }
    table::bar("opentelemetry-prometheus against the catalogue", times[4] / times[0], Limit::AtLeast(6.0));
    table::bar("opentelemetry-prometheus against owned labels", times[4] / times[3], Limit::AtLeast(4.0));
    table::bar("prometheus-client encode against our encode", times[5] / times[2], Limit::AtLeast(1.0));
    table::bar("prometheus against the catalogue", times[6] / times[0], Limit::AtLeast(3.0));
    table::bar("metrics-exporter-prometheus against the catalogue", times[7] / times[0], Limit::AtLeast(3.0));
    memory::run(&ours);
    growth::beside_a_scraper(&ours);
    growth::run();
}

/// `encode SERIES TIMES`
pub(crate) fn encode(mut numbers: impl Iterator<Item = String>) {
    let mut next = || numbers.next().and_then(|number| number.parse().ok()).expect("two numbers");
    growth::encode(next(), next());
}

/// What the service keeps from scrape to scrape: the last complete data, the memory of those before, and the encoder.
struct Service {
    latest: ResourceMetrics,
    spare: ResourceMetrics,
    scraper: Scraper,
}

impl Service {
    fn new() -> Mutex<Self> {
        Mutex::new(Self { latest: ResourceMetrics::default(), spare: ResourceMetrics::default(), scraper: Scraper::new() })
    }

    fn scrape(&mut self, collector: &Collector, iterations: u64) {
        for _ in 0..iterations {
            collector.collect(&mut self.spare).expect("the provider is alive");
            mem::swap(&mut self.latest, &mut self.spare);
            self.scraper.encode(&self.latest);
        }
    }
}

/// Encodes as the service does: with one encoder, into the memory of the last body, which has been sent by then.
struct Scraper {
    encoder: Encoder,
    body: Vec<u8>,
}

impl Scraper {
    fn new() -> Self {
        Self::with_room(0)
    }

    /// The service measures a first body before it writes it, so it has room for it, too.
    fn with_room(length: usize) -> Self {
        Self { encoder: Encoder::new(EncodeOptions::default()), body: Vec::with_capacity(length + length / 16) }
    }

    fn encode(&mut self, collected: &ResourceMetrics) {
        self.body.clear();
        self.encoder.encode(collected, Format::default(), &mut self.body);
        black_box(&self.body);
    }
}

/// One thread measures, so nobody ever waits.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn collect(collector: &Collector) -> ResourceMetrics {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).expect("the provider is alive");
    collected
}
