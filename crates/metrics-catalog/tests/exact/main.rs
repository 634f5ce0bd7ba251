//! Random recording from many threads over all kinds and labels: the totals are exact, series by series, in what an OTLP
//! receiver got and in what a scrape says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

mod metrics;
mod model;
mod outputs;

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering, mpsc},
    thread,
    time::Duration,
};

use metrics_catalog::{
    ProblemKind, Recording,
    cache::HitRatio,
    connections::{ConnectionType, ConnectionsActive, ConnectionsDuration, ConnectionsTotal},
    errors::ErrorsTotal,
    execution::{ExecutionDuration, ExecutionStatus, ExecutionsTotal},
    health::DependenciesStatus,
    install,
    llm::CostDollars,
    problems,
    rate_limit::{Algorithm, RequestsTotal},
    voice::{CallStatus, CallsTotal},
};
use opentelemetry_sdk::Resource;
use telemetry_export::{Export, Protocol, Target};
use telemetry_testkit::OtlpReceiver;

use crate::{
    metrics::{
        BALANCE, READ, balance, exact,
        exact::{Language, Outcome},
        observe,
    },
    model::{Model, Series, Total, series, written},
    outputs::{pushed, scraped},
};

const THREADS: u64 = 4;
const ROUNDS: u64 = 20_000;
const STATUSES: [ExecutionStatus; 3] =
    [ExecutionStatus::Completed, ExecutionStatus::Failed, ExecutionStatus::Cancelled];
const ALGORITHMS: [Algorithm; 3] = [Algorithm::TokenBucket, Algorithm::NoLimit, Algorithm::FixedWindow];
const CONNECTIONS: [ConnectionType; 2] = [ConnectionType::Sse, ConnectionType::WebSocket];
const DEADLINE: Duration = Duration::from_secs(30);

/// xorshift64
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()]
    }

    /// Multiples of 1/8, whose sums are exact.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn eighths(&mut self, end: u64) -> f64 {
        self.below(end * 8) as f64 / 8.0
    }
}

/// Records at random, as one of several threads, and says what.
fn record(worker: u64, guards: &mpsc::Sender<Box<dyn Send>>) -> Model {
    let (mut random, mut model) = (Random(0x9e37_79b9_7f4a_7c15 ^ (worker + 1)), Model::default());
    let own = format!("worker {worker}");
    let bound = ConnectionsTotal { kind: ConnectionType::Sse }.bind();
    for _ in 0..ROUNDS {
        let language = format!("lang {}", random.below(60));
        match random.below(11) {
            0 => {
                let status = random.of(&STATUSES);
                ExecutionsTotal { status, lang_and_version: &language }.inc();
                *model
                    .number("script.executions.total", &[("status", name(status)), ("lang_and_version", &language)]) +=
                    1.0;
            }
            1 => {
                let (authenticated, algorithm, count) = (random.below(2) == 0, random.of(&ALGORITHMS), random.below(5));
                RequestsTotal { authenticated, endpoint: &language, algorithm }.add(count);
                let labels = [
                    ("authenticated", if authenticated { "true" } else { "false" }),
                    ("endpoint", &language),
                    ("algorithm", name(algorithm)),
                ];
                *model.number("rate_limit.requests.total", &labels) += f64::from(u32::try_from(count).unwrap());
            }
            2 => {
                let cost = random.eighths(3);
                CostDollars { provider: "p", model: &language[..6] }.add(cost);
                *model.number("llm.cost.dollars", &[("provider", "p"), ("model", &language[..6])]) += cost;
            }
            3 => {
                let kind = random.of(&CONNECTIONS);
                ConnectionsActive { kind }.add(3);
                ConnectionsActive { kind }.dec();
                *model.number("connections.active", &[("type", name(kind))]) += 2.0;
            }
            4 => {
                let guard = ConnectionsActive { kind: random.of(&CONNECTIONS) }.track();
                // Dropped by another thread.
                guards.send(Box::new(guard)).unwrap();
            }
            5 => {
                let level = i64::try_from(random.below(100)).unwrap() - 50;
                DependenciesStatus { dependency: &own }.set(level);
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                let level = level as f64;
                *model.number("health.dependencies.status", &[("dependency", &own)]) = level;
            }
            6 => {
                let ratio = random.eighths(1);
                HitRatio { cache: &own }.set(ratio);
                *model.number("cache.hit.ratio", &[("cache", &own)]) = ratio;
            }
            7 => {
                let (kind, value) = (random.of(&CONNECTIONS), random.eighths(8000));
                ConnectionsDuration { kind }.record(value);
                model.value("connections.duration", &[("type", name(kind))], value);
                ExecutionDuration { lang_and_version: &language }.record(value);
                model.value("script.execution.duration", &[("lang_and_version", &language)], value);
            }
            8 => {
                bound.inc();
                *model.number("connections.total", &[("type", "sse")]) += 1.0;
                let counted = ConnectionsTotal { kind: ConnectionType::Sse }.on_drop();
                counted.complete(|labels| labels.kind = ConnectionType::WebSocket);
                *model.number("connections.total", &[("type", "websocket")]) += 1.0;
            }
            9 => record_others(&mut random, &mut model, &language),
            _ => {
                // More texts than the label takes: which of them are `other` is settled by the threads' race.
                let component = format!("component {}", random.below(200));
                ErrorsTotal { component: &component, error_type: "e" }.inc();
                *model.number("errors.total", &[("component", &component), ("error_type", "e")]) += 1.0;
            }
        }
    }
    model
}

