//! 裁量基准 as it is kept: each an agency's own; drafts, versions published by a second person of that agency, and the
//! door anybody reads (行政处罚法 art. 34).

use crate::app::{App, Valid};
use crate::calendar::Day;
use crate::clock;
use crate::db::{json, uuid};
use crate::enforcement::discretion::{DiscretionRule, seeded};
use crate::enforcement::doing::officer;
use crate::enforcement::misstep::Misstep;
use crate::enforcement::store::text;
use crate::error::{ApiError, ApiResult};
use crate::registers::cited::{CitedLaw, cited};
use crate::security::model::{Duty, Principal, Role};
use crate::security::store as people;
use axum::Json;
use axum::extract::{Path, State};
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Versions of all rules on one page; a city has some hundred rules.
const RULES_MAX: i64 = 1_000;
const WITH_AGENCY: &str = "select r.*, a.name_zh as agency_zh, a.name_en as agency_en
    from discretion_rules r join agencies a on a.id = r.agency";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(published)).routes(routes!(drafts, write)).routes(routes!(publish))
}

/// A version of a rule.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct StandardVersion {
    #[serde(flatten)]
    pub rule: DiscretionRule,
    pub version: i64,
    /// Whose it is.
    pub agency: Uuid,
    pub agency_zh: String,
    pub agency_en: String,
    pub written_at: i64,
    /// Applies today.
    pub in_force: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<i64>,
    /// I wrote it, and so may not publish it.
    pub mine: bool,
    /// The law as the register of regulations knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cited: Option<CitedLaw>,
}

/// Each with the register's word on its law.
async fn with_laws(app: &App, mut versions: Vec<StandardVersion>, today: Day) -> ApiResult<Vec<StandardVersion>> {
    let laws: BTreeSet<String> = versions.iter().map(|version| version.rule.law.clone()).collect();
    let laws = cited(&app.db, &laws.into_iter().collect::<Vec<_>>(), today).await?;
    for version in &mut versions {
        version.cited = laws.iter().find(|law| law.text == version.rule.law).cloned();
    }
    Ok(versions)
}

fn shown(row: &SqliteRow, today: Day, reader: Option<Uuid>) -> sqlx::Result<StandardVersion> {
    let rule: DiscretionRule = json(row, "body")?;
    let published_at: Option<i64> = row.try_get("published_at")?;
    Ok(StandardVersion {
        version: row.try_get("version")?,
        agency: uuid(row, "agency")?,
        agency_zh: row.try_get("agency_zh")?,
        agency_en: row.try_get("agency_en")?,
        written_at: row.try_get("written_at")?,
        in_force: published_at.is_some() && rule.in_force(today),
        published_at,
        mine: Some(uuid(row, "written_by")?) == reader,
        rule,
        cited: None,
    })
}

/// The published discretion standards: every version, the newest of each rule first.
#[utoipa::path(get, path = "/api/discretion", responses((status = 200, body = Vec<StandardVersion>)))]
async fn published(State(app): State<App>) -> ApiResult<Json<Vec<StandardVersion>>> {
    let today = Day::of(clock::now());
    let sql = format!("{WITH_AGENCY} where r.published_at is not null order by r.code, r.version desc limit ?");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(RULES_MAX).fetch_all(&app.db).await?;
    let mut versions: Vec<_> = rows.iter().map(|row| shown(row, today, None)).collect::<sqlx::Result<_>>()?;
    // Of two in force the later rules; the one before it is history.
    for at in 1..versions.len() {
        let before = versions[..at].iter().any(|newer| newer.rule.code == versions[at].rule.code && newer.in_force);
        versions[at].in_force &= !before;
    }
    with_laws(&app, versions, today).await.map(Json)
}

/// Standards written and not yet published: an officer's own agency's, everybody's for supervision.
#[utoipa::path(get, path = "/api/enforcement/discretion",
    responses((status = 200, body = Vec<StandardVersion>), (status = "4XX", body = ApiError)))]
async fn drafts(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<StandardVersion>>> {
    let today = Day::of(clock::now());
    let who = people::by_id(&app.db, principal.account).await?.ok_or_else(ApiError::token_invalid)?;
    let agency = who.agency_id.filter(|_| who.role == Role::Officer);
    let sql = format!(
        "{WITH_AGENCY} where r.published_at is null and (?1 is null or r.agency = ?1) order by r.code limit ?2"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(agency.map(|id| id.to_string()))
        .bind(RULES_MAX)
        .fetch_all(&app.db)
        .await?;
    let read = |row| shown(row, today, Some(principal.account));
    with_laws(&app, rows.iter().map(read).collect::<sqlx::Result<_>>()?, today).await.map(Json)
}

/// Writes a rule of one's own agency, or its next version; a draft written before is replaced.
#[utoipa::path(post, path = "/api/enforcement/discretion", request_body = DiscretionRule,
    responses((status = 200, body = StandardVersion), (status = "4XX", body = ApiError)))]
async fn write(
    State(app): State<App>,
    principal: Principal,
    Valid(rule): Valid<DiscretionRule>,
) -> ApiResult<Json<StandardVersion>> {
    let who = officer(&app, &principal, &[Duty::Review, Duty::Decide]).await?;
    let agency = who.agency_id.ok_or_else(ApiError::forbidden)?;
    rule.check()?;
    let now = clock::now();
    not_retroactive(&rule.effective_from, now)?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    let version = keep(&mut tx, &rule, agency, who.id, now).await?;
    let sql = format!("{WITH_AGENCY} where r.code = ? and r.version = ?");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&rule.code).bind(version).fetch_one(&mut *tx).await?;
    let written = shown(&row, Day::of(now), Some(who.id))?;
    tx.commit().await?;
    Ok(Json(written))
}

