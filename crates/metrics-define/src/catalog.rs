//! Domains of any crates joined into one catalogue: what documents, lint and dashboards are made from.

mod check;
mod message;

pub(crate) use check::{Exposed, may_be_sample_of};
pub use check::{catalog, count};

use crate::{
    definition::{Domain, MetricDef},
    scope, zero,
};

/// Every metric of an application, made by [`catalog!`](crate::catalog!).
///
/// Recording needs no catalogue: a metric that is in none is recorded all the same.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Catalog {
    /// The domains, in the order in which they were listed.
    pub domains: &'static [Domain],
}

impl Catalog {
    /// Every metric, domain by domain, in order of definition.
    pub fn metrics(&self) -> impl Iterator<Item = &'static MetricDef> {
        self.domains.iter().flat_map(|domain| domain.metrics.iter().copied())
    }

    /// Starts every series of the `zero` metrics at 0, so that `rate` sees the first event of each: now, and whenever a
    /// provider is installed later.
    ///
    /// Without this the first record of any metric of a domain starts that domain's. It is for once at start-up, before
    /// or after the provider is installed; `with_catalog` of `telemetry-init`'s guard does it.
    /// Inside a [`scope`](crate::scope()) it starts those of the scope alone.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use metrics_define::{Recording, catalog, domain, install};
    /// use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
    ///
    /// /// Orders taken by the shop.
    /// #[domain(title = "Order Metrics", crate = metrics_define)]
    /// pub mod orders {
    ///     /// Orders refused
    ///     #[counter(name = "orders.refused.total", unit = "{order}", zero)]
    ///     pub struct RefusedTotal {
    ///         /// Whether the customer had ordered before.
    ///         pub returning: bool,
    ///     }
    /// }
    ///
    /// catalog! { pub static CATALOG = [orders::DEFINITION]; }
    ///
    /// CATALOG.start_zeros();
    /// let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    /// let _installation = install(Arc::new(provider), Recording::Bound);
    ///
    /// let mut collected = ResourceMetrics::default();
    /// collector.collect(&mut collected)?;
    /// let started = metrics_pipeline::walk(&collected).map(|metric| metric.name);
    /// assert_eq!(started.collect::<Vec<_>>(), ["orders.refused.total"]);
    /// # Ok::<(), metrics_pipeline::CollectError>(())
    /// ```
    pub fn start_zeros(&'static self) {
        if scope::current().is_none() {
            zero::remember(self);
        }
        self.start_zeros_now();
    }

    pub(crate) fn start_zeros_now(&self) {
        self.domains.iter().for_each(|domain| domain.def.start_zeros());
    }
}

/// Joins domains into a [`Catalog`], and checks at compile time that no two metrics have the same name.
///
/// Each element is the `DEFINITION` of a domain's module, whichever crate it is in.
/// Names are compared as OpenTelemetry and as Prometheus will write them; the error names both metrics.
///
/// ```
/// use metrics_define::{catalog, domain};
///
/// /// Orders taken by the shop.
/// #[domain(title = "Order Metrics", crate = metrics_define)]
/// pub mod orders {
///     /// Orders placed
///     #[counter(name = "orders.placed.total", unit = "{order}")]
///     pub struct PlacedTotal;
/// }
///
/// catalog! { pub static CATALOG = [orders::DEFINITION]; }
///
/// assert_eq!(CATALOG.metrics().map(|metric| metric.name).collect::<Vec<_>>(), ["orders.placed.total"]);
/// ```
#[macro_export]
macro_rules! catalog {
    ($(#[$attribute:meta])* $visibility:vis static $name:ident = [$($domain:expr),* $(,)?] $(;)?) => {
        $(#[$attribute])*
        $visibility static $name: $crate::Catalog = {
            const DOMAINS: &[$crate::Domain] = &[$($domain),*];
            const COUNT: usize = $crate::expansion::count(DOMAINS);
            #[allow(long_running_const_eval, reason = "thousands of names take a second, and end")]
            const CATALOG: $crate::Catalog = $crate::expansion::catalog::<COUNT>(DOMAINS);
            CATALOG
        };
    };
}
