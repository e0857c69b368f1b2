//! 全文检索 over lots, notices, items and answered questions, in Chinese and English.

use super::followers::{EventKind, LOOK_EVERY, PublicEvent, next, took};
use super::questions;
use super::words::{Piece, Run, asked, excerpt, indexed, runs};
use crate::app::App;
use crate::approval::store as approval;
use crate::db::{bad, uuid};
use crate::error::{ApiError, ApiResult};
use crate::trading::life::notices;
use crate::trading::lots::Fact;
use crate::trading::store as lots;
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const PAGE_SIZE_MAX: u32 = 50;
const QUESTION_CHARS_MAX: usize = 100;
/// Pages anybody turns; the index is not walked beyond them.
const PAGE_MAX: u32 = 200;
/// Matches weighed against each other, the newest: a word that is everywhere costs no more than one that is
/// here and there.
const MATCHES_MAX: i64 = 5_000;
/// The cursor's name: its number rises when texts are indexed in another way.
const FOLLOWER: &str = "search/1";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// Words in Chinese or English, at most 100 characters; all must be found.
    q: String,
    /// lot, notice, item or answer; all if absent.
    kind: Option<SearchKind>,
    page: Option<u32>,
    /// At most 50.
    page_size: Option<u32>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum SearchKind {
    Lot,
    Notice,
    /// 办事指南.
    Item,
    /// An answered question.
    Answer,
}

impl SearchKind {
    const ALL: [(SearchKind, EventKind); 4] = [
        (SearchKind::Lot, EventKind::Lot),
        (SearchKind::Notice, EventKind::Notice),
        (SearchKind::Item, EventKind::Item),
        (SearchKind::Answer, EventKind::Answer),
    ];

    fn name(self) -> &'static str {
        match self {
            SearchKind::Lot => EventKind::Lot.name(),
            SearchKind::Notice => EventKind::Notice.name(),
            SearchKind::Item => EventKind::Item.name(),
            SearchKind::Answer => EventKind::Answer.name(),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct SearchPage {
    items: Vec<SearchHit>,
    /// At most 5,000: then there may be more.
    total: u64,
    page: u32,
    page_size: u32,
}

#[derive(Serialize, ToSchema)]
struct SearchHit {
    kind: SearchKind,
    /// The lot's, notice's or question's id, or the item's code.
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lot: Option<Uuid>,
    at: i64,
    title_zh: Vec<SearchPiece>,
    title_en: Vec<SearchPiece>,
    /// Where the words were found; empty where the title alone holds them.
    excerpt: Vec<SearchPiece>,
}

/// A piece of text, to be shown as text.
#[derive(Serialize, ToSchema, Debug, PartialEq, Eq)]
struct SearchPiece {
    text: String,
    /// Whether it is what was asked for.
    hit: bool,
}

/// Finds what is public.
#[utoipa::path(get, path = "/api/search", params(SearchQuery),
    responses((status = 200, body = SearchPage), (status = "4XX", body = ApiError)))]
async fn search(State(app): State<App>, Query(query): Query<SearchQuery>) -> ApiResult<Json<SearchPage>> {
    let question = runs(&query.q);
    let terms = asked(&question).filter(|_| query.q.chars().count() <= QUESTION_CHARS_MAX);
    let Some(terms) = terms else {
        return Err(ApiError::bad_request("q", "请输入1至100字的检索词", "give words of at most 100 characters"));
    };
    let page = query.page.unwrap_or(1).clamp(1, PAGE_MAX);
    let page_size = query.page_size.unwrap_or(20).clamp(1, PAGE_SIZE_MAX);
    let kind = query.kind.map(SearchKind::name);
    // An item is shown as it is in force, an answer as it was last corrected.
    const FOUND: &str = " from search_words w join search_texts t on t.id = w.rowid
         where search_words match ?1 and (?2 is null or t.kind = ?2)
           and (t.kind <> 'item' or exists (select 1 from items i
             where i.code || '/' || i.version = t.ref and i.status in ('in_force', 'suspended')))
           and (t.kind <> 'answer' or not exists (select 1 from search_texts later
             where later.kind = 'answer' and later.id > t.id
               and later.ref > substr(t.ref, 1, instr(t.ref, '/')) and later.ref < rtrim(t.ref, '0123456789') || ':'))";
    let counted = format!("select count(*) from (select 1{FOUND} limit {MATCHES_MAX})");
    let total: i64 =
        sqlx::query_scalar(sqlx::AssertSqlSafe(counted)).bind(&terms).bind(kind).fetch_one(&app.db).await?;
    // A word in a title weighs eight times one in the text.
    let ranked = format!(
        "select * from (select t.*, bm25(search_words, 8.0, 1.0) as weight{FOUND}
           order by w.rowid desc limit {MATCHES_MAX}) order by weight, id desc limit ?3 offset ?4"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(ranked))
        .bind(&terms)
        .bind(kind)
        .bind(page_size)
        .bind(i64::from(page - 1) * i64::from(page_size))
        .fetch_all(&app.db)
        .await?;
    let items = rows.iter().map(|row| hit(row, &question)).collect::<sqlx::Result<_>>()?;
    Ok(Json(SearchPage { items, total: total as u64, page, page_size }))
}

fn pieces(marked: Vec<Piece>) -> Vec<SearchPiece> {
    marked.into_iter().map(|(text, hit)| SearchPiece { text, hit }).collect()
}

