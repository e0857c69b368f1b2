//! What one browser is told: replies, words and events on their way out. It is apart from what is read, so that
//! a page whose downlink stands still is heard, and its bids are dated, all the same.

use crate::app::App;
use crate::clock;
use crate::trading::feed::Frame;
use crate::trading::floor::Reply;
use crate::trading::wire::{ReplyFrame, ServerFrame};
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt;
use futures_util::stream::SplitSink;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Server time for clients; three missed ones make a client show STALE.
const TICK_EVERY: Duration = Duration::from_millis(1_500);
/// A socket that takes nothing for this long is closed.
const SEND_WAIT_MAX: Duration = Duration::from_secs(10);
/// Frames written under one flush.
const WRITE_BATCH_MAX: usize = 64;

pub struct Outgoing {
    pub app: App,
    pub sink: SplitSink<WebSocket, Message>,
    pub replies: mpsc::Receiver<Reply>,
    /// What the reading half answers by itself.
    pub words: mpsc::Receiver<Utf8Bytes>,
    pub outbox: mpsc::Receiver<Frame>,
    /// Asks the floor has not answered.
    pub in_flight: Arc<AtomicUsize>,
}

struct Gone;

impl Outgoing {
    /// Writes for as long as somebody reads beside it; once nothing more can be written, `gone` falls.
    pub async fn run(mut self, gone: oneshot::Sender<()>) {
        if self.write_all().await.is_ok() {
            return;
        }
        drop(gone);
        // What is heard to the end is answered to nobody, and takes its place among the asks only until then.
        loop {
            tokio::select! {
                Some(_) = self.replies.recv() => self.answered(),
                word = self.words.recv() => if word.is_none() { return },
            }
        }
    }

    async fn write_all(&mut self) -> Result<(), Gone> {
        let mut tick = tokio::time::interval(TICK_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                Some(reply) = self.replies.recv() => self.reply(&reply).await?,
                word = self.words.recv() => match word {
                    Some(word) => self.send(word).await?,
                    // Nobody reads any more: the connection has ended.
                    None => return Ok(()),
                },
                Some(frame) = self.outbox.recv() => self.events(frame).await?,
                _ = tick.tick() => self.send(ServerFrame::Tick { now: clock::now().0 }.text().into()).await?,
            }
        }
    }

    fn answered(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    async fn reply(&mut self, reply: &Reply) -> Result<(), Gone> {
        self.answered();
        let promise = reply.proof.secret.as_ref().map(|secret| self.app.log.promise(secret));
        self.send(ServerFrame::Reply(ReplyFrame { promise, ..ReplyFrame::new(reply) }).text().into()).await
    }

    async fn events(&mut self, first: Frame) -> Result<(), Gone> {
        self.write((&*first).into()).await?;
        for _ in 1..WRITE_BATCH_MAX {
            let Ok(frame) = self.outbox.try_recv() else { break };
            self.write((&*frame).into()).await?;
        }
        self.flush().await
    }

    async fn send(&mut self, text: Utf8Bytes) -> Result<(), Gone> {
        self.write(text).await?;
        self.flush().await
    }

    async fn write(&mut self, text: Utf8Bytes) -> Result<(), Gone> {
        let sent = tokio::time::timeout(SEND_WAIT_MAX, self.sink.feed(Message::Text(text))).await;
        sent.map_err(|_| Gone)?.map_err(|_| Gone)
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        tokio::time::timeout(SEND_WAIT_MAX, self.sink.flush()).await.map_err(|_| Gone)?.map_err(|_| Gone)
    }
}
