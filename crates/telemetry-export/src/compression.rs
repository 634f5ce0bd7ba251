//! Fewer bytes on the way.

use std::{
    fmt::{self, Display, Formatter},
    io::{self, Read as _, Write as _},
};

use flate2::{read::GzDecoder, write::GzEncoder};

/// How requests are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// By gzip.
    Gzip,
}

/// As the variable `OTEL_EXPORTER_OTLP_COMPRESSION` spells it.
impl Display for Compression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Gzip => "gzip",
        })
    }
}

/// Compresses quickly rather than well: telemetry repeats itself so much that little is lost.
pub(crate) fn gzip(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 8), flate2::Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// The content of a gzip body; none when it is longer than `limit`, of which nothing more is read then.
pub(crate) fn gunzip(compressed: &[u8], limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut plain = Vec::new();
    GzDecoder::new(compressed).take(limit as u64 + 1).read_to_end(&mut plain)?;
    Ok((plain.len() <= limit).then_some(plain))
}

#[cfg(test)]
mod tests {
    use super::{gunzip, gzip};

    #[test]
    fn what_is_compressed_is_read_again_up_to_a_limit() {
        let text = b"span span span span".repeat(100);
        let compressed = gzip(&text).unwrap();
        assert!(compressed.len() < text.len() / 10);
        assert_eq!(gunzip(&compressed, text.len()).unwrap(), Some(text.clone()));
        assert_eq!(gunzip(&compressed, text.len() - 1).unwrap(), None);
        assert!(gunzip(b"no gzip", 100).is_err());
    }
}