/// 不溯及既往: nobody is punished by what was not yet published when it is said to have begun.
fn not_retroactive(effective_from: &str, now: Moment) -> ApiResult<()> {
    match effective_from.parse::<Day>().is_ok_and(|from| from >= Day::of(now)) {
        true => Ok(()),
        false => Err(ApiError { field: Some("effective_from".into()), ..Misstep::StandardRetroactive.error() }),
    }
}

async fn keep(db: &mut SqliteConnection, rule: &DiscretionRule, agency: Uuid, by: Uuid, now: Moment) -> ApiResult<i64> {
    let others: Option<i64> =
        sqlx::query_scalar("select 1 from discretion_rules where code = ? and agency <> ? limit 1")
            .bind(&rule.code)
            .bind(agency.to_string())
            .fetch_optional(&mut *db)
            .await?;
    if others.is_some() {
        return Err(Misstep::StandardOfAnother.error());
    }
    sqlx::query("delete from discretion_rules where code = ? and published_at is null")
        .bind(&rule.code)
        .execute(&mut *db)
        .await?;
    let last: Option<i64> = sqlx::query_scalar("select max(version) from discretion_rules where code = ?")
        .bind(&rule.code)
        .fetch_one(&mut *db)
        .await?;
    let version = last.unwrap_or(0) + 1;
    sqlx::query(
        "insert into discretion_rules (code, version, agency, body, effective_from, written_by, written_at)
         values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&rule.code)
    .bind(version)
    .bind(agency.to_string())
    .bind(text(rule)?)
    .bind(&rule.effective_from)
    .bind(by.to_string())
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(version)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StandardRead {
    /// When what was read was written.
    written_at: i64,
}

/// Publishes a draft as it was read: another person of the same agency than who wrote it.
#[utoipa::path(post, path = "/api/enforcement/discretion/{code}/publish", params(("code" = String, Path)),
    request_body = StandardRead, operation_id = "publish_standard",
    responses((status = 200), (status = "4XX", body = ApiError)))]
async fn publish(
    State(app): State<App>,
    Path(code): Path<String>,
    principal: Principal,
    Valid(read): Valid<StandardRead>,
) -> ApiResult<()> {
    let who = officer(&app, &principal, &[Duty::Decide]).await?;
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let row = sqlx::query("select * from discretion_rules where code = ? and published_at is null")
        .bind(&code)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(ApiError::not_found)?;
    if who.agency_id != Some(uuid(&row, "agency")?) {
        return Err(Misstep::StandardOfAnother.error());
    }
    if uuid(&row, "written_by")? == who.id {
        return Err(Misstep::OtherPerson.error());
    }
    if row.try_get::<i64, _>("written_at")? != read.written_at {
        return Err(Misstep::StandardRewritten.error());
    }
    // A draft may have lain longer than its author thought.
    not_retroactive(row.try_get("effective_from")?, now)?;
    put_out(&mut tx, &code, row.try_get("version")?, who.id, now).await?;
    Ok(tx.commit().await?)
}

async fn put_out(db: &mut SqliteConnection, code: &str, version: i64, by: Uuid, now: Moment) -> ApiResult<()> {
    sqlx::query(
        "update discretion_rules set published_by = ?, published_at = ?
         where code = ? and version = ? and published_at is null",
    )
    .bind(by.to_string())
    .bind(now.0)
    .bind(code)
    .bind(version)
    .execute(db)
    .await?;
    Ok(())
}

/// The rule in force on a day, and its version.
pub async fn in_force(db: &mut SqliteConnection, code: &str, on: Day) -> ApiResult<(DiscretionRule, i64)> {
    let rows = sqlx::query(
        "select * from discretion_rules where code = ? and published_at is not null order by version desc limit ?",
    )
    .bind(code)
    .bind(RULES_MAX)
    .fetch_all(db)
    .await?;
    for row in &rows {
        let rule: DiscretionRule = json(row, "body")?;
        if rule.in_force(on) {
            return Ok((rule, row.try_get("version")?));
        }
    }
    Err(ApiError::bad_request("rule", "没有现行有效的该项裁量基准", "no such discretion standard is in force"))
}

/// A published version, in force or not.
pub async fn version(db: &mut SqliteConnection, code: &str, version: i64) -> ApiResult<DiscretionRule> {
    let row =
        sqlx::query("select body from discretion_rules where code = ? and version = ? and published_at is not null")
            .bind(code)
            .bind(version)
            .fetch_optional(db)
            .await?;
    Ok(json(&row.ok_or_else(ApiError::not_found)?, "body")?)
}

/// On a demonstration: the standards that come with it, written by one officer of the agency and published by another.
pub async fn fill(app: &App, agency: Uuid, writes: Uuid, publishes: Uuid) -> ApiResult<()> {
    let now = clock::now();
    for rule in seeded() {
        let mut tx = app.db.begin_with("begin immediate").await?;
        let version = keep(&mut tx, &rule, agency, writes, now).await?;
        put_out(&mut tx, &rule.code, version, publishes, now).await?;
        tx.commit().await?;
    }
    Ok(())
}
