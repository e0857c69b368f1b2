//! Doors of questions about a lot: bidders ask, clerks answer, everybody reads.

use super::questions::{self, Question, QuestionPage, Shown};
use crate::app::{self, App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::desk;
use crate::trading::store as lots;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const QUESTION_CHARS_MAX: usize = 1_000;
const ANSWER_CHARS_MAX: usize = 4_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_lot, ask))
        .routes(routes!(mine))
        .routes(routes!(at_desk))
        .routes(routes!(answer))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct QuestionQuery {
    page: Option<u32>,
    /// At most 50.
    page_size: Option<u32>,
}

/// Answered questions about a lot, newest first, without their askers.
#[utoipa::path(get, path = "/api/lots/{id}/questions", params(("id" = Uuid, Path), QuestionQuery),
    responses((status = 200, body = QuestionPage), (status = "4XX", body = ApiError)))]
async fn of_lot(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(query): Query<QuestionQuery>,
) -> ApiResult<Json<QuestionPage>> {
    questions::page(&app.db, Shown::Public { lot: id }, query.page, query.page_size).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewQuestion {
    /// At most 1,000 characters.
    text: String,
}

fn text(text: &str, chars_max: usize) -> ApiResult<&str> {
    app::filled("text", text, chars_max)
}

/// Asks about a published lot; the question becomes public with its answer, my name does not.
#[utoipa::path(post, path = "/api/lots/{id}/questions", params(("id" = Uuid, Path)), request_body = NewQuestion,
    responses((status = 200, body = Question), (status = "4XX", body = ApiError)))]
async fn ask(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(new): Valid<NewQuestion>,
) -> ApiResult<Json<Question>> {
    if !lots::find(&app.db, id).await?.is_published() {
        return Err(ApiError::unknown_lot());
    }
    let asked = text(&new.text, QUESTION_CHARS_MAX)?;
    let id = questions::ask(&app.db, id, principal.account, asked, clock::now()).await?;
    questions::find(&app.db, id).await.map(Json)
}

/// My questions, newest first, answered or not.
#[utoipa::path(get, path = "/api/me/questions", params(QuestionQuery),
    responses((status = 200, body = QuestionPage), (status = "4XX", body = ApiError)))]
async fn mine(
    State(app): State<App>,
    Query(query): Query<QuestionQuery>,
    principal: Principal,
) -> ApiResult<Json<QuestionPage>> {
    let shown = Shown::Mine { account: principal.account };
    questions::page(&app.db, shown, query.page, query.page_size).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DeskQuestions {
    /// Only those nobody has answered.
    #[serde(default)]
    unanswered: bool,
    page: Option<u32>,
    /// At most 50.
    page_size: Option<u32>,
}

/// Questions about lots of my center and its districts: unanswered first, the longest waiting on top.
#[utoipa::path(get, path = "/api/desk/questions", params(DeskQuestions),
    responses((status = 200, body = QuestionPage), (status = "4XX", body = ApiError)))]
async fn at_desk(
    State(app): State<App>,
    Query(query): Query<DeskQuestions>,
    principal: Principal,
) -> ApiResult<Json<QuestionPage>> {
    let center = principal.center.ok_or_else(ApiError::forbidden)?;
    let shown = Shown::Desk { center, unanswered: query.unanswered };
    questions::page(&app.db, shown, query.page, query.page_size).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAnswer {
    /// 1 for the answer, one more with each correction.
    version: i64,
    /// At most 4,000 characters.
    text: String,
}

/// Answers a question about a lot of my center, or corrects the answer: question and answer are then public.
#[utoipa::path(post, path = "/api/desk/questions/{id}/answers", params(("id" = Uuid, Path)),
    request_body = NewAnswer, responses((status = 200, body = Question), (status = "4XX", body = ApiError)))]
async fn answer(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(new): Valid<NewAnswer>,
) -> ApiResult<Json<Question>> {
    let question = questions::find(&app.db, id).await?;
    desk::own(&app, question.lot, &principal).await.map_err(|_| ApiError::not_found())?;
    let answer = text(&new.text, ANSWER_CHARS_MAX)?;
    questions::answer(&app.db, id, new.version, answer, principal.account, clock::now()).await?;
    questions::find(&app.db, id).await.map(Json)
}
