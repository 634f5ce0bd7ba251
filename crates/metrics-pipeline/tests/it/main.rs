#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

mod collecting;
mod guarding;
#[path = "../readers/somebody_elses.rs"]
mod somebody_elses;
mod view_limits;
mod views;
mod walking;
