//! 解封: who the bidders of a lot are. After the close its own center reads it; before, nobody alone:
//! one supervisor asks with a reason, another grants, and each reading is noted.

use crate::app::{self, App, Valid};
use crate::approval::store as cases;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::audit;
use crate::security::model::{Principal, Role};
use axum::Json;
use axum::extract::{Path, State};
use matching::{Moment, Stage};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// 解封查看: what the audit calls a reading of bidders before the close.
const SEALED_BIDDERS_READ: &str = "read sealed bidders";
/// How long a grant serves.
const GRANT_MS: i64 = 60 * 60_000;
const UNSEALINGS_MAX: i64 = 100;
/// Bidders listed of one lot.
const BIDDERS_MAX: i64 = 5_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, ask)).routes(routes!(grant)).routes(routes!(bidders))
}

/// A wish to see bidders before the close.
#[derive(Serialize, ToSchema)]
struct Unsealing {
    id: Uuid,
    reason: String,
    asked_by: String,
    asked_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted_at: Option<i64>,
    /// It serves me now.
    open: bool,
    /// I asked, and so may not grant.
    mine: bool,
}

fn unsealing(row: &SqliteRow, reader: Uuid, now: Moment) -> sqlx::Result<Unsealing> {
    let id: String = row.try_get("id")?;
    let (asked_by, granted_by): (String, Option<String>) = (row.try_get("asked_by")?, row.try_get("granted_by")?);
    let granted_at: Option<i64> = row.try_get("granted_at")?;
    let mine = asked_by == reader.to_string();
    let concerns = mine || granted_by == Some(reader.to_string());
    Ok(Unsealing {
        id: id.parse().map_err(|_| sqlx::Error::Decode("unreadable id".into()))?,
        reason: row.try_get("reason")?,
        asked_by: row.try_get("asked_name")?,
        asked_at: row.try_get("asked_at")?,
        granted_by: row.try_get("granted_name")?,
        granted_at,
        open: concerns && granted_at.is_some_and(|at| now.since(Moment(at)) < GRANT_MS),
        mine,
    })
}

async fn of_lot(db: &SqlitePool, lot: Uuid, reader: Uuid) -> ApiResult<Vec<Unsealing>> {
    let rows = sqlx::query(
        "select u.*, a.name as asked_name, g.name as granted_name from unsealings u
         join accounts a on a.id = u.asked_by left join accounts g on g.id = u.granted_by
         where u.lot = ? order by u.asked_at desc limit ?",
    )
    .bind(lot.to_string())
    .bind(UNSEALINGS_MAX)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| unsealing(row, reader, clock::now())).collect::<sqlx::Result<_>>()?)
}

/// Who asked to see this lot's bidders, and who granted it.
#[utoipa::path(get, path = "/api/lots/{id}/unsealings", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Unsealing>), (status = "4XX", body = ApiError)))]
async fn list(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<Vec<Unsealing>>> {
    of_lot(&app.db, id, principal.account).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUnsealing {
    reason: String,
}

/// Asks to see the bidders before the close.
#[utoipa::path(post, path = "/api/lots/{id}/unsealings", params(("id" = Uuid, Path)), request_body = NewUnsealing,
    responses((status = 200, body = Vec<Unsealing>), (status = "4XX", body = ApiError)))]
async fn ask(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(new): Valid<NewUnsealing>,
) -> ApiResult<Json<Vec<Unsealing>>> {
    let reason = app::reason(&new.reason)?;
    app.feed.look(id, |_| ()).ok_or_else(ApiError::unknown_lot)?;
    sqlx::query("insert into unsealings (id, lot, reason, asked_by, asked_at) values (?, ?, ?, ?, ?)")
        .bind(Uuid::new_v4().to_string())
        .bind(id.to_string())
        .bind(reason)
        .bind(principal.account.to_string())
        .bind(clock::now().0)
        .execute(&app.db)
        .await?;
    of_lot(&app.db, id, principal.account).await.map(Json)
}

