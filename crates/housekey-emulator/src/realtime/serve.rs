//! The handlers: handshake in the root, then subscribe, unsubscribe and api in the namespace.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use serde::Serialize;
use serde_json::{Map, Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, TryData};
use socketioxide::handler::ConnectHandler as _;
use socketioxide::service::SocketIoService;
use socketioxide::socket::Sid;

use crate::call_names::{CALL, HANDSHAKE, JOIN, SUBSCRIBE, UNSUBSCRIBE};
use crate::connections::{Connections, disconnect};
use crate::fault::Fault;
use crate::faulty_stream::Peer;
use crate::world::World;

/// The namespace that a successful handshake names.
const NAMESPACE: &str = "/api";

/// What the vendor's documentation recommends.
const PING_INTERVAL: Duration = Duration::from_secs(5);
const PING_TIMEOUT: Duration = Duration::from_secs(8);

/// How many packets are queued for one slow connection.
const QUEUE: usize = 8192;

/// How often the simulation advances while any connection is open.
const TICK: Duration = Duration::from_secs(1);

/// The Socket.IO service of a world.
pub(crate) fn service(world: &Arc<World>) -> SocketIoService<Router> {
    let (service, io) = SocketIo::builder()
        .ping_interval(PING_INTERVAL)
        .ping_timeout(PING_TIMEOUT)
        .max_buffer_size(QUEUE)
        .build_with_inner_svc(Router::new());
    // Handlers are registered in the middleware: a client may send as soon as it knows that it has joined,
    // and a packet without a handler is dropped.
    let state = world.clone();
    let connect = move |socket: SocketRef| {
        root(&state, socket);
        ready(Ok::<_, Infallible>(()))
    };
    io.ns("/", (|| ready(())).with(connect));
    let (state, door) = (world.clone(), world.clone());
    let join = move |socket: SocketRef| {
        joined(&state, socket);
        ready(())
    };
    let admit = move |socket: SocketRef| {
        let world = door.clone();
        async move {
            may_join(&world, &socket).await?;
            api(&world, &socket);
            Ok::<_, String>(())
        }
    };
    io.ns(NAMESPACE, join.with(admit));
    service
}

/// Registers a new connection, which is in the root namespace.
fn root(world: &Arc<World>, socket: SocketRef) {
    let Some(peer) = peer(&socket) else { return };
    if world.connections.is_empty() {
        tokio::spawn(tick(Arc::clone(world)));
    }
    world.connections.open(peer.control, socket.clone());
    on(world, &socket, "handshakeClient", handshake);
    on_disconnect(world, &socket, Connections::close);
}

fn peer(socket: &SocketRef) -> Option<Peer> {
    let ConnectInfo(peer) = socket.req_parts().extensions.get::<ConnectInfo<Peer>>()?;
    Some(peer.clone())
}

/// Registers a handler of an event with one argument, which is null if it is missing.
fn on<F: Future<Output = ()> + Send + 'static>(
    world: &Arc<World>,
    socket: &SocketRef,
    event: &'static str,
    handle: fn(Arc<World>, SocketRef, Value, AckSender) -> F,
) {
    let world = world.clone();
    socket.on(event, move |socket: SocketRef, TryData(data): TryData<Value>, ack: AckSender| {
        handle(world.clone(), socket, data.unwrap_or_default(), ack)
    });
}

fn on_disconnect(world: &Arc<World>, socket: &SocketRef, leave: fn(&Connections, Sid)) {
    let world = world.clone();
    socket.on_disconnect(move |socket: SocketRef| {
        let world = world.clone();
        // A task of its own: the connections may be locked by what disconnects.
        async move {
            leave(&world.connections, socket.id);
            world.count_connections();
        }
    });
}

/// Advances the simulation while any connection is open.
async fn tick(world: Arc<World>) {
    let mut every = tokio::time::interval(TICK);
    loop {
        every.tick().await;
        if world.connections.is_empty() {
            break;
        }
        world.tick();
    }
}

async fn handshake(world: Arc<World>, socket: SocketRef, data: Value, ack: AckSender) {
    let token = data["token"].as_str().unwrap_or_default();
    let act = || shake_hands(&world, &socket, &data);
    settle(&world, &[HANDSHAKE], (&socket, token), ack, act).await;
}

/// The Homey is the one of the host name or of `X-Homey-ID`, else that of the handshake, else the
/// token's; ids that are not known are passed over, as with HTTP.
fn shake_hands(world: &World, socket: &SocketRef, data: &Value) -> Result<Value, Value> {
    let token = data["token"].as_str().unwrap_or_default();
    let headers = &socket.req_parts().headers;
    let place = world.place(headers, data["homeyId"].as_str(), token);
    world.at_hub(place, |hub, now, _| hub.admit(token, now.moved))?;
    world.connections.admit(socket.id, place, token);
    // Real Homeys send a token back, and clients check that the field is there.
    Ok(json!({ "token": token, "namespace": NAMESPACE, "success": true }))
}

