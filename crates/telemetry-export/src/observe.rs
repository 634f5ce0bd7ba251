//! The SDK's own metrics, named and labelled by the semantic conventions.
//!
//! They are read from the counts that the report is made of, so that both always agree.

use std::sync::Arc;

use opentelemetry::{
    KeyValue, StringValue,
    metrics::{AsyncInstrument, Meter},
};

use crate::{
    batcher::Queue,
    counts::Counts,
    export::Export,
    open_spans::{OpenSpans, Origin, Sampled},
    operations::Observed,
    processor::Processor,
    report::SignalReport,
    signal::Signal,
    target::{Protocol, Target},
};

/// What describes the exporter of each signal.
#[derive(Debug, Default)]
pub(crate) struct Exporters {
    attributes: Vec<(Signal, Vec<KeyValue>)>,
}

impl Exporters {
    pub(crate) fn add(&mut self, signal: Signal, target: &Target) {
        let transport = match target.protocol() {
            Protocol::Grpc => "otlp_grpc",
            Protocol::HttpProtobuf => "otlp_http",
            Protocol::HttpJson => "otlp_http_json",
        };
        let mut attributes = component(format!("{transport}_{}_exporter", singular(signal)));
        attributes.extend(target.uri().host().map(|host| KeyValue::new("server.address", host.to_owned())));
        attributes.extend(target.uri().port_u16().map(|port| KeyValue::new("server.port", i64::from(port))));
        self.attributes.push((signal, attributes));
    }

    fn of(&self, signal: Signal) -> Vec<KeyValue> {
        let found = self.attributes.iter().find(|(of, _)| *of == signal);
        found.map(|(_, attributes)| attributes.clone()).unwrap_or_default()
    }
}

pub(crate) fn register(export: &Export, meter: &Meter) {
    if let Some(traces) = &export.traces {
        open_spans(meter, traces.open());
        batched(meter, &SPANS, traces.processor(), &export.exporters.of(Signal::Traces));
    }
    if let Some(logs) = &export.logs {
        created(meter, logs.processor().queue().counts());
        batched(meter, &LOGS, logs.processor(), &export.exporters.of(Signal::Logs));
    }
    if let Some(metrics) = &export.metrics {
        exported(meter, &POINTS, &metrics.counts, &export.exporters.of(Signal::Metrics));
    }
    export.operations.observe(Observed {
        operations: seconds(meter, "otel.sdk.exporter.operation.duration", "The duration of exporting a batch"),
        collections: seconds(meter, "otel.sdk.metric_reader.collection.duration", "The duration of a collection"),
        exporters: export.exporters.attributes.clone(),
        reader: component("periodic_metric_reader".to_owned()),
    });
}

/// How the conventions call what a signal consists of.
struct Items {
    word: &'static str,
    unit: &'static str,
    processor: &'static str,
}

const SPANS: Items = Items { word: "span", unit: "{span}", processor: "batching_span_processor" };
const LOGS: Items = Items { word: "log", unit: "{log_record}", processor: "batching_log_processor" };
const POINTS: Items = Items { word: "metric_data_point", unit: "{data_point}", processor: "periodic_metric_reader" };

fn open_spans(meter: &Meter, open: &Arc<OpenSpans>) {
    let result = |sampled: Sampled| KeyValue::new("otel.span.sampling_result", sampled.name());
    let spans = Arc::clone(open);
    meter
        .i64_observable_up_down_counter("otel.sdk.span.live")
        .with_unit(SPANS.unit)
        .with_description("The spans that have begun and not ended")
        .with_callback(move |observer| observer.observe(signed(spans.live()), &[result(Sampled::RecordAndSample)]))
        .build();
    let begun = Arc::clone(open);
    meter
        .u64_observable_counter("otel.sdk.span.started")
        .with_unit(SPANS.unit)
        .with_description("The spans that have begun")
        .with_callback(move |observer| {
            for (sampled, origin) in
                Sampled::ALL.iter().flat_map(|sampled| Origin::ALL.map(|origin| (*sampled, origin)))
            {
                let count = begun.begun(sampled, origin);
                // What a sampler never decides is no series.
                if count > 0 || sampled == Sampled::RecordAndSample {
                    let parent = KeyValue::new("otel.span.parent.origin", origin.name());
                    observer.observe(count, &[result(sampled), parent]);
                }
            }
        })
        .build();
}

