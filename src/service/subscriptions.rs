//! 邮件订阅: asking, confirming by the link in the mail (double opt-in), and leaving.

use super::mail;
use super::news::{Topic, known_center};
use crate::app::{App, Valid};
use crate::clock;
use crate::db::{bad, uuid};
use crate::error::{ApiError, ApiResult};
use crate::security::client::Client;
use crate::trading::lots::LotKind;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};
use std::net::IpAddr;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Mails an event may cause; a city has fewer people who follow auctions.
const SUBSCRIPTIONS_MAX: i64 = 50_000;
/// Of one address, confirmed or not.
const OF_ADDRESS_MAX: i64 = 20;
/// Mails that ask one address for its yes in 24 hours: nobody's mailbox is filled through us.
const ASKED_A_DAY_MAX: i64 = 3;
/// That one network address may cause in an hour; whole offices have one.
const ASKED_BY_CLIENT_MAX: i64 = 60;
/// And all addresses in an hour: above it we are being used to bother strangers.
const ASKED_AN_HOUR_MAX: i64 = 500;
const HOUR_MS: i64 = 3_600_000;
/// A yes that does not come is forgotten.
const CONFIRM_WITHIN_MS: i64 = 48 * HOUR_MS;
/// RFC 5321.
const ADDRESS_BYTES_MAX: usize = 254;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(subscribe)).routes(routes!(confirm)).routes(routes!(cancel))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSubscription {
    email: String,
    topics: Vec<Topic>,
    /// Only lots of this kind.
    #[serde(default)]
    kind: Option<LotKind>,
    /// Only lots of this center.
    #[serde(default)]
    center_id: Option<Uuid>,
}

#[derive(Serialize, ToSchema)]
struct SubscriptionAsked {
    /// Until when the link in the mail may be used.
    confirm_until: i64,
}

#[derive(Deserialize, ToSchema, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SubscriptionToken {
    /// From the link in the mail.
    token: Uuid,
}

#[derive(Serialize, ToSchema)]
struct MailSubscription {
    email: String,
    topics: Vec<Topic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<LotKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    center_id: Option<Uuid>,
    confirmed_at: i64,
}

/// At least one topic is followed.
pub fn check_topics(topics: &[Topic]) -> ApiResult<String> {
    match Topic::written(topics) {
        none if none.is_empty() => {
            Err(ApiError::bad_request("topics", "请至少选择一类订阅内容", "choose at least one topic"))
        }
        topics => Ok(topics),
    }
}

/// Asks for news by e-mail. The answer is the same whether the address is known or not.
#[utoipa::path(post, path = "/api/subscriptions", request_body = NewSubscription,
    responses((status = 200, body = SubscriptionAsked), (status = "4XX", body = ApiError), (status = 503, body = ApiError)))]
