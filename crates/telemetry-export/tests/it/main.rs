//! The export thread against collectors that work.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking, and the receiver's content is called received"
)]

mod arrival;
mod callbacks;
mod encodings;
mod faults_page;
mod lifecycle;
mod own_metrics;
mod queue;
mod sampling;
mod service;
mod upstream;
