//! The listing that a failed expectation prints.

use std::fmt::{self, Display, Formatter};

use super::Received;
use crate::{
    attributes::Attributes,
    log_record::LogRecord,
    point::{Point, PointValue},
    span::{Span, SpanStatus},
};

impl Display for Received {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let requests = &self.requests;
        writeln!(
            f,
            "received {} trace, {} metric and {} log requests",
            requests.traces.count, requests.metrics.count, requests.logs.count,
        )?;
        writeln!(f, "spans ({}):", self.spans_received())?;
        latest(f, &self.spans)?;
        writeln!(f, "series ({}, from {} points):", self.points.len(), self.points_received)?;
        latest(f, &self.points)?;
        writeln!(f, "log records ({}):", self.logs_received)?;
        latest(f, &self.logs)
    }
}

fn latest(f: &mut Formatter<'_>, items: &[impl Display]) -> fmt::Result {
    let hidden = items.len().saturating_sub(LISTED);
    if hidden > 0 {
        writeln!(f, "  ({hidden} earlier ones)")?;
    }
    items[hidden..].iter().try_for_each(|item| writeln!(f, "  {item}"))
}

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.kind, self.name, Listed(&self.attributes))?;
        match &self.status {
            SpanStatus::Unset => (),
            SpanStatus::Ok => f.write_str(" ok")?,
            SpanStatus::Error(description) => write!(f, " error {description:?}")?,
        }
        let parent = self.parent_span_id.as_deref().unwrap_or("none");
        write!(f, " (trace {}, span {}, parent {parent})", self.trace_id, self.span_id)
    }
}

impl Display for Point {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{} = ", self.name, Listed(&self.attributes))?;
        match &self.value {
            PointValue::Sum { value, monotonic: true } => write!(f, "{value} (counter)"),
            PointValue::Sum { value, .. } => write!(f, "{value} (up-down counter)"),
            PointValue::Gauge(value) => write!(f, "{value} (gauge)"),
            PointValue::Histogram { count, sum, .. } => {
                write!(f, "{count} values, {sum} in all (histogram)")
            }
            PointValue::ExponentialHistogram { count, sum } => {
                write!(f, "{count} values, {sum} in all (exponential histogram)")
            }
            PointValue::Other(kind) => write!(f, "({kind})"),
        }
    }
}

impl Display for LogRecord {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.severity, self.body, Listed(&self.attributes))
    }
}

struct Listed<'a>(&'a Attributes);

impl Display for Listed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let pairs: Vec<String> = self.0.iter().map(|(key, value)| format!("{key}={value:?}")).collect();
        write!(f, "{{{}}}", pairs.join(", "))
    }
}

/// A long run's listing must stay readable.
const LISTED: usize = 50;