fn hit(row: &SqliteRow, question: &[Run]) -> sqlx::Result<SearchHit> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let title = |title: String| pieces(excerpt(&title, question).unwrap_or_else(|| vec![(title, false)]));
    let kind = text("kind")?;
    let (kind, _) = SearchKind::ALL.into_iter().find(|(_, event)| event.name() == kind).ok_or_else(|| bad("kind"))?;
    let (reference, lot): (String, Option<String>) = (text("ref")?, row.try_get("lot")?);
    let found = excerpt(&text("text_zh")?, question).or(excerpt(&text("text_en")?, question));
    Ok(SearchHit {
        kind,
        id: reference.split('/').next().unwrap_or_default().to_string(),
        lot: lot.map(|_| uuid(row, "lot")).transpose()?,
        at: row.try_get("at")?,
        title_zh: title(text("title_zh")?),
        title_en: title(text("title_en")?),
        excerpt: found.map(pieces).unwrap_or_default(),
    })
}

/// A thing as it is indexed and shown.
struct Text {
    title_zh: String,
    title_en: String,
    text_zh: String,
    text_en: String,
}

/// Reads what an event made public; `None` for what is found by another event's text.
async fn text(db: &SqlitePool, event: &PublicEvent) -> ApiResult<Option<Text>> {
    let (id, version) = event.reference.split_once('/').unwrap_or((&event.reference, ""));
    let key = || id.parse::<Uuid>().map_err(|_| ApiError::internal());
    Ok(match event.kind {
        // The lot's own text is found already.
        EventKind::Result => None,
        EventKind::Lot => {
            let lot = lots::find(db, key()?).await?.detail()?;
            let facts = |label: fn(&Fact) -> &str| {
                lot.facts.iter().map(|fact| format!("{} {}", label(fact), fact.value)).collect::<Vec<_>>().join("；")
            };
            let (place, grantor) = (&lot.card.location, &lot.grantor);
            Some(Text {
                title_zh: format!("{} {}", lot.card.number, lot.card.title_zh),
                title_en: format!("{} {}", lot.card.number, lot.card.title_en),
                text_zh: [place, grantor, &lot.description_zh, &facts(|fact| &fact.label_zh)]
                    .map(String::as_str)
                    .join(" "),
                text_en: [lot.description_en.as_str(), &facts(|fact| &fact.label_en)].join(" "),
            })
        }
        EventKind::Notice => {
            let notice = notices::find(db, key()?, None).await?;
            Some(Text {
                title_zh: format!("{} {}", notice.title_zh, notice.number.unwrap_or_default()),
                title_en: notice.title_en,
                text_zh: format!("{} {}", notice.lot_number, notice.text_zh),
                text_en: notice.text_en,
            })
        }
        EventKind::Item => {
            let versions = approval::versions(db, id).await?;
            let kept = versions.into_iter().find(|kept| kept.version.to_string() == version);
            kept.map(|kept| Text {
                title_zh: kept.item.name_zh,
                title_en: kept.item.name_en,
                text_zh: [&kept.item.conditions_zh, &kept.item.result_zh, &kept.item.legal_basis.join("；")]
                    .map(String::as_str)
                    .join(" "),
                text_en: [kept.item.conditions_en, kept.item.result_en].join(" "),
            })
        }
        EventKind::Answer => {
            let answered = questions::find(db, key()?).await?;
            let answer = answered.answers.last().map(|answer| answer.text.clone()).unwrap_or_default();
            // In the language it was written in; both titles show it.
            Some(Text {
                title_zh: answered.text.clone(),
                title_en: answered.text,
                text_zh: answer,
                text_en: String::new(),
            })
        }
    })
}

/// Keeps the index beside what is public, for as long as the server runs.
pub async fn follow(db: SqlitePool) {
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        loop {
            match take(&db).await {
                Ok(true) => {}
                Ok(false) => break,
                // The next look tries again.
                Err(error) => {
                    tracing::warn!(code = %error.code, "the search index waits");
                    break;
                }
            }
        }
    }
}

/// Whether there may be more.
async fn take(db: &SqlitePool) -> ApiResult<bool> {
    let events = next(db, FOLLOWER).await?;
    let Some(last) = events.last() else { return Ok(false) };
    let next_n = last.n + 1;
    let mut texts = Vec::new();
    for event in &events {
        texts.extend(text(db, event).await?.map(|text| (event, text)));
    }
    let mut tx = db.begin_with("begin immediate").await?;
    for (event, text) in &texts {
        sqlx::query("insert into search_texts values (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(event.n)
            .bind(event.kind.name())
            .bind(&event.reference)
            .bind(event.lot.map(|lot| lot.to_string()))
            .bind(event.at)
            .bind(&text.title_zh)
            .bind(&text.title_en)
            .bind(&text.text_zh)
            .bind(&text.text_en)
            .execute(&mut *tx)
            .await?;
        sqlx::query("insert into search_words (rowid, title, body) values (?, ?, ?)")
            .bind(event.n)
            .bind(indexed(&[text.title_zh.as_str(), &text.title_en].join(" ")))
            .bind(indexed(&[text.text_zh.as_str(), &text.text_en].join(" ")))
            .execute(&mut *tx)
            .await?;
    }
    took(&mut tx, FOLLOWER, next_n).await?;
    tx.commit().await?;
    Ok(true)
}
