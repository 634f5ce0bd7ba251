//! Tables for a terminal.

/// Subjects with their times and their ratio to the first one.
pub(crate) fn print(title: &str, names: &[&str], one: &[f64], two: &[f64]) {
    println!("\n{title}");
    println!("  {:<44} {:>9} {:>7} {:>10} {:>7}", "ns per call", "1 thread", "ratio", "2 threads", "ratio");
    for (((name, one_ns), two_ns), _) in names.iter().zip(one).zip(two).zip(0..) {
        println!(
            "  {name:<44} {one_ns:>9.2} {:>7.2} {two_ns:>10.2} {:>7.2}",
            one_ns / one[0],
            two_ns / two[0]
        );
    }
}

/// A bar, what was measured, and whether it was met.
pub(crate) fn bar(what: &str, measured: f64, limit: Limit) {
    let (met, text) = match limit {
        Limit::AtMost(most) => (measured <= most, format!("at most {most}")),
        Limit::AtLeast(least) => (measured >= least, format!("at least {least}")),
    };
    println!("  {:<64} {measured:>6.2}  {text:<13} {}", what, if met { "met" } else { "MISSED" });
}

pub(crate) enum Limit {
    AtMost(f64),
    AtLeast(f64),
}
