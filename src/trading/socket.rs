//! One browser's connection: who speaks, and what is asked. Frames are read and dated as they arrive, whatever its
//! other half ([`Outgoing`]) is waiting for; every queue is bounded.

use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::client::Client;
use crate::security::model::{Account, Principal, Role};
use crate::security::{permit, store};
use crate::trading::feed::{Frame, OUTBOX_MAX};
use crate::trading::floor::{Ask, Intent, Origin, Reply};
use crate::trading::outgoing::Outgoing;
use crate::trading::wire::{ClientFrame, DEVICE_CHARS_MAX, FRAME_BYTES_MAX, IN_FLIGHT_MAX, ServerFrame, parse_money};
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::response::Response;
use futures_util::stream::{SplitStream, StreamExt};
use matching::Moment;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// How soon a supervisor who is one no longer is shown nothing more.
const RIGHTS_EVERY: Duration = Duration::from_millis(1_500);
/// Answers of this half that wait to be written: beyond it whoever reads no answers is read no further.
const WORDS_MAX: usize = 64;
/// What had arrived when nothing more could be written is heard for this long.
const LAST_HEARD_MAX: Duration = Duration::from_secs(1);
/// Axum's default of 128 KiB is per connection.
const READ_BUFFER_BYTES: usize = 4_096;
const WRITE_BUFFER_BYTES_MAX: usize = 1 << 20;
/// Rooms one connection may watch at once.
const WATCHED_MAX: usize = 256;

static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open))
}

/// The live socket: see the schemas `ClientFrame` and `ServerFrame`.
#[utoipa::path(get, path = "/api/socket", operation_id = "socket", responses((status = 101, description = "switching protocols"),
    (status = 403, body = ApiError)))]
async fn open(
    State(app): State<App>,
    Client(from): Client,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> ApiResult<Response> {
    if !origin_is_ours(&headers, &app.origins) {
        return Err(ApiError::foreign_origin());
    }
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(FRAME_BYTES_MAX * 4)
        .max_frame_size(FRAME_BYTES_MAX * 4);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let (sink, stream) = socket.split();
        let (replies, replies_in) = mpsc::channel(IN_FLIGHT_MAX * 2);
        let (words, words_in) = mpsc::channel(WORDS_MAX);
        let (outbox, outbox_in) = mpsc::channel(OUTBOX_MAX);
        let (gone, is_gone) = oneshot::channel();
        let in_flight = Arc::new(AtomicUsize::new(0));
        let outgoing = Outgoing {
            app: app.clone(),
            sink,
            replies: replies_in,
            words: words_in,
            outbox: outbox_in,
            in_flight: in_flight.clone(),
        };
        let connection = Connection {
            id: CONNECTIONS.fetch_add(1, Ordering::Relaxed),
            origin: Origin { device: None, network: Some(app.marks.network(from)) },
            app,
            words,
            replies,
            outbox,
            watched: HashSet::new(),
            scales: HashMap::new(),
            principal: None,
            in_flight,
            supervises: false,
        };
        tokio::join!(connection.run(stream, is_gone), outgoing.run(gone));
    }))
}

/// Browsers send Origin; one that differs from our host is another site's page. Programs send none.
fn origin_is_ours(headers: &HeaderMap, others: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let same = origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host);
    same || others.iter().any(|known| known == origin)
}

struct Connection {
    id: u64,
    app: App,
    words: mpsc::Sender<Utf8Bytes>,
    replies: mpsc::Sender<Reply>,
    outbox: mpsc::Sender<Frame>,
    watched: HashSet<Uuid>,
    /// Decimal places of lots asked about.
    scales: HashMap<Uuid, u8>,
    principal: Option<Principal>,
    origin: Origin,
    in_flight: Arc<AtomicUsize>,
    supervises: bool,
}

