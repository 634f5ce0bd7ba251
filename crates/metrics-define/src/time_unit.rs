//! Durations in the unit of a metric, so that milliseconds are never recorded as seconds.

use std::time::Duration;

/// The duration as a number of `unit`; of seconds, if the unit is not one of time.
pub(crate) fn in_unit(duration: Duration, unit: &str) -> f64 {
    let seconds = duration.as_secs_f64();
    match unit {
        "ns" => seconds * 1e9,
        "us" => seconds * 1e6,
        "ms" => seconds * 1e3,
        "min" => seconds / 60.0,
        "h" => seconds / 3600.0,
        _ => seconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_converted_to_the_unit() {
        let duration = Duration::from_millis(1500);
        let cases = [("s", 1.5), ("ms", 1500.0), ("us", 1.5e6), ("ns", 1.5e9), ("min", 0.025), ("h", 1.5 / 3600.0)];
        for (unit, expected) in cases {
            let converted = in_unit(duration, unit);
            assert!((converted - expected).abs() <= expected * 1e-12, "{unit}: {converted}");
        }
    }
}
