//! Which format is chosen for what a scraper sends.

use Escaping::{AllowUtf8, Dots, Underscores, Values};
use prometheus_bridge::{
    Escaping,
    Format::{self, OldOpenMetrics, OpenMetrics, Protobuf, Text, TextWith},
};

#[test]
fn the_heaviest_format_that_there_is_is_chosen() {
    for (accept, expected) in CASES {
        assert_eq!(Format::from_accept([*accept]), *expected, "{accept}");
    }
    assert!(CASES.len() >= 30);
}

#[test]
fn several_headers_are_one_list() {
    assert_eq!(
        Format::from_accept(["text/html", "text/plain;q=0.3", "application/openmetrics-text;q=0.4"]),
        OldOpenMetrics
    );
    assert_eq!(Format::from_accept([]), Text);
}

#[test]
fn long_headers_are_passed_over() {
    let long = format!("{},application/openmetrics-text;version=1.0.0", "text/html,".repeat(2000));
    assert_eq!(Format::from_accept([long.as_str()]), Text);
    let many = format!("{}application/openmetrics-text;version=1.0.0", "text/html,".repeat(70));
    assert_eq!(Format::from_accept([many.as_str()]), Text);
    assert_eq!(
        Format::from_accept([&*"x".repeat(10_000), "application/openmetrics-text;version=1.0.0"]),
        OpenMetrics(Underscores)
    );
}

#[test]
fn content_types_name_format_version_and_escaping() {
    for (format, expected) in [
        (Text, "text/plain; version=0.0.4; charset=utf-8"),
        (TextWith(AllowUtf8), "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"),
        (OldOpenMetrics, "application/openmetrics-text; version=0.0.1; charset=utf-8"),
        (OpenMetrics(Values), "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=values"),
        (
            Protobuf(Dots),
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=dots",
        ),
    ] {
        assert_eq!(format.to_string(), expected);
        assert_eq!(Format::from_accept([expected]), format, "what is answered can be asked for");
    }
}

const CASES: &[(&str, Format)] = &[
    // What Prometheus sends: 2.42 to 2.48, the same with protocol buffers first, 2.49.0 with its defect.
    (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        OpenMetrics(Underscores),
    ),
    (
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        Protobuf(Underscores),
    ),
    (
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=2",
        OpenMetrics(Underscores),
    ),
    // 2.49.1 to 2.55, 2.55 with UTF-8 names, 3.0 to 3.3, 3.4 and later.
    (
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        OpenMetrics(Underscores),
    ),
    (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
        OpenMetrics(AllowUtf8),
    ),
    (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
        OpenMetrics(AllowUtf8),
    ),
    (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        OpenMetrics(AllowUtf8),
    ),
    // 3.0 to 3.3 and 3.4 and later with protocol buffers first: from 3.4 on they have no escaping.
    (
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.2,*/*;q=0.1",
        Protobuf(AllowUtf8),
    ),
    (
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        Protobuf(Underscores),
    ),
    // The names escaped in another way.
    (
        "application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        OpenMetrics(Underscores),
    ),
    (
        "application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=underscores;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        OpenMetrics(Underscores),
    ),
    (
        "text/plain;version=1.0.0;escaping=underscores;q=0.6,text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.4,application/openmetrics-text;version=0.0.1;q=0.3,*/*;q=0.2",
        TextWith(Underscores),
    ),
    (
        "application/openmetrics-text;version=1.0.0;escaping=dots;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=dots;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        OpenMetrics(Dots),
    ),
    (
        "text/plain;version=1.0.0;escaping=dots;q=0.6,text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;escaping=dots;q=0.4,application/openmetrics-text;version=0.0.1;q=0.3,*/*;q=0.2",
        TextWith(Dots),
    ),
    (
        "application/openmetrics-text;version=1.0.0;escaping=values;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=values;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        OpenMetrics(Values),
    ),
    (
        "text/plain;version=1.0.0;escaping=values;q=0.6,text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;escaping=values;q=0.4,application/openmetrics-text;version=0.0.1;q=0.3,*/*;q=0.2",
        TextWith(Values),
    ),
    // One format alone, as `scrape_protocols` can be set.
    ("text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.4,*/*;q=0.2", TextWith(AllowUtf8)),
    ("text/plain;version=1.0.0;escaping=dots;q=0.4", TextWith(Dots)),
    ("text/plain;version=1.0.0;escaping=values", TextWith(Values)),
    ("text/plain;version=1.0.0;escaping=allow-utf8", TextWith(AllowUtf8)),
    ("text/plain;version=1.0.0;escaping=rot13", TextWith(Underscores)),
    ("text/plain;version=1.0.0", TextWith(Underscores)),
    ("text/plain;version=0.0.4;escaping=allow-utf-8", Text),
    ("text/plain", Text),
    ("text/plain;version=2.0.0", Text),
    ("text/*", Text),
    ("*/*", Text),
    ("", Text),
    ("application/openmetrics-text", OldOpenMetrics),
    ("application/openmetrics-text;version=\"1.0.0\"", OpenMetrics(Underscores)),
    ("APPLICATION/OpenMetrics-Text; VERSION=1.0.0 ; Q=0.5, text/plain;q=0.4", OpenMetrics(Underscores)),
    // Weights: refused, none, broken, equal.
    ("application/openmetrics-text;version=1.0.0;q=0,text/plain;q=0.1", Text),
    ("application/openmetrics-text;version=1.0.0;q=0.000", Text),
    ("application/openmetrics-text;version=1.0.0;q=high,text/plain;version=1.0.0;q=0.1", TextWith(Underscores)),
    ("application/openmetrics-text;version=1.0.0;q=-1,text/plain;version=1.0.0;q=0.1", TextWith(Underscores)),
    ("application/openmetrics-text;version=1.0.0;q=NaN", OpenMetrics(Underscores)),
    ("text/plain;version=1.0.0;q=0.5,application/openmetrics-text;version=1.0.0;q=0.5", TextWith(Underscores)),
    ("application/openmetrics-text;version=1.0.0;q=0.0001,text/html", OpenMetrics(Underscores)),
    // Protocol buffers in another encoding or of another message are not there.
    ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text", Text),
    ("application/vnd.google.protobuf;encoding=delimited", Text),
    ("application/json, text/html;q=0.9, application/openmetrics-text;version=3.0.0", Text),
    (",,;;=;q=;, application/openmetrics-text ; version = 1.0.0", OpenMetrics(Underscores)),
];
