//! Batching of log records.

use std::time::Duration;

use crate::{
    parse,
    settings::batch,
    variable::{Entry, Shown, Standing, Variable},
};

variables! {
    OTEL_BLRP_SCHEDULE_DELAY: Duration {
        does: "Milliseconds after which queued log records go out at the latest.",
        default: "1000",
        allowed: "whole milliseconds, 1 to 4294967295",
        beyond: "0 is diagnosed; in the SDK it is a busy loop",
        standing: Honoured,
        shown: Whole,
        parse: parse::interval,
    }
    OTEL_BLRP_EXPORT_TIMEOUT: Option<Duration> {
        does: "Milliseconds that the export of one batch of log records may take with all its requests; the OTLP timeout limits each request.",
        default: "30000",
        allowed: "whole milliseconds, 0 to 4294967295; 0 is no limit",
        beyond: "the SDK's batch processor reads it and does nothing with it",
        standing: Honoured,
        shown: Whole,
        parse: parse::timeout,
    }
    OTEL_BLRP_MAX_QUEUE_SIZE: usize {
        does: "How many log records may wait; further ones are dropped and counted. What waits may take 4 KiB of memory for each item of this number, from 8 MiB to 1 GiB in all; what is beyond is dropped and counted as well, but for one item that is larger than a batch.",
        default: "2048",
        allowed: "1 to 1000000",
        beyond: "0 is diagnosed; more than the largest is cut to it, where the SDK aborts the process",
        standing: Honoured,
        shown: Whole,
        parse: batch::queue_size,
    }
    OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: usize {
        does: "How many log records go out together; fewer, and at once, where they take an eighth of what may wait or nearly 4 MiB.",
        default: "512",
        allowed: "1 to the size of the queue",
        beyond: "more than the queue holds is diagnosed",
        standing: Honoured,
        shown: Whole,
        parse: batch::size,
    }
}
