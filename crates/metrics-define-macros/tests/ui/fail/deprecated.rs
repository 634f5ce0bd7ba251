//! A deprecated metric warns its callers, and nobody else.
#![deny(deprecated)]

use metrics_define::domain;

/// Old
#[domain(title = "Old")]
pub mod old {
    /// Old name
    #[deprecated(since = "0.3.0", note = "use `New`")]
    #[counter(name = "old.first", unit = "{x}", renamed_to = New)]
    pub struct Old {
        pub label: bool,
    }

    /// New name
    #[counter(name = "old.second", unit = "{x}")]
    pub struct New {
        pub label: bool,
    }
}

fn main() {
    old::Old { label: true }.inc();
    old::New { label: true }.inc();
}
