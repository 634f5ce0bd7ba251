//! What a scrape takes of memory: what was collected, what the encoder keeps, and the body.

use allocation_counter::measure;
use metrics_pipeline::Collector;
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};

use super::{COUNTER_SERIES, HISTOGRAM_SERIES, METRICS, Scraper, collect, peers};
use crate::table::{self, Limit};

pub(crate) fn run(collector: &Collector) {
    let mut collected = ResourceMetrics::default();
    let collecting = measure(|| collected = collect(collector));
    let mut scraper = Scraper::new();
    scraper.encode(&collected);
    let length = scraper.body.len();

    let mut scraper = None;
    let first = measure(|| scraper.insert(Scraper::with_room(length)).encode(&collected));
    let mut scraper = scraper.expect("it has encoded");
    let second = measure(|| scraper.encode(&collected));
    let room = u64::try_from(scraper.body.capacity()).expect("it was allocated");
    let kept = u64::try_from(first.bytes_current).expect("the encoder keeps its memory") - room;
    let collected_bytes = u64::try_from(collecting.bytes_current).expect("it is alive");
    // The last complete data stay for scrapes that come in vain, and the memory of those before is collected into.
    let between = 2 * collected_bytes + kept + room;
    let most = collected_bytes + first.bytes_max;

    println!("\nmemory of a scrape");
    println!("  {:<52} {:>9} kB", "collected by the SDK, of which two are kept", collected_bytes / 1024);
    println!("  {:<52} {:>9} kB", "body", length / 1024);
    println!("  {:<52} {:>9} kB", "kept by the encoder from scrape to scrape", kept / 1024);
    println!("  {:<52} {:>9} kB", "kept in all from scrape to scrape, the body's memory too", between / 1024);
    println!("  {:<52} {:>9} kB", "a first scrape takes, with what is kept of it", most / 1024);
    println!("  {:<52} {:>9} kB", "a later scrape takes beside that", second.bytes_max / 1024);
    println!("  {:<52} {:>9.2}", "all of that in bodies", (between + second.bytes_max) as f64 / length as f64);
    table::bar("what a scrape takes, in bodies", most as f64 / length as f64, Limit::AtMost(2.0));
    let many = allocations(COUNTER_SERIES, HISTOGRAM_SERIES);
    let more_series = METRICS * (COUNTER_SERIES + HISTOGRAM_SERIES - 2);
    let per_series = (many - allocations(1, 1)) / more_series as f64;
    table::bar("allocations per series in encode", per_series, Limit::AtMost(0.0));
    table::bar("allocations per family in encode", many / (2 * METRICS) as f64, Limit::AtMost(40.0));
}

/// Of a later encoding.
fn allocations(counter_series: usize, histogram_series: usize) -> f64 {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    peers::record_raw_series(&provider, counter_series, histogram_series);
    let (collected, mut scraper) = (collect(&collector), Scraper::new());
    scraper.encode(&collected);
    measure(|| scraper.encode(&collected)).count_total as f64
}