/// The same for what is not in the catalogue.
fn record_others(random: &mut Random, model: &mut Model, language: &str) {
    match random.below(3) {
        0 => {
            let (language, large) = (Language::intern(language), random.below(2) == 0);
            let counted = exact::Dense { outcome: Outcome::Done, language, large }.on_drop();
            let outcome = if random.below(2) == 0 { Outcome::Done } else { Outcome::Cancelled };
            if matches!(outcome, Outcome::Done) {
                counted.done();
            } else {
                drop(counted);
            }
            let labels = [
                ("outcome", name(outcome)),
                ("language", language.as_str()),
                ("large", if large { "true" } else { "false" }),
            ];
            *model.number("exact.dense", &labels) += 1.0;
        }
        1 => {
            let (language, shard) = (Language::intern(language), u8::try_from(random.below(7)).unwrap());
            exact::Hashed { language, shard }.add(-2);
            exact::Hashed { language, shard }.during(|| exact::Hashed { language, shard }.bind().add(5));
            let labels = [("language", language.as_str()), ("shard", &shard.to_string())];
            *model.number("exact.hashed", &labels) += 3.0;
            let value = random.eighths(200);
            exact::Latency { language }.record(value);
            model.value("exact.latency", &labels[..1], value);
        }
        _ => {
            let (read, large) = (random.below(1000), random.below(2) == 0);
            READ[usize::try_from(read).unwrap() % READ.len()].fetch_add(read, Ordering::Relaxed);
            let eighths = i64::try_from(random.below(100)).unwrap() - 60;
            BALANCE[usize::from(large)].fetch_add(eighths, Ordering::Relaxed);
            let (level, large) = (i64::try_from(random.below(100)).unwrap(), random.below(2) == 0);
            exact::Level { large }.set(level);
            exact::Whole.set(level);
            let size = random.eighths(100_000);
            exact::Size { large }.record(size);
            model.value("exact.size", &[("large", if large { "true" } else { "false" })], size);
        }
    }
}

