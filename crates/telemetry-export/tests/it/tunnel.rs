//! An HTTP proxy that opens tunnels, all of them to one receiver whatever host is asked for.
#![allow(dead_code, reason = "shared by several suites, and each uses a part of it")]

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

pub(crate) struct Tunnels {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnels {
    pub(crate) fn start(receiver: &str) -> Self {
        let receiver = receiver.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heads);
        thread::spawn(move || {
            for mut client in listener.incoming().map_while(Result::ok) {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    if client.read_exact(&mut byte).is_err() {
                        break;
                    }
                    head.push(byte[0]);
                }
                kept.lock().unwrap().push(String::from_utf8(head).unwrap());
                let server = TcpStream::connect(&receiver).unwrap();
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
                pass(client.try_clone().unwrap(), server.try_clone().unwrap());
                pass(server, client);
            }
        });
        Self { address, heads }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What was asked for, request by request.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || io::copy(&mut from, &mut to));
}
