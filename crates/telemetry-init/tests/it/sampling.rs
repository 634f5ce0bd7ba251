//! Every span is counted as started, whatever the sampler of the environment decides about it.

use telemetry_testkit::OtlpReceiver;

use crate::child::{WATCHDOG, run};

const TRACES: u32 = 500;

#[test]
fn spans_that_the_sampler_leaves_out_are_counted_as_started() {
    for (sampler, argument) in [("always_off", None), ("parentbased_traceidratio", Some("0.5")), ("always_on", None)] {
        let receiver = OtlpReceiver::start().unwrap();
        let endpoint = receiver.http_endpoint();
        let mut variables = vec![
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            ("OTEL_TRACES_SAMPLER", sampler),
            ("RUST_LOG", "warn"),
        ];
        variables.extend(argument.map(|argument| ("OTEL_TRACES_SAMPLER_ARG", argument)));
        run("sampling", &variables);
        let got = receiver.received();
        let started = |labels: &[(&str, &str)]| got.sum("otel.sdk.span.started", labels);
        let by = |result: &str| started(&[("otel.span.sampling_result", result)]);
        for origin in ["none", "local"] {
            let count = started(&[("otel.span.parent.origin", origin)]);
            assert_eq!(count.to_string(), TRACES.to_string(), "{sampler}: {origin}");
        }
        let (sampled, dropped) = (by("RECORD_AND_SAMPLE"), by("DROP"));
        assert_eq!(sampled.to_string(), got.spans_received().to_string(), "{sampler}");
        assert_eq!((sampled + dropped).to_string(), (2 * TRACES).to_string(), "{sampler}");
        assert_eq!((sampled > 0.0, dropped > 0.0), (sampler != "always_off", sampler != "always_on"), "{sampler}");
    }
}

pub(crate) fn child() {
    let telemetry = telemetry_init::init().unwrap();
    for _ in 0..TRACES {
        tracing::info_span!("outer").in_scope(|| drop(tracing::info_span!("inner").entered()));
    }
    telemetry.shutdown(WATCHDOG);
}
