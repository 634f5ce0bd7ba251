//! The one thread that everything runs on.

use std::{io, thread};

use tokio::runtime;

use crate::{flag, metrics::MetricLoop, traces::SpanLoop};

/// Runs the loops until they are told to shut down.
pub(crate) fn start(spans: Option<SpanLoop>, metrics: Option<MetricLoop>) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        // Host names are looked up on these threads, which therefore are ours as well.
        .thread_name(NAME)
        .max_blocking_threads(2)
        .on_thread_start(flag::mark_thread)
        .build()?;
    thread::Builder::new().name(NAME.to_owned()).spawn(move || {
        flag::mark_thread();
        run(&runtime, spans, metrics);
        // A look-up that hangs must not keep the thread.
        runtime.shutdown_background();
    })?;
    Ok(())
}

/// The loops are tasks, so that one that panics does not end the other.
fn run(runtime: &runtime::Runtime, spans: Option<SpanLoop>, metrics: Option<MetricLoop>) {
    let spans = spans.map(|spans| runtime.spawn(spans.run()));
    let metrics = metrics.map(|metrics| runtime.spawn(metrics.run()));
    runtime.block_on(async {
        for task in spans.into_iter().chain(metrics) {
            // The panic itself was reported by the panic hook.
            let _ = task.await;
        }
    });
}

const NAME: &str = "otelier-export";
