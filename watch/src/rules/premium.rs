//! 溢价率: the price passes one and a half times the start. A fact of the ministry's rule on abnormal deals
//! (异常交易地块), to be reported within two working days; it makes nobody suspect.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::lot::{Lot, Now, Said, Seen};

const PREMIUM_PERCENT: i64 = 50;

pub fn look(lot: &mut Lot, now: &mut Now, seen: &Seen) {
    let start = lot.terms.start_minor;
    if lot.premium_said
        || !seen.leads
        || !lot.terms.rising
        || start <= 0
        || (seen.amount - start) * 100 <= start * PREMIUM_PERCENT
    {
        return;
    }
    lot.premium_said = true;
    lot.speak(now, Rule::PremiumOverHalf, Level::Blue, &[], |lot| {
        let paddle = lot.of(seen.who).paddle;
        Said {
            evidence: vec![seen.n],
            measured: Measured {
                found: (seen.amount - start) as f64 / start as f64 * 100.0,
                baseline: PREMIUM_PERCENT as f64,
                unit: Unit::Percent,
            },
            zh: format!("溢价率超过{PREMIUM_PERCENT}%，号牌{paddle}领先；成交后两个工作日内应上报"),
            en: format!(
                "the premium passes {PREMIUM_PERCENT} %, paddle {paddle} leads; \
                 to be reported within two working days of the deal"
            ),
        }
    });
}
