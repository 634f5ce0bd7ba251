//! What runs on the endpoint's thread.

use std::{
    io, net,
    sync::{Arc, mpsc},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    runtime,
    sync::{Semaphore, watch},
    task::{LocalSet, spawn_local},
    time::{sleep, timeout},
};

use super::connection::{self, Limits};
use crate::scrape_service::ScrapeService;

/// Serves until `stopping` says so, and reports whether it could begin.
pub(super) fn run(
    listeners: Vec<net::TcpListener>,
    service: &ScrapeService,
    limits: Limits,
    stopping: &watch::Receiver<bool>,
    report: &mpsc::Sender<io::Result<()>>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return tell(report, Err(error)),
    };
    LocalSet::new().block_on(&runtime, async {
        match listeners.into_iter().map(TcpListener::from_std).collect() {
            Ok(listeners) => {
                tell(report, Ok(()));
                serve(listeners, service, limits, stopping.clone()).await;
            }
            Err(error) => tell(report, Err(error)),
        }
    });
}

/// Nobody listens any more when the endpoint is being dropped, and then it does not matter.
fn tell(report: &mpsc::Sender<io::Result<()>>, outcome: io::Result<()>) {
    let _ = report.send(outcome);
}

async fn serve(
    listeners: Vec<TcpListener>,
    service: &ScrapeService,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    for listener in listeners {
        spawn_local(accept(listener, service.clone(), limits, Arc::clone(&slots), stopping.clone()));
    }
    // An error means that the endpoint is gone, which is a reason to stop as well.
    let _ = stopping.wait_for(|stop| *stop).await;
    let all_closed = slots.acquire_many(u32::try_from(MAX_CONNECTIONS).unwrap_or(u32::MAX));
    let _ = timeout(DRAIN_LIMIT, all_closed).await;
}

async fn accept(
    listener: TcpListener,
    service: ScrapeService,
    limits: Limits,
    slots: Arc<Semaphore>,
    mut stopping: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stop| *stop) => return,
        };
        match (accepted, Arc::clone(&slots).try_acquire_owned()) {
            (Ok((stream, _)), Ok(slot)) => {
                let connection = connection::serve(stream, service.clone(), limits, stopping.clone());
                spawn_local(async move {
                    connection.await;
                    drop(slot);
                });
            }
            // Too many connections: this one is closed.
            (Ok(_), Err(_)) => {}
            // The process has no descriptors left, or the client has gone. Either way asking again at once is useless.
            (Err(_), _) => sleep(ACCEPT_PAUSE).await,
        }
    }
}

const MAX_CONNECTIONS: usize = 64;
const DRAIN_LIMIT: Duration = Duration::from_secs(1);
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