/// Whether a connection may join the namespace. Inferred: only after a handshake.
async fn may_join(world: &World, socket: &SocketRef) -> Result<(), String> {
    let fault = world.record(&[JOIN]);
    if let Some(fault) = &fault {
        tokio::time::sleep(fault.delay).await;
        if fault.cut {
            cut(socket);
        }
        if fault.lose {
            std::future::pending::<()>().await;
        }
        if let Some(canned) = &fault.reply {
            return Err(format!("Refused with {}", canned.status));
        }
        if fault.kick {
            world.connections.kick_on_join(socket.id);
        }
    }
    world.connections.session(socket.id).map(drop).ok_or_else(|| "Missing Handshake".to_owned())
}

/// Registers that a connection has joined the namespace.
fn joined(world: &World, socket: SocketRef) {
    let stays = world.connections.join(socket.clone());
    world.count_connections();
    if !stays {
        disconnect(Some(socket));
    }
}

/// Registers the handlers of the namespace.
fn api(world: &Arc<World>, socket: &SocketRef) {
    on(world, socket, "subscribe", subscribe);
    on(world, socket, "unsubscribe", unsubscribe);
    on(world, socket, "api", call);
    on_disconnect(world, socket, Connections::leave);
}

/// The URI of a subscription.
fn uri(data: &Value) -> Result<&str, Value> {
    let wrong = || json!({ "error": "Invalid Argument: uri", "statusCode": 400 });
    data.as_str().ok_or_else(wrong)
}

/// The session of a connection; none if it has left the namespace meanwhile.
fn session(world: &World, socket: &SocketRef) -> Result<(usize, String), Value> {
    let gone = || json!({ "error": "Missing Handshake", "statusCode": 401 });
    world.connections.session(socket.id).ok_or_else(gone)
}

async fn subscribe(world: Arc<World>, socket: SocketRef, data: Value, ack: AckSender) {
    let act = || {
        let uri = uri(&data)?;
        let (place, token) = session(&world, &socket)?;
        world.at_hub(place, |hub, now, _| hub.may_listen(uri, &token, now.moved))?;
        world.connections.subscribe(socket.id, uri);
        world.count_connections();
        Ok(())
    };
    settle(&world, &[SUBSCRIBE], (&socket, ""), ack, act).await;
}

async fn unsubscribe(world: Arc<World>, socket: SocketRef, data: Value, ack: AckSender) {
    let act = || {
        world.connections.unsubscribe(socket.id, uri(&data)?);
        world.count_connections();
        Ok(())
    };
    settle(&world, &[UNSUBSCRIBE], (&socket, ""), ack, act).await;
}

async fn call(world: Arc<World>, socket: SocketRef, data: Value, ack: AckSender) {
    let text = |name: &str| data[name].as_str().unwrap_or_default();
    let (uri, name) = (text("uri"), text("operation"));
    let counted = housekey::catalogue::by_uri(uri, name).map_or("", |found| found.id);
    let none = Map::new();
    let given = data["args"].as_object().unwrap_or(&none);
    let act = || {
        let (place, token) = session(&world, &socket)?;
        world.at_hub(place, |hub, now, cloud| {
            let verify = |token: &str| cloud.delegated_user(token, now.moved);
            hub.call((uri, name), given, &token, now.moved, &verify)
        })
    };
    settle(&world, &[CALL, counted], (&socket, ""), ack, act).await;
}

/// Carries out a request and acknowledges it, unless a fault prevents that. `token` is that of a handshake,
/// before which the connection has none.
async fn settle<T: Serialize>(
    world: &World,
    names: &[&'static str],
    (socket, token): (&SocketRef, &str),
    ack: AckSender,
    act: impl FnOnce() -> Result<T, Value>,
) {
    let fault = world.record(names).unwrap_or_else(|| Fault::on(""));
    let outcome = match &fault.reply {
        Some(canned) => Err(canned.error()),
        None => act(),
    };
    // Even a sleep of zero lasts until the next tick of the timer, a millisecond or more.
    if !fault.delay.is_zero() {
        tokio::time::sleep(fault.delay).await;
    }
    if fault.cut {
        return cut(socket);
    }
    if fault.lose {
        return;
    }
    let sent = match &outcome {
        Ok(result) => match serde_json::to_value(result) {
            Ok(Value::Null) => ack.send(&(Value::Null,)),
            _ => ack.send(&(Value::Null, result)),
        },
        Err(error) => {
            let session = world.connections.session(socket.id);
            let token = session.as_ref().map_or(token, |(_, token)| token.as_str());
            match world.quoted_error(error, token) {
                Some(quoted) => ack.send(&(quoted,)),
                None => ack.send(&(error,)),
            }
        }
    };
    if let Err(error) = sent {
        tracing::debug!(%error, "an answer could not be sent");
    }
    if fault.kick {
        world.connections.kick(socket.id);
    }
}

fn cut(socket: &SocketRef) {
    if let Some(peer) = peer(socket) {
        peer.control.cut();
    }
}
