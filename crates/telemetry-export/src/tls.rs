//! Whom a TLS connection trusts, and as whom it presents itself.

use std::{
    fmt::{self, Debug, Formatter},
    io,
    sync::Arc,
};

use hyper_rustls::ConfigBuilderExt as _;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    sign::CertifiedKey,
};

/// The certificates of an `https` target.
///
/// By default the system's root certificates are trusted, and the client shows none of its own.
/// It prints how many certificates there are, and nothing of the key.
///
/// ```
/// use telemetry_export::{Tls, TlsError};
///
/// assert_eq!(Tls::default().with_root_certificates(b"not PEM"), Err(TlsError::NoRootCertificate));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tls {
    roots: Vec<CertificateDer<'static>>,
    identity: Option<Arc<Identity>>,
}

#[derive(PartialEq, Eq)]
struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Tls {
    /// Trusts these certificates, in PEM, instead of the system's.
    ///
    /// Fails when there is none, or one that no server can be checked against.
    pub fn with_root_certificates(mut self, pem: &[u8]) -> Result<Self, TlsError> {
        self.roots = certificates(pem).filter(|roots| !roots.is_empty()).ok_or(TlsError::NoRootCertificate)?;
        self.trusted().map_err(|_| TlsError::NoRootCertificate)?;
        Ok(self)
    }

    /// Shows this certificate, in PEM with the intermediate ones behind it, to servers that ask for one.
    ///
    /// Fails when there is no certificate or no private key, or when they do not belong together.
    pub fn with_client_certificate(mut self, certificate_pem: &[u8], key_pem: &[u8]) -> Result<Self, TlsError> {
        let chain =
            certificates(certificate_pem).filter(|chain| !chain.is_empty()).ok_or(TlsError::NoClientCertificate)?;
        let key = PrivateKeyDer::from_pem_slice(key_pem).map_err(|_| TlsError::NoClientKey)?;
        CertifiedKey::from_der(chain.clone(), key.clone_key(), &ring::default_provider())
            .map_err(|_| TlsError::ClientKeyMismatch)?;
        self.identity = Some(Arc::new(Identity { chain, key }));
        Ok(self)
    }

    /// Reads the system's root certificates if no others are given.
    pub(crate) fn client_config(&self) -> io::Result<ClientConfig> {
        let builder = ClientConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let builder = if self.roots.is_empty() {
            builder.with_native_roots()?
        } else {
            builder.with_root_certificates(self.trusted().map_err(io::Error::other)?)
        };
        match &self.identity {
            None => Ok(builder.with_no_client_auth()),
            Some(identity) => {
                let (chain, key) = (identity.chain.clone(), identity.key.clone_key());
                builder.with_client_auth_cert(chain, key).map_err(io::Error::other)
            }
        }
    }

    fn trusted(&self) -> Result<RootCertStore, rustls::Error> {
        let mut trusted = RootCertStore::empty();
        self.roots.iter().try_for_each(|root| trusted.add(root.clone()))?;
        Ok(trusted)
    }
}

impl Debug for Tls {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("root_certificates", &self.roots.len())
            .field("client_certificate", &self.identity.is_some())
            .finish()
    }
}

/// Why certificates cannot be used. Nothing of their content is part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// No root certificate.
    #[error("there is no usable root certificate: give at least one in PEM")]
    NoRootCertificate,
    /// No client certificate.
    #[error("there is no client certificate: give it in PEM")]
    NoClientCertificate,
    /// No private key.
    #[error("there is no private key of the client: give it in PEM, unencrypted")]
    NoClientKey,
    /// A certificate and a key of two pairs, or a key of a kind that is not supported.
    #[error("the client's private key does not belong to its certificate: give both of one pair")]
    ClientKeyMismatch,
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()
}
