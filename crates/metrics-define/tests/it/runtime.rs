//! Metrics that are defined while the program runs.

use std::{
    panic,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use metrics_define::{
    CallError, Kind, MetricSpec, ProblemKind, RecordError, RegisterError, Registry, RuntimeMetric, callback_panics,
    catalog, domain, increment_counter, observe_histogram, problems, set_gauge, time_operation,
};

use crate::pipeline::{check, ready, series};

/// A domain beside the run-time metrics
#[domain(title = "Typed Metrics", prefixes = ["r"], naming = plain, crate = metrics_define)]
mod r {
    /// Typed
    #[counter(name = "r.typed.total", unit = "{thing}")]
    pub struct Typed;

    /// Recorded after a run-time metric of its name
    #[counter(name = "r.late.total", unit = "{thing}")]
    pub struct Late;

    /// Has samples of its own
    #[histogram(name = "r.lat.seconds", unit = "s", buckets = [1.0])]
    pub struct Latency;
}

/// A domain that is never recorded
#[domain(title = "Reserved Metrics", prefixes = ["reserved"], naming = plain, crate = metrics_define)]
mod reserved {
    /// Reserved
    #[counter(name = "reserved.jobs.total", unit = "{job}")]
    pub struct Jobs;

    /// Taken before it was reserved
    #[gauge(name = "reserved.taken", unit = "{job}")]
    pub struct Taken;
}

/// Two modules whose domains have one name
mod twice {
    pub(super) mod first {
        /// The first
        #[metrics_define::domain(title = "First Metrics", crate = metrics_define)]
        pub mod dup {
            /// Seen
            #[counter(name = "dup.seen.total", unit = "{thing}")]
            pub struct Seen<'a> {
                #[label(max_values = 2)]
                pub place: &'a str,
            }
        }
    }

    pub(super) mod second {
        /// The second
        #[metrics_define::domain(title = "Second Metrics", crate = metrics_define)]
        pub mod dup {
            /// Seen
            #[counter(name = "dup.seen.total", unit = "{thing}")]
            pub struct Seen<'a> {
                #[label(max_values = 50)]
                pub place: &'a str,
            }
        }
    }
}

catalog! { static RESERVED = [reserved::DEFINITION]; }

fn counter(name: &str, labels: &[&str]) -> Result<RuntimeMetric, RegisterError> {
    Registry::register(MetricSpec::counter(name, "{thing}", "Things").with_labels(labels.iter().copied()))
}

#[test]
fn every_kind_is_recorded() {
    ready();
    let specs = [
        MetricSpec::counter("r.counter.total", "{thing}", "Counter"),
        MetricSpec::updown_counter("r.updown", "{thing}", "Up and down"),
        MetricSpec::gauge("r.gauge", "Cel", "Gauge"),
        MetricSpec::histogram("r.histogram", "s", "Histogram").with_boundaries([1.0, 5.0]),
    ];
    for spec in specs {
        let metric = Registry::register(spec.with_labels(["first", "second"])).unwrap();
        metric.record(2.5, &["a", "b"]).unwrap();
        metric.record_named(4.5, &[("second", "b"), ("first", "a")]).unwrap();
    }
    check("r.counter.total", &[("first=a,second=b", "7")]);
    check("r.updown", &[("first=a,second=b", "7")]);
    check("r.gauge", &[("first=a,second=b", "4.5")]);
    check("r.histogram", &[("first=a,second=b", "2 [0, 2, 0]")]);
    assert!(Registry::definitions().iter().any(|def| def.name == "r.updown" && def.kind == Kind::UpDownCounter));
}

#[test]
fn the_same_definition_is_the_same_metric() {
    let spec = MetricSpec::histogram("r.same", "s", "Same").with_labels(["a"]).with_boundaries([1.0]);
    let first = Registry::register(spec.clone()).unwrap();
    assert_eq!(Registry::register(spec.clone()).unwrap(), first);
    assert_eq!(Registry::find("r.same"), Some(first));

    let same_but = |unit, description| {
        MetricSpec::histogram("r.same", unit, description).with_labels(["a"]).with_boundaries([1.0])
    };
    let different = [
        ("unit", same_but("ms", "Same")),
        ("description", same_but("s", "Else")),
        ("labels", spec.clone().with_labels(["b"])),
        ("max_values", spec.clone().with_max_values(7)),
        ("boundaries", spec.clone().with_boundaries([2.0])),
        ("kind", MetricSpec::gauge("r.same", "s", "Same").with_labels(["a"])),
    ];
    for (expected, spec) in different {
        match Registry::register(spec) {
            Err(RegisterError::Conflict { name, field, .. }) => {
                assert_eq!((name.as_str(), field), ("r.same", expected));
            }
            other => panic!("{expected}: {other:?}"),
        }
    }
    let error = Registry::register(spec.with_labels(["b", "c"])).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"metric "r.same" is already registered with labels ["a"], and not ["b", "c"]: give one of them another name"#
    );
}

