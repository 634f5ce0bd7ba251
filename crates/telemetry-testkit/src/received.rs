//! What arrived, and how to ask about it.

mod listing;
mod store;

use std::{
    collections::BTreeMap,
    fmt::{self, Debug, Formatter},
};

pub(crate) use self::store::Store;
use crate::{
    attributes::Attributes,
    log_record::LogRecord,
    point::{Point, PointValue},
    span::Span,
};

/// What a receiver got so far.
///
/// It prints as a readable listing.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Received {
    /// The latest spans, oldest first. At least the latest 100,000 are there.
    pub spans: Vec<Span>,
    /// The latest point of each series: of each resource, scope, name and attributes, in the order of their first arrival.
    pub points: Vec<Point>,
    /// The latest log records, oldest first. At least the latest 100,000 are there.
    pub logs: Vec<LogRecord>,
    /// How many spans of each name arrived in all.
    pub span_totals: BTreeMap<String, u64>,
    /// How many data points arrived in all.
    pub points_received: u64,
    /// How many log records arrived in all.
    pub logs_received: u64,
    /// The requests, by signal.
    pub requests: Requests,
    /// What breaks a rule that holds for every OTLP message, in words: ids of the wrong length, an end before its start,
    /// no `service.name`, a key twice, and the like. At most the first hundred.
    pub violations: Vec<String>,
}

impl Received {
    /// The spans of this name that are kept, oldest first.
    pub fn spans_named(&self, name: &str) -> Vec<&Span> {
        self.spans.iter().filter(|span| span.name == name).collect()
    }

    /// How many spans arrived in all.
    pub fn spans_received(&self) -> u64 {
        self.span_totals.values().sum()
    }

    /// The latest points of the metric whose attributes include all of `labels`.
    pub fn points_of(&self, metric: &str, labels: &[(&str, &str)]) -> Vec<&Point> {
        self.points.iter().filter(|point| point.name == metric && includes(&point.attributes, labels)).collect()
    }

    /// The sum of a counter or up-down counter over the series whose attributes include all of `labels`; 0 when there is none.
    pub fn sum(&self, metric: &str, labels: &[(&str, &str)]) -> f64 {
        let values = self.points_of(metric, labels).into_iter();
        values.fold(0.0, |total, point| match point.value {
            PointValue::Sum { value, .. } => total + value,
            _ => total,
        })
    }

    /// How many values a histogram recorded over the series whose attributes include all of `labels`; 0 when there is none.
    pub fn count(&self, metric: &str, labels: &[(&str, &str)]) -> u64 {
        let values = self.points_of(metric, labels).into_iter();
        values.fold(0, |total, point| match point.value {
            PointValue::Histogram { count, .. } => total + count,
            _ => total,
        })
    }

    /// The value of the first gauge series whose attributes include all of `labels`.
    pub fn gauge(&self, metric: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut points = self.points_of(metric, labels).into_iter();
        points.find_map(|point| match point.value {
            PointValue::Gauge(value) => Some(value),
            _ => None,
        })
    }
}

/// The requests that were answered, by signal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requests {
    /// Trace requests.
    pub traces: SignalRequests,
    /// Metric requests.
    pub metrics: SignalRequests,
    /// Log requests.
    pub logs: SignalRequests,
}

/// The requests of one signal.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignalRequests {
    /// How many were answered.
    pub count: u64,
    /// The headers of the last one by lower-case name; over gRPC, its metadata. Several values are joined by a comma.
    pub headers: BTreeMap<String, String>,
}

impl SignalRequests {
    /// The `user-agent` of the last request; empty when there was none.
    pub fn user_agent(&self) -> &str {
        self.headers.get("user-agent").map_or("", String::as_str)
    }
}

/// Prints the headers' names only, because their values may be credentials.
impl Debug for SignalRequests {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignalRequests").field("count", &self.count).field("headers", &self.headers.keys()).finish()
    }
}

fn includes(attributes: &Attributes, labels: &[(&str, &str)]) -> bool {
    labels.iter().all(|(key, value)| attributes.get(*key).is_some_and(|present| present == value))
}
