//! Before the first bid: accounts, and lots carried from draft to open bidding.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Api;
use crate::fault::Fault;
use crate::person::{Credentials, Person};
use crate::wire::{Application, Center, LotDetail};

/// A login costs the server an Argon2 run; more at once only fill its queue.
const LOGINS_AT_ONCE: usize = 4;
/// 30 days: long enough that no run, and no outage in one, meets a deadline.
pub const OPEN_LENGTH_MS: i64 = 30 * 24 * 3600 * 1000;

pub struct Stage {
    pub api: Api,
    pub bidders: Vec<Arc<Person>>,
    author: Arc<Person>,
    checker: Arc<Person>,
    /// Lot numbers are unique for ever, so each run has its own mark in them.
    run: String,
}

/// What differs between our lots; all of them are one long open phase.
pub struct Terms {
    pub scale: u32,
    pub direction: &'static str,
    pub rule: &'static str,
    pub bands: Vec<(Decimal, Decimal)>,
    pub start_price: Decimal,
    pub proxy: ProxyRule,
    /// Whether the leader may bid against himself.
    pub self_outbid: bool,
    /// A bid within this of the close moves the close to this long after it.
    pub sliding_ms: Option<i64>,
}

/// 委托报价: whether a standing maximum may be left, and how it is admitted.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyRule {
    None,
    /// A maximum must itself be a valid next bid.
    Step,
    /// A maximum need only reach the visible price.
    Visible,
}

/// A lot that takes bids, with its bidders' paddles in the order they were named.
pub struct OpenLot {
    pub id: String,
    pub paddles: Vec<u32>,
}

impl Stage {
    /// `admins`: one makes the accounts, the other agrees to those of clerks.
    pub async fn build(api: &Api, admins: [&Credentials; 2], password: &str, bidders: usize) -> Result<Stage, Fault> {
        let admin = Person::sign_in(api, admins[0].clone()).await?;
        let second = Person::sign_in(api, admins[1].clone()).await?;
        let centers: Vec<Center> = api.get("/api/centers").await?;
        let city = centers
            .iter()
            .find(|center| center.tier == "city")
            .ok_or_else(|| Fault::Strange { what: "GET /api/centers".into(), why: "no city center".into() })?;
        let clerk = async |login: &str| {
            let form =
                json!({"login": login, "password": password, "name": login, "role": "clerk", "center_id": city.id});
            let given = Credentials { login: login.into(), password: password.into() };
            let Some(step) = made(&admin, form).await? else { return Person::sign_in(api, given).await };
            if let Some(proposal) = step["proposal"].as_str() {
                let _: Value = second.post(&format!("/api/staff-proposals/{proposal}/grant"), json!({})).await?;
            }
            Person::newcomer(api, given).await
        };
        let author = clerk("lt-clerk-a").await?;
        let checker = clerk("lt-clerk-b").await?;
        let bidders = stream::iter(1..=bidders)
            .map(|n| bidder(api, &admin, password, format!("lt-bidder-{n:04}")))
            .buffered(LOGINS_AT_ONCE)
            .try_collect()
            .await?;
        let run = Uuid::new_v4().simple().to_string()[..8].to_owned();
        Ok(Stage { api: api.clone(), bidders, author, checker, run })
    }

    /// The whole road of a lot: two clerks, every bidder's application, the opening.
    pub async fn open_lot(&self, name: &str, terms: &Terms, bidders: &[Arc<Person>]) -> Result<OpenLot, Fault> {
        let draft = draft(&format!("LT-{}-{name}", self.run), terms);
        let detail: LotDetail = self.author.post("/api/desk/lots", draft).await?;
        let id = detail.card.id;
        let desk = format!("/api/desk/lots/{id}");
        let _: Value = self.checker.post(&format!("{desk}/check"), json!({})).await?;
        let _: Value = self.author.post(&format!("{desk}/publish"), json!({})).await?;
        let mut paddles = Vec::with_capacity(bidders.len());
        for bidder in bidders {
            let form: Application = bidder.post(&format!("/api/lots/{id}/applications"), json!({})).await?;
            let admit = format!("{desk}/applications/{}/admit", form.no);
            let admitted: Application = self.checker.post(&admit, json!({})).await?;
            paddles.push(admitted.paddle.ok_or_else(|| Fault::Strange { what: admit, why: "no paddle".into() })?);
        }
        let _: Value = self.author.post(&format!("{desk}/open"), json!({})).await?;
        Ok(OpenLot { id, paddles })
    }
}

/// A published lot that asks for its deposit through a bank.
pub struct DepositLot {
    pub id: String,
    pub number: String,
}

/// Deposits and the bank.
impl Stage {
    pub fn clerk(&self) -> &Person {
        &self.author
    }

    /// Registered once; a key used in an earlier run is known.
    pub async fn register_bank(&self, admin: &Credentials, bank: Value) -> Result<(), Fault> {
        let admin = Person::sign_in(&self.api, admin.clone()).await?;
        match admin.post::<Value>("/api/banks", bank).await {
            Err(Fault::Refused { code, .. }) if code == "CONFLICT" => Ok(()),
            other => other.map(|_| ()),
        }
    }

