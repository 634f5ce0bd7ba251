//! No runtime is needed, blocked or driven: everything arrives from every kind of thread.

use std::{
    process,
    time::{Duration, Instant},
};

use telemetry_testkit::OtlpReceiver;
use tokio::{runtime::Builder, task::LocalSet};

use crate::{
    child::{PROTOCOLS, endpoint, run, say, sending_to},
    work::{expect_all, work},
};

/// Upstream's defects take five seconds, and an end a few milliseconds. What it took is printed.
const HANGS: u64 = 1_000;

fn delivers_from(runtime: &str) {
    for protocol in PROTOCOLS {
        for end in ["flush", "shutdown", "drop"] {
            let receiver = OtlpReceiver::start().unwrap();
            let case = format!("runtimes/{runtime}/{end}");
            let outcome = run(&case, &sending_to(protocol, &endpoint(protocol, &receiver)));
            expect_all(&receiver, &format!("{case} {protocol}"));
            let took: u64 = outcome.values["took_ms"].parse().unwrap();
            println!("{case} {protocol}: {took} ms");
            assert!(took < HANGS, "{case} {protocol}: {took} ms");
        }
    }
}

#[test]
fn start_outside_tokio() {
    delivers_from("none");
}

#[test]
fn current_thread() {
    delivers_from("current_thread");
}

#[test]
fn multi_thread_with_one_worker() {
    delivers_from("one_worker");
}

#[test]
fn multi_thread_with_many_workers() {
    delivers_from("many_workers");
}

#[test]
fn local_set() {
    delivers_from("local_set");
}

#[test]
fn spawn_blocking() {
    delivers_from("spawn_blocking");
}

pub(crate) fn child(case: &str) {
    let (runtime, end) = case.split_once('/').unwrap();
    let end = end.to_owned();
    match runtime {
        "none" => life(&end),
        "current_thread" => Builder::new_current_thread().build().unwrap().block_on(async { life(&end) }),
        "one_worker" => in_a_task(1, end),
        "many_workers" => in_a_task(4, end),
        "local_set" => {
            let runtime = Builder::new_current_thread().build().unwrap();
            let life = async move { tokio::task::spawn_local(async move { life(&end) }).await.unwrap() };
            LocalSet::new().block_on(&runtime, life);
        }
        "spawn_blocking" => {
            let runtime = Builder::new_current_thread().build().unwrap();
            runtime.block_on(async { tokio::task::spawn_blocking(move || life(&end)).await.unwrap() });
        }
        other => panic!("no runtime {other}"),
    }
}

fn in_a_task(workers: usize, end: String) {
    let runtime = Builder::new_multi_thread().worker_threads(workers).build().unwrap();
    runtime.block_on(async { tokio::spawn(async move { life(&end) }).await.unwrap() });
}

fn life(end: &str) {
    let telemetry = telemetry_init::init().unwrap();
    work();
    let started = Instant::now();
    match end {
        "flush" => drop(telemetry.flush(Duration::from_secs(10))),
        "shutdown" => drop(telemetry.shutdown(Duration::from_secs(10))),
        "drop" => {
            drop(telemetry);
            return say("took_ms", started.elapsed().as_millis());
        }
        other => panic!("no end {other}"),
    }
    say("took_ms", started.elapsed().as_millis());
    // Without dropping the guard: whatever arrives was sent before.
    process::exit(0);
}
