//! Rule profiles a clerk starts from: presets of local rules, every value open to change.

use crate::trading::desk::Profile;
use crate::trading::terms::{TermsBody, TermsDraft};
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

/// The presets, for `GET /api/profiles`.
pub fn all() -> Vec<Profile> {
    let (start, step) = (yuan(100_000_000), yuan(5_000_000));
    let presets = [
        (
            "guangdong_5min",
            "挂牌—询问5分钟—限时竞价5分钟（广东）",
            "listing, 5-minute inquiry, 5-minute timed bidding (Guangdong)",
            listing(start, step, StepKind::Multiple, free(10 * DAY, 0), vec![inquiry(5), timed(5, Entry::Confirmed)]),
        ),
        (
            "suzhou_sip",
            "挂牌截止前1小时停止报价—限时竞价4分钟（苏州）",
            "listing frozen for its last hour, 4-minute timed bidding (Suzhou)",
            listing(start, step, StepKind::Multiple, free(10 * DAY, HOUR), vec![timed(4, Entry::Quoted)]),
        ),
        (
            "fujian",
            "挂牌—准备期15分钟—限时竞价5分钟（福建）",
            "listing, 15-minute preparation, 5-minute timed bidding (Fujian)",
            listing(
                start,
                step,
                StepKind::AtLeast,
                free(10 * DAY, 0),
                vec![
                    Phase::Preparation { length_ms: 15 * MINUTE, recent_ms: HOUR, recent_bidders_min: 2 },
                    timed(5, Entry::Qualified),
                ],
            ),
        ),
        (
            "qinzhou_auction",
            "自由竞价1小时—限时竞价5分钟（钦州）",
            "one hour of free bidding, 5-minute timed bidding (Qinzhou)",
            listing(start, step, StepKind::Multiple, free(HOUR, 0), vec![timed(5, Entry::Qualified)]),
        ),
        (
            "judicial",
            "网络司法拍卖：24小时，末5分钟顺延",
            "judicial sale: 24 hours, a bid in the last 5 minutes extends",
            ascending(yuan(700_000), yuan(5_000), DAY, 5 * MINUTE),
        ),
        (
            "property_multi_quote",
            "产权多次报价：1小时，末3分钟顺延",
            "property rights, multi-round: 1 hour, a bid in the last 3 minutes extends",
            ascending(yuan(2_000_000), yuan(20_000), HOUR, 3 * MINUTE),
        ),
        (
            "descending_own",
            "竞低价：须优于自己的上次报价",
            "descending: improve your own last bid",
            Terms {
                direction: Direction::Descending,
                proxy: ProxyRule::None,
                ..listing(
                    yuan(1_000_000),
                    yuan(100),
                    StepKind::Own,
                    Phase::Open { length_ms: HOUR, extension: Extension::Sliding { window_ms: 2 * MINUTE } },
                    Vec::new(),
                )
            },
        ),
    ];
    presets.map(|(id, zh, en, terms)| profile(id, zh, en, &terms)).into()
}

fn profile(id: &str, name_zh: &str, name_en: &str, terms: &Terms) -> Profile {
    let body = TermsBody::of(terms, fifth(terms));
    Profile {
        id: id.into(),
        name_zh: name_zh.into(),
        name_en: name_en.into(),
        terms: TermsDraft { body, reserve: None },
    }
}
