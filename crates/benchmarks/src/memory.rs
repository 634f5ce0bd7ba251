//! What the whole catalogue costs in memory, used once, with both outputs on; against the same instruments straight on
//! the SDK with a reader for each output. Each side is measured in a process of its own.

#[path = "../../metrics-catalog/tests/recorded/every_metric.rs"]
mod every_metric;
mod raw;

use std::{fs, process::Command, sync::Arc};

use metrics_catalog::{Recording, install};
use metrics_pipeline::Collector;
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, encode};

use crate::table::{self, Limit};

/// The arguments under which this program measures one side.
pub(crate) const SIDES: [&str; 2] = ["memory-catalogue", "memory-raw"];

pub(crate) fn run() {
    let [ours, raw] = SIDES.map(measure);
    println!("\nmemory of 110 instruments, each recorded once, pushed and scraped");
    println!("  {:<44} {:>12} {:>12}", "kB", "live bytes", "resident");
    for (name, cost) in [("otelier, one aggregation", &ours), ("opentelemetry_sdk, two readers", &raw)] {
        println!("  {name:<44} {:>12} {:>12}", cost.live / 1024, cost.resident / 1024);
    }
    table::bar("live bytes, ours against the SDK's", ours.live as f64 / raw.live as f64, Limit::AtMost(0.25));
    table::bar("resident, ours against the SDK's", ours.resident as f64 / raw.resident as f64, Limit::AtMost(0.25));
}

struct Cost {
    live: i64,
    resident: i64,
}

fn measure(side: &str) -> Cost {
    let program = std::env::current_exe().expect("this program has a path");
    let output = Command::new(program).arg(side).output().expect("this program runs");
    let numbers = String::from_utf8_lossy(&output.stdout);
    let mut numbers = numbers.split_whitespace().map(|number| number.parse().expect("a number"));
    let mut next = || numbers.next().expect("two numbers");
    Cost { live: next(), resident: next() }
}

/// One side, in its own process: prints the live bytes and the growth of the resident set.
pub(crate) fn side(side: &str) {
    let before = resident();
    let mut kept = None;
    let allocations = allocation_counter::measure(|| {
        kept = Some(if side == SIDES[0] { catalogue() } else { raw::instruments() });
    });
    println!("{} {}", allocations.bytes_current, resident() - before);
    drop(kept);
}

/// What must live on while the memory is looked at.
type Kept = Box<dyn std::any::Any>;

fn catalogue() -> Kept {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let installation = install(Arc::new(provider.clone()), Recording::Bound);
    every_metric::record_everything();
    let pushed = push(&collector);
    let body = scrape(&collector);
    Box::new((provider, installation, pushed, body))
}

fn push(collector: &Collector) -> ResourceMetrics {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).expect("the provider is alive");
    collected
}

fn scrape(collector: &Collector) -> Vec<u8> {
    let mut body = Vec::new();
    encode(&push(collector), &EncodeOptions::default(), &mut body);
    body
}

/// Bytes of the resident set that are not the program itself; 0 where the system does not say.
pub(crate) fn resident() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("RssAnon")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse::<i64>().ok()).unwrap_or_default() * 1024
}
