//! How context travels to other processes.

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};

use crate::{parse, variable::Parsed};

/// A format in which context travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Propagator {
    /// W3C Trace Context: `traceparent` and `tracestate`.
    TraceContext,
    /// W3C Baggage: `baggage`.
    Baggage,
}

impl Propagator {
    pub(crate) fn build(self) -> Box<dyn TextMapPropagator + Send + Sync> {
        match self {
            Self::TraceContext => Box::new(TraceContextPropagator::new()),
            Self::Baggage => Box::new(BaggagePropagator::new()),
        }
    }
}

/// The specification's default.
pub(crate) const DEFAULT: [Propagator; 2] = [Propagator::TraceContext, Propagator::Baggage];

pub(crate) fn parse(text: &str) -> Parsed<Vec<Propagator>> {
    let known =
        [("tracecontext", Some(Propagator::TraceContext)), ("baggage", Some(Propagator::Baggage)), ("none", None)];
    let propagators = |words: Vec<Option<Propagator>>| words.into_iter().flatten().collect();
    match parse::without_none(parse::words(text, &known), None) {
        Parsed::Good(words) => Parsed::Good(propagators(words)),
        Parsed::Partly(words, reason) => Parsed::Partly(propagators(words), reason),
        Parsed::Idle(words, reason) => Parsed::Idle(propagators(words), reason),
        Parsed::Adjusted(words, reason, used) => Parsed::Adjusted(propagators(words), reason, used),
        Parsed::Bad(reason) => Parsed::Bad(reason),
    }
}
