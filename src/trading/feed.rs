//! 直播: tells everyone watching what has become durable. A frame is encoded once and shared; a
//! viewer that cannot keep up loses frames, never others' time, and gets a snapshot when it can.

use crate::clock;
use crate::trading::alert::Alert;
use crate::trading::journal::{Committed, Entry};
use crate::trading::replica::{Replica, Seated};
use crate::trading::wire::{LotState, ServerFrame, snapshot};
use matching::Moment;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Frames waiting for one viewer; beyond it he is behind and gets a snapshot instead.
pub const OUTBOX_MAX: usize = 256;
/// Of them, places traces leave to alerts: a burst of bids on some lot must not keep a red alert from the wall.
const ALERTS_KEPT: usize = 64;
/// How often viewers that fell behind are tried again.
const CATCH_UP_EVERY: Duration = Duration::from_millis(200);

pub type Frame = Arc<str>;

struct Viewer {
    connection: u64,
    account: Option<Uuid>,
    outbox: mpsc::Sender<Frame>,
    behind: bool,
}

struct Room {
    replica: Replica,
    viewers: Vec<Viewer>,
}

#[derive(Default)]
struct Rooms {
    by_lot: HashMap<Uuid, Room>,
    /// Supervisors, who see every entry.
    traces: Vec<(u64, mpsc::Sender<Frame>)>,
}

/// The rooms of all lots. The lock guards copies for viewing; the floor never takes it.
#[derive(Default)]
pub struct Feed {
    rooms: Mutex<Rooms>,
}

impl Feed {
    fn rooms(&self) -> std::sync::MutexGuard<'_, Rooms> {
        self.rooms.lock().expect("no viewer panics while holding the rooms")
    }

    /// Takes in an entry without telling anybody: replay at start.
    pub fn replay(&self, entry: &Entry) {
        self.take(entry, false);
    }

    /// Takes in a durable entry and tells everyone watching its lot.
    pub fn publish(&self, entry: &Entry) {
        self.take(entry, true);
    }

    fn take(&self, entry: &Entry, tell: bool) {
        let mut rooms = self.rooms();
        let Rooms { by_lot, traces } = &mut *rooms;
        if let Some(replica) = Replica::new(entry) {
            by_lot.insert(entry.lot, Room { replica, viewers: Vec::new() });
        }
        let Some(room) = by_lot.get_mut(&entry.lot) else { return };
        for frame in room.replica.apply(entry, tell) {
            for viewer in &mut room.viewers {
                viewer.behind |= viewer.behind || viewer.outbox.try_send(frame.clone()).is_err();
            }
        }
        if tell
            && !traces.is_empty()
            && let Some(row) = room.replica.trace(entry)
        {
            let frame: Frame = ServerFrame::Trace(row).text().into();
            send_all(traces, &frame, ALERTS_KEPT);
        }
    }

    /// Tells every supervisor watching.
    pub fn alert(&self, alert: Alert) {
        let frame: Frame = ServerFrame::Alert(alert).text().into();
        send_all(&self.rooms().traces, &frame, 0);
    }

    /// Viewers that fell behind get the latest state instead of what they missed; closed lots let go of events.
    pub fn catch_up(&self, now: Moment) {
        for (lot, room) in &mut self.rooms().by_lot {
            room.replica.let_go(now);
            for viewer in room.viewers.iter_mut().filter(|viewer| viewer.behind) {
                let Ok(place) = viewer.outbox.try_reserve() else { continue };
                place.send(snapshot(*lot, &room.replica, viewer.account, now.0).into());
                viewer.behind = false;
            }
        }
    }

    /// Adds a viewer and puts his first frames into his outbox, behind those on their way: the events
    /// after `since`, or a snapshot. Whether there is such a lot.
    pub fn watch(
        &self,
        lot: Uuid,
        connection: u64,
        account: Option<Uuid>,
        outbox: &mpsc::Sender<Frame>,
        since: Option<u64>,
    ) -> bool {
        let mut rooms = self.rooms();
        let Some(room) = rooms.by_lot.get_mut(&lot) else { return false };
        let missed = since.and_then(|seq| room.replica.since(seq)).filter(|missed| missed.len() <= outbox.capacity());
        let first = missed.unwrap_or_else(|| vec![snapshot(lot, &room.replica, account, clock::now().0).into()]);
        let behind = first.into_iter().any(|frame| outbox.try_send(frame).is_err());
        room.viewers.retain(|viewer| viewer.connection != connection);
        room.viewers.push(Viewer { connection, account, outbox: outbox.clone(), behind });
        true
    }

    /// Somebody else speaks on this connection now.
    pub fn identify(&self, connection: u64, lots: &HashSet<Uuid>, account: Option<Uuid>) {
        let mut rooms = self.rooms();
        for lot in lots {
            let viewers = rooms.by_lot.get_mut(lot).map(|room| room.viewers.iter_mut());
            for viewer in viewers.into_iter().flatten().filter(|viewer| viewer.connection == connection) {
                viewer.account = account;
            }
        }
    }

    pub fn unwatch(&self, lot: Uuid, connection: u64) {
        if let Some(room) = self.rooms().by_lot.get_mut(&lot) {
            room.viewers.retain(|viewer| viewer.connection != connection);
        }
    }

    pub fn supervise(&self, connection: u64, outbox: &mpsc::Sender<Frame>) {
        let mut rooms = self.rooms();
        rooms.traces.retain(|(known, _)| *known != connection);
        rooms.traces.push((connection, outbox.clone()));
    }

    pub fn stop_supervising(&self, connection: u64) {
        self.rooms().traces.retain(|(known, _)| *known != connection);
    }

    /// Forgets a connection that watched `lots`.
    pub fn leave(&self, connection: u64, lots: impl IntoIterator<Item = Uuid>) {
        for lot in lots {
            self.unwatch(lot, connection);
        }
        self.stop_supervising(connection);
    }

    /// Reads a lot as the feed shows it.
    pub fn look<T>(&self, lot: Uuid, read: impl FnOnce(&Replica) -> T) -> Option<T> {
        self.rooms().by_lot.get(&lot).map(|room| read(&room.replica))
    }

    /// Whether an entry tells what its lot still hides.
    pub fn keeps_secret(&self, entry: &Entry) -> bool {
        self.look(entry.lot, |replica| replica.keeps_secret(entry)) == Some(true)
    }

    /// Seats of open lots.
    pub fn seated(&self) -> Vec<(Uuid, Vec<Seated>)> {
        self.rooms().by_lot.iter().map(|(lot, room)| (*lot, room.replica.seated())).collect()
    }

    pub fn state(&self, lot: Uuid) -> Option<LotState> {
        self.look(lot, crate::trading::replica::face)
    }
}

