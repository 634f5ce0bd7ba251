//! What one measurement costs: a counter and a histogram, ours, the SDK's and the peers'.
//!
//! Every subject does the same per call: takes the next of 64 prepared label sets and records. The values go somewhere
//! real: ours and the SDK's into a provider with a reader, the peers' into their registries.

pub(crate) mod definitions;
mod outputs;
mod peers;
mod sdk;

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use metrics_define::{Recording, install};
use opentelemetry_sdk::Resource;

pub(crate) use self::definitions::bench;
use self::definitions::{Bench, Outcome};
use crate::{
    instructions,
    measure::{Subject, nanoseconds},
    memory,
    table::{self, Limit},
};

/// The label values that the subjects go through.
const VALUES: usize = 64;

pub(crate) fn run() {
    // First, while nothing is installed.
    instructions::run();
    memory::run();
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let _installation = install(Arc::new(provider.clone()), Recording::Bound);
    let bench = Bench::new();

    let shared = AtomicU64::new(0);
    let raw = sdk::Instruments::new(&provider);
    let peers = peers::Peers::new();

    counters(&bench, &shared, &raw);
    text_counters(&bench, &peers);
    histograms(&bench, &raw, &peers);
    outputs::run(&bench, &collector);
}

/// An atomic that no other one shares its cache line with.
#[derive(Default)]
#[repr(align(64))]
struct OwnLine(AtomicU64);

fn counters(bench: &Bench, shared: &AtomicU64, raw: &sdk::Instruments) {
    let eight: [OwnLine; 8] = Default::default();
    let subjects = [
        Subject::new("one shared AtomicU64::fetch_add", |_, iterations| {
            for _ in 0..iterations {
                black_box(shared).fetch_add(1, Ordering::Relaxed);
            }
        }),
        Subject::new("eight atomics, picked by the same labels", |_, iterations| {
            for n in 0..iterations {
                let (outcome, retried) = bench.closed[n as usize % VALUES];
                eight[outcome as usize * 2 + usize::from(retried)].0.fetch_add(1, Ordering::Relaxed);
            }
        }),
        Subject::new("otelier, two closed labels", |_, iterations| {
            for n in 0..iterations {
                let (outcome, retried) = bench.closed[n as usize % VALUES];
                bench::Closed { outcome, retried }.inc();
            }
        }),
        Subject::new("otelier, two closed labels, one series", |_, iterations| {
            for _ in 0..iterations {
                bench::Closed { outcome: black_box(Outcome::Completed), retried: black_box(false) }.inc();
            }
        }),
        Subject::new("otelier, bound", |_, iterations| {
            for _ in 0..iterations {
                bench.bound.inc();
            }
        }),
        Subject::new("otelier, interned text and bool, one series", |_, iterations| {
            for _ in 0..iterations {
                bench::Interned { route: black_box(bench.interned[7]), retried: black_box(false) }.inc();
            }
        }),
        Subject::new("opentelemetry_sdk add, the same attributes", |_, iterations| {
            for n in 0..iterations {
                raw.add_closed(bench.closed[n as usize % VALUES]);
            }
        }),
    ];
    let (one, two) = (nanoseconds(&subjects, 1), nanoseconds(&subjects, 2));
    table::print("counter, two closed labels", &names(&subjects), &one, &two);
    table::bar("closed labels against one shared atomic, 1 thread", one[2] / one[0], Limit::AtMost(1.5));
    table::bar("closed labels, one series, against it, 2 threads", two[3] / two[0], Limit::AtMost(1.5));
    table::bar("closed labels against eight atomics, 1 thread", one[2] / one[1], Limit::AtMost(1.5));
    table::bar("closed labels against eight atomics, 2 threads", two[2] / two[1], Limit::AtMost(1.5));
    table::bar("interned text, one series, against one, 1 thread", one[5] / one[0], Limit::AtMost(1.5));
    table::bar("interned text, one series, against one, 2 threads", two[5] / two[0], Limit::AtMost(1.5));
    table::bar("SDK add against closed labels, 1 thread", one[6] / one[2], Limit::AtLeast(8.0));
    table::bar("SDK add against closed labels, 2 threads", two[6] / two[2], Limit::AtLeast(8.0));
}

fn text_counters(bench: &Bench, peers: &peers::Peers) {
    let mut subjects = vec![Subject::new("otelier, &str label, 64 values", |_, iterations| {
        for n in 0..iterations {
            bench::Text { text: &bench.texts[n as usize % VALUES] }.inc();
        }
    })];
    subjects.extend(peers.text_counters(&bench.texts));
    let (one, two) = (nanoseconds(&subjects, 1), nanoseconds(&subjects, 2));
    table::print("counter, one text label of 64 values, hit", &names(&subjects), &one, &two);
    for (peer, name) in names(&subjects).iter().enumerate().skip(1) {
        table::bar(&format!("{name}, 1 thread"), one[peer] / one[0], Limit::AtLeast(1.0));
        table::bar(&format!("{name}, 2 threads"), two[peer] / two[0], Limit::AtLeast(1.0));
    }
}

fn histograms(bench: &Bench, raw: &sdk::Instruments, peers: &peers::Peers) {
    let subjects = [
        Subject::new("otelier, one closed label", |_, iterations| {
            for n in 0..iterations {
                let (outcome, _) = bench.closed[n as usize % VALUES];
                bench::Time { outcome }.record(bench.values[n as usize % VALUES]);
            }
        }),
        Subject::new("opentelemetry_sdk record, the same attribute", |_, iterations| {
            for n in 0..iterations {
                let (outcome, _) = bench.closed[n as usize % VALUES];
                raw.record(outcome, bench.values[n as usize % VALUES]);
            }
        }),
        peers.histogram(&bench.closed, &bench.values),
    ];
    let (one, two) = (nanoseconds(&subjects, 1), nanoseconds(&subjects, 2));
    table::print("histogram of 11 boundaries, one closed label", &names(&subjects), &one, &two);
    table::bar("SDK record against ours, 1 thread", one[1] / one[0], Limit::AtLeast(2.5));
    table::bar("SDK record against ours, 2 threads", two[1] / two[0], Limit::AtLeast(1.0));
    table::bar("prometheus against ours, 1 thread", one[2] / one[0], Limit::AtLeast(2.0));
    table::bar("prometheus against ours, 2 threads", two[2] / two[0], Limit::AtLeast(1.0));
}

fn names(subjects: &[Subject<'_>]) -> Vec<&'static str> {
    subjects.iter().map(|subject| subject.name).collect()
}
