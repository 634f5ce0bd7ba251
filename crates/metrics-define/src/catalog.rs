//! Domains of any crates joined into one catalogue: what documents, lint and dashboards are made from.

mod check;
mod message;

pub(crate) use check::{Exposed, may_be_sample_of};
pub use check::{catalog, count};

use crate::definition::{Domain, MetricDef};

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

    /// Starts every series of the `zero` metrics at 0.
    ///
    /// The first record of any metric of a domain starts that domain's; call this once after `init` to have those of all
    /// domains in the first export already. Nothing happens while no provider is installed.
    pub fn start_zeros(&self) {
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
