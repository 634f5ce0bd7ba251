//! The engine under another path, as in a crate that re-exports it.

mod catalogue {
    pub use metrics_define::*;
}

use catalogue::domain;

/// Orders.
#[domain(title = "Order Metrics", crate = crate::catalogue)]
pub mod orders {
    use crate::catalogue::{ErrorLabel, LabelValue, label_text};

    #[label_text(max_values = 8)]
    pub struct Country;

    #[derive(ErrorLabel, Debug)]
    pub enum Refusal {
        Limit { amount: u32 },
    }

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

    /// Orders refused
    #[counter(name = "orders.refused.total", unit = "{order}")]
    pub struct RefusedTotal<'a> {
        pub country: Country,
        pub error_type: &'a Refusal,
    }

    /// Orders open
    #[observable_updown_counter(name = "orders.open", unit = "{order}")]
    pub struct Open {
        pub payment: Payment,
    }

    /// Stock
    #[updown_counter(name = "orders.stock", unit = "{item}", absolute)]
    pub struct Stock;

    /// Build
    #[info(name = "orders.build.info")]
    pub struct Build {
        pub country: Country,
    }

    /// Time to place one
    #[histogram(name = "orders.duration", unit = "ms", buckets = [1.0])]
    pub struct Took;
}

crate::catalogue::catalog! { static CATALOG = [orders::DEFINITION]; }

fn main() {
    // Nothing but the path that was given is used, not even when the name means something else here.
    #[allow(unused)]
    mod metrics_define {}

    orders::PlacedTotal { payment: orders::Payment::Invoice }.inc();
    orders::PlacedTotal { payment: orders::Payment::Card }.add(2);
    orders::Took.time(|| ());
    let country = orders::Country::intern("is");
    orders::RefusedTotal { country, error_type: &orders::Refusal::Limit { amount: 5 } }.inc();
    drop(orders::Open::observe(|observer| observer.observe(1, orders::Open { payment: orders::Payment::Card })));
    orders::Stock.set(5);
    orders::Build { country }.set();
    assert_eq!(CATALOG.metrics().count(), 6);
}
