//! Bounded names for errors.

use std::{fmt, io, num, str, sync::mpsc};

use crate::label::{Label, LabelValue};

/// An error that has a name out of few, for the label `error_type`: never its message, which is different every time.
///
/// Derive it for an enum: each variant is a name in snake case.
/// The derived enum is also a label value, so a metric's field can be `&'a OrderError`; so are the standard library's
/// errors that have a name here, and a field `&'a io::Error` is bounded by `#[label(max_values = 32)]`.
/// A field that is `&str` is given `error.error_type()`.
///
/// ```
/// use metrics_define::ErrorLabel;
///
/// #[derive(ErrorLabel, Debug)]
/// enum OrderError {
///     NotFound { id: u64 },
///     #[label("database")]
///     Storage(std::io::Error),
/// }
///
/// assert_eq!(OrderError::NotFound { id: 7 }.error_type(), "not_found");
/// assert_eq!(std::io::Error::from(std::io::ErrorKind::TimedOut).error_type(), "timed_out");
/// ```
pub trait ErrorLabel {
    /// The name.
    fn error_type(&self) -> &'static str;
}

impl<E: ErrorLabel + ?Sized> ErrorLabel for &E {
    fn error_type(&self) -> &'static str {
        (**self).error_type()
    }
}

impl<E: ErrorLabel + ?Sized> ErrorLabel for Box<E> {
    fn error_type(&self) -> &'static str {
        (**self).error_type()
    }
}

/// The kind, in snake case; `other` for the kinds that the standard library has not settled.
impl ErrorLabel for io::Error {
    fn error_type(&self) -> &'static str {
        match self.kind() {
            io::ErrorKind::NotFound => "not_found",
            io::ErrorKind::PermissionDenied => "permission_denied",
            io::ErrorKind::ConnectionRefused => "connection_refused",
            io::ErrorKind::ConnectionReset => "connection_reset",
            io::ErrorKind::ConnectionAborted => "connection_aborted",
            io::ErrorKind::HostUnreachable => "host_unreachable",
            io::ErrorKind::NetworkUnreachable => "network_unreachable",
            io::ErrorKind::NotConnected => "not_connected",
            io::ErrorKind::AddrInUse => "addr_in_use",
            io::ErrorKind::AddrNotAvailable => "addr_not_available",
            io::ErrorKind::BrokenPipe => "broken_pipe",
            io::ErrorKind::AlreadyExists => "already_exists",
            io::ErrorKind::WouldBlock => "would_block",
            io::ErrorKind::InvalidInput => "invalid_input",
            io::ErrorKind::InvalidData => "invalid_data",
            io::ErrorKind::TimedOut => "timed_out",
            io::ErrorKind::WriteZero => "write_zero",
            io::ErrorKind::StorageFull => "storage_full",
            io::ErrorKind::Interrupted => "interrupted",
            io::ErrorKind::Unsupported => "unsupported",
            io::ErrorKind::UnexpectedEof => "unexpected_eof",
            io::ErrorKind::OutOfMemory => "out_of_memory",
            _ => "other",
        }
    }
}

macro_rules! label_values {
    ($($error:ty),* $(,)?) => {
        $(impl LabelValue for $error {
            const VALUES: &'static [&'static str] = &[];

            #[inline]
            fn label(&self) -> Label<'_> {
                Label::Text(self.error_type())
            }
        })*
    };
}

label_values! {
    io::Error, fmt::Error, num::ParseIntError, num::ParseFloatError, num::TryFromIntError, str::ParseBoolError,
    str::Utf8Error, mpsc::RecvError, mpsc::RecvTimeoutError,
}

macro_rules! named {
    ($($error:ty => $name:literal),* $(,)?) => {
        $(impl ErrorLabel for $error {
            fn error_type(&self) -> &'static str {
                $name
            }
        })*
    };
}

named! {
    fmt::Error => "format",
    num::ParseIntError => "parse_int",
    num::ParseFloatError => "parse_float",
    num::TryFromIntError => "out_of_range",
    str::ParseBoolError => "parse_bool",
    str::Utf8Error => "utf8",
    mpsc::RecvError => "disconnected",
}

impl ErrorLabel for mpsc::RecvTimeoutError {
    fn error_type(&self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Disconnected => "disconnected",
        }
    }
}
