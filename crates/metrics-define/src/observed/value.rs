//! The types of what is observed, and the instruments of the OpenTelemetry API for them.

use std::ops::Add;

use metric_names::Kind;
use opentelemetry::metrics::{AsyncInstrument, AsyncInstrumentBuilder, Meter};

use crate::definition::MetricDef;

/// A number that can be observed.
pub trait ObservedValue: Copy + Send + Sync + 'static {
    /// The sum of two, at the most what the type has room for.
    #[must_use]
    fn plus(self, other: Self) -> Self;

    /// Whether an instrument of this kind can have the value.
    fn is_possible(self, kind: Kind) -> bool;

    /// Makes the instrument of the definition's kind, which calls back at every collection.
    fn build(meter: &Meter, def: &'static MetricDef, run: impl Fn(&dyn AsyncInstrument<Self>) + Send + Sync + 'static);
}

macro_rules! observed_value {
    ($value:ty, $plus:expr, $is_possible:expr; $($kind:ident => $build:ident),*) => {
        impl ObservedValue for $value {
            fn plus(self, other: Self) -> Self {
                $plus(self, other)
            }

            fn is_possible(self, kind: Kind) -> bool {
                $is_possible(self, kind)
            }

            fn build(
                meter: &Meter,
                def: &'static MetricDef,
                run: impl Fn(&dyn AsyncInstrument<Self>) + Send + Sync + 'static,
            ) {
                match def.kind {
                    $(Kind::$kind => {
                        described(meter.$build(def.name), def).with_callback(run).build();
                    })*
                    // The macro writes no other kind with this type.
                    _ => {}
                }
            }
        }
    };
}

observed_value!(
    u64, u64::saturating_add, |_, _| true; Counter => u64_observable_counter, Gauge => u64_observable_gauge
);
observed_value!(
    i64, i64::saturating_add, |_, _| true; UpDownCounter => i64_observable_up_down_counter, Gauge => i64_observable_gauge
);
observed_value!(
    f64, f64::add, |value: f64, kind| value.is_finite() && (value >= 0.0 || kind != Kind::Counter); Counter => f64_observable_counter, UpDownCounter => f64_observable_up_down_counter, Gauge => f64_observable_gauge
);

fn described<'m, I, V>(
    builder: AsyncInstrumentBuilder<'m, I, V>,
    def: &'static MetricDef,
) -> AsyncInstrumentBuilder<'m, I, V> {
    builder.with_unit(def.unit).with_description(def.description)
}