/// Grants what another asked; it serves both for an hour.
#[utoipa::path(post, path = "/api/lots/{id}/unsealings/{unsealing}/grant",
    params(("id" = Uuid, Path), ("unsealing" = Uuid, Path)),
    responses((status = 200, body = Vec<Unsealing>), (status = "4XX", body = ApiError)))]
async fn grant(
    State(app): State<App>,
    Path((id, unsealing)): Path<(Uuid, Uuid)>,
    principal: Principal,
) -> ApiResult<Json<Vec<Unsealing>>> {
    let known = of_lot(&app.db, id, principal.account).await?.into_iter().find(|known| known.id == unsealing);
    let known = known.ok_or_else(ApiError::not_found)?;
    if known.mine {
        return Err(ApiError {
            code: "UNSEALING_ANOTHER_PERSON".into(),
            ..ApiError::conflict("须由另一位监督人员同意", "another supervisor grants it")
        });
    }
    if known.granted_at.is_some() {
        return Err(ApiError::conflict("已同意", "granted already"));
    }
    sqlx::query("update unsealings set granted_by = ?, granted_at = ? where id = ? and granted_by is null")
        .bind(principal.account.to_string())
        .bind(clock::now().0)
        .bind(unsealing.to_string())
        .execute(&app.db)
        .await?;
    of_lot(&app.db, id, principal.account).await.map(Json)
}

/// A bidder of a lot, by name.
#[derive(Serialize, ToSchema)]
struct BidderRow {
    application_no: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    paddle: Option<u32>,
    account: String,
    /// As he is registered here; absent where he is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// As what the audit notes the reading, and why this person may read a lot's bidders now. A reading before the close
/// goes by its own name: the watch is told of it.
async fn ground(app: &App, lot: Uuid, principal: &Principal) -> ApiResult<(&'static str, String)> {
    let closed = app.feed.look(lot, |replica| matches!(replica.book.stage(), Stage::Closed(_)));
    let closed = closed.ok_or_else(ApiError::unknown_lot)?;
    let center: Option<String> = sqlx::query_scalar("select center from lots where id = ?")
        .bind(lot.to_string())
        .fetch_optional(&app.db)
        .await?;
    let own = principal.role != Role::Clerk || center == principal.center.map(|center| center.to_string());
    if !own {
        return Err(ApiError::unknown_lot());
    }
    if closed {
        return Ok(("read bidders", "closed lot".into()));
    }
    let granted = of_lot(&app.db, lot, principal.account).await?.into_iter().find(|known| known.open);
    granted.map(|known| (SEALED_BIDDERS_READ, known.reason)).ok_or_else(|| ApiError {
        status: 403,
        code: "SEALED".into(),
        ..ApiError::conflict(
            "标的结束前竞买人身份保密，须两名监督人员同意方可查看",
            "bidders are sealed until the close; two supervisors may open them",
        )
    })
}

/// The lot's bidders by name; each reading is noted with its ground.
#[utoipa::path(get, path = "/api/lots/{id}/bidders", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<BidderRow>), (status = "4XX", body = ApiError)))]
async fn bidders(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
) -> ApiResult<Json<Vec<BidderRow>>> {
    let (action, ground) = ground(&app, id, &principal).await?;
    let note = audit::Act::of(principal.account, principal.role, action, &id.to_string());
    audit::note(&app.db, note.because(&ground)).await?;
    let rows = sqlx::query(
        "select p.no, p.paddle, p.account, a.name from applications p join accounts a on a.id = p.account
         where p.lot = ? order by p.no limit ?",
    )
    .bind(id.to_string())
    .bind(BIDDERS_MAX)
    .fetch_all(&app.db)
    .await?;
    let mut bidders = Vec::new();
    for row in &rows {
        let account: String = row.try_get("account")?;
        let form = cases::granted_form(&app.db, "BIDDER-REGISTRATION", &account).await?.unwrap_or_default();
        let text = |name: &str| {
            form.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(String::from)
        };
        bidders.push(BidderRow {
            application_no: row.try_get("no")?,
            paddle: row.try_get("paddle")?,
            account: row.try_get("name")?,
            registered_name: text("name"),
            code: text("credit_code").or(text("id_number")),
        });
    }
    Ok(Json(bidders))
}
