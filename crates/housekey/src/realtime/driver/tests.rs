//! A Homey that keeps sending and reads nothing.

use std::sync::Mutex;

use tokio::io::{AsyncWriteExt as _, DuplexStream, duplex};
use tokio_tungstenite::accept_async;
use url::Url;

use crate::Secret;
use crate::auth::Bearer;
use crate::error::Loss;
use crate::realtime::Realtime;
use crate::realtime::dial::Dial;

/// A transport that can be opened once.
struct Pipe(Mutex<Option<DuplexStream>>);

impl Dial for Pipe {
    type Io = DuplexStream;

    async fn dial(&self) -> Result<(Self::Io, Url), Loss> {
        let pipe = self.0.lock().unwrap().take();
        match pipe {
            Some(pipe) => Ok((pipe, "ws://localhost/socket.io/".parse().unwrap())),
            None => std::future::pending().await,
        }
    }
}

/// Each ping has to be answered, and the answers have nowhere to go.
#[tokio::test(start_paused = true)]
async fn a_homey_that_pings_and_reads_nothing_is_given_up() {
    let (near, far) = duplex(4096);
    let dial = Pipe(Mutex::new(Some(near)));
    let realtime = Realtime::start(dial, Bearer::Fixed(Secret::new("a:b:c")), None);
    let mut homey = accept_async(far).await.unwrap();
    let mut ping = vec![0x89, 125];
    ping.resize(127, b'p');
    let mut taken = 0;
    while homey.get_mut().write_all(&ping).await.is_ok() {
        taken += ping.len();
        assert!(taken < 1 << 20, "it keeps taking pings whose answers nobody reads");
    }
    // The pipe itself holds 4 KB each way, and one read takes 16.
    assert!(taken < 64 << 10, "{taken} bytes were taken");
    drop(realtime);
}
