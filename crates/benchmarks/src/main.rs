//! Otelier and its peers, side by side in one run: every figure that we publish comes from here, as a ratio.
//!
//! ```console
//! $ cargo run --release --manifest-path crates/benchmarks/Cargo.toml -- recording
//! ```

mod instructions;
mod measure;
mod memory;
mod recording;
mod scrape;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some(side) if memory::SIDES.contains(&side) => memory::side(side),
        Some(side) if instructions::SIDES.contains(&side) => instructions::side(side),
        Some("recording") => recording::run(),
        Some("scrape") => scrape::run(),
        Some("encode") => scrape::encode(std::env::args().skip(2)),
        _ => {
            eprintln!("usage: benchmarks recording | scrape | encode SERIES TIMES");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
