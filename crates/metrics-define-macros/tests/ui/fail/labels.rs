use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    /// Text without a bound
    #[counter(name = "runs.text.total", unit = "{run}")]
    pub struct Text<'a> {
        pub language: &'a str,
        #[label(max_values = 1)]
        pub one: &'a str,
        #[label(max_values = "8")]
        pub eight: &'a str,
    }

    /// Keys
    #[counter(name = "runs.keys.total", unit = "{run}")]
    pub struct Keys {
        pub le: bool,
        pub quantile: bool,
        pub __name__: bool,
        pub otel_scope_name: bool,
        #[label(key = "Upper Case")]
        pub upper: bool,
        #[label(key = "error.type")]
        pub first: bool,
        pub error_type: bool,
    }
}

fn main() {
    runs::Text { language: "python", one: "a", eight: "b" }.inc();
}
