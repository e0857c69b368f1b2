//! 摇号: a draw nobody could steer and anybody can redo. The center and a supervisor bind themselves
//! to a seed each; then every entrant adds a text of his own; then the offices show their seeds.
//!
//! The digest is the SHA-256 of these lines, each ended by `\n`: `sunbid draw 1`, `center SEED`,
//! `supervisor SEED`, then for each entrant by rising paddle `PADDLE TEXT`. Its first sixteen bytes,
//! as a big-endian number modulo the count of entrants, name the winner in that order.

use super::{Scene, Selling, Step};
use crate::book::{Book, Clock, Seat};
use crate::command::{Duty, Offer, Office};
use crate::event::{Event, Notice};
use crate::hash::{hex, sha256};
use crate::money::{Moment, Paddle};
use crate::refusal::Refusal;
use crate::terms::{Entry, LENGTH_MS_MAX, Terms, TermsFault};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rules {
    /// The offices bind themselves in its first half; from then to its end entrants contribute.
    pub collect_ms: i64,
    /// Then the offices reveal.
    pub reveal_ms: i64,
    pub entry: Entry,
}

pub const SEED_CHARS_MAX: u32 = 64;
const OFFICES: [Office; 2] = [Office::Center, Office::Supervisor];

#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Room {
    pub commitments: Vec<(Office, String)>,
    pub seeds: Vec<(Office, String)>,
    /// By paddle, rising.
    pub texts: Vec<(Paddle, String)>,
}

impl Selling for Rules {
    type Room = Room;

    fn length_ms(&self, _entrants: usize) -> i64 {
        self.collect_ms.saturating_add(self.reveal_ms)
    }

    fn check(&self, _terms: &Terms) -> Result<(), TermsFault> {
        if [self.collect_ms, self.reveal_ms].iter().any(|ms| !(1..=LENGTH_MS_MAX / 2).contains(ms)) {
            return Err(TermsFault { field: "lottery", why: "each part between 1 ms and 183 days" });
        }
        Ok(())
    }

    fn entry(&self) -> Entry {
        self.entry
    }

    fn room(&self, _book: &Book, _clock: &Clock) -> Room {
        Room::default()
    }

    fn offer(&self, room: &Room, scene: Scene, seat: &Seat, offer: &Offer) -> Result<Step, Refusal> {
        let Offer::Seed { seed } = offer else { return Err(Refusal::WrongOffer) };
        if room.commitments.len() < OFFICES.len() {
            return Err(Refusal::NotCommitted);
        }
        let ended_at = self.collected_at(scene.clock);
        if scene.at >= ended_at {
            return Err(Refusal::TooLate { ended_at });
        }
        if seed.chars().count() > SEED_CHARS_MAX as usize || seed.chars().any(char::is_control) {
            return Err(Refusal::SeedTooLong { max: SEED_CHARS_MAX });
        }
        if room.texts.iter().any(|(paddle, _)| *paddle == seat.paddle) {
            return Err(Refusal::AlreadyGiven);
        }
        let order = room.texts.len() as u64;
        Ok(Event::Offered { paddle: seat.paddle, offer: offer.clone(), order, secret: false, ends_at: None }.into())
    }

