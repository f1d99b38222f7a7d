//! The listeners of `bench/listeners.mjs`: as many as are wanted in one process, which reads as fast as one core can, so
//! that the gateway is what is measured.
//!
//! `listeners ADDRESS COUNT EVENTS`, with a key in `HOUSEKEY_KEY`, prints `ready` when all listen, and `all` as often as
//! every one of them has got EVENTS more. When its standard input ends, it prints one line of JSON: how many events
//! the first of them got, how many got another number, how many got a gap, and how many were cut off.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for measurements"
)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use memchr::memmem::Finder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::{LocalSet, spawn_local};

/// What stands in every event, and in nothing else that is sent.
const MARK: &[u8] = b"\nevent: ";

/// What all share.
struct Shared {
    buffer: RefCell<Vec<u8>>,
    mark: Finder<'static>,
    gap: Finder<'static>,
    /// How many events one of them has to have for the round to be over.
    target: Cell<u64>,
    /// How many of them have as many.
    there: Cell<usize>,
    count: usize,
    events: u64,
}

#[derive(Default)]
struct Listener {
    events: Cell<u64>,
    gaps: Cell<u64>,
    closed: Cell<bool>,
    /// The end of what came last: a mark may be cut in two.
    tail: RefCell<Vec<u8>>,
}

impl Listener {
    fn take(&self, shared: &Shared, part: &[u8]) {
        let cut = MARK.len() - 1;
        let mut tail = self.tail.borrow_mut();
        // Neither end of the seam is long enough for a mark of its own.
        tail.extend_from_slice(&part[..part.len().min(cut)]);
        let found = shared.mark.find_iter(&tail).count() + shared.mark.find_iter(part).count();
        if part.len() > cut {
            tail.clear();
            tail.extend_from_slice(&part[part.len() - cut..]);
        }
        let surplus = tail.len().saturating_sub(cut);
        tail.drain(..surplus);
        let before = self.events.get();
        self.events.set(before + found as u64);
        self.gaps.set(self.gaps.get() + shared.gap.find_iter(part).count() as u64);
        if before < shared.target.get() && self.events.get() >= shared.target.get() {
            shared.there.set(shared.there.get() + 1);
        }
        if shared.there.get() == shared.count {
            println!("all");
            shared.there.set(0);
            shared.target.set(shared.target.get() + shared.events);
        }
    }

    async fn listen(&self, shared: &Shared, stream: &TcpStream) -> std::io::Result<()> {
        loop {
            stream.readable().await?;
            let mut buffer = shared.buffer.borrow_mut();
            match stream.try_read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(length) => self.take(shared, &buffer[..length]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

async fn connect(address: &str, key: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let request =
        format!("GET /events HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let begun = Finder::new("event: ready");
    while begun.find(&answer).is_none() {
        let length = stream.read_buf(&mut answer).await.expect("an answer");
        assert!(length > 0, "{}", String::from_utf8_lossy(&answer));
    }
    stream
}

async fn run(address: String, count: usize, events: u64) {
    let key = std::env::var("HOUSEKEY_KEY").expect("a key");
    let shared = Rc::new(Shared {
        buffer: RefCell::new(vec![0; 256 * 1024]),
        mark: Finder::new(MARK),
        gap: Finder::new("event: gap"),
        target: Cell::new(events),
        there: Cell::new(0),
        count,
        events,
    });
    let mut listeners = Vec::new();
    for _ in 0..count {
        let stream = connect(&address, &key).await;
        let listener = Rc::new(Listener::default());
        listeners.push(listener.clone());
        let shared = shared.clone();
        spawn_local(async move {
            listener.listen(&shared, &stream).await.ok();
            listener.closed.set(true);
        });
    }
    println!("ready");
    let (over, mut is_over) = mpsc::channel::<()>(1);
    std::thread::spawn(move || {
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).ok();
        drop(over);
    });
    is_over.recv().await;
    let first = listeners.first().map_or(0, |one| one.events.get());
    let number = |is: &dyn Fn(&Listener) -> bool| listeners.iter().filter(|one| is(one)).count();
    let other = number(&|one| one.events.get() != first);
    let (gaps, closed) = (number(&|one| one.gaps.get() > 0), number(&|one| one.closed.get()));
    println!(r#"{{"events":{first},"other":{other},"gaps":{gaps},"closed":{closed}}}"#);
}

fn main() {
    let mut words = std::env::args().skip(1);
    let mut word = || words.next().expect("ADDRESS COUNT EVENTS");
    let address = word();
    let (count, events) = (word().parse().expect("a count"), word().parse().expect("a number"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    LocalSet::new().block_on(&runtime, run(address, count, events));
    // The thread at standard input may wait for ever.
    std::process::exit(0);
}
