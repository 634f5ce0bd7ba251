//! The life of telemetry in a process: every row of the fault model's section on it is a test of that name.
//!
//! Whatever sets globals, gets signals or ends the process runs in a child process of its own.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking, and the receiver's content is called received"
)]

mod callbacks;
mod child;
mod clock;
mod console;
mod endings;
mod loops;
mod panics;
mod proxies;
mod runtimes;
mod secrets;
mod signals;
#[path = "../../../telemetry-export/tests/it/tunnel.rs"]
mod tunnel;
mod work;
