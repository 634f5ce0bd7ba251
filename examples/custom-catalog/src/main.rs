//! A shop with metrics of its own: it joins them with those of a library and of the catalogue, records them, and prints
//! its scrape and its reference page.
//!
//! `cargo run -p custom-catalog`

mod metrics;

mod shop;

use std::{error::Error, io::Write};

use metrics_catalog::{Recording, install};
use metrics_pipeline::Collector;
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, encode};

use crate::metrics::CATALOG;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    out.write_all(scrape_of_a_day()?.as_bytes())?;
    out.write_all(b"\n")?;
    out.write_all(metrics_artefacts::reference(&CATALOG).as_bytes())?;
    Ok(())
}

/// What Prometheus would see after the shop was open.
///
/// A service calls `telemetry_init::init()?.with_catalog(&CATALOG)` instead, which does this and more.
fn scrape_of_a_day() -> Result<String, Box<dyn Error>> {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let _installation = install(std::sync::Arc::new(provider), Recording::Bound);
    CATALOG.start_zeros();
    shop::open_for_a_day();
    text(&collector)
}

fn text(collector: &Collector) -> Result<String, Box<dyn Error>> {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected)?;
    let mut body = Vec::new();
    encode(&collected, &EncodeOptions::default().with_target_info(false).with_scope_labels(false), &mut body);
    Ok(String::from_utf8(body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_sources_are_recorded_under_their_names() {
        let body = scrape_of_a_day().unwrap();

        for line in [
            // Of the shop.
            "orders_placed_total{payment=\"card\",returning=\"true\"} 2",
            "orders_value_count{payment=\"invoice\"} 1",
            // Of the library.
            "mail_messages_total{mail_outcome=\"delivered\"} 2",
            "mail_messages_total{mail_outcome=\"queue_full\"} 1",
            "mail_queue_depth 0",
            // Never recorded: it is there before the first message that is refused.
            "mail_messages_total{mail_outcome=\"refused\"} 0",
            // Of the catalogue.
            "http_requests_total{endpoint=\"/orders\",method=\"POST\",status=\"201\"} 3",
        ] {
            assert!(body.lines().any(|there| there == line), "{line} in\n{body}");
        }
    }

    #[test]
    fn the_page_has_all_three_sources() {
        let page = metrics_artefacts::reference(&CATALOG);

        for line in ["### HTTP Metrics", "### Mail Metrics", "### Order Metrics"] {
            assert!(page.lines().any(|there| there == line), "{line} in\n{page}");
        }
        assert!(page.contains("use mail_queue::mail::{MailOutcome, MessagesTotal};"));
    }

    #[test]
    fn the_catalogue_has_no_warning() {
        let lint = metrics_artefacts::lint(&CATALOG, metrics_artefacts::Profile::Seed);
        let open: Vec<_> = lint.open().map(ToString::to_string).collect();
        assert!(lint.is_clean(), "{}", open.join("\n"));
    }
}
