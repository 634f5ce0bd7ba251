//! Label values: what may stand in a metric's field.

mod foreign;
mod gathered;
mod interned;
mod kept;

use crate::{definition::Written, label::foreign::cut};
pub(crate) use gathered::gathered;
pub(crate) use interned::OTHER;
pub use interned::{Interned, Interner};
pub(crate) use kept::KeptLabel;

/// A type that can be a label.
///
/// | type | values |
/// |-|-|
/// | enum with `#[derive(LabelValue)]` | its variants |
/// | `bool` | `false` and `true` |
/// | `i8`, `i16`, `u8`, `u16` | numbers; bound them with `#[label(max_values = 8)]` |
/// | `&str`, `String`, `Cow<str>`, `Box<str>`, `Arc<str>` | text; bound it with `#[label(max_values = 64)]` |
/// | enum with `#[derive(ErrorLabel)]`, `io::Error` and other errors of the standard library | the error's name, never its text |
/// | struct with `#[label_text(max_values = 64)]` | text that is looked up once and then costs as little as an enum |
/// | reference to any of these | as the type itself |
///
/// Never a float, and never a large number: each of their values would be a series of its own.
/// A newtype implements the trait by hand.
///
/// ```
/// use metrics_define::{Label, LabelValue};
///
/// #[derive(LabelValue, Clone, Copy, Debug, PartialEq)]
/// enum Channel {
///     Email,
///     #[label("websocket", alias = "ws")]
///     WebSocket,
///     #[label(fallback)]
///     Other,
/// }
///
/// assert_eq!(Channel::VALUES, ["email", "websocket", "other"]);
/// assert_eq!(Channel::from_label("ws"), Channel::WebSocket);
/// assert_eq!(Channel::from_label("pigeon"), Channel::Other);
///
/// /// The name of a queue.
/// struct Queue(String);
///
/// impl LabelValue for Queue {
///     const VALUES: &'static [&'static str] = &[];
///
///     fn label(&self) -> Label<'_> {
///         Label::text(&self.0)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "[MC006] `{Self}` is no label value",
    label = "this type cannot be a label",
    note = "a label is an enum with `#[derive(LabelValue)]`, `bool`, a small integer, text, or a type of yours that implements `LabelValue`"
)]
pub trait LabelValue {
    /// Every value of a closed set, in order; empty for text and numbers.
    const VALUES: &'static [&'static str];

    /// How many values the type itself keeps at most: of interned text.
    const INTERNED: Option<usize> = None;

    /// Whether the values are a boolean's.
    #[doc(hidden)]
    const BOOLEAN: bool = false;

    /// The module of the type and the variants of its values, for documents. Written by the macros: by hand nothing is
    /// known about how a value is written.
    #[doc(hidden)]
    const WRITTEN: Written = Written::UNKNOWN;

    /// How many places the values have, where each has one. Written by the macros: a value whose place were wrong
    /// would be counted as another one.
    #[doc(hidden)]
    const PLACES: Option<usize> = None;

    /// This value.
    fn label(&self) -> Label<'_>;

    /// The place of this value, below `PLACES`.
    #[doc(hidden)]
    #[inline]
    fn place(&self) -> usize {
        0
    }

    /// Becomes what the label is of work that ended early, where the type has such a value.
    #[doc(hidden)]
    fn end_early(&mut self) {}
}

/// The value of one label at one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label<'a> {
    /// One of a closed set.
    Closed {
        /// Its place in the set; beyond the set for interned text that came too late, which reads `other`.
        ordinal: usize,
        /// How many values the set has.
        of: usize,
        /// Its text.
        text: &'static str,
    },
    /// True or false; stays a boolean in OTLP.
    Bool(bool),
    /// A small number; stays a number in OTLP.
    Integer(i64),
    /// Open text.
    Text(&'a str),
}

impl<'a> Label<'a> {
    /// The value at `ordinal` of a closed set; an ordinal outside the set is the empty text.
    #[inline]
    pub fn closed(values: &'static [&'static str], ordinal: usize) -> Self {
        let text = values.get(ordinal).copied().unwrap_or_default();
        Self::Closed { ordinal, of: values.len(), text }
    }

    /// Open text; what is longer than 256 bytes is cut before the character that goes beyond.
    #[inline]
    pub fn text(text: &'a str) -> Self {
        Self::Text(cut(text))
    }

    /// What a label made by hand may have got wrong.
    pub(crate) fn normalised(self) -> Self {
        match self {
            Self::Text(text) => Self::text(text),
            other => other,
        }
    }
}
