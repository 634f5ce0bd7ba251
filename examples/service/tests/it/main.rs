//! The service as a process, against real components: Prometheus, promtool and a collector.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

mod collector;
mod demonstration;
mod faults;
mod prometheus;
mod running;
mod text_format;
