//! A domain described inside its module, where its items can be linked.
#![deny(warnings)]

use metrics_define::domain;

#[domain(title = "Run Metrics")]
pub mod runs {
    //! Runs, counted by [`Total`].

    /// Runs
    #[counter(name = "runs.total", unit = "{run}")]
    pub struct Total;
}

fn main() {
    runs::Total.inc();
    assert_eq!(runs::DOMAIN.description, "Runs, counted by [`Total`]");
}
