//! Why the service cannot start.

use std::io;

use telemetry_init::InitError;

use crate::demo::DemoError;

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
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
}
