#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

mod compile_time;
mod properties;
mod reference_cases;
mod seed_names;
mod specification;
