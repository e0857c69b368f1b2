//! The first rules, each a few lines over what a lot's bidders have done so far.

use crate::trading::alert::{Alert, Level, Rule};
use crate::trading::feed::Feed;
use crate::trading::journal::{Act, Committed, Entry};
use matching::{Event, Money, Paddle, Terms};
use sqlx::SqlitePool;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use uuid::Uuid;

const NAME: &str = "watch";
/// Bids of one lot looked back on.
const LOOK_BACK_MAX: usize = 32;
/// Devices of one lot remembered.
const DEVICES_MAX: usize = 4_096;
/// Turns two bidders take alone before anyone asks why.
const ALTERNATING_BIDS: usize = 10;
/// Answers this fast, so many in a row, are no person's.
const MACHINE_MS: i64 = 400;
const MACHINE_ANSWERS: usize = 5;

#[derive(Clone, Copy)]
struct Seen {
    n: u64,
    paddle: Paddle,
    at: i64,
    by_proxy: bool,
}

struct LotWatch {
    terms: Box<Terms>,
    bids: VecDeque<Seen>,
    devices: HashMap<Arc<str>, (Paddle, u64)>,
    /// Each rule speaks once for the same paddles.
    raised: HashSet<(Rule, Vec<u32>)>,
}

/// What the rules know; made of the record alone, so a restart knows the same.
#[derive(Default)]
pub struct Watch {
    lots: HashMap<Uuid, LotWatch>,
}

impl Watch {
    /// Looks at an entry; the alerts it raises.
    pub fn look(&mut self, entry: &Entry) -> Vec<Alert> {
        if let Act::Publish(terms) = &entry.act {
            let lot = LotWatch {
                terms: terms.clone(),
                bids: VecDeque::new(),
                devices: HashMap::new(),
                raised: HashSet::new(),
            };
            self.lots.insert(entry.lot, lot);
        }
        let Some(lot) = self.lots.get_mut(&entry.lot) else { return Vec::new() };
        let mut alerts = Vec::new();
        lot.device(entry, &mut alerts);
        for event in entry.result.iter().flatten() {
            if let Event::Bid { paddle, amount, leads, by_proxy, .. } = event {
                if lot.bids.len() == LOOK_BACK_MAX {
                    lot.bids.pop_front();
                }
                lot.bids.push_back(Seen { n: entry.n, paddle: *paddle, at: entry.at.0, by_proxy: *by_proxy });
                if *leads {
                    lot.premium(entry, *amount, *paddle, &mut alerts);
                }
                lot.alternating(entry, &mut alerts);
                lot.machine(entry, &mut alerts);
            }
        }
        alerts
    }
}

impl LotWatch {
    #[allow(clippy::too_many_arguments)]
    fn raise(
        &mut self,
        entry: &Entry,
        rule: Rule,
        level: Level,
        paddles: Vec<u32>,
        evidence: Vec<u64>,
        words: (String, String),
        into: &mut Vec<Alert>,
    ) {
        let mut whom = paddles.clone();
        whom.sort_unstable();
        if rule == Rule::PremiumOverHalf {
            whom.clear();
        }
        if !self.raised.insert((rule, whom)) {
            return;
        }
        let (zh, en) = words;
        into.push(Alert {
            id: 0,
            n: entry.n,
            at: entry.at.0,
            lot: entry.lot,
            lot_number: String::new(),
            rule,
            level,
            zh,
            en,
            paddles,
            evidence,
        });
    }

    /// Two paddles speak from one browser.
    fn device(&mut self, entry: &Entry, into: &mut Vec<Alert>) {
        let Some(device) = &entry.device else { return };
        let Some((paddle, _)) = entry.command().and_then(matching::Command::signature) else { return };
        if paddle == Paddle(0) {
            return;
        }
        match self.devices.get(device) {
            Some((other, n)) if *other != paddle => {
                let (other, n) = (*other, *n);
                let words = (
                    format!("号牌{other}与号牌{paddle}使用同一设备"),
                    format!("paddles {other} and {paddle} bid from one device"),
                );
                let evidence = vec![n, entry.n];
                self.raise(entry, Rule::SharedDevice, Level::Red, vec![other.0, paddle.0], evidence, words, into);
            }
            Some(_) => {}
            None if self.devices.len() < DEVICES_MAX => {
                self.devices.insert(device.clone(), (paddle, entry.n));
            }
            None => {}
        }
    }

    /// Ministry rule of abnormal deals (异常交易地块): premium above one half.
    fn premium(&mut self, entry: &Entry, amount: Money, paddle: Paddle, into: &mut Vec<Alert>) {
        let start = self.terms.start_price.minor();
        if start > 0 && (amount.minor() - start) * 2 > start {
            let words =
                (format!("溢价率超过50%，号牌{paddle}领先"), format!("the premium passes 50 %; paddle {paddle} leads"));
            self.raise(entry, Rule::PremiumOverHalf, Level::Yellow, vec![paddle.0], vec![entry.n], words, into);
        }
    }

