//! A story told to the watch: one lot unless another is begun, paddles seated as they come.

use std::collections::BTreeSet;
use uuid::Uuid;
use watch::{Alert, Facts, Level, Rule, Terms, Watch, What};

pub const START: i64 = 100_000;
pub const STEP: i64 = 1_000;
const HOUR_MS: i64 = 3_600_000;

pub struct Story {
    watch: Watch,
    alerts: Vec<Alert>,
    pub lot: Uuid,
    lots: u128,
    n: u64,
    pub at: i64,
    seated: BTreeSet<(Uuid, u32)>,
}

pub fn terms() -> Terms {
    Terms {
        rising: true,
        start_minor: START,
        step_minor: STEP,
        reserve_known: false,
        grantor: Some(1),
        center: Uuid::from_u128(99),
        ends_at_ms: Some(100 * HOUR_MS),
        sealed: false,
        period_min_ms: None,
        stamp_ms: 1,
    }
}

impl Story {
    pub fn sale() -> Self {
        Self::on(terms())
    }

    pub fn on(terms: Terms) -> Self {
        let mut story = Self {
            watch: Watch::default(),
            alerts: Vec::new(),
            lot: Uuid::nil(),
            lots: 0,
            n: 0,
            at: 0,
            seated: BTreeSet::new(),
        };
        story.lot(terms);
        story
    }

    /// Another lot begins.
    pub fn lot(&mut self, terms: Terms) -> &mut Self {
        self.lots += 1;
        self.lot = Uuid::from_u128(self.lots << 64);
        self.say(What::Published(terms));
        self
    }

    pub fn account(&self, paddle: u32) -> Uuid {
        Uuid::from_u128(u128::from(paddle))
    }

    /// One more entry, a minute later.
    pub fn tell(&mut self, what: What) -> &mut Self {
        self.after(60_000, what)
    }

    pub fn after(&mut self, ms: i64, what: What) -> &mut Self {
        self.n += 1;
        self.at += ms;
        self.say(what);
        self
    }

    fn say(&mut self, what: What) {
        let facts = Facts { lot: self.lot, n: self.n, at_ms: self.at, what };
        self.watch.look(&facts, &mut self.alerts);
    }

    pub fn sit(&mut self, paddle: u32) -> &mut Self {
        if self.seated.insert((self.lot, paddle)) {
            let account = self.account(paddle);
            self.say(What::Seated { paddle, account });
        }
        self
    }

    pub fn from(&mut self, paddle: u32, amount: i64, device: Option<u64>, network: Option<u64>) -> &mut Self {
        self.sit(paddle);
        self.tell(What::Bid { paddle, amount_minor: amount, leads: true, by_proxy: false, device, network })
    }

    /// A bid by hand, `ms` after what came before.
    pub fn bid(&mut self, ms: i64, paddle: u32, amount: i64) -> &mut Self {
        self.sit(paddle);
        let what =
            What::Bid { paddle, amount_minor: amount, leads: true, by_proxy: false, device: None, network: None };
        self.after(ms, what)
    }

    pub fn proxy(&mut self, ms: i64, paddle: u32, amount: i64) -> &mut Self {
        self.sit(paddle);
        let what = What::Bid { paddle, amount_minor: amount, leads: true, by_proxy: true, device: None, network: None };
        self.after(ms, what)
    }

    pub fn close(&mut self, winner: u32, price: i64, reserve: Option<i64>) -> &mut Self {
        self.tell(What::Closed { winner: Some(winner), price_minor: Some(price), reserve_minor: reserve })
    }

    pub fn alerts(&self) -> &[Alert] {
        &self.alerts
    }

    pub fn rules(&self) -> Vec<Rule> {
        self.alerts.iter().map(|alert| alert.rule).collect()
    }

    pub fn said(&self) -> Vec<(Rule, Level, Vec<u32>)> {
        self.alerts.iter().map(|alert| (alert.rule, alert.level, alert.paddles.clone())).collect()
    }
}
