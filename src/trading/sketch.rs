//! Short ways to write a demonstration's rules.

use crate::trading::wire::money;
use matching::{
    Band, Direction, Entry, Extension, Money, Phase, ProxyRule, Restart, Resume, StepKind, StepRule, Terms,
};

pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

pub fn yuan(yuan: i64) -> Money {
    Money::new(yuan * 100).expect("a preset's price is in range")
}

pub fn steps(kind: StepKind, step: Money) -> StepRule {
    StepRule { kind, bands: vec![Band { from: Money::ZERO, step }] }
}

/// Land: a listing, then what `rest` says.
pub fn listing(start: Money, step: Money, kind: StepKind, free: Phase, rest: Vec<Phase>) -> Terms {
    let mut phases = vec![free];
    phases.extend(rest);
    Terms {
        scale: 2,
        direction: Direction::Ascending,
        start_price: start,
        step: steps(kind, step),
        reserve: None,
        ceiling: None,
        proxy: ProxyRule::None,
        self_outbid: false,
        phases,
        after_ceiling: Vec::new(),
        reserve_entry: None,
        reserve_offer_ms: None,
        follows: None,
        opens_at: None,
        resume: Resume { quick_ms: HOUR, notice_ms: 24 * HOUR, restart: Restart::Preparation },
    }
}

/// Open ascending bidding with a sliding close.
pub fn ascending(start: Money, step: Money, length_ms: i64, window_ms: i64) -> Terms {
    let open = Phase::Open { length_ms, extension: Extension::Sliding { window_ms } };
    Terms { proxy: ProxyRule::Step, ..listing(start, step, StepKind::AtLeast, open, Vec::new()) }
}

pub fn inquiry(minutes: i64) -> Phase {
    Phase::Inquiry { length_ms: minutes * MINUTE, entrants_min: 2, quoted_min: Some(1) }
}

pub fn timed(minutes: i64, entry: Entry) -> Phase {
    let period_ms = minutes * MINUTE;
    Phase::Timed { period_ms, extension: Extension::Restart { period_ms }, entry, step: None }
}

pub fn free(length_ms: i64, freeze_ms: i64) -> Phase {
    // A lone bidder freezes nothing (Suzhou).
    Phase::Free { length_ms, freeze_ms, extension: Extension::None, freeze_bidders_min: 2 }
}

/// 保证金: a fifth of the start price, the least land law allows.
pub fn fifth(terms: &Terms) -> String {
    money(Money::new(terms.start_price.minor() / 5).unwrap_or(Money::ZERO), terms.scale)
}
