//! What the benches share: a folder on the real disk, a hot lot, medians.

use matching::{
    Band, Command, Direction, Event, Extension, Moment, Money, Paddle, Phase, ProxyRule, Restart, Resume, StepKind,
    StepRule, Terms,
};
use std::path::PathBuf;
use std::time::Duration;
use sunbid::trading::journal::{Act, Entry};
use uuid::Uuid;

/// Below target/: a temporary folder may be in memory, where a sync costs nothing.
pub fn folder(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a folder");
    dir
}

pub fn money(minor: i64) -> Money {
    Money::new(minor).expect("in range")
}

/// Ascending, one bidder may go on against himself, open for a year.
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
        opens_at: None,
        resume: Resume { quick_ms: 0, notice_ms: 0, restart: Restart::Timed },
    }
}

/// Entries as a floor would write them.
pub fn entries(lot: Uuid, from: u64, count: u64) -> Vec<Entry> {
    (from..from + count)
        .map(|n| {
            let amount = money(100 + n as i64);
            let command =
                Command::Bid { paddle: Paddle(101), key: Uuid::from_u128(u128::from(n)), amount, expect: None };
            let bid = Event::Bid {
                paddle: Paddle(101),
                amount,
                leads: true,
                by_proxy: false,
                ends_at: Moment(1_800_000_000_000),
                paused_until: None,
            };
            Entry {
                n,
                at: Moment(1_790_000_000_000 + n as i64),
                lot,
                actor: Some(Uuid::from_u128(7)),
                device: None,
                act: Act::Command(command),
                result: Ok(vec![bid]),
            }
        })
        .collect()
}

pub fn quantile(samples: &mut [Duration], q: f64) -> Duration {
    samples.sort_unstable();
    samples[((samples.len() - 1) as f64 * q) as usize]
}
