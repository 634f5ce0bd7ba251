//! What the calls record, read back through the SDK.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

mod calls;
mod catalog;
mod edges;
mod handlers;
mod hits;
mod kinds;
mod labels;
mod levels;
mod limits;
mod pipeline;
mod recording;
mod runtime;
mod zeros;
