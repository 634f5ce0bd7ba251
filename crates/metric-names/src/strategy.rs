//! The official ways to get from an instrument to a name in Prometheus.

use crate::{
    buffer::Buffer,
    exposed_name::{ExposedName, NameError, Naming, exact, plain, unescaped_with_suffixes, with_units},
    kind::Kind,
};

/// What happens to characters outside `[a-zA-Z0-9_:]`, and whether unit and type are added to the name.
///
/// These are the four of OpenTelemetry's specification and of Prometheus' own OTLP receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// Escape, and add unit and `_total`: `foo.bar` in `By` is `foo_bar_bytes_total`. The default.
    #[default]
    UnderscoreEscapingWithSuffixes,
    /// Escape only: `foo_bar`.
    UnderscoreEscapingWithoutSuffixes,
    /// Add unit and `_total` only: `foo.bar_bytes_total`.
    NoUtf8EscapingWithSuffixes,
    /// Nothing: `foo.bar`.
    NoTranslation,
}

impl Strategy {
    /// Whether names and label keys are reduced to the characters that every version of Prometheus accepts.
    pub const fn escapes(self) -> bool {
        matches!(self, Self::UnderscoreEscapingWithSuffixes | Self::UnderscoreEscapingWithoutSuffixes)
    }

    /// Whether names end in their unit and, for counters, in `_total`.
    pub const fn adds_suffixes(self) -> bool {
        matches!(self, Self::UnderscoreEscapingWithSuffixes | Self::NoUtf8EscapingWithSuffixes)
    }
}

/// A strategy with a namespace in front of every name.
///
/// ```
/// use metric_names::{Kind, Naming, Strategy, Translation};
///
/// let translation = Translation::new(Strategy::NoUtf8EscapingWithSuffixes).with_namespace("shop");
/// let name = translation.name("cart.size", "By", Kind::Gauge, Naming::Units)?;
/// assert_eq!(name.as_str(), "shop_cart.size_bytes");
/// # Ok::<(), metric_names::NameError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Translation<'a> {
    strategy: Strategy,
    namespace: &'a str,
}

impl<'a> Translation<'a> {
    /// A strategy without a namespace.
    pub const fn new(strategy: Strategy) -> Self {
        Self { strategy, namespace: "" }
    }

    /// Puts this and a `_` in front of every name; a strategy that escapes takes the words of it, joined by `_`.
    #[must_use]
    pub const fn with_namespace(mut self, namespace: &'a str) -> Self {
        self.namespace = namespace;
        self
    }

    /// The name of an instrument.
    pub const fn name(&self, name: &str, unit: &str, kind: Kind, naming: Naming) -> Result<ExposedName, NameError> {
        let namespace = self.namespace;
        let is_counter = matches!(kind, Kind::Counter);
        let text = match (self.strategy, naming) {
            (Strategy::UnderscoreEscapingWithSuffixes, Naming::Units) => with_units(namespace, name, unit, kind),
            (Strategy::UnderscoreEscapingWithSuffixes, Naming::Plain) => plain(namespace, name, is_counter),
            (Strategy::UnderscoreEscapingWithoutSuffixes, _) => plain(namespace, name, false),
            (Strategy::NoUtf8EscapingWithSuffixes, _) => unescaped_with_suffixes(namespace, name, unit, kind, naming),
            (Strategy::NoTranslation, _) => unchanged(namespace, name),
        };
        checked(&text)
    }

    /// A name that was chosen for Prometheus and is not translated, in the namespace.
    ///
    /// ```
    /// use metric_names::{Strategy, Translation};
    ///
    /// let translation = Translation::new(Strategy::default()).with_namespace("my-app");
    /// assert_eq!(translation.exact_name("jobs_active")?.as_str(), "my_app_jobs_active");
    /// # Ok::<(), metric_names::NameError>(())
    /// ```
    pub const fn exact_name(&self, name: &str) -> Result<ExposedName, NameError> {
        let text = if self.strategy.escapes() { exact(self.namespace, name) } else { unchanged(self.namespace, name) };
        checked(&text)
    }
}

const fn unchanged(namespace: &str, name: &str) -> Buffer {
    let mut out = Buffer::new();
    if !name.is_empty() {
        out.push_words_of(namespace.as_bytes(), name.as_bytes());
    }
    out
}

const fn checked(text: &Buffer) -> Result<ExposedName, NameError> {
    if text.is_overflown() {
        return Err(NameError::TooLong);
    }
    if text.as_bytes().is_empty() {
        return Err(NameError::NothingLeft);
    }
    Ok(ExposedName(*text))
}
