use metrics_define::domain;

#[domain(title = "RAG Metrics", crate = metrics_define)]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod rag {
    //! Retrieval augmented generation.
    //!
    //! A query counts once in [`QueriesTotal`], when its answer is ready or given up. What each source gave is recorded per
    //! retrieval: how long it took, and how many documents it brought, also when there were none.
    //! A label whose value is not known is `unknown`.

    use metrics_define::LabelValue;

    /// How a query ended.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum QueryStatus {
        /// With an answer.
        Success,
        /// With an error.
        Error,
        /// It was given up before it ended.
        Cancelled,
    }

    /// RAG queries
    #[counter(name = "rag.queries.total", unit = "{query}")]
    pub struct QueriesTotal<'a> {
        /// The pipeline that answered.
        #[label(example = "standard", max_values = 16)]
        pub pipeline: &'a str,
        /// How the query ended.
        pub status: QueryStatus,
    }

    /// Retrieval latency
    #[histogram(name = "rag.retrieval.latency", unit = "s", buckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0])]
    pub struct RetrievalLatency<'a> {
        /// Where the documents came from.
        #[label(example = "vector", max_values = 16)]
        pub source: &'a str,
        /// The pipeline that asked.
        #[label(example = "standard", max_values = 16)]
        pub pipeline: &'a str,
    }

    /// Documents retrieved
    #[histogram(name = "rag.documents.retrieved", unit = "{document}",
                buckets = [1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0])]
    pub struct DocumentsRetrieved<'a> {
        /// Where the documents came from.
        #[label(example = "vector", max_values = 16)]
        pub source: &'a str,
        /// The pipeline that asked.
        #[label(example = "standard", max_values = 16)]
        pub pipeline: &'a str,
    }

    /// Cache hits
    #[counter(name = "rag.cache.hits.total", unit = "{hit}")]
    pub struct CacheHitsTotal<'a> {
        /// What was kept.
        #[label(example = "embedding", max_values = 8)]
        pub cache_type: &'a str,
    }

    /// Cache misses
    #[counter(name = "rag.cache.misses.total", unit = "{miss}")]
    pub struct CacheMissesTotal<'a> {
        /// What was looked for.
        #[label(example = "embedding", max_values = 8)]
        pub cache_type: &'a str,
    }
}
