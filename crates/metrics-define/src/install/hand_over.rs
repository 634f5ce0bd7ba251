//! The callback by which the collections of a provider are handed what is pending.

use std::sync::Arc;

use opentelemetry::{InstrumentationScope, metrics::MeterProvider};

use crate::{callback, pending::Pending};

/// The instrumentation scope of the one callback that [`install`](crate::install) registers for
/// [`Recording::Bound`](crate::Recording::Bound).
///
/// It observes nothing, so no output ever shows it: the SDK calls it when a collection begins, and it hands over what
/// the sums of integers have added up since the last one.
///
/// A provider that runs callbacks in its own way leaves this one to the SDK, after its own. Otherwise what those record
/// waits for the next collection, and is lost in the last one: also where a reader of somebody else's has the SDK run them
/// all, this one first.
/// Where a view drops the instrument, the installation records without it, which is slower.
pub const HAND_OVER_SCOPE: &str = concat!(env!("CARGO_PKG_NAME"), "/hand-over");

/// Pending sums that the provider's collections are handed; `None` if it keeps no callbacks.
pub(crate) fn registered(provider: &(impl MeterProvider + ?Sized)) -> Option<Arc<Pending>> {
    // A provider may hold its lock, which making an instrument takes.
    if callback::is_running() {
        return None;
    }
    let pending = Arc::new(Pending::default());
    let handed = Arc::clone(&pending);
    let meter = provider.meter_with_scope(InstrumentationScope::builder(HAND_OVER_SCOPE).build());
    meter.u64_observable_gauge("hand_over").with_callback(move |_| handed.hand_over()).build();
    // A callback that nobody will call has been dropped by now.
    (Arc::strong_count(&pending) > 1).then_some(pending)
}
