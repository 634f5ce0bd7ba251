//! Every metric of the catalogue, recorded once: one call each, as a service would write it.

use std::time::Duration;

const ELAPSED: Duration = Duration::from_millis(20);

pub(crate) fn record_everything() {
    execution();
    coordinator();
    rate_limit();
    events();
    database();
    connections();
    health();
    notifications();
    dlq();
    aos();
    http();
    db();
    llm();
    rag();
    embedding();
    system();
    errors();
    cache();
    security();
    voice();
}

fn execution() {
    use metrics_catalog::execution::{
        CpuUtilization, ErrorsTotal, ExecutionDuration, ExecutionStatus, ExecutionsActive, ExecutionsTotal,
        MemoryUsage, QueueDepth, QueueWaitTime,
    };

    ExecutionsTotal { status: ExecutionStatus::Queued, lang_and_version: "python-3.12" }.inc();
    ExecutionDuration { lang_and_version: "python-3.12" }.record_duration(ELAPSED);
    ExecutionsActive.inc();
    MemoryUsage { lang_and_version: "python-3.12" }.record(256.0);
    CpuUtilization.record(1000.0);
    ErrorsTotal { error_type: "script_error" }.inc();
    QueueDepth.inc();
    QueueWaitTime { lang_and_version: "python-3.12" }.record_duration(ELAPSED);
}

fn coordinator() {
    use metrics_catalog::coordinator::{
        ExecutionsActive, ExecutionsScheduledTotal, Priority, QueueWaitTime, ScheduleStatus, SchedulingDuration,
    };

    SchedulingDuration.record_duration(ELAPSED);
    ExecutionsActive.inc();
    QueueWaitTime { priority: Priority::Critical }.record_duration(ELAPSED);
    ExecutionsScheduledTotal { status: ScheduleStatus::Queued }.inc();
}

fn rate_limit() {
    use metrics_catalog::rate_limit::{
        Algorithm, AllowedTotal, BypassTotal, CheckDuration, QuotaUsage, RateGroup, RedisDuration, RedisOp,
        RejectedTotal, Remaining, RequestsTotal, TokenBucketTokens,
    };

    RequestsTotal { authenticated: true, endpoint: "/scripts", algorithm: Algorithm::SlidingWindow }.inc();
    AllowedTotal { group: RateGroup::Execution, priority: "normal", multiplier: "1x" }.inc();
    RejectedTotal { group: RateGroup::Execution, priority: "normal", multiplier: "1x" }.inc();
    BypassTotal { endpoint: "/scripts" }.inc();
    CheckDuration { endpoint: "/scripts", authenticated: true }.record_duration(ELAPSED);
    RedisDuration { operation: RedisOp::GetConfig }.record_duration(ELAPSED);
    Remaining.record(50.0);
    QuotaUsage.record(80.0);
    TokenBucketTokens { endpoint: "/scripts" }.record(50.0);
}

fn events() {
    use metrics_catalog::events::{ConsumedTotal, ErrorsTotal, Lag, ProcessingDuration, ProducedTotal};

    ProducedTotal { event_type: "execution_started", topic: "execution_events" }.inc();
    ConsumedTotal { event_type: "execution_started", topic: "execution_events" }.inc();
    ProcessingDuration { event_type: "execution_started" }.record_duration(ELAPSED);
    ErrorsTotal { event_type: "execution_started", error_type: "timeout" }.inc();
    Lag { topic: "execution_events", partition: "0" }.set(1);
}

fn database() {
    use metrics_catalog::database::{ConnectionsActive, ErrorsTotal, OperationDuration, OperationsTotal};

    OperationsTotal { operation: "find", collection: "executions" }.inc();
    OperationDuration { operation: "find", collection: "executions" }.record_duration(ELAPSED);
    ErrorsTotal { operation: "find", error_type: "duplicate_key" }.inc();
    ConnectionsActive.inc();
}

fn connections() {
    use metrics_catalog::connections::{
        ConnectionType, ConnectionsActive, ConnectionsDuration, ConnectionsTotal, MessagesSent,
    };

    ConnectionsActive { kind: ConnectionType::Sse }.inc();
    ConnectionsTotal { kind: ConnectionType::Sse }.inc();
    ConnectionsDuration { kind: ConnectionType::Sse }.record_duration(ELAPSED);
    MessagesSent { kind: ConnectionType::Sse }.inc();
}

