//! Random sets, in which every difference is explained by a rule.

use std::collections::BTreeMap;

use metric_names::{Kind, Naming, exposed_name};
use opentelemetry::KeyValue;

use crate::{
    exposition::{Family, Sample, parse},
    random::Random,
    random_set::{Metric, RandomSet, Recorded},
    rule::{RULES, Rule, of_attribute, of_name, of_number, their_label},
};

const SETS: u64 = 3000;

#[test]
fn every_difference_has_a_rule() {
    let mut applied = BTreeMap::new();
    for number in 0..SETS {
        let set = RandomSet::new(&mut Random::new(number));
        let mut comparison = Comparison { applied: &mut applied, unexplained: Vec::new() };
        comparison.compare(&set);
        let unexplained = comparison.unexplained;
        assert!(unexplained.is_empty(), "set {number}: {unexplained:#?}\n{}\n{}", set.theirs, set.ours);
    }
    println!("differences by rule: {applied:#?}");
    assert_eq!(applied.len(), RULES, "a rule that nothing needs");
}

/// Goes over both expositions together.
struct Comparison<'a> {
    applied: &'a mut BTreeMap<Rule, usize>,
    unexplained: Vec<String>,
}

impl Comparison<'_> {
    fn compare(&mut self, set: &RandomSet) {
        let (theirs, ours) = (parse(&set.theirs), parse(&set.ours));
        self.check_order(&theirs);
        self.check_order(&ours);
        let find = |families: &[Family], start: &str| families.iter().find(|it| it.name.starts_with(start)).cloned();
        let mut seen = [0, 0];
        for (at, metric) in set.metrics.iter().enumerate() {
            let start = format!("m{at}");
            let pair = [find(&theirs, &start), find(&ours, &start)];
            seen[0] += usize::from(pair[0].is_some());
            seen[1] += usize::from(pair[1].is_some());
            self.compare_metric(metric, pair);
        }
        let pair = [find(&theirs, "target_info"), find(&ours, "target_info")];
        seen[0] += usize::from(pair[0].is_some());
        seen[1] += usize::from(pair[1].is_some());
        self.compare_target(&set.resource, pair);
        self.check(seen == [theirs.len(), ours.len()], || "a family that nobody recorded".to_owned());
    }

    fn apply(&mut self, rule: Rule) {
        *self.applied.entry(rule).or_default() += 1;
    }

    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.unexplained.push(what());
        }
    }

    /// Explained by a rule, if there is one.
    fn explain(&mut self, rule: Option<Rule>, what: impl FnOnce() -> String) {
        match rule {
            Some(rule) => self.apply(rule),
            None => self.unexplained.push(what()),
        }
    }

    fn check_order(&mut self, families: &[Family]) {
        let rest = without_target(families);
        self.check(rest.is_sorted_by(|a, b| a.name < b.name), || {
            "families are not in order, or one is twice".to_owned()
        });
    }

    fn compare_target(&mut self, resource: &[KeyValue], [theirs, ours]: [Option<Family>; 2]) {
        let (Some(theirs), Some(ours)) = (&theirs, &ours) else {
            return self.check(theirs.is_none() && ours.is_none(), || format!("{theirs:?} {ours:?}"));
        };
        self.check((&theirs.name, &theirs.kind) == (&ours.name, &ours.kind), || format!("{theirs:?} {ours:?}"));
        if theirs.help != ours.help {
            self.apply(Rule::TargetHelp);
        }
        let [their_sample, our_sample] = [&theirs.samples[0], &ours.samples[0]];
        self.compare_labels(resource, Kind::Gauge, their_sample, our_sample);
        self.check(their_sample.value == our_sample.value, || format!("{their_sample:?} {our_sample:?}"));
        self.check(theirs.samples.len() == 1 && ours.samples.len() == 1, || format!("{theirs:?} {ours:?}"));
    }

    fn compare_metric(&mut self, metric: &Metric, [theirs, ours]: [Option<Family>; 2]) {
        let is_possible = |series: &Recorded| metric.kind != Kind::Counter || !series.value.is_negative();
        let possible = metric.series.iter().filter(|series| is_possible(series)).count();
        if metric.is_exponential {
            self.apply(Rule::Exponential);
            return self.check(theirs.is_none() && ours.is_some(), || format!("{theirs:?} {ours:?}"));
        }
        if possible < metric.series.len() {
            self.apply(Rule::NegativeCounter);
        }
        let Some(theirs) = theirs else { return self.unexplained.push(format!("they lost {}", metric.name)) };
        let Some(ours) = ours else { return self.check(possible == 0, || format!("we lost {}", metric.name)) };

        if theirs.name != ours.name {
            self.explain(of_name(metric), || format!("{} instead of {}", ours.name, theirs.name));
        }
        // A rule explains that a name is another, and not which one it is.
        let exposed = exposed_name(&metric.name, metric.unit, metric.kind, Naming::Units).unwrap();
        self.check(ours.name == exposed.as_str(), || format!("{} instead of {exposed}", ours.name));
        self.check(theirs.kind == ours.kind, || format!("type {} instead of {}", ours.kind, theirs.kind));
        if theirs.help != ours.help {
            let is_blank = metric.description.trim().is_empty() && ours.help.is_none();
            self.explain(is_blank.then_some(Rule::BlankHelp), || {
                format!("{:?} instead of {:?}", ours.help, theirs.help)
            });
        }
        let possible = metric.series.iter().filter(|series| is_possible(series));
        let mut order = Vec::new();
        for series in possible {
            let id = series.attributes.last().unwrap().value.to_string();
            let own = |family: &Family| -> Vec<(usize, Sample)> {
                let own = family.samples.iter().cloned().enumerate();
                own.filter(|(_, sample)| sample.label("id") == Some(&id)).collect()
            };
            let (theirs_own, ours_own) = (own(&theirs), own(&ours));
            order.extend(theirs_own.first().zip(ours_own.first()).map(|(theirs, ours)| (theirs.0, ours.0)));
            self.check(theirs_own.len() == ours_own.len() && !ours_own.is_empty(), || {
                format!("{ours_own:?} instead of {theirs_own:?}")
            });
            for ((_, their_sample), (_, our_sample)) in theirs_own.iter().zip(&ours_own) {
                self.compare_sample(metric, series, [&theirs.name, &ours.name], their_sample, our_sample);
            }
        }
        order.sort_unstable();
        if !order.is_sorted_by_key(|place| place.1) {
            self.apply(Rule::SeriesOrder);
            let labels =
                |sample: &Sample| sample.labels.iter().filter(|label| label.0 != "le").cloned().collect::<Vec<_>>();
            let sorted = ours.samples.is_sorted_by_key(|sample| {
                labels(sample).iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect::<Vec<_>>().join(",")
            });
            self.check(sorted, || format!("series are not in order: {:?}", ours.samples));
        }
    }

    fn compare_sample(
        &mut self,
        metric: &Metric,
        series: &Recorded,
        [their_family, our_family]: [&str; 2],
        theirs: &Sample,
        ours: &Sample,
    ) {
        let their_suffix = theirs.name.strip_prefix(their_family);
        self.check(their_suffix == ours.name.strip_prefix(our_family), || format!("{ours:?} instead of {theirs:?}"));
        self.compare_labels(&series.attributes, metric.kind, theirs, ours);
        if theirs.value != ours.value {
            let rule = of_number(series, &theirs.value, &ours.value);
            self.explain(rule, || format!("{ours:?} instead of {theirs:?}"));
        }
    }

    /// Labels that a rule is about are taken out of both; all others are the same.
    fn compare_labels(&mut self, attributes: &[KeyValue], kind: Kind, theirs: &Sample, ours: &Sample) {
        let (mut their_set, mut our_set) = (theirs.label_set(), ours.label_set());
        let is_bucket = theirs.name.ends_with("_bucket") && kind == Kind::Histogram;
        if is_bucket {
            // The last one is the bound, whatever else is called like it.
            let (their_bound, our_bound) = (theirs.labels.last().unwrap(), ours.labels.last().unwrap());
            their_set.remove("le");
            our_set.remove("le");
            if their_bound != our_bound {
                let [their_number, our_number] =
                    [their_bound, our_bound].map(|it| it.1.parse::<f64>().unwrap().to_bits());
                let is_same = their_number == our_number;
                self.explain(is_same.then_some(Rule::CanonicalBound), || {
                    format!("{our_bound:?} instead of {their_bound:?}")
                });
            }
        }
        for attribute in attributes {
            let Some(rule) = of_attribute(attribute, kind) else { continue };
            self.apply(rule);
            their_set.remove(&*their_label(attribute.key.as_str()));
            if let Some(label) = our_label(attribute, rule) {
                self.check(our_set.remove(&*label).is_some(), || format!("{label} is missing in {ours:?}"));
            }
        }
        self.check(their_set == our_set, || format!("labels {our_set:?} instead of {their_set:?}"));
        let common = |sample: &Sample| -> Vec<String> {
            let names = sample.labels[..sample.labels.len() - usize::from(is_bucket)].iter().map(|label| &label.0);
            names.filter(|name| our_set.contains_key(name.as_str())).cloned().collect()
        };
        if common(theirs) != common(ours) {
            self.apply(Rule::LabelOrder);
            self.check(common(ours).is_sorted(), || format!("labels are not in order: {ours:?}"));
        }
    }
}

/// What an attribute that a rule is about is called by us, if it is there at all.
fn our_label(attribute: &KeyValue, rule: Rule) -> Option<String> {
    let key = attribute.key.as_str();
    let is_empty = attribute.value.as_str().is_empty();
    match rule {
        _ if is_empty => None,
        Rule::NothingLeft => None,
        Rule::ReservedLabel => Some(format!("exported_{}", key.trim_matches('_'))),
        _ => metric_names::label_name(key).map(Into::into),
    }
}

/// The resource comes first in ours, and in its place by name in theirs.
fn without_target(families: &[Family]) -> Vec<&Family> {
    families.iter().filter(|family| family.name != "target_info").collect()
}
