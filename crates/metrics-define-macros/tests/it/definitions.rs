//! The constants: what a module's definitions come to.

use expect_test::{Expect, expect};
use metrics_define::{DomainDef, LabelDef, LabelValues, MetricDef, domain};

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
    #[deprecated(note = "use `QueueWaitTime`")]
    #[histogram(name = "execution.queue.latency", unit = "s", buckets = [1.0])]
    pub struct QueueLatency;
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
            runs metrics-define-macros/runs 0.1.0 "Run Metrics" "Runs of scripts" Plain
            Counter script.executions.total {execution} "Total runs, of every kind" []
              status "How the run ended" completed|timeout
              lang.version "Interpreter and version" at most 64
              type "" false|true
            Histogram execution.queue.wait_time ms "Time in the queue" [-0.5, 0.0, 0.25, 1000.0, 1000000.0]
            UpDownCounter execution.queue.depth {execution} "Depth of the queue" []
            Gauge execution.queue.fill 1 "Fill of the queue" []
              urgent "" false|true
            Histogram execution.queue.latency s "Old name of the wait" [1.0]
        "#]],
    );
}

#[test]
fn a_domain_has_defaults() {
    check(
        &plain_defaults::DOMAIN,
        plain_defaults::METRICS,
        &expect![[r#"
            plain_defaults metrics-define-macros/plain_defaults 0.1.0 "Default Metrics" "Everything by default" Units
            Counter plain_defaults.things.total By "Things" []
        "#]],
    );
    plain_defaults::Things.inc();
}

fn check(domain: &DomainDef, metrics: &[&MetricDef], expected: &Expect) {
    let DomainDef { name, scope, version, title, description, naming, .. } = domain;
    let heading = format!("{name} {scope} {version} {title:?} {description:?} {naming:?}\n");
    let metrics = metrics.iter().map(|metric| {
        assert_eq!(metric.domain, domain);
        let MetricDef { kind, name, unit, description, boundaries, .. } = metric;
        let labels: Vec<_> = metric.labels.iter().map(label).collect();
        format!("{kind:?} {name} {unit} {description:?} {boundaries:?}\n{}", labels.concat())
    });
    expected.assert_eq(&(heading + &metrics.collect::<Vec<_>>().concat()));
}

fn label(label: &LabelDef) -> String {
    let values = match label.values {
        LabelValues::Closed(values) => values.join("|"),
        LabelValues::Open { max_values } => format!("at most {max_values}"),
    };
    format!("  {} {:?} {values}\n", label.key, label.description)
}