fn name(value: impl metrics_catalog::LabelValue) -> &'static str {
    match value.label() {
        metrics_catalog::Label::Closed { text, .. } => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn random_concurrent_recording_is_exact_in_every_output() {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    // The provider that services are given.
    let guarded = metrics_pipeline::guard(provider, &collector);
    let _installation = install(Arc::new(guarded), Recording::Bound);
    let receiver = OtlpReceiver::start().unwrap();
    let target = Target::new(Protocol::Grpc, &receiver.grpc_endpoint()).unwrap();
    let export = Export::builder(Resource::builder_empty().build())
        .with_metrics(target, collector.clone(), Duration::from_millis(20))
        .start()
        .unwrap();

    let _observing = observe();
    let mut expected = Model::default();
    let (send, guards) = mpsc::channel();
    let dropping = thread::spawn(move || guards.into_iter().for_each(drop));
    let workers: Vec<_> = (0..THREADS)
        .map(|worker| {
            let guards = send.clone();
            thread::spawn(move || record(worker, &guards))
        })
        .collect();
    drop(send);
    for worker in workers {
        expected.merge(worker.join().unwrap());
    }
    dropping.join().unwrap();
    // Its series start at 0, and one of them is recorded.
    CallsTotal { status: CallStatus::Failed }.inc();
    for (status, number) in [("completed", 0.0), ("failed", 1.0), ("timeout", 0.0)] {
        *expected.number("voice.calls.total", &[("status", status)]) = number;
    }

    settle(&mut expected);

    export.flush(DEADLINE);
    let pushed = pushed(&receiver);
    let scraped = scraped(&collector);
    fold_errors(&mut expected, &pushed);
    assert!(expected.0.len() > 500, "{}", expected.0.len());
    for (series, total) in &expected.0 {
        assert_eq!(pushed.get(series), Some(total), "{series:?} as pushed");
        assert_eq!(scraped.get(series), Some(total), "{series:?} as scraped");
    }
    let names: std::collections::BTreeSet<_> = expected.0.keys().map(|(name, _)| name).collect();
    // What callbacks fold is counted in every collection.
    let in_collections = series("metrics_catalog.overflow.total", &[("instrument", "exact.read")]);
    let is_counted = |series: &&Series| names.contains(&series.0) && **series != in_collections;
    let count = |outputs: &BTreeMap<Series, Total>| outputs.keys().filter(is_counted).count();
    assert_eq!((count(&pushed), count(&scraped)), (expected.0.len(), expected.0.len()), "no series beside them");
    export.shutdown(DEADLINE);
}

/// What the threads set in turn is set once more, and what they left to be read is expected; so is what they folded.
fn settle(expected: &mut Model) {
    for (large, written, level) in [(false, "false", 42), (true, "true", -7)] {
        exact::Level { large }.set(level);
        *expected.number("exact.level", &[("large", written)]) = f64::from(i32::try_from(level).unwrap());
        *expected.number("exact.balance", &[("large", written)]) = balance(large);
        exact::Build { large }.set();
    }
    exact::Whole.set(5);
    *expected.number("exact.whole", &[]) = 5.0;
    *expected.number("exact.load", &[]) = 0.75;
    *expected.number("exact.build", &[("large", "true")]) = 1.0;
    for (n, read) in READ.iter().enumerate() {
        let language = Language::intern(&format!("lang {n}"));
        let read = u32::try_from(read.load(Ordering::Relaxed)).unwrap();
        *expected.number("exact.read", &[("language", language.as_str())]) += f64::from(read);
    }
    // Each of these is counted with every measurement; of `exact.hashed` four make three.
    for (metric, sum, measurements) in
        [("exact.dense", 1.0, 1.0), ("exact.hashed", 3.0, 4.0), ("exact.latency", 1.0, 1.0)]
    {
        let late = expected.0.iter().filter(|((name, labels), _)| name == metric && labels.contains("language=other"));
        let late: f64 = late.map(|(_, total)| total.0).sum();
        assert!(late > 0.0, "{metric}");
        *expected.number("metrics_catalog.overflow.total", &[("instrument", metric)]) = late / sum * measurements;
    }
}

/// The label took 63 texts and `other`; a text that it took was counted as itself from its first record on.
fn fold_errors(expected: &mut Model, pushed: &BTreeMap<Series, Total>) {
    let other = ("errors.total".to_owned(), written(&[("component", "other"), ("error_type", "e")]));
    let (errors, rest): (BTreeMap<_, _>, _) =
        std::mem::take(&mut expected.0).into_iter().partition(|((name, _), _)| name == "errors.total");
    expected.0 = rest;
    let mut beyond = 0.0;
    for (series, total) in errors {
        if pushed.contains_key(&series) {
            expected.0.insert(series, total);
        } else {
            beyond += total.0;
        }
    }
    expected.0.insert(other, (beyond, 0.0, Vec::new()));
    *expected.number("metrics_catalog.overflow.total", &[("instrument", "errors.total")]) = beyond;
    assert_eq!(expected.0.keys().filter(|(name, _)| name == "errors.total").count(), 64);
    let kind = ProblemKind::TooManyValues { label: "component" };
    let problem = problems().into_iter().find(|problem| problem.kind == kind).unwrap();
    assert_eq!(f64::from(u32::try_from(problem.measurements).unwrap()).to_bits(), beyond.to_bits());
}
