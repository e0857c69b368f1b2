//! The watch over bids: its rules and, where a model is in force, the model's word on each bid. A lot that runs is
//! scored as it stands after every accepted bid; a bidder whose bid lifts it over the model's level is asked about,
//! once for each lot. Made of the record and the model's file alone; what was asked before a restart stays asked.

use crate::db::{json, uuid};
use crate::supervision::closing::facts::method;
use crate::supervision::closing::follow::Trained;
use crate::supervision::closing::store::Market;
use crate::supervision::facts::Background;
use ::watch::{Alert, Facts, Level, Measured, Rule, Unit, Watch, What};
use matching::{Direction, Terms};
use screens::features::Lot;
use screens::model::Judgement;
use sqlx::SqlitePool;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// A lot of more bidders is no longer scored: the model was taught of few, and its cost grows with them.
const BIDDERS_MAX: usize = 64;
/// Columns named in an alert.
const DRIVERS_SAID: usize = 3;

pub struct Looking {
    rules: Watch,
    scoring: Option<Scoring>,
}

struct Scoring {
    trained: Arc<Trained>,
    lots: HashMap<Uuid, Running>,
    /// Earlier bids were looked at before this start.
    speaks_from: u64,
}

/// A lot of a market the model was taught, as it stands.
struct Running {
    /// Everybody's last price, in the order of `paddles`.
    lot: Lot,
    paddles: Vec<u32>,
    entries: Vec<u64>,
    /// Minor units in one of its money.
    unit: f64,
    asked: Vec<u32>,
    /// Whether it stands above the level; unknown until a bid of this life is scored.
    is_above: Option<bool>,
}

impl Looking {
    /// `speaks_from`: the first entry that was not looked at in an earlier life.
    pub fn new(trained: Option<Arc<Trained>>, speaks_from: u64) -> Looking {
        let scoring = trained.map(|trained| Scoring { trained, lots: HashMap::new(), speaks_from });
        Looking { rules: Watch::default(), scoring }
    }

    /// Whom earlier lives asked about, on the lots that still run: to be called once those lives were read again.
    pub async fn remember(&mut self, db: &SqlitePool) -> sqlx::Result<()> {
        let Some(scoring) = &mut self.scoring else { return Ok(()) };
        let running: Vec<&Uuid> = scoring.lots.keys().collect();
        for (lot, paddles) in asked(db, &running).await? {
            scoring.lots.entry(lot).and_modify(|running| running.asked.extend(paddles));
        }
        Ok(())
    }

    /// A lot is on offer; its market is looked up before its facts are.
    pub fn published(&mut self, lot: Uuid, terms: &Terms, background: &Background) {
        if let Some(scoring) = &mut self.scoring {
            scoring.begin(lot, terms, background);
        }
    }

    /// See [`Watch::fetch`].
    pub fn fetch(&self, next: impl Iterator<Item = (Uuid, u32)>) {
        self.rules.fetch(next);
    }

    pub fn look(&mut self, facts: &Facts, into: &mut Vec<Alert>) {
        self.rules.look(facts, into);
        if let Some(scoring) = &mut self.scoring {
            into.extend(scoring.look(facts));
        }
    }
}

/// Paddles asked about on these lots.
async fn asked(db: &SqlitePool, lots: &[&Uuid]) -> sqlx::Result<Vec<(Uuid, Vec<u32>)>> {
    let lots = serde_json::to_string(lots).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let rows = sqlx::query(
        "select lot, paddles from alerts
         where lot in (select value from json_each(?)) and rule = ?",
    )
    .bind(lots)
    .bind(Rule::Model.name())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((uuid(row, "lot")?, json(row, "paddles")?))).collect()
}

impl Scoring {
    fn begin(&mut self, lot: Uuid, terms: &Terms, background: &Background) {
        let rising = terms.direction == Direction::Ascending;
        let market = Market::of(&background.kind, &background.center_code, method(terms), rising);
        let Some(segment) = self.trained.model.segment(&[&market.segment, &market.wider]) else { return };
        let standing = Lot { segment, prices: Vec::new(), bidders: Vec::new(), estimate: None, rising };
        let running = Running {
            lot: standing,
            paddles: Vec::new(),
            entries: Vec::new(),
            unit: 10_f64.powi(terms.scale.into()),
            asked: Vec::new(),
            is_above: None,
        };
        self.lots.insert(lot, running);
    }

    fn look(&mut self, facts: &Facts) -> Option<Alert> {
        match facts.what {
            What::Bid { paddle, amount_minor, .. } => self.bid(facts, paddle, amount_minor),
            What::Closed { .. } => {
                self.lots.remove(&facts.lot);
                None
            }
            _ => None,
        }
    }

