//! Domains: metrics that belong together.

use std::fmt;

use metric_names::Naming;

use crate::definition::{LintException, MetricDef};

/// A domain: metrics that belong together, recorded under one instrumentation scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DomainDef {
    /// The module's name, for example `execution`.
    pub name: &'static str,
    /// The instrumentation scope: the defining crate and the domain, for example `metrics-catalog/execution`.
    pub scope: &'static str,
    /// The version of the defining crate.
    pub version: &'static str,
    /// The heading in documents.
    pub title: &'static str,
    /// What the domain is about.
    pub description: &'static str,
    /// How the domain's metrics are named in Prometheus.
    pub naming: Naming,
    /// What the names of the metrics begin with, without the dot that follows.
    pub prefixes: &'static [&'static str],
    /// The rules of the lint that its metrics break on purpose.
    pub lint_exceptions: &'static [LintException],
    /// What starts the metrics that are `zero`.
    zeros: Zeros,
}

impl DomainDef {
    /// A domain without prefixes.
    pub const fn new(
        name: &'static str,
        scope: &'static str,
        version: &'static str,
        title: &'static str,
        description: &'static str,
        naming: Naming,
    ) -> Self {
        Self {
            name,
            scope,
            version,
            title,
            description,
            naming,
            prefixes: &[],
            lint_exceptions: &[],
            zeros: Zeros(&[]),
        }
    }

    /// The same domain with these prefixes.
    #[must_use]
    pub const fn with_prefixes(mut self, prefixes: &'static [&'static str]) -> Self {
        self.prefixes = prefixes;
        self
    }

    /// The same domain with these exceptions from the lint.
    #[must_use]
    pub const fn with_lint_exceptions(mut self, exceptions: &'static [LintException]) -> Self {
        self.lint_exceptions = exceptions;
        self
    }

    #[must_use]
    pub(crate) const fn with_zeros(mut self, start: &'static [fn()]) -> Self {
        self.zeros = Zeros(start);
        self
    }

    /// Starts every series of the domain's `zero` metrics at 0, which the first record of any of its metrics does as well.
    ///
    /// Nothing happens while no provider is installed.
    pub fn start_zeros(&self) {
        self.zeros.0.iter().for_each(|start| start());
    }
}

/// One function per `zero` metric. They are code and not what a domain says, so domains are not told apart by them.
#[derive(Clone, Copy)]
struct Zeros(&'static [fn()]);

impl PartialEq for Zeros {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Zeros {}

impl fmt::Debug for Zeros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.len())
    }
}

/// A domain with its metrics: what documents are written from, and `DEFINITION` of a domain's module.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Domain {
    /// What all of the metrics have in common.
    pub def: &'static DomainDef,
    /// The metrics, in order of definition.
    pub metrics: &'static [&'static MetricDef],
}

impl Domain {
    /// A domain as the macro writes it.
    pub const fn new(def: &'static DomainDef, metrics: &'static [&'static MetricDef]) -> Self {
        Self { def, metrics }
    }
}
