//! What is kept of a lot while it is live: its bidders, the last bids, the traces they left, and what was said.

use crate::alert::{Alert, Entry, Level, Measured, Rule};
use crate::bounds::{EVIDENCE_MAX, LOOK_BACK, PADDLES_MAX, SPOKEN_MAX};
use crate::facts::Terms;
use crate::keys::Near;
use crate::rules::{Kept, alternating::Turns, blind, tempo::Tempo, together};
use uuid::Uuid;

/// A bidder's place in [`Lot::bidders`].
pub type Who = u16;

/// Fields in the order of use, bidders with them: a bid touches few lines of memory, near each other, and leaves the
/// rest alone. With ten thousand lots live, what a look costs is how many lines it must fetch, one after another.
#[repr(C, align(128))]
pub struct Lot {
    pub bidders: Near<u32, Bidder>,
    pub price: Option<i64>,
    pub ends_at: Option<i64>,
    pub bids_count: u32,
    pub one_step_count: u32,
    pub leader: Option<Who>,
    /// Who was beaten last and when: whose lead was taken, or whose bid a standing maximum met at once.
    beaten: Option<Who>,
    beaten_at: i64,
    /// Said once for a lot, whoever leads.
    pub premium_said: bool,
    pub tempo: Tempo,
    pub turns: Turns,
    pub terms: Terms,
    pub bids: Bids,
    /// Each rule's own memory of the lot.
    pub kept: Kept,
    spoken: Vec<Spoken>,
    pub id: Uuid,
    pub published_at: i64,
    pub published_n: u64,
    /// Its last entry that was told.
    pub last_n: u64,
}

/// What a rule speaks of.
#[derive(Clone, Copy)]
pub struct Topic {
    pub rule: Rule,
    pub level: Level,
    /// See [`Alert::about`].
    pub about: u64,
}

/// What one rule has said at one level.
pub struct Spoken {
    pub rule: Rule,
    pub level: Level,
    /// Whom of, by fingerprint.
    whom: Vec<u64>,
    /// Said by nobody, since too much was said before.
    pub left_out: u32,
}

/// The last bids, in a ring.
#[repr(C)]
pub struct Bids {
    count: usize,
    ring: [Seen; LOOK_BACK],
}

impl Bids {
    fn push(&mut self, seen: Seen) {
        self.ring[self.count % LOOK_BACK] = seen;
        self.count += 1;
    }

    /// Of the last bid and of the next one's place.
    fn touch(&self) -> u64 {
        let last = self.count.wrapping_sub(1) % LOOK_BACK;
        self.ring[last].n.wrapping_add(self.ring[self.count % LOOK_BACK].n)
    }

    /// The last first.
    pub fn back(&self) -> impl Iterator<Item = &Seen> {
        (0..self.count.min(LOOK_BACK)).map(|back| &self.ring[(self.count - 1 - back) % LOOK_BACK])
    }
}

#[derive(Default)]
#[repr(C, align(128))]
pub struct Bidder {
    pub device: u64,
    pub network: u64,
    pub last_n: u64,
    pub paddle: u32,
    pub bids: u32,
    /// By hand, among `bids`.
    pub manual: u32,
    /// By hand and exactly one step above the price that stood.
    pub one_step: u32,
    pub raises: crate::rules::shill::Raises,
    pub replies: crate::rules::speed::Replies,
    pub paid: bool,
    pub offered: bool,
    pub gone: bool,
    pub rejected: bool,
    /// Devices and networks he was the first to use.
    pub traces: u8,
    pub first_n: u64,
    pub account: Uuid,
}

/// An accepted bid as the rules see it.
#[derive(Clone, Copy, Default)]
pub struct Seen {
    pub n: u64,
    pub at: i64,
    pub amount: i64,
    pub who: Who,
    pub leads: bool,
    pub by_proxy: bool,
    /// It moved the price by no more than the step.
    pub one_step: bool,
    /// Another led before it.
    pub over: bool,
}

/// The fact being looked at, and where alerts go.
pub struct Now<'a> {
    pub n: u64,
    pub at: i64,
    pub into: &'a mut Vec<Alert>,
}

/// What an alert shows: entries of its own lot, and of earlier ones.
#[derive(Clone)]
pub struct Shown {
    pub evidence: Vec<u64>,
    pub earlier: Vec<Entry>,
}

