//! Metrics of registries of the `prometheus` crate, for services that have them beside ours.

mod gathered;
mod join;
#[cfg(feature = "upstream")]
mod upstream;

use metrics_define::contained;
use prometheus::Registry;

use crate::scrape_service::ScrapeService;

pub(crate) use self::gathered::write;
pub use self::join::{Joined, join};
#[cfg(feature = "upstream")]
pub use self::upstream::{UpstreamError, upstream_compatible};

/// The registries whose metrics are shown after ours.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registries(Vec<Registry>);

/// What was gathered from them.
pub(crate) type Foreign = Vec<prometheus::proto::MetricFamily>;

impl Registries {
    /// Gathers everything. A collector that panics loses what its registry has, and nothing else.
    pub(crate) fn gather(&self) -> Foreign {
        let gather = |registry: &Registry| contained(|| registry.gather()).unwrap_or_default();
        self.0.iter().flat_map(gather).collect()
    }
}

impl ScrapeService {
    /// Shows the metrics of a registry too, after ours; for all clones of this service.
    ///
    /// They are written by the same rules, so they cannot spoil the body either: names and labels that are valid stay as
    /// they are, others are made valid, and a family whose name one of ours has in the same format is left out and reported. Summaries, which the `prometheus` crate does not
    /// offer, are left out as well.
    ///
    /// ```
    /// use http::{HeaderMap, Method};
    /// use opentelemetry_sdk::Resource;
    /// use prometheus_bridge::{EncodeOptions, ScrapeService};
    ///
    /// let registry = prometheus::Registry::new();
    /// let jobs = prometheus::IntCounter::new("jobs_total", "Jobs done")?;
    /// registry.register(Box::new(jobs.clone()))?;
    ///
    /// let (_provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    /// let service = ScrapeService::new(collector, EncodeOptions::default()).with_registry(registry);
    /// assert!(service.respond(&Method::GET, &HeaderMap::new()).status().is_success());
    /// # Ok::<(), prometheus::Error>(())
    /// ```
    #[must_use]
    pub fn with_registry(self, registry: Registry) -> Self {
        self.add_registry(|registries| registries.0.push(registry));
        self
    }
}
