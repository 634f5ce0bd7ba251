//! The request messages: how they are encoded, and how a large one becomes two.

mod finite;

use std::mem;

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::InstrumentationScope,
    logs::v1::{ResourceLogs, ScopeLogs},
    metrics::v1::{
        ExponentialHistogram, Gauge, Histogram, Metric, ResourceMetrics, ScopeMetrics, Sum, Summary, metric::Data,
    },
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans},
};
use prost::Message;
use serde::Serialize;

use self::finite::{spell_attributes, spell_value};
use crate::target::Protocol;

/// The request message of one signal.
pub(crate) trait Payload: Message + Serialize + Sized {
    /// How many items it holds.
    fn items(&self) -> usize;

    /// The first `count` items stay, the rest is returned.
    fn split_off(&mut self, count: usize) -> Self;

    /// Replaces the numbers that JSON cannot say.
    fn spell_numbers(&mut self);

    /// Two requests with half of the items each; none when there are no two items.
    fn halves(mut self) -> Option<[Self; 2]> {
        let half = self.items() / 2;
        if half == 0 {
            return None;
        }
        let rest = self.split_off(half);
        Some([self, rest])
    }
}

/// The bytes that this protocol wants; none when there are more than `limit`.
pub(crate) fn encode(payload: &impl Payload, protocol: Protocol, limit: usize) -> Option<Vec<u8>> {
    match protocol {
        // The length is known before anything is written.
        Protocol::Grpc | Protocol::HttpProtobuf => (payload.encoded_len() <= limit).then(|| payload.encode_to_vec()),
        Protocol::HttpJson => serde_json::to_vec(payload).ok().filter(|body| body.len() <= limit),
    }
}

impl Payload for ExportTraceServiceRequest {
    fn items(&self) -> usize {
        self.resource_spans.iter().map(spans_of).sum()
    }

    fn split_off(&mut self, count: usize) -> Self {
        Self { resource_spans: split(&mut self.resource_spans, count, spans_of, split_resource_spans) }
    }

    fn spell_numbers(&mut self) {
        for resource in &mut self.resource_spans {
            spell_resource(resource.resource.as_mut());
            for scope in &mut resource.scope_spans {
                spell_scope(scope.scope.as_mut());
                for span in &mut scope.spans {
                    spell_attributes(&mut span.attributes);
                    span.events.iter_mut().for_each(|event| spell_attributes(&mut event.attributes));
                    span.links.iter_mut().for_each(|link| spell_attributes(&mut link.attributes));
                }
            }
        }
    }
}

fn spans_of(resource: &ResourceSpans) -> usize {
    resource.scope_spans.iter().map(|scope| scope.spans.len()).sum()
}

fn split_resource_spans(resource: &mut ResourceSpans, count: usize) -> ResourceSpans {
    let scope_spans = split(
        &mut resource.scope_spans,
        count,
        |scope| scope.spans.len(),
        |scope, count| {
            let spans = scope.spans.split_off(count);
            ScopeSpans { spans, scope: scope.scope.clone(), schema_url: scope.schema_url.clone() }
        },
    );
    ResourceSpans { scope_spans, resource: resource.resource.clone(), schema_url: resource.schema_url.clone() }
}

impl Payload for ExportLogsServiceRequest {
    fn items(&self) -> usize {
        self.resource_logs.iter().map(records_of).sum()
    }

    fn split_off(&mut self, count: usize) -> Self {
        Self { resource_logs: split(&mut self.resource_logs, count, records_of, split_resource_logs) }
    }

    fn spell_numbers(&mut self) {
        for resource in &mut self.resource_logs {
            spell_resource(resource.resource.as_mut());
            for scope in &mut resource.scope_logs {
                spell_scope(scope.scope.as_mut());
                for record in &mut scope.log_records {
                    spell_attributes(&mut record.attributes);
                    record.body.iter_mut().for_each(spell_value);
                }
            }
        }
    }
}

fn records_of(resource: &ResourceLogs) -> usize {
    resource.scope_logs.iter().map(|scope| scope.log_records.len()).sum()
}

fn split_resource_logs(resource: &mut ResourceLogs, count: usize) -> ResourceLogs {
    let scope_logs = split(
        &mut resource.scope_logs,
        count,
        |scope| scope.log_records.len(),
        |scope, count| {
            let log_records = scope.log_records.split_off(count);
            ScopeLogs { log_records, scope: scope.scope.clone(), schema_url: scope.schema_url.clone() }
        },
    );
    ResourceLogs { scope_logs, resource: resource.resource.clone(), schema_url: resource.schema_url.clone() }
}

impl Payload for ExportMetricsServiceRequest {
    fn items(&self) -> usize {
        self.resource_metrics.iter().map(points_of_resource).sum()
    }