impl Shown {
    /// The last of them, as many as are ever named. `entries`: of whichever lot.
    fn of(lot: Uuid, mut evidence: Vec<u64>, entries: &[Entry]) -> Shown {
        evidence.extend(entries.iter().filter(|entry| entry.lot == lot).map(|entry| entry.n));
        let earlier = entries.iter().filter(|entry| entry.lot != lot).copied().collect();
        let Shown { mut evidence, mut earlier } = Shown { evidence, earlier }.in_order();
        evidence.drain(..evidence.len().saturating_sub(EVIDENCE_MAX));
        earlier.drain(..earlier.len().saturating_sub(EVIDENCE_MAX - evidence.len()));
        Shown { evidence, earlier }
    }

    pub fn with(mut self, other: Shown) -> Shown {
        self.evidence.extend(other.evidence);
        self.earlier.extend(other.earlier);
        self.in_order()
    }

    fn in_order(mut self) -> Shown {
        self.evidence.sort_unstable();
        self.evidence.dedup();
        self.earlier.sort_unstable_by_key(|entry| (entry.n, entry.lot));
        self.earlier.dedup();
        self
    }
}

/// The words and figures of an alert, made only when it is raised.
pub struct Said {
    pub evidence: Vec<u64>,
    pub measured: Measured,
    pub zh: String,
    pub en: String,
}

impl Lot {
    pub fn new(id: Uuid, terms: Terms, n: u64, at: i64) -> Self {
        Self {
            id,
            ends_at: terms.ends_at_ms,
            terms,
            published_n: n,
            last_n: n,
            published_at: at,
            bidders: Near::default(),
            turns: Turns::default(),
            tempo: Tempo::default(),
            premium_said: false,
            bids: Bids { ring: [Seen::default(); LOOK_BACK], count: 0 },
            bids_count: 0,
            one_step_count: 0,
            price: None,
            leader: None,
            beaten: None,
            beaten_at: 0,
            kept: Kept::default(),
            spoken: Vec::new(),
        }
    }

    /// The bidder behind a paddle; none once the lot has more than are told apart.
    pub fn who(&mut self, paddle: u32, n: u64) -> Option<Who> {
        if let Some(place) = self.bidders.find(&paddle) {
            return Some(place as Who);
        }
        if self.bidders.len() == PADDLES_MAX {
            return None;
        }
        Some(self.bidders.push(paddle, Bidder { paddle, first_n: n, ..Bidder::default() }) as Who)
    }

    /// A word of each line that every bid reads, added up.
    pub fn touch(&self) -> u64 {
        let words = [u64::from(self.bids_count), self.terms.step_minor as u64, self.tempo.touch(), self.bids.touch()];
        words.into_iter().fold(self.bidders.touch(), u64::wrapping_add)
    }

    /// The same of what this paddle's bid reads.
    pub fn touch_bidder(&self, paddle: u32) -> u64 {
        let Some(place) = self.bidders.find(&paddle) else { return 0 };
        let bidder = &self.bidders[place];
        // Who bids for the first time leaves his traces.
        let traces = if bidder.device == 0 { self.kept.traces.touch() } else { 0 };
        bidder.device.wrapping_add(bidder.first_n).wrapping_add(traces)
    }

    pub fn of(&self, who: Who) -> &Bidder {
        &self.bidders[usize::from(who)]
    }

    pub fn of_mut(&mut self, who: Who) -> &mut Bidder {
        &mut self.bidders[usize::from(who)]
    }

    /// An entry of this lot.
    pub fn entry(&self, n: u64) -> Entry {
        Entry { lot: self.id, n }
    }

    /// `amount` above (in a purchase: below) `other`.
    pub fn better_by(&self, amount: i64, other: i64) -> i64 {
        if self.terms.rising { amount.saturating_sub(other) } else { other.saturating_sub(amount) }
    }

    /// When this bidder was beaten, if nobody else has been since; asked once, before his next bid is taken.
    pub fn beaten_at(&mut self, who: Who) -> Option<i64> {
        self.beaten.take_if(|beaten| *beaten == who).map(|_| self.beaten_at)
    }

