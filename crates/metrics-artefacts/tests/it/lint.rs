//! The lint, rule by rule.

use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use metrics_artefacts::{Level, Profile, Rule, lint};
use metrics_catalog::CATALOG;
use metrics_define::{Catalog, catalog};

use crate::every_kind::EVERY_KIND;

mod broken {
    use metrics_define::domain;

    #[domain(title = "Broken", prefixes = ["jobs", "http", "queue"], naming = plain, crate = metrics_define)]
    pub mod broken {
        //! Every rule, broken.

        use metrics_define::LabelValue;

        /// A state.
        #[derive(LabelValue, Clone, Copy, Debug)]
        pub enum State {
            Up,
            Down,
        }

        /// A counter without a total in Prometheus
        #[counter(name = "queue.taken", unit = "{job}", prometheus = "queue_taken")]
        pub struct Taken;

        /// A unit in the name, and a namespace in the plural
        #[histogram(name = "jobs.run.seconds", unit = "ms", buckets = [1.0])]
        pub struct RunSeconds;

        /// A name that is a namespace
        #[updown_counter(name = "jobs.run", unit = "{job}")]
        pub struct Run;

        /// A total, and a foreign namespace
        #[counter(name = "http.calls.total", unit = "{call}")]
        pub struct CallsTotal {
            /// Of a target.
            pub service: State,
        }

        /// A fraction in percent
        #[gauge(name = "queue.utilization", unit = "%")]
        pub struct Utilization {
            /// Other values than above.
            pub service: bool,
        }

        /// Too many series
        #[gauge(name = "queue.usage", unit = "1")]
        #[allow_lint(MC022, reason = "the queue has a name")]
        #[allow_lint(MC023, reason = "nothing to allow")]
        pub struct Usage<'a> {
            /// In the name too.
            #[label(max_values = 100)]
            pub queue: &'a str,
            /// Many.
            #[label(max_values = 100, key = "queue.worker")]
            pub worker: &'a str,
        }
    }
}

catalog! { static BROKEN = [broken::broken::DEFINITION]; }

#[test]
fn every_rule_is_found() {
    check(
        &BROKEN,
        Profile::Seed,
        &expect![[r"
        warning MC010 queue.taken: `queue_taken` is a counter in Prometheus: end it in `_total`
        warning MC013 jobs.run.seconds: `seconds` in the name is a unit or a kind: take it out, the definition has both in their own places
        note MC015 jobs.run.seconds: a namespace is in the singular: write `job` for `jobs`
        note MC016 jobs.run.seconds: a histogram of time is called `duration`: write it for `seconds`
        warning MC012 jobs.run.seconds: `ms` is no base unit: measure in `s`
        note MC015 jobs.run: an up-down counter is in the singular: write `job` for `jobs`
        note MC017 jobs.run: the name is the namespace of `jobs.run.seconds`: add a word to it
        note MC014 http.calls.total: Prometheus alone adds `total`: write `http.calls`
        warning MC023 http.calls.total: `http.` belongs to OpenTelemetry's conventions: begin with a namespace of your own
        note MC018 http.calls.total: `service` has no namespace: write `broken.service`
        warning MC019 http.calls.total: `service` is a label of scrape targets, and becomes `exported_service`: choose another key
        note MC016 queue.utilization: a utilization is a fraction: measure in `1`
        warning MC012 queue.utilization: `%` is no base unit: measure in `1`
        note MC018 queue.utilization: `service` has no namespace: write `broken.service`
        warning MC019 queue.utilization: `service` is a label of scrape targets, and becomes `exported_service`: choose another key
        warning MC020 queue.utilization: `service` has other values here than in `http.calls.total`: choose another key
        note MC016 queue.usage: a usage is an amount: call a share `utilization`
        note MC018 queue.usage: `queue` has no namespace: write `broken.queue`
        allowed MC022 queue.usage: `queue` is in the name too: take it out of one of them (the queue has a name)
        warning MC021 queue.usage: its labels allow 10000 series and 2000 are kept: take a label away, or lower its `max_values`
    "]],
    );
    let found: BTreeSet<Rule> = lint(&BROKEN, Profile::Seed).findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), Rule::ALL);
}

#[test]
fn an_exception_that_nothing_needs_is_told() {
    assert_eq!(lint(&BROKEN, Profile::Seed).unused_exceptions, [("queue.usage", "MC023")]);
    assert_eq!(lint(&EVERY_KIND, Profile::Seed).unused_exceptions, [("every_kind", "MC020")]);
}

#[test]
fn the_strict_profile_makes_notes_errors() {
    let errors = |profile| lint(&BROKEN, profile).open().filter(|finding| finding.level == Level::Error).count();
    assert_eq!(errors(Profile::Seed), 0);
    assert_eq!(errors(Profile::Otel), 7);
}

#[test]
fn the_catalogue_passes_its_profile() {
    let lint = lint(&CATALOG, Profile::Seed);
    let open: Vec<_> = lint.open().filter(|finding| finding.level > Level::Note).map(ToString::to_string).collect();

    assert!(lint.is_clean(), "{}", open.join("\n"));
    assert!(lint.unused_exceptions.is_empty(), "{:?}", lint.unused_exceptions);
    assert!(lint.findings.iter().filter_map(|finding| finding.allowed).all(|reason| reason.len() > 20));
}

/// What section 8 of the design counted by hand.
#[test]
fn the_findings_in_the_catalogue_are_those_that_were_counted() {
    let lint = lint(&CATALOG, Profile::Seed);
    let broken_by = |rule| {
        let mut metrics: Vec<_> = lint.findings.iter().filter(|it| it.rule == rule).map(|it| it.metric).collect();
        metrics.dedup();
        metrics
    };

    assert_eq!(broken_by(Rule::CounterWithoutTotal), ["llm.cost.dollars"]);
    assert_eq!(broken_by(Rule::UnitInName), ["llm.cost.dollars"]);
    assert_eq!(broken_by(Rule::NameIsNamespace), [] as [&str; 0]);
    assert_eq!(broken_by(Rule::TooManySeries), ["http.requests.total"]);
    assert_eq!(
        broken_by(Rule::NonBaseUnit),
        [
            "script.memory.usage",
            "rate_limit.check.duration",
            "rate_limit.redis.duration",
            "rate_limit.quota.usage",
            "system.cpu.usage"
        ]
    );
    assert_eq!(broken_by(Rule::ForeignNamespace).len(), 5 + 3 + 3);
    assert_eq!(broken_by(Rule::TargetLabel).len(), 6 + 5 + 2);
    assert_eq!(broken_by(Rule::TotalInName).len(), 18 + 34);
}

fn check(catalog: &Catalog, profile: Profile, expected: &Expect) {
    let lines: Vec<String> = lint(catalog, profile).findings.iter().map(|finding| format!("{finding}\n")).collect();
    expected.assert_eq(&lines.concat());
}
