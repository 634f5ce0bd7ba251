use metrics_define::domain;

#[domain(title = "Event Metrics", naming = plain, crate = metrics_define)]
pub mod events {
    //! Track Kafka event processing.
    //!
    //! An event is counted in [`ProducedTotal`] when the broker has taken it, and in [`ConsumedTotal`] when a handler is
    //! done with it, whether it succeeded or not; one that failed counts in [`ErrorsTotal`] too.
    //! [`Lag`] is the level that the consumer reads from the broker: set it, do not add to it.
    //! `event_type` is the name of a type of event, such as `execution_started`; never an identifier.

    /// Events published
    #[counter(name = "events.produced.total", unit = "{event}")]
    pub struct ProducedTotal<'a> {
        /// The type of event.
        #[label(example = "execution_started", max_values = 64)]
        pub event_type: &'a str,
        /// The topic it went to.
        #[label(example = "execution_events", max_values = 30)]
        pub topic: &'a str,
    }

    /// Events consumed
    #[counter(name = "events.consumed.total", unit = "{event}")]
    pub struct ConsumedTotal<'a> {
        /// The type of event.
        #[label(example = "execution_started", max_values = 64)]
        pub event_type: &'a str,
        /// The topic it came from.
        #[label(example = "execution_events", max_values = 30)]
        pub topic: &'a str,
    }

    /// Processing time
    #[histogram(name = "events.processing.duration", unit = "s",
                buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])]
    pub struct ProcessingDuration<'a> {
        /// The type of event.
        #[label(example = "execution_started", max_values = 64)]
        pub event_type: &'a str,
    }

    /// Processing errors
    #[counter(name = "events.errors.total", unit = "{error}")]
    pub struct ErrorsTotal<'a> {
        /// The type of event.
        #[label(example = "execution_started", max_values = 64)]
        pub event_type: &'a str,
        /// The kind of error; never the error's text.
        ///
        /// `error.error_type()` of [`ErrorLabel`](crate::ErrorLabel) belongs here.
        #[label(example = "timeout", max_values = 30)]
        pub error_type: &'a str,
    }

    /// Consumer lag
    #[updown_counter(absolute, name = "events.lag", unit = "{message}")]
    pub struct Lag<'a> {
        /// The topic that is behind.
        #[label(example = "execution_events", max_values = 30)]
        pub topic: &'a str,
        /// The partition's number, or `auto` when it is not known.
        #[label(example = "0", max_values = 64)]
        pub partition: &'a str,
    }
}
