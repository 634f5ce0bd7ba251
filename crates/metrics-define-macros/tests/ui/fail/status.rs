//! Stability, renaming, and exceptions from the lint.

use metrics_define::domain;

/// Status
#[domain(title = "Status")]
pub mod status {
    /// Not a level
    #[counter(name = "status.a", unit = "{x}", stability = Solid)]
    pub struct Solid;

    /// Renamed, but not deprecated
    #[counter(name = "status.b", unit = "{x}", renamed_to = Solid)]
    pub struct Silent;

    /// Renamed to nothing
    #[deprecated]
    #[counter(name = "status.c", unit = "{x}", renamed_to = Missing)]
    pub struct Lost;

    /// Without a reason
    #[allow_lint(MC012)]
    #[counter(name = "status.d", unit = "{x}")]
    pub struct Unreasoned;

    /// Without a rule
    #[allow_lint(reason = "because")]
    #[counter(name = "status.e", unit = "{x}")]
    pub struct Unruled;

    /// No rule
    #[allow_lint(everything, reason = "because")]
    #[counter(name = "status.f", unit = "{x}")]
    pub struct Everything;
}

fn main() {}
