use metrics_define::domain;

#[domain(title = "HTTP Metrics", crate = metrics_define)]
#[allow_lint(MC019, reason = "the seed document's key; a scrape configuration with `honor_labels` keeps it")]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
#[allow_lint(
    MC023,
    reason = "the seed documents' names; the conventions' own names are others, and both can be recorded"
)]
pub mod http {
    //! HTTP server requests, as seen by the middleware.
    //!
    //! A request counts once, when its answer is complete or given up: an answer by exception is a 500, or the error's own
    //! status. Sizes are recorded where they are known. The guard of [`ConnectionsActive`] lives as long as the request.
    //!
    //! `endpoint` is the route template, else the handler's name, else `unmatched`; never the path as it was asked for.
    //! `status` is the numeric code as text.

    use metrics_define::LabelValue;

    /// The method of a request, as it is written in the request.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Method {
        /// Reads.
        #[label("GET")]
        Get,
        /// Reads without the body.
        #[label("HEAD")]
        Head,
        /// Asks for an action.
        #[label("POST")]
        Post,
        /// Replaces.
        #[label("PUT")]
        Put,
        /// Changes in part.
        #[label("PATCH")]
        Patch,
        /// Removes.
        #[label("DELETE")]
        Delete,
        /// Asks what is possible.
        #[label("OPTIONS")]
        Options,
        /// Opens a tunnel.
        #[label("CONNECT")]
        Connect,
        /// Asks for the request itself.
        #[label("TRACE")]
        Trace,
        /// A method that is none of these.
        #[label("other", fallback)]
        Other,
    }

    /// Total HTTP requests
    #[counter(name = "http.requests.total", unit = "{request}")]
    #[allow_lint(
        MC021,
        reason = "no service has every method and status on every route; beyond 2,000 the overflow series counts on"
    )]
    pub struct RequestsTotal<'a> {
        /// The method.
        pub method: Method,
        /// Route template.
        #[label(example = "/users/{id}", max_values = 100)]
        pub endpoint: &'a str,
        /// The numeric code.
        #[label(example = "200", max_values = 40)]
        pub status: &'a str,
    }

    /// Request duration
    #[histogram(name = "http.request.duration", unit = "s",
                buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])]
    pub struct RequestDuration<'a> {
        /// The method.
        pub method: Method,
        /// Route template.
        #[label(example = "/users/{id}", max_values = 100)]
        pub endpoint: &'a str,
    }

    /// Request body size
    #[histogram(name = "http.request.size", unit = "By",
                buckets = [64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0])]
    pub struct RequestSize<'a> {
        /// The method.
        pub method: Method,
        /// Route template.
        #[label(example = "/users/{id}", max_values = 100)]
        pub endpoint: &'a str,
    }

    /// Response body size
    #[histogram(name = "http.response.size", unit = "By",
                buckets = [64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0])]
    pub struct ResponseSize<'a> {
        /// The method.
        pub method: Method,
        /// Route template.
        #[label(example = "/users/{id}", max_values = 100)]
        pub endpoint: &'a str,
    }

    /// Requests in flight
    #[updown_counter(name = "http.connections.active", unit = "{connection}", prometheus = "active_connections")]
    pub struct ConnectionsActive;
}
