//! A queue of outgoing mail: a library that counts, and depends on `metrics-define` alone.
//!
//! Its metrics do nothing until the application that uses it installs a provider, and the application decides where they go.
//! The domain is public, so that the application can join it with others in one catalogue.

mod metrics;

mod queue;

pub use metrics::mail;
pub use queue::{Mail, MailQueue, QueueFull};
