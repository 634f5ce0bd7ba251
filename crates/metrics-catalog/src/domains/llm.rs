use metrics_define::domain;

#[domain(title = "LLM Metrics", crate = metrics_define)]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod llm {
    //! Calls to language model providers.
    //!
    //! A call counts once in [`RequestsTotal`], at its end. Tokens and cost are added when the answer says what was used,
    //! and left alone when it does not. `provider` and `model` are `unknown` when they are not known.
    //!
    //! The cost of a call is the number of prompt tokens in thousands times their price, and the same of the completion.

    use metrics_define::LabelValue;

    /// How a call ended.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum CallStatus {
        /// With an answer.
        Success,
        /// With an error.
        Error,
        /// It was given up before it ended.
        Cancelled,
    }

    /// What tokens were used for.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum TokenType {
        /// What was sent.
        Prompt,
        /// What was answered.
        Completion,
    }

    /// LLM API requests
    #[counter(name = "llm.requests.total", unit = "{request}")]
    pub struct RequestsTotal<'a> {
        /// Who runs the model.
        #[label(example = "anthropic", max_values = 12)]
        pub provider: &'a str,
        /// The model.
        #[label(example = "claude-3", max_values = 50)]
        pub model: &'a str,
        /// How the call ended.
        pub status: CallStatus,
    }

    /// Tokens consumed
    #[counter(name = "llm.tokens.used.total", unit = "{token}")]
    pub struct TokensUsedTotal<'a> {
        /// Who runs the model.
        #[label(example = "anthropic", max_values = 12)]
        pub provider: &'a str,
        /// The model.
        #[label(example = "claude-3", max_values = 50)]
        pub model: &'a str,
        /// What the tokens were used for.
        #[label(key = "type")]
        pub kind: TokenType,
    }

    /// LLM request duration
    #[histogram(name = "llm.request.duration", unit = "s", buckets = [0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0])]
    pub struct RequestDuration<'a> {
        /// Who runs the model.
        #[label(example = "anthropic", max_values = 12)]
        pub provider: &'a str,
        /// The model.
        #[label(example = "claude-3", max_values = 50)]
        pub model: &'a str,
    }

    /// Cumulative API costs
    #[counter(name = "llm.cost.dollars", unit = "{USD}", value = f64, prometheus = "llm_cost_dollars")]
    #[allow_lint(MC010, MC013, reason = "the seed document's exact name, which its queries and price reports use")]
    pub struct CostDollars<'a> {
        /// Who runs the model.
        #[label(example = "anthropic", max_values = 12)]
        pub provider: &'a str,
        /// The model.
        #[label(example = "claude-3", max_values = 50)]
        pub model: &'a str,
    }
}
