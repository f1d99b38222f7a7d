//! TCP connections that can be cut or held, which the Socket.IO library cannot do.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use bytes::{Buf as _, BytesMut};
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

const OPEN: u8 = 0;
/// Nothing goes out; what comes in is still read.
const HELD: u8 = 1;
const CUT: u8 = 2;

/// How many bytes a held connection buffers before writes block, as with a network that drops everything:
/// the system accepts writes until its buffer is full.
const HELD_BYTES: usize = 1 << 20;

/// Cuts or holds one connection.
#[derive(Debug, Default)]
pub(crate) struct StreamControl {
    state: AtomicU8,
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl StreamControl {
    /// Ends the connection at once, without a closing frame.
    pub(crate) fn cut(&self) {
        self.state.store(CUT, Ordering::SeqCst);
        self.wake();
    }

    /// Holds back all output until [`release`](Self::release).
    pub(crate) fn hold(&self) {
        // A connection that was cut stays cut.
        self.state.compare_exchange(OPEN, HELD, Ordering::SeqCst, Ordering::SeqCst).ok();
    }

    /// Sends what was held.
    pub(crate) fn release(&self) {
        self.state.compare_exchange(HELD, OPEN, Ordering::SeqCst, Ordering::SeqCst).ok();
        self.wake();
    }

    fn wake(&self) {
        self.reader.wake();
        self.writer.wake();
    }
}

/// The peer of a connection, and the control of that connection.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) control: Arc<StreamControl>,
}

/// A listener whose connections can be cut and held.
pub(crate) struct FaultyListener {
    listener: TcpListener,
    open: OpenStreams,
}

/// The open connections, which are cut when the emulator stops.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenStreams(Arc<Mutex<Vec<Weak<StreamControl>>>>);

impl FaultyListener {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self { listener, open: OpenStreams::default() }
    }

    pub(crate) fn open(&self) -> OpenStreams {
        self.open.clone()
    }
}

impl OpenStreams {
    fn add(&self, control: &Arc<StreamControl>) {
        let mut streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        streams.retain(|control| control.strong_count() > 0);
        streams.push(Arc::downgrade(control));
    }

    pub(crate) fn cut_all(&self) {
        let streams = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        streams.iter().filter_map(Weak::upgrade).for_each(|control| control.cut());
    }
}

impl Listener for FaultyListener {
    type Io = FaultyStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (tcp, address) = Listener::accept(&mut self.listener).await;
        // Best effort: without it small answers may wait for an acknowledgement.
        tcp.set_nodelay(true).ok();
        let control = Arc::new(StreamControl::default());
        self.open.add(&control);
        (FaultyStream { tcp, control, held: BytesMut::new() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, FaultyListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, FaultyListener>) -> Self {
        Self { address: *stream.remote_addr(), control: stream.io().control.clone() }
    }
}

/// A TCP connection under a [`StreamControl`].
pub(crate) struct FaultyStream {
    tcp: TcpStream,
    control: Arc<StreamControl>,
    /// What was written while it was held.
    held: BytesMut,
}

impl FaultyStream {
    fn state(&self) -> u8 {
        self.control.state.load(Ordering::SeqCst)
    }

    /// Sends what was held, before any other output.
    fn flush_held(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.held.is_empty() {
            let sent = ready!(Pin::new(&mut self.tcp).poll_write(context, &self.held))?;
            self.held.advance(sent);
        }
        Poll::Ready(Ok(()))
    }

    fn cut() -> io::Error {
        io::Error::from(io::ErrorKind::ConnectionReset)
    }
}

impl AsyncRead for FaultyStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.control.reader.register(context.waker());
        match self.state() {
            CUT => return Poll::Ready(Err(Self::cut())),
            // The writer may have nothing more to write, and so does not send what was held.
            OPEN => drop(self.flush_held(context)?),
            _ => {}
        }
        let before = into.filled().len();
        let read = Pin::new(&mut self.tcp).poll_read(context, into);
        let ended = match &read {
            Poll::Ready(Ok(())) => into.filled().len() == before && into.remaining() > 0,
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        };
        if ended && self.state() == HELD {
            // The peer is gone, so there is nothing to release.
            self.control.cut();
        }
        read
    }
}

impl AsyncWrite for FaultyStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.control.writer.register(context.waker());
        match self.state() {
            CUT => Poll::Ready(Err(Self::cut())),
            HELD if self.held.len() >= HELD_BYTES => Poll::Pending,
            HELD => {
                self.held.extend_from_slice(bytes);
                Poll::Ready(Ok(bytes.len()))
            }
            _ => {
                ready!(self.flush_held(context))?;
                Pin::new(&mut self.tcp).poll_write(context, bytes)
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.state() == OPEN {
            ready!(self.flush_held(context))?;
        }
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.state() == OPEN {
            ready!(self.flush_held(context))?;
        }
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
