//! The provider that applications are given: the SDK's, with every callback guarded.

mod meter;

use std::{fmt, sync::Arc};

use metrics_define::HAND_OVER_SCOPE;
use opentelemetry::{
    InstrumentationScope,
    metrics::{Meter, MeterProvider},
};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use self::meter::GuardedMeter;
use crate::{callbacks::Callbacks, collector::Collector};

/// Guards a provider: install the result, for the process and for whoever asks for meters.
///
/// Callbacks of observable instruments then run when `collector` collects, on its thread, but outside of the SDK.
/// One that panics is counted ([`Collector::callback_panics`]), warned of once, and loses only its own series; one that
/// hangs keeps the collection that ran it and no later one; one that makes instruments does not block itself.
/// Instruments that are recorded directly are the SDK's own and cost the same.
///
/// `provider` and `collector` must be of the same [`Pipeline`](crate::Pipeline).
///
/// ```
/// use metrics_pipeline::{Pipeline, guard, walk};
/// use opentelemetry::metrics::MeterProvider as _;
/// use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
///
/// let (provider, collector) = Pipeline::builder(Resource::builder_empty().build()).build();
/// let meter = guard(provider.clone(), &collector).meter("shop");
/// let _broken = meter.u64_observable_gauge("broken").with_callback(|_| panic!("not again")).build();
/// let _stock = meter.u64_observable_gauge("stock").with_callback(|stock| stock.observe(7, &[])).build();
///
/// let mut collected = ResourceMetrics::default();
/// collector.collect(&mut collected)?;
/// assert_eq!(walk(&collected).map(|metric| metric.name).collect::<Vec<_>>(), ["stock"]);
/// assert_eq!(collector.callback_panics(), 1);
/// # Ok::<(), metrics_pipeline::CollectError>(())
/// ```
pub fn guard(provider: SdkMeterProvider, collector: &Collector) -> GuardedMeterProvider {
    GuardedMeterProvider { provider, callbacks: Arc::clone(collector.callbacks()) }
}

/// A meter provider whose callbacks cannot harm one another; made by [`guard`].
#[derive(Clone)]
pub struct GuardedMeterProvider {
    provider: SdkMeterProvider,
    callbacks: Arc<Callbacks>,
}

impl MeterProvider for GuardedMeterProvider {
    fn meter_with_scope(&self, scope: InstrumentationScope) -> Meter {
        let is_hand_over = scope.name() == HAND_OVER_SCOPE;
        let meter = self.provider.meter_with_scope(scope);
        if is_hand_over {
            // Run by the SDK, after all others: what they record is handed over as well.
            return meter;
        }
        Meter::new(Arc::new(GuardedMeter::new(meter, Arc::clone(&self.callbacks))))
    }
}

impl fmt::Debug for GuardedMeterProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedMeterProvider").finish_non_exhaustive()
    }
}
