//! A small web server: enough of HTTP for what OpenBao asks others.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A server on a loopback port. Dropping it stops it.
pub struct Web {
    address: String,
    stopped: Arc<AtomicBool>,
}

/// What it is asked.
#[derive(Debug)]
pub struct Request {
    /// As `GET`.
    pub method: String,
    /// With what stands behind a question mark.
    pub path: String,
    /// Value of the header `Authorization`.
    pub authorization: String,
    /// The body, where it is JSON.
    pub body: Value,
}

impl Web {
    /// Starts one that answers by a function, which is also told the server's own address.
    pub fn start(answer: impl Fn(&str, &Request) -> (u16, Value) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let stopped = Arc::new(AtomicBool::new(false));
        let (own, stop, answer) = (address.clone(), Arc::clone(&stopped), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), own, answer) = (stream, own.clone(), Arc::clone(&answer)) else { continue };
                std::thread::spawn(move || {
                    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                    if let Some(request) = Request::read(&stream) {
                        let (status, body) = answer(&own, &request);
                        let _ = respond(&stream, status, &body);
                    }
                });
            }
        });
        Self { address, stopped }
    }

    /// Its address, as `http://127.0.0.1:1234`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}

impl Request {
    /// None for a connection that says nothing intelligible.
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace();
        let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
        let (mut length, mut authorization) = (0, String::new());
        loop {
            line.clear();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok()?,
                "authorization" => value.trim().clone_into(&mut authorization),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self { method, path, authorization, body: serde_json::from_slice(&body).unwrap_or_default() })
    }
}

fn respond(mut stream: &TcpStream, status: u16, body: &Value) -> std::io::Result<()> {
    let body = body.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
