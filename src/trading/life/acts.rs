//! Doing an act of the table: decided by the table, done by one person or two, recorded at once.

use super::facts::{self, Life};
use super::gate::decide;
use super::model::{self, Act, Hands, State};
use super::store::{self, Beside, Instalment, Payment};
use super::{Due, limits, settle_money};
use crate::app::App;
use crate::calendar::Day;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::trading::desk;
use crate::trading::store::Written;
use crate::trading::wire::money;
use matching::{Moment, Money};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

const NUMBER_CHARS_MAX: usize = 100;
const GROUND_CHARS_MAX: usize = 500;

/// What an act says; each asks for its own fields.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Default)]
#[serde(deny_unknown_fields)]
pub struct ActWords {
    /// confirm: of the 成交确认书; contract: of the contract; register: of the registration; relist: of the new lot.
    #[serde(default)]
    pub number: Option<String>,
    /// default: why.
    #[serde(default)]
    pub ground: Option<String>,
    /// pay: which instalment.
    #[serde(default)]
    pub instalment: Option<i64>,
    /// pay: the day the bank credited it, e.g. 2026-10-08.
    #[serde(default)]
    pub paid_on: Option<String>,
    /// pay: number of the receipt.
    #[serde(default)]
    pub receipt: Option<String>,
}

fn text<'a>(field: &str, text: Option<&'a String>, max: usize) -> ApiResult<&'a str> {
    let text = text.map_or("", |text| text.trim());
    match text.is_empty() || text.chars().count() > max {
        true => Err(ApiError::bad_request(field, "不能为空或过长", "empty or too long")),
        false => Ok(text),
    }
}

/// The fields an act needs, read and no others: two persons' words are compared in this form.
fn read(act: Act, words: &ActWords, instalments: &[Instalment], today: Day) -> ApiResult<Value> {
    match act {
        Act::Confirm | Act::Contract | Act::Register | Act::Relist => {
            Ok(json!({ "number": text("number", words.number.as_ref(), NUMBER_CHARS_MAX)? }))
        }
        Act::Default => Ok(json!({ "ground": text("ground", words.ground.as_ref(), GROUND_CHARS_MAX)? })),
        Act::Pay => {
            let open = |no: &i64| instalments.iter().any(|one| one.no == *no && one.paid_on.is_none());
            let Some(no) = words.instalment.filter(open) else {
                return Err(ApiError::bad_request(
                    "instalment",
                    "请选择一期未缴价款",
                    "choose an instalment still open",
                ));
            };
            let paid_on = words.paid_on.as_deref().unwrap_or("").parse::<Day>().ok().filter(|day| *day <= today);
            let Some(paid_on) = paid_on else {
                return Err(ApiError::bad_request(
                    "paid_on",
                    "请填写到账日期，不晚于今天",
                    "the day it was credited, not after today",
                ));
            };
            let receipt = text("receipt", words.receipt.as_ref(), NUMBER_CHARS_MAX)?;
            Ok(json!({ "instalment": no, "paid_on": paid_on.to_string(), "receipt": receipt }))
        }
        _ => Ok(json!({})),
    }
}

/// Does an act, or keeps the first person's word for the second.
pub async fn perform(app: &App, lot: &Written, act: Act, words: &ActWords, by: Uuid) -> ApiResult<()> {
    let now = clock::now();
    let Some(life) = facts::gather(app, lot, now).await? else {
        return Err(ApiError::conflict("请先填写标的档案", "write the lot's file first"));
    };
    let (rule, warnings) = decide(app, &life, act)?;
    let instalments = store::instalments(&app.db, lot.id).await?;
    let mut data = read(act, words, &instalments, Day::of(now))?;
    if act == Act::Announce {
        return desk::put_on_floor(app, lot, by).await;
    }
    let mut asked_by = None;
    if rule.hands == Hands::Two {
        let first = store::proposals(&app.db, lot.id).await?.into_iter().find(|one| one.act == act && one.by != by);
        let Some(first) = first else {
            return store::propose(&app.db, lot.id, act, &data, by, now).await;
        };
        if first.data != data {
            store::drop_proposal(&app.db, lot.id, act).await?;
            return Err(ApiError {
                code: "TWO_WORDS_DIFFER".into(),
                ..ApiError::conflict(
                    "两人所填内容不一致，请重新提交",
                    "the two persons' words differ; both say it again",
                )
            });
        }
        asked_by = Some(first.by);
    }
    if act == Act::Relist {
        let new = relist(app, lot, &data, by).await?;
        data["lot"] = json!(new);
    }
    let beside = match act {
        Act::Contract => Beside { instalments: plan(app, lot, &life, now)?, ..Beside::default() },
        Act::Pay => Beside { payment: payment(&data), ..Beside::default() },
        Act::Default => Beside { bar: life.winner.as_ref().map(|winner| winner.account), ..Beside::default() },
        _ => Beside::default(),
    };
    let unpaid = instalments.iter().filter(|one| one.paid_on.is_none()).count();
    let to = model::after(rule, unpaid);
    let moved = (to != life.state).then_some(to);
    if !warnings.is_empty() {
        data["warnings"] = json!(warnings);
    }
    let event = store::Event { act: act.name(), to: moved, data, by, asked_by };
    let recorded = moved.and_then(model::recorded);
    store::record(&app.db, lot.id, life.file.recorded, recorded, event, beside, now).await?;
    follow(app, lot, &life, act, by, now).await
}

