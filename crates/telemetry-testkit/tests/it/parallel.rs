//! Metrics of tests that run at the same time, and what a failed assertion says.

use std::{panic, sync::mpsc, thread, time::Duration};

use metrics_catalog::{
    cache::HitRatio,
    execution::{ErrorsTotal, ExecutionDuration, ExecutionStatus, ExecutionsActive, ExecutionsTotal},
};
use telemetry_testkit::TestTelemetry;

fn total(lang_and_version: &str) -> ExecutionsTotal<'_> {
    ExecutionsTotal { status: ExecutionStatus::Failed, lang_and_version }
}

#[test]
fn a_thousand_parallel_tests_never_see_each_other() {
    const TESTS: usize = 1000;
    const THREADS: usize = 8;
    let tests: Vec<_> = (0..TESTS).map(|_| TestTelemetry::new()).collect();
    thread::scope(|scope| {
        for worker in 0..THREADS {
            let tests = &tests;
            scope.spawn(move || {
                for (n, telemetry) in tests.iter().enumerate() {
                    // Each test is on every thread, and the same labels are in every test.
                    let _inside = telemetry.enter();
                    total("same").add(n as u64);
                    total(&format!("{}", n % 7)).inc();
                    ExecutionDuration { lang_and_version: "same" }.record(1.0);
                    let active = ExecutionsActive.track();
                    if (worker + n) % 2 == 0 {
                        drop(active);
                    } else {
                        // It goes back where it came from, also from inside another test.
                        let _elsewhere = tests[(n + 1) % TESTS].enter();
                        drop(active);
                    }
                }
            });
        }
    });
    for (n, telemetry) in tests.iter().enumerate() {
        let probe = telemetry.probe();
        assert_eq!(probe.value(total("same")), (n * THREADS) as u64);
        assert_eq!(probe.value(total(&format!("{}", n % 7))), THREADS as u64);
        assert_eq!(probe.value(total(&format!("{}", (n + 1) % 7))).number(), None);
        assert_eq!(probe.count(ExecutionDuration { lang_and_version: "same" }), THREADS as u64);
        assert_eq!(probe.value(ExecutionsActive), 0);
    }
}

#[test]
fn tasks_on_one_runtime_never_see_each_other() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let tests: Vec<_> = (0..100).map(|_| TestTelemetry::new()).collect();
    runtime.block_on(async {
        let tasks: Vec<_> = tests
            .iter()
            .cloned()
            .map(|telemetry| {
                tokio::spawn(async move {
                    telemetry
                        .run(async {
                            for _ in 0..10 {
                                total("task").inc();
                                tokio::task::yield_now().await;
                            }
                            // A task of a task is outside, unless it is run inside.
                            tokio::spawn(async { total("task").add(1000) }).await.unwrap();
                        })
                        .await;
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    for telemetry in &tests {
        assert_eq!(telemetry.probe().value(total("task")), 10);
    }
}

#[test]
fn a_thread_is_outside_until_it_enters() {
    let telemetry = TestTelemetry::new();
    let _inside = telemetry.enter();
    let (done, is_done) = mpsc::channel();
    let clone = telemetry.clone();
    thread::spawn(move || {
        total("thread").add(100);
        let _inside = clone.enter();
        total("thread").inc();
        done.send(()).unwrap();
    });
    is_done.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(telemetry.probe().value(total("thread")), 1);
}

#[test]
fn a_failed_assertion_says_what_was_recorded() {
    let telemetry = TestTelemetry::new();
    let probe = telemetry.probe();
    let said = |measured: &dyn std::fmt::Debug| format!("{measured:?}");
    assert_eq!(
        said(&probe.value(total("go"))),
        "nothing is the value of script.executions.total{lang_and_version=\"go\", status=\"failed\"}; \
         nothing was recorded at all: is the code inside the `TestTelemetry`?"
    );
    let _inside = telemetry.enter();
    ExecutionDuration { lang_and_version: "go" }.record(2.5);
    assert_eq!(
        said(&probe.value(total("go"))),
        "nothing is the value of script.executions.total{lang_and_version=\"go\", status=\"failed\"}; \
         other metrics were recorded: script.execution.duration"
    );
    total("go").add(3);
    let failed = panic::catch_unwind(|| assert_eq!(probe.value(total("rust")), 3));
    let message = failed.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("recorded of this metric: {lang_and_version=\"go\", status=\"failed\"} 3"), "{message}");
    assert_eq!(
        said(&probe.sum(ExecutionDuration { lang_and_version: "go" })),
        "2.5 is the sum of script.execution.duration{lang_and_version=\"go\"}; \
         recorded of this metric: {lang_and_version=\"go\"} count 1, sum 2.5"
    );
}

#[test]
fn a_gauge_that_was_never_set_is_no_number() {
    let telemetry = TestTelemetry::new();
    assert_ne!(telemetry.probe().value(HitRatio { cache: "a" }), 0.0);
    assert_eq!(telemetry.probe().value(ErrorsTotal { error_type: "x" }), 0);
}
