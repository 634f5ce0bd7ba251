//! How much one span or one log record may hold.

use crate::{
    variable::Reader,
    variables::{
        OTEL_ATTRIBUTE_COUNT_LIMIT, OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT, OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT,
        OTEL_LINK_ATTRIBUTE_COUNT_LIMIT, OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT,
        OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT, OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT,
        OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT, OTEL_SPAN_EVENT_COUNT_LIMIT, OTEL_SPAN_LINK_COUNT_LIMIT,
    },
};

/// How much of anything there may be, unless something else is said.
const COUNT: u32 = 128;

/// How much one span may hold; what is beyond is dropped and counted on the span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpanLimits {
    /// Attributes; 128 by default.
    pub attributes: u32,
    /// Events; 128 by default.
    pub events: u32,
    /// Links; 128 by default.
    pub links: u32,
    /// Attributes of one event; 128 by default.
    pub attributes_per_event: u32,
    /// Attributes of one link; 128 by default.
    pub attributes_per_link: u32,
    /// Characters of a text in an attribute of the span, its events and links; no limit by default.
    pub value_length: Option<u32>,
}

/// How much one log record may hold; what is beyond is dropped. The message is not limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLimits {
    /// Attributes; 128 by default.
    pub attributes: u32,
    /// Characters of a text in an attribute; no limit by default.
    pub value_length: Option<u32>,
}

/// What the model's own variable says, else the general one.
pub(crate) fn from_environment(reader: &mut Reader<'_>) -> (SpanLimits, LogLimits) {
    let count = reader.read(&OTEL_ATTRIBUTE_COUNT_LIMIT).unwrap_or(COUNT);
    let length = reader.read(&OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT);
    let spans = SpanLimits {
        attributes: reader.read(&OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT).unwrap_or(count),
        events: reader.read(&OTEL_SPAN_EVENT_COUNT_LIMIT).unwrap_or(COUNT),
        links: reader.read(&OTEL_SPAN_LINK_COUNT_LIMIT).unwrap_or(COUNT),
        attributes_per_event: reader.read(&OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT).unwrap_or(COUNT),
        attributes_per_link: reader.read(&OTEL_LINK_ATTRIBUTE_COUNT_LIMIT).unwrap_or(COUNT),
        value_length: reader.read(&OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT).or(length),
    };
    let logs = LogLimits {
        attributes: reader.read(&OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT).unwrap_or(count),
        value_length: reader.read(&OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT).or(length),
    };
    (spans, logs)
}

impl Default for SpanLimits {
    fn default() -> Self {
        Self {
            attributes: COUNT,
            events: COUNT,
            links: COUNT,
            attributes_per_event: COUNT,
            attributes_per_link: COUNT,
            value_length: None,
        }
    }
}

impl Default for LogLimits {
    fn default() -> Self {
        Self { attributes: COUNT, value_length: None }
    }
}
