//! Signals that the process was told to ignore before it began.

use std::fs;

/// Those of `signals` that the process does not ignore. `nohup` and a shell's `&` start programs that do.
///
/// Only Linux tells without unsafe code; elsewhere nothing counts as ignored.
pub(super) fn not_ignored(signals: &[i32]) -> Vec<i32> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    signals.iter().copied().filter(|signal| !is_ignored(&status, *signal)).collect()
}

/// Bit 0 of the mask, which is in hexadecimal, is signal 1.
fn is_ignored(status: &str, signal: i32) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::is_ignored;

    #[test]
    fn the_mask_says_which_signals_are_ignored() {
        let status = "Name:\tshop\nSigBlk:\tffffffffffffffff\nSigIgn:\t0000000000001002\nSigCgt:\t0000000000004000\n";
        assert!(is_ignored(status, 2) && is_ignored(status, 13));
        assert!(!is_ignored(status, 1) && !is_ignored(status, 3) && !is_ignored(status, 15));
        for other in ["", "SigIgn:", "SigIgn:\tnone"] {
            assert!(!is_ignored(other, 2), "{other}");
        }
    }
}
