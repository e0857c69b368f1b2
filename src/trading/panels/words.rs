//! 评分录入: an expert's word on an offer, as two clerks read it from his paper. It is said to the floor when the
//! second enters the same; where a panel was drawn for the lot, only for somebody it called.

use super::store as panels;
use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::registers::Drawn;
use crate::security::model::Principal;
use crate::trading::desk::{command, own};
use crate::trading::store as lots;
use crate::trading::terms::at;
use crate::trading::wire::parse_money;
use axum::Json;
use axum::extract::{Path, State};
use matching::methods::scored::By;
use matching::{Command, Duty, Method, Paddle, Phase};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Words of one lot listed: the largest panel (99) on more offers than any tender of ours had.
const WORDS_MAX: i64 = 10_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, enter))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ScoreWord {
    /// The expert's place on the panel, from 0.
    expert: u32,
    /// His number in the experts' register, where a panel was drawn.
    number: Option<String>,
    paddle: u32,
    pass: bool,
    /// Points with two places; where the lowest evaluated price wins, the amount added to the price.
    points: String,
}

#[derive(Serialize, ToSchema)]
struct ScoreEntered {
    /// It stands; otherwise a second clerk must enter the same.
    entered: bool,
}

/// What is in, without what it says: the second clerk reads it from the paper.
#[derive(Serialize, ToSchema)]
struct ScoreIn {
    expert: u32,
    paddle: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// Whether I entered it first; then another enters it again.
    mine: bool,
    stands: bool,
}

#[derive(PartialEq)]
struct Word {
    number: Option<String>,
    pass: bool,
    points: i64,
}

/// The first clerk's entry that waits.
struct First {
    word: Word,
    by: String,
}

/// Words of the panel that are in, and which of them stand.
#[utoipa::path(get, path = "/api/desk/lots/{id}/scores", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<ScoreIn>), (status = "4XX", body = ApiError)))]
async fn list(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<Vec<ScoreIn>>> {
    own(&app, id, &principal).await?;
    let rows = sqlx::query(
        "select expert, paddle, number, entered_by, second_by is not null as stands
         from panel_words
         where lot = ?
         order by expert, paddle
         limit ?",
    )
    .bind(id.to_string())
    .bind(WORDS_MAX)
    .fetch_all(&app.db)
    .await?;
    let me = principal.account.to_string();
    let one = |row: &SqliteRow| {
        Ok::<_, sqlx::Error>(ScoreIn {
            expert: row.try_get("expert")?,
            paddle: row.try_get("paddle")?,
            number: row.try_get("number")?,
            mine: row.try_get::<String, _>("entered_by")? == me,
            stands: row.try_get("stands")?,
        })
    };
    Ok(Json(rows.iter().map(one).collect::<Result<_, _>>()?))
}

/// 评标: one expert's word on one offer. It stands when a second clerk of the center enters the same.
#[utoipa::path(post, path = "/api/desk/lots/{id}/scores", params(("id" = Uuid, Path)), request_body = ScoreWord,
    responses((status = 200, body = ScoreEntered), (status = "4XX", body = ApiError)))]
async fn enter(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(said): Valid<ScoreWord>,
) -> ApiResult<Json<ScoreEntered>> {
    let lot = own(&app, id, &principal).await?;
    let by_points =
        |phase: &Phase| matches!(phase, Phase::Method(Method::Scored(rules)) if matches!(rules.by, By::Points { .. }));
    let scale =
        if lot.terms.phases.iter().chain(&lot.terms.after_ceiling).any(by_points) { 2 } else { lot.terms.scale };
    let points = at("points", parse_money(&said.points, scale))?.minor();
    let number = seated(panels::newest_drawn(&app.db, id).await?, said.number)?;
    let place = (id, said.expert, said.paddle);
    one_place_each(&app.db, place, number.as_deref()).await?;
    let word = Word { number, pass: said.pass, points };
    let duty = Duty::Score { expert: said.expert, paddle: Paddle(said.paddle), pass: said.pass, points };
    let asked = Command::Duty(duty);
    // The floor has the last word; what it would refuse at once is not kept waiting for a second person.
    let may = app.feed.look(id, |replica| replica.book.decide(clock::now(), &asked).map(|_| ()));
    let (scale, direction) = (lot.terms.scale, lot.terms.direction);
    may.ok_or_else(ApiError::unknown_lot)?.map_err(|refusal| ApiError::refused(&refusal, scale, direction))?;

    let (me, now) = (principal.account, clock::now());
    let first = waiting(&app.db, place).await?;
    let Some(first) = first.filter(|first| first.by != me.to_string()) else {
        keep(&app.db, place, &word, me, now.0).await?;
        lots::note(&app.db, id, "score_first", me, now).await?;
        return Ok(Json(ScoreEntered { entered: false }));
    };
    if first.word != word {
        drop_word(&app.db, place).await?;
        lots::note(&app.db, id, "score_differs", me, now).await?;
        return Err(ApiError::conflict(
            "两人录入的评审意见不一致，请核对评审表后重新录入",
            "the two entries differ; both read the expert's paper and enter it again",
        ));
    }
    command(&app, id, me, asked, "score").await?;
    stand(&app.db, place, me, clock::now().0).await?;
    Ok(Json(ScoreEntered { entered: true }))
}

