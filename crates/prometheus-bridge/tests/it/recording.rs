//! A provider to record with, and its state as a body.

use metrics_pipeline::Collector;
use opentelemetry::{
    InstrumentationScope, KeyValue,
    metrics::{Meter, MeterProvider as _},
};
use opentelemetry_sdk::{
    Resource,
    metrics::{SdkMeterProvider, data::ResourceMetrics},
};
use prometheus_bridge::{EncodeOptions, encode};

use crate::exposition;

/// A provider with a resource of the given attributes, and its collector.
pub(crate) struct Recording {
    pub(crate) provider: SdkMeterProvider,
    pub(crate) collector: Collector,
}

impl Recording {
    pub(crate) fn new() -> Self {
        Self::with_resource([])
    }

    pub(crate) fn with_resource<const N: usize>(attributes: [KeyValue; N]) -> Self {
        let (provider, collector) =
            metrics_pipeline::build(Resource::builder_empty().with_attributes(attributes).build());
        Self { provider, collector }
    }

    pub(crate) fn meter(&self, scope: &'static str) -> Meter {
        self.provider.meter(scope)
    }

    pub(crate) fn meter_of(&self, scope: InstrumentationScope) -> Meter {
        self.provider.meter_with_scope(scope)
    }

    #[expect(clippy::needless_pass_by_value, reason = "every caller makes its options in the call")]
    /// The body and the findings, one per line; the body has been checked for what every body must be.
    pub(crate) fn encode(&self, options: EncodeOptions) -> (String, String) {
        let mut collected = ResourceMetrics::default();
        self.collector.collect(&mut collected).unwrap();
        let mut body = Vec::new();
        let findings = encode(&collected, &options, &mut body);
        let body = String::from_utf8(body).unwrap();
        exposition::parse(&body);
        let findings: Vec<String> = findings.iter().map(|finding| finding.to_string() + "\n").collect();
        (body, findings.concat())
    }

    /// Body and findings without the labels of the scope, which most tests are not about.
    pub(crate) fn encode_plainly(&self) -> (String, String) {
        self.encode(EncodeOptions::default().with_scope_labels(false))
    }
}
