//! 盲区: what the watch did not say or could not look at is told as plainly as what it saw; a lot it is silent about
//! must not look like a lot without signs.

use crate::alert::{Alert, Level, Measured, Rule, Unit};
use crate::bounds::{
    LINKS_EACH_MAX, LINKS_MAX, LOTS_MAX, OPENED_MAX, PADDLES_MAX, PAIRED_MAX, SEATS_EACH_MAX, SEATS_MAX, SPOKEN_MAX,
    TRACES_EACH_MAX, TRACES_MAX, USERS_MAX,
};
use crate::lot::{Lot, Now, Said, Spoken, Topic, listed};
use uuid::Uuid;

/// A rule has one more thing to say of a lot than is told one by one. The first time is told at once, all of them
/// are counted for the close.
pub fn left_out(lot: &mut Lot, now: &mut Now, rule: Rule, level: Level) {
    let spoken = lot.spoken(rule, level);
    spoken.left_out = spoken.left_out.saturating_add(1);
    if spoken.left_out > 1 {
        return;
    }
    let (zh, en) = rule.title();
    let said = Said {
        evidence: vec![now.n],
        measured: Measured { found: (SPOKEN_MAX + 1) as f64, baseline: SPOKEN_MAX as f64, unit: Unit::Count },
        zh: format!("“{zh}”在本标的已超过{SPOKEN_MAX}条，此后同类迹象只计数、不逐条发出，请通盘核查"),
        en: format!("“{en}” was raised more than {SPOKEN_MAX} times on this lot; from here on it is only counted"),
    };
    lot.say(now, Topic { rule: Rule::LeftOut, level, about: 0 }, &[], &[], said);
}

/// What a bound keeps the rules from looking at.
#[derive(Clone, Copy)]
pub enum Beyond {
    Paddles = 1,
    Seats = 2,
    Links = 3,
    LinksOfOne = 4,
    LotsOfOne = 5,
    Traces = 6,
    TracesOfOne = 7,
    Users = 8,
    Opened = 9,
    Paired = 10,
    Lots = 11,
}

impl Beyond {
    /// As many as are looked at, of what, and what is not done with more of them.
    fn words(self) -> (usize, &'static str, &'static str) {
        match self {
            Self::Paddles => {
                (PADDLES_MAX, "个号牌，其后的号牌未纳入核查", "paddles: those after them are not looked at")
            }
            Self::Seats => (
                SEATS_MAX,
                "家竞买人，其后入席者只与最先入席者比对关联关系",
                "bidders: those after them are related to these alone",
            ),
            Self::Links => (LINKS_MAX, "条关联关系，其后登记的未比对", "relations: those after them are not looked at"),
            Self::LinksOfOne => (
                LINKS_EACH_MAX,
                "条同一竞买人的关联关系，其余未比对",
                "relations of one bidder: the rest is not looked at",
            ),
            Self::LotsOfOne => (
                SEATS_EACH_MAX,
                "个同一竞买人同时参加的标的，其后登记的关联关系不再比对本标的",
                "lots one bidder sits in at once: relations registered later are not looked up in this one",
            ),
            Self::Traces => (
                TRACES_MAX,
                "个设备或网络标识，其后出现的未比对",
                "devices or networks: those after them are not compared",
            ),
            Self::TracesOfOne => (
                usize::from(TRACES_EACH_MAX),
                "个由同一号牌带来的设备或网络标识，其后出现的未比对",
                "devices or networks of one paddle: those after them are not compared",
            ),
            Self::Users => (
                USERS_MAX,
                "个号牌使用同一设备或网络，其后的未比对",
                "paddles on one device or network: those after them are not compared",
            ),
            Self::Opened => (OPENED_MAX, "份密封报价，其余未比对", "sealed prices: the rest is not compared"),
            Self::Paired => (
                PAIRED_MAX,
                "份密封报价，未逐对核查固定比例与陪标",
                "sealed prices: no two of them are put in a ratio, and no group of companions is looked for",
            ),
            Self::Lots => {
                (LOTS_MAX, "个同时进行的标的，本标的此后不再核查", "live lots: this one is not looked at from here on")
            }
        }
    }
}