    /// Takes a bid into what every rule shares.
    pub fn take(&mut self, n: u64, at: i64, who: Who, amount: i64, leads: bool, by_proxy: bool) -> Seen {
        let over = self.leader.is_some_and(|leader| leader != who);
        let raised = self.price.map(|price| self.better_by(amount, price));
        let one_step = !by_proxy && raised.is_some_and(|raised| raised > 0 && raised <= self.terms.step_minor);
        let seen = Seen { n, at, amount, who, leads, by_proxy, one_step, over };
        let bidder = self.of_mut(who);
        bidder.bids += 1;
        bidder.manual += u32::from(!by_proxy);
        bidder.one_step += u32::from(one_step);
        bidder.last_n = n;
        self.bids_count += 1;
        self.one_step_count += u32::from(one_step);
        if leads {
            let asked = self.bids.back().next().filter(|asked| by_proxy && asked.who != who);
            if let Some(beaten) = self.leader.filter(|_| over).or(asked.map(|asked| asked.who)) {
                (self.beaten, self.beaten_at) = (Some(beaten), at);
            }
            self.price = Some(amount);
            self.leader = Some(who);
        }
        self.bids.push(seen);
        seen
    }

    /// Says it once for the same rule, level and paddles; the words are made only then.
    pub fn speak(&mut self, now: &mut Now, rule: Rule, level: Level, whom: &[Who], said: impl FnOnce(&Self) -> Said) {
        self.speak_of(now, Topic { rule, level, about: 0 }, whom, &[], said);
    }

    /// The same of what entries of several lots show.
    pub fn speak_across(
        &mut self,
        now: &mut Now,
        rule: Rule,
        level: Level,
        whom: &[Who],
        entries: &[Entry],
        said: impl FnOnce(&Self) -> Said,
    ) {
        self.speak_of(now, Topic { rule, level, about: 0 }, whom, entries, said);
    }

    /// And once for each thing it is about beside the paddles.
    pub fn speak_about(&mut self, now: &mut Now, topic: Topic, whom: &[Who], said: impl FnOnce(&Self) -> Said) {
        self.speak_of(now, topic, whom, &[], said);
    }

    fn speak_of(
        &mut self,
        now: &mut Now,
        topic: Topic,
        whom: &[Who],
        entries: &[Entry],
        said: impl FnOnce(&Self) -> Said,
    ) {
        let Topic { rule, level, about } = topic;
        let key = fingerprint(&self.paddles(whom), about);
        let spoken = self.spoken(rule, level);
        if spoken.whom.contains(&key) {
            return;
        }
        if spoken.whom.len() == SPOKEN_MAX {
            blind::left_out(self, now, rule, level);
            return;
        }
        spoken.whom.push(key);
        let said = said(self);
        self.say(now, topic, whom, entries, said);
    }

    /// Says it, however much was said before.
    pub fn say(&mut self, now: &mut Now, topic: Topic, whom: &[Who], entries: &[Entry], said: Said) {
        let paddles = self.paddles(whom);
        let Said { evidence, measured, zh, en } = said;
        let shown = Shown::of(self.id, evidence, entries);
        let Shown { evidence, earlier } = shown.clone();
        let Topic { rule, level, about } = topic;
        let (lot, n, at_ms) = (self.id, now.n, now.at);
        now.into.push(Alert { rule, level, lot, n, at_ms, paddles, about, evidence, earlier, measured, zh, en });
        together::note(self, now, topic, whom, shown);
    }

    /// What a rule has said at a level so far.
    pub fn spoken(&mut self, rule: Rule, level: Level) -> &mut Spoken {
        let known = self.spoken.iter().position(|spoken| spoken.rule == rule && spoken.level == level);
        let at = known.unwrap_or_else(|| {
            self.spoken.push(Spoken { rule, level, whom: Vec::new(), left_out: 0 });
            self.spoken.len() - 1
        });
        &mut self.spoken[at]
    }

    /// Rules that had more to say than was told.
    pub fn left_out(&self) -> impl Iterator<Item = &Spoken> {
        self.spoken.iter().filter(|spoken| spoken.left_out > 0)
    }

    pub fn paddles(&self, whom: &[Who]) -> Vec<u32> {
        let mut paddles: Vec<u32> = whom.iter().map(|who| self.of(*who).paddle).collect();
        paddles.sort_unstable();
        paddles.dedup();
        paddles
    }
}

/// FNV-1a over whom and what it is about.
fn fingerprint(paddles: &[u32], about: u64) -> u64 {
    let words = paddles.iter().map(|paddle| u64::from(*paddle)).chain([about]);
    words.fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3))
}

/// 3、7、12 and "3, 7 and 12".
pub fn listed(numbers: &[impl ToString]) -> (String, String) {
    let names: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let en = match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.join(""),
    };
    (names.join("、"), en)
}
