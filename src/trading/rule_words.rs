//! A lot's rules as a bidder reads them, in Chinese and English.

use crate::trading::wire::money;
use matching::methods::{call, sealed};
use matching::{CeilingThen, Extension, Method, Phase, ProxyRule, StepKind, Terms};

/// Thousands apart: a long sum is read aloud.
fn grouped(amount: &str) -> String {
    let (whole, cents) = amount.split_once('.').map_or((amount, None), |(whole, cents)| (whole, Some(cents)));
    let mut text = String::new();
    for (nth, digit) in whole.chars().enumerate() {
        if nth > 0 && (whole.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    cents.map_or(text.clone(), |cents| format!("{text}.{cents}"))
}

fn length(ms: i64) -> (String, String) {
    let (zh, en, unit) = match ms {
        ms if ms % 86_400_000 == 0 => ("天", "day", 86_400_000),
        ms if ms % 3_600_000 == 0 => ("小时", "hour", 3_600_000),
        ms if ms % 60_000 == 0 => ("分钟", "minute", 60_000),
        ms if ms % 1_000 == 0 => ("秒", "second", 1_000),
        _ => ("毫秒", "millisecond", 1),
    };
    let count = ms / unit;
    (format!("{count}{zh}"), format!("{count} {en}{}", if count == 1 { "" } else { "s" }))
}

/// The rules as a bidder reads them, Chinese and English.
pub fn in_words(terms: &Terms) -> (Vec<String>, Vec<String>) {
    let mut lines: Vec<(String, String)> = Vec::new();
    let yuan = |amount| grouped(&money(amount, terms.scale));
    let step = yuan(terms.step.at(terms.start_price));
    let ladder = terms.phases.iter().any(|phase| !matches!(phase, Phase::Method(_)));
    if ladder {
        lines.push(step_in_words(terms, &step));
    }
    for phase in &terms.phases {
        lines.push(phase_in_words(terms, phase));
    }
    if let Some(ceiling) = terms.ceiling {
        let price = yuan(ceiling.price);
        lines.push(match (ceiling.then, terms.after_ceiling.is_empty()) {
            (CeilingThen::SellToSingle, _) => (
                format!("最高限价{price}元；达到后询问其他竞买人，仅一人接受则按限价成交"),
                format!(
                    "the ceiling is {price} yuan; there the others are asked, and if one alone takes it, it is his"
                ),
            ),
            (CeilingThen::HandOver, true) => (
                format!("最高限价{price}元；达到后停止竞价，转入下一方式"),
                format!("the ceiling is {price} yuan; there bidding stops and another method decides"),
            ),
            (CeilingThen::HandOver, false) => (
                format!("最高限价{price}元；达到后停止竞价，转入下列环节"),
                format!("the ceiling is {price} yuan; there bidding stops and goes on as follows"),
            ),
        });
        for phase in &terms.after_ceiling {
            let (zh, en) = phase_in_words(terms, phase);
            lines.push((format!("达到最高限价后：{zh}"), format!("after the ceiling: {en}")));
        }
    }
    if ladder && terms.proxy != ProxyRule::None {
        lines.push((
            "可委托报价：系统在您的限价内代为加价，限价保密".into(),
            "standing bids: the system bids for you up to your secret maximum".into(),
        ));
    }
    if terms.reserve.is_some() || terms.reserve_entry.is_some() {
        lines.push((
            "设有底价，达到底价（含）方可成交".into(),
            "there is a reserve; a price at or above it sells".into(),
        ));
    }
    if let Some(ms) = terms.reserve_offer_ms {
        let (zh, en) = length(ms);
        lines.push((
            format!("最高报价低于底价时，公布底价并询问{zh}，先接受者按底价成交"),
            format!("a price below the reserve: the reserve is shown for {en}, and the first to take it has the lot"),
        ));
    }
    if let Some(follows) = terms.follows {
        let (zh, en) = length(follows.gap_ms);
        lines.push((
            format!("逐宗交易：前一标的结束{zh}后开始"),
            format!("lots run one after another: this one opens {en} after the one before"),
        ));
    }
    lines.push((
        "以服务器收到报价的时间为准，截止瞬间到达视为超时；报价不可撤回".into(),
        "server time on arrival counts, a bid at the very end is late; bids cannot be withdrawn".into(),
    ));
    lines.into_iter().unzip()
}

fn step_in_words(terms: &Terms, step: &str) -> (String, String) {
    match (terms.direction, terms.step.kind) {
        (_, StepKind::Own) => (
            "每次报价只须优于您自己的上次报价；最优报价领先".into(),
            "each bid need only improve your own last one; the best bid leads".into(),
        ),
        (_, StepKind::Multiple) => (
            format!("首次报价不低于起始价，之后按增价幅度{step}元的整数倍加价"),
            format!("the first bid meets the start price, later ones move by whole multiples of {step} yuan"),
        ),
        (_, StepKind::AtLeast) => (
            format!("首次报价不低于起始价，之后每次至少加价{step}元"),
            format!("the first bid meets the start price, later ones move at least {step} yuan"),
        ),
    }
}

fn phase_in_words(terms: &Terms, phase: &Phase) -> (String, String) {
    let (zh, en) = length(phase.length_ms());
    match phase {
        Phase::Open { extension, .. } => {
            let (more_zh, more_en) = extension_in_words(extension);
            (format!("竞价{zh}；{more_zh}"), format!("bidding lasts {en}; {more_en}"))
        }
        Phase::Free { freeze_ms, freeze_bidders_min, .. } if *freeze_ms > 0 && *freeze_bidders_min == 2 => {
            let (freeze_zh, freeze_en) = length(*freeze_ms);
            (
                format!("自由报价期{zh}；有两名以上竞买人报价的，截止前{freeze_zh}停止报价"),
                format!("free bidding lasts {en}; once two have quoted, quotes stop {freeze_en} before its end"),
            )
        }
        Phase::Free { freeze_ms, .. } if *freeze_ms > 0 => {
            let (freeze_zh, freeze_en) = length(*freeze_ms);
            (
                format!("自由报价期{zh}，截止前{freeze_zh}停止报价"),
                format!("free bidding lasts {en}; quotes stop {freeze_en} before its end"),
            )
        }
        Phase::Free { .. } => (format!("自由报价期{zh}"), format!("free bidding lasts {en}")),
        Phase::Inquiry { .. } => (
            format!("询问期{zh}：是否继续竞价，不答视为不参加"),
            format!("an inquiry of {en}: do you go on? silence is no"),
        ),
        Phase::Preparation { .. } => (format!("准备期{zh}"), format!("preparation of {en}")),
        Phase::Timed { extension, .. } => {
            let (more_zh, more_en) = extension_in_words(extension);
            (format!("限时竞价{zh}；{more_zh}"), format!("timed bidding of {en}; {more_en}"))
        }
        Phase::Method(method) => method_in_words(terms, method, &zh, &en),
    }
}

fn method_in_words(terms: &Terms, method: &Method, zh: &str, en: &str) -> (String, String) {
    let yuan = |amount| grouped(&money(amount, terms.scale));
    let points = |hundredths: i64| rust_decimal::Decimal::new(hundredths, 2).normalize();
    match method {
        Method::Sealed(rules) => {
            let (wins_zh, wins_en) = match rules.wins {
                sealed::Wins::Best => ("最优者成交，付其所报", "the best offer wins and pays what it says"),
                sealed::Wins::SecondPrice => {
                    ("最优者成交，付次优价", "the best offer wins and pays what the second best says")
                }
                sealed::Wins::NearestMean => (
                    "最接近全部报价平均值者成交，付其所报；同等接近，低者成交",
                    "the offer nearest to the mean of all wins and pays what it says; equally near, the lower",
                ),
            };
            let (who_zh, who_en) = match rules.who {
                sealed::Who::Everyone => ("", ""),
                sealed::Who::AllButFirst => ("（先接受者以外的竞买人）", " for everyone but the first taker"),
                sealed::Who::FirstOnly => ("（仅先接受者）", " for the first taker alone"),
            };
            let (band_zh, band_en) = rules.band.map_or_else(Default::default, |(low, high)| {
                let (low, high) = (yuan(low), yuan(high));
                (format!("，高于{low}元且不高于{high}元"), format!(", above {low} and up to {high} yuan"))
            });
            (
                format!("一次报价{who_zh}{zh}{band_zh}，截止前保密，可修改{}次；{wins_zh}", rules.changes_max),
                format!(
                    "one hidden offer{who_en} within {en}{band_en}, changed at most {} times; {wins_en}",
                    rules.changes_max
                ),
            )
        }
        Method::Dutch(rules) => {
            let (every_zh, every_en) = length(rules.every_ms);
            let drop = yuan(rules.drop);
            (
                format!("荷兰式：从起始价起每{every_zh}变动{drop}元，共{}档，先接受显示价者得", rules.steps),
                format!(
                    "the price moves {drop} yuan every {every_en}, {} times at most; the first to take it has it",
                    rules.steps
                ),
            )
        }
        Method::Rounds(rules) => {
            let (turn_zh, turn_en) = length(rules.turn_ms);
            (
                format!("{}轮依次报价，每人每轮{turn_zh}，报价较差者先报，每轮后重新排序", rules.rounds),
                format!(
                    "{} rounds of turns of {turn_en}, the worst offer first, ordered anew after each round",
                    rules.rounds
                ),
            )
        }
        Method::Lottery(rules) => {
            let (collect_zh, collect_en) = length(rules.collect_ms);
            (
                format!(
                    "摇号：交易中心与监督方先公布种子承诺，竞买人{collect_zh}内各自提交内容，再公布种子；结果任何人可复算"
                ),
                format!(
                    "a draw: the offices commit to seeds, entrants add a text of their own within {collect_en}, then the seeds are shown; anybody can redo it"
                ),
            )
        }
        Method::Area(rules) => {
            let (more_zh, more_en) = extension_in_words(&rules.extension);
            (
                format!("竞配建面积{zh}，从{}起，面积最大者按现价成交；{more_zh}", yuan(rules.start)),
                format!(
                    "bidding for area lasts {en}, from {}; the most area wins at the standing price; {more_en}",
                    yuan(rules.start)
                ),
            )
        }
        Method::Weighted(rules) => {
            let parts = |comma: &str, name: fn(&matching::methods::weighted::Indicator) -> &str| {
                let part = |indicator| format!("{} {}", name(indicator), points(indicator.points));
                rules.indicators.iter().map(part).collect::<Vec<_>>().join(comma)
            };
            (
                format!(
                    "权重报价{zh}：价格{}分、{}，总分最高者领先",
                    points(rules.price_points),
                    parts("、", |it| &it.name_zh)
                ),
                format!(
                    "weighted bidding for {en}: price {} points, {}; the highest score leads",
                    points(rules.price_points),
                    parts(", ", |it| &it.name_en)
                ),
            )
        }
        Method::Scored(rules) => match rules.by {
            matching::methods::scored::By::Points { price_points, panel_points } => (
                format!(
                    "综合评分：价格{}分（最低有效价÷报价），评审{}分，{}名专家",
                    points(price_points),
                    points(panel_points),
                    rules.experts
                ),
                format!(
                    "scored: price {} points (lowest valid price / price), panel {} points, {} experts",
                    points(price_points),
                    points(panel_points),
                    rules.experts
                ),
            ),
            matching::methods::scored::By::LowestEvaluated => (
                format!("经{}名专家评审，评标价最低者成交", rules.experts),
                format!("{} experts evaluate; the lowest evaluated price wins", rules.experts),
            ),
        },
        Method::Call(rules) => {
            let (tie_zh, tie_en) = match &rules.ties {
                call::Ties::Time => ("时间", "time"),
                call::Ties::Drawn { .. } => ("事先抽签次序", "a lottery fixed before"),
            };
            let (pays_zh, pays_en) = match rules.pays {
                call::Pays::Uniform => ("统一按最低成交价结算", "all pay the lowest accepted price"),
                call::Pays::Own => ("按各自报价结算", "each pays his own price"),
            };
            (
                format!(
                    "集合竞价{zh}：共{}个单位，每人最多{}，按价格、{tie_zh}优先成交，{pays_zh}",
                    rules.supply, rules.cap
                ),
                format!(
                    "a call auction of {en}: {} units, at most {} each, by price then {tie_en}; {pays_en}",
                    rules.supply, rules.cap
                ),
            )
        }
        Method::Rising(rules) => {
            let (round_zh, round_en) = length(rules.round_ms);
            (
                format!("时钟拍卖：每轮{round_zh}，需求超过供给的标的加价，无超额需求时结束；活跃度不得增加"),
                format!(
                    "a clock auction in rounds of {round_en}: prices rise where demand passes supply; it ends when none does; activity never rises"
                ),
            )
        }
        Method::Exchange(_) => (
            format!("连续双向竞价{zh}：价格优先、时间优先，可部分成交、可撤单"),
            format!("a continuous double auction of {en}: price, then time; partial fills; orders can be taken back"),
        ),
    }
}

fn extension_in_words(extension: &Extension) -> (String, String) {
    match *extension {
        Extension::None => ("到时结束，不延时".into(), "it ends on time".into()),
        Extension::Sliding { window_ms } | Extension::SlidingCapped { window_ms, .. } => {
            let (zh, en) = length(window_ms);
            (
                format!("最后{zh}内有报价，则自该报价起顺延{zh}"),
                format!("a bid in the last {en} moves the end to {en} after it"),
            )
        }
        Extension::Restart { period_ms } | Extension::RestartPaused { period_ms, .. } => {
            let (zh, en) = length(period_ms);
            (format!("每次报价重新倒计时{zh}"), format!("each bid restarts a clock of {en}"))
        }
        Extension::AddOn { add_ms } => {
            let (zh, en) = length(add_ms);
            (format!("每次报价延长{zh}"), format!("each bid adds {en}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn long_sums_are_grouped() {
        for (plain, read) in [("5", "5"), ("999.99", "999.99"), ("1000", "1,000"), ("125000000.00", "125,000,000.00")] {
            assert_eq!(grouped(plain), read);
        }
    }
}
