//! 工作人员环节: what those who run a lot do: reviews that leave one bidder, periods cut short, sealed data read
//! while sealed, the same winner after an objection was upheld.

use crate::alert::{Alert, Entry, Level, Measured, Rule, Unit};
use crate::bounds::EVIDENCE_MAX;
use crate::facts::{Notice, What};
use crate::lot::{Lot, Now, Said, Topic, Who};
use crate::memory::{Memory, Winner};
use uuid::Uuid;

/// Rejections that leave one bidder and are asked about.
const REJECTED_MIN: usize = 2;
const DAY_MS: i64 = 86_400_000;

#[derive(Default)]
pub struct Review {
    rejections: Vec<u64>,
    pub opened: bool,
    pub notice: Option<Notice>,
    /// The lot whose place this one takes.
    pub follows: Option<Uuid>,
}

pub fn rejected(lot: &mut Lot, now: &mut Now, who: Who) {
    if std::mem::replace(&mut lot.of_mut(who).rejected, true) {
        return;
    }
    if lot.kept.review.rejections.len() < EVIDENCE_MAX {
        lot.kept.review.rejections.push(now.n);
    }
    let stays = |who: &Who| !lot.of(*who).rejected && !lot.of(*who).gone;
    let left: Vec<Who> = (0..lot.bidders.len() as Who).filter(stays).collect();
    let rejected = lot.bidders.iter().filter(|bidder| bidder.rejected).count();
    let [one] = left[..] else { return };
    if rejected < REJECTED_MIN {
        return;
    }
    lot.speak(now, Rule::OnlyOneLeft, Level::Yellow, &[one], |lot| {
        let paddle = lot.of(one).paddle;
        Said {
            evidence: lot.kept.review.rejections.clone(),
            measured: Measured { found: rejected as f64, baseline: REJECTED_MIN as f64, unit: Unit::Count },
            zh: format!("审查未通过{rejected}家，仅剩号牌{paddle}，请复核未通过的理由"),
            en: format!("review turned {rejected} away and left paddle {paddle} alone; look at its reasons"),
        }
    });
}

/// At publication, and whenever the end moves.
pub fn period(lot: &mut Lot, now: &mut Now) {
    if let Some(end) = lot.ends_at {
        public_until(lot, now, end);
    }
}

/// Law counts the notice to the beginning, which is known for certain only when it has come.
pub fn began(lot: &mut Lot, now: &mut Now) {
    let at = now.at;
    public_until(lot, now, at);
}

fn public_until(lot: &mut Lot, now: &mut Now, until: i64) {
    let Some(asked) = lot.terms.period_min_ms else { return };
    let (period, first) = (until - lot.published_at, lot.published_n);
    if period >= asked {
        return;
    }
    // The day of the notice is not counted, and a day that has not passed is none.
    let (found, baseline) = match lot.kept.review.notice {
        Some(notice) => (((until - notice.from_ms).max(0) / DAY_MS) as f64, f64::from(notice.days)),
        None => (period as f64 / DAY_MS as f64, asked as f64 / DAY_MS as f64),
    };
    let days = one_place(baseline);
    let (asked_zh, asked_en) = match lot.kept.review.notice.and_then(|notice| notice.working_days) {
        Some(working) => (format!("{working}个工作日（合{days}天）"), format!("{working} working days ({days} days)")),
        None => (format!("{days}天"), days),
    };
    let n = now.n;
    lot.speak(now, Rule::ShortPeriod, Level::Red, &[], |_| Said {
        evidence: vec![first, n],
        measured: Measured { found, baseline, unit: Unit::Days },
        zh: format!("公告期仅{}天，规定不少于{}", one_place(found), asked_zh),
        en: format!("the lot was noticed for {} days; the rule asks for {}", one_place(found), asked_en),
    });
}

