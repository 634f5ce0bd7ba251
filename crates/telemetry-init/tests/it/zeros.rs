//! Zeros are in the first scrape and the first push, before the first failure.

use metrics_catalog::{CallError, catalog, coordinator, increment_counter, set_gauge};
use telemetry_testkit::{OtlpReceiver, PointValue};

use crate::{
    child::{WATCHDOG, run, say},
    views::{SCRAPE, scraped},
};

catalog! { static METRICS = [coordinator::DEFINITION]; }

#[test]
fn a_catalogue_given_at_the_start_has_its_zeros_in_the_first_scrape_and_push() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = run("zeros", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.http_endpoint()), SCRAPE[0], SCRAPE[1]]);
    assert_eq!(outcome.values["scraped before"], "0", "nobody has said yet which there are");
    assert_eq!(outcome.values["scraped"], "4");
    let pushed = receiver.expect(WATCHDOG, "four zeros", |received| received.points.len() >= 4);
    let values: Vec<_> =
        pushed.points_of("coordinator.executions.scheduled.total", &[]).iter().map(|point| &point.value).collect();
    assert_eq!(values, [&PointValue::Sum { value: 0.0, monotonic: true }; 4]);

    assert!(outcome.log.contains("WARN"), "{}", outcome.log);
    assert!(outcome.log.contains(r#""coordinator_executions_active""#), "a name that is taken: {}", outcome.log);
    assert_eq!(outcome.values["refused"], "true", "a name that is kept");
}

pub(crate) fn child() {
    // Before the catalogue is known, a name of its own.
    set_gauge("coordinator_executions_active", 1.0, &[]).unwrap();
    let telemetry = telemetry_init::init().unwrap();
    say("scraped before", zeros(&telemetry));
    let telemetry = telemetry.with_catalog(&METRICS);
    say("scraped", zeros(&telemetry));
    let taken = increment_counter("coordinator_executions_scheduled_total", 1.0, &[]);
    say("refused", matches!(taken, Err(CallError::Register(_))));
    telemetry.shutdown(WATCHDOG);
}

fn zeros(telemetry: &telemetry_init::TelemetryGuard) -> usize {
    let is_zero = |line: &&str| line.starts_with("coordinator_executions_scheduled_total{") && line.ends_with(" 0");
    scraped(telemetry).lines().filter(is_zero).count()
}
