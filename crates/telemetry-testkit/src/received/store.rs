//! How what arrives is kept within bounds.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use ::http::HeaderMap;

use super::Received;
use crate::{attributes::Attributes, log_record::LogRecord, point::Point, signal::Signal, span::Span};

#[derive(Debug)]
pub(crate) struct Store {
    received: Received,
    /// How many of the latest spans and log records stay.
    kept: usize,
    /// Where in `received.points` each series is.
    series: HashMap<Series, usize>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Series {
    resource: Arc<Attributes>,
    scope: String,
    name: String,
    attributes: Attributes,
}

impl Store {
    pub(crate) fn keeping(kept: usize) -> Self {
        Self { received: Received::default(), kept, series: HashMap::new() }
    }

    pub(crate) fn received(&self) -> &Received {
        &self.received
    }

    pub(crate) fn count_request<S: Signal>(&mut self, headers: &HeaderMap) {
        let requests = S::requests(&mut self.received.requests);
        requests.count += 1;
        requests.headers = readable(headers);
    }

    pub(crate) fn keep_violations(&mut self, violations: Vec<String>) {
        let room = VIOLATIONS.saturating_sub(self.received.violations.len());
        self.received.violations.extend(violations.into_iter().take(room));
    }

    pub(crate) fn keep_spans(&mut self, spans: Vec<Span>) {
        for span in &spans {
            // Most names are there already, so a look-up by reference saves their copies.
            match self.received.span_totals.get_mut(&span.name) {
                Some(total) => *total += 1,
                None => {
                    self.received.span_totals.insert(span.name.clone(), 1);
                }
            }
        }
        self.received.spans.extend(spans);
        forget_oldest(&mut self.received.spans, self.kept);
    }

    pub(crate) fn keep_logs(&mut self, logs: Vec<LogRecord>) {
        self.received.logs_received += logs.len() as u64;
        self.received.logs.extend(logs);
        forget_oldest(&mut self.received.logs, self.kept);
    }

    pub(crate) fn keep_points(&mut self, points: Vec<Point>) {
        self.received.points_received += points.len() as u64;
        for point in points {
            let next = self.received.points.len();
            match *self.series.entry(Series::of(&point)).or_insert(next) {
                index if index == next => self.received.points.push(point),
                index => self.received.points[index] = point,
            }
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::keeping(KEPT)
    }
}

impl Series {
    fn of(point: &Point) -> Self {
        Self {
            resource: Arc::clone(&point.resource),
            scope: point.scope.clone(),
            name: point.name.clone(),
            attributes: point.attributes.clone(),
        }
    }
}

/// Cuts back to `kept` items only when an eighth more are there, so that the items rarely move.
fn forget_oldest<T>(items: &mut Vec<T>, kept: usize) {
    if items.len() > kept + kept / 8 {
        items.drain(..items.len() - kept);
    }
}

fn readable(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut readable = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        readable
            .entry(name.as_str().to_owned())
            .and_modify(|values| {
                values.push_str(", ");
                values.push_str(&value);
            })
            .or_insert_with(|| value.clone().into_owned());
    }
    readable
}

const KEPT: usize = 100_000;
const VIOLATIONS: usize = 100;

#[cfg(test)]
mod tests {
    use super::forget_oldest;

    #[test]
    fn the_oldest_items_go_first() {
        let mut items: Vec<u32> = (0..9).collect();
        forget_oldest(&mut items, 8);
        assert_eq!(items.len(), 9, "an eighth more is tolerated");

        items.push(9);
        forget_oldest(&mut items, 8);
        assert_eq!(items, [2, 3, 4, 5, 6, 7, 8, 9]);
    }
}
