//! One number type, so that no later `match` repeats for each of the SDK's three.

/// A measured number, as exact as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Of a counter of integers.
    U64(u64),
    /// Of an up-down counter of integers.
    I64(i64),
    /// Of floating point.
    F64(f64),
}

impl Number {
    /// The nearest floating-point number.
    #[expect(clippy::cast_precision_loss, reason = "the nearest number is what is asked for")]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::U64(value) => value as f64,
            Self::I64(value) => value as f64,
            Self::F64(value) => value,
        }
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::U64(value)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::I64(value)
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::F64(value)
    }
}
