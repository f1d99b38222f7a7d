//! A Homey that answers as a test wants it, where the virtual one is too honest.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Starts one on this machine and tells its address. It answers each connection once, by the path that
/// is asked for, for as long as the tests run.
pub(crate) fn homey(
    answer: impl Fn(&str, &mut TcpStream) -> io::Result<()> + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            // Whoever has heard enough hangs up.
            let _ = asked(&stream).and_then(|path| answer(&path, &mut stream));
        }
    });
    address
}

/// The path of the request, without its query.
fn asked(stream: &TcpStream) -> io::Result<String> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    Ok(path.split('?').next().unwrap_or_default().to_owned())
}

/// The head of an answer, up to its last header.
pub(crate) fn head(stream: &mut TcpStream, status: u16, kind: &str) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status} Said\r\nX-Homey-ID: 5a8d0f1b2c3d4e5f60718293\r\nContent-Type: {kind}\r\n\
         Connection: close\r\n"
    )
}

/// A whole answer.
pub(crate) fn answer(
    stream: &mut TcpStream,
    status: u16,
    kind: &str,
    body: &[u8],
) -> io::Result<()> {
    head(stream, status, kind)?;
    write!(stream, "Content-Length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)
}