fn created(meter: &Meter, counts: &Arc<Counts>) {
    let counts = Arc::clone(counts);
    meter
        .u64_observable_counter("otel.sdk.log.created")
        .with_unit(LOGS.unit)
        .with_description("The log records that have been recorded")
        .with_callback(move |observer| observer.observe(counts.report().accepted, &[]))
        .build();
}

fn batched<T: Send + 'static>(meter: &Meter, items: &Items, processor: &Processor<T>, exporter: &[KeyValue]) {
    queue(meter, items, processor.queue());
    processed(meter, items, processor.queue().counts());
    exported(meter, items, processor.queue().counts(), exporter);
}

fn queue<T: Send + 'static>(meter: &Meter, items: &Items, queue: &Queue<T>) {
    let (capacity, queue) = (queue.capacity(), queue.clone());
    let attributes = component(items.processor.to_owned());
    let same = attributes.clone();
    meter
        .i64_observable_up_down_counter(format!("otel.sdk.processor.{}.queue.size", items.word))
        .with_unit(items.unit)
        .with_description("How much waits in the queue to be exported")
        .with_callback(move |observer| observer.observe(signed(queue.len() as u64), &same))
        .build();
    meter
        .i64_observable_up_down_counter(format!("otel.sdk.processor.{}.queue.capacity", items.word))
        .with_unit(items.unit)
        .with_description("How much may wait in the queue")
        .with_callback(move |observer| observer.observe(signed(capacity as u64), &attributes))
        .build();
}

fn processed(meter: &Meter, items: &Items, counts: &Arc<Counts>) {
    let (attributes, counts) = (component(items.processor.to_owned()), Arc::clone(counts));
    meter
        .u64_observable_counter(format!("otel.sdk.processor.{}.processed", items.word))
        .with_unit(items.unit)
        .with_description("What has been handed to the exporter, or dropped")
        .with_callback(move |observer| {
            let SignalReport { exported, rejected, failed, .. } = counts.report();
            observer.observe(exported + rejected + failed + counts.too_large(), &attributes);
            let dropped = [("queue_full", counts.queue_full()), ("already_shutdown", counts.too_late())];
            observe_errors(observer, &attributes, dropped);
        })
        .build();
}

fn exported(meter: &Meter, items: &Items, counts: &Arc<Counts>, attributes: &[KeyValue]) {
    let (in_flight, of_in_flight) = (Arc::clone(counts), attributes.to_vec());
    meter
        .i64_observable_up_down_counter(format!("otel.sdk.exporter.{}.inflight", items.word))
        .with_unit(items.unit)
        .with_description("What has been sent and not been answered yet")
        .with_callback(move |observer| observer.observe(signed(in_flight.in_flight()), &of_in_flight))
        .build();
    let (counts, attributes) = (Arc::clone(counts), attributes.to_vec());
    meter
        .u64_observable_counter(format!("otel.sdk.exporter.{}.exported", items.word))
        .with_unit(items.unit)
        .with_description("What has been exported, or failed to be")
        .with_callback(move |observer| {
            let SignalReport { exported, rejected, .. } = counts.report();
            observer.observe(exported, &attributes);
            observe_errors(observer, &attributes, counts.failures());
            let others = [("rejected", rejected), ("request_too_large", counts.too_large())];
            observe_errors(observer, &attributes, others);
        })
        .build();
}

/// Errors that have not happened are no series.
fn observe_errors(
    observer: &dyn AsyncInstrument<u64>,
    attributes: &[KeyValue],
    errors: impl IntoIterator<Item = (impl Into<StringValue>, u64)>,
) {
    for (kind, count) in errors.into_iter().filter(|(_, count)| *count > 0) {
        let mut attributes = attributes.to_vec();
        attributes.push(KeyValue::new("error.type", kind.into()));
        observer.observe(count, &attributes);
    }
}

fn seconds(meter: &Meter, name: &'static str, description: &'static str) -> opentelemetry::metrics::Histogram<f64> {
    meter.f64_histogram(name).with_unit("s").with_description(description).with_boundaries(DURATIONS.to_vec()).build()
}

fn component(kind: String) -> Vec<KeyValue> {
    vec![KeyValue::new("otel.component.name", format!("{kind}/0")), KeyValue::new("otel.component.type", kind)]
}

fn singular(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "span",
        Signal::Logs => "log",
        Signal::Metrics => "metric",
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

const DURATIONS: [f64; 10] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0];
