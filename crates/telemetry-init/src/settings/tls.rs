//! The certificate files of a signal: read here, checked here, and never shown.

use std::{
    fmt, fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use telemetry_export::Tls;

use crate::variable::Parsed;

/// More than any chain of certificates needs.
const LARGEST: u64 = 1 << 20;

/// A file that was read. It prints its path and nothing of its content.
#[derive(Clone, PartialEq, Eq)]
pub struct PemFile {
    path: PathBuf,
    content: Vec<u8>,
}

impl PemFile {
    pub(crate) fn content(&self) -> &[u8] {
        &self.content
    }
}

impl fmt::Debug for PemFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PemFile").field(&self.path).finish()
    }
}

/// A file with root certificates.
pub(crate) fn roots(text: &str) -> Parsed<PemFile> {
    checked(text, |content| {
        Tls::default().with_root_certificates(content).map(drop).map_err(|_| "holds no usable certificate in PEM")
    })
}

/// A file with the client's certificate; whether the key belongs to it is seen when both are there.
pub(crate) fn certificate(text: &str) -> Parsed<PemFile> {
    checked(text, |content| holds(content, b"-BEGIN CERTIFICATE-").ok_or("holds no certificate in PEM"))
}

/// A file with a private key.
pub(crate) fn key(text: &str) -> Parsed<PemFile> {
    checked(text, |content| holds(content, b"PRIVATE KEY-").ok_or("holds no private key in PEM"))
}

fn holds(content: &[u8], mark: &[u8]) -> Option<()> {
    content.windows(mark.len()).any(|window| window == mark).then_some(())
}

fn checked(text: &str, check: impl FnOnce(&[u8]) -> Result<(), &'static str>) -> Parsed<PemFile> {
    let path = PathBuf::from(text);
    match read(&path) {
        Ok(content) => match check(&content) {
            Ok(()) => Parsed::Good(PemFile { path, content }),
            Err(reason) => Parsed::Bad(format!("the file {reason}")),
        },
        Err(error) => Parsed::Bad(format!("the file cannot be read: {error}")),
    }
}

/// Only regular files: a pipe could block the start, and a device could go on for ever.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut content = Vec::new();
    fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(io::Error::other("it is longer than a megabyte"));
    }
    Ok(content)
}
