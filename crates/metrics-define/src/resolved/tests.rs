//! Label sets whose hashes fall together, which no test could find from outside.

use std::{collections::BTreeMap, sync::Arc};

use allocation_counter::measure;
use metrics_pipeline::{Collector, Value, walk};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};

use crate::{
    DomainDef, Kind, Label, LabelDef, LabelValues, MetricDef, Naming, ProblemKind, Recording,
    expansion::{Counter, Level, Slot},
    hash::hash_of,
    install, problems, scope,
};

static DOMAIN: DomainDef = DomainDef::new("c", "tests/c", "0", "Colliding Metrics", "", Naming::Units);
const LABELS: &[LabelDef] = &[LabelDef::new("n", "", LabelValues::Open { max_values: 1000 })];
static COUNTED: MetricDef = MetricDef::new(&DOMAIN, "c.counted", Kind::Counter, "1", "").with_labels(LABELS);
static LEVEL: MetricDef =
    MetricDef::new(&DOMAIN, "c.level", Kind::UpDownCounter, "1", "").with_labels(LABELS).with_absolute();
static COUNTED_SLOT: Slot<Counter> = Slot::new(&COUNTED, None);
static LEVEL_SLOT: Slot<Level> = Slot::new(&LEVEL, None);

/// As many keys find a place in all levels of a table.
const PLACES: usize = 64;

#[test]
fn what_finds_no_place_is_in_the_overflow_series_and_counted() {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let scope = scope(Arc::new(provider), Recording::Bound);
    let _inside = scope.enter();
    // The lowest bits say where a key may stand, on the largest level as well.
    let colliding = (0..).filter(|n| hash_of(&[Label::Integer(*n)]).trailing_zeros() >= 16);
    let colliding: Vec<_> = colliding.take(3 * PLACES).collect();
    let without_place = colliding[2 * PLACES];
    for n in colliding {
        for _ in 0..2 {
            COUNTED_SLOT.record(install::generation(), &[Label::Integer(n)], 1);
        }
        LEVEL_SLOT.record(install::generation(), &[Label::Integer(n)], 5);
    }
    let all = collected(&collector);
    assert_eq!(all["c.counted"], (PLACES + 1, 2 * 3 * PLACES));
    assert_eq!(measurements(&COUNTED, ProblemKind::TooManySeries), 2 * 2 * PLACES as u64);
    let again = measure(|| COUNTED_SLOT.record(install::generation(), &[Label::Integer(without_place)], 0));
    assert_eq!(again.count_total, 0, "it is known by now that there is no place for it");
    // Those that are parts of the overflow series have places of their own, but no more of them.
    assert_eq!(all["c.level"], (PLACES + 1, 5 * 2 * PLACES));
    assert_eq!(measurements(&LEVEL, ProblemKind::TooManySeries), PLACES as u64);
    assert_eq!(measurements(&LEVEL, ProblemKind::TooManyLevels), PLACES as u64);
}

/// How many series each metric has, and their sum.
fn collected(collector: &Collector) -> BTreeMap<String, (usize, usize)> {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).expect("it is not shut down");
    let mut all = BTreeMap::<_, (usize, usize)>::new();
    for metric in walk(&collected) {
        metric.for_each_point(|point| {
            let (series, sum) = all.entry(metric.name.to_owned()).or_default();
            if let Value::Number(number) = point.value {
                *series += 1;
                *sum += format!("{}", number.as_f64()).parse::<usize>().expect("it is whole");
            }
        });
    }
    all
}

fn measurements(def: &'static MetricDef, kind: ProblemKind) -> u64 {
    let is_it = |it: &crate::Problem| it.kind == kind && it.definition == Some(def);
    problems().into_iter().find(is_it).map_or(0, |it| it.measurements)
}
