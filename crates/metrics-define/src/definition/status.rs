//! How far a definition can be relied on.

/// How stable a metric is; OpenTelemetry's five levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stability {
    /// May change or go at any time.
    #[default]
    Development,
    /// Tried out by some.
    Alpha,
    /// Tried out by many.
    Beta,
    /// About to be stable.
    ReleaseCandidate,
    /// Neither its name, kind, unit nor labels change.
    Stable,
}

/// Why a metric should not be used any more: its `#[deprecated]` and `renamed_to`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deprecation {
    /// The version since which it is deprecated; empty if not given.
    pub since: &'static str,
    /// What to do instead; empty if not given.
    pub note: &'static str,
    /// The OpenTelemetry name of the metric that takes its place.
    pub renamed_to: Option<&'static str>,
}

impl Deprecation {
    /// A deprecation without a successor.
    pub const fn new(since: &'static str, note: &'static str) -> Self {
        Self { since, note, renamed_to: None }
    }

    /// The same deprecation with the metric that takes the place.
    #[must_use]
    pub const fn with_renamed_to(mut self, name: &'static str) -> Self {
        self.renamed_to = Some(name);
        self
    }
}

/// A rule of the lint that a metric breaks on purpose: its `#[allow_lint(MC012, reason = "..")]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LintException {
    /// The rule, for example `MC012`.
    pub rule: &'static str,
    /// Why the rule does not hold here.
    pub reason: &'static str,
}

impl LintException {
    /// An exception as the macro writes it.
    pub const fn new(rule: &'static str, reason: &'static str) -> Self {
        Self { rule, reason }
    }
}
