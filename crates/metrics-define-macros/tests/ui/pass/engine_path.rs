//! The engine under another path, as in a crate that re-exports it.

mod catalogue {
    pub use metrics_define::*;
}

use catalogue::domain;

/// Orders.
#[domain(title = "Order Metrics", crate = crate::catalogue)]
pub mod orders {
    use crate::catalogue::LabelValue;

    #[derive(LabelValue, Clone, Copy, Debug)]
    pub enum Payment {
        Card,
        Invoice,
    }

    /// Orders placed
    #[counter(name = "orders.placed.total", unit = "{order}")]
    pub struct PlacedTotal {
        pub payment: Payment,
    }

    /// Time to place one
    #[histogram(name = "orders.duration", unit = "ms", buckets = [1.0])]
    pub struct Took;
}

fn main() {
    // Nothing but the path that was given is used, not even when the name means something else here.
    #[allow(unused)]
    mod metrics_define {}

    orders::PlacedTotal { payment: orders::Payment::Invoice }.inc();
    orders::PlacedTotal { payment: orders::Payment::Card }.add(2);
    orders::Took.time(|| ());
}
