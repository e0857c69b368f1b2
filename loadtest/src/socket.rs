//! One WebSocket connection: greet, send, hear, ask and wait.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use uuid::Uuid;

use crate::fault::Fault;
use crate::wire::{self, Answer, Frame, Outcome};

/// Longer than any sync of a healthy server: after this a bid counts as unanswered.
pub const ANSWER_WAIT_MAX: Duration = Duration::from_secs(10);
/// "Not now" is asked again with the same key, for 70 s in all: a limit counted by the minute has
/// passed by then.
const NOT_NOW_TRIES_MAX: u32 = 1_400;
/// A full inbox is empty again within this, and so is a bound on bids under way.
pub const NOT_NOW_WAIT: Duration = Duration::from_millis(50);
/// Thousands of connections are held at once; the library's own default is 128 KB for each.
const READ_BUFFER_BYTES: usize = 8 << 10;
/// A snapshot carries at most 50 bids: a few KB.
const FRAME_BYTES_MAX: usize = 1 << 20;

pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// A signed-in socket shows each fresh token, or its rights run out with the first one.
    rights: Option<Rights>,
}

struct Rights {
    tokens: watch::Receiver<String>,
    device: String,
}

/// A decision, and whether the server says that it had taken it before this asking.
pub struct Reply {
    pub outcome: Outcome,
    pub again: bool,
}

impl Socket {
    pub async fn onlooker(authority: &str, device: &str) -> Result<Socket, Fault> {
        let mut socket = Socket { stream: connect(authority).await?, rights: None };
        socket.greet(wire::hello(None, device), false).await?;
        Ok(socket)
    }

    pub async fn signed_in(
        authority: &str,
        mut tokens: watch::Receiver<String>,
        device: String,
    ) -> Result<Socket, Fault> {
        let hello = wire::hello(Some(&tokens.borrow_and_update()), &device);
        let mut socket = Socket { stream: connect(authority).await?, rights: Some(Rights { tokens, device }) };
        socket.greet(hello, true).await?;
        Ok(socket)
    }

    async fn greet(&mut self, hello: String, by_name: bool) -> Result<(), Fault> {
        self.send(hello).await?;
        let welcome = async {
            loop {
                let text = self.next().await?;
                let frame = parse(&text)?;
                if let Some(code) = frame.complaint() {
                    return Err(refused("hello", code));
                }
                if frame.kind == "welcome" && by_name && frame.account.is_none() {
                    return Err(refused("hello", "NOT_SIGNED_IN"));
                }
                if frame.kind == "welcome" {
                    return Ok(());
                }
            }
        };
        tokio::time::timeout(ANSWER_WAIT_MAX, welcome).await.map_err(|_| Fault::Unanswered("hello".into()))?
    }

    /// Shows the newest token if it changed. Frames keep their order, so the next bid already
    /// has the renewed rights and nobody need wait for the second welcome.
    pub async fn keep_rights(&mut self) -> Result<(), Fault> {
        let Some(rights) = &mut self.rights else { return Ok(()) };
        if !rights.tokens.has_changed().unwrap_or(false) {
            return Ok(());
        }
        let hello = wire::hello(Some(&rights.tokens.borrow_and_update()), &rights.device);
        self.send(hello).await
    }

    pub async fn send(&mut self, frame: String) -> Result<(), Fault> {
        self.stream.send(Message::Text(frame.into())).await.map_err(lost)
    }

    /// The next text frame. May be dropped while waiting without losing one.
    pub async fn next(&mut self) -> Result<Utf8Bytes, Fault> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text),
                Some(Ok(Message::Close(why))) => {
                    let why = why.map_or_else(|| "closed".into(), |frame| frame.to_string());
                    return Err(Fault::Lost(why));
                }
                // Pings are answered by the library, inside this same read.
                Some(Ok(_)) => {}
                Some(Err(why)) => return Err(lost(why)),
                None => return Err(Fault::Lost("closed".into())),
            }
        }
    }

    /// Asks until the wish is decided, and waits for the decision.
    pub async fn ask(&mut self, key: Uuid, frame: &str) -> Result<Reply, Fault> {
        for _ in 0..NOT_NOW_TRIES_MAX {
            match self.ask_once(key, frame).await? {
                (Answer::Decided(outcome), again) => return Ok(Reply { outcome, again }),
                (Answer::Undecided { error }, _) if !wire::is_for_now(&error) => return Err(refused("bid", &error)),
                (Answer::Undecided { .. }, _) => tokio::time::sleep(NOT_NOW_WAIT).await,
            }
        }
        Err(Fault::Unanswered(format!("bid {key}: told \"not now\" {NOT_NOW_TRIES_MAX} times")))
    }

    /// What was said to one asking, and whether it was said before.
    async fn ask_once(&mut self, key: Uuid, frame: &str) -> Result<(Answer, bool), Fault> {
        self.keep_rights().await?;
        self.send(frame.to_owned()).await?;
        let reply = async {
            loop {
                let text = self.next().await?;
                let frame = parse(&text)?;
                if let Some(code) = frame.complaint() {
                    return Err(refused("bid", code));
                }
                if let Some((_, answer)) = frame.answer().filter(|(answered, _)| *answered == key) {
                    return Ok((answer, frame.again.unwrap_or(false)));
                }
            }
        };
        tokio::time::timeout(ANSWER_WAIT_MAX, reply).await.map_err(|_| Fault::Unanswered(format!("bid {key}")))?
    }

    /// Reads and forgets until the connection ends: an idle socket must still answer pings.
    pub async fn idle(&mut self) -> Fault {
        loop {
            if let Err(fault) = self.next().await {
                return fault;
            }
        }
    }
}

pub fn parse(text: &str) -> Result<Frame<'_>, Fault> {
    Frame::parse(text).map_err(|why| Fault::Strange { what: "frame".into(), why: why.to_string() })
}

pub fn refused(what: &str, code: &str) -> Fault {
    Fault::Refused { what: what.into(), code: code.into(), text: "said on the socket".into() }
}

async fn connect(authority: &str) -> Result<WebSocketStream<TcpStream>, Fault> {
    let at = format!("ws://{authority}/api/socket");
    let unreachable = |why: String| Fault::Unreachable { at: at.clone(), why };
    let opening = async {
        let stream = TcpStream::connect(authority).await.map_err(|why| unreachable(why.to_string()))?;
        // A bid is one small write; waiting to fill a packet would be measured as the server's.
        stream.set_nodelay(true).map_err(|why| unreachable(why.to_string()))?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(FRAME_BYTES_MAX));
        let opened = client_async_with_config(&at, stream, Some(config)).await;
        opened.map(|(stream, _)| stream).map_err(|why| unreachable(why.to_string()))
    };
    tokio::time::timeout(ANSWER_WAIT_MAX, opening)
        .await
        .map_err(|_| unreachable(format!("no handshake in {ANSWER_WAIT_MAX:?}")))?
}

fn lost(why: impl std::fmt::Display) -> Fault {
    Fault::Lost(why.to_string())
}
