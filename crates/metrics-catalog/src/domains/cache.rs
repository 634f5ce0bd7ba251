use metrics_define::domain;

#[domain(title = "Cache Metrics", crate = metrics_define)]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod cache {
    //! Caches, seen by decorators and by key prefix.
    //!
    //! A look-up counts once: as a hit or a miss of a named cache in [`HitsTotal`] and [`MissesTotal`], or of a group of keys in
    //! [`KeyHitsTotal`] and [`KeyMissesTotal`], depending on what the caller knows. One that failed is neither; it counts in
    //! [`ErrorsTotal`]. [`HitRatio`] is set from the cumulative counts of the cache.

    /// Cache hits, by cache
    #[counter(name = "cache.hits.total", unit = "{hit}")]
    pub struct HitsTotal<'a> {
        /// The cache.
        #[label(example = "sessions", max_values = 32)]
        pub cache: &'a str,
    }

    /// Cache misses, by cache
    #[counter(name = "cache.misses.total", unit = "{miss}")]
    pub struct MissesTotal<'a> {
        /// The cache.
        #[label(example = "sessions", max_values = 32)]
        pub cache: &'a str,
    }

    /// Hits / (hits + misses) since start
    #[gauge(name = "cache.hit.ratio", unit = "1")]
    pub struct HitRatio<'a> {
        /// The cache.
        #[label(example = "sessions", max_values = 32)]
        pub cache: &'a str,
    }

    /// Cache hits, by key prefix
    #[counter(name = "cache.key.hits.total", unit = "{hit}")]
    pub struct KeyHitsTotal<'a> {
        /// What the keys begin with.
        #[label(example = "menu", max_values = 32)]
        pub cache_key_prefix: &'a str,
    }

    /// Cache misses, by key prefix
    #[counter(name = "cache.key.misses.total", unit = "{miss}")]
    pub struct KeyMissesTotal<'a> {
        /// What the keys begin with.
        #[label(example = "menu", max_values = 32)]
        pub cache_key_prefix: &'a str,
    }

    /// Cache errors
    #[counter(name = "cache.errors.total", unit = "{error}")]
    pub struct ErrorsTotal<'a> {
        /// The operation that failed.
        #[label(example = "set", max_values = 16)]
        pub operation: &'a str,
    }

    /// Cache operation duration
    #[histogram(name = "cache.operation.duration", unit = "s",
                buckets = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0])]
    pub struct OperationDuration<'a> {
        /// The operation.
        #[label(example = "get", max_values = 16)]
        pub operation: &'a str,
    }
}
