use metrics_define::domain;

#[domain(title = "Connection Metrics", naming = plain, crate = metrics_define)]
pub mod connections {
    //! Track SSE and WebSocket connections.
    //!
    //! When a connection opens, count it in [`ConnectionsTotal`], and keep the guard of [`ConnectionsActive`] and the timer of
    //! [`ConnectionsDuration`] as long as it lasts.

    use metrics_define::LabelValue;

    /// The protocol of a connection that stays open.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ConnectionType {
        /// Server-sent events.
        Sse,
        /// WebSocket.
        #[label("websocket")]
        WebSocket,
    }

    /// Active connections
    #[updown_counter(name = "connections.active", unit = "{connection}")]
    pub struct ConnectionsActive {
        /// The protocol.
        #[label(key = "type")]
        pub kind: ConnectionType,
    }

    /// Total connections opened
    #[counter(name = "connections.total", unit = "{connection}")]
    pub struct ConnectionsTotal {
        /// The protocol.
        #[label(key = "type")]
        pub kind: ConnectionType,
    }

    /// Connection duration
    #[histogram(name = "connections.duration", unit = "s",
                buckets = [1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0])]
    pub struct ConnectionsDuration {
        /// The protocol.
        #[label(key = "type")]
        pub kind: ConnectionType,
    }

    /// Messages sent
    #[counter(name = "connections.messages.sent", unit = "{message}")]
    pub struct MessagesSent {
        /// The protocol.
        #[label(key = "type")]
        pub kind: ConnectionType,
    }
}
