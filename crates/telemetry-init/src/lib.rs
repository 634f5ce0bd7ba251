//! One call at the start of a service: environment to settings to providers to a guard.
//!
//! ```no_run
//! fn main() -> Result<(), telemetry_init::InitError> {
//!     let _telemetry = telemetry_init::init()?;
//!     tracing::info_span!("work").in_scope(|| tracing::info!("working"));
//!     Ok(())
//! }
//! ```
//!
//! With nothing set it is a true no-op: no thread, no socket, and one line that says so.
//! With `OTEL_EXPORTER_OTLP_ENDPOINT` set, spans and metrics go to that collector; with a Prometheus host or port set,
//! metrics can be scraped as well.
//!
//! Below [`init`] there is a ladder for services that need more: [`Settings::from_environment`], change the
//! [`Settings`], [`Providers::build`], [`Providers::install`], or [`Providers::layer`] and
//! [`Providers::install_without_subscriber`] beside a subscriber of one's own.
//!
//! This is the only crate that reads the environment, sets globals and knows all the others: the composition root.

mod diagnostic;
mod environment;
mod error;
mod guard;
mod install;
mod layers;
mod parse;
mod providers;
mod report;
mod settings;
mod start_line;
mod variable;
pub mod variables;

pub use diagnostic::{Diagnostic, Severity};
pub use environment::{Environment, ProcessEnvironment};
pub use error::InitError;
pub use guard::TelemetryGuard;
pub use providers::Providers;
pub use report::ShutdownReport;
pub use settings::{Metrics, Settings, Traces, gates::Off, prometheus::Listen};
pub use telemetry_export::{BatchOptions, Headers, Protocol, SignalReport, Target, TargetError};

/// Starts telemetry as the environment says.
///
/// # Errors
///
/// [`InitError`], with nothing installed; a service may log it and go on.
pub fn init() -> Result<TelemetryGuard, InitError> {
    let (settings, diagnostics) = Settings::from_environment(&ProcessEnvironment);
    let guard = Providers::build(settings)?.install()?;
    diagnostics.iter().for_each(Diagnostic::log);
    Ok(guard)
}

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