/// Whose word it is: where a panel was drawn, one of those it called, who come in the order of their tickets when
/// one drawn does not.
fn seated(drawn: Option<Drawn>, number: Option<String>) -> ApiResult<Option<String>> {
    let wrong = |zh: &str, en: &str| Err(ApiError::bad_request("number", zh, en));
    let number = number.map(|number| number.trim().to_string()).filter(|number| !number.is_empty());
    match (drawn, number) {
        (None, None) => Ok(None),
        (None, Some(_)) => wrong("本标的未抽取评审专家", "no panel was drawn for this lot"),
        (Some(_), None) => wrong("请选择抽取的评审专家", "say which of the experts drawn it is"),
        (Some(drawn), Some(number)) => {
            let called = drawn.of_those_called();
            match called.tickets.iter().any(|ticket| ticket.number == number) {
                true => Ok(Some(number)),
                false => wrong("该专家不在本标的抽取结果中", "this expert was not drawn for this lot"),
            }
        }
    }
}

type PlaceOfWord = (Uuid, u32, u32);

/// A place on the panel is one expert's, and an expert has one place. What waits at this very place is corrected.
async fn one_place_each(db: &SqlitePool, (lot, expert, paddle): PlaceOfWord, number: Option<&str>) -> ApiResult<()> {
    let Some(number) = number else { return Ok(()) };
    let other: bool = sqlx::query_scalar(
        "select exists (
           select 1 from panel_words
           where lot = ?1 and number is not null and (expert = ?2) <> (number = ?3)
             and not (expert = ?2 and paddle = ?4 and second_by is null))",
    )
    .bind(lot.to_string())
    .bind(expert)
    .bind(number)
    .bind(paddle)
    .fetch_one(db)
    .await?;
    match other {
        false => Ok(()),
        true => Err(ApiError::bad_request(
            "number",
            "该席位已是另一位专家，或该专家已在另一席位",
            "this place is another expert's, or this expert has another place",
        )),
    }
}

async fn waiting(db: &SqlitePool, (lot, expert, paddle): PlaceOfWord) -> ApiResult<Option<First>> {
    let row =
        sqlx::query("select * from panel_words where lot = ? and expert = ? and paddle = ? and second_by is null")
            .bind(lot.to_string())
            .bind(expert)
            .bind(paddle)
            .fetch_optional(db)
            .await?;
    let read = |row: SqliteRow| {
        let word = Word { number: row.try_get("number")?, pass: row.try_get("pass")?, points: row.try_get("points")? };
        Ok::<_, sqlx::Error>(First { word, by: row.try_get("entered_by")? })
    };
    Ok(row.map(read).transpose()?)
}

/// A first entry, or its writer's correction of it.
async fn keep(db: &SqlitePool, place: PlaceOfWord, word: &Word, by: Uuid, at: i64) -> ApiResult<()> {
    let (lot, expert, paddle) = place;
    sqlx::query(
        "insert into panel_words (lot, expert, paddle, number, pass, points, entered_by, entered_at)
         values (?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (lot, expert, paddle) do update set
           number = excluded.number, pass = excluded.pass, points = excluded.points,
           entered_by = excluded.entered_by, entered_at = excluded.entered_at",
    )
    .bind(lot.to_string())
    .bind(expert)
    .bind(paddle)
    .bind(&word.number)
    .bind(word.pass)
    .bind(word.points)
    .bind(by.to_string())
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}

async fn drop_word(db: &SqlitePool, (lot, expert, paddle): PlaceOfWord) -> ApiResult<()> {
    sqlx::query("delete from panel_words where lot = ? and expert = ? and paddle = ? and second_by is null")
        .bind(lot.to_string())
        .bind(expert)
        .bind(paddle)
        .execute(db)
        .await?;
    Ok(())
}

async fn stand(db: &SqlitePool, (lot, expert, paddle): PlaceOfWord, by: Uuid, at: i64) -> ApiResult<()> {
    sqlx::query(
        "update panel_words set second_by = ?, second_at = ?
         where lot = ? and expert = ? and paddle = ? and second_by is null",
    )
    .bind(by.to_string())
    .bind(at)
    .bind(lot.to_string())
    .bind(expert)
    .bind(paddle)
    .execute(db)
    .await?;
    Ok(())
}
