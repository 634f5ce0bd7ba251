//! From a host and a port to listening sockets.

use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
};

/// Why the endpoint could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The host has no address.
    #[error("cannot resolve `{host}` to serve scrapes on {host}:{port}: set a name or an address of this machine")]
    Resolve {
        /// The host asked for.
        host: String,
        /// The port asked for.
        port: u16,
        /// What the resolver said.
        source: io::Error,
    },
    /// None of the host's addresses could be bound.
    #[error("cannot serve scrapes on {host}:{port}: free that port, or set another host or port")]
    Listen {
        /// The host asked for.
        host: String,
        /// The port asked for.
        port: u16,
        /// What the last attempt said.
        source: io::Error,
    },
    /// The endpoint's thread could not be started.
    #[error("cannot start the thread that serves scrapes on {host}:{port}: check the limits of this process")]
    Start {
        /// The host asked for.
        host: String,
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
}

/// Binds every address of the host that can be bound; the port that the first was given holds for all.
pub(super) fn listen(host: &str, port: u16) -> Result<Vec<TcpListener>, BindError> {
    let addresses = resolve(host, port).map_err(|source| BindError::Resolve { host: host.to_owned(), port, source })?;

    let mut listeners = Vec::new();
    let mut shared_port = port;
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match bind(SocketAddr::new(address.ip(), shared_port)) {
            Ok((listener, bound_port)) => {
                shared_port = bound_port;
                listeners.push(listener);
            }
            Err(error) => failure = error,
        }
    }
    if listeners.is_empty() {
        return Err(BindError::Listen { host: host.to_owned(), port, source: failure });
    }
    Ok(listeners)
}

/// Takes `[::1]` as well as `::1`, because that is how the address stands in a URL.
fn resolve(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let mut addresses = Vec::new();
    for address in (bare, port).to_socket_addrs()? {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

fn bind(address: SocketAddr) -> io::Result<(TcpListener, u16)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}