/// Nothing in the record shows it: the audit trail does, whose number is named. Each reading is asked
/// about for itself: what two have granted in yellow, anything else in red.
pub fn read(lot: &mut Lot, now: &mut Now, granted: bool, audit: Option<u64>) {
    if lot.kept.review.opened {
        return;
    }
    let named = |n| (format!("（审计记录第{n}号）"), format!(" (audit no. {n})"));
    let (by_zh, by_en) = audit.map(named).unwrap_or_default();
    let (level, zh, en) = match granted {
        true => (
            Level::Yellow,
            format!("竞买人身份在标的结束前经两人同意被查看{by_zh}，请复核查看的理由"),
            format!("who the bidders are was read before the close, as two had granted{by_en}; look at their reason"),
        ),
        false => (
            Level::Red,
            format!("封存的数据在开启之前被工作人员查看{by_zh}，请说明理由"),
            format!("sealed data was read by staff before it was opened{by_en}; ask why"),
        ),
    };
    let topic = Topic { rule: Rule::SealedReadEarly, level, about: audit.unwrap_or(0) };
    lot.speak_about(now, topic, &[], |_| Said {
        evidence: Vec::new(),
        measured: Measured { found: 1.0, baseline: 0.0, unit: Unit::Count },
        zh,
        en,
    });
}

/// The winner gives up: who pays the deposit to lose may have been paid to win. Shown at the lot's close.
pub fn gave_up(now: &mut Now, memory: &Memory, id: Uuid, paddle: u32) {
    let Some(known) = memory.winners.get(&id) else { return };
    now.into.push(Alert {
        rule: Rule::WinnerGaveUp,
        level: Level::Yellow,
        lot: id,
        n: known.n,
        at_ms: now.at,
        paddles: vec![paddle],
        about: 0,
        evidence: vec![known.n],
        earlier: Vec::new(),
        measured: Measured { found: 1.0, baseline: 0.0, unit: Unit::Count },
        zh: format!("竞得人（号牌{paddle}）放弃成交，请核实是否与其他竞买人约定"),
        en: format!("the winner, paddle {paddle}, gave up; ask whether that was agreed with others"),
    });
}

/// Compares a result with the one set aside before it: the lot's own, or that of the lot whose place it takes. The
/// lot itself may be forgotten by then.
pub fn result(now: &mut Now, memory: &mut Memory, id: Uuid, lot: Option<&Lot>, closed: &What) {
    let What::Closed { winner, .. } = closed else { return };
    let seat =
        |lot: &Lot| lot.bidders.iter().find(|bidder| Some(bidder.paddle) == *winner).map(|bidder| bidder.account);
    let account = lot.and_then(seat).unwrap_or_default();
    let before = lot.and_then(|lot| lot.kept.review.follows).unwrap_or(id);
    let known = memory.winners.get(&before).filter(|known| known.is_annulled && known.paddle.is_some());
    let same = |known: &&Winner| match before == id {
        true => known.paddle == *winner,
        false => known.account == account && !account.is_nil(),
    };
    if let Some((known, paddle)) = known.filter(same).zip(*winner) {
        now.into.push(Alert {
            rule: Rule::SameWinnerAgain,
            level: Level::Yellow,
            lot: id,
            n: now.n,
            at_ms: now.at,
            paddles: vec![paddle],
            about: 0,
            evidence: if before == id { vec![known.n, now.n] } else { vec![now.n] },
            earlier: (before != id).then_some(Entry { lot: before, n: known.n }).into_iter().collect(),
            measured: Measured { found: 1.0, baseline: 0.0, unit: Unit::Count },
            zh: format!("原结果被撤销后，仍由号牌{paddle}的竞买人竞得，请复核"),
            en: format!("the result was set aside, and the bidder behind paddle {paddle} has won again"),
        });
    }
    *memory.winners.entry(id) = Winner { paddle: *winner, account, n: now.n, is_annulled: false };
}

/// 20, and 19.5 where it is no whole number.
fn one_place(days: f64) -> String {
    if days.fract() == 0.0 { format!("{days:.0}") } else { format!("{days:.1}") }
}
