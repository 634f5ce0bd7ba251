//! Log records: the processor that takes them in, and the request that they become.

use std::time::Duration;

use opentelemetry::{InstrumentationScope, logs::Severity};
use opentelemetry_proto::{
    tonic::{
        collector::logs::v1::ExportLogsServiceRequest,
        common::v1::any_value::Value,
        logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    },
    transform::{common::tonic::ResourceAttributesWithSchema, logs::tonic::group_logs_by_resource_and_scope},
};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    logs::{LogBatch, LogProcessor, SdkLogRecord},
};

use crate::{batch_loop::Item, flag, processor::Processor, signal::Signal, size};

/// A record with the scope that emitted it. Boxed, because records are large and are moved several times.
pub(crate) type LogEntry = Box<(SdkLogRecord, InstrumentationScope)>;

/// The key of an attribute that says how many others a limit has left out; it must be the record's last one.
///
/// The SDK's records have no place of their own for that number, and OTLP's have: there it goes, and the attribute with
/// this key is gone.
pub const DROPPED_ATTRIBUTES: &str = "otelier.dropped_attributes_count";

/// The log processor of an [`Export`](crate::Export): queues records, and never waits.
///
/// When the queue is full the record is dropped and counted.
/// What our own threads log is not taken, or every export would cause another one.
/// Its own flush and shutdown, which a logger provider calls, send what is queued within their time;
/// after the shutdown of the export they do nothing.
#[derive(Clone, Debug)]
pub struct LogQueue {
    processor: Processor<LogEntry>,
}

impl LogQueue {
    pub(crate) fn new(processor: Processor<LogEntry>) -> Self {
        Self { processor }
    }

    pub(crate) fn processor(&self) -> &Processor<LogEntry> {
        &self.processor
    }

    #[cfg(test)]
    pub(crate) fn processor_mut(&mut self) -> &mut Processor<LogEntry> {
        &mut self.processor
    }
}

impl LogProcessor for LogQueue {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if !flag::on_export_thread() {
            self.processor.offer(Box::new((record.clone(), scope.clone())));
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.processor.shutdown(timeout)
    }

    fn event_enabled(&self, _level: Severity, _target: &str, _name: Option<&str>) -> bool {
        !flag::on_export_thread() && !self.processor.queue().refuses()
    }
}

impl Item for LogEntry {
    type Request = ExportLogsServiceRequest;

    const SIGNAL: Signal = Signal::Logs;

    fn size(&self) -> usize {
        size::of_record(&self.0)
    }

    fn request(batch: Vec<Self>, resource: &ResourceAttributesWithSchema) -> ExportLogsServiceRequest {
        let entries: Vec<_> = batch.iter().map(|entry| (&entry.0, &entry.1)).collect();
        let mut resource_logs = group_logs_by_resource_and_scope(&LogBatch::new(&entries), resource);
        records(&mut resource_logs).for_each(count_dropped);
        ExportLogsServiceRequest { resource_logs }
    }
}

fn records(logs: &mut [ResourceLogs]) -> impl Iterator<Item = &mut LogRecord> {
    let scopes = logs.iter_mut().flat_map(|resource: &mut ResourceLogs| &mut resource.scope_logs);
    scopes.flat_map(|scope: &mut ScopeLogs| &mut scope.log_records)
}

fn count_dropped(record: &mut LogRecord) {
    let Some(last) = record.attributes.pop_if(|last| last.key == DROPPED_ATTRIBUTES) else { return };
    if let Some(Value::IntValue(dropped)) = last.value.and_then(|value| value.value) {
        record.dropped_attributes_count = u32::try_from(dropped).unwrap_or(u32::MAX);
    }
}
