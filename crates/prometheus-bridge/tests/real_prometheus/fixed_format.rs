//! A server that answers in one format, whatever is asked for: Prometheus reads what it is given by its content type.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use metrics_pipeline::Collector;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use prometheus_bridge::{EncodeOptions, Encoder, Format};

pub(crate) struct FixedFormat {
    address: SocketAddr,
    accepted: Arc<Mutex<Vec<String>>>,
}

impl FixedFormat {
    /// Serves until the process ends.
    pub(crate) fn start(collector: &Collector, format: Format) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::new(Mutex::new(Vec::new()));
        let (collector, seen) = (collector.clone(), Arc::clone(&accepted));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(stream, &collector, format, &seen);
            }
        });
        Self { address, accepted }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// What we would have answered to the first request.
pub(crate) fn first_accept(server: &FixedFormat) -> Format {
    Format::from_accept([server.accepted.lock().unwrap()[0].as_str()])
}

fn serve(mut stream: TcpStream, collector: &Collector, format: Format, seen: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|length| length > 2) {
        if let Some((name, accept)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("accept")
        {
            seen.lock().unwrap().push(accept.trim().to_owned());
        }
        line.clear();
    }
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut body = Vec::new();
    Encoder::new(EncodeOptions::default()).encode(&collected, format, &mut body);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {format}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    // A client that left is of no interest.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}