    /// Two paddles alone, turn by turn, by hand.
    fn alternating(&mut self, entry: &Entry, into: &mut Vec<Alert>) {
        let mut last: Vec<Seen> = self.bids.iter().rev().take(ALTERNATING_BIDS).copied().collect();
        last.reverse();
        if last.len() < ALTERNATING_BIDS || last.iter().any(|bid| bid.by_proxy) {
            return;
        }
        let (a, b) = (last[0].paddle, last[1].paddle);
        let takes_turns = last.iter().enumerate().all(|(turn, bid)| bid.paddle == if turn % 2 == 0 { a } else { b });
        if a != b && takes_turns {
            let evidence = last.iter().map(|bid| bid.n).collect();
            let words = (
                format!("号牌{a}与号牌{b}连续轮流报价{ALTERNATING_BIDS}次，无他人参与"),
                format!("paddles {a} and {b} alone have taken {ALTERNATING_BIDS} turns in a row"),
            );
            self.raise(entry, Rule::AlternatingPair, Level::Yellow, vec![a.0, b.0], evidence, words, into);
        }
    }

    /// A paddle that answers others' bids faster than a person can, again and again.
    fn machine(&mut self, entry: &Entry, into: &mut Vec<Alert>) {
        let Some(bidder) = self.bids.back().map(|bid| bid.paddle) else { return };
        let bids = self.bids.make_contiguous();
        let mut fast = Vec::new();
        for pair in bids.windows(2).rev() {
            let (before, answer) = (pair[0], pair[1]);
            if answer.paddle != bidder || before.paddle == bidder {
                continue;
            }
            if answer.by_proxy || answer.at - before.at > MACHINE_MS {
                return;
            }
            fast.push(answer.n);
            if fast.len() == MACHINE_ANSWERS {
                break;
            }
        }
        if fast.len() == MACHINE_ANSWERS {
            fast.reverse();
            let words = (
                format!("号牌{bidder}连续{MACHINE_ANSWERS}次在{MACHINE_MS}毫秒内应价"),
                format!("paddle {bidder} has answered {MACHINE_ANSWERS} times in a row within {MACHINE_MS} ms"),
            );
            self.raise(entry, Rule::MachineSpeed, Level::Yellow, vec![bidder.0], fast, words, into);
        }
    }
}

/// The entry the alerts stand before.
pub async fn cursor(db: &SqlitePool) -> sqlx::Result<u64> {
    let next_n: Option<i64> =
        sqlx::query_scalar("select next_n from projection_cursor where name = ?").bind(NAME).fetch_optional(db).await?;
    Ok(next_n.unwrap_or(0) as u64)
}

/// Follows the record from `next_n` on; writes alerts with the cursor and tells the supervisors.
/// `missed`: what the replay at the start found beyond the cursor.
pub async fn run(
    db: SqlitePool,
    committed: Arc<Committed>,
    mut watch: Watch,
    feed: Arc<Feed>,
    next_n: u64,
    missed: Vec<Alert>,
) {
    let mut tail = committed.tail(next_n);
    let mut alerts = missed;
    loop {
        if !alerts.is_empty() {
            match write(&db, alerts, tail.next_n()).await {
                Ok(alerts) => alerts.into_iter().for_each(|alert| feed.alert(alert)),
                Err(error) => {
                    tracing::error!(%error, "alerts cannot be written; stopping, a restart goes on from their cursor");
                    std::process::exit(1);
                }
            }
        }
        let batches = tail.next().await;
        alerts = batches.iter().flat_map(|batch| &batch.entries).flat_map(|entry| watch.look(entry)).collect();
    }
}

async fn write(db: &SqlitePool, mut alerts: Vec<Alert>, next_n: u64) -> sqlx::Result<Vec<Alert>> {
    let mut tx = db.begin_with("begin immediate").await?;
    for alert in &mut alerts {
        let number: Option<String> = sqlx::query_scalar("select number from lots where id = ?")
            .bind(alert.lot.to_string())
            .fetch_optional(&mut *tx)
            .await?;
        alert.lot_number = number.unwrap_or_default();
        let json = |list: serde_json::Result<String>| list.map_err(|error| sqlx::Error::Encode(Box::new(error)));
        alert.id = sqlx::query_scalar(
            "insert into alerts (n, at, lot, rule, level, zh, en, paddles, evidence) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
             on conflict (n, rule) do update set zh = excluded.zh returning id",
        )
        .bind(alert.n as i64)
        .bind(alert.at)
        .bind(alert.lot.to_string())
        .bind(alert.rule.name())
        .bind(if alert.level == Level::Red { "red" } else { "yellow" })
        .bind(&alert.zh)
        .bind(&alert.en)
        .bind(json(serde_json::to_string(&alert.paddles))?)
        .bind(json(serde_json::to_string(&alert.evidence))?)
        .fetch_one(&mut *tx)
        .await?;
    }
    sqlx::query("insert into projection_cursor (name, next_n) values (?, ?) on conflict (name) do update set next_n = excluded.next_n")
        .bind(NAME)
        .bind(next_n as i64)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(alerts)
}
