//! 节奏突变: a cumulated sum (CUSUM) over the logarithms of the gaps between bids. Every lot grows quick near its
//! end; asked about is a lot that turns quick before that, by one or two paddles among several.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::lot::{Lot, Now, Said, Seen, Who, listed};

/// Gaps that make a baseline.
const BASELINE_MIN: u32 = 16;
/// A gap must be so many deviations short to count, and the sum so high to speak.
const SLACK: f64 = 0.75;
const SUM_MAX: f64 = 10.0;
/// The quick run is looked at over so many bids, and must be the doing of so few.
const RUN: usize = 8;
const WHOM_MAX: usize = 2;
/// The last part of the phase, in percent, in which haste is usual. Where a bid moves the end, what runs is the time
/// it gave: its last part.
const END_PERCENT: i64 = 20;
/// One gap counts for no more than so many deviations.
const CLIP: f64 = 3.0;

#[derive(Default)]
pub struct Tempo {
    /// The last bid by hand.
    last_at: Option<i64>,
    count: u32,
    mean: f64,
    squares: f64,
    sum: f64,
    /// When the time that runs was given: the phase began, or a bid moved its end; 0 before either.
    since: i64,
    /// A bid has moved the end.
    extended: bool,
}

impl Tempo {
    /// Another phase has a tempo of its own: a listing's bids come by the day, those of its last phase by the minute.
    pub fn begin(&mut self, at: i64) {
        *self = Tempo { since: at, ..Tempo::default() };
    }

    /// The end is another. That a bid first moves it is the beginning of another tempo: from there on whoever would
    /// have it must answer within the time each bid gives.
    pub fn end_moved(&mut self, at: i64) {
        if self.last_at != Some(at) {
            return;
        }
        if !self.extended {
            *self = Tempo { last_at: self.last_at, extended: true, ..Tempo::default() };
        }
        self.since = at;
    }

    pub fn touch(&self) -> u64 {
        u64::from(self.count)
    }
}

pub fn look(lot: &mut Lot, now: &mut Now, seen: &Seen) {
    if seen.by_proxy {
        return;
    }
    let Some(before) = lot.tempo.last_at.replace(seen.at) else { return };
    if hurried(lot, seen.at) {
        return;
    }
    // No gap is shorter than the stamps can tell.
    let gap = log2((seen.at - before).max(lot.terms.stamp_ms).max(1) as u64);
    let tempo = &mut lot.tempo;
    if tempo.count >= BASELINE_MIN {
        let deviation = (tempo.squares / f64::from(tempo.count)).sqrt().max(0.5);
        let short = ((tempo.mean - gap) / deviation).clamp(-CLIP, CLIP);
        tempo.sum = (tempo.sum + short - SLACK).max(0.0);
        if tempo.sum > SUM_MAX {
            let sum = tempo.sum;
            tempo.sum = 0.0;
            changed(lot, now, sum);
        }
        return;
    }
    tempo.count += 1;
    let off = gap - tempo.mean;
    tempo.mean += off / f64::from(tempo.count);
    tempo.squares += off * (gap - tempo.mean);
}

fn hurried(lot: &Lot, at: i64) -> bool {
    // Without a known end, haste cannot be told from the end's.
    let Some(end) = lot.ends_at else { return true };
    (end - at) * 100 < (end - lot.published_at.max(lot.tempo.since)) * END_PERCENT
}

fn changed(lot: &mut Lot, now: &mut Now, sum: f64) {
    let mut whom: Vec<Who> = lot.bids.back().take(RUN).map(|bid| bid.who).collect();
    whom.sort_unstable();
    whom.dedup();
    let bidders = lot.bidders.iter().filter(|bidder| bidder.bids > 0).count();
    if whom.len() > WHOM_MAX || bidders <= whom.len() {
        return;
    }
    lot.speak(now, Rule::TempoChange, Level::Yellow, &whom, |lot| {
        let (zh, en) = listed(&lot.paddles(&whom));
        Said {
            evidence: lot.bids.back().take(RUN).map(|bid| bid.n).collect(),
            measured: Measured { found: sum, baseline: SUM_MAX, unit: Unit::Deviations },
            zh: format!("距截止尚早而报价节奏突然加快，近{RUN}次报价均出自号牌{zh}"),
            en: format!("bidding turned quick well before the end; the last {RUN} bids are those of {en}"),
        }
    });
}

/// Logarithm to base 2, straight between powers: whole-number work, the same on every machine.
fn log2(value: u64) -> f64 {
    let whole = value.ilog2();
    f64::from(whole) + (value - (1 << whole)) as f64 / (1u64 << whole) as f64
}
