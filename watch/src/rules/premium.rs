//! 溢价率: the price passes one and a half times the start. A fact of the ministry's rule on abnormal deals
//! (异常交易地块), to be reported within two working days; it makes nobody suspect.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::facts::What;
use crate::lot::{Lot, Now, Said, Seen};

const PREMIUM_PERCENT: i64 = 50;

pub fn look(lot: &mut Lot, now: &mut Now, seen: &Seen) {
    if lot.premium_said || !seen.leads || !is_over(lot, seen.amount) {
        return;
    }
    let paddle = lot.of(seen.who).paddle;
    let zh = format!("溢价率超过{PREMIUM_PERCENT}%，号牌{paddle}领先；成交后两个工作日内应上报");
    let en = format!(
        "the premium passes {PREMIUM_PERCENT} %, paddle {paddle} leads; \
         to be reported within two working days of the deal"
    );
    say(lot, now, seen.amount, zh, en);
}

/// At the close: a price nobody bid in the open, as of sealed offers.
pub fn closed(lot: &mut Lot, now: &mut Now, closed: &What) {
    let What::Closed { winner: Some(winner), price_minor: Some(price), .. } = closed else { return };
    if lot.premium_said || !is_over(lot, *price) {
        return;
    }
    let zh = format!("号牌{winner}以超过{PREMIUM_PERCENT}%的溢价率成交；两个工作日内应上报");
    let en = format!(
        "paddle {winner} won at a premium over {PREMIUM_PERCENT} %; to be reported within two working days of the deal"
    );
    say(lot, now, *price, zh, en);
}

fn is_over(lot: &Lot, price: i64) -> bool {
    let start = lot.terms.start_minor;
    lot.terms.rising && start > 0 && (price - start) * 100 > start * PREMIUM_PERCENT
}

fn say(lot: &mut Lot, now: &mut Now, price: i64, zh: String, en: String) {
    lot.premium_said = true;
    let (start, n) = (lot.terms.start_minor, now.n);
    let found = (price - start) as f64 / start as f64 * 100.0;
    let measured = Measured { found, baseline: PREMIUM_PERCENT as f64, unit: Unit::Percent };
    lot.speak(now, Rule::PremiumOverHalf, Level::Blue, &[], |_| Said { evidence: vec![n], measured, zh, en });
}
