use metrics_define::domain;

#[domain]
pub mod bare {}

/// Wrong values.
#[domain(title = "", prefixes = ["Runs", "runs.", 5], naming = seconds, crate = "metrics_define")]
pub mod wrong {}

/// No prefix.
#[domain(title = "Run Metrics", prefixes = [])]
pub mod no_prefix {
    /// Runs
    #[counter(name = "no_prefix.total", unit = "{run}")]
    pub struct Total;
}

/// Not a module.
#[domain(title = "Run Metrics")]
pub struct NotAModule;

fn main() {
    no_prefix::Total.inc();
    let _ = (bare::DOMAIN, wrong::DOMAIN, NotAModule);
}
