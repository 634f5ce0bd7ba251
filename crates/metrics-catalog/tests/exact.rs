//! Random recording from many threads over all kinds and labels: the totals are exact, series by series, in what an OTLP
//! receiver got and in what a scrape says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use metrics_catalog::{
    CATALOG, ProblemKind, Recording,
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
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, encode};
use telemetry_export::{Export, Protocol, Target};
use telemetry_testkit::{OtlpReceiver, PointValue};

const THREADS: u64 = 4;
const ROUNDS: u64 = 20_000;
const STATUSES: [ExecutionStatus; 3] =
    [ExecutionStatus::Completed, ExecutionStatus::Failed, ExecutionStatus::Cancelled];
const ALGORITHMS: [Algorithm; 3] = [Algorithm::TokenBucket, Algorithm::NoLimit, Algorithm::FixedWindow];
const CONNECTIONS: [ConnectionType; 2] = [ConnectionType::Sse, ConnectionType::WebSocket];
const DEADLINE: Duration = Duration::from_secs(30);

/// A series: the metric's name, and its labels in the order of their keys.
type Series = (String, String);

/// What a series has: a number, or a histogram's count, sum and buckets.
type Total = (f64, f64, Vec<u64>);

#[derive(Default)]
struct Model(BTreeMap<Series, Total>);

impl Model {
    fn number(&mut self, name: &str, labels: &[(&str, &str)]) -> &mut f64 {
        &mut self.0.entry((name.to_owned(), written(labels))).or_default().0
    }

    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let def = CATALOG.metrics().find(|def| def.name == name).unwrap();
        let (count, sum, buckets) = self.0.entry((name.to_owned(), written(labels))).or_default();
        buckets.resize(def.boundaries.len() + 1, 0);
        *count += 1.0;
        *sum += value;
        let bucket = def.boundaries.iter().position(|bound| value <= *bound).unwrap_or(def.boundaries.len());
        buckets[bucket] += 1;
    }

    fn merge(&mut self, other: Self) {
        for (series, (number, sum, buckets)) in other.0 {
            let total = self.0.entry(series).or_default();
            total.0 += number;
            total.1 += sum;
            total.2.resize(buckets.len(), 0);
            total.2.iter_mut().zip(buckets).for_each(|(total, more)| *total += more);
        }
    }
}

fn written(labels: &[(&str, &str)]) -> String {
    let mut labels: Vec<_> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    labels.sort();
    labels.join(",")
}

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
        match random.below(10) {
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

fn name(value: impl metrics_catalog::LabelValue) -> &'static str {
    match value.label() {
        metrics_catalog::Label::Closed { text, .. } => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn random_concurrent_recording_is_exact_in_every_output() {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let _installation = install(Arc::new(provider), Recording::Bound);
    let receiver = OtlpReceiver::start().unwrap();
    let target = Target::new(Protocol::Grpc, &receiver.grpc_endpoint()).unwrap();
    let export = Export::builder(Resource::builder_empty().build())
        .with_metrics(target, collector.clone(), Duration::from_millis(20))
        .start()
        .unwrap();

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
    let count = |outputs: &BTreeMap<Series, Total>| outputs.keys().filter(|(name, _)| names.contains(name)).count();
    assert_eq!((count(&pushed), count(&scraped)), (expected.0.len(), expected.0.len()), "no series beside them");
    export.shutdown(DEADLINE);
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
    assert_eq!(expected.0.keys().filter(|(name, _)| name == "errors.total").count(), 64);
    let kind = ProblemKind::TooManyValues { label: "component" };
    let problem = problems().into_iter().find(|problem| problem.kind == kind).unwrap();
    assert_eq!(f64::from(u32::try_from(problem.measurements).unwrap()).to_bits(), beyond.to_bits());
}

fn pushed(receiver: &OtlpReceiver) -> BTreeMap<Series, Total> {
    let points = receiver.received().points.into_iter();
    points
        .map(|point| {
            let labels: Vec<_> = point.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let total = match point.value {
                PointValue::Sum { value, .. } | PointValue::Gauge(value) => (value, 0.0, Vec::new()),
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                PointValue::Histogram { count, sum, bucket_counts, .. } => (count as f64, sum, bucket_counts),
                other => panic!("{other:?}"),
            };
            ((point.name, written(&labels)), total)
        })
        .collect()
}

fn scraped(collector: &metrics_pipeline::Collector) -> BTreeMap<Series, Total> {
    let (mut collected, mut body) = (ResourceMetrics::default(), Vec::new());
    collector.collect(&mut collected).unwrap();
    encode(&collected, &EncodeOptions::default().with_target_info(false).with_scope_labels(false), &mut body);
    let names: BTreeMap<String, &str> =
        CATALOG.metrics().map(|def| (def.exposed_name().unwrap().to_string(), def.name)).collect();
    let mut totals: BTreeMap<Series, Total> = BTreeMap::new();
    for line in String::from_utf8(body).unwrap().lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (exposed, labels) = series.split_once('{').unwrap_or((series, ""));
        let mut labels: Vec<_> =
            labels.trim_end_matches('}').split("\",").filter_map(|pair| pair.split_once("=\"")).collect();
        for (_, text) in &mut labels {
            *text = text.trim_end_matches('"');
        }
        labels.retain(|(key, _)| *key != "le");
        let value: f64 = value.parse().unwrap();
        let mut parts = ["_bucket", "_count", "_sum"].into_iter();
        let part = parts.find(|part| exposed.strip_suffix(part).is_some_and(|name| names.contains_key(name)));
        let Some(name) = names.get(exposed.strip_suffix(part.unwrap_or("")).unwrap()) else { continue };
        let total = totals.entry(((*name).to_owned(), written(&labels))).or_default();
        match part {
            Some("_sum") => total.1 = value,
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
            Some("_bucket") => {
                // The counts of buckets include those below.
                let below: u64 = total.2.iter().sum();
                total.2.push(value as u64 - below);
            }
            _ => total.0 = value,
        }
    }
    totals
}
