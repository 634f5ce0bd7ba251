//! The programs that the load sends: most of them useful, some broken, one endless.

/// What most clients send, in turn: of fifteen, twelve complete and three fail.
pub(super) const USUAL: &[&str] = &[
    FIBONACCI,
    PRIMES,
    TEXT,
    INVENTORY,
    SORTING,
    TYPE_ERROR,
    FIBONACCI,
    COLLATZ,
    TEXT,
    THROWS,
    INVENTORY,
    PRIMES,
    SORTING,
    COLLATZ,
    SYNTAX_ERROR,
];

/// What one client sends, and the limits are for.
pub(super) const HOSTILE: &[&str] = &[ENDLESS, GROWING];

const FIBONACCI: &str = "
fn fibonacci(n) {
    if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}
fibonacci(11)
";

const PRIMES: &str = "
let limit = 300;
let composite = [];
composite.pad(limit + 1, false);
let primes = [];
for n in 2..=limit {
    if composite[n] { continue; }
    primes.push(n);
    let multiple = n * n;
    while multiple <= limit {
        composite[multiple] = true;
        multiple += n;
    }
}
`${primes.len()} primes up to ${limit}, the largest is ${primes[-1]}`
";

const COLLATZ: &str = "
let longest = 0;
let start = 0;
for first in 1..40 {
    let n = first;
    let steps = 0;
    while n != 1 {
        n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    if steps > longest { longest = steps; start = first; }
}
`${start} takes ${longest} steps`
";

const TEXT: &str = r#"
let words = "the quick brown fox jumps over the lazy dog".split(" ");
let line = "";
for word in words {
    let first = word.sub_string(0, 1);
    first.make_upper();
    line += first + word.sub_string(1) + " ";
}
line.trim();
line
"#;

const INVENTORY: &str = r#"
let items = [
    #{ name: "nut", price: 0.15, count: 400 },
    #{ name: "bolt", price: 0.35, count: 250 },
    #{ name: "wing", price: 99.0, count: 2 },
];
let value = items.map(|item| item.price * item.count).reduce(|sum, one| sum + one, 0.0);
let scarce = items.filter(|item| item.count < 10).map(|item| item.name);
#{ value: value, scarce: scarce }
"#;

const SORTING: &str = "
let numbers = [];
let seed = 42;
for index in 0..60 {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    numbers.push(seed % 1000);
}
numbers.sort(|a, b| a - b);
[numbers[0], numbers[30], numbers[-1]]
";

const TYPE_ERROR: &str = r#"
let total = 12;
total - "3"
"#;

const THROWS: &str = r#"
let stock = #{ nut: 3 };
if stock.nut < 5 { throw "not enough nuts"; }
"#;

const GROWING: &str = "
let hoard = [];
loop { hoard.push(hoard.len()); }
";

const SYNTAX_ERROR: &str = "let x = ;";

const ENDLESS: &str = "loop { }";

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        measure::Memory,
        script::{Limits, Runner, STACK_BYTES},
    };

    fn names(scripts: &'static [&str]) -> Vec<&'static str> {
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn(move || {
                let runner = Runner::new(Limits::patient());
                let runs = scripts.iter().map(|script| runner.run(script, &Arc::new(Memory::from_now())));
                runs.map(|run| run.outcome.name()).collect()
            })
            .unwrap()
            .join()
            .unwrap()
    }

    #[test]
    fn they_end_as_the_mix_says() {
        let usual = names(USUAL);
        let count = |name: &str| usual.iter().filter(|one| **one == name).count();
        assert_eq!((count("completed"), count("failed")), (12, 3), "{usual:?}");
        assert_eq!(names(HOSTILE), ["timeout", "failed"]);
    }
}
