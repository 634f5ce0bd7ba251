//! Label values: what may stand in a metric's field.

use std::sync::Arc;

use opentelemetry::Value;

/// A type that can be a label: `bool`, `&str`, and enums by `#[derive(LabelValue)]`.
///
/// ```
/// use metrics_define::LabelValue;
///
/// #[derive(LabelValue, Clone, Copy, Debug)]
/// enum Channel {
///     Email,
///     #[label("websocket")]
///     WebSocket,
/// }
///
/// assert_eq!(Channel::VALUES, ["email", "websocket"]);
/// ```
pub trait LabelValue {
    /// Every value of a closed set, in order; empty for open text.
    const VALUES: &'static [&'static str];

    /// This value.
    fn label(&self) -> Label<'_>;
}

/// The value of one label at one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label<'a> {
    /// One of a closed set.
    Closed {
        /// Its place in the set.
        ordinal: usize,
        /// How many values the set has.
        of: usize,
        /// Its text.
        text: &'static str,
    },
    /// True or false; stays a boolean in OTLP.
    Bool(bool),
    /// Open text.
    Text(&'a str),
}

impl Label<'static> {
    /// The value at `ordinal` of a closed set; an ordinal outside the set is the empty text.
    #[inline]
    pub fn closed(values: &'static [&'static str], ordinal: usize) -> Self {
        let text = values.get(ordinal).copied().unwrap_or_default();
        Self::Closed { ordinal, of: values.len(), text }
    }
}

impl LabelValue for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];

    #[inline]
    fn label(&self) -> Label<'_> {
        Label::Bool(*self)
    }
}

impl LabelValue for &str {
    const VALUES: &'static [&'static str] = &[];

    #[inline]
    fn label(&self) -> Label<'_> {
        Label::Text(self)
    }
}

/// A label value that is kept: the key of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeptLabel {
    Closed {
        ordinal: usize,
        text: &'static str,
    },
    Bool(bool),
    /// Shared with the attribute, because collecting copies attributes and a shared text copies cheaply.
    Text(Arc<str>),
}

impl KeptLabel {
    pub(crate) fn attribute_value(&self) -> Value {
        match self {
            Self::Closed { text, .. } => (*text).into(),
            Self::Bool(value) => (*value).into(),
            Self::Text(text) => Arc::clone(text).into(),
        }
    }
}

impl From<Label<'_>> for KeptLabel {
    fn from(label: Label<'_>) -> Self {
        match label {
            Label::Closed { ordinal, text, .. } => Self::Closed { ordinal, text },
            Label::Bool(value) => Self::Bool(value),
            Label::Text(text) => Self::Text(text.into()),
        }
    }
}

impl PartialEq<Label<'_>> for KeptLabel {
    #[inline]
    fn eq(&self, other: &Label<'_>) -> bool {
        match (self, other) {
            (Self::Closed { ordinal: a, .. }, Label::Closed { ordinal: b, .. }) => a == b,
            (Self::Bool(a), Label::Bool(b)) => a == b,
            (Self::Text(a), Label::Text(b)) => a.as_ref() == *b,
            _ => false,
        }
    }
}
