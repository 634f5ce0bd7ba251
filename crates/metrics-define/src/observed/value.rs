//! The types of what is observed, and the instruments of the OpenTelemetry API for them.

use metric_names::Kind;
use opentelemetry::metrics::{AsyncInstrument, AsyncInstrumentBuilder, Meter};

use crate::definition::MetricDef;

/// A number that can be observed.
pub trait ObservedValue: Copy + Send + Sync + 'static {
    /// Makes the instrument of the definition's kind, which calls back at every collection.
    fn build(meter: &Meter, def: &'static MetricDef, run: impl Fn(&dyn AsyncInstrument<Self>) + Send + Sync + 'static);
}

macro_rules! observed_value {
    ($value:ty: $($kind:ident => $build:ident),*) => {
        impl ObservedValue for $value {
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

observed_value!(u64: Counter => u64_observable_counter, Gauge => u64_observable_gauge);
observed_value!(i64: UpDownCounter => i64_observable_up_down_counter, Gauge => i64_observable_gauge);
observed_value!(
    f64: Counter => f64_observable_counter, UpDownCounter => f64_observable_up_down_counter, Gauge => f64_observable_gauge
);

fn described<'m, I, V>(
    builder: AsyncInstrumentBuilder<'m, I, V>,
    def: &'static MetricDef,
) -> AsyncInstrumentBuilder<'m, I, V> {
    builder.with_unit(def.unit).with_description(def.description)
}
