//! What a worker thread does with a job: run it, measure it, answer it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
};

use metrics_catalog::execution::{self, ExecutionStatus};
use tokio::sync::mpsc::Receiver;
use tracing::{Span, field::Empty, info_span};

use super::{Finished, Job};
use crate::{
    measure::{Memory, Usage, measure},
    script::{LANG_AND_VERSION, Outcome, Run, Runner},
};

/// Works until the queue is dropped and empty.
pub(super) fn work(jobs: &Mutex<Receiver<Job>>, runner: &Runner) {
    while let Some(job) = next(jobs) {
        process(job, runner);
    }
}

/// The lock is held while waiting: whoever holds it is the worker that takes the next job.
fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

fn process(job: Job, runner: &Runner) {
    drop(job.in_queue);
    execution::QueueWaitTime { lang_and_version: LANG_AND_VERSION }.record_duration(job.queued_at.elapsed());
    if job.answer.is_closed() {
        count(ExecutionStatus::Cancelled);
        return;
    }
    let finished = run(&job.script, &job.request, runner);
    // Nobody listens when the client went away during the run.
    let _ = job.answer.send(finished);
}

fn run(script: &str, request: &Span, runner: &Runner) -> Finished {
    let span = info_span!(
        parent: request,
        "script.run",
        script.bytes = integer(script.len()),
        script.operations = Empty,
        script.outcome = Empty,
        error.type = Empty,
        otel.status_code = Empty,
        otel.status_description = Empty,
    );
    let _entered = span.enter();
    let active = execution::ExecutionsActive.track();
    let mut run = Run::crashed();
    let memory = Arc::new(Memory::from_now());
    let usage = measure(|| {
        // A panic in the interpreter must cost one answer, not a worker.
        if let Ok(finished) = catch_unwind(AssertUnwindSafe(|| runner.run(script, &memory))) {
            run = finished;
        }
    });
    drop(active);
    record_usage(usage, &memory);
    record_outcome(&run, &span);
    Finished { outcome: run.outcome, duration: usage.wall }
}

fn record_usage(usage: Usage, memory: &Memory) {
    let lang_and_version = LANG_AND_VERSION;
    execution::ExecutionDuration { lang_and_version }.record_duration(usage.wall);
    execution::MemoryUsage { lang_and_version }.record(memory.peak_mebibytes());
    if let Some(millicores) = usage.millicores() {
        execution::CpuUtilization.record(millicores);
    }
}

fn record_outcome(run: &Run, span: &Span) {
    count(run.outcome.status());
    span.record("script.operations", integer(run.operations));
    span.record("script.outcome", run.outcome.name());
    if let Outcome::Failed(failure) = &run.outcome {
        let error_type = failure.class.error_type();
        execution::ErrorsTotal { error_type }.inc();
        span.record("error.type", error_type);
        span.record("otel.status_code", "ERROR");
        span.record("otel.status_description", failure.message.as_str());
    }
}

/// OpenTelemetry's attributes know signed integers only; an unsigned field would arrive as text.
fn integer(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// Once per execution, when its end is known: that is what a success rate divides by.
fn count(status: ExecutionStatus) {
    execution::ExecutionsTotal { status, lang_and_version: LANG_AND_VERSION }.inc();
}