#[test]
fn a_name_is_one_metric_in_prometheus() {
    ready();
    r::Typed.inc();
    let error = counter("r.typed", &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"metric "r_typed_total" is already registered with the OpenTelemetry name "r.typed.total" of metrics-define/r, and not "r.typed" of metrics-define/runtime: give one of them another name"#
    );
    counter("r.dotted.name", &[]).unwrap();
    assert!(matches!(counter("r.dotted_name", &[]), Err(RegisterError::Conflict { .. })));
}

#[test]
fn a_name_is_no_sample_of_another_family() {
    ready();
    r::Latency.record(0.5);
    counter("r.jobs.total", &[]).unwrap();
    let gauge = |name| Registry::register(MetricSpec::gauge(name, "{thing}", "Things"));
    assert_eq!(
        gauge("r.jobs").unwrap_err().to_string(),
        r#"metric "r_jobs" is already registered with the related name "r_jobs_total" ("r.jobs.total" of metrics-define/runtime), and not alone ("r.jobs" of metrics-define/runtime): give one of them another name"#
    );
    assert_eq!(
        gauge("r.lat.seconds.created").unwrap_err().to_string(),
        r#"metric "r_lat_seconds_created" is already registered with the related name "r_lat_seconds" ("r.lat.seconds" of metrics-define/r), and not alone ("r.lat.seconds.created" of metrics-define/runtime): give one of them another name"#
    );
    gauge("r.jobs.totals").unwrap();
}

