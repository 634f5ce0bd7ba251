//! One instrument of any kind, and what is recorded with it.

use metric_names::Kind;
use opentelemetry::{
    KeyValue,
    metrics::{AsyncInstrument, Meter},
};

use super::{Measured, Metric, Series, is_exponential};
use crate::random::Random;

pub(super) struct Instrument<'m> {
    name: &'static str,
    metric: &'m Metric,
    /// Whether a callback says the values.
    is_observable: bool,
    /// Whether the values are floats, where there is a choice.
    is_float: bool,
    bounds: Vec<f64>,
}

/// Begins to make an instrument.
macro_rules! instrument {
    ($self:ident, $meter:ident.$make:ident()) => {
        $meter.$make($self.name).with_unit($self.metric.unit).with_description($self.metric.description.clone())
    };
}

impl<'m> Instrument<'m> {
    pub(super) fn new(name: &'static str, metric: &'m Metric, random: &mut Random) -> Self {
        let mut bounds: Vec<f64> = (0..random.below(4)).map(|_| number(random)).collect();
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        Self { name, metric, is_observable: random.chance(4), is_float: random.chance(3), bounds }
    }

    /// Records something for each series.
    pub(super) fn record(&self, meter: &Meter, attributes: Vec<Vec<KeyValue>>, random: &mut Random) -> Vec<Series> {
        let with_values = attributes.into_iter().map(|attributes| Series { attributes, value: self.value(random) });
        let series: Vec<Series> = with_values.collect();
        let all = series.clone();
        match (self.metric.kind, self.is_observable) {
            (Kind::Counter, true) => {
                let callback = move |observer: &dyn AsyncInstrument<f64>| {
                    for series in &all {
                        observer.observe(series.value.float(), &series.attributes);
                    }
                };
                instrument!(self, meter.f64_observable_counter()).with_callback(callback).build();
            }
            (Kind::UpDownCounter, true) => {
                let callback = move |observer: &dyn AsyncInstrument<i64>| {
                    for series in &all {
                        observer.observe(series.value.integer(), &series.attributes);
                    }
                };
                instrument!(self, meter.i64_observable_up_down_counter()).with_callback(callback).build();
            }
            (Kind::Gauge, true) => {
                let callback = move |observer: &dyn AsyncInstrument<f64>| {
                    for series in &all {
                        observer.observe(series.value.float(), &series.attributes);
                    }
                };
                instrument!(self, meter.f64_observable_gauge()).with_callback(callback).build();
            }
            (Kind::Counter, false) if self.is_float => {
                let counter = instrument!(self, meter.f64_counter()).build();
                for series in &all {
                    counter.add(series.value.float(), &series.attributes);
                }
            }
            (Kind::Counter, false) => {
                let counter = instrument!(self, meter.u64_counter()).build();
                for series in &all {
                    counter.add(series.value.integer(), &series.attributes);
                }
            }
            (Kind::UpDownCounter, false) => {
                let counter = instrument!(self, meter.i64_up_down_counter()).build();
                for series in &all {
                    counter.add(series.value.integer(), &series.attributes);
                }
            }
            (Kind::Gauge, false) => {
                let gauge = instrument!(self, meter.f64_gauge()).build();
                for series in &all {
                    gauge.record(series.value.float(), &series.attributes);
                }
            }
            (Kind::Histogram, _) => {
                let histogram = instrument!(self, meter.f64_histogram()).with_boundaries(self.bounds.clone()).build();
                for series in &all {
                    for value in series.value.values() {
                        histogram.record(*value, &series.attributes);
                    }
                }
            }
        }
        series
    }

    fn value(&self, random: &mut Random) -> Measured {
        match (self.metric.kind, self.is_observable) {
            (Kind::Counter, true) => {
                // No counter can be negative, but nothing keeps a callback from saying so.
                Measured::Float(if random.chance(3) { number(random) } else { number(random).abs() })
            }
            (Kind::Counter, false) if self.is_float => Measured::Float(number(random).abs()),
            (Kind::Counter, false) => {
                Measured::Integer(if random.chance(4) { u64::MAX } else { random.next() % 100 }.into())
            }
            (Kind::UpDownCounter, _) => {
                let value = if random.chance(4) { i64::MIN } else { random.next().cast_signed() % 1000 };
                Measured::Integer(value.into())
            }
            (Kind::Gauge, _) => Measured::Float(number(random)),
            (Kind::Histogram, _) => {
                let values = (0..=random.below(5)).map(|_| number(random)).collect();
                if is_exponential(self.name) {
                    Measured::Exponential { values }
                } else {
                    Measured::Histogram { bounds: self.bounds.clone(), values }
                }
            }
        }
    }
}

impl Measured {
    fn integer<I: TryFrom<i128, Error: std::fmt::Debug>>(&self) -> I {
        match self {
            Self::Integer(value) => I::try_from(*value).unwrap(),
            _ => panic!("no integer"),
        }
    }

    fn float(&self) -> f64 {
        match self {
            Self::Float(value) => *value,
            _ => panic!("no float"),
        }
    }

    fn values(&self) -> &[f64] {
        match self {
            Self::Histogram { values, .. } | Self::Exponential { values } => values,
            _ => panic!("no histogram"),
        }
    }
}

/// Any finite number, near and far.
fn number(random: &mut Random) -> f64 {
    let value = match random.below(4) {
        0 => f64::from_bits(random.next()),
        1 => 0.0,
        2 => f64::from(u32::try_from(random.next() % 2000).unwrap()) - 1000.0,
        _ => f64::from(u32::try_from(random.next() % 2000).unwrap()) / 8.0,
    };
    // Sums of these stay finite.
    if value.is_finite() && value.abs() < 1e300 && (value == 0.0 || value.abs() > 1e-300) { value } else { 1.5 }
}