async fn subscribe(
    State(app): State<App>,
    Client(from): Client,
    Valid(new): Valid<NewSubscription>,
) -> ApiResult<Json<SubscriptionAsked>> {
    if app.mailer.is_none() {
        return Err(ApiError::mail_not_set_up());
    }
    // One mailbox is one address, however it is spelt.
    let email = new.email.trim().to_lowercase();
    let email = email.as_str();
    if email.len() > ADDRESS_BYTES_MAX || !mail::is_address(email) {
        return Err(ApiError::bad_request("email", "邮箱地址格式不正确", "not an e-mail address"));
    }
    let topics = check_topics(&new.topics)?;
    known_center(&app.db, new.center_id).await?;
    let now = clock::now().0;
    let (kind, center) = (new.kind.map(LotKind::name), new.center_id.map(|id| id.to_string()));
    let mut tx = app.db.begin_with("begin immediate").await?;
    sqlx::query("delete from mail_subscriptions where confirmed_at is null and asked_at < ?")
        .bind(now - CONFIRM_WITHIN_MS)
        .execute(&mut *tx)
        .await?;
    let known = sqlx::query(
        "select id, confirmed_at from mail_subscriptions
         where lower(email) = ? and topics = ? and coalesce(kind, '') = coalesce(?, '')
           and coalesce(center, '') = coalesce(?, '')",
    )
    .bind(email)
    .bind(&topics)
    .bind(kind)
    .bind(&center)
    .fetch_optional(&mut *tx)
    .await?;
    let id = match known {
        Some(row) if row.try_get::<Option<i64>, _>("confirmed_at")?.is_some() => None,
        Some(row) => Some(uuid(&row, "id")?),
        None if is_full(&mut tx, email).await? => None,
        None => {
            let id = Uuid::new_v4();
            sqlx::query(
                "insert into mail_subscriptions (id, email, topics, kind, center, token, asked_at)
                 values (?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(id.to_string())
            .bind(email)
            .bind(&topics)
            .bind(kind)
            .bind(&center)
            .bind(Uuid::new_v4().to_string())
            .bind(now)
            .execute(&mut *tx)
            .await?;
            Some(id)
        }
    };
    if let Some(id) = id
        && may_ask(&mut tx, email, from, now).await?
    {
        mail::ask(&mut tx, id, now).await?;
    }
    tx.commit().await?;
    Ok(Json(SubscriptionAsked { confirm_until: now + CONFIRM_WITHIN_MS }))
}

async fn is_full(tx: &mut Transaction<'_, Sqlite>, email: &str) -> ApiResult<bool> {
    let (all, own): (i64, i64) =
        sqlx::query_as("select count(*), coalesce(sum(lower(email) = ?), 0) from mail_subscriptions")
            .bind(email)
            .fetch_one(&mut **tx)
            .await?;
    if all >= SUBSCRIPTIONS_MAX {
        return Err(ApiError::busy());
    }
    Ok(own >= OF_ADDRESS_MAX)
}

/// Whether one more mail may ask for a yes; it is then counted. What was asked is remembered apart from the
/// subscriptions: leaving one does not begin the count anew.
async fn may_ask(tx: &mut Transaction<'_, Sqlite>, email: &str, from: IpAddr, now: i64) -> ApiResult<bool> {
    let (address, client) = (Sha256::digest(email).to_vec(), Sha256::digest(from.to_string()).to_vec());
    sqlx::query("delete from mail_asks where at <= ?").bind(now - 24 * HOUR_MS).execute(&mut **tx).await?;
    let (own, here, all): (i64, i64, i64) = sqlx::query_as(
        "select coalesce(sum(address = ?1), 0), coalesce(sum(client = ?2 and at > ?3), 0), coalesce(sum(at > ?3), 0)
         from mail_asks",
    )
    .bind(&address)
    .bind(&client)
    .bind(now - HOUR_MS)
    .fetch_one(&mut **tx)
    .await?;
    if all >= ASKED_AN_HOUR_MAX || here >= ASKED_BY_CLIENT_MAX {
        return Err(ApiError::busy());
    }
    if own >= ASKED_A_DAY_MAX {
        return Ok(false);
    }
    let ask = sqlx::query("insert into mail_asks (at, address, client) values (?, ?, ?)");
    ask.bind(now).bind(address).bind(client).execute(&mut **tx).await?;
    Ok(true)
}

fn subscription(row: &SqliteRow) -> sqlx::Result<MailSubscription> {
    let (kind, center): (Option<String>, Option<String>) = (row.try_get("kind")?, row.try_get("center")?);
    Ok(MailSubscription {
        email: row.try_get("email")?,
        topics: Topic::read(&row.try_get::<String, _>("topics")?),
        kind: kind.map(|kind| LotKind::from_name(&kind).ok_or_else(|| bad("kind"))).transpose()?,
        center_id: center.map(|id| id.parse().map_err(|_| bad("center"))).transpose()?,
        confirmed_at: row.try_get("confirmed_at")?,
    })
}

/// The yes of whoever reads the mailbox.
#[utoipa::path(post, path = "/api/subscriptions/confirm", request_body = SubscriptionToken,
    responses((status = 200, body = MailSubscription), (status = "4XX", body = ApiError)))]
async fn confirm(State(app): State<App>, Valid(yes): Valid<SubscriptionToken>) -> ApiResult<Json<MailSubscription>> {
    let now = clock::now().0;
    let row = sqlx::query(
        "update mail_subscriptions set confirmed_at = coalesce(confirmed_at, ?1)
         where token = ?2 and (confirmed_at is not null or asked_at >= ?3) returning *",
    )
    .bind(now)
    .bind(yes.token.to_string())
    .bind(now - CONFIRM_WITHIN_MS)
    .fetch_optional(&app.db)
    .await?;
    Ok(Json(subscription(&row.ok_or_else(ApiError::not_found)?)?))
}

/// Leaves, with one click (RFC 8058): the mails not yet sent go too. Said again, it stays done.
#[utoipa::path(post, path = "/api/subscriptions/cancel", params(SubscriptionToken),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn cancel(State(app): State<App>, Query(out): Query<SubscriptionToken>) -> ApiResult<StatusCode> {
    sqlx::query("delete from mail_subscriptions where token = ?").bind(out.token.to_string()).execute(&app.db).await?;
    Ok(StatusCode::NO_CONTENT)
}
