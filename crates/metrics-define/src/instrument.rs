//! The kinds of instrument, behind one trait, so that the engine is written once.

mod level;

pub use level::Level;

use std::convert::Infallible;

use opentelemetry::{
    KeyValue,
    metrics::{self, Meter},
};

use crate::{
    definition::MetricDef,
    pending::Amount,
    sync::{AtomicI64, AtomicU64},
};

/// The attribute of the SDK's series for what is beyond the limit of series.
pub(crate) const OVERFLOW: &str = "otel.metric.overflow";

/// An instrument of the OpenTelemetry API.
pub trait Instrument: Sized + Send + Sync + 'static {
    /// What is measured.
    type Value: Copy;
    /// A handle for one series.
    type Bound: Send + Sync + 'static;
    /// What a series adds up between two collections.
    type Pending: Amount<Self::Value>;

    /// Whether a value replaces the one before, so that it says nothing without its series.
    const IS_LEVEL: bool = false;

    /// Where a sum starts.
    const ZERO: Option<Self::Value> = None;

    /// Whether a value is one that the instrument can have.
    #[inline]
    fn accepts(_: Self::Value) -> bool {
        true
    }

    /// Makes the instrument of a definition.
    fn build(meter: &Meter, def: &'static MetricDef) -> Self;

    /// Records with attributes.
    fn record(&self, value: Self::Value, attributes: &[KeyValue]);

    /// A handle for the series with these attributes.
    fn bind(&self, attributes: &[KeyValue]) -> Self::Bound;

    /// Records through a handle.
    fn record_bound(bound: &Self::Bound, value: Self::Value);
}

macro_rules! instrument {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $bound:ty, $value:ty, $pending:ty, $record:ident, $zero:expr, $accepts:expr, |$meter:ident, $def:ident| $build:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name($inner);

        impl Instrument for $name {
            type Value = $value;
            type Bound = $bound;
            type Pending = $pending;

            const ZERO: Option<$value> = $zero;

            #[inline]
            fn accepts(value: $value) -> bool {
                $accepts(value)
            }

            fn build($meter: &Meter, $def: &'static MetricDef) -> Self {
                Self($build.with_unit($def.unit).with_description($def.description).build())
            }

            #[inline]
            fn record(&self, value: $value, attributes: &[KeyValue]) {
                self.0.$record(value, attributes);
            }

            fn bind(&self, attributes: &[KeyValue]) -> $bound {
                self.0.bind(attributes)
            }

            #[inline]
            fn record_bound(bound: &$bound, value: $value) {
                bound.$record(value);
            }
        }
    };
}

instrument! {
    /// A sum that only grows.
    Counter, metrics::Counter<u64>, metrics::BoundCounter<u64>, u64, AtomicU64, add, Some(0), |_| true, |meter, def| meter.u64_counter(def.name)
}
instrument! {
    /// A sum of floating-point numbers that only grows.
    FloatCounter, metrics::Counter<f64>, metrics::BoundCounter<f64>, f64, Infallible, add, Some(0.0), |value: f64| value >= 0.0 && value.is_finite(), |meter, def| meter.f64_counter(def.name)
}
instrument! {
    /// A sum that grows and shrinks.
    UpDownCounter, metrics::UpDownCounter<i64>, metrics::BoundUpDownCounter<i64>, i64, AtomicI64, add, Some(0), |_| true, |meter, def| meter.i64_up_down_counter(def.name)
}
instrument! {
    /// A sum of floating-point numbers that grows and shrinks.
    FloatUpDownCounter, metrics::UpDownCounter<f64>, metrics::BoundUpDownCounter<f64>, f64, Infallible, add, Some(0.0), f64::is_finite, |meter, def| meter.f64_up_down_counter(def.name)
}
instrument! {
    /// The last integer.
    IntegerGauge, metrics::Gauge<i64>, metrics::BoundGauge<i64>, i64, Infallible, record, None, |_| true, |meter, def| meter.i64_gauge(def.name)
}
instrument! {
    /// The last value.
    Gauge, metrics::Gauge<f64>, metrics::BoundGauge<f64>, f64, Infallible, record, None, f64::is_finite, |meter, def| meter.f64_gauge(def.name)
}
instrument! {
    /// A distribution of values.
    Histogram, metrics::Histogram<f64>, metrics::BoundHistogram<f64>, f64, Infallible, record, None, f64::is_finite,
    |meter, def| {
        let builder = meter.f64_histogram(def.name);
        // Exponential buckets are the view's to choose.
        if def.exponential { builder } else { builder.with_boundaries(def.boundaries.to_vec()) }
    }
}
