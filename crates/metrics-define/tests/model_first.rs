//! The first records of a metric, and of a series, while a collection runs: the engine itself under a model checker.
//!
//! The provider is one of the model's, and the checker changes threads wherever the engine calls it: when an instrument
//! is made, recorded, bound, and recorded through a handle. Between those calls the engine does nothing that another
//! thread could see half done (`tests/model.rs` checks what it shares).
//! The engine calls its provider under no lock of its own, or a run of this would never end.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use metrics_define::{Recording, domain, install};
use opentelemetry::{
    InstrumentationScope, KeyValue,
    metrics::{
        AsyncInstrument, AsyncInstrumentBuilder, BoundSyncInstrument, Callback, Counter, InstrumentBuilder,
        InstrumentProvider, Meter, MeterProvider, ObservableGauge, SyncInstrument,
    },
};
use shuttle::thread;

/// Test metrics
#[domain(title = "Model Metrics", prefixes = ["m"], crate = metrics_define)]
mod m {
    /// Found by its place
    #[counter(name = "m.closed", unit = "{thing}")]
    pub struct Closed {
        pub flag: bool,
    }

    /// Found by its labels
    #[counter(name = "m.open", unit = "{thing}")]
    pub struct Open<'a> {
        #[label(max_values = 2)]
        pub text: &'a str,
    }
}

const RUNS: usize = 2_000;

/// Half of the runs with random schedules, half with those that find rare orders of few preemptions.
fn check(model: fn(Recording)) {
    for recording in [Recording::Bound, Recording::Unbound] {
        shuttle::check_random(move || model(recording), RUNS / 2);
        shuttle::check_pct(move || model(recording), RUNS / 2, 3);
    }
}

#[test]
fn first_records_lose_nothing_and_show_no_zero() {
    // One after the other: both install for the process.
    check(|recording| {
        first_records(recording, "m.closed", |amount| m::Closed { flag: true }.add(amount));
    });
    check(|recording| {
        first_records(recording, "m.open", |amount| m::Open { text: "a" }.add(amount));
    });
    check(|recording| {
        m::Open { text: "kept" }.add(0);
        first_records(recording, "m.open", |amount| m::Open { text: if amount == 3 { "b" } else { "c" } }.add(amount));
    });
}

/// Two threads record the same series for the first time and once more, while a third one collects.
fn first_records(recording: Recording, name: &'static str, record: fn(u64)) {
    let model = Model::default();
    let installation = install(Arc::new(model.clone()), recording);
    let recorders = [3, 5].map(|amount| {
        thread::spawn(move || {
            record(amount);
            record(amount);
        })
    });
    let reader = model.clone();
    let collecting = thread::spawn(move || {
        let seen = [(); 3].map(|()| reader.collect(name));
        assert!(seen.iter().all(|sum| *sum != Some(0)), "a series that nobody recorded: {seen:?}");
        assert!(seen.is_sorted(), "a sum that shrinks: {seen:?}");
    });
    for thread in recorders.into_iter().chain([collecting]) {
        thread.join().unwrap();
    }
    assert_eq!(model.collect(name), Some(16), "what was recorded is collected, once");
    installation.uninstall();
}

/// A provider that keeps sums as the SDK does: a series that is bound is there, be it at 0.
#[derive(Clone, Default)]
struct Model(Arc<State>);

#[derive(Default)]
struct State {
    sums: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
    callbacks: Mutex<Vec<Callback<u64>>>,
}

impl Model {
    /// The SDK calls back, and reads then; the sum of what has this name, if there is any.
    fn collect(&self, name: &str) -> Option<u64> {
        step();
        for callback in &*self.0.callbacks.lock().unwrap_or_else(PoisonError::into_inner) {
            callback(&Nowhere);
        }
        step();
        let sums = self.0.sums.lock().unwrap_or_else(PoisonError::into_inner);
        let sums: Vec<_> = sums.iter().filter(|(series, _)| series.starts_with(name)).collect();
        sums.iter().map(|(_, sum)| sum.load(Ordering::Relaxed)).reduce(|a, b| a + b)
    }

    fn series(&self, name: &str, attributes: &[KeyValue]) -> Arc<AtomicU64> {
        let mut sums = self.0.sums.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(sums.entry(format!("{name} {attributes:?}")).or_default())
    }
}

impl MeterProvider for Model {
    fn meter_with_scope(&self, _: InstrumentationScope) -> Meter {
        Meter::new(Arc::new(self.clone()))
    }
}

impl InstrumentProvider for Model {
    fn u64_counter(&self, builder: InstrumentBuilder<'_, Counter<u64>>) -> Counter<u64> {
        // The engine's own counters are made while it makes others wait.
        if builder.name.starts_with("m.") {
            step();
        }
        Counter::new(Arc::new(Sums { model: self.clone(), name: builder.name.into_owned() }))
    }

    fn u64_observable_gauge(
        &self,
        builder: AsyncInstrumentBuilder<'_, ObservableGauge<u64>, u64>,
    ) -> ObservableGauge<u64> {
        self.0.callbacks.lock().unwrap_or_else(PoisonError::into_inner).extend(builder.callbacks);
        ObservableGauge::new()
    }
}

struct Sums {
    model: Model,
    name: String,
}

impl SyncInstrument<u64> for Sums {
    fn measure(&self, amount: u64, attributes: &[KeyValue]) {
        step();
        self.model.series(&self.name, attributes).fetch_add(amount, Ordering::Relaxed);
        step();
    }

    fn bind(&self, attributes: &[KeyValue]) -> Box<dyn BoundSyncInstrument<u64> + Send + Sync> {
        step();
        let series = self.model.series(&self.name, attributes);
        step();
        Box::new(Handle(series))
    }
}

struct Handle(Arc<AtomicU64>);

impl BoundSyncInstrument<u64> for Handle {
    fn measure(&self, amount: u64) {
        step();
        self.0.fetch_add(amount, Ordering::Relaxed);
        step();
    }
}

/// What is observed is not looked at.
struct Nowhere;

impl AsyncInstrument<u64> for Nowhere {
    fn observe(&self, _: u64, _: &[KeyValue]) {}
}

/// Here the checker may go on with another thread.
fn step() {
    thread::yield_now();
}
