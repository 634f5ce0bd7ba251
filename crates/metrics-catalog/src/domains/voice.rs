use metrics_define::domain;

#[domain(title = "Voice Metrics", crate = metrics_define)]
#[allow_lint(MC020, reason = "the seed document's key; each domain has its own words for it")]
pub mod voice {
    //! Realtime voice calls.
    //!
    //! A call keeps the guard of [`CallsActive`] while it lasts; at its end it counts in [`CallsTotal`] and records
    //! [`CallDuration`], [`ConversationTurns`] and [`ConversationTranscripts`], however it ended.
    //! Latencies are from the last sound or word in to the first word or sound out.
    //! Text that comes from outside, such as the intent that a language model names, goes through `from_label`, so that a
    //! word that nobody knows is `unknown` or `other`.

    use metrics_define::LabelValue;

    /// How a call ended.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum CallStatus {
        /// Either side hung up.
        Completed,
        /// It broke.
        Failed,
        /// Nobody spoke for too long.
        Timeout,
    }

    /// What is done to a frame of audio.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum AudioOperation {
        /// Changes the sample rate.
        Resample,
        /// Decodes µ-law.
        DecodeMulaw,
        /// Decodes A-law.
        DecodeAlaw,
        /// Looks for silence.
        SilenceDetect,
    }

    /// What went wrong in speech to text.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum SttError {
        /// The audio could not be sent.
        AudioSendError,
        /// A transcript could not be read.
        TranscriptParseError,
        /// Receiving ended.
        ReceiveLoopError,
        /// A transcript could not be worked on.
        TranscriptProcessingError,
        /// Anything else.
        #[label(fallback)]
        Other,
    }

    /// How a request for speech ended.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum TtsStatus {
        /// With audio.
        Success,
        /// With an error.
        Error,
    }

    /// What the caller wants, as the language model has it.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Intent {
        /// To book.
        Booking,
        /// To ask.
        Inquiry,
        /// To complain.
        Complaint,
        /// Something else, or nothing that was understood.
        #[label(fallback)]
        Unknown,
    }

    /// Why a call was handed to a human.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum EscalationReason {
        /// The model was not sure.
        LowConfidence,
        /// The caller complained.
        Complaint,
        /// The caller asked for it.
        ExplicitRequest,
        /// Something broke.
        Error,
        /// Anything else.
        #[label(fallback)]
        Other,
    }

    /// The part of the voice service that had an error.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum VoiceComponent {
        /// The connection.
        Websocket,
        /// Speech to text.
        Stt,
        /// Text to speech.
        Tts,
        /// The language model.
        #[label(alias = "ai_pipeline")]
        Ai,
        /// The work on frames of audio.
        #[label(alias = "audio_processor")]
        Audio,
    }

    /// What went wrong in the voice service.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum VoiceErrorType {
        /// The loop of a connection ended.
        LoopError,
        /// It was given up after too many errors.
        TooManyErrors,
        /// A message could not be worked on.
        ProcessingError,
        /// No answer could be made.
        ResponseGenerationError,
        /// The audio could not be sent.
        AudioSendError,
        /// Anything else.
        #[label(fallback)]
        Other,
    }

    /// Why a connection ended.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum DisconnectReason {
        /// The call was over.
        Normal,
        /// It broke.
        Error,
        /// Nothing came for too long.
        Timeout,
        /// The other side went away.
        ClientDisconnect,
    }

    /// The last state of a conversation.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum FinalState {
        /// It reached its goal.
        Completed,
        /// It was ended before.
        Ended,
        /// It broke.
        Failed,
    }

    /// Total voice calls
    #[counter(name = "voice.calls.total", unit = "{call}", zero)]
    pub struct CallsTotal {
        /// How the call ended.
        pub status: CallStatus,
    }

    /// Calls in progress
    #[updown_counter(name = "voice.calls.active", unit = "{call}")]
    pub struct CallsActive;

    /// Call duration
    #[histogram(name = "voice.call.duration", unit = "s",
                buckets = [5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0])]
    pub struct CallDuration {
        /// How the call ended.
        pub status: CallStatus,
    }

    /// Audio frames received
    #[counter(name = "voice.audio.frames.received.total", unit = "{frame}")]
    pub struct AudioFramesReceivedTotal;

    /// Audio frames sent
    #[counter(name = "voice.audio.frames.sent.total", unit = "{frame}")]
    pub struct AudioFramesSentTotal;

    /// Audio processing time
    #[histogram(name = "voice.audio.processing.duration", unit = "s",
                buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5])]
    pub struct AudioProcessingDuration {
        /// What was done.
        pub operation: AudioOperation,
    }

    /// Transcripts received
    #[counter(name = "voice.stt.transcripts.total", unit = "{transcript}")]
    pub struct SttTranscriptsTotal {
        /// Whether the transcript will not change any more.
        pub is_final: bool,
    }

    /// Speech to text latency
    #[histogram(name = "voice.stt.latency", unit = "s", buckets = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0])]
    pub struct SttLatency;

    /// Speech to text errors
    #[counter(name = "voice.stt.errors.total", unit = "{error}", zero)]
    pub struct SttErrorsTotal {
        /// What went wrong.
        pub error_type: SttError,
    }

    /// Transcript confidence (0..1)
    #[histogram(name = "voice.stt.confidence", unit = "1", buckets = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0])]
    pub struct SttConfidence;

    /// Text to speech requests
    #[counter(name = "voice.tts.requests.total", unit = "{request}", zero)]
    pub struct TtsRequestsTotal {
        /// How the request ended.
        pub status: TtsStatus,
    }

    /// Text to speech latency
    #[histogram(name = "voice.tts.latency", unit = "s", buckets = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0])]
    pub struct TtsLatency;

    /// Size of generated audio
    #[histogram(name = "voice.tts.audio.size", unit = "By",
                buckets = [1000.0, 5000.0, 10000.0, 25000.0, 50000.0, 100_000.0, 250_000.0, 500_000.0])]
    pub struct TtsAudioSize;

    /// AI responses by intent
    #[counter(name = "voice.ai.responses.total", unit = "{response}")]
    pub struct AiResponsesTotal {
        /// What the caller wanted.
        pub intent: Intent,
    }

    /// AI response latency
    #[histogram(name = "voice.ai.latency", unit = "s", buckets = [0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0])]
    pub struct AiLatency;

    /// Calls handed to a human
    #[counter(name = "voice.ai.escalations.total", unit = "{escalation}")]
    pub struct AiEscalationsTotal {
        /// Why.
        pub reason: EscalationReason,
    }

    /// Turns per conversation
    #[histogram(name = "voice.conversation.turns", unit = "{turn}",
                buckets = [1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0])]
    pub struct ConversationTurns;

    /// Transcripts per conversation
    #[histogram(name = "voice.conversation.transcripts", unit = "{transcript}",
                buckets = [1.0, 3.0, 5.0, 10.0, 20.0, 30.0, 50.0, 100.0])]
    pub struct ConversationTranscripts;

    /// Voice errors by component
    #[counter(name = "voice.errors.total", unit = "{error}", zero)]
    pub struct ErrorsTotal {
        /// The part that had the error.
        pub component: VoiceComponent,
        /// What went wrong.
        pub error_type: VoiceErrorType,
    }

    /// WebSocket disconnects
    #[counter(name = "voice.websocket.disconnects.total", unit = "{disconnect}")]
    pub struct WebsocketDisconnectsTotal {
        /// Why the connection ended.
        pub reason: DisconnectReason,
    }

    /// Voice conversations created
    #[counter(name = "voice.sessions.created.total", unit = "{session}")]
    pub struct SessionsCreatedTotal;

    /// Voice conversations ended
    #[counter(name = "voice.sessions.ended.total", unit = "{session}", zero)]
    pub struct SessionsEndedTotal {
        /// The last state.
        pub final_state: FinalState,
    }
}
