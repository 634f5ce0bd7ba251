//! The constants: what a module's definitions come to.

use expect_test::{Expect, expect};
use metrics_define::{DomainDef, LabelDef, LabelValues, MetricDef, Stability, domain};

/// Runs of scripts.
///
/// Only the first paragraph is the description.
#[domain(title = "Run Metrics", prefixes = ["script", "execution"], naming = plain)]
pub mod runs {
    use metrics_define::LabelValue;

    /// How a run ended.
    #[derive(LabelValue, Clone, Copy, Debug)]
    pub enum Status {
        /// It ended well.
        Completed,
        /// It took too long.
        #[label("timeout")]
        TimedOut,
    }

    /// Total runs,
    /// of every kind.
    #[counter(name = "script.executions.total", unit = "{execution}")]
    pub struct ExecutionsTotal<'a> {
        /// How the run ended.
        pub status: Status,
        /// Interpreter and version.
        #[label(key = "lang.version", max_values = 64, example = "python-3.12")]
        pub lang_and_version: &'a str,
        pub r#type: bool,
    }

    /// Time in the queue.
    #[histogram(name = "execution.queue.wait_time", unit = "ms", buckets = [-0.5, 0, 0.25, 1000, 1e6])]
    pub struct QueueWaitTime;

    /// Depth of the queue.
    #[updown_counter(name = "execution.queue.depth", unit = "{execution}")]
    pub struct QueueDepth {}

    /// Fill of the queue.
    #[gauge(name = "execution.queue.fill", unit = "1")]
    pub struct QueueFill {
        pub urgent: bool,
    }

    /// Gone in this build.
    #[cfg(any())]
    #[counter(name = "script.missing.total", unit = "{x}")]
    pub struct Missing {
        pub urgent: Nowhere,
    }

    /// Old name of the wait.
    #[deprecated(since = "0.3.0", note = "use `QueueWaitTime`")]
    #[histogram(name = "execution.queue.latency", unit = "s", buckets = [1.0], renamed_to = QueueWaitTime)]
    pub struct QueueLatency;

    /// Cost.
    #[allow_lint(MC010, MC013, reason = "the name of the document")]
    #[counter(
        name = "script.cost.dollars", unit = "{USD}", value = f64, prometheus = "script_cost_dollars", stability = Stable
    )]
    pub struct CostDollars;

    /// Lag.
    #[updown_counter(name = "script.lag", unit = "{message}", absolute)]
    pub struct Lag;

    /// Failures.
    #[counter(name = "script.failures.total", unit = "{failure}", zero)]
    pub struct FailuresTotal {
        pub status: Status,
    }

    /// Size.
    #[histogram(name = "script.size", unit = "By", exponential)]
    pub struct Size;

    /// Threads.
    #[observable_gauge(name = "script.threads", unit = "{thread}", value = u64)]
    pub struct Threads;

    /// Build.
    #[info(name = "script.build.info")]
    pub struct Build {
        pub language: Language,
    }

    /// A language.
    #[metrics_define::label_text(max_values = 16)]
    pub struct Language;
}

/// Everything by default.
#[domain(title = "Default Metrics")]
mod plain_defaults {
    /// Things
    #[counter(name = "plain_defaults.things.total", unit = "By")]
    pub(super) struct Things;
}

