//! What the processors of spans and of log records have in common: a queue, and orders to the loop at its end.

use std::time::Duration;

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

use crate::{batch_loop::Item, batcher::Queue, command::Commands, counts::Counts, deadline, flag};

/// The application's end of one signal.
#[derive(Debug)]
pub(crate) struct Processor<T> {
    queue: Queue<T>,
    commands: Commands,
}

impl<T> Processor<T> {
    pub(crate) fn new(queue: Queue<T>, commands: Commands) -> Self {
        Self { queue, commands }
    }

    pub(crate) fn queue(&self) -> &Queue<T> {
        &self.queue
    }

    pub(crate) fn counts(&self) -> &Counts {
        self.queue.counts()
    }

    pub(crate) fn commands(&self) -> &Commands {
        &self.commands
    }

    #[cfg(test)]
    pub(crate) fn commands_mut(&mut self) -> &mut Commands {
        &mut self.commands
    }

    pub(crate) fn offer(&self, item: T)
    where
        T: Item,
    {
        let bytes = item.size();
        self.queue.offer(item, bytes);
    }

    pub(crate) fn force_flush(&self) -> OTelSdkResult {
        if flag::on_export_thread() {
            return Err(OTelSdkError::InternalFailure("the export thread cannot wait for itself".to_owned()));
        }
        self.flush(FLUSH_WITHIN)
    }

    pub(crate) fn shutdown(&self, within: Duration) -> OTelSdkResult {
        let flushed = if flag::on_export_thread() { Ok(()) } else { self.flush(within) };
        self.queue.refuse();
        flushed
    }

    fn flush(&self, within: Duration) -> OTelSdkResult {
        let deadline = deadline::after(within);
        if self.commands.are_of_another_process() {
            return Err(OTelSdkError::InternalFailure("a forked child has no export thread".to_owned()));
        }
        if self.queue.refuses() || self.commands.flush(deadline).wait(deadline) {
            return Ok(());
        }
        Err(OTelSdkError::Timeout(within))
    }
}

/// Written by hand because a derive would ask for `T: Clone`.
impl<T> Clone for Processor<T> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), commands: self.commands.clone() }
    }
}

/// The specification leaves the time to the processor; this is what upstream's takes.
const FLUSH_WITHIN: Duration = Duration::from_secs(5);
