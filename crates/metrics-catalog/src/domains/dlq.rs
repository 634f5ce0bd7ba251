use metrics_define::domain;

#[domain(title = "Dead Letter Queue Metrics", naming = plain, crate = metrics_define)]
pub mod dlq {
    //! Track DLQ operations.
    //!
    //! A message that is given up counts in [`MessagesTotal`]; every attempt to deliver it once more counts in [`RetriesTotal`].
    //! [`Size`] is the level that the queue reports: set it, do not add to it.

    /// Messages sent to DLQ
    #[counter(name = "dlq.messages.total", unit = "{message}")]
    pub struct MessagesTotal<'a> {
        /// The topic that the message was for.
        #[label(example = "execution_events", max_values = 30)]
        pub topic: &'a str,
        /// The class of reason, such as `max_retries_exceeded`; never what an operator wrote.
        #[label(example = "max_retries_exceeded", max_values = 16)]
        pub reason: &'a str,
    }

    /// Retry attempts
    #[counter(name = "dlq.retries.total", unit = "{retry}")]
    pub struct RetriesTotal<'a> {
        /// The topic that the message was for.
        #[label(example = "execution_events", max_values = 30)]
        pub topic: &'a str,
    }

    /// Current DLQ size
    #[updown_counter(absolute, name = "dlq.size", unit = "{message}")]
    pub struct Size<'a> {
        /// The topic that the messages were for.
        #[label(example = "execution_events", max_values = 30)]
        pub topic: &'a str,
    }
}
