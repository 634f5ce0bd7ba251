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
    /// The field and the last word of its type, with `&` before it for a reference that is no `&str`, for documents; empty for a metric that was defined at run time.
    pub field: (&'static str, &'static str),
    /// How a value of the field's type is written, for documents.
    #[doc(hidden)]
    pub written: Written,
    /// Whether the values are a boolean's and stay booleans in OTLP.
    pub(crate) is_boolean: bool,
}

impl LabelDef {
    /// A label as the macro writes it.
    pub const fn new(key: &'static str, description: &'static str, values: LabelValues) -> Self {
        let written = Written::UNKNOWN;
        Self { key, description, values, example: None, field: ("", ""), written, is_boolean: false }
    }

    /// The same label with a typical value.
    #[must_use]
    pub const fn with_example(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }

    /// The same label with how a value of its type is written.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_written(mut self, written: Written) -> Self {
        self.written = written;
        self
    }

    #[must_use]
    pub(crate) const fn with_boolean(mut self, is_boolean: bool) -> Self {
        self.is_boolean = is_boolean;
        self
    }

    /// The same label with the name of its field and the last word of the field's type.
    #[must_use]
    pub const fn with_field(mut self, name: &'static str, type_name: &'static str) -> Self {
        self.field = (name, type_name);
        self
    }
}

/// How a value of a label's type is written in Rust; for documents, and known for the types that the macros wrote.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The path of the module that the type stands in; empty when nothing is known.
    pub module: &'static str,
    /// The variants, in the order of the values; empty for interned text.
    pub variants: &'static [&'static str],
}

impl Written {
    pub const UNKNOWN: Self = Self { module: "", variants: &[] };
}

/// Which values a label may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelValues {
    /// Exactly these, in the order of their ordinals.
    Closed(&'static [&'static str]),
    /// Any text, but no more than this many different values: later ones become `other`.
    Open {
        /// How many different values there may be, `other` among them.
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
