//! Interned text.

use metrics_define::label_text;

#[label_text]
pub struct Unbounded;

#[label_text(max_values = 1)]
pub struct Alone;

#[label_text(max_values = 8)]
pub struct Full(String);

#[label_text(max = 8)]
pub struct Misspelt;

#[label_text(max_values = 8)]
pub enum Shape {
    Round,
}

fn main() {}
