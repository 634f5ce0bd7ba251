use metrics_define::domain;

#[domain(title = "Embedding Metrics", prefixes = ["embedding", "embeddings"], crate = metrics_define)]
pub mod embedding {
    //! Creation of embeddings.
    //!
    //! A call to a model is timed once in [`GenerationDuration`], however many embeddings it makes;
    //! [`GeneratedTotal`] counts the embeddings themselves.

    /// Embeddings created
    #[counter(name = "embeddings.generated.total", unit = "{embedding}")]
    pub struct GeneratedTotal<'a> {
        /// Who runs the model.
        #[label(example = "huggingface", max_values = 12)]
        pub provider: &'a str,
        /// The model.
        #[label(example = "all-MiniLM-L6-v2", max_values = 50)]
        pub model: &'a str,
    }

    /// Generation time
    #[histogram(name = "embedding.generation.duration", unit = "s",
                buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0])]
    pub struct GenerationDuration<'a> {
        /// Who runs the model.
        #[label(example = "huggingface", max_values = 12)]
        pub provider: &'a str,
        /// The model.
        #[label(example = "all-MiniLM-L6-v2", max_values = 50)]
        pub model: &'a str,
    }
}
