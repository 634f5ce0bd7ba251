//! Documents and lint, from small catalogues and from the real one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "the macros write public items")]

mod catalog_json;

mod every_kind;
mod example_calls;

mod lint;

mod reference;
