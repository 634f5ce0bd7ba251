//! What a service sees of `telemetry-init`. Whatever sets globals runs in a child process of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

mod child;
mod delivery;
mod ladder;
mod manifest;
mod off;
mod off_rule;
mod problems;
mod propagation;
mod recipes;
mod said;
mod sampling;
mod secrets;
mod settings;
mod signals;
mod views;
mod zeros;