/// What an act brings about elsewhere: money due, a word to the winner.
async fn follow(app: &App, lot: &Written, life: &Life, act: Act, by: Uuid, now: Moment) -> ApiResult<()> {
    if act == Act::Relist && life.state == State::Unsold {
        return settle_money(app, lot.id, Due::RefundAll, by).await;
    }
    let Some(winner) = &life.winner else { return Ok(()) };
    let number = lot.detail()?.card.number;
    let (due, zh, en) = match act {
        Act::Confirm => (
            Due::Settle { winner: winner.application },
            format!("标的{number}成交确认书已签发，请按期签订合同并缴纳价款。"),
            format!("The confirmation for lot {number} has been issued; sign and pay in time."),
        ),
        Act::Void => (
            Due::Forfeit { winner: winner.application },
            format!("标的{number}资格后审未通过，成交无效，保证金不予退还。"),
            format!("The review for lot {number} was not passed: the sale is void and the deposit is kept."),
        ),
        Act::Default => (
            Due::Forfeit { winner: winner.application },
            format!("标的{number}已认定悔拍，保证金不予退还，您不得参加该标的再次竞买。"),
            format!("A default was declared on lot {number}: the deposit is kept and you may not bid on it again."),
        ),
        _ => return Ok(()),
    };
    settle_money(app, lot.id, due, by).await?;
    store::tell(&app.db, lot.id, winner.account, &zh, &en, now).await
}

/// 分期: shares of the price and their last days, counted from the contract.
fn plan(app: &App, lot: &Written, life: &Life, now: Moment) -> ApiResult<Vec<Instalment>> {
    let price = life.winner.as_ref().ok_or_else(ApiError::internal)?.price;
    let (shares, calendar, today) = (life.limits().shares, app.calendar(), Day::of(now));
    let parts = limits::instalments(price.minor(), shares);
    let rows = (1..).zip(shares.iter().zip(parts));
    rows.map(|(no, (share, part))| {
        let amount = Money::new(part).ok_or_else(ApiError::internal)?;
        Ok(Instalment {
            no,
            percent: share.percent,
            amount: money(amount, lot.terms.scale),
            due: share.due.length.due(today, &calendar).to_string(),
            paid_on: None,
            receipt: None,
        })
    })
    .collect()
}

fn payment(data: &Value) -> Option<Payment> {
    Some(Payment {
        no: data["instalment"].as_i64()?,
        paid_on: data["paid_on"].as_str()?.to_string(),
        receipt: data["receipt"].as_str()?.to_string(),
    })
}

/// A new draft in the old lot's place. Its reserve is set anew, its hour too: neither is carried over.
async fn relist(app: &App, lot: &Written, data: &Value, by: Uuid) -> ApiResult<Uuid> {
    let mut draft = lot.draft()?;
    draft.number = data["number"].as_str().unwrap_or_default().to_string();
    draft.terms.reserve = None;
    draft.terms.body.opens_at = None;
    draft.terms.body.follows = None;
    if draft.terms.body.reserve_entry.is_none() {
        draft.terms.body.reserve_offer_ms = None;
    }
    let id = Uuid::new_v4();
    desk::write(app, id, lot.center, &draft, by).await?;
    store::relist(&app.db, lot.id, id, by, clock::now()).await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_act_asks_for_its_own_fields() {
        let today: Day = "2026-11-24".parse().expect("a day");
        let open = Instalment {
            no: 1,
            percent: 100,
            amount: "10.00".into(),
            due: "2026-12-24".into(),
            paid_on: None,
            receipt: None,
        };
        let paid = Instalment { no: 2, paid_on: Some("2026-11-01".into()), ..open.clone() };
        let rows = [open, paid];
        let words = |number: &str, ground: &str, instalment: i64, paid_on: &str, receipt: &str| ActWords {
            number: Some(number.into()),
            ground: Some(ground.into()),
            instalment: Some(instalment),
            paid_on: Some(paid_on.into()),
            receipt: Some(receipt.into()),
        };
        let good = words("Q-1", "拒签合同", 1, "2026-11-24", "R-1");
        assert_eq!(read(Act::Confirm, &good, &rows, today).expect("good"), json!({"number": "Q-1"}));
        assert_eq!(
            read(Act::Register, &ActWords::default(), &rows, today).expect_err("none").field.as_deref(),
            Some("number")
        );
        assert_eq!(
            read(Act::Pay, &good, &rows, today).expect("good"),
            json!({"instalment": 1, "paid_on": "2026-11-24", "receipt": "R-1"})
        );
        for (act, wrong, field) in [
            (Act::Contract, words(" ", "", 1, "", ""), "number"),
            (Act::Default, words("", "", 1, "", ""), "ground"),
            (Act::Pay, words("", "", 2, "2026-11-24", "R-1"), "instalment"),
            (Act::Pay, words("", "", 3, "2026-11-24", "R-1"), "instalment"),
            (Act::Pay, words("", "", 1, "2026-11-25", "R-1"), "paid_on"),
            (Act::Pay, words("", "", 1, "soon", "R-1"), "paid_on"),
            (Act::Pay, words("", "", 1, "2026-11-24", ""), "receipt"),
        ] {
            assert_eq!(read(act, &wrong, &rows, today).expect_err(field).field.as_deref(), Some(field), "{act:?}");
        }
    }
}
