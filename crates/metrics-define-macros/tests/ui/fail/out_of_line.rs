use metrics_define::domain;

/// Runs of scripts.
#[domain(title = "Run Metrics")]
#[path = "out_of_line/contents.rs"]
mod runs;

fn main() {}