fn health() {
    use metrics_catalog::health::{CheckDuration, ChecksTotal, DependenciesStatus, HealthStatus};

    ChecksTotal { service: "api", status: HealthStatus::Healthy }.inc();
    CheckDuration { service: "api" }.record_duration(ELAPSED);
    DependenciesStatus { dependency: "mongodb" }.set(1);
}

fn notifications() {
    use metrics_catalog::notifications::{Channel, DeliveryDuration, FailedTotal, SentTotal};

    SentTotal { kind: "execution_completed", channel: Channel::InApp }.inc();
    FailedTotal { kind: "execution_completed", error: "timeout" }.inc();
    DeliveryDuration { channel: Channel::InApp }.record_duration(ELAPSED);
}

fn dlq() {
    use metrics_catalog::dlq::{MessagesTotal, RetriesTotal, Size};

    MessagesTotal { topic: "execution_events", reason: "max_retries_exceeded" }.inc();
    RetriesTotal { topic: "execution_events" }.inc();
    Size { topic: "execution_events" }.set(1);
}

fn aos() {
    use metrics_catalog::aos::{
        CallStatus, Determinism, IdempotencyResult, IdempotencyTotal, ParityFailuresTotal, ReplayBehavior,
        ReplayEnforcementTotal, ReplayOutcome, StorageBackend, TraceParityStatus, TraceRequestDuration,
        TraceRequestsTotal, TraceSize, TraceStepsCount, TraceStorageDuration, TracesBuildInfo,
    };

    TraceRequestDuration { operation: "store", status: CallStatus::Success, tenant_id: "default" }
        .record_duration(ELAPSED);
    TraceRequestsTotal { operation: "store", status: CallStatus::Success, tenant_id: "default" }.inc();
    TraceParityStatus::observe(|observer| {
        observer.observe(1.0, TraceParityStatus { trace_id: "4bf92f3577b34da6", check_type: "cross_language" });
    })
    .keep();
    ReplayEnforcementTotal {
        behavior: ReplayBehavior::Execute,
        outcome: ReplayOutcome::Executed,
        tenant_id: "default",
    }
    .inc();
    IdempotencyTotal { result: IdempotencyResult::New, tenant_id: "default" }.inc();
    TraceStepsCount { tenant_id: "default" }.record(50.0);
    TraceSize { tenant_id: "default" }.record(102_400.0);
    ParityFailuresTotal { failure_type: "cross_language", tenant_id: "default" }.inc();
    TraceStorageDuration { operation: "write", backend: StorageBackend::Postgres, status: CallStatus::Success }
        .record_duration(ELAPSED);
    TracesBuildInfo { version: "1.1", schema_version: "1.1", determinism: Determinism::Enabled }.set();
}

fn http() {
    use metrics_catalog::http::{ConnectionsActive, Method, RequestDuration, RequestSize, RequestsTotal, ResponseSize};

    RequestsTotal { method: Method::Get, endpoint: "/users/{id}", status: "200" }.inc();
    RequestDuration { method: Method::Get, endpoint: "/users/{id}" }.record_duration(ELAPSED);
    RequestSize { method: Method::Get, endpoint: "/users/{id}" }.record(65536.0);
    ResponseSize { method: Method::Get, endpoint: "/users/{id}" }.record(65536.0);
    ConnectionsActive.inc();
}

fn db() {
    use metrics_catalog::db::{ConnectionsActive, QueriesTotal, QueryDuration};

    ConnectionsActive { database: "main" }.set(1.0);
    QueriesTotal { database: "main", operation: "select" }.inc();
    QueryDuration { database: "main", operation: "select" }.record_duration(ELAPSED);
}

fn llm() {
    use metrics_catalog::llm::{CallStatus, CostDollars, RequestDuration, RequestsTotal, TokenType, TokensUsedTotal};

    RequestsTotal { provider: "anthropic", model: "claude-3", status: CallStatus::Success }.inc();
    TokensUsedTotal { provider: "anthropic", model: "claude-3", kind: TokenType::Prompt }.inc();
    RequestDuration { provider: "anthropic", model: "claude-3" }.record_duration(ELAPSED);
    CostDollars { provider: "anthropic", model: "claude-3" }.add(0.25);
}

fn rag() {
    use metrics_catalog::rag::{
        CacheHitsTotal, CacheMissesTotal, DocumentsRetrieved, QueriesTotal, QueryStatus, RetrievalLatency,
    };

    QueriesTotal { pipeline: "standard", status: QueryStatus::Success }.inc();
    RetrievalLatency { source: "vector", pipeline: "standard" }.record_duration(ELAPSED);
    DocumentsRetrieved { source: "vector", pipeline: "standard" }.record(50.0);
    CacheHitsTotal { cache_type: "embedding" }.inc();
    CacheMissesTotal { cache_type: "embedding" }.inc();
}