impl Connection {
    async fn run(mut self, mut stream: SplitStream<WebSocket>, gone: oneshot::Receiver<()>) {
        self.hear(&mut stream, gone).await;
        // A bid that has arrived counts, though its bidder takes no answer.
        let until = Instant::now() + LAST_HEARD_MAX;
        while let Ok(Some(Ok(message))) = tokio::time::timeout_at(until, stream.next()).await {
            self.take(message).await;
        }
        self.app.feed.leave(self.id, self.watched.drain());
    }

    async fn hear(&mut self, stream: &mut SplitStream<WebSocket>, mut gone: oneshot::Receiver<()>) {
        let mut rights = tokio::time::interval(RIGHTS_EVERY);
        rights.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = &mut gone => return,
                _ = rights.tick(), if self.supervises => self.ask_rights_again().await,
                message = stream.next() => match message {
                    // Read until the stream ends: the close handshake is then complete.
                    None | Some(Err(_)) => return,
                    Some(Ok(message)) => self.take(message).await,
                },
            }
        }
    }

    async fn ask_rights_again(&mut self) {
        if self.rights().is_err() {
            self.stop_supervising();
            self.refuse(ApiError::token_invalid(), None).await;
        }
    }

    fn stop_supervising(&mut self) {
        self.supervises = false;
        self.app.feed.stop_supervising(self.id);
    }

    async fn send(&mut self, frame: &ServerFrame<'_>) {
        // The other half takes words for as long as this one lives.
        let _ = self.words.send(frame.text().into()).await;
    }

    async fn take(&mut self, message: Message) {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return self.refuse(ApiError::bad_frame(), None).await,
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return,
        };
        if text.len() > FRAME_BYTES_MAX {
            return self.refuse(ApiError::frame_too_large(), None).await;
        }
        let Ok(frame) = serde_json::from_str::<ClientFrame>(&text) else {
            return self.refuse(ApiError::bad_frame(), None).await;
        };
        match frame {
            ClientFrame::Ping { at } => self.send(&ServerFrame::Pong { at, now: clock::now().0 }).await,
            ClientFrame::Hello { token, device, resume } => match self.hello(token, device).await {
                Ok(account) => {
                    let session = Uuid::from_u64_pair(0, self.id);
                    let (now, checkpoint) = (clock::now().0, self.app.log.checkpoint());
                    self.send(&ServerFrame::Welcome { now, session, account, checkpoint: &checkpoint }).await;
                    for point in resume {
                        self.watch(point.lot, Some(point.seq)).await;
                    }
                }
                Err(error) => self.refuse(error, None).await,
            },
            ClientFrame::Watch { lot } => self.watch(lot, None).await,
            ClientFrame::Unwatch { lot } => {
                self.watched.remove(&lot);
                self.app.feed.unwatch(lot, self.id);
            }
            ClientFrame::Supervise => match self.rights() {
                Ok(principal) if permit::may_supervise(principal.role) => {
                    self.app.feed.supervise(self.id, &self.outbox);
                    self.supervises = true;
                }
                Ok(_) => self.refuse(ApiError::forbidden(), None).await,
                Err(error) => self.refuse(error, None).await,
            },
            ClientFrame::Bid { lot, key, amount, expect } => {
                let intent = self.scale(lot).and_then(|scale| {
                    let expect = expect.map(|expect| parse_money(&expect, scale)).transpose()?;
                    Ok(Intent::Bid { key, amount: parse_money(&amount, scale)?, expect })
                });
                self.ask(lot, key, intent).await
            }
            ClientFrame::Proxy { lot, key, max } => {
                let intent =
                    self.scale(lot).and_then(|scale| Ok(Intent::Proxy { key, max: parse_money(&max, scale)? }));
                self.ask(lot, key, intent).await
            }
            ClientFrame::Offer { lot, key, offer } => {
                let intent = self.scale(lot).and_then(|scale| Ok(Intent::Offer { key, offer: offer.read(scale)? }));
                self.ask(lot, key, intent).await
            }
            ClientFrame::Answer { lot, key, yes, asked_at } => {
                let asked_at = asked_at.map(Moment);
                let intent = self.scale(lot).map(|_| Intent::Answer { key, yes, asked_at });
                self.ask(lot, key, intent).await
            }
        }
    }

    async fn refuse(&mut self, error: ApiError, key: Option<Uuid>) {
        self.send(&ServerFrame::error(error, key)).await;
    }

    async fn hello(&mut self, token: Option<String>, device: Option<String>) -> ApiResult<Option<Account>> {
        if let Some(device) = device {
            if device.chars().count() > DEVICE_CHARS_MAX {
                return Err(ApiError::bad_frame());
            }
            self.origin.device = Some(device.into());
        }
        self.principal = None;
        let named = match token {
            None => Ok(None),
            Some(token) => self.named(&token).await,
        };
        if let Ok(Some((principal, _))) = &named {
            self.principal = Some(principal.clone());
        }
        // What was opened in another's name is not shown to whoever speaks now.
        let account = self.principal.as_ref().map(|principal| principal.account);
        self.app.feed.identify(self.id, &self.watched, account);
        let may_supervise = self.principal.as_ref().is_some_and(|principal| permit::may_supervise(principal.role));
        if self.supervises && !may_supervise {
            self.stop_supervising();
        }
        named.map(|named| named.map(|(_, account)| account))
    }

    async fn named(&self, token: &str) -> ApiResult<Option<(Principal, Account)>> {
        let principal = self.app.tokens.read(token)?;
        if principal.password_to_change {
            return Err(ApiError::password_to_change());
        }
        let account = store::by_id(&self.app.db, principal.account).await?.ok_or_else(ApiError::token_invalid)?;
        Ok(Some((principal, account)))
    }

    /// Who speaks, asked again at each message: a token ends, or an account is switched off, while the socket lives on.
    fn rights(&self) -> ApiResult<&Principal> {
        let principal = self.principal.as_ref().ok_or_else(ApiError::not_signed_in)?;
        if clock::now() >= principal.expires_at || !self.app.tokens.stands(principal) {
            return Err(ApiError::token_invalid());
        }
        Ok(principal)
    }

    fn scale(&mut self, lot: Uuid) -> ApiResult<u8> {
        if let Some(scale) = self.scales.get(&lot) {
            return Ok(*scale);
        }
        let scale = self.app.feed.look(lot, |replica| replica.scale()).ok_or_else(ApiError::unknown_lot)?;
        if self.scales.len() < WATCHED_MAX {
            self.scales.insert(lot, scale);
        }
        Ok(scale)
    }

    async fn watch(&mut self, lot: Uuid, since: Option<u64>) {
        if self.watched.len() >= WATCHED_MAX && !self.watched.contains(&lot) {
            return self.refuse(ApiError::busy(), None).await;
        }
        let account = self.principal.as_ref().map(|principal| principal.account);
        if !self.app.feed.watch(lot, self.id, account, &self.outbox, since) {
            return self.refuse(ApiError::unknown_lot(), None).await;
        }
        self.watched.insert(lot);
    }

    async fn ask(&mut self, lot: Uuid, key: Uuid, intent: ApiResult<Intent>) {
        let account = match self.rights() {
            Ok(principal) if principal.role == Role::Bidder => principal.account,
            Ok(_) => return self.refuse(ApiError::forbidden(), Some(key)).await,
            Err(error) => return self.refuse(error, Some(key)).await,
        };
        let intent = match intent {
            Ok(intent) => intent,
            Err(error) => return self.refuse(error, Some(key)).await,
        };
        if self.in_flight.load(Ordering::Relaxed) >= IN_FLIGHT_MAX {
            return self.refuse(ApiError::too_many_in_flight(), Some(key)).await;
        }
        if !self.app.budget.allows(account, clock::now()) {
            return self.refuse(ApiError::too_many_refused(), Some(key)).await;
        }
        let ask = Ask { lot, actor: Some(account), origin: self.origin.clone(), intent, reply: self.replies.clone() };
        // Counted first: the answer may be there before the ask is back.
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        if self.app.door.ask(ask).is_err() {
            self.in_flight.fetch_sub(1, Ordering::Relaxed);
            self.refuse(ApiError::busy(), Some(key)).await;
        }
    }
}
