//! An answer that explains itself when it is not the expected one.

use std::fmt;

/// What a [`Probe`](crate::Probe) found: compare it with a number.
///
/// A sum or a histogram that was never recorded is equal to 0; a gauge that was never set is equal to nothing.
#[derive(Clone)]
pub struct Measured {
    asked: String,
    number: Option<f64>,
    /// A series that is not there is then the same as one at 0.
    is_sum: bool,
    recorded: Vec<String>,
    others: Vec<String>,
}

impl Measured {
    pub(super) fn new(
        is_sum: bool,
        asked: String,
        number: Option<f64>,
        recorded: Vec<String>,
        others: Vec<String>,
    ) -> Self {
        Self { asked, number, is_sum, recorded, others }
    }

    /// The number, if the series was recorded.
    pub fn number(&self) -> Option<f64> {
        self.number
    }
}

macro_rules! equals {
    ($($number:ty),*) => {
        $(impl PartialEq<$number> for Measured {
            #[allow(
                clippy::cast_precision_loss, clippy::cast_lossless, clippy::float_cmp,
                reason = "numbers in tests are small or the very ones that were recorded"
            )]
            fn eq(&self, other: &$number) -> bool {
                let absent = self.is_sum.then_some(0.0);
                self.number.or(absent) == Some(*other as f64)
            }
        })*
    };
}

equals!(i32, u32, i64, u64, f64);

impl fmt::Debug for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, number, recorded, others, .. } = self;
        match number {
            Some(number) => write!(f, "{number} is the {asked}")?,
            None => write!(f, "nothing is the {asked}")?,
        }
        match (recorded.as_slice(), others.as_slice()) {
            ([], []) => f.write_str("; nothing was recorded at all: is the code inside the `TestTelemetry`?"),
            ([], others) => write!(f, "; other metrics were recorded: {}", others.join(", ")),
            (recorded, _) => write!(f, "; recorded of this metric: {}", recorded.join("; ")),
        }
    }
}