    fn duty(&self, room: &Room, scene: Scene, duty: &Duty) -> Result<Step, Refusal> {
        let collected_at = self.collected_at(scene.clock);
        match duty {
            Duty::Commit { office, digest } => {
                // Whoever bound himself after the other office's reveal could choose the winner.
                // And the entrants need their time.
                let ended_at = scene.clock.began_at.plus_ms(self.collect_ms / 2);
                if scene.at >= ended_at {
                    return Err(Refusal::TooLate { ended_at });
                }
                if room.commitments.iter().any(|(known, _)| known == office) {
                    return Err(Refusal::AlreadyGiven);
                }
                if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
                    return Err(Refusal::SeedMismatch);
                }
                Ok(Event::Done(duty.clone()).into())
            }
            Duty::Reveal { office, seed } => {
                if scene.at < collected_at {
                    return Err(Refusal::TooEarly { from: collected_at });
                }
                if room.seeds.iter().any(|(known, _)| known == office) {
                    return Err(Refusal::AlreadyGiven);
                }
                if seed.chars().count() > SEED_CHARS_MAX as usize || seed.chars().any(char::is_control) {
                    return Err(Refusal::SeedTooLong { max: SEED_CHARS_MAX });
                }
                let bound = room.commitments.iter().find(|(known, _)| known == office).ok_or(Refusal::NotCommitted)?;
                if hex(&sha256(seed)) != bound.1 {
                    return Err(Refusal::SeedMismatch);
                }
                let mut room = room.clone();
                let done = Event::Done(duty.clone());
                self.take(&mut room, scene.at, &done);
                if room.seeds.len() < OFFICES.len() {
                    return Ok(done.into());
                }
                let mut events = vec![done];
                events.extend(self.draw(&room, scene.book));
                Ok(Step::over(events))
            }
            Duty::Score { .. } => Err(Refusal::WrongPhase),
        }
    }

    fn take(&self, room: &mut Room, _at: Moment, event: &Event) {
        match event {
            Event::Offered { paddle, offer: Offer::Seed { seed }, .. } => {
                let at = room.texts.partition_point(|(known, _)| known < paddle);
                room.texts.insert(at, (*paddle, seed.clone()));
            }
            Event::Done(Duty::Commit { office, digest }) => room.commitments.push((*office, digest.clone())),
            Event::Done(Duty::Reveal { office, seed }) => room.seeds.push((*office, seed.clone())),
            _ => {}
        }
    }

    /// A seed that is not shown must not be a way to choose: everything given stands, and the same
    /// draw goes on, with time to reveal, when a person resumes it. Silence delays; it changes nothing.
    fn close(&self, room: &Room, scene: Scene) -> Vec<Event> {
        let bound = room.commitments.len() == OFFICES.len();
        let (ground, since) = match bound {
            true => ("摇号种子未按时公布 / a seed was not revealed in time", self.collected_at(scene.clock)),
            false => ("摇号种子承诺未按时提交 / an office did not bind itself in time", scene.clock.began_at),
        };
        vec![Event::Suspended { ground: ground.to_string(), since: Some(since) }]
    }
}

impl Rules {
    pub fn collected_at(&self, clock: &Clock) -> Moment {
        clock.began_at.plus_ms(self.collect_ms)
    }

    fn draw(&self, room: &Room, book: &Book) -> Vec<Event> {
        let mut among: Vec<Paddle> = book.inside();
        among.sort_unstable();
        let digest = sha256(&lines(room, &among));
        let Some(nth) = winner(&digest, among.len()) else { return Vec::new() };
        let (drawn, price) = (among[nth], book.top.map_or(book.terms.start_price, |top| top.price));
        vec![
            Event::Told(Notice::Drawn { digest: hex(&digest), among, drawn }),
            Event::Stood { paddle: drawn, price, second: None },
        ]
    }
}

fn lines(room: &Room, among: &[Paddle]) -> String {
    let mut text = String::from("sunbid draw 1\n");
    for (office, name) in OFFICES.into_iter().zip(["center", "supervisor"]) {
        let seed = room.seeds.iter().find(|(known, _)| *known == office).map_or("", |(_, seed)| seed);
        text.push_str(&format!("{name} {seed}\n"));
    }
    for paddle in among {
        let own = room.texts.iter().find(|(known, _)| known == paddle).map_or("", |(_, own)| own);
        text.push_str(&format!("{paddle} {own}\n"));
    }
    text
}

fn winner(digest: &[u8; 32], count: usize) -> Option<usize> {
    let mut head = [0; 16];
    head.copy_from_slice(&digest[..16]);
    u128::from_be_bytes(head).checked_rem(count as u128).map(|nth| nth as usize)
}
