//! The client of MQTT 5, by the library that the name of its crate shows nowhere else.

use std::sync::Arc;
use std::time::Duration;

use housekey::Secret;
use rumqttc::{
    AsyncClient, BrokerSessionResumePolicy, ClientError, ConnectReturnCode, ConnectionError,
    DisconnectReasonCode, EventLoop, LastWill, MqttOptions, NetworkOptions, Packet, PubAckReason,
    PublishOptions, QoS, StateError, SubscribeFilter, SubscribeNoticeError, SubscribeReasonCode,
    TlsConfiguration, Transport,
};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::connection::{Broker, CAPACITY, Connection, Event, Lost, Request};
use crate::outbox::Message;

/// The largest message that is read: announcements of others, which are passed over.
const MAX_PACKET_BYTES: u32 = 1024 * 1024;

/// How long the last messages may take.
const CLOSE: Duration = Duration::from_secs(3);

/// What to do about a refused login.
const LOGIN: &str = "check `user` and `password_file`, and what the broker allows this user";

/// What to do about topics that are refused.
const RIGHTS: &str = "let this user read and write the topics below `base` and `prefix`";

/// After how long without traffic the broker is pinged.
const KEEP_ALIVE_S: u16 = 30;

/// A broker, and how it is reached.
#[derive(Clone)]
pub struct Client {
    /// Its host name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How this client is called there.
    pub id: String,
    /// The user and the password.
    pub login: Option<(String, Secret)>,
    /// TLS, if it is used.
    pub tls: Option<Arc<rustls::ClientConfig>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({} at {}:{})", self.id, self.host, self.port)
    }
}

impl Broker for Client {
    fn open(&self, will: &Message) -> Connection {
        let (client, events) = AsyncClient::builder(self.options(will)).capacity(CAPACITY).build();
        let (requests, wanted) = mpsc::channel(CAPACITY);
        let (happened, happens) = mpsc::channel(CAPACITY);
        let mut reading = tokio::spawn(read(events, happened.clone()));
        tokio::spawn(async move {
            if let Err(lost) = write(client, wanted, &mut reading).await {
                reading.abort();
                happened.send(Event::Lost(lost)).await.ok();
            }
        });
        Connection { requests, events: happens }
    }
}

impl Client {
    fn options(&self, will: &Message) -> MqttOptions {
        let mut options = MqttOptions::new(self.id.clone(), (self.host.clone(), self.port));
        let mut network = NetworkOptions::new();
        // Without it each message waits for the acknowledgement of the one before.
        network.set_tcp_nodelay(true);
        options.set_network_options(network);
        options.set_keep_alive(KEEP_ALIVE_S);
        options.set_clean_start(true);
        options.set_broker_session_resume_policy(BrokerSessionResumePolicy::AllowBrokerOnly);
        options.set_max_packet_size(Some(MAX_PACKET_BYTES));
        let payload = will.payload.as_bytes().to_vec();
        let will = LastWill::new(&*will.topic, payload, QoS::AtLeastOnce, will.retain, None);
        options.set_last_will(will);
        if let Some((user, password)) = &self.login {
            options.set_credentials(user.clone(), password.expose().to_owned());
        }
        if let Some(tls) = &self.tls {
            let tls = TlsConfiguration::Rustls(tls.clone());
            options.set_transport(Transport::tls_with_config(tls));
        }
        options
    }
}

/// Passes on what comes in, until the connection ends.
async fn read(mut events: EventLoop, happened: mpsc::Sender<Event>) {
    let mut reason = None;
    loop {
        let event = match events.poll().await {
            Ok(rumqttc::Event::Incoming(Packet::ConnAck(_))) => Event::Connected,
            Ok(rumqttc::Event::Incoming(Packet::Publish(publish))) => {
                let Ok(topic) = String::from_utf8(publish.topic.to_vec()) else { continue };
                Event::Message { topic, payload: publish.payload.to_vec(), retain: publish.retain }
            }
            Ok(rumqttc::Event::Incoming(Packet::PubAck(ack)))
                if ack.reason == PubAckReason::NotAuthorized =>
            {
                Event::Refused(not_allowed())
            }
            // What the broker says before it ends the connection.
            Ok(rumqttc::Event::Incoming(Packet::Disconnect(disconnect))) => {
                reason = Some(disconnect.reason_code);
                continue;
            }
            Ok(_) => continue,
            Err(error) => {
                let lost = reason.map_or_else(|| lost(&error), ended);
                happened.send(Event::Lost(lost)).await.ok();
                return;
            }
        };
        if happened.send(event).await.is_err() {
            return;
        }
    }
}

