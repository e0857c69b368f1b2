//! What a run comes to: a table for people, one JSON object for programs, and passed or not.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::fault::Notes;
use crate::findings::Findings;
use crate::tally::{Counts, Spread};

#[derive(Debug, Serialize)]
pub struct TapeReport {
    pub form: &'static str,
    pub lots: u64,
    pub sent: u64,
    pub accepted: u64,
    pub refused: BTreeMap<String, u64>,
    pub equal: u64,
    /// The bar asked for; 0 is none.
    pub equal_min: u64,
    pub different: Notes,
    pub unanswered: u64,
    pub faults: Notes,
    pub elapsed_ms: u64,
}

impl TapeReport {
    pub fn new(form: &'static str) -> TapeReport {
        TapeReport {
            form,
            lots: 0,
            sent: 0,
            accepted: 0,
            refused: BTreeMap::new(),
            equal: 0,
            equal_min: 0,
            different: Notes::default(),
            unanswered: 0,
            faults: Notes::default(),
            elapsed_ms: 0,
        }
    }

    pub fn merge(&mut self, part: TapeReport) {
        self.lots += part.lots;
        self.sent += part.sent;
        self.accepted += part.accepted;
        for (code, count) in part.refused {
            *self.refused.entry(code).or_default() += count;
        }
        self.equal += part.equal;
        self.different.merge(part.different);
        self.unanswered += part.unanswered;
        self.faults.merge(part.faults);
    }

    /// A difference is a result, not a failure: the table names it and a person judges it. How
    /// many lots must be equal is for the caller to say.
    pub fn passed(&self) -> bool {
        self.unanswered == 0 && self.faults.count == 0 && self.equal >= self.equal_min
    }
}

impl fmt::Display for TapeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        row(f, "tape", self.form)?;
        row(f, "lots", self.lots)?;
        row(f, "bids sent", self.sent)?;
        row(f, "accepted", self.accepted)?;
        by_code(f, "refused by rule", &self.refused)?;
        row(f, "unanswered", self.unanswered)?;
        row(f, "equal", self.equal)?;
        row(f, "  wanted at least", self.equal_min)?;
        notes(f, "different", &self.different)?;
        notes(f, "faults", &self.faults)?;
        row(f, "elapsed", format_args!("{} ms", self.elapsed_ms))
    }
}

#[derive(Debug, Serialize)]
pub struct CrowdReport {
    pub seconds: u16,
    /// Decided and durable: accepted, or refused by a rule.
    pub acknowledged_per_s: u64,
    pub accepted: u64,
    pub refused: BTreeMap<String, u64>,
    /// Turned away before any decision; in neither the rate nor the latency.
    pub undecided: BTreeMap<String, u64>,
    pub latency_us: Spread,
    pub held_back_us: Spread,
    /// With the warm-up and the time after the end.
    pub sent_in_all: u64,
    pub unanswered: u64,
    pub unsent: u64,
    pub viewers: u16,
    pub deliveries: u64,
    /// The server's stamp is in whole milliseconds: up to 1000 of each value may be that.
    pub delivery_us: Spread,
    pub announced_gaps: u64,
    pub gaps: Notes,
    /// Viewers who never saw the end of their lot.
    pub behind: Notes,
    pub faults: Notes,
}

impl CrowdReport {
    pub fn new(counts: &Counts, seconds: u16, viewers: u16) -> CrowdReport {
        CrowdReport {
            seconds,
            acknowledged_per_s: counts.decided() / u64::from(seconds),
            accepted: counts.accepted,
            refused: counts.refused.clone(),
            undecided: counts.undecided.clone(),
            latency_us: Spread::from(&counts.latency),
            held_back_us: Spread::from(&counts.held_back),
            sent_in_all: counts.sent,
            unanswered: counts.unanswered,
            unsent: counts.unsent,
            viewers,
            deliveries: counts.deliveries,
            delivery_us: Spread::from(&counts.delivery),
            announced_gaps: counts.announced_gaps,
            gaps: counts.gaps.clone(),
            behind: counts.behind.clone(),
            faults: counts.faults.clone(),
        }
    }

    /// Unsent bids are not a failure of the server's word, only of its speed: they are shown.
    pub fn passed(&self) -> bool {
        let kept = [&self.gaps, &self.behind, &self.faults];
        self.unanswered == 0 && is_empty(&kept) && self.void().is_none()
    }

