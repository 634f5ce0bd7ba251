//! What a call costs while nothing is installed, in instructions: counted by callgrind, repeatable on any machine.

use std::{hint::black_box, process::Command};

use crate::{
    recording::bench::{self, Outcome},
    table::{self, Limit},
};

/// The arguments under which this program makes the calls that are counted.
pub(crate) const SIDES: [&str; 2] = ["instructions-empty", "instructions-counter"];

const CALLS: u64 = 100_000;

pub(crate) fn run() {
    println!("\na counter while nothing is installed");
    let Some([empty, counter]) = count() else {
        println!("  SKIPPED valgrind: not installed");
        return;
    };
    let more = (counter - empty) as f64 / CALLS as f64;
    table::bar("instructions more than an empty call", more, Limit::AtMost(5.0));
    let allocations = allocation_counter::measure(|| side(SIDES[1]));
    table::bar("allocations in 100,000 calls", allocations.count_total as f64, Limit::AtMost(0.0));
}

fn count() -> Option<[i64; 2]> {
    let [empty, counter] = SIDES.map(instructions);
    Some([empty?, counter?])
}

fn instructions(side: &str) -> Option<i64> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .arg(side)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(' ').find(|word| !word.is_empty())?.parse().ok()
}

/// One side, in a process of its own. The calls stand in a loop, as a call does that the compiler has inlined.
pub(crate) fn side(side: &str) {
    if side == SIDES[0] {
        for _ in 0..CALLS {
            black_box(());
        }
    } else {
        for _ in 0..CALLS {
            black_box(());
            bench::Closed { outcome: Outcome::Completed, retried: true }.inc();
        }
    }
}
