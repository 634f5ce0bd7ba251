//! What the README's first command shows, with nothing set.

use std::time::{Duration, Instant};

use crate::running::{Counts, WATCHDOG, start};

const METRICS: [&str; 17] = [
    "script.executions.total",
    "script.execution.duration",
    "script.executions.active",
    "script.memory.usage",
    "script.cpu.utilization",
    "script.errors.total",
    "execution.queue.depth",
    "execution.queue.wait_time",
    "rate_limit.requests.total",
    "rate_limit.allowed.total",
    "rate_limit.rejected.total",
    "rate_limit.bypass.total",
    "rate_limit.check.duration",
    "rate_limit.redis.duration",
    "rate_limit.remaining",
    "rate_limit.quota.usage",
    "rate_limit.token_bucket.tokens",
];

#[test]
fn the_final_table_has_both_domains_and_both_outputs_agree() {
    let mut service = start(&["--for", "4s"], &[]);
    service.program.expect_line(WATCHDOG, "stopping");
    let stopping = Instant::now();
    let (code, output) = service.program.expect_end(WATCHDOG);
    assert_eq!(code, 0, "{output}");
    assert!(stopping.elapsed() < Duration::from_millis(5_250), "{:?}", stopping.elapsed());
    for metric in METRICS {
        let exposed = metric.replace('.', "_");
        assert!(output.lines().any(|line| line.trim_start().starts_with(metric)), "{metric}\n{output}");
        assert!(output.lines().any(|line| line.trim_start().starts_with(&exposed)), "{exposed}\n{output}");
    }
    for span in ["POST /scripts", "script.run"] {
        assert!(output.lines().any(|line| line.trim_start().starts_with(span)), "{span}\n{output}");
    }
    assert!(output.contains("OTLP and scrape agree on 17 metrics"), "{output}");
    for signal in ["spans", "data points"] {
        let counts = Counts::of(signal, &output);
        assert!(counts.accepted > 0 && counts.accepted == counts.exported, "{counts:?}\n{output}");
    }
}

#[test]
fn a_signal_ends_it_with_the_table_too() {
    for signal in ["INT", "TERM"] {
        let mut service = start(&[], &[]);
        service.program.expect_line(WATCHDOG, "   2 s ");
        service.program.signal(signal).unwrap();
        let begun = Instant::now();
        let (code, output) = service.program.expect_end(WATCHDOG);
        assert_eq!(code, 0, "{output}");
        assert!(begun.elapsed() < Duration::from_millis(5_250), "{:?}", begun.elapsed());
        assert!(output.contains("OTLP and scrape agree"), "{output}");
    }
}
