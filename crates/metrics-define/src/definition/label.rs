//! Labels and their values.

/// One label of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LabelDef {
    /// The attribute's key.
    pub key: &'static str,
    /// What the label says.
    pub description: &'static str,
    /// Which values it may have.
    pub values: LabelValues,
    /// A typical value, for documents.
    pub example: Option<&'static str>,
    /// The field and the last word of its type, for documents; empty for a metric that was defined at run time.
    pub field: (&'static str, &'static str),
}

impl LabelDef {
    /// A label as the macro writes it.
    pub const fn new(key: &'static str, description: &'static str, values: LabelValues) -> Self {
        Self { key, description, values, example: None, field: ("", "") }
    }

    /// The same label with a typical value.
    #[must_use]
    pub const fn with_example(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }

    /// The same label with the name of its field and the last word of the field's type.
    #[must_use]
    pub const fn with_field(mut self, name: &'static str, type_name: &'static str) -> Self {
        self.field = (name, type_name);
        self
    }
}

/// Which values a label may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelValues {
    /// Exactly these, in the order of their ordinals.
    Closed(&'static [&'static str]),
    /// Any text, but no more than this many different values.
    Open {
        /// How many different values are expected at most.
        max_values: usize,
    },
}

impl LabelValues {
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Closed(values) => values.len(),
            Self::Open { max_values } => *max_values,
        }
    }
}
