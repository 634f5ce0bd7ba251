//! The instruments of one guarded meter.

use std::{borrow::Cow, sync::Arc};

use opentelemetry::metrics::{
    AsyncInstrumentBuilder, Callback, Counter, Gauge, Histogram, HistogramBuilder, InstrumentBuilder,
    InstrumentProvider, Meter, ObservableCounter, ObservableGauge, ObservableUpDownCounter, UpDownCounter,
};

use crate::callbacks::Callbacks;

/// Passes every builder on to the SDK's meter, with the callbacks replaced by guarded ones.
pub(super) struct GuardedMeter {
    meter: Meter,
    callbacks: Arc<Callbacks>,
}

impl GuardedMeter {
    pub(super) fn new(meter: Meter, callbacks: Arc<Callbacks>) -> Self {
        Self { meter, callbacks }
    }

    fn observable<'a, I, T: Copy + Send + 'static>(
        &self,
        mut inner: AsyncInstrumentBuilder<'a, I, T>,
        described: (Option<Cow<'static, str>>, Option<Cow<'static, str>>),
        callbacks: Vec<Callback<T>>,
    ) -> AsyncInstrumentBuilder<'a, I, T> {
        (inner.description, inner.unit) = described;
        for callback in callbacks {
            let observed = self.callbacks.add(&inner.name, callback);
            inner = inner.with_callback(move |instrument| observed.replay(instrument));
        }
        inner
    }
}

macro_rules! recorded {
    ($($method:ident -> $instrument:ty;)*) => { $(
        fn $method(&self, builder: InstrumentBuilder<'_, $instrument>) -> $instrument {
            let mut inner = self.meter.$method(builder.name);
            (inner.description, inner.unit) = (builder.description, builder.unit);
            inner.build()
        }
    )* };
}

macro_rules! histograms {
    ($($method:ident -> $number:ty;)*) => { $(
        fn $method(&self, builder: HistogramBuilder<'_, Histogram<$number>>) -> Histogram<$number> {
            let mut inner = self.meter.$method(builder.name);
            (inner.description, inner.unit) = (builder.description, builder.unit);
            inner.boundaries = builder.boundaries;
            inner.build()
        }
    )* };
}

macro_rules! observed {
    ($($method:ident -> $instrument:ident<$number:ty>;)*) => { $(
        fn $method(
            &self,
            builder: AsyncInstrumentBuilder<'_, $instrument<$number>, $number>,
        ) -> $instrument<$number> {
            let described = (builder.description, builder.unit);
            self.observable(self.meter.$method(builder.name), described, builder.callbacks).build()
        }
    )* };
}

impl InstrumentProvider for GuardedMeter {
    recorded! {
        u64_counter -> Counter<u64>;
        f64_counter -> Counter<f64>;
        i64_up_down_counter -> UpDownCounter<i64>;
        f64_up_down_counter -> UpDownCounter<f64>;
        u64_gauge -> Gauge<u64>;
        i64_gauge -> Gauge<i64>;
        f64_gauge -> Gauge<f64>;
    }

    histograms! {
        u64_histogram -> u64;
        f64_histogram -> f64;
    }

    observed! {
        u64_observable_counter -> ObservableCounter<u64>;
        f64_observable_counter -> ObservableCounter<f64>;
        i64_observable_up_down_counter -> ObservableUpDownCounter<i64>;
        f64_observable_up_down_counter -> ObservableUpDownCounter<f64>;
        u64_observable_gauge -> ObservableGauge<u64>;
        i64_observable_gauge -> ObservableGauge<i64>;
        f64_observable_gauge -> ObservableGauge<f64>;
    }
}
