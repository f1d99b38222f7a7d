//! The server behind the proxies of `bench/gateway.mjs`: as fast as one core can be, so that the
//! proxies are what is measured.
//!
//! `upstream [--open]` prints its address and answers every request without a body: the ping of a
//! Homey, `…/large` with 0.8 MB, everything else with a hundred bytes; 401 without a bearer token,
//! unless it is open.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a tool for measurements")]

use std::rc::Rc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{LocalSet, spawn_local};

/// What can be answered, written out.
struct Answers {
    ping: Vec<u8>,
    small: Vec<u8>,
    large: Vec<u8>,
    refused: Vec<u8>,
    open: bool,
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = "X-Homey-ID: bench\r\nContent-Type: application/json; charset=utf-8";
    format!("HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

async fn serve(mut stream: TcpStream, answers: Rc<Answers>) -> std::io::Result<()> {
    let mut buffer = Vec::with_capacity(16 * 1024);
    loop {
        let head = loop {
            match buffer.windows(4).position(|end| end == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None if stream.read_buf(&mut buffer).await? == 0 => return Ok(()),
                None => {}
            }
        };
        let has = |text: &[u8]| {
            buffer[..head].windows(text.len()).any(|part| part.eq_ignore_ascii_case(text))
        };
        let answer = if has(b"/system/ping") {
            &answers.ping
        } else if !answers.open && !has(b"authorization: bearer ") {
            &answers.refused
        } else if has(b"/large ") {
            &answers.large
        } else {
            &answers.small
        };
        buffer.drain(..head);
        stream.write_all(answer).await?;
    }
}

fn main() {
    let device = r#"{"id":"b1","name":"Lamp","zone":"z1","class":"light","onoff":true,"dim":0.5}"#;
    let devices = vec![device; 800_000 / device.len()].join(",");
    let answers = Rc::new(Answers {
        ping: answer("200 OK", "{}"),
        small: answer("200 OK", device),
        large: answer("200 OK", &format!("[{devices}]")),
        refused: answer("401 Unauthorized", "{}"),
        open: std::env::args().any(|argument| argument == "--open"),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    LocalSet::new().block_on(&runtime.expect("a runtime"), async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("{}", listener.local_addr().expect("an address"));
        loop {
            let (stream, _) = listener.accept().await.expect("a caller");
            stream.set_nodelay(true).ok();
            spawn_local(serve(stream, answers.clone()));
        }
    });
}
