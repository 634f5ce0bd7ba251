//! The instruments of the platform's domains, each defined once.
//!
//! ```
//! use metrics_catalog::execution::{ExecutionStatus, ExecutionsActive, ExecutionsTotal};
//!
//! let _running = ExecutionsActive.track();
//! ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: "rhai-1.27" }.inc();
//! ```
//!
//! Calls are no-ops until `telemetry_init::init` has installed a provider.
//!
//! This is a crate of its own so that an application takes the platform's names from one place; a domain of its own it
//! defines with the macros of [`metrics_define`], which are re-exported here.

mod domains;

pub use domains::{execution::execution, rate_limit::rate_limit};
pub use metrics_define::*;
