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
//! With `OTEL_EXPORTER_OTLP_ENDPOINT` set, spans, metrics and log records go to that collector; with a Prometheus host or port set,
//! metrics can be scraped as well.
//!
//! Below [`init`] there is a ladder for services that need more: [`Settings::from_environment`], change the
//! [`Settings`], [`Providers::build`], [`Providers::install`], or [`Providers::layer`] and
//! [`Providers::install_without_subscriber`] beside a subscriber of one's own.
//!
//! This is the only crate that reads the environment, sets globals and knows all the others: the composition root.
//! One thing below it is found by variables: the system's root certificates, by `SSL_CERT_FILE` and `SSL_CERT_DIR`, for
//! an `https` endpoint that names no certificates of its own.

mod environment;

mod parse;
mod variable;
pub mod variables;

mod diagnostic;
mod reference;

mod settings;
mod view;

mod detectors;
mod resource;

mod console;
mod layers;
mod logs;
mod panicked;
mod providers;
mod spans;

mod catalog;
mod error;
mod guard;
mod install;
mod panic_flush;
mod problems;
mod report;
#[cfg(unix)]
mod signals;
mod start_line;

pub use detectors::Detector;
pub use diagnostic::{Diagnostic, Severity};
pub use environment::{Environment, ProcessEnvironment};
pub use error::InitError;
pub use guard::TelemetryGuard;
pub use install::init;
pub use providers::{Exporters, Providers};
pub use reference::reference;
pub use report::ShutdownReport;
pub use settings::{
    Settings,
    aggregation::{Histograms, Temporality},
    batched::{Batched, Logs, Traces},
    gates::Off,
    limits::{LogLimits, SpanLimits},
    metrics::Metrics,
    prometheus::Listen,
    propagators::Propagator,
    sampler::{Ratio, Sampling},
};
#[cfg(unix)]
pub use signals::{Signal, SignalWatch, Signalled};
pub use telemetry_export::{
    BatchOptions, Compression, Headers, Protocol, Proxies, Proxy, ProxyError, SignalReport, Target, TargetError, Tls,
    TlsError,
};
pub use variable::{Entry, Standing};
pub use view::View;

/// The examples of the README and of the guides, compiled and, where they can be, run. That to tests is here and not in
/// the testkit because the testkit never uses this crate.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
#[doc = include_str!("../../../docs/guides/configuration.md")]
#[doc = include_str!("../../../docs/guides/testing.md")]
struct Pages;
