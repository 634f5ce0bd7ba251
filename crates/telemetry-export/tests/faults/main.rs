//! Collectors and networks that fail: every row of the fault model's section on them is a test of that name.
//!
//! TLS has a suite of its own, `tests/tls`; what needs a process of its own is in `telemetry-init`'s `tests/lifecycle`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking, and the receiver's content is called received"
)]

mod answers;
mod collector;
mod deadlines;
mod network;
#[path = "../it/service.rs"]
mod service;
mod sizes;
#[path = "../it/tunnel.rs"]
mod tunnel;
