//! What recording puts up with is logged when it first happens, and summed up at the end.

use std::time::Duration;

use telemetry_testkit::OtlpReceiver;

use crate::child::run;

/// Metrics of the service
#[metrics_define::domain(title = "Shop Metrics", crate = metrics_define)]
mod shop {
    /// Time
    #[histogram(name = "shop.time", unit = "s", buckets = [1.0])]
    pub(crate) struct Time;
}

/// A plug-in that was built with another version of the engine
#[metrics_define::domain(title = "Plug-in Metrics", crate = metrics_define_second)]
mod plugin {
    /// Counted
    #[counter(name = "plugin.counted", unit = "{thing}")]
    pub(crate) struct Counted;
}

#[test]
fn a_problem_is_logged_once_when_it_appears() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = run("problems", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.http_endpoint())]);
    let said = outcome.out + &outcome.log;
    let (before, after) = said.split_once("shutting down").unwrap();
    let invalid = "were negative, infinite or not a number and were ignored: check what is recorded";
    let engine = "and metrics-define 99.0.0 is in this program as well";
    for (text, before_shutdown) in [
        (format!(r#"metric "shop.time": 1 measurements {invalid}"#), 1),
        (format!(r#"metric "shop.time": 3 measurements {invalid}"#), 0),
        (engine.to_owned(), 1),
    ] {
        assert_eq!(before.matches(&text).count(), before_shutdown, "{text:?} in {said}");
        assert_eq!(after.matches(&text).count(), 1 - before_shutdown, "{text:?} in {said}");
    }
    assert!(said.contains("WARN"), "{said}");
}

pub(crate) fn child() {
    let telemetry = telemetry_init::init().unwrap();
    for _ in 0..3 {
        shop::Time.record(f64::NAN);
        plugin::Counted.inc();
    }
    tracing::warn!("shutting down");
    telemetry.shutdown(Duration::from_secs(10));
}