    pub async fn deposit_lot(
        &self,
        name: &str,
        deposit_fen: i64,
        bank: &str,
        deadline_ms: i64,
    ) -> Result<DepositLot, Fault> {
        let number = format!("LT-{}-{name}", self.run);
        let mut draft = draft(&number, &crate::house::plain_terms());
        draft["terms"]["deposit"] = json!(Decimal::new(deposit_fen, 2).to_string());
        let detail: LotDetail = self.author.post("/api/desk/lots", draft).await?;
        let id = detail.card.id;
        let desk = format!("/api/desk/lots/{id}");
        let terms = json!({"bank": bank, "deadline_at": deadline_ms});
        let _: Value = self.author.put(&format!("{desk}/deposit"), terms).await?;
        let _: Value = self.checker.post(&format!("{desk}/check"), json!({})).await?;
        let _: Value = self.author.post(&format!("{desk}/publish"), json!({})).await?;
        Ok(DepositLot { id, number })
    }

    /// 终止, then every deposit is owed back.
    pub async fn end_without_winner(&self, lot: &str) -> Result<(), Fault> {
        let desk = format!("/api/desk/lots/{lot}");
        let _: Value = self.author.post(&format!("{desk}/terminate"), json!({"ground": "the run is over"})).await?;
        crate::bank::soon(async || self.author.post(&format!("{desk}/deposit/settle"), json!({})).await).await
    }

    /// A refund by two clerks.
    pub async fn release(&self, refund: &str) -> Result<(), Fault> {
        let path = format!("/api/desk/refunds/{refund}");
        self.author.post::<()>(&format!("{path}/make"), json!({})).await?;
        self.checker.post(&format!("{path}/check"), json!({})).await
    }
}

/// What became of the account asked for; nothing when an earlier run made it.
async fn made(admin: &Person, form: Value) -> Result<Option<Value>, Fault> {
    match admin.post("/api/accounts", form).await {
        Err(Fault::Refused { code, .. }) if code == "CONFLICT" => Ok(None),
        step => step.map(Some),
    }
}

/// Signs in a bidder of ours, made now or by an earlier run.
async fn bidder(api: &Api, admin: &Person, password: &str, login: String) -> Result<Arc<Person>, Fault> {
    let form = json!({"login": login, "password": password, "name": login, "role": "bidder"});
    let given = Credentials { login, password: password.into() };
    match made(admin, form).await? {
        Some(_) => Person::newcomer(api, given).await,
        None => Person::sign_in(api, given).await,
    }
}

fn draft(number: &str, terms: &Terms) -> Value {
    let money = |amount: Decimal| {
        let mut amount = amount;
        amount.rescale(terms.scale);
        amount.to_string()
    };
    let bands: Vec<Value> =
        terms.bands.iter().map(|(from, step)| json!({"from": money(*from), "step": money(*step)})).collect();
    let extension = match terms.sliding_ms {
        Some(window_ms) => json!({"kind": "sliding", "window_ms": window_ms}),
        None => json!({"kind": "none"}),
    };
    json!({
        "number": number,
        "kind": "equipment",
        "title_zh": format!("压力测试标的 {number}"),
        "title_en": format!("load test lot {number}"),
        "location": "loadtest",
        "description_zh": "仅供压力测试",
        "description_en": "for load tests only",
        "grantor": "loadtest",
        "facts": [],
        "terms": {
            "scale": terms.scale,
            "direction": terms.direction,
            "start_price": money(terms.start_price),
            "step": {"rule": terms.rule, "bands": bands},
            "deposit": money(Decimal::ZERO),
            "proxy": terms.proxy,
            "self_outbid": terms.self_outbid,
            "phases": [{"kind": "open", "length_ms": OPEN_LENGTH_MS, "extension": extension}],
            "resume": {"quick_ms": 3_600_000, "notice_ms": 86_400_000, "restart": "timed"},
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_writes_the_terms_as_the_contract_names_them() {
        let terms = Terms {
            scale: 4,
            direction: "descending",
            rule: "own",
            bands: vec![(Decimal::ZERO, Decimal::new(1, 4))],
            start_price: Decimal::new(5775, 1),
            proxy: ProxyRule::Visible,
            self_outbid: false,
            sliding_ms: Some(300_000),
        };
        let draft = draft("LT-1", &terms);
        assert_eq!(draft["terms"]["start_price"], "577.5000");
        let band = json!({"from": "0.0000", "step": "0.0001"});
        assert_eq!(draft["terms"]["step"]["bands"][0], band);
        assert_eq!((&draft["terms"]["proxy"], &draft["terms"]["self_outbid"]), (&json!("visible"), &json!(false)));
        assert_eq!(draft["terms"]["phases"][0]["extension"], json!({"kind": "sliding", "window_ms": 300_000}));
    }
}
