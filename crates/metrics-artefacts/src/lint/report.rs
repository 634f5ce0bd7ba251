//! What the lint found.

use std::{collections::BTreeSet, fmt};

use metrics_define::{Catalog, LintException, MetricDef};

use crate::lint::{
    Breach,
    rule::{Level, Profile, Rule},
};

/// The findings in a catalogue, in the order of its metrics, and the exceptions that nothing needed.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Lint {
    /// Every finding, those that are allowed included.
    pub findings: Vec<Finding>,
    /// Exceptions from a rule that is not broken, as metric or domain and rule.
    pub unused_exceptions: Vec<(&'static str, &'static str)>,
}

/// A rule that a metric breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The OpenTelemetry name of the metric.
    pub metric: &'static str,
    /// The rule.
    pub rule: Rule,
    /// How much it matters in the profile.
    pub level: Level,
    /// What is wrong, and what to do.
    pub message: String,
    /// Why the metric is an exception, if it is one.
    pub allowed: Option<&'static str>,
}

impl Lint {
    pub(super) fn new(catalog: &Catalog, breaches: &[Breach], profile: Profile) -> Self {
        let of_metric = |def: &'static MetricDef| breaches.iter().filter(move |breach| std::ptr::eq(breach.def, def));
        let findings = catalog.metrics().flat_map(of_metric).map(|breach| Finding::of(breach, profile)).collect();
        Self { findings, unused_exceptions: unused_exceptions(catalog, breaches) }
    }

    /// Whether there is no warning and no error, other than those that are allowed.
    pub fn is_clean(&self) -> bool {
        self.open().all(|finding| finding.level == Level::Note)
    }

    /// The findings that are not allowed.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.allowed.is_none())
    }
}

impl Finding {
    fn of(breach: &Breach, profile: Profile) -> Self {
        Self {
            metric: breach.def.name,
            rule: breach.rule,
            level: breach.rule.level(profile),
            message: breach.message.clone(),
            allowed: exception(breach.def, breach.rule).map(|exception| exception.reason),
        }
    }
}

/// The metric's own exception, or that of its domain.
fn exception(def: &MetricDef, rule: Rule) -> Option<&'static LintException> {
    def.lint_exceptions.iter().chain(def.domain.lint_exceptions).find(|exception| exception.rule == rule.id())
}

fn unused_exceptions(catalog: &Catalog, breaches: &[Breach]) -> Vec<(&'static str, &'static str)> {
    let broken_in_domain: BTreeSet<_> = breaches.iter().map(|it| (it.def.domain.scope, it.rule.id())).collect();
    let broken: BTreeSet<_> = breaches.iter().map(|it| (it.def.domain.scope, it.def.name, it.rule.id())).collect();
    let of_domains = catalog.domains.iter().flat_map(|domain| {
        let rules = domain.def.lint_exceptions.iter().map(|exception| exception.rule);
        rules.filter(|rule| !broken_in_domain.contains(&(domain.def.scope, *rule))).map(|rule| (domain.def.name, rule))
    });
    let of_metrics = catalog.metrics().flat_map(|def| {
        let rules = def.lint_exceptions.iter().map(|exception| exception.rule);
        rules.filter(|rule| !broken.contains(&(def.domain.scope, def.name, *rule))).map(|rule| (def.name, rule))
    });
    of_domains.chain(of_metrics).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { metric, rule, level, message, allowed } = self;
        match allowed {
            Some(reason) => write!(f, "allowed {rule} {metric}: {message} ({reason})"),
            None => write!(f, "{level} {rule} {metric}: {message}"),
        }
    }
}
