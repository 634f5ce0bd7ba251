//! What the macros write, compiled into this crate under the workspace's lints.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(unreachable_pub, dead_code, reason = "the definitions are written as in a library's public modules")]

mod definitions;
mod label_values;
mod methods;
