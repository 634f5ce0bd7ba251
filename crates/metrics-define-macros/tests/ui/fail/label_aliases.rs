//! Aliases and fallbacks.

use metrics_define::{ErrorLabel, LabelValue};

#[derive(LabelValue, Clone, Copy, Debug)]
pub enum Twice {
    #[label(alias = "b")]
    A,
    B,
    #[label(fallback)]
    C,
    #[label(fallback)]
    D,
    #[label("e", "f")]
    E,
    #[label(synonym = "g")]
    F,
}

#[derive(ErrorLabel, Debug)]
pub enum Failure {
    Disk(std::io::Error),
    #[label("disk")]
    Memory { bytes: u64 },
}

#[derive(ErrorLabel, Debug)]
pub struct Whole;

fn main() {}
