//! Data points whose time the system clock has spoilt.

use opentelemetry_proto::tonic::{collector::metrics::v1::ExportMetricsServiceRequest, metrics::v1::metric::Data};

/// A clock that was set back makes points end before they start, which receivers refuse: these then start when they end.
///
/// The end is left alone, because after a correction of the clock it is the better one of the two.
pub(crate) fn keep_in_order(request: &mut ExportMetricsServiceRequest) {
    let scopes = request.resource_metrics.iter_mut().flat_map(|resource| &mut resource.scope_metrics);
    for data in scopes.flat_map(|scope| &mut scope.metrics).filter_map(|metric| metric.data.as_mut()) {
        match data {
            Data::Gauge(gauge) => gauge.data_points.iter_mut().for_each(|point| {
                limit(&mut point.start_time_unix_nano, point.time_unix_nano);
            }),
            Data::Sum(sum) => sum.data_points.iter_mut().for_each(|point| {
                limit(&mut point.start_time_unix_nano, point.time_unix_nano);
            }),
            Data::Histogram(histogram) => histogram.data_points.iter_mut().for_each(|point| {
                limit(&mut point.start_time_unix_nano, point.time_unix_nano);
            }),
            Data::ExponentialHistogram(histogram) => histogram.data_points.iter_mut().for_each(|point| {
                limit(&mut point.start_time_unix_nano, point.time_unix_nano);
            }),
            Data::Summary(summary) => summary.data_points.iter_mut().for_each(|point| {
                limit(&mut point.start_time_unix_nano, point.time_unix_nano);
            }),
        }
    }
}

fn limit(start: &mut u64, end: u64) {
    *start = (*start).min(end);
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::{
        collector::metrics::v1::ExportMetricsServiceRequest,
        metrics::v1::{Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, metric::Data},
    };

    use super::keep_in_order;

    #[test]
    fn no_point_starts_after_its_end() {
        let point =
            |start, end| NumberDataPoint { start_time_unix_nano: start, time_unix_nano: end, ..Default::default() };
        let sum = Sum { data_points: vec![point(5, 9), point(9, 5)], ..Sum::default() };
        let metric = Metric { data: Some(Data::Sum(sum)), ..Metric::default() };
        let scope = ScopeMetrics { metrics: vec![metric], ..ScopeMetrics::default() };
        let resource = ResourceMetrics { scope_metrics: vec![scope], ..ResourceMetrics::default() };
        let mut request = ExportMetricsServiceRequest { resource_metrics: vec![resource] };
        keep_in_order(&mut request);
        let data = request.resource_metrics[0].scope_metrics[0].metrics[0].data.clone();
        let sum = Sum { data_points: vec![point(5, 9), point(5, 5)], ..Sum::default() };
        assert_eq!(data, Some(Data::Sum(sum)));
    }
}
