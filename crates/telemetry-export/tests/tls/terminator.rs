//! A TLS server in front of a receiver that speaks plain text.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use rustls::{RootCertStore, ServerConfig, crypto::ring, server::WebPkiClientVerifier, version};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime,
    sync::watch,
};
use tokio_rustls::TlsAcceptor;

use crate::certificates::{Authority, Issued};

pub(crate) struct Terminator {
    port: u16,
    handshakes: Arc<AtomicUsize>,
    /// How often all connections were closed; gone when the server is to stop.
    closed: watch::Sender<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Versions {
    Safe,
    Tls12,
}

impl Terminator {
    /// Asks clients for a certificate of `clients`, if given.
    pub(crate) fn start(base: &str, issued: &Issued, clients: Option<&Authority>, versions: Versions) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(config(issued, clients, versions)));
        let receiver = base.trim_start_matches("http://").to_owned();
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let handshakes = Arc::new(AtomicUsize::new(0));
        let (closed, closing) = watch::channel(0);
        let counted = Arc::clone(&handshakes);
        thread::spawn(move || {
            let mut stopped = closing.clone();
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, acceptor, receiver, counted, closing) => (),
                    _ = stopped.wait_for(|_| false) => (),
                }
            });
        });
        Self { port, handshakes, closed }
    }

    pub(crate) fn endpoint(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }

    pub(crate) fn handshakes(&self) -> usize {
        self.handshakes.load(Ordering::Relaxed)
    }

    /// Closes every connection.
    pub(crate) fn disconnect(&self) {
        self.closed.send_modify(|times| *times += 1);
    }
}

async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    receiver: String,
    handshakes: Arc<AtomicUsize>,
    closing: watch::Receiver<usize>,
) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (acceptor, receiver, handshakes) = (acceptor.clone(), receiver.clone(), Arc::clone(&handshakes));
        let mut closing = closing.clone();
        closing.mark_unchanged();
        tokio::spawn(async move {
            // A handshake that fails is what some tests are about.
            let Ok(mut tls) = acceptor.accept(stream).await else { return };
            handshakes.fetch_add(1, Ordering::Relaxed);
            let mut plain = TcpStream::connect(&receiver).await.unwrap();
            tokio::select! {
                _ = copy_bidirectional(&mut tls, &mut plain) => (),
                _ = closing.changed() => (),
            }
        });
    }
}

fn config(issued: &Issued, clients: Option<&Authority>, versions: Versions) -> ServerConfig {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = match versions {
        Versions::Safe => builder.with_safe_default_protocol_versions(),
        Versions::Tls12 => builder.with_protocol_versions(&[&version::TLS12]),
    };
    let builder = builder.unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_single_cert(vec![issued.der()], issued.key()).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
