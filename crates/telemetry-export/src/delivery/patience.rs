//! How long a kept connection may be silent.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::StopAt;
use crate::deadline;

/// Completes when a connection that was kept from an earlier request, and may have died since without a word, has been
/// silent for half of the time: the other half is enough for a new one beside it. That time becomes shorter when a
/// shutdown is asked for.
///
/// Never when the collector has been slow before.
pub(super) async fn out_of_patience(
    usual: Option<Duration>,
    expires: Option<Instant>,
    mut stop_at: watch::Receiver<StopAt>,
) {
    let Some(usual) = usual else { return std::future::pending().await };
    let until = |stop_at: StopAt| {
        let (now, limit) = (Instant::now(), expires.into_iter().chain(stop_at).min()?);
        half(limit.saturating_duration_since(now), usual).map(|half| now + half)
    };
    let known = *stop_at.borrow();
    let asked = tokio::select! {
        () = deadline::passed(until(known)) => return,
        asked = async { stop_at.wait_for(|stop_at| *stop_at != known).await.map(|asked| *asked) } => asked,
    };
    deadline::passed(until(asked.unwrap_or(known))).await;
}

fn half(left: Duration, usual: Duration) -> Option<Duration> {
    let half = left / 2;
    (usual < half / 2).then_some(half)
}
