//! Off is off: no thread, no descriptor, no allocation, and one line that says why.

use std::{fs, time::Duration};

use metrics_catalog::{
    execution::{ExecutionDuration, ExecutionStatus, ExecutionsActive, ExecutionsTotal},
    rate_limit::{Algorithm, RequestsTotal},
};

use crate::child::{run, say};

#[test]
fn off_costs_nothing_and_says_why() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[], "telemetry off: no OTLP endpoint is set"),
        (&[("ENABLE_TRACING", "false"), endpoint], "telemetry off: ENABLE_TRACING is false"),
        (&[("OTEL_SDK_DISABLED", "true"), endpoint], "telemetry off: OTEL_SDK_DISABLED is true"),
        (
            &[
                ("OTEL_TRACES_EXPORTER", "none"),
                ("OTEL_METRICS_EXPORTER", "none"),
                ("OTEL_LOGS_EXPORTER", "none"),
                endpoint,
            ],
            "telemetry off: the exporter is none",
        ),
        (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")], "telemetry off: the OTLP endpoint cannot be used"),
        (
            &[("OTEL_TRACES_EXPORTER", "none"), ("OTEL_LOGS_EXPORTER", "none"), ("ENABLE_METRICS", "0"), endpoint],
            "telemetry off: traces: the exporter is none; metrics: ENABLE_METRICS is false; logs: the exporter is none",
        ),
    ];
    for (variables, why) in cases {
        let outcome = run("off", variables);
        assert_eq!(outcome.values["threads_before"], outcome.values["threads_after"], "{variables:?}");
        assert_eq!(outcome.values["descriptors_before"], outcome.values["descriptors_after"], "{variables:?}");
        assert_eq!(outcome.values["allocations"], "0", "{variables:?}");
        assert!(outcome.log.contains(why), "{variables:?}: {}", outcome.log);
    }
}

pub(crate) fn child() {
    let before = (entries("/proc/self/task"), entries("/proc/self/fd"));
    let telemetry = telemetry_init::init().unwrap();
    let after = (entries("/proc/self/task"), entries("/proc/self/fd"));
    say("threads_before", before.0);
    say("threads_after", after.0);
    say("descriptors_before", before.1);
    say("descriptors_after", after.1);

    let allocations = allocation_counter::measure(|| {
        for _ in 0..2_500 {
            let _running = ExecutionsActive.track();
            ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: "rhai" }.inc();
            RequestsTotal { authenticated: true, endpoint: "/", algorithm: Algorithm::TokenBucket }.add(2);
            ExecutionDuration { lang_and_version: "rhai" }.start_timer().stop();
        }
    });
    say("allocations", allocations.count_total);
    assert!(telemetry.scrape_service().is_none());
    assert!(!telemetry.flush(Duration::MAX).timed_out);
    assert!(!telemetry.shutdown(Duration::MAX).timed_out);
}

/// The sorted names in a folder of `/proc`; nothing on systems without it.
fn entries(folder: &str) -> String {
    let Ok(entries) = fs::read_dir(folder) else { return String::new() };
    let mut names: Vec<_> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names.join(",")
}
