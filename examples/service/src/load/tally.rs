//! What the answers said.

use std::{
    fmt::{self, Display, Formatter},
    sync::atomic::{AtomicU64, Ordering},
};

use http::StatusCode;

/// How a request ended, as its client saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The script ran to its end.
    Completed,
    /// The script failed or asked for too much.
    Failed,
    /// The script was stopped.
    Timeout,
    /// The service failed.
    Error,
    /// The client is over its limit.
    Rejected,
    /// The service had no room.
    Busy,
    /// There was no usable answer.
    Lost,
}

/// Counts outcomes; shared by all clients.
#[derive(Debug, Default)]
pub(super) struct Tally([AtomicU64; Outcome::ALL.len()]);

/// The counts at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts([u64; Outcome::ALL.len()]);

impl Outcome {
    /// All of them, in the order in which they are declared.
    pub(crate) const ALL: [Self; 7] =
        [Self::Completed, Self::Failed, Self::Timeout, Self::Error, Self::Rejected, Self::Busy, Self::Lost];

    /// Reads an answer of the service.
    pub(super) fn of(status: StatusCode, body: &[u8]) -> Self {
        match status {
            StatusCode::OK => Self::of_run(body),
            StatusCode::TOO_MANY_REQUESTS => Self::Rejected,
            StatusCode::SERVICE_UNAVAILABLE => Self::Busy,
            StatusCode::INTERNAL_SERVER_ERROR => Self::Error,
            _ => Self::Lost,
        }
    }

    fn of_run(body: &[u8]) -> Self {
        let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        match answer["status"].as_str() {
            Some("completed") => Self::Completed,
            Some("failed") => Self::Failed,
            Some("timeout") => Self::Timeout,
            _ => Self::Lost,
        }
    }

    /// One word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Error => "error",
            Self::Rejected => "rejected",
            Self::Busy => "busy",
            Self::Lost => "lost",
        }
    }

    /// Whether the client did not get what it may expect. A script's own failure is an answer.
    pub(super) fn is_error(self) -> bool {
        matches!(self, Self::Error | Self::Rejected | Self::Busy | Self::Lost)
    }
}

impl Tally {
    /// Counts one request.
    pub(super) fn add(&self, outcome: Outcome) {
        self.0[outcome as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// The counts by now.
    pub(super) fn counts(&self) -> Counts {
        Counts(std::array::from_fn(|index| self.0[index].load(Ordering::Relaxed)))
    }
}

impl Counts {
    /// How many requests ended so.
    pub(crate) fn of(&self, outcome: Outcome) -> u64 {
        self.0[outcome as usize]
    }

    /// How many requests ended at all.
    pub(crate) fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// One line; outcomes that did not occur are left out.
impl Display for Counts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests", self.total())?;
        for outcome in Outcome::ALL {
            match self.of(outcome) {
                0 => {}
                count => write!(f, ", {count} {}", outcome.name())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_is_counted_once() {
        let tally = Tally::default();
        let answers = [
            (200, r#"{"status":"completed","result":"1"}"#),
            (200, r#"{"status":"failed"}"#),
            (200, r#"{"status":"timeout"}"#),
            (500, ""),
            (429, ""),
            (503, ""),
            (200, "not json"),
            (404, ""),
        ];
        for (status, body) in answers {
            let status = StatusCode::from_u16(status).unwrap();
            tally.add(Outcome::of(status, body.as_bytes()));
        }
        assert_eq!(
            tally.counts().to_string(),
            "8 requests, 1 completed, 1 failed, 1 timeout, 1 error, 1 rejected, 1 busy, 2 lost"
        );
        assert_eq!(Counts::default().to_string(), "0 requests");
    }
}