/// Sends what is wanted, until it is closed or dropped.
///
/// # Errors
/// Why the connection is of no use; what the reader learns of is not repeated.
async fn write(
    client: AsyncClient,
    mut wanted: mpsc::Receiver<Request>,
    reading: &mut JoinHandle<()>,
) -> Result<(), Lost> {
    let mut latest = None;
    while let Some(request) = wanted.recv().await {
        let sent = match request {
            Request::Publish(Message { topic, payload, retain }) => {
                let options = PublishOptions::at_least_once().retain(retain);
                let notice = client.publish_tracked(&*topic, payload, options).await;
                notice.map(|notice| latest = Some(notice))
            }
            Request::Subscribe(filters) => {
                subscribe(&client, filters, QoS::AtLeastOnce).await?;
                Ok(())
            }
            Request::Read(filters) => {
                subscribe(&client, filters, QoS::AtMostOnce).await?;
                Ok(())
            }
            Request::Unsubscribe(filters) => {
                let mut sent = Ok(());
                for filter in filters {
                    sent = sent.and(client.unsubscribe(filter).await);
                }
                sent
            }
            Request::Close => {
                // The library leaves out what it has not sent before that. Acknowledgements come in order.
                if let Some(notice) = latest {
                    timeout(CLOSE, notice.wait_async()).await.ok();
                }
                let closed = client.disconnect_with_timeout(CLOSE).await;
                timeout(CLOSE, reading).await.ok();
                tracing::debug!(?closed, "the connection is closed");
                return Ok(());
            }
        };
        match sent {
            Ok(()) => {}
            // The reader says why.
            Err(ClientError::RequestChannelDisconnected(_)) => return Ok(()),
            Err(error) => return Err(Lost { why: error.to_string(), advice: None }),
        }
    }
    reading.abort();
    Ok(())
}

/// Follows topics. Returns once the broker does: the library sends what is published afterwards earlier otherwise.
async fn subscribe(client: &AsyncClient, filters: Vec<String>, qos: QoS) -> Result<(), Lost> {
    let wanted = filters.iter().map(|filter| SubscribeFilter::new(filter.clone(), qos));
    let notice = match client.subscribe_many_tracked(wanted).await {
        Ok(notice) => notice,
        Err(ClientError::RequestChannelDisconnected(_)) => return Ok(()),
        Err(error) => {
            let why = format!("{error}: {}", filters.join(", "));
            return Err(Lost { why, advice: None });
        }
    };
    match notice.wait_async().await {
        Err(SubscribeNoticeError::V5SubAckFailure(codes)) => Err(rejected(&filters, &codes)),
        // Where the connection has ended, the reader says why.
        _ => Ok(()),
    }
}

/// The filters that the broker does not accept.
fn rejected(filters: &[String], codes: &[SubscribeReasonCode]) -> Lost {
    let rejected = filters.iter().zip(codes);
    let rejected = rejected.filter(|(_, code)| !matches!(code, SubscribeReasonCode::Success(_)));
    let named: Vec<_> = rejected.map(|(filter, code)| format!("{filter} ({code:?})")).collect();
    let why = format!("the broker does not allow to follow {}", named.join(", "));
    Lost { why, advice: Some(RIGHTS) }
}

fn not_allowed() -> Lost {
    Lost { why: "the broker does not allow what is published".to_owned(), advice: Some(RIGHTS) }
}

/// The reason, in our words.
fn lost(error: &ConnectionError) -> Lost {
    let (why, advice) = match error {
        ConnectionError::ConnectionRefused(code)
        | ConnectionError::MqttState(StateError::ConnFail { reason: code }) => match code {
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => {
                ("the broker refuses the user or the password".to_owned(), Some(LOGIN))
            }
            ConnectReturnCode::RefusedProtocolVersion
            | ConnectReturnCode::UnsupportedProtocolVersion => (
                "the broker does not speak MQTT 5".to_owned(),
                Some("update it: Mosquitto speaks MQTT 5 since its version 1.6"),
            ),
            ConnectReturnCode::BadClientId | ConnectReturnCode::ClientIdentifierNotValid => {
                ("the broker refuses the client id".to_owned(), Some("write another `client_id`"))
            }
            code => (format!("the broker refuses the connection: {code:?}"), None),
        },
        ConnectionError::MqttState(StateError::ServerDisconnect { reason_code, .. }) => {
            return ended(*reason_code);
        }
        ConnectionError::MqttState(StateError::ConnectionAborted) => {
            let advice = "if that repeats, another client has the same `client_id`";
            ("the broker has closed the connection".to_owned(), Some(advice))
        }
        ConnectionError::Timeout(_) => ("the broker does not answer".to_owned(), None),
        ConnectionError::Tls(error) => (
            format!("TLS: {}", housekey::error::chain(error).join(": ")),
            Some("check `ca`, and that the certificate of the broker is for the host in `url`"),
        ),
        ConnectionError::Io(error) => (format!("the broker cannot be reached: {error}"), None),
        error => (housekey::error::chain(error).join(": "), None),
    };
    Lost { why, advice }
}

/// The reason for which the broker ended a connection.
fn ended(code: DisconnectReasonCode) -> Lost {
    let (why, advice) = match code {
        DisconnectReasonCode::SessionTakenOver => (
            "another client with the same id has connected".to_owned(),
            Some(
                "give one of them another `client_id`, and another `base` if both publish the same home",
            ),
        ),
        DisconnectReasonCode::NotAuthorized => return not_allowed(),
        code => (format!("the broker ends the connection: {code:?}"), None),
    };
    Lost { why, advice }
}