    /// Why the run shows nothing, however well it went.
    fn void(&self) -> Option<&'static str> {
        if self.accepted == 0 {
            Some("no bid was accepted")
        } else if self.viewers > 0 && self.deliveries == 0 {
            Some("no viewer saw an event")
        } else {
            None
        }
    }
}

impl fmt::Display for CrowdReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        row(f, "measured", format_args!("{} s", self.seconds))?;
        row(f, "acknowledged bids/s", self.acknowledged_per_s)?;
        row(f, "  accepted", self.accepted)?;
        by_code(f, "  refused by rule", &self.refused)?;
        by_code(f, "undecided", &self.undecided)?;
        spread(f, "due to reply", &self.latency_us)?;
        spread(f, "due to sending", &self.held_back_us)?;
        row(f, "sent in all", self.sent_in_all)?;
        row(f, "unanswered", self.unanswered)?;
        row(f, "due but unsent", self.unsent)?;
        row(f, "viewer deliveries", self.deliveries)?;
        spread(f, "delivery (at: 1 ms)", &self.delivery_us)?;
        row(f, "announced gaps", self.announced_gaps)?;
        notes(f, "unannounced gaps", &self.gaps)?;
        notes(f, "viewers behind", &self.behind)?;
        notes(f, "faults", &self.faults)?;
        shows_nothing(f, self.void())
    }
}

#[derive(Debug, Serialize)]
pub struct CrashReport {
    pub seed: u64,
    /// Rounds that ran to their end.
    pub rounds: u16,
    pub accepted: u64,
    /// Of these, standing maxima.
    pub accepted_proxies: u64,
    pub refused: u64,
    /// Bids a kill left without an answer, asked again with the same key.
    pub asked_again: u64,
    /// Of these, decided before the kill: the outcome was on disk and only the reply was lost.
    pub found_decided: u64,
    /// Still without an answer at the end.
    pub unanswered: u64,
    pub findings: Findings,
    pub contradictions: Notes,
    /// Lots whose state fell behind what had been told, or differs from their own record.
    pub states: Notes,
    /// Bidders whose acknowledged maximum is not the one they hold.
    pub lost_proxies: Notes,
    pub verify_runs: u64,
    pub verify_failures: Notes,
    pub restart_ms: Vec<u64>,
    pub faults: Notes,
}

impl CrashReport {
    pub fn new(seed: u64) -> CrashReport {
        CrashReport {
            seed,
            rounds: 0,
            accepted: 0,
            accepted_proxies: 0,
            refused: 0,
            asked_again: 0,
            found_decided: 0,
            unanswered: 0,
            findings: Findings::default(),
            contradictions: Notes::default(),
            states: Notes::default(),
            lost_proxies: Notes::default(),
            verify_runs: 0,
            verify_failures: Notes::default(),
            restart_ms: Vec::new(),
            faults: Notes::default(),
        }
    }

    pub fn restarted(&mut self, took: Duration) {
        self.restart_ms.push(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    }

    pub fn passed(&self) -> bool {
        self.is_sound() && self.void().is_none()
    }

    /// Nothing is wrong so far.
    pub fn is_sound(&self) -> bool {
        let kept = [
            &self.findings.lost,
            &self.findings.doubled,
            &self.findings.unexplained,
            &self.contradictions,
            &self.states,
            &self.lost_proxies,
            &self.verify_failures,
            &self.faults,
        ];
        self.unanswered == 0 && is_empty(&kept)
    }

    /// Why the run shows nothing, however well it went.
    fn void(&self) -> Option<&'static str> {
        if self.accepted == 0 {
            Some("no bid was accepted")
        } else if self.asked_again == 0 {
            Some("no kill left a bid unanswered")
        } else {
            None
        }
    }
}

impl fmt::Display for CrashReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        row(f, "seed", self.seed)?;
        row(f, "rounds", self.rounds)?;
        row(f, "acknowledged", self.accepted + self.refused)?;
        row(f, "  accepted", self.accepted)?;
        row(f, "    as maxima", self.accepted_proxies)?;
        row(f, "  refused by rule", self.refused)?;
        row(f, "asked again", self.asked_again)?;
        row(f, "  found decided", self.found_decided)?;
        row(f, "unanswered", self.unanswered)?;
        notes(f, "lost", &self.findings.lost)?;
        notes(f, "doubled", &self.findings.doubled)?;
        notes(f, "unexplained", &self.findings.unexplained)?;
        notes(f, "two outcomes", &self.contradictions)?;
        notes(f, "state wrong", &self.states)?;
        notes(f, "maxima lost", &self.lost_proxies)?;
        row(f, "verify runs", self.verify_runs)?;
        notes(f, "verify failures", &self.verify_failures)?;
        let mut sorted = self.restart_ms.clone();
        sorted.sort_unstable();
        if let (Some(least), Some(most)) = (sorted.first(), sorted.last()) {
            let median = sorted[sorted.len() / 2];
            row(f, "restart", format_args!("{least} / {median} / {most} ms (least/median/most)"))?;
        }
        notes(f, "faults", &self.faults)?;
        shows_nothing(f, self.void())
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, value: impl fmt::Display) -> fmt::Result {
    writeln!(f, "{name:<20} {value}")
}

