//! 共享申请: an agency asks another for fields of its register; the owner's officer decides.

use crate::db::{bad, json, uuid};
use crate::error::{ApiError, ApiResult};
use crate::registers::fields::Register;
use crate::registers::store::written;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

pub const PURPOSE_CHARS_MAX: usize = 200;
const REASON_CHARS_MAX: usize = 500;
/// Nobody is let in for longer than a year; who needs more asks again.
const SHARE_MS_MAX: i64 = 366 * 86_400_000;
/// Requests a page lists.
const LISTED_MAX: i64 = 200;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShare {
    pub fields: Vec<String>,
    /// What the fields are for.
    pub purpose: String,
    /// 法律依据.
    pub basis: String,
    /// The first moment the fields are no longer readable; within 366 days.
    pub until_at: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub approve: bool,
    /// Which of the fields asked for; all of them if absent.
    pub fields: Option<Vec<String>>,
    /// Needed to refuse.
    #[serde(default)]
    pub reason: String,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ShareStatus {
    Asked,
    Approved,
    Refused,
    /// Approved once, and its time is over.
    Expired,
}

#[derive(Serialize, ToSchema, Debug)]
pub struct Share {
    pub id: Uuid,
    pub register: String,
    pub fields: Vec<String>,
    pub granted: Vec<String>,
    pub purpose: String,
    pub basis: String,
    pub until_at: i64,
    pub status: ShareStatus,
    pub agency_zh: String,
    pub agency_en: String,
    pub asked_by: String,
    pub asked_at: i64,
    /// Whether I asked, and so may not decide.
    pub mine: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<i64>,
    pub reason: String,
}

/// 用途, as given with a reading: trimmed, and none when empty.
pub fn purpose(text: Option<&str>) -> ApiResult<Option<&str>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > PURPOSE_CHARS_MAX) {
        return Err(ApiError::bad_request("purpose", "用途须在200字以内", "a purpose has at most 200 characters"));
    }
    Ok(text)
}

fn fields_of(register: &Register, fields: &[String]) -> ApiResult<Vec<String>> {
    let fields: BTreeSet<&String> = fields.iter().collect();
    if fields.is_empty() || fields.iter().any(|name| register.field(name).is_none()) {
        return Err(ApiError::bad_request("fields", "请从本库字段中选择", "choose among the register's fields"));
    }
    Ok(fields.into_iter().cloned().collect())
}

impl NewShare {
    pub fn check(&self, register: &Register, now: Moment) -> ApiResult<()> {
        fields_of(register, &self.fields)?;
        purpose(Some(&self.purpose))?
            .ok_or_else(|| ApiError::bad_request("purpose", "请填写用途", "say what it is for"))?;
        let basis = self.basis.trim();
        if basis.is_empty() || basis.chars().count() > REASON_CHARS_MAX {
            return Err(ApiError::bad_request(
                "basis",
                "请填写法律依据（500字以内）",
                "name the legal basis in at most 500 characters",
            ));
        }
        if self.until_at <= now.0 || self.until_at - now.0 > SHARE_MS_MAX {
            return Err(ApiError::bad_request(
                "until_at",
                "截止时间须在现在之后366天以内",
                "it ends later than now, within 366 days",
            ));
        }
        Ok(())
    }
}

fn share(row: &SqliteRow, me: Uuid, now: Moment) -> sqlx::Result<Share> {
    let until_at: i64 = row.try_get("until_at")?;
    let status = match row.try_get::<String, _>("status")?.as_str() {
        "asked" => ShareStatus::Asked,
        "approved" if until_at <= now.0 => ShareStatus::Expired,
        "approved" => ShareStatus::Approved,
        "refused" => ShareStatus::Refused,
        _ => return Err(bad("status")),
    };
    Ok(Share {
        id: uuid(row, "id")?,
        register: row.try_get("register")?,
        fields: json(row, "fields")?,
        granted: json(row, "granted")?,
        purpose: row.try_get("purpose")?,
        basis: row.try_get("basis")?,
        until_at,
        status,
        agency_zh: row.try_get("name_zh")?,
        agency_en: row.try_get("name_en")?,
        asked_by: row.try_get("asker")?,
        asked_at: row.try_get("asked_at")?,
        mine: uuid(row, "asked_by")? == me,
        decided_by: row.try_get("decider")?,
        decided_at: row.try_get("decided_at")?,
        reason: row.try_get("reason")?,
    })
}

const SELECT: &str = "select s.*, g.name_zh, g.name_en, a.login asker, d.login decider from register_shares s
     join agencies g on g.id = s.agency join accounts a on a.id = s.asked_by
     left join accounts d on d.id = s.decided_by";

