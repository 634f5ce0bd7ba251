#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes its strings that way")]

mod allocations;
mod body;
mod conflicts;
mod deadlines;
mod endpoint;
mod endpoint_faults;
mod exponential;
mod exposition;
mod hostile_input;
mod log;
mod negotiation;
mod options;
mod recording;
mod registries;
mod remembering;
mod scrape_service;
mod scraping;
