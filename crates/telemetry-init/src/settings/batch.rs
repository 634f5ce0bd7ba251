//! How spans and log records are gathered before they are sent.

use std::time::Duration;

use telemetry_export::{BatchOptions, Target};

use crate::{
    variable::{Parsed, Reader, Variable},
    variables::{
        OTEL_BLRP_EXPORT_TIMEOUT, OTEL_BLRP_MAX_EXPORT_BATCH_SIZE, OTEL_BLRP_MAX_QUEUE_SIZE, OTEL_BLRP_SCHEDULE_DELAY,
        OTEL_BSP_EXPORT_TIMEOUT, OTEL_BSP_MAX_EXPORT_BATCH_SIZE, OTEL_BSP_MAX_QUEUE_SIZE, OTEL_BSP_SCHEDULE_DELAY,
        TRACES_EXPORT_BATCH_SIZE,
    },
};

/// What a queue holds at most: with spans of a kilobyte that is a gigabyte already, which is its limit in memory.
const LARGEST: usize = 1_000_000;

/// Log records go out sooner than spans, as specified.
const LOG_DELAY: Duration = Duration::from_secs(1);

/// The variables of one signal.
struct Variables {
    delay: &'static Variable<Duration>,
    queue: &'static Variable<usize>,
    batch: &'static Variable<usize>,
    /// The seeds' name for the size of a batch.
    batch_alias: Option<&'static Variable<usize>>,
    timeout: &'static Variable<Option<Duration>>,
}

pub(crate) fn of_spans(reader: &mut Reader<'_>) -> BatchOptions {
    let variables = Variables {
        delay: &OTEL_BSP_SCHEDULE_DELAY,
        queue: &OTEL_BSP_MAX_QUEUE_SIZE,
        batch: &OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
        batch_alias: Some(&TRACES_EXPORT_BATCH_SIZE),
        timeout: &OTEL_BSP_EXPORT_TIMEOUT,
    };
    options(reader, BatchOptions::default(), &variables)
}

pub(crate) fn of_log_records(reader: &mut Reader<'_>) -> BatchOptions {
    let variables = Variables {
        delay: &OTEL_BLRP_SCHEDULE_DELAY,
        queue: &OTEL_BLRP_MAX_QUEUE_SIZE,
        batch: &OTEL_BLRP_MAX_EXPORT_BATCH_SIZE,
        batch_alias: None,
        timeout: &OTEL_BLRP_EXPORT_TIMEOUT,
    };
    options(reader, log_defaults(), &variables)
}

pub(crate) fn log_defaults() -> BatchOptions {
    BatchOptions::default().with_schedule_delay(LOG_DELAY)
}

/// The target under the shorter of its own time limit and this one.
pub(crate) fn within(target: Target, limit: Option<Duration>) -> Target {
    let timeout = match (target.timeout(), limit) {
        (Some(own), Some(limit)) => Some(own.min(limit)),
        (own, limit) => own.or(limit),
    };
    target.with_timeout(timeout)
}

fn options(reader: &mut Reader<'_>, defaults: BatchOptions, variables: &Variables) -> BatchOptions {
    let queue = reader.read(variables.queue).unwrap_or(defaults.max_queue_size);
    let mut size = None;
    for variable in [Some(variables.batch), variables.batch_alias].into_iter().flatten() {
        size = size.or_else(|| Some((variable.name, reader.read(variable)?)));
    }
    let size = match size {
        Some((variable, size)) if size > queue => {
            reader.warn(variable, format!("is more than the queue holds, {queue}"), format!("{queue} is used"));
            queue
        }
        Some((_, size)) => size,
        None => defaults.max_batch_size.min(queue),
    };
    let timeout = match reader.read(variables.timeout) {
        Some(timeout) => timeout.unwrap_or(Duration::MAX),
        None => defaults.export_timeout,
    };
    defaults
        .with_max_queue_size(queue)
        .with_max_batch_size(size)
        .with_schedule_delay(reader.read(variables.delay).unwrap_or(defaults.schedule_delay))
        .with_export_timeout(timeout)
}

/// The size of a queue: not 0, which would lose everything, and not more than memory holds.
pub(crate) fn queue_size(text: &str) -> Parsed<usize> {
    match size(text) {
        Parsed::Good(size) if size > LARGEST => {
            Parsed::Adjusted(LARGEST, format!("is more than {LARGEST}"), format!("{LARGEST} is used"))
        }
        other => other,
    }
}

/// The size of a batch, which the queue limits.
pub(crate) fn size(text: &str) -> Parsed<usize> {
    match text.parse() {
        Ok(0) => Parsed::Bad("must be at least 1".to_owned()),
        Ok(size) => Parsed::Good(size),
        Err(_) => Parsed::Bad(format!("is not a whole number from 1 to {LARGEST}")),
    }
}
