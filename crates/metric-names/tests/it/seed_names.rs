//! The names that the seed documents print for their plain domains.

use metric_names::{
    Kind::{self, Counter, Histogram, UpDownCounter},
    Naming, exposed_name,
};

#[test]
fn the_execution_and_rate_limit_names_are_exact() {
    assert_eq!(NAMES.len(), 17);
    for (name, unit, kind, expected) in NAMES {
        let ours = exposed_name(name, unit, *kind, Naming::Plain).unwrap();
        assert_eq!(ours.as_str(), *expected, "{name} in {unit}");
    }
}

#[rustfmt::skip]
const NAMES: &[(&str, &str, Kind, &str)] = &[
    ("script.executions.total", "{execution}", Counter, "script_executions_total"),
    ("script.execution.duration", "s", Histogram, "script_execution_duration"),
    ("script.executions.active", "{execution}", UpDownCounter, "script_executions_active"),
    ("script.memory.usage", "MiBy", Histogram, "script_memory_usage"),
    ("script.cpu.utilization", "{millicore}", Histogram, "script_cpu_utilization"),
    ("script.errors.total", "{error}", Counter, "script_errors_total"),
    ("execution.queue.depth", "{execution}", UpDownCounter, "execution_queue_depth"),
    ("execution.queue.wait_time", "s", Histogram, "execution_queue_wait_time"),
    ("rate_limit.requests.total", "{request}", Counter, "rate_limit_requests_total"),
    ("rate_limit.allowed.total", "{request}", Counter, "rate_limit_allowed_total"),
    ("rate_limit.rejected.total", "{request}", Counter, "rate_limit_rejected_total"),
    ("rate_limit.bypass.total", "{request}", Counter, "rate_limit_bypass_total"),
    ("rate_limit.check.duration", "ms", Histogram, "rate_limit_check_duration"),
    ("rate_limit.redis.duration", "ms", Histogram, "rate_limit_redis_duration"),
    ("rate_limit.remaining", "{request}", Histogram, "rate_limit_remaining"),
    ("rate_limit.quota.usage", "%", Histogram, "rate_limit_quota_usage"),
    ("rate_limit.token_bucket.tokens", "{token}", Histogram, "rate_limit_token_bucket_tokens"),
];
