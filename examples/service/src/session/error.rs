//! Why a session fails.

use std::io;

use telemetry_init::InitError;

use crate::demo::DemoError;

/// Why a session fails: all but the last two at its start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error("PORT cannot be `{0}`; set it to a number from 0 to 65535, where 0 takes a free port")]
    BadPort(String),
    #[error("cannot listen on 127.0.0.1:{port}; set PORT to another port, or to 0 for a free one")]
    Listen { port: u16, source: io::Error },
    #[error("the system refuses threads or sockets")]
    System(#[from] io::Error),
    #[error("cannot start the demonstration")]
    Demo(#[from] DemoError),
    #[error("telemetry cannot start")]
    Telemetry(#[from] InitError),
    #[error("the service's own scrape failed: {0}")]
    NoScrape(String),
    #[error("OTLP and scrape differ on {}; both must show the same", .0.join(", "))]
    Differ(Vec<&'static str>),
}
