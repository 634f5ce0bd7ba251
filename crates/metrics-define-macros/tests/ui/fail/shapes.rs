use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
pub mod runs {
    /// Fields without names
    #[counter(name = "runs.tuple.total", unit = "{run}")]
    pub struct Tuple(pub bool, #[label(max_values = 5)] pub &'static str);

    /// A type parameter
    #[counter(name = "runs.generic.total", unit = "{run}")]
    pub struct Generic<T> {
        pub status: T,
    }

    /// Two lifetimes
    #[updown_counter(name = "runs.lifetimes", unit = "{run}")]
    pub struct Lifetimes<'a, 'b> {
        #[label(max_values = 5)]
        pub a: &'a str,
        #[label(max_values = 5)]
        pub b: &'b str,
    }

    /// Two instruments
    #[counter(name = "runs.two.total", unit = "{run}")]
    #[gauge(name = "runs.two", unit = "{run}")]
    pub struct Two;

    /// Not a struct
    #[metrics_define::counter(name = "runs.enum.total", unit = "{run}")]
    pub enum Enum {
        A,
    }
}

fn main() {
    runs::Tuple(true, "a").inc();
    runs::Generic { status: true }.inc();
    let _tracked = runs::Lifetimes { a: "a", b: "b" }.track();
    runs::Two.inc();
}
