//! Numbers at the ends of their types: `docs/faults.md` says the same.

use metrics_define::{ProblemKind, domain, problems};

use crate::pipeline::{check, ready};

/// Numbers at the ends of their types
#[domain(title = "Edge Metrics", prefixes = ["edge"], crate = metrics_define)]
mod edge {
    /// Counted
    #[counter(name = "edge.counted", unit = "{thing}")]
    pub struct Counted;

    /// Counted as floating-point numbers
    #[counter(name = "edge.cost", unit = "{EUR}", value = f64)]
    pub struct Cost;

    /// Up and down
    #[updown_counter(name = "edge.balance", unit = "{thing}")]
    pub struct Balance;

    /// Level
    #[updown_counter(name = "edge.level", unit = "{thing}", absolute)]
    pub struct Level {
        pub low: bool,
    }

    /// The last value
    #[gauge(name = "edge.value", unit = "1")]
    pub struct Value;

    /// Distribution
    #[histogram(name = "edge.size", unit = "By", buckets = [0.0, 1.0])]
    pub struct Size;
}

#[test]
fn sums_of_integers_go_on_from_the_other_end() {
    ready();
    edge::Counted.add(u64::MAX);
    check("edge.counted", &[("", "18446744073709552000")]);
    edge::Counted.add(5);
    check("edge.counted", &[("", "4")]);
    edge::Counted.inc();
    check("edge.counted", &[("", "5")]);

    edge::Balance.add(i64::MAX);
    edge::Balance.inc();
    check("edge.balance", &[("", "-9223372036854776000")]);
    edge::Balance.add(i64::MIN);
    edge::Balance.dec();
    check("edge.balance", &[("", "-1")]);

    edge::Level { low: true }.set(i64::MIN);
    edge::Level { low: false }.set(i64::MAX);
    check("edge.level", &[("low=false", "9223372036854776000"), ("low=true", "-9223372036854776000")]);
}

#[test]
fn sums_of_floating_point_numbers_end_at_infinity() {
    ready();
    edge::Cost.add(-0.0);
    edge::Cost.add(f64::from_bits(1));
    edge::Cost.add(1.5);
    check("edge.cost", &[("", "1.5")]);
    edge::Cost.add(f64::MAX);
    edge::Cost.add(f64::MAX);
    check("edge.cost", &[("", "inf")]);
    edge::Cost.add(1.0);
    check("edge.cost", &[("", "inf")]);
}

#[test]
fn what_is_no_number_leaves_no_trace_but_in_its_count() {
    ready();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        edge::Value.set(value);
        edge::Size.record(value);
    }
    check("edge.value", &[]);
    edge::Value.set(-0.0);
    check("edge.value", &[("", "-0")]);
    edge::Value.set(f64::MIN);
    edge::Value.set(f64::from_bits(1));
    let subnormal = f64::from_bits(1).to_string();
    check("edge.value", &[("", subnormal.as_str())]);
    for value in [-0.0, f64::from_bits(1), 1.0, f64::MAX] {
        edge::Size.record(value);
    }
    check("edge.size", &[("", "4 [1, 2, 1]")]);
    for name in ["edge.value", "edge.size"] {
        let ignored = problems().into_iter().find(|it| it.definition.is_some_and(|def| def.name == name)).unwrap();
        assert_eq!((ignored.kind, ignored.measurements), (ProblemKind::InvalidValue, 3), "{name}");
    }
}