#[test]
fn a_domain_lists_its_metrics_in_order() {
    check(
        &runs::DOMAIN,
        runs::METRICS,
        &expect![[r#"
            runs metrics-define-macros/runs 0.1.0 "Run Metrics" "Runs of scripts" Plain ["script", "execution"]
            Counter U64 script.executions.total {execution} "Total runs, of every kind" [] script_executions_total
              status "How the run ended" completed|timeout
              lang.version "Interpreter and version" at most 64
              type "" false|true
            Histogram F64 execution.queue.wait_time ms "Time in the queue" [-0.5, 0.0, 0.25, 1000.0, 1000000.0] execution_queue_wait_time
            UpDownCounter I64 execution.queue.depth {execution} "Depth of the queue" [] execution_queue_depth
            Gauge F64 execution.queue.fill 1 "Fill of the queue" [] execution_queue_fill
              urgent "" false|true
            Histogram F64 execution.queue.latency s "Old name of the wait" [1.0] execution_queue_latency
              + since 0.3.0 "use `QueueWaitTime`", Some("execution.queue.wait_time")
            Counter F64 script.cost.dollars {USD} "Cost" [] script_cost_dollars
              + exactly script_cost_dollars
              + Stable
              + MC010: the name of the document
              + MC013: the name of the document
            UpDownCounter I64 script.lag {message} "Lag" [] script_lag
              + absolute
            Counter U64 script.failures.total {failure} "Failures" [] script_failures_total
              status "" completed|timeout
              + zero
            Histogram F64 script.size By "Size" [] script_size
              + exponential
            Gauge U64 script.threads {thread} "Threads" [] script_threads
              + observable
            Gauge I64 script.build.info  "Build" [] script_build_info
              language "" at most 16
              + observable
              + info
        "#]],
    );
}

#[test]
fn a_domain_and_its_metrics_are_one_value() {
    assert_eq!((*runs::DEFINITION.def, runs::DEFINITION.metrics), (runs::DOMAIN, runs::METRICS));
}

#[test]
fn a_domain_has_defaults() {
    check(
        &plain_defaults::DOMAIN,
        plain_defaults::METRICS,
        &expect![[r#"
            plain_defaults metrics-define-macros/plain_defaults 0.1.0 "Default Metrics" "Everything by default" Units ["plain_defaults"]
            Counter U64 plain_defaults.things.total By "Things" [] plain_defaults_things_bytes_total
        "#]],
    );
    plain_defaults::Things.inc();
}

fn check(domain: &DomainDef, metrics: &[&MetricDef], expected: &Expect) {
    let DomainDef { name, scope, version, title, description, naming, prefixes, .. } = domain;
    let heading = format!("{name} {scope} {version} {title:?} {description:?} {naming:?} {prefixes:?}\n");
    let metrics = metrics.iter().map(|metric| {
        assert_eq!(metric.domain, domain);
        let MetricDef { kind, value, name, unit, description, boundaries, .. } = metric;
        let labels: Vec<_> = metric.labels.iter().map(label).collect();
        let exposed = metric.exposed_name().expect("there is a name");
        let line = format!("{kind:?} {value:?} {name} {unit} {description:?} {boundaries:?} {exposed}\n");
        line + &labels.concat() + &extras(metric)
    });
    expected.assert_eq(&(heading + &metrics.collect::<Vec<_>>().concat()));
}

/// What most metrics do not have.
fn extras(metric: &MetricDef) -> String {
    let flags = [
        (metric.observable, "observable"),
        (metric.absolute, "absolute"),
        (metric.info, "info"),
        (metric.exponential, "exponential"),
        (metric.zero, "zero"),
    ];
    let flags = flags.iter().filter(|(is_set, _)| *is_set).map(|(_, name)| (*name).to_owned());
    let exact = metric.prometheus.iter().map(|name| format!("exactly {name}"));
    let stability = Some(metric.stability).filter(|level| *level != Stability::default());
    let deprecated =
        metric.deprecated.iter().map(|it| format!("since {} {:?}, {:?}", it.since, it.note, it.renamed_to));
    let exceptions = metric.lint_exceptions.iter().map(|it| format!("{}: {}", it.rule, it.reason));
    let stability = stability.iter().map(|level| format!("{level:?}"));
    let extras = flags.chain(exact).chain(stability).chain(deprecated).chain(exceptions);
    extras.map(|extra| format!("  + {extra}\n")).collect::<Vec<_>>().concat()
}

fn label(label: &LabelDef) -> String {
    let values = match label.values {
        LabelValues::Closed(values) => values.join("|"),
        LabelValues::Open { max_values } => format!("at most {max_values}"),
    };
    format!("  {} {:?} {values}\n", label.key, label.description)
}
