//! Doing an act of the table: decided by the table, done by one person or two, recorded at once.

use super::doing::Doing;
use super::facts;
use super::gate::decide;
use super::model::{self, Act, Hands};
use super::store::{self, Instalment};
use crate::app::{self, App};
use crate::calendar::Day;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::trading::desk;
use crate::trading::store::Written;
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
    /// default, where several won: the number of the application of him who does not keep his word.
    #[serde(default)]
    pub application: Option<i64>,
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
    app::filled(field, text.map_or("", |text| text), max)
}

/// What an act's words are read against.
struct Known<'a> {
    instalments: &'a [Instalment],
    today: Day,
    /// Applications of winners to choose from, where several won.
    choice: Option<Vec<i64>>,
}

/// The fields an act needs, read and no others: two persons' words are compared in this form.
fn read(act: Act, words: &ActWords, known: &Known) -> ApiResult<Value> {
    match act {
        Act::Confirm | Act::Contract | Act::Register | Act::Relist => {
            Ok(json!({ "number": text("number", words.number.as_ref(), NUMBER_CHARS_MAX)? }))
        }
        Act::Default => {
            let ground = text("ground", words.ground.as_ref(), GROUND_CHARS_MAX)?;
            let Some(choice) = &known.choice else { return Ok(json!({ "ground": ground })) };
            let no = words
                .application
                .filter(|no| choice.contains(no))
                .ok_or_else(|| ApiError::bad_request("application", "请选择一名竞得人", "choose one of the winners"))?;
            Ok(json!({ "ground": ground, "application": no }))
        }
        Act::Pay => {
            let open = |no: &i64| known.instalments.iter().any(|one| one.no == *no && one.paid_on.is_none());
            let Some(no) = words.instalment.filter(open) else {
                return Err(ApiError::bad_request(
                    "instalment",
                    "请选择一期未缴价款",
                    "choose an instalment still open",
                ));
            };
            let paid_on = words.paid_on.as_deref().unwrap_or("").parse::<Day>().ok();
            let Some(paid_on) = paid_on.filter(|day| *day <= known.today) else {
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
    let choice = life.is_of_many().then(|| life.winners.iter().map(|winner| winner.application).collect());
    let known = Known { instalments: &instalments, today: Day::of(now), choice };
    let mut data = read(act, words, &known)?;
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
    let doing = Doing { app, lot, life: &life, by, asked_by, now };
    let prepared = doing.prepare(act, &mut data).await?;
    let unpaid = instalments.iter().filter(|one| one.paid_on.is_none()).count();
    let to = model::after(rule, unpaid, life.is_of_many());
    let moved = (to != life.state).then_some(to);
    if !warnings.is_empty() {
        data["warnings"] = json!(warnings);
    }
    // The state, what it brings about, the money and the words to people stand or fall together.
    let mut tx = app.db.begin_with("begin immediate").await?;
    let recorded = moved.and_then(model::recorded).unwrap_or(life.file.recorded);
    store::advance(&mut tx, lot.id, life.file.recorded, recorded).await?;
    store::drop_proposals(&mut tx, lot.id).await?;
    doing.bring_about(&mut tx, &prepared, &data).await?;
    let event = store::Event { act: act.name(), to: moved, data, by, asked_by };
    store::note(&mut tx, lot.id, event, now).await?;
    doing.settle(&mut tx, &prepared).await?;
    tx.commit().await?;
    // Who is on record from now on keeps no seat elsewhere.
    app.barring.notify_one();
    Ok(())
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
            application: Some(7),
            instalment: Some(instalment),
            paid_on: Some(paid_on.into()),
            receipt: Some(receipt.into()),
        };
        let known = Known { instalments: &rows, today, choice: None };
        let good = words("Q-1", "拒签合同", 1, "2026-11-24", "R-1");
        assert_eq!(read(Act::Confirm, &good, &known).expect("good"), json!({"number": "Q-1"}));
        assert_eq!(
            read(Act::Register, &ActWords::default(), &known).expect_err("none").field.as_deref(),
            Some("number")
        );
        assert_eq!(
            read(Act::Pay, &good, &known).expect("good"),
            json!({"instalment": 1, "paid_on": "2026-11-24", "receipt": "R-1"})
        );
        assert_eq!(read(Act::Default, &good, &known).expect("one winner"), json!({"ground": "拒签合同"}));
        let of_many = |no| Known { choice: Some(vec![no]), ..Known { instalments: &rows, today, choice: None } };
        assert_eq!(
            read(Act::Default, &good, &of_many(7)).expect("named"),
            json!({"ground": "拒签合同", "application": 7})
        );
        let error = read(Act::Default, &good, &of_many(8)).expect_err("no winner's");
        assert_eq!(error.field.as_deref(), Some("application"));
        for (act, wrong, field) in [
            (Act::Contract, words(" ", "", 1, "", ""), "number"),
            (Act::Default, words("", "", 1, "", ""), "ground"),
            (Act::Pay, words("", "", 2, "2026-11-24", "R-1"), "instalment"),
            (Act::Pay, words("", "", 3, "2026-11-24", "R-1"), "instalment"),
            (Act::Pay, words("", "", 1, "2026-11-25", "R-1"), "paid_on"),
            (Act::Pay, words("", "", 1, "soon", "R-1"), "paid_on"),
            (Act::Pay, words("", "", 1, "2026-11-24", ""), "receipt"),
        ] {
            assert_eq!(read(act, &wrong, &known).expect_err(field).field.as_deref(), Some(field), "{act:?}");
        }
    }
}