    fn bid(&mut self, facts: &Facts, paddle: u32, amount_minor: i64) -> Option<Alert> {
        let model = &self.trained.model;
        let running = self.lots.get_mut(&facts.lot)?;
        let is_new = facts.n >= self.speaks_from;
        // An earlier life knew; its bids are not scored again.
        let stood_above = is_new && running.is_above.unwrap_or_else(|| model.asks(&running.lot));
        running.take(facts.n, paddle, amount_minor);
        if running.paddles.len() > BIDDERS_MAX {
            self.lots.remove(&facts.lot);
            return None;
        }
        if !is_new {
            return None;
        }
        let is_above = model.asks(&running.lot);
        running.is_above = Some(is_above);
        if !is_above || stood_above || running.asked.contains(&paddle) {
            return None;
        }
        let judgement = model.ask(&running.lot)?;
        running.asked.push(paddle);
        let mut evidence = running.entries.clone();
        evidence.sort_unstable();
        Some(self.alert(facts, paddle, evidence, &judgement))
    }

    fn alert(&self, facts: &Facts, paddle: u32, evidence: Vec<u64>, judgement: &Judgement) -> Alert {
        let model = &self.trained.model;
        let percent = |score: f32| f64::from(model.calibration.share(score)) * 100.0;
        let found = percent(judgement.score);
        let (zh, en) = drivers(judgement);
        Alert {
            rule: Rule::Model,
            level: Level::Yellow,
            lot: facts.lot,
            n: facts.n,
            at_ms: facts.at_ms,
            paddles: vec![paddle],
            about: 0,
            evidence,
            earlier: Vec::new(),
            measured: Measured { found, baseline: model.live_from.map_or(0.0, percent), unit: Unit::Percent },
            zh: format!(
                "号牌{paddle}报价后，本标的各家报价的形态为模型所警示：评分相近的已结标的中{found:.0}%曾被认定串标。\
                 主要因素：{zh}。模型以已结标的训练，本标的仍在进行，仅供核实"
            ),
            en: format!(
                "after the bid of paddle {paddle} the prices of this lot look as the model was taught to ask about: of \
                 closed lots scored like it {found:.0} % were collusive. What moved it most: {en}. It was taught on \
                 closed lots and this one still runs"
            ),
        }
    }
}

impl Running {
    fn take(&mut self, n: u64, paddle: u32, amount_minor: i64) {
        let price = amount_minor as f64 / self.unit;
        match self.paddles.iter().position(|known| *known == paddle) {
            Some(at) => (self.lot.prices[at], self.entries[at]) = (price, n),
            None => {
                self.paddles.push(paddle);
                self.lot.prices.push(price);
                self.entries.push(n);
            }
        }
    }
}

/// What spoke for collusion, the strongest first.
fn drivers(judgement: &Judgement) -> (String, String) {
    let speaking = judgement.drivers.iter().filter(|one| one.moved > 0.0).take(DRIVERS_SAID);
    let said: Vec<(String, String)> = speaking
        .map(|one| {
            let (zh, en) = name(one.column);
            let figure = one.figure.map_or_else(|| "-".into(), |figure| format!("{figure:.4}"));
            (format!("{zh} {figure}（+{:.2}）", one.moved), format!("{en} {figure} (+{:.2})", one.moved))
        })
        .collect();
    let (zh, en): (Vec<String>, Vec<String>) = said.into_iter().unzip();
    (zh.join("、"), en.join(", "))
}

