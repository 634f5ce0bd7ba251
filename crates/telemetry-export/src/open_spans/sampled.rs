//! Spans that begin without a processor hearing of them, because they are not sampled.

use std::{
    fmt::{self, Debug, Formatter},
    sync::Arc,
};

use opentelemetry::{
    Context, KeyValue, TraceId,
    trace::{Link, SpanKind},
};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SamplingResult, ShouldSample};

use super::{OpenSpans, Origin};

/// A sampler that counts the spans it decides against, for `otel.sdk.span.started`.
///
/// No processor hears of a span that is not recorded, so without this the metric has the sampled ones alone.
/// It comes from [`SpanQueue::counting`](crate::SpanQueue::counting).
#[derive(Clone)]
pub struct CountingSampler {
    sampler: Sampler,
    open: Arc<OpenSpans>,
}

impl CountingSampler {
    pub(crate) fn new(sampler: Sampler, open: Arc<OpenSpans>) -> Self {
        Self { sampler, open }
    }
}

impl ShouldSample for CountingSampler {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let result = self.sampler.should_sample(parent, trace, name, kind, attributes, links);
        let sampled = Sampled::of(&result.decision);
        // The processor counts those that are sampled, when it hears of them.
        if sampled != Sampled::RecordAndSample {
            self.open.count(sampled, parent.map_or(Origin::None, Origin::of_parent));
        }
        result
    }
}

impl Debug for CountingSampler {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CountingSampler").field(&self.sampler).finish()
    }
}

/// What a sampler has decided about a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sampled {
    RecordAndSample,
    RecordOnly,
    Drop,
}

impl Sampled {
    pub(crate) const ALL: [Self; 3] = [Self::RecordAndSample, Self::RecordOnly, Self::Drop];

    fn of(decision: &SamplingDecision) -> Self {
        match decision {
            SamplingDecision::RecordAndSample => Self::RecordAndSample,
            SamplingDecision::RecordOnly => Self::RecordOnly,
            SamplingDecision::Drop => Self::Drop,
        }
    }

    /// As the semantic conventions call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RecordAndSample => "RECORD_AND_SAMPLE",
            Self::RecordOnly => "RECORD_ONLY",
            Self::Drop => "DROP",
        }
    }
}
