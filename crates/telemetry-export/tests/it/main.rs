//! The export thread against collectors that work, misbehave and are not there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking, and the receiver's content is called received"
)]

mod answers;
mod arrival;
mod faults;
mod lifecycle;
mod queue;
mod scripted;
mod service;
mod tls;
mod upstream;
