//! What the shop measures, and the catalogue of everything that its process measures.

use metrics_catalog::{catalog, domain, http};

// The engine is found through the catalogue's crate, which re-exports it: `metrics-define` is no dependency of the shop.
#[domain(title = "Order Metrics", crate = metrics_catalog)]
pub(crate) mod orders {
    //! Orders taken by the shop.
    //!
    //! An order counts when it is paid for or invoiced; its value is recorded with it.

    use metrics_catalog::LabelValue;

    /// How an order is paid.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Payment {
        /// By card.
        Card,
        /// Against an invoice.
        Invoice,
    }

    /// Orders placed
    #[counter(name = "orders.placed.total", unit = "{order}")]
    pub(crate) struct PlacedTotal {
        /// How it was paid.
        pub payment: Payment,
        /// Whether the customer had ordered before.
        pub returning: bool,
    }

    /// Order value
    #[histogram(name = "orders.value", unit = "{EUR}", buckets = [5.0, 10.0, 25.0, 50.0, 100.0, 250.0])]
    pub(crate) struct Value {
        /// How it was paid.
        pub payment: Payment,
    }
}

catalog! {
    /// The domains of the shop, of its mail library, and of the catalogue: no two names meet in Prometheus.
    pub(crate) static CATALOG = [http::DEFINITION, mail_queue::mail::DEFINITION, orders::DEFINITION];
}
