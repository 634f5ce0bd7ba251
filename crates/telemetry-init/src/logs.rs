//! `tracing` events as log records.
//!
//! The layer is our own because limits can only be kept while a record is made: the SDK's processors cannot take an
//! attribute away again.

use std::{cell::Cell, error::Error, fmt};

use opentelemetry::logs::{AnyValue, LogRecord, Logger, Severity};
use opentelemetry_sdk::logs::{SdkLogRecord, SdkLogger};
use telemetry_export::DROPPED_ATTRIBUTES;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context};

use crate::{settings::limits::LogLimits, spans::shortened};

/// Emits each event as a record of the active span.
pub(crate) struct LogLayer {
    logger: SdkLogger,
    limits: LogLimits,
}

impl LogLayer {
    pub(crate) fn new(logger: SdkLogger, limits: LogLimits) -> Self {
        Self { logger, limits }
    }
}

impl<S: Subscriber> Layer<S> for LogLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // A value whose `Debug` logs would come back here.
        let Some(_emitting) = Emitting::begin() else { return };
        let metadata = event.metadata();
        let mut record = self.logger.create_log_record();
        record.set_target(metadata.target());
        record.set_severity_number(severity(*metadata.level()));
        record.set_severity_text(metadata.level().as_str());
        // `tracing` names events after their place in the source unless they are given a name.
        if !metadata.name().starts_with("event ") {
            record.set_event_name(metadata.name());
        }
        let mut fields = Fields { record: &mut record, limits: self.limits, attributes: 0, dropped: 0 };
        event.record(&mut fields);
        fields.say_what_was_dropped();
        self.logger.emit(record);
    }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::ERROR => Severity::Error,
        Level::WARN => Severity::Warn,
        Level::INFO => Severity::Info,
        Level::DEBUG => Severity::Debug,
        Level::TRACE => Severity::Trace,
    }
}

struct Fields<'r> {
    record: &'r mut SdkLogRecord,
    limits: LogLimits,
    attributes: u32,
    dropped: u32,
}

impl Fields<'_> {
    fn add(&mut self, field: &Field, value: impl FnOnce() -> AnyValue) {
        if self.attributes < self.limits.attributes {
            self.attributes += 1;
            self.record.add_attribute(field.name(), value());
        } else {
            self.dropped += 1;
        }
    }

    fn say_what_was_dropped(&mut self) {
        if self.dropped > 0 {
            self.record.add_attribute(DROPPED_ATTRIBUTES, i64::from(self.dropped));
        }
    }

    /// The message is the body, which has no limit; every other text has one.
    fn add_text(&mut self, field: &Field, text: &str) {
        if field.name() == "message" {
            self.record.set_body(AnyValue::from(text.to_owned()));
            return;
        }
        let length = self.limits.value_length.and_then(|length| usize::try_from(length).ok());
        let text = length.map_or(text, |length| shortened(text, length));
        self.add(field, || AnyValue::from(text.to_owned()));
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add_text(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, || AnyValue::Boolean(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, || AnyValue::Int(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.record_i64(field, value),
            // OTLP has no larger integers.
            Err(_) => self.add_text(field, &value.to_string()),
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, || AnyValue::Double(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.add_text(field, &value.to_string());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add_text(field, &format!("{value:?}"));
    }
}

thread_local! {
    static EMITTING: Cell<bool> = const { Cell::new(false) };
}

/// This thread is making a record. It ends also when a foreign `Debug` panics.
struct Emitting;

impl Emitting {
    fn begin() -> Option<Self> {
        (!EMITTING.replace(true)).then_some(Self)
    }
}

impl Drop for Emitting {
    fn drop(&mut self) {
        EMITTING.set(false);
    }
}
