//! One onlooker: watches a lot to its end and checks that no event is missing.

use std::sync::Arc;
use std::time::Duration;

use crate::clock;
use crate::fault::Fault;
use crate::house::Lot;
use crate::socket::{self, Socket};
use crate::tally::Tally;
use crate::wire;

/// Once nobody bids, the feed has this long to bring what is left.
const FEED_WAIT_MAX: Duration = Duration::from_secs(10);

pub struct Viewer {
    pub socket: Socket,
    pub lot: Arc<Lot>,
}

impl Viewer {
    pub async fn run(&mut self, tally: &Tally) -> Result<(), Fault> {
        self.socket.send(wire::watch(&self.lot.id)).await?;
        let mut trail = Trail::default();
        let lot = self.lot.clone();
        let ended = lot.end();
        tokio::pin!(ended);
        let end = loop {
            tokio::select! {
                text = self.socket.next() => self.see(&text?, &mut trail, tally)?,
                end = &mut ended => break end,
            }
        };
        let caught_up = async {
            while !trail.reaches(end) {
                let text = self.socket.next().await?;
                self.see(&text, &mut trail, tally)?;
            }
            Ok(())
        };
        if let Ok(caught_up) = tokio::time::timeout(FEED_WAIT_MAX, caught_up).await {
            return caught_up;
        }
        tally.with(|counts| counts.behind.add(format!("lot {} ends at {end}, seen {:?}", lot.id, trail.last)));
        Ok(())
    }

    fn see(&self, text: &str, trail: &mut Trail, tally: &Tally) -> Result<(), Fault> {
        let frame = socket::parse(text)?;
        if let Some(code) = frame.complaint() {
            return Err(socket::refused("watch", code));
        }
        let strange = |why: String| Fault::Strange { what: frame.kind.to_owned(), why };
        match frame.kind {
            "snapshot" => {
                let seq = wire::snapshot_seq(text).map_err(|why| strange(why.to_string()))?;
                if trail.restart(seq) {
                    tally.with(|counts| counts.announced_gaps += 1);
                }
            }
            "event" => {
                let (seq, at) = frame.seq.zip(frame.at).ok_or_else(|| strange("no seq, at".into()))?;
                let now = clock::now();
                let after_us = u64::try_from(clock::wall_us() - at.saturating_mul(1000)).unwrap_or(0);
                tally.delivered(now, after_us);
                if let Err(gap) = trail.follow(seq) {
                    tally.with(|counts| counts.gaps.add(format!("lot {}: {gap}", self.lot.id)));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The last number seen of a lot's events.
#[derive(Default)]
struct Trail {
    last: Option<u64>,
}

impl Trail {
    /// A snapshot says outright where the lot is. True if it stands in for missed events.
    fn restart(&mut self, seq: u64) -> bool {
        self.last.replace(seq).is_some()
    }

    fn reaches(&self, end: u64) -> bool {
        self.last.is_some_and(|last| last >= end)
    }

    fn follow(&mut self, seq: u64) -> Result<(), String> {
        match self.last.replace(seq) {
            Some(last) if seq == last + 1 => Ok(()),
            Some(last) => Err(format!("event {seq} after {last}")),
            None => Err(format!("event {seq} before any snapshot")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_follows_its_forerunner_or_is_a_gap() {
        let mut trail = Trail::default();
        assert!(trail.follow(1).is_err());
        let mut trail = Trail::default();
        assert!(!trail.restart(4));
        assert_eq!(trail.follow(5), Ok(()));
        assert_eq!(trail.follow(7), Err("event 7 after 5".into()));
        assert_eq!(trail.follow(8), Ok(()));
        assert!(trail.follow(8).is_err(), "told twice");
        assert!(trail.restart(20), "announced");
        assert_eq!(trail.follow(21), Ok(()));
    }

    #[test]
    fn a_trail_reaches_an_end_it_has_seen() {
        let mut trail = Trail::default();
        assert!(!trail.reaches(0), "saw nothing at all");
        trail.restart(4);
        assert!(trail.reaches(4));
        assert!(!trail.reaches(5));
    }
}