pub async fn ask(
    db: &SqlitePool,
    register: &Register,
    new: &NewShare,
    agency: Uuid,
    by: Uuid,
    now: Moment,
) -> ApiResult<Share> {
    new.check(register, now)?;
    let id = Uuid::new_v4();
    sqlx::query(
        "insert into register_shares (id, register, fields, purpose, basis, until_at, status, agency, asked_by, asked_at)
         values (?, ?, ?, ?, ?, ?, 'asked', ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(register.name)
    .bind(written(&fields_of(register, &new.fields)?)?)
    .bind(new.purpose.trim())
    .bind(new.basis.trim())
    .bind(new.until_at)
    .bind(agency.to_string())
    .bind(by.to_string())
    .bind(now.0)
    .execute(db)
    .await?;
    find(db, id, by, now).await
}

pub async fn find(db: &SqlitePool, id: Uuid, me: Uuid, now: Moment) -> ApiResult<Share> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where s.id = ?")))
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    Ok(share(&row.ok_or_else(ApiError::not_found)?, me, now)?)
}

/// Whose requests a page shows.
pub enum Side {
    /// Those my agency made.
    Asked(Uuid),
    /// Those for the registers my agency owns.
    Owned(Uuid),
    All,
}

/// Newest first, those not decided before the others.
pub async fn list(db: &SqlitePool, side: Side, me: Uuid, now: Moment) -> ApiResult<Vec<Share>> {
    let (condition, agency) = match side {
        Side::Asked(agency) => ("s.agency = ?1", agency.to_string()),
        Side::Owned(agency) => {
            ("s.register in (select register from register_owners where agency = ?1)", agency.to_string())
        }
        Side::All => ("?1 = ''", String::new()),
    };
    let sql = format!("{SELECT} where {condition} order by s.status <> 'asked', s.asked_at desc limit ?2");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(agency).bind(LISTED_MAX).fetch_all(db).await?;
    rows.iter().map(|row| Ok(share(row, me, now)?)).collect()
}

/// The owner's word. The table itself refuses the one who asked.
pub async fn decide(
    db: &SqlitePool,
    share: &Share,
    register: &Register,
    decision: &Decision,
    by: Uuid,
    now: Moment,
) -> ApiResult<()> {
    if share.status != ShareStatus::Asked {
        return Err(ApiError::conflict("该申请已有决定", "this request is decided already"));
    }
    if share.mine {
        return Err(own_request());
    }
    let reason = decision.reason.trim();
    if reason.chars().count() > REASON_CHARS_MAX || (!decision.approve && reason.is_empty()) {
        return Err(ApiError::bad_request(
            "reason",
            "不同意须说明理由（500字以内）",
            "a refusal gives its reason in at most 500 characters",
        ));
    }
    let granted = match (decision.approve, &decision.fields) {
        (false, _) => Vec::new(),
        (true, None) => share.fields.clone(),
        (true, Some(fields)) => fields_of(register, fields)?,
    };
    if granted.iter().any(|name| !share.fields.contains(name)) {
        return Err(ApiError::bad_request("fields", "不能超出申请的字段", "no more than the fields asked for"));
    }
    let decided = sqlx::query(
        "update register_shares set status = ?, granted = ?, reason = ?, decided_by = ?, decided_at = ?
         where id = ? and status = 'asked'",
    )
    .bind(if decision.approve { "approved" } else { "refused" })
    .bind(written(&granted)?)
    .bind(reason)
    .bind(by.to_string())
    .bind(now.0)
    .bind(share.id.to_string())
    .execute(db)
    .await;
    match decided {
        Err(sqlx::Error::Database(error)) if error.message().contains("register_shares_two_persons") => {
            Err(own_request())
        }
        Ok(done) if done.rows_affected() == 0 => {
            Err(ApiError::conflict("该申请已有决定", "this request is decided already"))
        }
        decided => Ok(decided.map(drop)?),
    }
}

fn own_request() -> ApiError {
    ApiError::conflict(
        "不能审批自己提出的申请，请由另一位数据管理员办理",
        "another officer decides on what you asked for",
    )
}

/// The fields of a register an agency may read at `now`.
pub async fn granted(
    db: &SqlitePool,
    register: &str,
    agency: Option<Uuid>,
    now: Moment,
) -> ApiResult<BTreeSet<String>> {
    let Some(agency) = agency else { return Ok(BTreeSet::new()) };
    let fields = sqlx::query_scalar(
        "select distinct f.value from register_shares s, json_each(s.granted) f
         where s.register = ? and s.agency = ? and s.status = 'approved' and s.until_at > ?",
    )
    .bind(register)
    .bind(agency.to_string())
    .bind(now.0)
    .fetch_all(db)
    .await?;
    Ok(fields.into_iter().collect())
}

/// What an agency said it reads a register for, in the requests that stand.
pub async fn purposes(db: &SqlitePool, register: &str, agency: Option<Uuid>, now: Moment) -> ApiResult<String> {
    let Some(agency) = agency else { return Ok(String::new()) };
    let told: Vec<String> = sqlx::query_scalar(
        "select distinct purpose from register_shares
         where register = ? and agency = ? and status = 'approved' and until_at > ? order by purpose",
    )
    .bind(register)
    .bind(agency.to_string())
    .bind(now.0)
    .fetch_all(db)
    .await?;
    Ok(told.join("；"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::tables::register;

    #[test]
    fn a_request_names_fields_a_purpose_a_basis_and_an_end() {
        let population = register("population").expect("a register");
        let now = Moment(1_000);
        let sound = || NewShare {
            fields: vec!["name".into()],
            purpose: "p".into(),
            basis: "b".into(),
            until_at: now.0 + SHARE_MS_MAX,
        };
        assert!(sound().check(population, now).is_ok());
        for (spoil, field) in [
            (NewShare { fields: vec![], ..sound() }, "fields"),
            (NewShare { fields: vec!["height".into()], ..sound() }, "fields"),
            (NewShare { purpose: " ".into(), ..sound() }, "purpose"),
            (NewShare { purpose: "p".repeat(PURPOSE_CHARS_MAX + 1), ..sound() }, "purpose"),
            (NewShare { basis: String::new(), ..sound() }, "basis"),
            (NewShare { until_at: now.0, ..sound() }, "until_at"),
            (NewShare { until_at: now.0 + SHARE_MS_MAX + 1, ..sound() }, "until_at"),
            (NewShare { until_at: i64::MIN, ..sound() }, "until_at"),
        ] {
            let refused = spoil.check(population, now).expect_err("refused");
            assert_eq!(refused.field.as_deref(), Some(field));
        }
    }
}
