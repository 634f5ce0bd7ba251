//! Sampling and batching of spans.

use std::time::Duration;

use crate::{
    parse,
    settings::{
        batch,
        sampler::{self, Ratio, Rule},
    },
    variable::{Entry, Parsed, Shown, Standing, Variable},
};

variables! {
    OTEL_TRACES_SAMPLER: Rule {
        does: "Which spans are recorded.",
        default: "parentbased_always_on",
        allowed: "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio",
        beyond: "any case, as specified; jaeger_remote, parentbased_jaeger_remote and xray are diagnosed",
        standing: Honoured,
        shown: Whole,
        parse: sampler::rule,
    }
    OTEL_TRACES_SAMPLER_ARG: Ratio {
        does: "The share of traces that the ratio samplers record.",
        default: "1.0",
        allowed: "a decimal number from 0 to 1",
        beyond: "the SDK takes 5 for everything, -1 for nothing and NaN for never, without a word; here they are diagnosed",
        standing: Honoured,
        shown: Whole,
        parse: sampler::ratio,
    }
    OTEL_BSP_SCHEDULE_DELAY: Duration {
        does: "Milliseconds after which queued spans go out at the latest.",
        default: "5000",
        allowed: "whole milliseconds, 1 to 4294967295",
        beyond: "0 is diagnosed; in the SDK it is a busy loop",
        standing: Honoured,
        shown: Whole,
        parse: parse::interval,
    }
    OTEL_BSP_EXPORT_TIMEOUT: Option<Duration> {
        does: "Milliseconds that the export of one batch of spans may take with all its requests; the OTLP timeout limits each request.",
        default: "30000",
        allowed: "whole milliseconds, 0 to 4294967295; 0 is no limit",
        beyond: "the SDK's batch processor reads it and does nothing with it",
        standing: Honoured,
        shown: Whole,
        parse: parse::timeout,
    }
    OTEL_BSP_MAX_QUEUE_SIZE: usize {
        does: "How many ended spans may wait; further ones are dropped and counted. What waits may take 4 KiB of memory for each item of this number, from 8 MiB to 1 GiB in all; what is beyond is dropped and counted as well, but for one item that is larger than a batch.",
        default: "2048",
        allowed: "1 to 1000000",
        beyond: "0 is diagnosed, where the SDK loses every span silently; more than the largest is cut to it, where the SDK aborts the process",
        standing: Honoured,
        shown: Whole,
        parse: batch::queue_size,
    }
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: usize {
        does: "How many spans go out together; fewer, and at once, where they take an eighth of what may wait or nearly 4 MiB.",
        default: "512, or TRACES_EXPORT_BATCH_SIZE",
        allowed: "1 to the size of the queue",
        beyond: "more than the queue holds is diagnosed",
        standing: Honoured,
        shown: Whole,
        parse: batch::size,
    }
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: () {
        does: "Where a Zipkin exporter would send.",
        default: "unset",
        allowed: "a URL",
        beyond: "a warning says that it has no effect",
        standing: Diagnosed,
        shown: Url,
        parse: no_zipkin,
    }
    OTEL_EXPORTER_ZIPKIN_TIMEOUT: () {
        does: "How long a Zipkin exporter would wait.",
        default: "unset",
        allowed: "whole milliseconds",
        beyond: "a warning says that it has no effect",
        standing: Diagnosed,
        shown: Whole,
        parse: no_zipkin,
    }
    OTEL_EXPORTER_ZIPKIN_PROTOCOL: () {
        does: "Reserved by the specification, without a meaning.",
        default: "unset",
        allowed: "nothing",
        beyond: "a warning says that it has no effect",
        standing: Diagnosed,
        shown: Whole,
        parse: no_zipkin,
    }
}

fn no_zipkin(_: &str) -> Parsed<()> {
    Parsed::Bad("there is no Zipkin exporter: send OTLP, which a Collector can turn into Zipkin".to_owned())
}
