//! Doors of notices: clerks write and publish them, everybody reads them.

use super::dues::{self, Word};
use super::facts;
use super::gate;
use super::notices::{self, Effect, Notice, NoticeDraft, NoticePage, NoticeQuery, Shown};
use super::store;
use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::desk;
use crate::trading::store::Written;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(public_list))
        .routes(routes!(public_one))
        .routes(routes!(of_public_lot))
        .routes(routes!(desk_list))
        .routes(routes!(of_desk_lot, write))
        .routes(routes!(rewrite))
        .routes(routes!(publish))
}

/// Published notices, newest first.
#[utoipa::path(get, path = "/api/notices", params(NoticeQuery), responses((status = 200, body = NoticePage)))]
async fn public_list(State(app): State<App>, Query(query): Query<NoticeQuery>) -> ApiResult<Json<NoticePage>> {
    notices::page(&app.db, Shown::Published, &query).await.map(Json)
}

/// A published notice.
#[utoipa::path(get, path = "/api/notices/{id}", params(("id" = Uuid, Path)),
    responses((status = 200, body = Notice), (status = "4XX", body = ApiError)))]
async fn public_one(State(app): State<App>, Path(id): Path<Uuid>) -> ApiResult<Json<Notice>> {
    let notice = notices::find(&app.db, id, None).await?;
    if notice.published_at.is_some() { Ok(Json(notice)) } else { Err(ApiError::not_found()) }
}

/// Published notices of a lot, oldest first.
#[utoipa::path(get, path = "/api/lots/{id}/notices", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Notice>), (status = "4XX", body = ApiError)))]
async fn of_public_lot(State(app): State<App>, Path(id): Path<Uuid>) -> ApiResult<Json<Vec<Notice>>> {
    notices::of_lot(&app.db, id, None).await.map(Json)
}

/// Notices of my center and its districts: drafts first, then the newest.
#[utoipa::path(get, path = "/api/desk/notices", operation_id = "notice_desk_list", params(NoticeQuery),
    responses((status = 200, body = NoticePage), (status = "4XX", body = ApiError)))]
async fn desk_list(
    State(app): State<App>,
    Query(query): Query<NoticeQuery>,
    principal: Principal,
) -> ApiResult<Json<NoticePage>> {
    let center = principal.center.ok_or_else(ApiError::forbidden)?;
    let shown = Shown::Desk { center, reader: principal.account };
    notices::page(&app.db, shown, &query).await.map(Json)
}

/// Notices of a lot, drafts included.
#[utoipa::path(get, path = "/api/desk/lots/{id}/notices", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Notice>), (status = "4XX", body = ApiError)))]
async fn of_desk_lot(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
) -> ApiResult<Json<Vec<Notice>>> {
    desk::readable(&app, id, &principal).await?;
    notices::of_lot(&app.db, id, Some(principal.account)).await.map(Json)
}

/// Writes a notice of a lot of mine; another clerk publishes it.
#[utoipa::path(post, path = "/api/desk/lots/{id}/notices", operation_id = "notice_write",
    params(("id" = Uuid, Path)), request_body = NoticeDraft,
    responses((status = 200, body = Notice), (status = "4XX", body = ApiError)))]
async fn write(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(draft): Valid<NoticeDraft>,
) -> ApiResult<Json<Notice>> {
    let lot = desk::own(&app, id, &principal).await?;
    if store::file(&app.db, id).await?.is_none() {
        return Err(ApiError::conflict("请先填写标的档案", "write the lot's file first"));
    }
    keep(&app, Uuid::new_v4(), &lot, &draft, principal.account).await
}

async fn keep(app: &App, id: Uuid, lot: &Written, draft: &NoticeDraft, by: Uuid) -> ApiResult<Json<Notice>> {
    notices::check(draft)?;
    if let Some(corrected) = draft.corrects {
        let old = notices::find(&app.db, corrected, None).await?;
        if old.lot != lot.id || old.kind != draft.kind || old.published_at.is_none() {
            return Err(ApiError::bad_request(
                "corrects",
                "只能更正同一标的已发布的同类公告",
                "a correction is of a published notice of the same lot and kind",
            ));
        }
    }
    notices::write(&app.db, id, lot.id, lot.center, draft, by, clock::now()).await?;
    notices::find(&app.db, id, Some(by)).await.map(Json)
}

/// A notice of a lot of my center, and the lot.
async fn own(app: &App, id: Uuid, principal: &Principal) -> ApiResult<(Notice, Written)> {
    let notice = notices::find(&app.db, id, Some(principal.account)).await?;
    let lot = desk::own(app, notice.lot, principal).await.map_err(|_| ApiError::not_found())?;
    Ok((notice, lot))
}

/// Writes over a draft; what it corrects stays.
#[utoipa::path(put, path = "/api/desk/notices/{id}", operation_id = "notice_rewrite",
    params(("id" = Uuid, Path)), request_body = NoticeDraft,
    responses((status = 200, body = Notice), (status = "4XX", body = ApiError)))]
async fn rewrite(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(draft): Valid<NoticeDraft>,
) -> ApiResult<Json<Notice>> {
    let (notice, lot) = own(&app, id, &principal).await?;
    let draft = NoticeDraft { corrects: notice.corrects, ..draft };
    keep(&app, id, &lot, &draft, principal.account).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AsRead {
    /// The draft's `written_at` as I read it.
    written_at: i64,
}

/// Publishes a notice another clerk wrote, and does to the lot what it says.
#[utoipa::path(post, path = "/api/desk/notices/{id}/publish", operation_id = "notice_publish",
    params(("id" = Uuid, Path)), request_body = AsRead,
    responses((status = 200, body = Notice), (status = "4XX", body = ApiError)))]
async fn publish(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(as_read): Valid<AsRead>,
) -> ApiResult<Json<Notice>> {
    let (notice, lot) = own(&app, id, &principal).await?;
    if notice.mine {
        return Err(ApiError {
            code: "TWO_PERSONS".into(),
            ..ApiError::conflict(
                "不能发布自己编写的公告，请由另一位工作人员复核发布",
                "another clerk publishes what you wrote",
            )
        });
    }
    if notice.written_at != as_read.written_at {
        return Err(ApiError::conflict(
            "公告已被修改，请刷新后重新核对",
            "somebody changed the notice meanwhile; read it again",
        ));
    }
    let now = clock::now();
    let life = facts::gather(&app, &lot, now).await?.ok_or_else(ApiError::not_found)?;
    let (opens_at, bids) = life.floor.as_ref().map_or((None, 0), |floor| (floor.opens_at, floor.bids));
    let effect = notices::effect(&notice, life.state, bids, opens_at, now)?;
    if let Effect::Postpone(opens_at) = effect
        && notice.material
    {
        gate::counted_again(&app, &life, opens_at, now)?;
    }
    // The floor first: it may refuse, and a notice is never taken back.
    let by = principal.account;
    match effect {
        Effect::None => {
            let mut tx = app.db.begin_with("begin immediate").await?;
            notices::publish(&mut tx, &notice, Some(by), now).await?;
            tx.commit().await?;
        }
        Effect::Postpone(to) => {
            dues::give(&app, &lot, Word::Postpone { notice: id, opens_at: to, from: opens_at }, by).await?;
        }
        Effect::Invalidate => {
            let ground = format!("重大变更：{}", notice.title_zh);
            dues::give(&app, &lot, Word::Invalidate { notice: id, ground }, by).await?;
        }
    }
    notices::find(&app.db, id, Some(by)).await.map(Json)
}