/// A bound keeps the rules from looking at something of this lot. Told once of each kind.
pub fn beyond(lot: &mut Lot, now: &mut Now, what: Beyond) {
    let (max, zh, en) = what.words();
    let (n, topic) = (now.n, Topic { rule: Rule::LeftOut, level: Level::Yellow, about: what as u64 });
    lot.speak_about(now, topic, &[], |_| Said {
        evidence: vec![n],
        measured: Measured { found: (max + 1) as f64, baseline: max as f64, unit: Unit::Count },
        zh: format!("已超过{max}{zh}，请人工核查"),
        en: format!("there are more than {max} {en}; look at it by hand"),
    });
}

/// At the close: how much was left out, of which rules.
pub fn closed(lot: &mut Lot, now: &mut Now) {
    let Some(level) = lot.left_out().map(|spoken| spoken.level).max() else { return };
    let sum: u64 = lot.left_out().map(|spoken| u64::from(spoken.left_out)).sum();
    let of = |spoken: &Spoken| (spoken.rule.title(), spoken.left_out);
    let zh: Vec<String> = lot.left_out().map(of).map(|((zh, _), count)| format!("“{zh}”{count}条")).collect();
    let en: Vec<String> = lot.left_out().map(of).map(|((_, en), count)| format!("“{en}” {count} times")).collect();
    let (zh, en) = (zh.join("、"), en.join(", "));
    let said = Said {
        evidence: vec![now.n],
        measured: Measured { found: sum as f64, baseline: 0.0, unit: Unit::Count },
        zh: format!("本标的另有{sum}条迹象未逐条发出：{zh}"),
        en: format!("{sum} more signs on this lot were not told one by one: {en}"),
    };
    lot.say(now, Topic { rule: Rule::LeftOut, level, about: 0 }, &[], &[], said);
}

/// The tables were asked about a newcomer, or about the lot, and could not be read.
pub fn unanswered(lot: &mut Lot, now: &mut Now, paddle: Option<u32>) {
    let whom: Vec<_> = paddle.and_then(|paddle| lot.who(paddle, now.n)).into_iter().collect();
    let n = now.n;
    lot.speak(now, Rule::NotAnswered, Level::Yellow, &whom, |lot| {
        let (zh, en) = listed(&lot.paddles(&whom));
        let (zh, en) = match whom.is_empty() {
            true => ("本标的".to_string(), "this lot".to_string()),
            false => (format!("号牌{zh}"), format!("paddle {en}")),
        };
        Said {
            evidence: vec![n],
            measured: Measured { found: 1.0, baseline: 0.0, unit: Unit::Count },
            zh: format!("{zh}的旁证资料（缴款、关联关系、审查结果等）未能读取，系统未作比对，请人工核查"),
            en: format!(
                "payments, relations or review results of {en} could not be read and were compared with nothing; \
                 look at them by hand"
            ),
        }
    });
}

/// Whoever runs the rules fell over this so many times and left it out. Told without the rules, which may be what fell.
pub fn not_looked_at(lot: Uuid, n: u64, at_ms: i64, times: u32) -> Alert {
    Alert {
        rule: Rule::NotLookedAt,
        level: Level::Red,
        lot,
        n,
        at_ms,
        paddles: Vec::new(),
        about: 0,
        evidence: vec![n],
        earlier: Vec::new(),
        measured: Measured { found: f64::from(times), baseline: 0.0, unit: Unit::Count },
        zh: format!(
            "监督程序核查记录第{n}条时连续{times}次出错，该条未经任何规则核查，本标的此后的提示可能不全，请人工核查；\
             其余记录照常核查，交易不受影响"
        ),
        en: format!(
            "the watch fell {times} times over entry {n} and has not looked at it; what it says of this lot from here \
             on may not be all, look at it by hand. Everything else is looked at, and the auction went on"
        ),
    }
}
