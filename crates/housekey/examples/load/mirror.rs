//! A mirror of a whole home: what it takes to make, to hold, and to keep.

use std::time::{Duration, Instant};

use housekey::Homey;
use housekey::clock::SystemClock;
use housekey::mirror::{ItemKind, Kinds, Mirror};
use serde_json::{Value, json};

use super::Options;
use super::events::emit;
use super::usage::{cpu_s, memory_mb};

/// Makes one, then has N events sent as fast as they are taken; somebody follows all changes.
pub(super) async fn mirror(options: &Options, homey: &Homey) -> Value {
    let begun = Instant::now();
    let mirror = Mirror::start(homey.clone(), Kinds::all(), SystemClock::shared());
    let mirror = mirror.await.expect("a mirror");
    mirror.complete().await;
    let complete_ms = begun.elapsed().as_secs_f64() * 1e3;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let rss_mb = memory_mb("/proc/self/status", "VmRSS:");
    let devices = mirror.home().items(ItemKind::Device).len();
    let (mut changes, before, begun) = (mirror.changes(), cpu_s(), Instant::now());
    let (mut received, mut missed) = (0, 0);
    let all = options.count as u64;
    let follow = async {
        while received + missed < all {
            match changes.next().await.expect("no end") {
                Ok(_) => received += 1,
                Err(gap) => missed += gap.count,
            }
        }
    };
    tokio::join!(emit(options), follow);
    json!({
        "devices": devices,
        "complete_ms": complete_ms,
        "rss_mb": rss_mb,
        "events": received,
        "missed": missed,
        "seconds": begun.elapsed().as_secs_f64(),
        "cpu_s": cpu_s() - before,
    })
}
