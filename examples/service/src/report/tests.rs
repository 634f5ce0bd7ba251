use super::*;

const SCRAPE: &str = "\
# HELP target_info Target metadata
# TYPE target_info gauge
target_info{service_name=\"service\"} 1
# HELP script_executions_total Total executions
# TYPE script_executions_total counter
script_executions_total{status=\"completed\",text=\"a } 7\"} 40
script_executions_total{status=\"failed\"} 2
# TYPE script_execution_duration histogram
script_execution_duration_bucket{le=\"1.0\"} 3
script_execution_duration_bucket{le=\"+Inf\"} 4
script_execution_duration_sum 6
script_execution_duration_count 4
";

fn total(series: u64, sum: f64, count: Option<u64>) -> totals::Total {
    totals::Total { series, sum, count }
}

fn totals(metrics: &[(&str, totals::Total)]) -> Totals {
    let mut totals = Totals::default();
    for (name, total) in metrics {
        *totals.entry(name) = *total;
    }
    totals
}

#[test]
fn a_scrape_is_summed_up() {
    let expected = Scrape {
        families: 3,
        series: 7,
        totals: totals(&[
            ("script_executions_total", total(2, 42.0, None)),
            ("script_execution_duration", total(1, 6.0, Some(4))),
        ]),
    };
    assert_eq!(Scrape::parse(SCRAPE), expected);
    assert_eq!(Scrape::parse(""), Scrape::default());
    assert_eq!(Scrape::parse("no value\n\n# x"), Scrape::default());
}

#[test]
fn differences_are_named_and_rounding_is_none() {
    let (executions, duration) = ("script.executions.total", "script.execution.duration");
    let scraped = totals(&[
        ("script_executions_total", total(1, 1.0, None)),
        ("script_execution_duration", total(1, 0.3, Some(3))),
        ("rate_limit_bypass_total", total(1, 1.0, None)),
        ("otel_sdk_span_live", total(1, 1.0, None)),
    ]);
    let received = totals(&[
        (executions, total(1, 1.0, None)),
        (duration, total(1, 0.1 + 0.2, Some(3))),
        ("rate_limit.allowed.total", total(1, 1.0, None)),
        ("otel.sdk.span.live", total(1, 2.0, None)),
    ]);
    let expected = Comparison { same: 2, different: vec!["rate_limit.allowed.total", "rate_limit.bypass.total"] };
    assert_eq!(received.compare(&scraped), expected);
    assert_eq!(Totals::default().compare(&Totals::default()), Comparison::default());

    let scraped = totals(&[("script_executions_total", total(1, 1.0, None))]);
    for other in [total(2, 1.0, None), total(1, 2.0, None), total(1, 1.0, Some(1))] {
        let received = totals(&[(executions, other)]);
        assert_eq!(received.compare(&scraped), Comparison { same: 0, different: vec![executions] });
    }
}

fn report() -> Report {
    Report {
        load: Some(Counts::default()),
        collector: Some(Collector {
            endpoint: "http://127.0.0.1:4318".to_owned(),
            metrics: totals(&[
                ("script.executions.total", total(2, 42.0, None)),
                ("script.execution.duration", total(1, 6.0, Some(4))),
            ]),
            spans: BTreeMap::from([("script.run".to_owned(), 42)]),
            log_records: 1,
        }),
        scraped: Some(Scraped {
            address: "http://127.0.0.1:8080/metrics".to_owned(),
            result: Ok(Scrape::parse(SCRAPE)),
        }),
        at_rest: true,
        shutdown: "traces: all\nmetrics: all".to_owned(),
    }
}

#[test]
fn the_whole_text() {
    let expected = "
Answers to the built-in load: 0
  completed                                                     0
  failed                                                        0
  timeout                                                       0
  error                                                         0
  rejected                                                      0
  busy                                                          0
  lost                                                          0

Received over OTLP at http://127.0.0.1:4318
  metric                                                   series  total
  script.execution.duration                                     1  4 values, mean 1.5000
  script.executions.total                                       2  42
  span                                                      count
  script.run                                                   42
  log records                                                   1

Scrape of http://127.0.0.1:8080/metrics: 3 families, 7 series
  metric                                                   series  total
  script_execution_duration                                     1  4 values, mean 1.5000
  script_executions_total                                       2  42
  OTLP and scrape agree on 2 metrics

Shutdown
  traces: all
  metrics: all
";
    assert_eq!(report().to_string(), expected);
}

#[test]
fn a_difference_is_said_only_when_nothing_moved() {
    let mut differing = report();
    differing.collector.as_mut().unwrap().metrics = Totals::default();
    let different = differing.comparison().unwrap().different;
    assert_eq!(different, ["script.executions.total", "script.execution.duration"]);
    let line = "  OTLP and scrape DIFFER on script.executions.total, script.execution.duration\n";
    assert!(differing.to_string().contains(line), "{differing}");

    let moving = Report { at_rest: false, ..differing };
    assert_eq!(moving.comparison(), None);
    assert!(moving.to_string().contains("not compared"), "{moving}");
}

#[test]
fn what_does_not_apply_is_left_out() {
    let shutdown = "telemetry was off".to_owned();
    let report = Report { load: None, collector: None, scraped: None, at_rest: true, shutdown };
    assert_eq!(report.to_string(), "\nShutdown\n  telemetry was off\n");
}