#[test]
fn a_catalogue_keeps_the_names_that_were_not_recorded() {
    ready();
    set_gauge("reserved_taken", 1.0, &[]).unwrap();
    let error = Registry::reserve(&RESERVED).unwrap_err();
    assert!(error.to_string().contains(r#""reserved.taken" of metrics-define/reserved"#), "{error}");
    for name in ["reserved_jobs_total", "reserved_jobs"] {
        let error = increment_counter(name, 1.0, &[]).unwrap_err();
        assert!(error.to_string().contains(r#""reserved.jobs.total" of metrics-define/reserved"#), "{error}");
    }
    set_gauge("reserved_jobs_running", 1.0, &[]).unwrap();
    assert!(Registry::reserve(&RESERVED).is_err(), "a second time is the same");
}

#[test]
fn a_typed_metric_that_comes_later_is_reported_once() {
    ready();
    increment_counter("r_late_total", 1.0, &[]).unwrap();
    for _ in 0..3 {
        r::Late.inc();
    }
    let found: Vec<_> = problems()
        .into_iter()
        .filter(|problem| problem.definition.is_some_and(|def| def.name == "r.late.total"))
        .collect();
    let taken = ProblemKind::NameTaken { by: "r_late_total", scope: "metrics-define/runtime" };
    assert_eq!(found.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [taken]);
    assert_eq!(
        found[0].to_string(),
        r#"metric "r.late.total" of metrics-define/r has the name in Prometheus that "r_late_total" of metrics-define/runtime has: give one of them another name, or `Registry::reserve` the catalogue at start-up"#
    );
    check("r.late.total", &[("", "3")]);
}

#[test]
fn two_definitions_of_one_name_in_one_scope_are_reported() {
    ready();
    for n in 0..20 {
        twice::first::dup::Seen { place: &n.to_string() }.inc();
        twice::second::dup::Seen { place: &n.to_string() }.inc();
    }
    let found: Vec<_> =
        problems().into_iter().filter(|it| it.definition.is_some_and(|def| def.name == "dup.seen.total")).collect();
    let taken = ProblemKind::NameTaken { by: "dup.seen.total", scope: "metrics-define/dup" };
    let taken = found.iter().find(|problem| problem.kind == taken).unwrap();
    assert_eq!(
        taken.to_string(),
        r#"metric "dup.seen.total" of metrics-define/dup is defined twice, with differences, and the limits of the one that was recorded first hold for both: give one of them, or its domain's module, another name"#
    );
}

#[test]
fn names_of_prometheus_itself_are_refused() {
    for name in ["up", "target_info", "scrape_duration_seconds"] {
        let error = set_gauge(name, 1.0, &[]).unwrap_err();
        assert!(matches!(error, CallError::Register(RegisterError::ExposedName { .. })), "{error}");
    }
}

#[test]
fn a_name_says_its_unit_or_what_it_counts() {
    let cases = [
        ("r_unit_calls_total", "{call}"),
        ("r_unit_errors_total", "{error}"),
        ("r_unit_things_total", "{value}"),
        ("r_unit_hit_ratio", "1"),
        ("r_unit_bytes_total", "By"),
    ];
    for (name, unit) in cases {
        if name.ends_with("_total") { increment_counter(name, 1.0, &[]) } else { set_gauge(name, 1.0, &[]) }.unwrap();
        assert_eq!(Registry::find(name).unwrap().definition().unit, unit, "{name}");
    }
}

#[test]
fn what_the_macro_refuses_is_refused() {
    let refused = [
        MetricSpec::counter("", "1", "x"),
        MetricSpec::counter("R.Upper", "1", "x"),
        MetricSpec::counter("r..doubled", "1", "x"),
        MetricSpec::counter("r.\u{0}", "1", "x"),
        MetricSpec::gauge("r.total", "1", "x"),
        MetricSpec::gauge("r.count", "1", "x"),
        MetricSpec::gauge("r.unit", "seconds", "x"),
        MetricSpec::gauge("r.unit", "", "x"),
        MetricSpec::gauge("r.description", "1", " "),
        MetricSpec::gauge("r.label", "1", "x").with_labels(["le"]),
        MetricSpec::gauge("r.label", "1", "x").with_labels(["Upper"]),
        MetricSpec::gauge("r.label", "1", "x").with_labels(["a.b", "a_b"]),
        MetricSpec::gauge("r.label", "1", "x").with_labels((0..17).map(|n| format!("l{n}"))),
        MetricSpec::gauge("r.buckets", "1", "x").with_boundaries([1.0]),
        MetricSpec::histogram("r.buckets", "1", "x").with_boundaries([2.0, 1.0]),
        MetricSpec::histogram("r.buckets", "1", "x").with_boundaries([1.0, f64::INFINITY]),
        MetricSpec::histogram("r.buckets", "1", "x").with_boundaries([f64::NAN]),
    ];
    for spec in refused {
        let error = Registry::register(spec.clone()).unwrap_err();
        assert!(error.to_string().contains(": "), "{error}: says what to do");
        assert_eq!(Registry::find(&spec.name), None);
    }
}

#[test]
fn wrong_labels_and_values_are_errors() {
    ready();
    let metric = counter("r.strict.total", &["a", "b"]).unwrap();
    for labels in [&[][..], &["1"], &["1", "2", "3"]] {
        assert!(matches!(metric.record(1.0, labels), Err(RecordError::Labels(_))), "{labels:?}");
    }
    for labels in
        [&[("a", "1")][..], &[("a", "1"), ("a", "2")], &[("a", "1"), ("c", "2")], &[("a", "1"), ("b", "2"), ("b", "3")]]
    {
        assert!(matches!(metric.record_named(1.0, labels), Err(RecordError::Labels(_))), "{labels:?}");
    }
    for value in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(metric.record(value, &["1", "2"]), Err(RecordError::Value { .. })), "{value}");
    }
    let invalid = problems().into_iter().find(|it| it.definition == Some(metric.definition())).unwrap();
    assert_eq!(
        (invalid.kind, invalid.measurements),
        (ProblemKind::InvalidValue, 3),
        "counted like those of any metric"
    );
    assert_eq!(series("metrics_catalog.invalid.total")["instrument=r.strict.total"], "3");
    check("r.strict.total", &[]);
    assert_eq!(
        metric.record_named(1.0, &[("c", "1")]).unwrap_err().to_string(),
        r#"metric "r.strict.total" has the labels ["a", "b"], not ["c"]: give each of them once"#
    );
}

#[test]
fn text_of_any_kind_is_a_label() {
    ready();
    let metric = counter("r.text.total", &["a"]).unwrap();
    for text in ["", "ä\u{0}\n\"\\", &"é".repeat(10_000)] {
        metric.record(1.0, &[text]).unwrap();
    }
    assert_eq!(series("r.text.total").len(), 3);
}

#[test]
fn calls_by_name_register_on_first_use() {
    ready();
    increment_counter("r_events_total", 1.0, &[("type", "click"), ("page", "home")]).unwrap();
    increment_counter("r_events_total", 2.0, &[("page", "home"), ("type", "click")]).unwrap();
    set_gauge("r_memory_bytes", 1024.0, &[]).unwrap();
    observe_histogram("r_processing_seconds", 0.234, &[("operation", "embedding")]).unwrap();
    drop(time_operation("r_processing_seconds", &[("operation", "timed")]).unwrap());
    check("r_events_total", &[("page=home,type=click", "3")]);
    check("r_memory_bytes", &[("", "1024")]);
    let processing = series("r_processing_seconds");
    assert_eq!(processing["operation=embedding"], "1 [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]");
    assert!(processing["operation=timed"].starts_with("1 "));

    let def = |name| Registry::find(name).unwrap().definition();
    assert_eq!(
        (def("r_processing_seconds").unit, def("r_memory_bytes").unit, def("r_events_total").unit),
        ("s", "By", "{value}")
    );
    assert_eq!(def("r_processing_seconds").exposed_name().unwrap().as_str(), "r_processing_seconds");
    assert_eq!(def("r_events_total").description, "r events total");
}

#[test]
fn calls_by_name_keep_to_the_kind() {
    ready();
    set_gauge("r_kept", 1.0, &[]).unwrap();
    let wrong_kind = |result| matches!(result, Err(CallError::Record(RecordError::Kind { .. })));
    assert!(wrong_kind(increment_counter("r_kept", 1.0, &[])));
    assert!(wrong_kind(observe_histogram("r_kept", 1.0, &[])));
    assert!(wrong_kind(time_operation("r_kept", &[]).map(drop)));
    assert!(matches!(set_gauge("R kept", 1.0, &[]), Err(CallError::Register(RegisterError::Name { .. }))));
    Registry::register(MetricSpec::updown_counter("r_both", "{thing}", "Both")).unwrap();
    increment_counter("r_both", -2.0, &[]).unwrap();
    check("r_both", &[("", "-2")]);
}

#[test]
fn a_callback_sees_what_is_recorded() {
    ready();
    let metric = counter("r.watched.total", &["a"]).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&seen);
    let panics = callback_panics();
    metric.watch(|_| panic::resume_unwind(Box::new("on purpose"))).keep();
    let watching = metric.watch(move |measurement| {
        // A callback may use the registry and record, also what it watches: no lock is held, and it is not called again.
        metric.record(10.0, &["inner"]).unwrap();
        counter("r.watched.total", &["a"]).unwrap();
        into.lock().unwrap().push((measurement.value.to_string(), measurement.labels.join(",")));
    });
    metric.record(1.0, &["x"]).unwrap();
    drop(watching);
    metric.record(2.0, &["x"]).unwrap();
    assert_eq!(*seen.lock().unwrap(), [("1".to_owned(), "x".to_owned())]);
    assert_eq!(Arc::strong_count(&seen), 1);
    assert!(callback_panics() >= panics + 2);
    check("r.watched.total", &[("a=inner", "10"), ("a=x", "3")]);
}

#[test]
fn threads_that_race_for_the_first_call_lose_nothing() {
    ready();
    let failures = AtomicUsize::new(0);
    thread::scope(|scope| {
        for worker in 0..4 {
            let failures = &failures;
            scope.spawn(move || {
                for _ in 0..500 {
                    let mut labels = [("a", "1"), ("b", "2")];
                    labels.rotate_left(worker % 2);
                    let result = increment_counter("r_raced_total", 1.0, &labels);
                    failures.fetch_add(usize::from(result.is_err()), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(failures.into_inner(), 0);
    check("r_raced_total", &[("a=1,b=2", "2000")]);
}
