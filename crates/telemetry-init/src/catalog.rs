//! The metrics that the service says it has.

use metrics_define::{Catalog, Registry};

use crate::guard::TelemetryGuard;

impl TelemetryGuard {
    /// Has the zeros of these metrics in every scrape from now on and in the first push, and keeps their names for them.
    ///
    /// Recording needs no catalogue. But `rate` sees the first failure of a kind only if there was a 0 before it, and a
    /// counter that is `zero` begins when its domain is first recorded, unless it stands in a catalogue that is given
    /// here. Nothing else is recorded of it.
    /// A metric by name that is registered from now on (`increment_counter`) cannot take a name that a metric of the
    /// catalogue has in Prometheus; one that has it already is warned of.
    ///
    /// ```no_run
    /// use metrics_catalog::{catalog, coordinator, http};
    ///
    /// catalog! {
    ///     /// What this service measures.
    ///     static METRICS = [coordinator::DEFINITION, http::DEFINITION];
    /// }
    ///
    /// let _telemetry = telemetry_init::init()?.with_catalog(&METRICS);
    /// # Ok::<(), telemetry_init::InitError>(())
    /// ```
    pub fn with_catalog(self, catalog: &'static Catalog) -> Self {
        if let Err(error) = Registry::reserve(catalog) {
            tracing::warn!(target: "telemetry_init", "{error}");
        }
        catalog.start_zeros();
        self
    }
}
