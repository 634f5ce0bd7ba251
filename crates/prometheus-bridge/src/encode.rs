//! The text format, version 0.0.4.

use metric_names::{Kind, write_help};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};

use crate::{
    family::{Family, TARGET_INFO, families},
    finding::{Finding, Findings},
    labels::Owner,
    options::EncodeOptions,
    series::FamilySeries,
};

/// Appends collected metrics to `out` in Prometheus' text format, version 0.0.4.
///
/// The text is the same for the same state, whatever order things were recorded in: families are sorted by name,
/// series by their labels. It is valid whatever the instruments and attributes are called; the findings say what had to
/// be left out or renamed for that, each once.
///
/// ```
/// use opentelemetry::{KeyValue, metrics::MeterProvider as _};
/// use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
/// use prometheus_bridge::{EncodeOptions, encode};
///
/// let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
/// let orders = provider.meter("shop").u64_counter("orders.placed").with_description("Orders placed").build();
/// orders.add(2, &[KeyValue::new("payment", "card")]);
///
/// let mut collected = ResourceMetrics::default();
/// collector.collect(&mut collected)?;
/// let mut body = Vec::new();
/// let findings = encode(&collected, &EncodeOptions::default(), &mut body);
///
/// assert!(findings.is_empty());
/// assert_eq!(
///     String::from_utf8(body)?.lines().collect::<Vec<_>>(),
///     [
///         "# HELP orders_placed_total Orders placed",
///         "# TYPE orders_placed_total counter",
///         r#"orders_placed_total{otel_scope_name="shop",payment="card"} 2"#,
///     ]
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode(collected: &ResourceMetrics, options: &EncodeOptions, out: &mut Vec<u8>) -> Vec<Finding> {
    let mut findings = Findings::new();
    let mut series = FamilySeries::default();
    if options.target_info && !collected.resource().is_empty() {
        write_target_info(collected.resource(), &mut series, out, &mut findings);
    }
    for family in families(collected, &mut findings) {
        write_family(&family, *options, &mut series, out, &mut findings);
    }
    findings.into_iter().collect()
}

fn write_target_info(resource: &Resource, series: &mut FamilySeries, out: &mut Vec<u8>, findings: &mut Findings) {
    series.clear();
    let attributes = resource.iter().map(|(key, value)| (key.as_str(), value));
    series.add_info(attributes, TARGET_INFO, findings);
    write_header(TARGET_INFO, Kind::Gauge, "What the metrics of this target are about", out);
    series.write_sorted(out, |_| {});
}

fn write_family(
    family: &Family<'_>,
    options: EncodeOptions,
    series: &mut FamilySeries,
    out: &mut Vec<u8>,
    findings: &mut Findings,
) {
    series.clear();
    let owner = Owner { family: &family.name, kind: family.kind };
    for (index, metric) in family.metrics.iter().enumerate() {
        series.add_metric(index, metric, owner, options, findings);
    }
    if series.is_empty() {
        return;
    }
    write_header(&family.name, family.kind, family.help, out);
    series.write_sorted(out, |index| {
        findings.insert(Finding::DuplicateSeries {
            family: family.name.clone(),
            scope: family.metrics[index].scope.name().to_owned(),
            metric: family.metrics[index].name.to_owned(),
        });
    });
}

fn write_header(family: &str, kind: Kind, help: &str, out: &mut Vec<u8>) {
    let mut header = String::new();
    if !help.is_empty() {
        header.extend(["# HELP ", family, " "]);
        write_help(&mut header, help);
        header.push('\n');
    }
    header.extend(["# TYPE ", family, " ", kind.prometheus_type(), "\n"]);
    out.extend_from_slice(header.as_bytes());
}
