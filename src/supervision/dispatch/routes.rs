//! The doors of dispatch: orders are given by supervisors, acknowledged and answered by a center's clerks.

use crate::app::{App, Valid, filled};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Principal, Role};
use crate::security::store as people;
use crate::supervision::dispatch::floor;
use crate::supervision::dispatch::model::{OrderAct, OrderKind, OrderLimit, WORDS_CHARS_MAX};
use crate::supervision::dispatch::store::{self, Given};
use crate::supervision::dispatch::views::{self, CenterState, OrderDetail, OrderPage, OrderQuery};
use crate::trading::store as lots;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(centers))
        .routes(routes!(orders))
        .routes(routes!(issue))
        .routes(routes!(one))
        .routes(routes!(act))
}

/// Centers and their state.
#[utoipa::path(get, path = "/api/dispatch/centers",
    responses((status = 200, body = Vec<CenterState>), (status = "4XX", body = ApiError)))]
async fn centers(State(app): State<App>) -> ApiResult<Json<Vec<CenterState>>> {
    views::centers(&app).await.map(Json)
}

/// Orders; a clerk reads his center's.
#[utoipa::path(get, path = "/api/dispatch/orders", params(OrderQuery),
    responses((status = 200, body = OrderPage), (status = "4XX", body = ApiError)))]
async fn orders(
    State(app): State<App>,
    Query(query): Query<OrderQuery>,
    principal: Principal,
) -> ApiResult<Json<OrderPage>> {
    views::orders(&app, &query, &principal).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    /// Made by who asks: the same key again is the same order.
    key: Uuid,
    kind: OrderKind,
    center: Uuid,
    /// The lot to be suspended, or the one it is about.
    lot: Option<Uuid>,
    /// What is ordered and why; of a suspension it is published as the ground, after the order's number.
    words: String,
    limit: OrderLimit,
}

/// Gives an order. A suspension is done on the floor before this answers, or refused there; either way the
/// order stands, with the floor's word.
#[utoipa::path(post, path = "/api/dispatch/orders", request_body = NewOrder,
    responses((status = 200, body = OrderDetail), (status = "4XX", body = ApiError)))]
async fn issue(
    State(app): State<App>,
    principal: Principal,
    Valid(new): Valid<NewOrder>,
) -> ApiResult<Json<OrderDetail>> {
    let words = filled("words", &new.words, WORDS_CHARS_MAX)?;
    if !new.limit.is_sound() {
        let (zh, en) = ("时限为1至72小时或1至30个工作日", "1 to 72 hours, or 1 to 30 working days");
        return Err(ApiError::bad_request("limit", zh, en));
    }
    if !people::centers(&app.db).await?.iter().any(|center| center.id == new.center) {
        return Err(ApiError::bad_request("center", "没有这个交易中心", "no such center"));
    }
    match new.lot {
        None if new.kind == OrderKind::Suspend => {
            return Err(ApiError::bad_request("lot", "请选择要中止的标的", "choose the lot to suspend"));
        }
        None => {}
        Some(lot) => {
            let lot = lots::find(&app.db, lot).await?;
            if lot.center != new.center || !lot.is_published() {
                return Err(ApiError::bad_request(
                    "lot",
                    "不是该中心已发布的标的",
                    "not a published lot of this center",
                ));
            }
        }
    }
    let given = Given {
        key: new.key,
        kind: new.kind,
        center: new.center,
        lot: new.lot,
        words,
        limit: new.limit,
        by: principal.account,
    };
    let (order, is_new) = store::issue(&app.db, &given, clock::now()).await?;
    if is_new && order.kind == OrderKind::Suspend {
        floor::send(&app, &order).await?;
    }
    views::one(&app, order.no, &principal).await.map(Json)
}

/// An order and what happened to it.
#[utoipa::path(get, path = "/api/dispatch/orders/{no}", params(("no" = i64, Path)),
    responses((status = 200, body = OrderDetail), (status = "4XX", body = ApiError)))]
async fn one(State(app): State<App>, Path(no): Path<i64>, principal: Principal) -> ApiResult<Json<OrderDetail>> {
    views::one(&app, no, &principal).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrderWord {
    act: OrderAct,
    /// The answer, or why it is returned or lifted.
    #[serde(default)]
    note: String,
}

/// The center acknowledges or answers; supervision accepts, returns, closes or lifts.
#[utoipa::path(post, path = "/api/dispatch/orders/{no}/acts", params(("no" = i64, Path)), request_body = OrderWord,
    responses((status = 200, body = OrderDetail), (status = "4XX", body = ApiError)))]
async fn act(
    State(app): State<App>,
    Path(no): Path<i64>,
    principal: Principal,
    Valid(word): Valid<OrderWord>,
) -> ApiResult<Json<OrderDetail>> {
    // Another center's order, he does not learn of.
    views::one(&app, no, &principal).await?;
    if word.act.is_centers() != (principal.role == Role::Clerk) {
        return Err(ApiError::forbidden());
    }
    store::act(&app.db, no, word.act, principal.account, &word.note, clock::now()).await?;
    views::one(&app, no, &principal).await.map(Json)
}
