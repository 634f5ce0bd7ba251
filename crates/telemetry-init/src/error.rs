//! Why telemetry could not be started.

use std::path::PathBuf;

use telemetry_export::StartError;
use tracing::subscriber::SetGlobalDefaultError;

/// Why telemetry could not be started. The service can go on without: nothing was installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// `OTEL_CONFIG_FILE` is set: it would replace every other variable, and is not supported yet.
    #[error("OTEL_CONFIG_FILE is set to {}, and declarative configuration is not supported yet: unset it and use the OTEL_* variables", path.display())]
    ConfigFile {
        /// The file.
        path: PathBuf,
    },
    /// Telemetry is installed already in this process; the first installation goes on.
    #[error("telemetry is installed already: call init once, at the start of main, and keep its guard")]
    AlreadyInstalled,
    /// The process has a global `tracing` subscriber already.
    #[error(
        "a global tracing subscriber is set already: add `providers.layer()` to it and call `install_without_subscriber`"
    )]
    Subscriber(#[source] SetGlobalDefaultError),
    /// Export could not be started: there is no thread for it.
    #[error("export could not be started")]
    Export(#[source] StartError),
    /// The thread of the console exporters could not be started.
    #[error("the thread of the console exporters could not be started")]
    Console(#[source] std::io::Error),
}
