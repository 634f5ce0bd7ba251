//! What the library measures.

use metrics_define::domain;

#[domain(title = "Mail Metrics")]
pub mod mail {
    //! Outgoing mail, from its acceptance to its delivery.
    //!
    //! A message counts once in [`MessagesTotal`], when it leaves the queue or is not let in.

    use metrics_define::LabelValue;

    /// What became of a message.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum MailOutcome {
        /// The server took it.
        Delivered,
        /// The server refused it.
        Refused,
        /// The queue had no room.
        QueueFull,
    }

    /// Messages by what became of them
    #[counter(name = "mail.messages.total", unit = "{message}", zero)]
    pub struct MessagesTotal {
        /// What became of it.
        #[label(key = "mail.outcome")]
        pub outcome: MailOutcome,
    }

    /// Messages in the queue
    #[updown_counter(name = "mail.queue.depth", unit = "{message}")]
    pub struct QueueDepth;

    /// Time a server needs for a message
    #[histogram(name = "mail.delivery.duration", unit = "s", buckets = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0])]
    pub struct DeliveryDuration;
}
