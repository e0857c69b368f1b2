//! 工作人员环节: what those who run a lot do: reviews that leave one bidder, periods cut short, sealed data read
//! while sealed, the same winner after an objection was upheld.

use crate::alert::{Alert, Level, Measured, Rule, Unit};
use crate::bounds::EVIDENCE_MAX;
use crate::facts::What;
use crate::lot::{Lot, Now, Said, Who};
use crate::memory::{Memory, Winner};
use uuid::Uuid;

/// Rejections that leave one bidder and are asked about.
const REJECTED_MIN: usize = 2;
const DAY_MS: f64 = 86_400_000.0;

#[derive(Default)]
pub struct Review {
    rejections: Vec<u64>,
    pub opened: bool,
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
    let (Some(asked), Some(end)) = (lot.terms.period_min_ms, lot.ends_at) else { return };
    let (period, first) = (end - lot.published_at, lot.published_n);
    if period >= asked {
        return;
    }
    let n = now.n;
    lot.speak(now, Rule::ShortPeriod, Level::Yellow, &[], |_| Said {
        evidence: vec![first, n],
        measured: Measured { found: period as f64, baseline: asked as f64, unit: Unit::Milliseconds },
        zh: format!("公告至截止仅{:.1}天，规则要求不少于{:.1}天", period as f64 / DAY_MS, asked as f64 / DAY_MS),
        en: format!(
            "{:.1} days from publication to the end; the rule asks for {:.1}",
            period as f64 / DAY_MS,
            asked as f64 / DAY_MS
        ),
    });
}

pub fn read(lot: &mut Lot, now: &mut Now, by_staff: bool) {
    if !by_staff || lot.kept.review.opened {
        return;
    }
    let n = now.n;
    lot.speak(now, Rule::SealedReadEarly, Level::Red, &[], |_| Said {
        evidence: vec![n],
        measured: Measured { found: 1.0, baseline: 0.0, unit: Unit::Count },
        zh: "密封数据在开启之前被工作人员查看，请说明理由".into(),
        en: "sealed data was read by staff before it was opened; ask why".into(),
    });
}

/// Compares a result with the one set aside before it. The lot itself may be forgotten by then.
pub fn result(now: &mut Now, memory: &mut Memory, lot: Uuid, closed: &What) {
    let What::Closed { winner, .. } = closed else { return };
    let known = memory.winners.entry(lot);
    let again = known.annulled_n.zip(known.paddle.zip(*winner).filter(|(was, is)| was == is));
    if let Some((annulled_n, (_, paddle))) = again {
        now.into.push(Alert {
            rule: Rule::SameWinnerAgain,
            level: Level::Yellow,
            lot,
            n: now.n,
            at_ms: now.at,
            paddles: vec![paddle],
            evidence: vec![known.n, annulled_n, now.n],
            measured: Measured { found: 1.0, baseline: 0.0, unit: Unit::Count },
            zh: format!("原结果因异议被撤销后，仍由号牌{paddle}竞得，请复核"),
            en: format!("the result was set aside after an objection, and paddle {paddle} has won again"),
        });
    }
    *known = Winner { paddle: *winner, n: now.n, annulled_n: None };
}
