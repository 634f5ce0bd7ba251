//! Series that start at 0.

use metrics_define::{catalog, domain};

use crate::pipeline::{check, ready};

/// Starts with its domain
#[domain(title = "Zero Metrics", prefixes = ["z"], crate = metrics_define)]
mod z {
    use metrics_define::LabelValue;

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Status {
        Ok,
        Failed,
    }

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Odd {
        False,
        True,
    }

    /// Ended
    #[counter(name = "z.ended", unit = "{thing}", zero)]
    pub struct Ended {
        pub status: Status,
        pub retried: bool,
    }

    /// Cost
    #[counter(name = "z.cost", unit = "{EUR}", value = f64, zero)]
    pub struct Cost {
        pub odd: Odd,
    }

    /// Without labels
    #[updown_counter(name = "z.running", unit = "{thing}", zero)]
    pub struct Running;

    /// Not zero
    #[counter(name = "z.other", unit = "{thing}")]
    pub struct Other;

    /// Recorded first
    #[gauge(name = "z.first", unit = "1")]
    pub struct First;
}

/// Started by hand
#[domain(title = "Zero Metrics", prefixes = ["y"], crate = metrics_define)]
mod y {
    /// Started
    #[counter(name = "y.started", unit = "{thing}", zero)]
    pub struct Started {
        pub late: bool,
    }
}

catalog! { static CATALOG = [y::DEFINITION]; }

#[test]
fn the_first_record_of_a_domain_starts_its_zeros() {
    ready();
    check("z.ended", &[]);
    z::First.set(1.0);
    let all = |failed_true| {
        [
            ("retried=false,status=failed", "0"),
            ("retried=false,status=ok", "0"),
            ("retried=true,status=failed", failed_true),
            ("retried=true,status=ok", "0"),
        ]
    };
    check("z.ended", &all("0"));
    check("z.cost", &[("odd=false", "0"), ("odd=true", "0")]);
    check("z.running", &[("", "0")]);
    check("z.other", &[]);
    z::Ended { status: z::Status::Failed, retried: true }.inc();
    check("z.ended", &all("1"));
    z::Cost { odd: z::Odd::True }.add(0.5);
    check("z.cost", &[("odd=false", "0"), ("odd=true", "0.5")]);
    z::Running.inc();
    z::Other.inc();
    check("z.running", &[("", "1")]);
}

#[test]
fn a_catalogue_starts_the_zeros_of_its_domains() {
    CATALOG.start_zeros();
    ready();
    CATALOG.start_zeros();
    y::Started { late: true }.inc();
    CATALOG.start_zeros();
    check("y.started", &[("late=false", "0"), ("late=true", "1")]);
}
