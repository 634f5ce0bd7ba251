//! Orders from any thread to a loop on the export thread.

use std::{
    process,
    sync::mpsc::{self, RecvTimeoutError},
    time::Instant,
};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What a loop is told to do; it answers whether it could do it completely.
#[derive(Debug)]
pub(crate) enum Command {
    Flush { deadline: Instant, done: mpsc::SyncSender<bool> },
    Shutdown { deadline: Instant, done: mpsc::SyncSender<bool> },
}

impl Command {
    pub(crate) fn deadline(&self) -> Instant {
        match self {
            Self::Flush { deadline, .. } | Self::Shutdown { deadline, .. } => *deadline,
        }
    }
}

pub(crate) fn channel() -> (Commands, UnboundedReceiver<Command>) {
    let (sender, receiver) = unbounded_channel();
    (Commands { sender, process: process::id() }, receiver)
}

#[derive(Clone, Debug)]
pub(crate) struct Commands {
    sender: UnboundedSender<Command>,
    /// The process that has the thread.
    pub(crate) process: u32,
}

impl Commands {
    /// A forked child has copied the queues and not the thread that empties them; the parent sends what is in them.
    pub(crate) fn are_of_another_process(&self) -> bool {
        process::id() != self.process
    }

    pub(crate) fn flush(&self, deadline: Instant) -> Pending {
        self.give(|done| Command::Flush { deadline, done })
    }

    pub(crate) fn shutdown(&self, deadline: Instant) -> Pending {
        self.give(|done| Command::Shutdown { deadline, done })
    }

    fn give(&self, command: impl FnOnce(mpsc::SyncSender<bool>) -> Command) -> Pending {
        let (done, answer) = mpsc::sync_channel(1);
        // A loop that has ended drops the command, which `wait` notices.
        let _ = self.sender.send(command(done));
        Pending { answer }
    }
}

/// An order under way.
///
/// It is waited for on a plain channel, which works on every thread and drives nobody's runtime.
#[derive(Debug)]
#[must_use]
pub(crate) struct Pending {
    answer: mpsc::Receiver<bool>,
}

impl Pending {
    /// Whether the order was carried out completely by `until`; a loop that has ended has nothing left to do.
    pub(crate) fn wait(self, until: Instant) -> bool {
        let left = until.saturating_duration_since(Instant::now());
        match self.answer.recv_timeout(left) {
            Ok(complete) => complete,
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => true,
        }
    }
}
