//! What holds for every OTLP message that deserves the name, whatever it says.

use std::collections::HashSet;

use ::http::HeaderMap;
use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::KeyValue,
    logs::v1::LogRecord,
    metrics::v1::{HistogramDataPoint, Metric, NumberDataPoint, metric::Data},
    resource::v1::Resource,
    trace::v1::{Span, span::SpanKind},
};

/// What is wrong with a request, in words.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<String>);

impl Violations {
    pub(crate) fn into_words(self) -> Vec<String> {
        self.0
    }

    fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    pub(crate) fn headers(&mut self, headers: &HeaderMap) {
        self.unless(headers.contains_key("user-agent"), || "the request has no user agent".to_owned());
    }

    pub(crate) fn traces(&mut self, request: &ExportTraceServiceRequest) {
        self.unless(!request.resource_spans.is_empty(), empty);
        for resource in &request.resource_spans {
            self.resource(resource.resource.as_ref());
            self.unless(!resource.scope_spans.is_empty(), empty);
            for scope in &resource.scope_spans {
                self.unless(!scope.spans.is_empty(), empty);
                scope.spans.iter().for_each(|span| self.span(span));
            }
        }
    }

    pub(crate) fn logs(&mut self, request: &ExportLogsServiceRequest) {
        self.unless(!request.resource_logs.is_empty(), empty);
        for resource in &request.resource_logs {
            self.resource(resource.resource.as_ref());
            for scope in &resource.scope_logs {
                self.unless(!scope.log_records.is_empty(), empty);
                scope.log_records.iter().for_each(|record| self.record(record));
            }
        }
    }

    pub(crate) fn metrics(&mut self, request: &ExportMetricsServiceRequest) {
        self.unless(!request.resource_metrics.is_empty(), empty);
        for resource in &request.resource_metrics {
            self.resource(resource.resource.as_ref());
            for scope in &resource.scope_metrics {
                self.unless(!scope.metrics.is_empty(), empty);
                scope.metrics.iter().for_each(|metric| self.metric(metric));
            }
        }
    }

    fn resource(&mut self, resource: Option<&Resource>) {
        let attributes = resource.map_or(&[][..], |resource| &resource.attributes);
        self.unless(attributes.iter().any(|attribute| attribute.key == "service.name"), || {
            "a resource has no service.name".to_owned()
        });
        self.keys("a resource", attributes);
    }

    fn span(&mut self, span: &Span) {
        let name = &span.name;
        self.unless(is_id(&span.trace_id, 16), || format!("span {name}: trace id {:?}", span.trace_id));
        self.unless(is_id(&span.span_id, 8), || format!("span {name}: span id {:?}", span.span_id));
        let parent = &span.parent_span_id;
        self.unless(parent.is_empty() || is_id(parent, 8), || format!("span {name}: parent id {parent:?}"));
        self.unless(span.kind() != SpanKind::Unspecified, || format!("span {name} has no kind"));
        self.times(name, span.start_time_unix_nano, span.end_time_unix_nano);
        self.keys(name, &span.attributes);
        span.events.iter().for_each(|event| self.keys(&event.name, &event.attributes));
    }

    fn record(&mut self, record: &LogRecord) {
        let (trace, span) = (&record.trace_id, &record.span_id);
        self.unless(trace.is_empty() || is_id(trace, 16), || format!("a log record has trace id {trace:?}"));
        self.unless(span.is_empty() || is_id(span, 8), || format!("a log record has span id {span:?}"));
        self.unless(record.observed_time_unix_nano > IN_2020, || "a log record was observed before 2020".to_owned());
        self.keys("a log record", &record.attributes);
    }

    fn metric(&mut self, metric: &Metric) {
        let name = &metric.name;
        self.unless(!name.is_empty(), || "a metric has no name".to_owned());
        match &metric.data {
            None => self.unless(false, || format!("metric {name} has no data")),
            Some(Data::Gauge(gauge)) => gauge.data_points.iter().for_each(|point| self.number(name, point)),
            Some(Data::Sum(sum)) => sum.data_points.iter().for_each(|point| self.number(name, point)),
            Some(Data::Histogram(histogram)) => {
                histogram.data_points.iter().for_each(|point| self.histogram(name, point));
            }
            Some(Data::ExponentialHistogram(_) | Data::Summary(_)) => (),
        }
    }

    fn number(&mut self, name: &str, point: &NumberDataPoint) {
        self.unless(point.value.is_some(), || format!("a point of {name} has no value"));
        self.times(name, point.start_time_unix_nano, point.time_unix_nano);
        self.keys(name, &point.attributes);
    }

    fn histogram(&mut self, name: &str, point: &HistogramDataPoint) {
        let (bounds, buckets) = (point.explicit_bounds.len(), point.bucket_counts.len());
        self.unless(buckets == bounds + 1, || format!("{name} has {buckets} buckets and {bounds} bounds"));
        let sum: u64 = point.bucket_counts.iter().sum();
        self.unless(sum == point.count, || format!("{name} counts {} and holds {sum}", point.count));
        self.unless(point.explicit_bounds.is_sorted_by(|a, b| a < b), || format!("the bounds of {name} do not grow"));
        self.times(name, point.start_time_unix_nano, point.time_unix_nano);
        self.keys(name, &point.attributes);
    }

    fn times(&mut self, name: &str, start: u64, end: u64) {
        self.unless(start <= end, || format!("{name} ends {} ns before it starts", start.abs_diff(end)));
    }

    fn keys(&mut self, of: &str, attributes: &[KeyValue]) {
        let mut keys = HashSet::new();
        for attribute in attributes {
            self.unless(!attribute.key.is_empty(), || format!("{of} has an attribute without a key"));
            self.unless(keys.insert(&attribute.key), || format!("{of} has the attribute {} twice", attribute.key));
        }
    }
}

fn is_id(id: &[u8], length: usize) -> bool {
    id.len() == length && id.iter().any(|byte| *byte != 0)
}

fn empty() -> String {
    "the request holds an empty envelope".to_owned()
}

/// 2020-01-01 in nanoseconds since the Unix epoch.
const IN_2020: u64 = 1_577_836_800_000_000_000;

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::{
        collector::trace::v1::ExportTraceServiceRequest,
        trace::v1::{ResourceSpans, ScopeSpans, Span},
    };

    use super::Violations;

    #[test]
    fn what_is_wrong_is_named() {
        let span = Span { start_time_unix_nano: 9, end_time_unix_nano: 5, ..Span::default() };
        let scope = ScopeSpans { spans: vec![span], ..ScopeSpans::default() };
        let resource = ResourceSpans { scope_spans: vec![scope], ..ResourceSpans::default() };
        let mut violations = Violations::default();
        violations.traces(&ExportTraceServiceRequest { resource_spans: vec![resource] });
        let expected = [
            "a resource has no service.name",
            "span : trace id []",
            "span : span id []",
            "span  has no kind",
            " ends 4 ns before it starts",
        ];
        assert_eq!(violations.into_words(), expected);
    }
}
