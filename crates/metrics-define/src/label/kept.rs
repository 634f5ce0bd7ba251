//! Label values that are kept: the keys of series.

use std::sync::Arc;

use opentelemetry::Value;

use crate::label::Label;

/// A label value that is kept: the key of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeptLabel {
    Closed {
        ordinal: usize,
        text: &'static str,
    },
    Bool(bool),
    Integer(i64),
    /// Shared with the attribute, because collecting copies attributes and a shared text copies cheaply.
    Text(Arc<str>),
}

impl KeptLabel {
    /// The label again. How many values a closed set has is not kept: neither its hash nor its series depends on it.
    pub(crate) fn label(&self) -> Label<'_> {
        match self {
            Self::Closed { ordinal, text } => Label::Closed { ordinal: *ordinal, of: 0, text },
            Self::Bool(value) => Label::Bool(*value),
            Self::Integer(value) => Label::Integer(*value),
            Self::Text(text) => Label::Text(text),
        }
    }

    pub(crate) fn attribute_value(&self) -> Value {
        match self {
            Self::Closed { text, .. } => (*text).into(),
            Self::Bool(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::Text(text) => Arc::clone(text).into(),
        }
    }
}

impl From<Label<'_>> for KeptLabel {
    fn from(label: Label<'_>) -> Self {
        match label {
            Label::Closed { ordinal, text, .. } => Self::Closed { ordinal, text },
            Label::Bool(value) => Self::Bool(value),
            Label::Integer(value) => Self::Integer(value),
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
            (Self::Integer(a), Label::Integer(b)) => a == b,
            (Self::Text(a), Label::Text(b)) => a.as_ref() == *b,
            _ => false,
        }
    }
}
