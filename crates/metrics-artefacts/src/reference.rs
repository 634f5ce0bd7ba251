//! The reference page: a section per domain with a table of its metrics, then every metric in detail.

mod details;

use metrics_define::{Catalog, Domain, MetricDef};

use crate::{markdown_table::MarkdownTable, words};

/// The reference page of a catalogue, in Markdown.
///
/// ```
/// # use metrics_define::{catalog, domain};
/// # /// Orders taken by the shop.
/// # #[domain(title = "Order Metrics", crate = metrics_define)]
/// # pub mod orders {
/// #     /// Orders placed
/// #     #[counter(name = "orders.placed.total", unit = "{order}")]
/// #     pub struct PlacedTotal;
/// # }
/// catalog! { pub static CATALOG = [orders::DEFINITION]; }
///
/// let page = metrics_artefacts::reference(&CATALOG);
/// assert!(page.contains("| `orders.placed.total` | Counter | -      | Orders placed |"));
/// ```
pub fn reference(catalog: &Catalog) -> String {
    let sections: Vec<String> = catalog.domains.iter().map(section).collect();
    format!("# Metrics Reference\n\n{INTRODUCTION}\n\n## Metric Categories\n\n{}", sections.join("\n"))
}

const INTRODUCTION: &str = "\
All metrics follow the naming pattern `{domain}.{metric}.{type}`.
Each has one name in OpenTelemetry, under which it is pushed over OTLP, and one in Prometheus, under which it is scraped.
A histogram's samples add `_bucket`, `_sum` and `_count` to the name in Prometheus.";

fn section(domain: &Domain) -> String {
    let mut table = MarkdownTable::new(["Metric", "Type", "Labels", "Description"]);
    for metric in domain.metrics {
        table.add_row(row(metric));
    }
    let details: Vec<String> = domain.metrics.iter().map(|metric| details::details(metric)).collect();
    format!("### {}\n\n{}.\n\n{}\n{}", domain.def.title, domain.def.description, table.render(), details.join("\n"))
}

fn row(metric: &MetricDef) -> [String; 4] {
    let keys: Vec<&str> = metric.labels.iter().map(|label| label.key).collect();
    let labels = if keys.is_empty() { "-".to_owned() } else { keys.join(", ") };
    [format!("`{}`", metric.name), words::instrument(metric).to_owned(), labels, metric.description.to_owned()]
}
