//! Log records: the processor that takes them in, and the request that they become.

use std::time::Duration;

use opentelemetry::{InstrumentationScope, logs::Severity};
use opentelemetry_proto::{
    tonic::collector::logs::v1::ExportLogsServiceRequest,
    transform::{common::tonic::ResourceAttributesWithSchema, logs::tonic::group_logs_by_resource_and_scope},
};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    logs::{LogBatch, LogProcessor, SdkLogRecord},
};

use crate::{batch_loop::Item, batcher::Queue, command::Commands, counts::Counts, deadline, flag, signal::Signal};

/// A record with the scope that emitted it. Boxed, because records are large and are moved several times.
pub(crate) type LogEntry = Box<(SdkLogRecord, InstrumentationScope)>;

/// The log processor of an [`Export`](crate::Export): queues records, and never waits.
///
/// When the queue is full the record is dropped and counted.
/// What our own threads log is not taken, or every export would cause another one.
/// Its own flush and shutdown, which a logger provider calls, send what is queued within their time;
/// after the shutdown of the export they do nothing.
#[derive(Clone, Debug)]
pub struct LogQueue {
    queue: Queue<LogEntry>,
    commands: Commands,
}

impl LogQueue {
    pub(crate) fn new(queue: Queue<LogEntry>, commands: Commands) -> Self {
        Self { queue, commands }
    }

    #[cfg(test)]
    pub(crate) fn commands_mut(&mut self) -> &mut Commands {
        &mut self.commands
    }

    pub(crate) fn commands(&self) -> &Commands {
        &self.commands
    }

    pub(crate) fn queue(&self) -> &Queue<LogEntry> {
        &self.queue
    }

    pub(crate) fn counts(&self) -> &Counts {
        self.queue.counts()
    }

    pub(crate) fn refuse(&self) {
        self.queue.refuse();
    }

    fn flush(&self, within: Duration) -> OTelSdkResult {
        let deadline = deadline::after(within);
        if self.commands.are_of_another_process() {
            return Err(OTelSdkError::InternalFailure("a forked child has no export thread".to_owned()));
        }
        if self.queue.refuses() || self.commands.flush(deadline).wait(deadline) {
            return Ok(());
        }
        Err(OTelSdkError::Timeout(within))
    }
}

impl LogProcessor for LogQueue {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if !flag::on_export_thread() {
            self.queue.offer(Box::new((record.clone(), scope.clone())));
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        if flag::on_export_thread() {
            return Err(OTelSdkError::InternalFailure("the export thread cannot wait for itself".to_owned()));
        }
        self.flush(FLUSH_WITHIN)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        let flushed = if flag::on_export_thread() { Ok(()) } else { self.flush(timeout) };
        self.refuse();
        flushed
    }

    fn event_enabled(&self, _level: Severity, _target: &str, _name: Option<&str>) -> bool {
        !flag::on_export_thread() && !self.queue.refuses()
    }
}

impl Item for LogEntry {
    type Request = ExportLogsServiceRequest;

    const SIGNAL: Signal = Signal::Logs;

    fn request(batch: Vec<Self>, resource: &ResourceAttributesWithSchema) -> ExportLogsServiceRequest {
        let entries: Vec<_> = batch.iter().map(|entry| (&entry.0, &entry.1)).collect();
        ExportLogsServiceRequest { resource_logs: group_logs_by_resource_and_scope(&LogBatch::new(&entries), resource) }
    }
}

/// The specification leaves the time to the processor; this is what upstream's takes.
const FLUSH_WITHIN: Duration = Duration::from_secs(5);
