//! The doors of cards: the supervisors' board, a card, and one's own.

use crate::app::{App, Valid, filled};
use crate::approval::watched;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Principal, Role};
use crate::supervision::cards::clock::{Rung, Unit, subject_of};
use crate::supervision::cards::model::{CardAct, CardActor, CardLevel, Irregularity, NOTE_CHARS_MAX};
use crate::supervision::cards::store::{self, Doing, Raise};
use crate::supervision::cards::views::{self, CardBoard, CardDetail, CardQuery, SupervisionCard};
use crate::supervision::messages::{self, DeskMessage};
use crate::supervision::whole::{self, CardFigures};
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(board, raise))
        .routes(routes!(figures))
        .routes(routes!(one))
        .routes(routes!(act))
        .routes(routes!(mine))
}

/// Every unit's cards.
#[utoipa::path(get, path = "/api/cards", params(CardQuery),
    responses((status = 200, body = CardBoard), (status = "4XX", body = ApiError)))]
async fn board(
    State(app): State<App>,
    Query(query): Query<CardQuery>,
    principal: Principal,
) -> ApiResult<Json<CardBoard>> {
    views::board(&app, &query, &principal).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCard {
    /// The case's, as people call it.
    number: String,
    reason: Irregularity,
    /// What was found, and how: the responsible people read it.
    words: String,
}

/// 违规亮牌: a red card for what no clock sees. It goes the way of every card: told, answered, held to or taken back.
#[utoipa::path(post, path = "/api/cards", request_body = NewCard, operation_id = "raise_card",
    responses((status = 200, body = CardDetail), (status = "4XX", body = ApiError)))]
async fn raise(
    State(app): State<App>,
    principal: Principal,
    Valid(new): Valid<NewCard>,
) -> ApiResult<Json<CardDetail>> {
    let words = filled("words", &new.words, NOTE_CHARS_MAX)?;
    let (case, item) = watched::numbered(&app.db, new.number.trim())
        .await?
        .ok_or_else(|| ApiError::bad_request("number", "没有这个编号的办件", "no case has this number"))?;
    let (subject, reason) = (subject_of(&case, &item), new.reason.reason());
    let nth = store::ended_before(&app.db, &subject, reason).await?;
    let step = format!("irregular/{}/{nth}", reason.name());
    let rung = Rung { step, level: CardLevel::Red, reason, due: None };
    let said = Some((principal.account, words));
    let raise = Raise { subject: &subject, unit: Unit::Agency(case.agency), duty: None, named: &[], rung: &rung, said };
    let no = store::raise(&app.db, &raise, clock::now()).await?.ok_or_else(|| ApiError {
        code: "CARD_STANDS".into(),
        ..ApiError::conflict(
            "该办件因同一情形的红牌尚未办结",
            "a red card for the same stands against this case already",
        )
    })?;
    views::one(&app, no, &principal).await.map(Json)
}

/// How many cards are live, whether every open step has its clock, and what is late with supervision itself.
#[utoipa::path(get, path = "/api/cards/figures",
    responses((status = 200, body = CardFigures), (status = "4XX", body = ApiError)))]
async fn figures(State(app): State<App>) -> ApiResult<Json<CardFigures>> {
    whole::figures(&app).await.map(Json)
}

/// A card with everything that happened to it.
#[utoipa::path(get, path = "/api/cards/{no}", params(("no" = i64, Path)),
    responses((status = 200, body = CardDetail), (status = "4XX", body = ApiError)))]
async fn one(State(app): State<App>, Path(no): Path<i64>, principal: Principal) -> ApiResult<Json<CardDetail>> {
    views::one(&app, no, &principal).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CardWord {
    act: CardAct,
    /// The explanation, the reason, or what was put right.
    #[serde(default)]
    note: String,
}

/// Explains, confirms, withdraws, corrects, sends back or closes a card.
#[utoipa::path(post, path = "/api/cards/{no}/acts", params(("no" = i64, Path)), request_body = CardWord,
    responses((status = 200, body = CardDetail), (status = "4XX", body = ApiError)))]
async fn act(
    State(app): State<App>,
    Path(no): Path<i64>,
    principal: Principal,
    Valid(word): Valid<CardWord>,
) -> ApiResult<Json<CardDetail>> {
    // Whose card it is not, he does not learn of.
    views::one(&app, no, &principal).await?;
    let may = match word.act.actor() {
        CardActor::Platform => false,
        CardActor::Responsible => views::is_responsible(&app.db, no, &principal).await?,
        CardActor::Supervisor => principal.role == Role::Supervisor,
    };
    if !may {
        return Err(ApiError::forbidden());
    }
    if word.act == CardAct::Confirm && store::was_raised_by(&app.db, no, principal.account).await? {
        return Err(ApiError {
            code: "CARD_ANOTHER_PERSON".into(),
            ..ApiError::conflict(
                "亮牌人不得自行确认，须由另一位监督人员确认",
                "another supervisor confirms what you raised",
            )
        });
    }
    let calendar = app.calendar();
    let doing =
        Doing { act: word.act, by: Some(principal.account), words: &word.note, calendar: &calendar, now: clock::now() };
    store::act(&app.db, no, &doing).await?;
    views::one(&app, no, &principal).await.map(Json)
}

#[derive(Serialize, ToSchema)]
struct MyCards {
    cards: Vec<SupervisionCard>,
    /// What supervision has told me, the newest first.
    messages: Vec<DeskMessage>,
}

/// The cards I was told of, and what supervision tells me.
#[utoipa::path(get, path = "/api/me/cards", responses((status = 200, body = MyCards), (status = "4XX", body = ApiError)))]
async fn mine(State(app): State<App>, principal: Principal) -> ApiResult<Json<MyCards>> {
    let cards = views::mine(&app, &principal).await?;
    Ok(Json(MyCards { cards, messages: messages::of(&app.db, principal.account).await? }))
}
