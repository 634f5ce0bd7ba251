//! Debian's Prometheus scrapes us: every kind of instrument, in every format, and the names that the seeds print.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../../metrics-catalog/tests/recorded/every_metric.rs"]
mod every_metric;
mod fixed_format;
mod instruments;
mod native;
mod prometheus;
mod seeds;

use metrics_pipeline::Collector;
use prometheus_bridge::{EncodeOptions, Endpoint, Escaping, Format, ScrapeService};

use self::{fixed_format::FixedFormat, prometheus::Prometheus};

#[test]
fn every_kind_arrives_in_every_text_format() {
    let (_provider, collector) = instruments::record();
    let negotiated = negotiated(&collector);
    let formats = [
        ("text", Format::Text),
        ("text_1", Format::TextWith(Escaping::Underscores)),
        ("openmetrics_old", Format::OldOpenMetrics),
        ("openmetrics", Format::OpenMetrics(Escaping::Underscores)),
        ("dots", Format::OpenMetrics(Escaping::Dots)),
        ("values", Format::TextWith(Escaping::Values)),
    ]
    .map(|(name, format)| (name, FixedFormat::start(&collector, format)));
    let mut targets = vec![("negotiated", negotiated.addresses()[0])];
    targets.extend(formats.iter().map(|(name, server)| (*name, server.address())));
    let Some(prometheus) = Prometheus::start(&targets, &[]) else { return };
    for (job, _) in &targets {
        prometheus.expect_steady(job, instruments::SAMPLES);
        instruments::check(&prometheus, job);
        instruments::check_classic_exponential(&prometheus, job);
    }
    prometheus.expect_nothing_refused();
    assert_eq!(fixed_format::first_accept(&formats[0].1), Format::OpenMetrics(Escaping::Underscores));
}

#[test]
fn every_kind_arrives_in_protocol_buffers_with_native_histograms() {
    let (_provider, collector) = instruments::record();
    let (negotiated, fixed) =
        (negotiated(&collector), FixedFormat::start(&collector, Format::Protobuf(Escaping::Underscores)));
    let targets = [("negotiated", negotiated.addresses()[0]), ("protobuf", fixed.address())];
    let Some(prometheus) = Prometheus::start(&targets, &["--enable-feature=native-histograms"]) else { return };
    for (job, _) in targets {
        prometheus.expect_steady(job, instruments::NATIVE_SAMPLES);
        instruments::check(&prometheus, job);
        instruments::check_native_exponential(&prometheus, job);
    }
    prometheus.expect_nothing_refused();
    assert_eq!(fixed_format::first_accept(&fixed), Format::Protobuf(Escaping::Underscores));
}

#[test]
fn native_histograms_hold_what_was_recorded_at_any_scale_and_below_zero() {
    let (_provider, collector) = native::record();
    let fixed = FixedFormat::start(&collector, Format::Protobuf(Escaping::Underscores));
    let targets = [("native", fixed.address())];
    let Some(prometheus) = Prometheus::start(&targets, &["--enable-feature=native-histograms"]) else { return };
    prometheus.expect_steady("native", native::SAMPLES);
    native::check(&prometheus);
    prometheus.expect_nothing_refused();
}

#[test]
fn the_seeds_names_and_queries_are_exact() {
    let collector = seeds::record();
    let endpoint = negotiated(&collector);
    let Some(prometheus) = Prometheus::start(&[("seeds", endpoint.addresses()[0])], &[]) else { return };
    prometheus.expect_steady("seeds", seeds::samples(&collector));
    seeds::check_names(&prometheus);
    seeds::check_queries(&prometheus);
    prometheus.expect_nothing_refused();
}

fn negotiated(collector: &Collector) -> Endpoint {
    Endpoint::bind("127.0.0.1", 0, ScrapeService::new(collector.clone(), EncodeOptions::default())).unwrap()
}
