use metrics_define::{counter, gauge, histogram, updown_counter};

/// Runs
#[counter(name = "runs.total", unit = "{run}")]
pub struct Total<'a> {
    #[label(max_values = 8)]
    pub language: &'a str,
}

#[updown_counter]
pub struct Active;

#[gauge]
pub struct Fill;

#[histogram]
pub fn took() {}

fn main() {
    let _ = Total { language: "python" };
    took();
}