fn notes(f: &mut fmt::Formatter<'_>, name: &str, notes: &Notes) -> fmt::Result {
    row(f, name, notes.count)?;
    notes.first.iter().try_for_each(|text| writeln!(f, "  {text}"))
}

fn by_code(f: &mut fmt::Formatter<'_>, name: &str, counts: &BTreeMap<String, u64>) -> fmt::Result {
    row(f, name, counts.values().sum::<u64>())?;
    counts.iter().try_for_each(|(code, count)| row(f, &format!("    {code}"), count))
}

fn shows_nothing(f: &mut fmt::Formatter<'_>, why: Option<&str>) -> fmt::Result {
    why.map_or(Ok(()), |why| row(f, "shows nothing", why))
}

fn is_empty(kept: &[&Notes]) -> bool {
    kept.iter().all(|notes| notes.count == 0)
}

fn spread(f: &mut fmt::Formatter<'_>, name: &str, spread: &Spread) -> fmt::Result {
    let Spread { count, p50, p90, p99, p999, max } = spread;
    let value = format_args!("p50 {p50}  p90 {p90}  p99 {p99}  p99.9 {p999}  max {max} µs  ({count})");
    row(f, name, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::tally::Tally;
    use crate::wire::{Answer, Outcome};

    #[test]
    fn a_tape_passes_with_differences_and_fails_with_silence() {
        let mut report = TapeReport::new("made up");
        report.different.add("lot 1: tape 2, here 3");
        assert!(report.passed());
        report.merge(TapeReport { unanswered: 1, ..TapeReport::new("made up") });
        assert!(!report.passed());
    }

    #[test]
    fn a_tape_fails_below_the_bar() {
        let report = TapeReport { equal: 3, equal_min: 4, ..TapeReport::new("made up") };
        assert!(!report.passed());
        assert!(TapeReport { equal: 4, ..report }.passed());
    }

    /// One accepted bid, seen by a viewer if there is one.
    fn crowd(viewers: u16) -> CrowdReport {
        let now = clock::now();
        let tally = Tally::new(now, now + Duration::from_secs(1));
        tally.answered(now, now, &Answer::Decided(Outcome::Accepted { seq: 1 }));
        if viewers > 0 {
            tally.delivered(now, 1);
        }
        tally.with(|counts| CrowdReport::new(counts, 1, viewers))
    }

    #[test]
    fn a_crowd_fails_when_nothing_was_accepted_or_seen() {
        assert!(crowd(0).passed() && crowd(2).passed());
        assert!(!CrowdReport { accepted: 0, ..crowd(0) }.passed());
        let unseen = CrowdReport { deliveries: 0, ..crowd(2) };
        assert!(!unseen.passed());
        assert!(unseen.to_string().contains("no viewer saw an event"));
        let mut late = crowd(2);
        late.behind.add("lot x ends at 5, seen 4");
        assert!(!late.passed());
    }

    fn crash() -> CrashReport {
        CrashReport { accepted: 9, asked_again: 1, ..CrashReport::new(1) }
    }

    #[test]
    fn a_crash_run_fails_on_any_loss() {
        assert!(crash().passed());
        let mut lost = crash();
        lost.findings.lost.add("lot x seq 1");
        assert!(!lost.passed());
        let mut changed = crash();
        changed.contradictions.add("key y");
        assert!(!changed.passed());
        let mut forgotten = crash();
        forgotten.lost_proxies.add("paddle z");
        assert!(!forgotten.passed());
    }

    #[test]
    fn a_crash_run_fails_when_no_kill_could_have_lost_anything() {
        for idle in [CrashReport { accepted: 0, ..crash() }, CrashReport { asked_again: 0, ..crash() }] {
            assert!(idle.is_sound() && !idle.passed());
            assert!(idle.to_string().contains("shows nothing"));
        }
    }
}
