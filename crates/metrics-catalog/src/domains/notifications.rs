use metrics_define::domain;

#[domain(title = "Notification Metrics", naming = plain, crate = metrics_define)]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod notifications {
    //! Track notification delivery.
    //!
    //! A notification counts once per channel, when its delivery has ended: in [`SentTotal`] when it arrived, in
    //! [`FailedTotal`] when it did not. [`DeliveryDuration`] has both.

    use metrics_define::LabelValue;

    /// The way a notification goes.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Channel {
        /// Shown inside the application.
        InApp,
        /// Posted to a URL of the receiver.
        Webhook,
        /// Posted to Slack.
        Slack,
        /// Any other way.
        #[label(fallback)]
        Other,
    }

    /// Notifications sent
    #[counter(name = "notifications.sent.total", unit = "{notification}")]
    pub struct SentTotal<'a> {
        /// The category of notification, `unknown` when it has none.
        #[label(key = "type", example = "execution_completed", max_values = 32)]
        pub kind: &'a str,
        /// The way it went.
        pub channel: Channel,
    }

    /// Failed notifications
    #[counter(name = "notifications.failed.total", unit = "{notification}")]
    pub struct FailedTotal<'a> {
        /// The category of notification, `unknown` when it has none.
        #[label(key = "type", example = "execution_completed", max_values = 32)]
        pub kind: &'a str,
        /// The kind of error; never the error's text.
        ///
        /// `error.error_type()` of [`ErrorLabel`](crate::ErrorLabel) belongs here.
        #[label(example = "timeout", max_values = 30)]
        pub error: &'a str,
    }

    /// Delivery time
    #[histogram(name = "notifications.delivery.duration", unit = "s",
                buckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0])]
    pub struct DeliveryDuration {
        /// The way it went.
        pub channel: Channel,
    }
}
