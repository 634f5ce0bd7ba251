//! The kinds of instruments.

/// What an instrument does with the values it is given.
///
/// An observable instrument has the kind of its synchronous counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A sum that only grows.
    Counter,
    /// A sum that may also fall.
    UpDownCounter,
    /// The value recorded last.
    Gauge,
    /// Counts of values by size.
    Histogram,
}

impl Kind {
    /// The word for this kind on a `# TYPE` line of the Prometheus text format.
    ///
    /// An up-down counter is a `gauge` there: only counters promise never to fall.
    ///
    /// ```
    /// assert_eq!(metric_names::Kind::UpDownCounter.prometheus_type(), "gauge");
    /// ```
    pub const fn prometheus_type(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::UpDownCounter | Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}
