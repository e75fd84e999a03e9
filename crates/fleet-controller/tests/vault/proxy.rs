//! A way to a server on which things go wrong.

// Each test binary uses a part of this.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// The connection is closed before the request arrives.
    Cut,
    /// The server does what it is asked, and the answer is lost.
    Lost,
    /// The server does what it is asked, and half of the answer arrives.
    Half,
    /// Something on the way answers with this status.
    Status(u16),
    /// It takes this long.
    Slow(Duration),
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    /// Requests that pass before the fault.
    good: usize,
    /// Requests that have come.
    requests: Vec<String>,
}

/// A proxy on loopback.
#[derive(Clone)]
pub struct Proxy {
    address: String,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// One in front of a server.
    pub fn start(server: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let server = server.trim_start_matches("http://").to_owned();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (server, shared) = (server.clone(), shared.clone());
                thread::spawn(move || drop(pass(stream, &server, &shared)));
            }
        });
        Self { address, state }
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// After so many more requests all others meet this fault.
    pub fn fail_after(&self, good: usize, fault: Fault) {
        let mut state = self.state.lock().expect("no panic");
        state.fault = Some(fault);
        state.good = good;
    }

    /// All is well again.
    pub fn heal(&self) {
        self.state.lock().expect("no panic").fault = None;
    }

    /// Takes the requests that have come, as `GET /v1/sys/health`.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().expect("no panic").requests)
    }
}

/// One request: both sides are asked to close behind it.
fn pass(mut client: TcpStream, server: &str, state: &Mutex<State>) -> std::io::Result<()> {
    let (line, head, body) = read(&client)?;
    let fault = {
        let mut state = state.lock().expect("no panic");
        state.requests.push(line.rsplit_once(' ').map_or(line.clone(), |(line, _)| line.to_owned()));
        if state.fault.is_some() && state.good > 0 {
            state.good -= 1;
            None
        } else {
            state.fault
        }
    };
    match fault {
        Some(Fault::Cut) => return Ok(()),
        Some(Fault::Status(status)) => {
            let body = r#"{"errors":["something on the way"]}"#;
            return write!(
                client,
                "HTTP/1.1 {status} Fault\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
        Some(Fault::Slow(time)) => thread::sleep(time),
        Some(Fault::Lost | Fault::Half) | None => {}
    }
    let mut upstream = TcpStream::connect(server)?;
    write!(upstream, "{line}\r\n{head}Connection: close\r\n\r\n")?;
    upstream.write_all(&body)?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    match fault {
        Some(Fault::Lost) => Ok(()),
        Some(Fault::Half) => client.write_all(&answer[..answer.len() - answer.len() / 4]),
        _ => client.write_all(&answer),
    }
}

fn read(stream: &TcpStream) -> std::io::Result<(String, String, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let lower = header.to_ascii_lowercase();
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if !lower.starts_with("connection:") {
            head.push_str(&header);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((line.trim_end().to_owned(), head, body))
}
