use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics", crate = metrics_define)]
pub mod runs {
    type Text<'a> = &'a str;

    /// Text behind a name
    #[counter(name = "runs.text.total", unit = "{run}")]
    pub struct Behind<'a> {
        pub language: Text<'a>,
    }
}

fn main() {
    runs::Behind { language: "python" }.inc();
}
