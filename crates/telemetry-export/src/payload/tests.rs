use opentelemetry_proto::tonic::{
    collector::{metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest},
    common::v1::{AnyValue, ArrayValue, KeyValue, any_value::Value},
    metrics::v1::{Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric::Data},
    trace::v1::{ResourceSpans, ScopeSpans, Span},
};

use super::{Payload as _, encode};
use crate::target::Protocol;

/// Scopes with these many spans, numbered throughout.
fn trace_request(scopes: &[usize]) -> ExportTraceServiceRequest {
    let mut number = 0..;
    let mut spans = |count| number.by_ref().take(count).map(span).collect::<Vec<_>>();
    let scope_spans = scopes
        .iter()
        .map(|count| ScopeSpans { spans: spans(*count), schema_url: format!("{count}"), ..ScopeSpans::default() })
        .collect();
    let resource = ResourceSpans { scope_spans, schema_url: "resource".to_owned(), ..ResourceSpans::default() };
    ExportTraceServiceRequest { resource_spans: vec![resource] }
}

fn span(number: u32) -> Span {
    Span { name: number.to_string(), ..Span::default() }
}

/// The names of the spans, scope by scope.
fn shape(request: &ExportTraceServiceRequest) -> Vec<String> {
    let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
    scopes.map(|scope| scope.spans.iter().map(|span| span.name.clone()).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_request_is_halved_within_a_scope() {
    let [first, second] = trace_request(&[1, 4, 1]).halves().unwrap();
    assert_eq!(shape(&first), ["0", "1 2"]);
    assert_eq!(shape(&second), ["3 4", "5"]);
    assert_eq!(second.resource_spans[0].schema_url, "resource");
    assert_eq!(second.resource_spans[0].scope_spans[0].schema_url, "4");
}

#[test]
fn one_item_cannot_be_halved() {
    assert!(trace_request(&[1]).halves().is_none());
    assert!(trace_request(&[]).halves().is_none());
}

#[test]
fn halving_again_and_again_keeps_every_item_once() {
    let mut parts = vec![trace_request(&[3, 0, 5, 7])];
    let mut single = Vec::new();
    while let Some(part) = parts.pop() {
        match part.clone().halves() {
            Some([first, second]) => parts.extend([second, first]),
            None => single.extend(shape(&part)),
        }
    }
    let expected: Vec<String> = (0..15).map(|number| number.to_string()).collect();
    assert_eq!(single.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>(), expected);
}

#[test]
fn the_points_of_one_metric_are_halved_too() {
    let data_points = (0..5).map(|n| NumberDataPoint { time_unix_nano: n, ..NumberDataPoint::default() }).collect();
    let metric =
        Metric { name: "load".to_owned(), data: Some(Data::Gauge(Gauge { data_points })), ..Metric::default() };
    let scope = ScopeMetrics { metrics: vec![metric], ..ScopeMetrics::default() };
    let resource = ResourceMetrics { scope_metrics: vec![scope], ..ResourceMetrics::default() };
    let [first, second] = ExportMetricsServiceRequest { resource_metrics: vec![resource] }.halves().unwrap();
    assert_eq!((first.items(), second.items()), (2, 3));
    assert_eq!(second.resource_metrics[0].scope_metrics[0].metrics[0].name, "load");
}

#[test]
fn a_request_over_the_limit_is_not_encoded() {
    let request = trace_request(&[10]);
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf, Protocol::HttpJson] {
        let size = encode(&request, protocol, usize::MAX).unwrap().len();
        assert!(encode(&request, protocol, size).is_some());
        assert!(encode(&request, protocol, size - 1).is_none());
    }
}

#[test]
fn json_says_in_words_what_it_has_no_number_for() {
    let double = |number| Some(AnyValue { value: Some(Value::DoubleValue(number)) });
    let inner = ArrayValue { values: [f64::NAN, 0.5].map(double).into_iter().flatten().collect() };
    let numbers = [
        ("nan", double(f64::NAN)),
        ("most", double(f64::INFINITY)),
        ("least", double(f64::NEG_INFINITY)),
        ("half", double(0.5)),
        ("list", Some(AnyValue { value: Some(Value::ArrayValue(inner)) })),
    ];
    let attributes = numbers.map(|(key, value)| KeyValue { key: key.to_owned(), value, ..KeyValue::default() });
    let mut request = trace_request(&[1]);
    request.resource_spans[0].scope_spans[0].spans[0].attributes = attributes.into();
    request.spell_numbers();
    let json = String::from_utf8(encode(&request, Protocol::HttpJson, usize::MAX).unwrap()).unwrap();
    for part in [
        r#"{"stringValue":"NaN"}"#,
        r#"{"stringValue":"Infinity"}"#,
        r#"{"stringValue":"-Infinity"}"#,
        r#"{"doubleValue":0.5}"#,
        r#"[{"stringValue":"NaN"},{"doubleValue":0.5}]"#,
    ] {
        assert!(json.contains(part), "{part} in {json}");
    }
    assert!(!json.contains("Value\":null"), "{json}");
}
