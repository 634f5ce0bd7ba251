//! The rules of OpenTelemetry's compatibility page, where it and the reference translator differ or leave a gap.

use metric_names::{
    Kind::{self, Counter, Gauge, Histogram, UpDownCounter},
    NameError,
    Naming::{self, Plain, Units},
    Strategy, Translation, UnitError, check_unit, exposed_name,
};

#[test]
fn names_follow_the_specification() {
    for (name, unit, kind, naming, expected) in CASES {
        let ours = exposed_name(name, unit, *kind, *naming).unwrap();
        assert_eq!(ours.as_str(), *expected, "{name:?} in {unit:?}");
    }
}

#[rustfmt::skip]
const CASES: &[(&str, &str, Kind, Naming, &str)] = &[
    ("jobs.run.total", "", Counter, Units, "jobs_run_total"),
    ("jobs.run.total", "{job}", Counter, Plain, "jobs_run_total"),
    ("req.duration.seconds", "s", Histogram, Units, "req_duration_seconds"),
    ("foo.bar", "By", Counter, Units, "foo_bar_bytes_total"),
    ("requests", "1/s", Counter, Units, "requests_per_second_total"),
    ("a..b", "", Gauge, Units, "a_b"),
    ("a..b", "", Gauge, Plain, "a_b"),
    ("a:b", "", Gauge, Plain, "a:b"),
    ("2xx", "", Counter, Plain, "_2xx_total"),
    ("2xx", "", Counter, Units, "_2xx_total"),
    // The unit is looked for at the end; the reference looks for it anywhere, and so do we before a `_total`.
    ("bytes.read", "By", Gauge, Units, "bytes_read_bytes"),
    ("bytes.read", "By", Counter, Units, "bytes_read_bytes_total"),
    ("bytes.read.total", "By", Counter, Units, "bytes_read_total"),
    ("disk.io.total", "By", Counter, Units, "disk_io_bytes_total"),
    ("read.bytes.total", "By", Counter, Units, "read_bytes_total"),
    ("megabytes", "By", Gauge, Units, "megabytes_bytes"),
    ("sent.bytes", "By/s", Gauge, Units, "sent_bytes_per_second"),
    ("sent.bytes_per_second", "By/s", Gauge, Units, "sent_bytes_per_second"),
    // A `total` inside the name stays where it is.
    ("a.total.b", "", Counter, Units, "a_total_b_total"),
    ("total", "", Counter, Units, "total"),
    ("total", "By", Counter, Units, "bytes_total"),
    ("x.total", "", Gauge, Units, "x_total"),
    // Unit 1 is a ratio on gauges only.
    ("req.count", "1", Counter, Units, "req_count_total"),
    ("load", "1", UpDownCounter, Units, "load"),
    ("load", "1", Histogram, Units, "load"),
    ("load", " 1 ", Gauge, Units, "load_ratio"),
    // Only the braces go.
    ("size", "By{compressed}", Gauge, Units, "size_bytes"),
    ("rate", "{req}/s", Gauge, Units, "rate_per_second"),
    ("rate", "{a/b}", Gauge, Units, "rate"),
    ("rate", "{open", Gauge, Units, "rate"),
    ("size", "kBy", Gauge, Units, "size_kilobytes"),
    ("beats", "1/min", Gauge, Units, "beats_per_minute"),
    ("price", "USD", Gauge, Units, "price_USD"),
    ("odd", "é~", Gauge, Units, "odd"),
];

/// Delimiters stay, but suffixes are not doubled for them.
#[test]
fn names_that_are_not_escaped_have_their_suffixes_once() {
    let translation = Translation::new(Strategy::NoUtf8EscapingWithSuffixes);
    for (name, unit, kind, expected) in [
        ("jobs.run.total", "", Counter, "jobs.run_total"),
        ("jobs.run", "", Counter, "jobs.run_total"),
        ("bytes.read.total", "By", Counter, "bytes.read_total"),
        ("disk.io.total", "By", Counter, "disk.io_bytes_total"),
        ("req.duration.seconds", "s", Histogram, "req.duration.seconds"),
        ("req.duration", "s", Histogram, "req.duration_seconds"),
        ("cache.hit-ratio", "1", Gauge, "cache.hit_ratio"),
        ("cache.subratio", "1", Gauge, "cache.subratio_ratio"),
        ("total", "", Counter, "total"),
        ("a:total", "", Counter, "a:total_total"),
    ] {
        let ours = translation.name(name, unit, kind, Units).unwrap();
        assert_eq!(ours.as_str(), expected, "{name:?} in {unit:?}");
    }
}

#[test]
fn names_without_a_letter_or_digit_are_refused() {
    for name in ["", "@#$%", "é", ".", "@_#"] {
        for naming in [Plain, Units] {
            for kind in [Counter, Gauge] {
                let ours = exposed_name(name, "s", kind, naming);
                assert_eq!(ours, Err(NameError::NothingLeft), "{name:?} {kind:?} {naming:?}");
            }
        }
    }
}

#[test]
fn the_longest_instrument_name_with_the_longest_unit_fits() {
    let name = exposed_name(&"x".repeat(255), &format!("s/{}", "u".repeat(61)), Counter, Units).unwrap();
    assert!(name.as_str().ends_with("u_total"), "{name}");
}

#[test]
fn a_name_that_does_not_fit_is_refused_and_not_cut() {
    for naming in [Plain, Units] {
        assert_eq!(exposed_name(&"x".repeat(400), "", Gauge, naming), Err(NameError::TooLong));
    }
    for unit in ["u".repeat(1000), format!("s/{}", "u".repeat(1000)), " ".repeat(1000)] {
        assert_eq!(exposed_name("x", &unit, Gauge, Units), Err(NameError::TooLong));
    }
}

#[test]
fn units_are_short_printable_ascii() {
    assert_eq!(check_unit(&"u".repeat(64)), Err(UnitError::TooLong));
    assert_eq!(check_unit("a\nb"), Err(UnitError::InvalidCharacter { at: 1 }));
    assert_eq!(check_unit(""), Ok(()));
}