fn embedding() {
    use metrics_catalog::embedding::{GeneratedTotal, GenerationDuration};

    GeneratedTotal { provider: "huggingface", model: "all-MiniLM-L6-v2" }.inc();
    GenerationDuration { provider: "huggingface", model: "all-MiniLM-L6-v2" }.record_duration(ELAPSED);
}

fn system() {
    use metrics_catalog::system::{CpuUsage, DiskUsage, MemoryUsage};

    CpuUsage::observe(|observer| observer.observe(1.0, CpuUsage)).keep();
    MemoryUsage::observe(|observer| observer.observe(1.0, MemoryUsage)).keep();
    DiskUsage::observe(|observer| observer.observe(1.0, DiskUsage { mount_point: "/" })).keep();
}

fn errors() {
    use metrics_catalog::errors::{CircuitBreakerState, CircuitBreakerTripsTotal, ErrorsTotal};

    ErrorsTotal { component: "ingestion", error_type: "timeout" }.inc();
    CircuitBreakerState { service: "payments" }.set(1.0);
    CircuitBreakerTripsTotal { service: "payments", reason: "failure_ratio" }.inc();
}

fn cache() {
    use metrics_catalog::cache::{
        ErrorsTotal, HitRatio, HitsTotal, KeyHitsTotal, KeyMissesTotal, MissesTotal, OperationDuration,
    };

    HitsTotal { cache: "sessions" }.inc();
    MissesTotal { cache: "sessions" }.inc();
    HitRatio { cache: "sessions" }.set(1.0);
    KeyHitsTotal { cache_key_prefix: "menu" }.inc();
    KeyMissesTotal { cache_key_prefix: "menu" }.inc();
    ErrorsTotal { operation: "set" }.inc();
    OperationDuration { operation: "get" }.record_duration(ELAPSED);
}

fn security() {
    use metrics_catalog::security::{IdempotencyReplaysTotal, RateLimitExceededTotal, ViolationsTotal};

    ViolationsTotal { violation_type: "rate_limit_exceeded" }.inc();
    RateLimitExceededTotal { tier: "public", limit_type: "minute" }.inc();
    IdempotencyReplaysTotal { endpoint: "/orders/{id}" }.inc();
}

fn voice() {
    use metrics_catalog::voice::{
        AiEscalationsTotal, AiLatency, AiResponsesTotal, AudioFramesReceivedTotal, AudioFramesSentTotal,
        AudioOperation, AudioProcessingDuration, CallDuration, CallStatus, CallsActive, CallsTotal,
        ConversationTranscripts, ConversationTurns, DisconnectReason, ErrorsTotal, EscalationReason, FinalState,
        Intent, SessionsCreatedTotal, SessionsEndedTotal, SttConfidence, SttError, SttErrorsTotal, SttLatency,
        SttTranscriptsTotal, TtsAudioSize, TtsLatency, TtsRequestsTotal, TtsStatus, VoiceComponent, VoiceErrorType,
        WebsocketDisconnectsTotal,
    };

    CallsTotal { status: CallStatus::Completed }.inc();
    CallsActive.inc();
    CallDuration { status: CallStatus::Completed }.record_duration(ELAPSED);
    AudioFramesReceivedTotal.inc();
    AudioFramesSentTotal.inc();
    AudioProcessingDuration { operation: AudioOperation::Resample }.record_duration(ELAPSED);
    SttTranscriptsTotal { is_final: true }.inc();
    SttLatency.record_duration(ELAPSED);
    SttErrorsTotal { error_type: SttError::AudioSendError }.inc();
    SttConfidence.record(0.85);
    TtsRequestsTotal { status: TtsStatus::Success }.inc();
    TtsLatency.record_duration(ELAPSED);
    TtsAudioSize.record(50000.0);
    AiResponsesTotal { intent: Intent::Booking }.inc();
    AiLatency.record_duration(ELAPSED);
    AiEscalationsTotal { reason: EscalationReason::LowConfidence }.inc();
    ConversationTurns.record(10.0);
    ConversationTranscripts.record(20.0);
    ErrorsTotal { component: VoiceComponent::Websocket, error_type: VoiceErrorType::LoopError }.inc();
    WebsocketDisconnectsTotal { reason: DisconnectReason::Normal }.inc();
    SessionsCreatedTotal.inc();
    SessionsEndedTotal { final_state: FinalState::Completed }.inc();
}
