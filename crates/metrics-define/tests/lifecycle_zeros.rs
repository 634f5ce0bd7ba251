//! Zeros that are there before anything is recorded. One test, because the installation is the process's own.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

use std::sync::Arc;

use metrics_define::{Recording, catalog, domain, install, scope};
use metrics_pipeline::{Collector, Value, walk};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider, metrics::data::ResourceMetrics};

/// Test metrics
#[domain(title = "Test Metrics", crate = metrics_define)]
mod calls {
    use metrics_define::LabelValue;

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Outcome {
        Done,
        Failed,
    }

    /// Calls
    #[counter(name = "calls.total", unit = "{call}", zero)]
    pub struct Total {
        pub outcome: Outcome,
    }

    /// Not one of those
    #[counter(name = "calls.other", unit = "{call}")]
    pub struct Other;
}

/// Not in the catalogue
#[domain(title = "Other Metrics", crate = metrics_define)]
mod others {
    /// Never started
    #[counter(name = "others.total", unit = "{call}", zero)]
    pub struct Total;
}

catalog! { static CATALOG = [calls::DEFINITION]; }

const ZEROS: [(&str, f64); 2] = [("calls.total done", 0.0), ("calls.total failed", 0.0)];

#[test]
fn zeros_are_there_at_every_installation_before_the_first_record() {
    let (first_provider, first) = pipeline();
    let installation = install(Arc::new(first_provider), Recording::Bound);
    assert_eq!(values(&first), [], "nobody has asked for them");
    CATALOG.start_zeros();
    assert_eq!(values(&first), expected(&ZEROS), "asked for after the installation");
    calls::Total { outcome: calls::Outcome::Failed }.inc();
    assert_eq!(values(&first), expected(&[ZEROS[0], ("calls.total failed", 1.0)]));
    installation.uninstall();

    CATALOG.start_zeros();
    for recording in [Recording::Unbound, Recording::Bound] {
        let (provider, collector) = pipeline();
        let _installation = install(Arc::new(provider.clone()), recording);
        assert_eq!(values(&collector), expected(&ZEROS), "asked for before");
    }

    let (provider, collector) = pipeline();
    let scope = scope(Arc::new(provider), Recording::Bound);
    assert_eq!(values(&collector), []);
    {
        let _inside = scope.enter();
        CATALOG.start_zeros();
    }
    assert_eq!(values(&collector), expected(&ZEROS), "a scope has its own");
    others::Total.inc();
    calls::Other.inc();
}

fn pipeline() -> (SdkMeterProvider, Collector) {
    metrics_pipeline::build(Resource::builder_empty().build())
}

fn expected(series: &[(&str, f64)]) -> Vec<(String, f64)> {
    series.iter().map(|&(series, value)| (series.to_owned(), value)).collect()
}

/// Every series, as its name and labels, with its value.
fn values(collector: &Collector) -> Vec<(String, f64)> {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut values = Vec::new();
    for metric in walk(&collected) {
        metric.for_each_point(|point| {
            let labels: Vec<_> = point.attributes.iter().map(|attribute| attribute.value.to_string()).collect();
            let Value::Number(number) = point.value else { return };
            values.push((format!("{} {}", metric.name, labels.join(",")), number.as_f64()));
        });
    }
    values.sort_by(|a, b| a.0.cmp(&b.0));
    values
}
