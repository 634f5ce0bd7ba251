//! The one thread that everything runs on.

use std::{io, pin::Pin, thread, time::Duration};

use tokio::runtime;

use crate::flag;

/// One loop of the thread.
pub(crate) type Loop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs the loops until each has ended.
pub(crate) fn start(loops: Vec<Loop>) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        // Host names are looked up and metrics are collected on these threads, which therefore are ours as well.
        .thread_name(NAME)
        .max_blocking_threads(8)
        .thread_keep_alive(Duration::from_secs(60))
        .on_thread_start(flag::mark_thread)
        .build()?;
    thread::Builder::new().name(NAME.to_owned()).spawn(move || {
        flag::mark_thread();
        run(&runtime, loops);
        // A look-up or a callback that hangs must not keep the thread.
        runtime.shutdown_background();
    })?;
    Ok(())
}

/// The loops are tasks, so that one that panics does not end the others.
fn run(runtime: &runtime::Runtime, loops: Vec<Loop>) {
    let tasks: Vec<_> = loops.into_iter().map(|run| runtime.spawn(run)).collect();
    runtime.block_on(async {
        for task in tasks {
            // The panic itself was reported by the panic hook.
            let _ = task.await;
        }
    });
}

const NAME: &str = "otelier-export";
