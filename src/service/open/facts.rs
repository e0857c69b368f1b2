//! What the public may know of a lot beside the floor: its text, its notices, how its life went on, and
//! the winners' names once they are public.

use crate::approval::store as cases;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Center;
use crate::security::store as accounts;
use crate::trading::life::model::State;
use crate::trading::life::notices::{self, Notice, NoticeKind};
use crate::trading::life::store::{self as lives, Document, LifeEvent};
use crate::trading::lots::LotDetail;
use crate::trading::replica::Replica;
use crate::trading::store as lots;
use matching::{Outcome, Paddle, Stage};
use serde_json::Value;
use sqlx::SqlitePool;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A published lot as staff wrote it and led it.
pub struct Written {
    pub detail: LotDetail,
    pub center: Center,
    /// Published ones, oldest first, corrections beside what they correct.
    pub notices: Vec<Notice>,
    pub documents: Vec<Document>,
    pub life: Option<Life>,
}

/// How a lot with a file went on after the hammer.
pub struct Life {
    pub state: State,
    /// 成交确认书 was issued at some time.
    pub confirmed: bool,
    pub contract: Option<Signed>,
    /// 重新上市: the lot this one takes the place of.
    pub follows: Option<Uuid>,
}

pub struct Signed {
    pub number: String,
    pub at: i64,
}

/// `None` while the lot is no published one.
pub async fn written(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<Written>> {
    let found = lots::find(db, lot).await?;
    if !found.is_published() {
        return Ok(None);
    }
    let centers = accounts::centers(db).await?;
    let center = centers.into_iter().find(|center| center.id == found.center).ok_or_else(ApiError::internal)?;
    let life = match lives::file(db, lot).await? {
        None => None,
        Some(file) => {
            let events = lives::events(db, lot).await?;
            Some(life(file.recorded, file.follows_lot, &events))
        }
    };
    Ok(Some(Written {
        detail: found.detail()?,
        center,
        notices: notices::of_lot(db, lot, None).await?,
        documents: lives::documents(db, lot).await?,
        life,
    }))
}

fn life(state: State, follows: Option<Uuid>, events: &[LifeEvent]) -> Life {
    let last = |act: &str| events.iter().rfind(|event| event.act == act);
    let contract = last("contract")
        .map(|event| Signed { number: event.data["number"].as_str().unwrap_or_default().to_string(), at: event.at });
    Life { state, confirmed: last("confirm").is_some(), contract, follows }
}

/// Somebody whose name is published.
pub struct Named {
    pub name: String,
    /// 统一社会信用代码; a person's own number is never published.
    pub credit_code: Option<String>,
    /// That number, for papers that only their owner is given.
    pub id_number: Option<String>,
}

pub type Names = BTreeMap<Paddle, Named>;

/// The winners' names, once 成交公示 has published them. Whoever lost stays a paddle, and so does the winner
/// of a lot that has no such notice.
pub async fn names(db: &SqlitePool, written: &Written, replica: &Replica) -> ApiResult<Names> {
    let mut names = Names::new();
    if !written.notices.iter().any(|notice| notice.kind == NoticeKind::Result) {
        return Ok(names);
    }
    let Stage::Closed(Outcome::Sold { paddle, .. }) = replica.book.stage() else { return Ok(names) };
    if let Some((_, account)) = replica.holders().into_iter().find(|(held, _)| held == paddle) {
        names.insert(*paddle, named(db, account).await?);
    }
    Ok(names)
}

/// Whose name it is, as his registration has it: the one every list, paper and release prints.
pub async fn named(db: &SqlitePool, account: Uuid) -> ApiResult<Named> {
    let form = cases::granted_form(db, "BIDDER-REGISTRATION", &account.to_string()).await?.unwrap_or_default();
    let text = |field: &str| {
        form.get(field).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(String::from)
    };
    let name = match text("name") {
        Some(name) => name,
        None => accounts::name(db, account).await?,
    };
    Ok(Named { name, credit_code: text("credit_code"), id_number: text("id_number") })
}
