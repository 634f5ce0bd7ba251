//! The SDK's own calls, with attributes made the cheapest way that its users have.

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram, MeterProvider},
};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::definitions::Outcome;

pub(crate) struct Instruments {
    counter: Counter<u64>,
    histogram: Histogram<f64>,
}

impl Instruments {
    pub(crate) fn new(provider: &SdkMeterProvider) -> Self {
        let meter = provider.meter("raw");
        let bounds = vec![0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        Self {
            counter: meter.u64_counter("raw.closed").build(),
            histogram: meter.f64_histogram("raw.time").with_boundaries(bounds).build(),
        }
    }

    #[inline]
    pub(crate) fn add_closed(&self, (outcome, retried): (Outcome, bool)) {
        self.counter.add(1, &[KeyValue::new("outcome", text(outcome)), KeyValue::new("retried", retried)]);
    }

    #[inline]
    pub(crate) fn record(&self, outcome: Outcome, value: f64) {
        self.histogram.record(value, &[KeyValue::new("outcome", text(outcome))]);
    }
}

pub(crate) fn text(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Failed => "failed",
        Outcome::Timeout => "timeout",
        Outcome::Cancelled => "cancelled",
    }
}
