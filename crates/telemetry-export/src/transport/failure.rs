//! Why a request was not taken.

use std::{
    error::Error,
    fmt::{self, Display, Formatter},
};

use http::StatusCode;
use tonic::Code;

/// Why a request was not taken. What the collector said in words is left out, because it is foreign text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Http(StatusCode),
    Grpc(Code),
    Network { tls: bool, reason: String },
    Timeout,
    ResponseTooLarge,
    RequestTooLarge { limit: usize },
}

impl Failure {
    /// No answer, with all that is known about why.
    pub(crate) fn network(error: &(dyn Error + 'static), tls: bool) -> Self {
        let mut reason = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let text = error.to_string();
            // Some errors print their source themselves.
            if !reason.ends_with(&text) {
                reason.push_str(": ");
                reason.push_str(&text);
            }
            source = error.source();
        }
        Self::Network { tls, reason }
    }

    /// The short name by which failures are counted, as the attribute `error.type` wants it.
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::Http(status) => status.as_str().to_owned(),
            Self::Grpc(code) => (*code as i32).to_string(),
            Self::Network { tls: true, .. } => "tls_or_connection".to_owned(),
            Self::Network { tls: false, .. } => "connection".to_owned(),
            Self::Timeout => "timeout".to_owned(),
            Self::ResponseTooLarge => "response_too_large".to_owned(),
            Self::RequestTooLarge { .. } => "request_too_large".to_owned(),
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(status) if status.is_redirection() => {
                write!(f, "it answered {status}, and redirects are not followed")
            }
            Self::Http(status) => write!(f, "it answered {status}"),
            Self::Grpc(code) => write!(f, "it answered with gRPC status {code:?}"),
            Self::Network { tls: true, reason } => write!(f, "no answer over TLS: {reason}"),
            Self::Network { tls: false, reason } => write!(f, "no answer: {reason}"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::ResponseTooLarge => f.write_str("its answer is larger than 4 MiB"),
            Self::RequestTooLarge { limit } => write!(f, "one alone is larger than the limit of {limit} bytes"),
        }
    }
}
