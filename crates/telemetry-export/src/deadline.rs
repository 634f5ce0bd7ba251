//! Points in time that cannot overflow.

use std::time::{Duration, Instant};

/// `within` from now; more than a year counts as a year.
pub(crate) fn after(within: Duration) -> Instant {
    Instant::now() + within.min(YEAR)
}

/// Completes at `deadline`; without one, never.
pub(crate) async fn passed(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

pub(crate) const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
