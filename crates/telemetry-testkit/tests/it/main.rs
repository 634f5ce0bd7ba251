//! The receiver, used as a test of a service uses it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking, and the receiver's content is called received"
)]

mod grpc;
mod http;
mod keeping;
mod messages;
mod misbehaving;
mod parallel;
mod wrong;