    fn split_off(&mut self, count: usize) -> Self {
        let resource_metrics =
            split(&mut self.resource_metrics, count, points_of_resource, |resource, count| ResourceMetrics {
                scope_metrics: split(&mut resource.scope_metrics, count, points_of_scope, split_scope_metrics),
                resource: resource.resource.clone(),
                schema_url: resource.schema_url.clone(),
            });
        Self { resource_metrics }
    }

    fn spell_numbers(&mut self) {
        for resource in &mut self.resource_metrics {
            spell_resource(resource.resource.as_mut());
            for scope in &mut resource.scope_metrics {
                spell_scope(scope.scope.as_mut());
                scope.metrics.iter_mut().filter_map(|metric| metric.data.as_mut()).for_each(spell_data);
            }
        }
    }
}

fn spell_resource(resource: Option<&mut Resource>) {
    if let Some(resource) = resource {
        spell_attributes(&mut resource.attributes);
    }
}

fn spell_scope(scope: Option<&mut InstrumentationScope>) {
    if let Some(scope) = scope {
        spell_attributes(&mut scope.attributes);
    }
}

/// The values are finite: the SDK takes in no others.
fn spell_data(data: &mut Data) {
    match data {
        Data::Gauge(gauge) => gauge.data_points.iter_mut().for_each(|point| spell_attributes(&mut point.attributes)),
        Data::Sum(sum) => sum.data_points.iter_mut().for_each(|point| spell_attributes(&mut point.attributes)),
        Data::Histogram(histogram) => {
            histogram.data_points.iter_mut().for_each(|point| spell_attributes(&mut point.attributes));
        }
        Data::ExponentialHistogram(histogram) => {
            histogram.data_points.iter_mut().for_each(|point| spell_attributes(&mut point.attributes));
        }
        Data::Summary(summary) => {
            summary.data_points.iter_mut().for_each(|point| spell_attributes(&mut point.attributes));
        }
    }
}

fn points_of_resource(resource: &ResourceMetrics) -> usize {
    resource.scope_metrics.iter().map(points_of_scope).sum()
}

fn points_of_scope(scope: &ScopeMetrics) -> usize {
    scope.metrics.iter().map(points_of_metric).sum()
}

fn points_of_metric(metric: &Metric) -> usize {
    match &metric.data {
        None => 0,
        Some(Data::Gauge(gauge)) => gauge.data_points.len(),
        Some(Data::Sum(sum)) => sum.data_points.len(),
        Some(Data::Histogram(histogram)) => histogram.data_points.len(),
        Some(Data::ExponentialHistogram(histogram)) => histogram.data_points.len(),
        Some(Data::Summary(summary)) => summary.data_points.len(),
    }
}

fn split_scope_metrics(scope: &mut ScopeMetrics, count: usize) -> ScopeMetrics {
    ScopeMetrics {
        metrics: split(&mut scope.metrics, count, points_of_metric, split_metric),
        scope: scope.scope.clone(),
        schema_url: scope.schema_url.clone(),
    }
}

fn split_metric(metric: &mut Metric, count: usize) -> Metric {
    let data = metric.data.as_mut().map(|data| match data {
        Data::Gauge(gauge) => Data::Gauge(Gauge { data_points: gauge.data_points.split_off(count) }),
        Data::Sum(sum) => Data::Sum(Sum { data_points: sum.data_points.split_off(count), ..*sum }),
        Data::Histogram(histogram) => Data::Histogram(Histogram {
            data_points: histogram.data_points.split_off(count),
            aggregation_temporality: histogram.aggregation_temporality,
        }),
        Data::ExponentialHistogram(histogram) => Data::ExponentialHistogram(ExponentialHistogram {
            data_points: histogram.data_points.split_off(count),
            aggregation_temporality: histogram.aggregation_temporality,
        }),
        Data::Summary(summary) => Data::Summary(Summary { data_points: summary.data_points.split_off(count) }),
    });
    Metric {
        name: metric.name.clone(),
        description: metric.description.clone(),
        unit: metric.unit.clone(),
        metadata: metric.metadata.clone(),
        data,
    }
}

/// Keeps the groups with the first `count` items and returns the others; a group across the border is cut in two.
fn split<G>(
    groups: &mut Vec<G>,
    count: usize,
    size: impl Fn(&G) -> usize,
    mut cut: impl FnMut(&mut G, usize) -> G,
) -> Vec<G> {
    let mut left = count;
    let mut rest = Vec::new();
    for mut group in mem::take(groups) {
        let items = size(&group);
        if left == 0 {
            rest.push(group);
        } else if items <= left {
            left -= items;
            groups.push(group);
        } else {
            rest.push(cut(&mut group, left));
            groups.push(group);
            left = 0;
        }
    }
    rest
}

#[cfg(test)]
mod tests;
