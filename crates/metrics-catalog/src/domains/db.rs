use metrics_define::domain;

#[domain(title = "Database Client Metrics", crate = metrics_define)]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
#[allow_lint(
    MC023,
    reason = "the seed documents' names; the conventions' own names are others, and both can be recorded"
)]
pub mod db {
    //! Relational database use.
    //!
    //! A query counts once in [`QueriesTotal`] and is timed in [`QueryDuration`], under the same labels, when it has ended.
    //! `operation` is the kind of statement, such as `select`; never its text.
    //! [`ConnectionsActive`] is what the pool reports.

    /// Active database connections
    #[gauge(name = "db.connections.active", unit = "{connection}")]
    pub struct ConnectionsActive<'a> {
        /// The database.
        #[label(example = "main", max_values = 8)]
        pub database: &'a str,
    }

    /// Total database queries
    #[counter(name = "db.queries.total", unit = "{query}")]
    pub struct QueriesTotal<'a> {
        /// The database.
        #[label(example = "main", max_values = 8)]
        pub database: &'a str,
        /// The kind of statement.
        #[label(example = "select", max_values = 16)]
        pub operation: &'a str,
    }

    /// Query duration
    #[histogram(name = "db.query.duration", unit = "s", buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0])]
    pub struct QueryDuration<'a> {
        /// The database.
        #[label(example = "main", max_values = 8)]
        pub database: &'a str,
        /// The kind of statement.
        #[label(example = "select", max_values = 16)]
        pub operation: &'a str,
    }
}
