//! What each act of the table does beside moving the state: read ahead, then written in the act's transaction.

use super::facts::{CONTRACT, Life, Winner};
use super::limits;
use super::model::{Act, State};
use super::money::{Due, Ended, settle_money};
use super::store::{self, Instalment, Payment};
use crate::app::App;
use crate::approval;
use crate::calendar::Day;
use crate::error::{ApiError, ApiResult};
use crate::registers::{self, Subject, Violation};
use crate::security::store as people;
use crate::trading::desk;
use crate::trading::lots::LotDraft;
use crate::trading::store::{self as lots, Author, Written};
use crate::trading::wire::money;
use matching::{Moment, Money, Terms};
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Approval item that says who a bidder is; its subject is his account.
const REGISTRATION: &str = "BIDDER-REGISTRATION";

/// One act being done.
pub struct Doing<'a> {
    pub app: &'a App,
    pub lot: &'a Written,
    pub life: &'a Life,
    pub by: Uuid,
    pub asked_by: Option<Uuid>,
    pub now: Moment,
}

/// What an act needs, read before its transaction begins.
pub enum Prepared<'a> {
    Nothing,
    AskFiling,
    Confirm,
    Contract(Vec<Instalment>),
    Pay,
    Void(&'a Winner),
    /// Who defaults, and what goes on record against him.
    Default(&'a Winner, Option<Violation>),
    Relist {
        id: Uuid,
        draft: Box<LotDraft>,
        terms: Box<Terms>,
    },
}

impl<'a> Doing<'a> {
    pub async fn prepare(&self, act: Act, data: &mut Value) -> ApiResult<Prepared<'a>> {
        Ok(match act {
            Act::AskFiling => Prepared::AskFiling,
            Act::Confirm => Prepared::Confirm,
            Act::Contract => {
                let signed_on = self.filed(data).await?;
                data["signed_on"] = json!(signed_on.to_string());
                Prepared::Contract(self.plan(signed_on)?)
            }
            Act::Pay => Prepared::Pay,
            Act::Void => Prepared::Void(self.life.winner().ok_or_else(ApiError::internal)?),
            Act::Default => {
                let no = data["application"].as_i64();
                let chosen = |winner: &&Winner| no.is_none_or(|no| winner.application == no);
                let winner = self.life.winners.iter().find(chosen).ok_or_else(ApiError::internal)?;
                Prepared::Default(winner, self.found(winner, &data["ground"]).await?)
            }
            Act::Relist => {
                let (id, draft) = (Uuid::new_v4(), self.again(data)?);
                let terms = desk::sound(self.app, id, self.lot.center, &draft).await?;
                data["lot"] = json!(id);
                Prepared::Relist { id, draft: Box::new(draft), terms: Box::new(terms) }
            }
            _ => Prepared::Nothing,
        })
    }

    /// The day a contract was signed: as it was filed, under the number it was filed with; today where no
    /// filing is asked for.
    async fn filed(&self, data: &Value) -> ApiResult<Day> {
        let today = Day::of(self.now);
        if self.life.limits().contract_filing.is_none() {
            return Ok(today);
        }
        let subject = self.lot.id.to_string();
        let Some(form) = approval::store::granted_form(&self.app.db, CONTRACT, &subject).await? else {
            return Ok(today);
        };
        let text = |name: &str| form.get(name).and_then(Value::as_str).map_or("", str::trim);
        if Some(text("contract_no")) != data["number"].as_str() {
            return Err(ApiError {
                code: "CONTRACT_NUMBER_DIFFERS".into(),
                ..ApiError::bad_request(
                    "number",
                    &format!("与备案的合同编号（{}）不一致", text("contract_no")),
                    &format!("the contract was filed under another number: {}", text("contract_no")),
                )
            });
        }
        Ok(text("signed_on").parse::<Day>().map_or(today, |signed_on| signed_on.min(today)))
    }

    /// 分期: shares of the price and their last days, counted from the contract.
    fn plan(&self, signed_on: Day) -> ApiResult<Vec<Instalment>> {
        let price = self.life.winner().ok_or_else(ApiError::internal)?.price;
        let (shares, calendar) = (self.life.limits().shares, self.app.calendar());
        let parts = limits::instalments(price.minor(), shares);
        let rows = (1..).zip(shares.iter().zip(parts));
        rows.map(|(no, (share, part))| {
            let amount = Money::new(part).ok_or_else(ApiError::internal)?;
            Ok(Instalment {
                no,
                percent: share.percent,
                amount: money(amount, self.lot.terms.scale),
                due: share.due.length.due(signed_on, &calendar).to_string(),
                paid_on: None,
                receipt: None,
            })
        })
        .collect()
    }

    /// 悔拍 as the social credit register keeps it; nothing where the bidder's registration names no code.
    async fn found(&self, winner: &Winner, ground: &Value) -> ApiResult<Option<Violation>> {
        let account = winner.account.to_string();
        let form = approval::store::granted_form(&self.app.db, REGISTRATION, &account).await?.unwrap_or_default();
        let text = |name: &str| form.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let Some(subject) = text("credit_code").map(Subject::entity).or(text("id_number").map(Subject::person)) else {
            return Ok(None);
        };
        let card = self.lot.detail()?.card;
        let lot = card.number;
        let centers = people::centers(&self.app.db).await?;
        let center = centers.into_iter().find(|center| center.id == self.lot.center);
        Ok(Some(Violation {
            number: format!("HP-{lot}-{}", winner.application),
            subject,
            name: text("name").unwrap_or_default().to_string(),
            reason: format!("悔拍：{}", ground.as_str().unwrap_or_default()),
            decided_by: center.map(|center| center.name_zh).unwrap_or_default(),
            document: format!("标的{lot}悔拍认定（第{}号申请）", winner.application),
            bars: true,
            scope: Some(card.kind.scope()),
            until: None,
        }))
    }

    /// A new draft in the old lot's place. Its reserve is set anew, its hour too: neither is carried over.
    fn again(&self, data: &Value) -> ApiResult<LotDraft> {
        let mut draft = self.lot.draft()?;
        draft.number = data["number"].as_str().unwrap_or_default().to_string();
        draft.terms.reserve = None;
        draft.terms.body.opens_at = None;
        draft.terms.body.follows = None;
        if draft.terms.body.reserve_entry.is_none() {
            draft.terms.body.reserve_offer_ms = None;
        }
        Ok(draft)
    }

    /// What it writes beside its event.
    pub async fn bring_about(&self, tx: &mut SqliteConnection, prepared: &Prepared<'_>, data: &Value) -> ApiResult<()> {
        let (lot, by, now) = (self.lot, self.by, self.now);
        match prepared {
            Prepared::Nothing | Prepared::Confirm | Prepared::Void(_) => Ok(()),
            // What is filed is what was checked, not what a save that began earlier makes of it.
            Prepared::AskFiling => lots::still_checked(tx, lot).await,
            Prepared::Contract(instalments) => store::plan(tx, lot.id, instalments).await,
            Prepared::Pay => {
                let payment = Payment {
                    no: data["instalment"].as_i64().ok_or_else(ApiError::internal)?,
                    paid_on: data["paid_on"].as_str().unwrap_or_default(),
                    receipt: data["receipt"].as_str().unwrap_or_default(),
                    entered_by: self.asked_by,
                    confirmed_by: by,
                };
                store::pay(tx, lot.id, &payment).await
            }
            Prepared::Default(winner, found) => {
                store::bar(tx, lot.id, winner.account, now).await?;
                match found {
                    Some(found) => registers::put_on_record(tx, found, by, now).await,
                    None => Ok(()),
                }
            }
            Prepared::Relist { id, draft, terms } => {
                let author = Author { center: lot.center, by, now };
                lots::save(tx, *id, None, draft, terms, &author).await?;
                store::relist(tx, lot.id, *id, by, now).await
            }
        }
    }

    /// Money due, and a word to whom it concerns.
    pub async fn settle(&self, tx: &mut SqliteConnection, prepared: &Prepared<'_>) -> ApiResult<()> {
        let number = self.lot.detail()?.card.number;
        let all = || self.life.winners.iter().map(|winner| winner.application).collect::<Vec<_>>();
        let (due, told, zh, en) = match prepared {
            Prepared::Confirm => (
                Due::Settle { winners: all() },
                &self.life.winners[..],
                format!("标的{number}成交确认书已签发，请按期签订合同并缴纳价款。"),
                format!("The confirmation for lot {number} has been issued; sign and pay in time."),
            ),
            Prepared::Void(winner) => (
                Due::Forfeit { winner: winner.application, winners: all() },
                std::slice::from_ref(*winner),
                format!("标的{number}资格后审未通过，成交无效，保证金不予退还。"),
                format!("The review for lot {number} was not passed: the sale is void and the deposit is kept."),
            ),
            Prepared::Default(winner, _) => (
                Due::Forfeit { winner: winner.application, winners: all() },
                std::slice::from_ref(*winner),
                format!("标的{number}已认定悔拍，保证金不予退还，记入信用记录，您不得参加该标的再次竞买。"),
                format!(
                    "A default was declared on lot {number}: the deposit is kept, it goes on your credit record, \
                     and you may not bid on it again."
                ),
            ),
            Prepared::Relist { .. } if self.life.state == State::Unsold => {
                (Due::RefundAll, &[][..], String::new(), String::new())
            }
            _ => return Ok(()),
        };
        let ended = Ended { lot: self.lot.id, closed_at: self.life.closed_at().unwrap_or(self.now), by: self.by };
        settle_money(tx, &self.app.calendar(), ended, &due, self.now).await?;
        for winner in told {
            store::tell(tx, (self.lot.id, winner.account), (&zh, &en), self.now).await?;
        }
        Ok(())
    }
}
