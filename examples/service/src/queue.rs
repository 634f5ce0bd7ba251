//! A bounded queue of scripts and the threads that run them.

mod worker;

use std::{
    io,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use metrics_catalog::{Tracked, execution};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tracing::Span;

use crate::script::{Outcome, Runner, STACK_BYTES};

/// Scripts that wait for a worker.
pub(crate) const CAPACITY: usize = 64;

/// Threads that run scripts: they are CPU bound, so an async runtime's threads are not for them.
pub(crate) const WORKERS: usize = 2;

/// Where scripts wait. The workers end when it is dropped and empty.
#[derive(Debug)]
pub(crate) struct Queue {
    jobs: mpsc::Sender<Job>,
}

/// What the submitter gets back.
#[derive(Debug)]
pub(crate) struct Finished {
    /// How the run ended.
    pub(crate) outcome: Outcome,
    /// How long it ran.
    pub(crate) duration: Duration,
}

/// No room: as many scripts wait as may.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the queue is full")]
pub(crate) struct QueueFull;

/// One script on its way to a worker.
#[derive(Debug)]
struct Job {
    script: String,
    /// The request's span: the worker continues it.
    request: Span,
    queued_at: Instant,
    /// Counts this job in `execution.queue.depth` for as long as it waits.
    in_queue: Tracked,
    answer: oneshot::Sender<Finished>,
    /// Held until the job is over, so that whoever drains the service waits for it.
    _admission: OwnedSemaphorePermit,
}

impl Queue {
    /// Starts `workers` threads behind a queue of `capacity`.
    pub(crate) fn start(workers: usize, capacity: usize, runner: Runner) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel(capacity);
        let receiver = Arc::new(Mutex::new(receiver));
        let runner = Arc::new(runner);
        for number in 0..workers {
            let (receiver, runner) = (Arc::clone(&receiver), Arc::clone(&runner));
            thread::Builder::new()
                .name(format!("worker-{number}"))
                .stack_size(STACK_BYTES)
                .spawn(move || worker::work(&receiver, &runner))?;
        }
        Ok(Self { jobs: sender })
    }

    /// Puts `script` into the queue, in the current span. The receiver fails only if a worker was lost; dropping it
    /// before the run cancels the run.
    pub(crate) fn submit(
        &self,
        script: String,
        admission: OwnedSemaphorePermit,
    ) -> Result<oneshot::Receiver<Finished>, QueueFull> {
        // First a place, then the job: what is refused was never in the queue, so the depth does not show it either.
        let place = self.jobs.try_reserve().map_err(|_| QueueFull)?;
        let (answer, finished) = oneshot::channel();
        place.send(Job {
            script,
            request: Span::current(),
            queued_at: Instant::now(),
            in_queue: execution::QueueDepth.track(),
            answer,
            _admission: admission,
        });
        Ok(finished)
    }
}

#[cfg(test)]
mod tests;
