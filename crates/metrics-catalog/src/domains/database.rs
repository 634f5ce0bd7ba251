use metrics_define::domain;

#[domain(title = "Database Metrics", naming = plain, crate = metrics_define)]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod database {
    //! Track MongoDB operations.
    //!
    //! Every operation counts once in [`OperationsTotal`] and is timed in [`OperationDuration`], whether it succeeded or not;
    //! one that failed counts in [`ErrorsTotal`] too.
    //! A relational database is in the domain [`db`](crate::db), whose names and labels are others.

    /// Total operations
    #[counter(name = "database.operations.total", unit = "{operation}")]
    pub struct OperationsTotal<'a> {
        /// The command.
        #[label(example = "find", max_values = 16)]
        pub operation: &'a str,
        /// The collection.
        #[label(example = "executions", max_values = 50)]
        pub collection: &'a str,
    }

    /// Operation time
    #[histogram(name = "database.operation.duration", unit = "s",
                buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0])]
    pub struct OperationDuration<'a> {
        /// The command.
        #[label(example = "find", max_values = 16)]
        pub operation: &'a str,
        /// The collection.
        #[label(example = "executions", max_values = 50)]
        pub collection: &'a str,
    }

    /// Database errors
    #[counter(name = "database.errors.total", unit = "{error}")]
    pub struct ErrorsTotal<'a> {
        /// The command.
        #[label(example = "find", max_values = 16)]
        pub operation: &'a str,
        /// The kind of error; never the error's text.
        ///
        /// `error.error_type()` of [`ErrorLabel`](crate::ErrorLabel) belongs here.
        #[label(example = "duplicate_key", max_values = 30)]
        pub error_type: &'a str,
    }

    /// Active connections
    #[updown_counter(name = "database.connections.active", unit = "{connection}")]
    pub struct ConnectionsActive;
}
