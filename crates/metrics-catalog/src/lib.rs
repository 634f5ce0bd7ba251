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

pub use domains::{
    aos::aos, cache::cache, connections::connections, coordinator::coordinator, database::database, db::db, dlq::dlq,
    embedding::embedding, errors::errors, events::events, execution::execution, health::health, http::http, llm::llm,
    notifications::notifications, rag::rag, rate_limit::rate_limit, security::security, system::system, voice::voice,
};
pub use metrics_define::*;

catalog! {
    /// All of the domains: what the reference page, the lint and dashboards are made from. Recording does not need it.
    pub static CATALOG = [
        execution::DEFINITION,
        coordinator::DEFINITION,
        rate_limit::DEFINITION,
        events::DEFINITION,
        database::DEFINITION,
        connections::DEFINITION,
        health::DEFINITION,
        notifications::DEFINITION,
        dlq::DEFINITION,
        aos::DEFINITION,
        http::DEFINITION,
        db::DEFINITION,
        llm::DEFINITION,
        rag::DEFINITION,
        embedding::DEFINITION,
        system::DEFINITION,
        errors::DEFINITION,
        cache::DEFINITION,
        security::DEFINITION,
        voice::DEFINITION,
    ];
}

/// Every example of the reference page compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/reference/metrics.md")]
mod reference_page {}

/// Every example of the guide compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/migrating.md")]
mod migrating_guide {}