fn name(column: &'static str) -> (&'static str, &'static str) {
    match column {
        "offers" => ("报价人数", "offers"),
        "cv" => ("变异系数", "variation"),
        "spd" => ("极差", "spread"),
        "diffp" => ("前两名差距", "first two"),
        "rd" => ("相对距离", "relative distance"),
        "kurt" => ("峰度", "kurtosis"),
        "skew" => ("偏度", "skewness"),
        "ks" => ("均匀性", "uniformity"),
        "gap_widest" => ("最大间距", "widest gap"),
        "gap_narrowest" => ("最小间距", "narrowest gap"),
        "gap_cv" => ("间距不均", "uneven gaps"),
        "gap_first" => ("首位间距", "first gap"),
        "magnitude" => ("金额量级", "magnitude"),
        "deviation_median" => ("中位偏差", "median deviation"),
        "round_prices" => ("整数报价", "round prices"),
        "triples_min" => ("最密三人变异", "closest three"),
        "triples_mean" => ("三人组平均变异", "threes on average"),
        "triples_max" => ("最疏三人变异", "widest three"),
        "segment" => ("市场", "market"),
        other => (other, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trading::sketch::{DAY, MINUTE, ascending, yuan};
    use screens::calibration::Calibration;
    use screens::chance::Chance;
    use screens::features::{History, NAMES, row};
    use screens::grow::{Example, Plan, grow};
    use screens::model::Model;

    /// Taught that four who bid within a percent of each other are a ring.
    fn trained() -> Arc<Trained> {
        let mut chance = Chance(3);
        let lots: Vec<(Lot, bool)> = (0..200)
            .map(|at| {
                let width = if at % 2 == 0 { 1_000 } else { 60_000 };
                let prices = (0..4).map(|_| 100_000.0 + chance.below(width) as f64).collect();
                (Lot { segment: 0, prices, bidders: Vec::new(), estimate: None, rising: true }, at % 2 == 0)
            })
            .collect();
        let rows: Vec<_> = lots.iter().map(|(lot, kind)| (row(lot, &History::default(), None), *kind)).collect();
        let examples: Vec<Example> =
            rows.iter().map(|(row, collusive)| Example { row, collusive: *collusive, weight: 1.0 }).collect();
        let forest = grow(&examples, Plan { trees: 30, ..Plan::default() });
        let judged: Vec<_> = rows.iter().map(|(row, kind)| (forest.score(row), *kind, 1.0)).collect();
        let model = Model {
            columns: NAMES.map(String::from).to_vec(),
            segments: vec!["housing_land-ladder".into()],
            called_from: 0.0,
            live_from: Some(0.5),
            lots: lots.len(),
            calibration: Calibration::of(&judged),
            forest,
        };
        Arc::new(Trained { sha256: String::new(), model })
    }

    fn scoring(speaks_from: u64, asked: &[u32]) -> (Scoring, Uuid) {
        let lot = Uuid::from_u128(7);
        let mut scoring = Scoring { trained: trained(), lots: HashMap::new(), speaks_from };
        let background =
            Background { kind: "housing_land".into(), center_code: "440300".into(), ..Background::default() };
        scoring.begin(lot, &ascending(yuan(100_000), yuan(100), DAY, MINUTE), &background);
        scoring.lots.entry(lot).and_modify(|running| running.asked.extend(asked));
        (scoring, lot)
    }

    /// Bids of paddles 1, 2, 3, … in turn, each so much above the one before.
    fn run(scoring: &mut Scoring, lot: Uuid, bidders: u32, step_minor: i64) -> Vec<Alert> {
        let bid = |n: u64| What::Bid {
            paddle: n as u32 % bidders + 1,
            amount_minor: 10_000_000 + step_minor * n as i64,
            leads: true,
            by_proxy: false,
            device: None,
            network: None,
        };
        (0..20).filter_map(|n| scoring.look(&Facts { lot, n, at_ms: n as i64, what: bid(n) })).collect()
    }

    #[test]
    fn a_bidder_whose_bid_makes_the_lot_look_like_a_ring_is_asked_about_once() {
        let (mut live, lot) = scoring(0, &[]);
        let alerts = run(&mut live, lot, 4, 10_000);
        let whom: Vec<&[u32]> = alerts.iter().map(|alert| &alert.paddles[..]).collect();
        assert_eq!(whom, [&[3][..]], "the third offer; nobody who bids where it stood so already");
        assert_eq!(alerts[0].evidence, [0, 1, 2]);
        assert!(alerts[0].measured.found > 50.0 && alerts[0].en.contains("(+"), "{:?}", alerts[0]);
        let (mut wide, lot) = scoring(0, &[]);
        assert_eq!(run(&mut wide, lot, 4, 1_000_000), []);
    }

    #[test]
    fn a_restart_says_the_rest_and_nothing_twice() {
        let (mut live, lot) = scoring(0, &[]);
        let alerts = run(&mut live, lot, 4, 10_000);
        for stop in 0..20 {
            let (before, after): (Vec<Alert>, Vec<Alert>) = alerts.iter().cloned().partition(|alert| alert.n < stop);
            let asked: Vec<u32> = before.iter().flat_map(|alert| alert.paddles.clone()).collect();
            let (mut again, lot) = scoring(stop, &asked);
            assert_eq!(run(&mut again, lot, 4, 10_000), after, "stopped before {stop}");
        }
    }

    #[test]
    fn a_market_the_model_was_not_taught_is_not_scored() {
        let (mut scoring, lot) = scoring(0, &[]);
        scoring.lots.clear();
        let background = Background { kind: "assets".into(), ..Background::default() };
        scoring.begin(lot, &ascending(yuan(100_000), yuan(100), DAY, MINUTE), &background);
        assert_eq!(run(&mut scoring, lot, 4, 10_000), []);
    }
}
