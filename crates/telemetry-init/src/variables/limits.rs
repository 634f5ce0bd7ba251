//! How much one span, event, link or log record may hold.

use crate::{
    parse,
    variable::{Entry, Shown, Standing, Variable},
};

variables! {
    OTEL_ATTRIBUTE_COUNT_LIMIT: u32 {
        does: "Attributes per span and per log record, where their own variable does not say.",
        default: "128",
        allowed: "0 to 4294967295",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: u32 {
        does: "Characters per text in an attribute of a span or log record, where their own variable does not say.",
        default: "no limit",
        allowed: "0 to 4294967295",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
    OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: u32 {
        does: "Attributes per span; further ones are dropped and counted.",
        default: "OTEL_ATTRIBUTE_COUNT_LIMIT",
        allowed: "0 to 4294967295",
        beyond: "a key that was set twice is kept once, with its last value",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
    OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: u32 {
        does: "Characters per text in an attribute of a span, its events and its links; longer ones are cut.",
        default: "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        allowed: "0 to 4294967295",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
    OTEL_SPAN_EVENT_COUNT_LIMIT: u32 {
        does: "Events per span; further ones are dropped and counted.",
        default: "128",
        allowed: "0 to 4294967295",
        beyond: "a bad value is diagnosed",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
    OTEL_SPAN_LINK_COUNT_LIMIT: u32 {
        does: "Links per span; further ones are dropped and counted.",
        default: "128",
        allowed: "0 to 4294967295",
        beyond: "a bad value is diagnosed",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
    OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: u32 {
        does: "Attributes per event of a span; further ones are dropped and counted.",
        default: "128",
        allowed: "0 to 4294967295",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
    OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: u32 {
        does: "Attributes per link of a span; further ones are dropped and counted.",
        default: "128",
        allowed: "0 to 4294967295",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
    OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: u32 {
        does: "Attributes per log record; further ones are dropped and counted.",
        default: "OTEL_ATTRIBUTE_COUNT_LIMIT",
        allowed: "0 to 4294967295",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
    OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: u32 {
        does: "Characters per text in an attribute of a log record; longer ones are cut. The message is never cut.",
        default: "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        allowed: "0 to 4294967295",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: parse::count,
    }
}
