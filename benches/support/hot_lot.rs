//! A lot that takes bid after bid.

use matching::{Band, Direction, Extension, Money, Phase, ProxyRule, Restart, Resume, StepKind, StepRule, Terms};

pub fn money(minor: i64) -> Money {
    Money::new(minor).expect("in range")
}

/// Ascending, a bidder may go on against himself, open for a year.
pub fn hot_terms() -> Terms {
    Terms {
        scale: 2,
        direction: Direction::Ascending,
        start_price: money(100),
        step: StepRule { kind: StepKind::AtLeast, bands: vec![Band { from: Money::ZERO, step: money(1) }] },
        reserve: None,
        ceiling: None,
        proxy: ProxyRule::None,
        self_outbid: true,
        phases: vec![Phase::Open { length_ms: 300 * 86_400_000, extension: Extension::Sliding { window_ms: 300_000 } }],
        after_ceiling: Vec::new(),
        reserve_entry: None,
        reserve_offer_ms: None,
        follows: None,
        opens_at: None,
        resume: Resume { quick_ms: 0, notice_ms: 0, restart: Restart::Timed },
    }
}