/// To whoever has more than `kept` places left.
fn send_all(to: &[(u64, mpsc::Sender<Frame>)], frame: &Frame, kept: usize) {
    for (_, outbox) in to.iter().filter(|(_, outbox)| outbox.capacity() > kept) {
        // A supervisor who falls behind reads the record; his stream has no gaps to hide.
        let _ = outbox.try_send(frame.clone());
    }
}

/// Follows the record for as long as the floor lives.
pub async fn run(feed: Arc<Feed>, committed: Arc<Committed>, next_n: u64) {
    let mut tail = committed.tail(next_n);
    let mut catch_up = tokio::time::interval(CATCH_UP_EVERY);
    loop {
        tokio::select! {
            batches = tail.next() => {
                for entry in batches.iter().flat_map(|batch| &batch.entries) {
                    feed.publish(entry);
                }
            }
            _ = catch_up.tick() => feed.catch_up(clock::now()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// His page draws slower than the hall bids.
    #[test]
    fn a_supervisor_behind_in_traces_is_still_told_of_alerts() {
        let (outbox, mut inbox) = mpsc::channel(OUTBOX_MAX);
        let wall = [(1, outbox)];
        for _ in 0..2 * OUTBOX_MAX {
            send_all(&wall, &"trace".into(), ALERTS_KEPT);
        }
        send_all(&wall, &"alert".into(), 0);
        let told: Vec<Frame> = std::iter::from_fn(|| inbox.try_recv().ok()).collect();
        assert_eq!((told.len(), told.last().map(|frame| &**frame)), (OUTBOX_MAX - ALERTS_KEPT + 1, Some("alert")));
    }
}
