//! A domain, as its module describes it.

use metric_names::Naming;
use proc_macro2::Span;
use syn::{Item, ItemMod, Path, parse_quote_spanned};

use crate::instrument::{Instrument, LintException};

/// What a domain says about all of its metrics.
pub(crate) struct Domain {
    /// The module's name.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// What the names of the metrics may begin with, without the dot.
    pub(crate) prefixes: Vec<String>,
    pub(crate) naming: Naming,
    /// The rules of the lint that do not hold for its metrics.
    pub(crate) lint_exceptions: Vec<LintException>,
    /// Where the code that is written finds the engine.
    pub(crate) engine: Path,
}

/// A domain with everything in its module.
pub(crate) struct Module {
    pub(crate) domain: Domain,
    /// Attributes, visibility and name; the contents are `members`.
    pub(crate) shell: ItemMod,
    pub(crate) members: Vec<Member>,
}

/// One item of the module.
#[expect(clippy::large_enum_variant, reason = "a module has few members, and most are instruments")]
pub(crate) enum Member {
    Instrument(Instrument),
    Other(Item),
}

/// The path of the engine when none is given.
pub(crate) fn default_engine() -> Path {
    parse_quote_spanned!(Span::call_site()=> ::metrics_define)
}
