//! What the service says while it runs: a line a second.

use std::{
    fmt::Write,
    net::SocketAddr,
    time::{Duration, Instant},
};

use telemetry_testkit::OtlpReceiver;
use tokio::time::{MissedTickBehavior, interval};

use crate::{load::Load, say};

/// The first lines.
pub(super) fn announcement(address: SocketAddr, receiver: Option<&OtlpReceiver>) -> String {
    let mut text = format!("serving on http://{address}, POST a script to /scripts\n");
    if let Some(receiver) = receiver {
        let endpoint = receiver.http_endpoint();
        let _ = writeln!(text, "telemetry goes to the embedded collector at {endpoint}");
    }
    text
}

/// Prints until `run_for` is over, somebody presses Ctrl-C, or the system asks the process to end.
pub(super) async fn show_until_the_end(
    run_for: Option<Duration>,
    load: Option<&Load>,
    receiver: Option<&OtlpReceiver>,
) {
    tokio::select! {
        () = passed(run_for) => {}
        // Without a handler for Ctrl-C the system ends the process, which is the best that is left then.
        Ok(()) = tokio::signal::ctrl_c() => {}
        () = terminated() => {}
        () = show(load, receiver) => {}
    }
}

async fn passed(run_for: Option<Duration>) {
    match run_for {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// Waits for SIGTERM; for ever where that cannot be had.
async fn terminated() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        terminate.recv().await;
        return;
    }
    std::future::pending::<()>().await;
}

async fn show(load: Option<&Load>, receiver: Option<&OtlpReceiver>) {
    if load.is_none() && receiver.is_none() {
        return std::future::pending().await;
    }
    let started = Instant::now();
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
    seconds.tick().await;
    loop {
        seconds.tick().await;
        say(&line(started.elapsed(), load, receiver));
    }
}

fn line(elapsed: Duration, load: Option<&Load>, receiver: Option<&OtlpReceiver>) -> String {
    let mut line = format!("{:>4} s", elapsed.as_secs());
    if let Some(load) = load {
        let _ = write!(line, "  {}", load.counts());
    }
    if let Some(receiver) = receiver {
        let (spans, points) = receiver.read(|received| (received.spans_received(), received.points_received));
        let _ = write!(line, "  | collector: {spans} spans, {points} points");
    }
    line.push('\n');
    line
}
