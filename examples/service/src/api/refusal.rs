//! Every reason not to run a script, and the answer that says so.

use std::{error::Error, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use http_body_util::LengthLimitError;

use super::answer;
use crate::queue::QueueFull;

/// Why a request was not served.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the body is larger than 1 MB")]
    TooLarge,
    #[error("the body is not UTF-8")]
    NotUtf8,
    #[error("the body did not arrive in time")]
    TooSlow,
    #[error("the body is incomplete")]
    Incomplete,
    #[error("the rate limit is reached")]
    RateLimited { retry_after: Duration },
    #[error("too many requests are being served")]
    TooBusy,
    #[error("the queue is full")]
    QueueFull,
    #[error("the service is shutting down")]
    Stopping,
    #[error("the worker was lost")]
    WorkerLost,
    #[error("no such route; POST a script to /scripts")]
    NoRoute,
}

impl Refusal {
    /// What went wrong while a body was read.
    pub(super) fn from_body(error: &axum::Error) -> Self {
        let over = error.source().is_some_and(<dyn Error>::is::<LengthLimitError>);
        if over { Self::TooLarge } else { Self::Incomplete }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotUtf8 | Self::Incomplete => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooBusy | Self::QueueFull | Self::Stopping => StatusCode::SERVICE_UNAVAILABLE,
            Self::WorkerLost => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NoRoute => StatusCode::NOT_FOUND,
        }
    }

    /// Whole seconds after which trying again makes sense.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after } => {
                let whole = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
                Some(whole.max(1))
            }
            Self::TooBusy | Self::QueueFull | Self::Stopping => Some(1),
            _ => None,
        }
    }
}

impl From<QueueFull> for Refusal {
    fn from(QueueFull: QueueFull) -> Self {
        Self::QueueFull
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = answer::of_refusal(self.status(), &self.to_string());
        if let Some(seconds) = self.retry_after() {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
