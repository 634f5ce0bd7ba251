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
        // An HTTP/2 connection may end with words of the collector, which stand in quotation marks behind the reason.
        if let Some(words) = reason.find(WORDS) {
            reason.truncate(words);
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

/// How bytes begin that an error of HTTP/2 shows.
const WORDS: &str = " (b\"";

#[cfg(test)]
mod tests {
    use std::{
        error::Error,
        fmt::{self, Display, Formatter},
    };

    use super::Failure;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl Display for Layer {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_ref().map(|source| source.as_ref() as _)
        }
    }

    #[test]
    fn all_causes_are_told_and_no_words_of_the_collector() {
        let cause = Layer("connection error received: not a result of an error (b\"your key is wrong\")", None);
        let failure = Failure::network(&Layer("http2 error", Some(Box::new(cause))), false);
        let told = "no answer: http2 error: connection error received: not a result of an error";
        assert_eq!(failure.to_string(), told);
    }
}
