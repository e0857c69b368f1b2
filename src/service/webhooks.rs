//! 数据推送: an account's webhooks, what they follow and how their last deliveries went.

use super::deliveries::secret_text;
use super::news::{Topic, known_center};
use super::subscriptions::check_topics;
use crate::app::{App, Valid};
use crate::clock;
use crate::db::{bad, uuid};
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::lots::LotKind;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Of one account.
const WEBHOOKS_MAX: i64 = 5;
/// Deliveries shown with a webhook.
const SHOWN_MAX: i64 = 10;
/// As long as the hash it keys.
const SECRET_BYTES: usize = 32;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mine, add)).routes(routes!(remove)).routes(routes!(enable))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// https, on the open internet.
    url: String,
    topics: Vec<Topic>,
    #[serde(default)]
    kind: Option<LotKind>,
    #[serde(default)]
    center_id: Option<Uuid>,
}

#[derive(Serialize, ToSchema)]
struct Webhook {
    id: Uuid,
    url: String,
    topics: Vec<Topic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<LotKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    center_id: Option<Uuid>,
    made_at: i64,
    /// Tries that failed one after another.
    failures: i64,
    /// Since when nothing is sent: too many failures. Enable it again when it is mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<i64>,
    /// The last deliveries, newest first.
    deliveries: Vec<Delivery>,
}

#[derive(Serialize, ToSchema)]
struct Delivery {
    made_at: i64,
    tries: i64,
    /// The HTTP status answered last; absent where nobody answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    done_at: Option<i64>,
    delivered: bool,
}

#[derive(Serialize, ToSchema)]
struct WebhookMade {
    id: Uuid,
    /// whsec_ and Base64, as Standard Webhooks writes it: HMAC-SHA256 of "id.timestamp.body". Shown once.
    secret: String,
}

/// Adds a webhook of mine.
#[utoipa::path(post, path = "/api/me/webhooks", request_body = NewWebhook,
    responses((status = 200, body = WebhookMade), (status = "4XX", body = ApiError)))]
async fn add(
    State(app): State<App>,
    principal: Principal,
    Valid(new): Valid<NewWebhook>,
) -> ApiResult<Json<WebhookMade>> {
    if !app.caller.takes(&new.url) {
        return Err(ApiError::bad_request(
            "url",
            "推送地址须为公网https地址",
            "a webhook is an https address on the open internet",
        ));
    }
    let topics = check_topics(&new.topics)?;
    known_center(&app.db, new.center_id).await?;
    let mut secret = [0; SECRET_BYTES];
    aws_lc_rs::rand::fill(&mut secret).map_err(|_| ApiError::internal())?;
    let id = Uuid::new_v4();
    let added = sqlx::query(
        "insert into webhooks (id, account, url, secret, topics, kind, center, made_at)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where (select count(*) from webhooks where account = ?2) < ?9",
    )
    .bind(id.to_string())
    .bind(principal.account.to_string())
    .bind(&new.url)
    .bind(secret.as_slice())
    .bind(topics)
    .bind(new.kind.map(LotKind::name))
    .bind(new.center_id.map(|id| id.to_string()))
    .bind(clock::now().0)
    .bind(WEBHOOKS_MAX)
    .execute(&app.db)
    .await?;
    match added.rows_affected() {
        1 => Ok(Json(WebhookMade { id, secret: secret_text(&secret) })),
        _ => Err(ApiError::conflict("每个账户最多5个推送地址", "an account has at most 5 webhooks")),
    }
}

/// My webhooks.
#[utoipa::path(get, path = "/api/me/webhooks",
    responses((status = 200, body = Vec<Webhook>), (status = "4XX", body = ApiError)))]
async fn mine(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<Webhook>>> {
    // One moment for a hook and its deliveries: they are written together.
    let mut tx = app.db.begin().await?;
    let rows = sqlx::query("select * from webhooks where account = ? order by made_at, id limit ?")
        .bind(principal.account.to_string())
        .bind(WEBHOOKS_MAX)
        .fetch_all(&mut *tx)
        .await?;
    let mut webhooks = Vec::new();
    for row in &rows {
        webhooks.push(webhook(&mut tx, row).await?);
    }
    Ok(Json(webhooks))
}

async fn webhook(db: &mut SqliteConnection, row: &SqliteRow) -> ApiResult<Webhook> {
    let id = uuid(row, "id")?;
    let rows = sqlx::query(
        "select made_at, tries, status, done_at, outcome from hook_deliveries where hook = ? order by id desc limit ?",
    )
    .bind(id.to_string())
    .bind(SHOWN_MAX)
    .fetch_all(&mut *db)
    .await?;
    let delivery = |row: &SqliteRow| {
        let outcome: Option<String> = row.try_get("outcome")?;
        Ok(Delivery {
            made_at: row.try_get("made_at")?,
            tries: row.try_get("tries")?,
            status: row.try_get("status")?,
            done_at: row.try_get("done_at")?,
            delivered: outcome.is_some_and(|outcome| outcome == "delivered"),
        })
    };
    let (kind, center): (Option<String>, Option<String>) = (row.try_get("kind")?, row.try_get("center")?);
    Ok(Webhook {
        id,
        url: row.try_get("url")?,
        topics: Topic::read(&row.try_get::<String, _>("topics")?),
        kind: kind.map(|kind| LotKind::from_name(&kind).ok_or_else(|| bad("kind"))).transpose()?,
        center_id: center.map(|id| id.parse().map_err(|_| bad("center"))).transpose()?,
        made_at: row.try_get("made_at")?,
        failures: row.try_get("failures")?,
        disabled_at: row.try_get("disabled_at")?,
        deliveries: rows.iter().map(delivery).collect::<sqlx::Result<_>>()?,
    })
}

fn found(rows: u64) -> ApiResult<StatusCode> {
    if rows == 1 { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found()) }
}

/// Takes a webhook of mine away, with what was not yet sent.
#[utoipa::path(delete, path = "/api/me/webhooks/{id}", params(("id" = Uuid, Path)),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn remove(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<StatusCode> {
    let gone = sqlx::query("delete from webhooks where id = ? and account = ?")
        .bind(id.to_string())
        .bind(principal.account.to_string())
        .execute(&app.db)
        .await?;
    found(gone.rows_affected())
}

/// Sends to a webhook again that was disabled after too many failures.
#[utoipa::path(post, path = "/api/me/webhooks/{id}/enable", params(("id" = Uuid, Path)),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn enable(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<StatusCode> {
    let done = sqlx::query("update webhooks set disabled_at = null, failures = 0 where id = ? and account = ?")
        .bind(id.to_string())
        .bind(principal.account.to_string())
        .execute(&app.db)
        .await?;
    found(done.rows_affected())
}
