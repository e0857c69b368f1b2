//! The supervisor's doors to closed lots and to the networks of bidders.

use super::figures::{Figures, NAMES};
use super::model::{
    BaselineState, BidderNetwork, ClosingDetail, ClosingPage, ClosingRow, ClosingsQuery, FinalOfferRow, MarketCount,
    ModelInForce, ModelState, NetworkGroup, NetworkLink, NetworkMember, ScoreDriver, ScreenFigure,
};
use super::nightly;
use crate::app::App;
use crate::clock;
use crate::db::{bad, json, uuid};
use crate::error::{ApiError, ApiResult};
use crate::security::audit;
use crate::security::model::Principal;
use crate::trading::lots::LotKind;
use crate::trading::store::containing;
use crate::trading::wire::money;
use axum::Json;
use axum::extract::{Path, Query, State};
use matching::{Money, Terms};
use screens::network::Network;
use screens::rank::BASELINE_LOTS_MIN;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};
use std::collections::HashMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const PAGE_SIZE: u32 = 50;
const OFFERS_MAX: i64 = 200;
/// Markets offered as filters.
const SEGMENTS_MAX: i64 = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(closings)).routes(routes!(closing)).routes(routes!(networks, compute))
}

const SELECT: &str = "select c.*, l.number, l.title_zh, l.title_en, l.kind, l.center, l.terms
     from closings c join lots l on l.id = c.lot where 1 = 1";

/// Closed lots, the most unusual of their market first.
#[utoipa::path(get, path = "/api/supervision/screens", params(ClosingsQuery),
    responses((status = 200, body = ClosingPage), (status = "4XX", body = ApiError)))]
async fn closings(State(app): State<App>, Query(query): Query<ClosingsQuery>) -> ApiResult<Json<ClosingPage>> {
    let page = query.page.unwrap_or(1).max(1);
    let column = sorted_by(query.sort.as_deref())?;
    let order = match query.order.as_deref() {
        None | Some("" | "desc") => "desc",
        Some("asc") => "asc",
        Some(_) => return Err(ApiError::bad_request("order", "排序方向应为asc或desc", "order is asc or desc")),
    };
    let condition = |builder: &mut QueryBuilder<Sqlite>| {
        if let Some(segment) = query.segment.as_deref().filter(|segment| !segment.is_empty()) {
            builder.push(" and c.segment = ").push_bind(segment.to_string());
        }
        if query.called == Some(true) {
            builder.push(" and c.called = 1");
        }
        containing(builder, query.q.as_deref(), &["l.number", "l.title_zh", "l.title_en"]);
    };
    let mut count = QueryBuilder::new("select count(*) from closings c join lots l on l.id = c.lot where 1 = 1");
    condition(&mut count);
    let total: i64 = count.build_query_scalar().fetch_one(&app.db).await?;
    let mut select = QueryBuilder::new(SELECT);
    condition(&mut select);
    // Lots without the figure come last; the entry's number makes the order whole.
    select.push(format!(" order by {column} is null, {column} {order}, c.n desc limit "));
    select.push_bind(i64::from(PAGE_SIZE)).push(" offset ").push_bind(i64::from(page - 1) * i64::from(PAGE_SIZE));
    let rows = select.build().fetch_all(&app.db).await?;
    Ok(Json(ClosingPage {
        items: rows.iter().map(closing_row).collect::<sqlx::Result<_>>()?,
        total: total as u64,
        page,
        page_size: PAGE_SIZE,
        segments: segments(&app.db).await?,
        baseline_lots_min: BASELINE_LOTS_MIN as u32,
        model: in_force(&app.db).await?,
    }))
}

/// A column's expression: one of ours, never a caller's text.
fn sorted_by(sort: Option<&str>) -> ApiResult<String> {
    match sort {
        None | Some("" | "unusual") => Ok("c.unusual".into()),
        Some("closed_at") => Ok("c.closed_at".into()),
        Some("share") => Ok("c.share".into()),
        Some("offers") => Ok("c.offers".into()),
        Some(name) => {
            let figure = NAMES.iter().find(|known| **known == name);
            let figure = figure.ok_or_else(|| ApiError::bad_request("sort", "没有这一列", "no such column"))?;
            Ok(format!("json_extract(c.percentiles, '$.{figure}')"))
        }
    }
}

async fn segments(db: &SqlitePool) -> sqlx::Result<Vec<MarketCount>> {
    let rows = sqlx::query(
        "select segment, count(*) as lots from closings group by segment order by lots desc, segment limit ?",
    )
    .bind(SEGMENTS_MAX)
    .fetch_all(db)
    .await?;
    let count = |row: &SqliteRow| {
        Ok(MarketCount { segment: row.try_get("segment")?, lots: row.try_get::<i64, _>("lots")? as u64 })
    };
    rows.iter().map(count).collect()
}

async fn in_force(db: &SqlitePool) -> sqlx::Result<Option<ModelInForce>> {
    let row = sqlx::query("select * from closing_models order by id desc limit 1").fetch_optional(db).await?;
    let Some(row) = row else { return Ok(None) };
    let Some(sha256) = row.try_get::<Option<String>, _>("sha256")? else { return Ok(None) };
    let (since, lots) = (row.try_get("at")?, row.try_get::<i64, _>("lots")? as u64);
    Ok(Some(ModelInForce { sha256, since, lots, segments: json(&row, "segments")? }))
}

fn closing_row(row: &SqliteRow) -> sqlx::Result<ClosingRow> {
    // What can no longer be read is told in the log and stands here as none: it must not keep the page from being read.
    let object = |column: &str| -> sqlx::Result<Option<Figures>> {
        let (n, text): (i64, Option<String>) = (row.try_get("n")?, row.try_get(column)?);
        let told = |error: &serde_json::Error| tracing::error!(n, column, %error, "a lot's figures cannot be read");
        Ok(text.and_then(|text| serde_json::from_str(&text).inspect_err(told).ok()))
    };
    let (figures, places) = (object("figures")?, object("percentiles")?);
    let offers: u32 = row.try_get("offers")?;
    let baseline_state = match (&figures, &places) {
        (None, _) if offers >= 2 => BaselineState::NotComparable,
        (None, _) => BaselineState::TooFewOffers,
        (Some(_), None) => BaselineState::NoBaseline,
        (Some(_), Some(_)) => BaselineState::Ranked,
    };
    let (figures, places) = (figures.unwrap_or_default(), places.unwrap_or_default());
    let figure = |name: &&str| {
        let value = *figures.get(*name)?;
        Some(ScreenFigure { name: (*name).into(), value, percentile: places.get(*name).copied() })
    };
    let kind: String = row.try_get("kind")?;
    let share: Option<f64> = row.try_get("share")?;
    Ok(ClosingRow {
        lot: uuid(row, "lot")?,
        lot_number: row.try_get("number")?,
        title_zh: row.try_get("title_zh")?,
        title_en: row.try_get("title_en")?,
        kind: LotKind::from_name(&kind).ok_or_else(|| bad("kind"))?,
        center_id: uuid(row, "center")?,
        n: row.try_get::<i64, _>("n")? as u64,
        closed_at: row.try_get("closed_at")?,
        segment: row.try_get("segment")?,
        method: row.try_get("method")?,
        offers,
        baseline_state,
        baseline_lots: row.try_get("baseline")?,
        figures: NAMES.iter().filter_map(figure).collect(),
        unusual: row.try_get("unusual")?,
        model_state: if share.is_some() { ModelState::Scored } else { ModelState::NotScored },
        share,
        called: row.try_get("called")?,
    })
}

/// One closed lot: its final offers by paddle, its figures beside its market's, what the model said and why.
#[utoipa::path(get, path = "/api/supervision/screens/{lot}", params(("lot" = Uuid, Path)),
    responses((status = 200, body = ClosingDetail), (status = "4XX", body = ApiError)))]
async fn closing(State(app): State<App>, Path(lot): Path<Uuid>) -> ApiResult<Json<ClosingDetail>> {
    let mut select = QueryBuilder::new(SELECT);
    select.push(" and c.lot = ").push_bind(lot.to_string());
    let row = select.build().fetch_optional(&app.db).await?.ok_or_else(ApiError::not_found)?;
    let terms: Terms = json(&row, "terms")?;
    let closest: Vec<u32> = json(&row, "closest")?;
    let best_first = if terms.direction == matching::Direction::Ascending { "desc" } else { "asc" };
    let mut offers = QueryBuilder::<Sqlite>::new("select paddle, price, won from closing_offers where lot = ");
    offers.push_bind(lot.to_string()).push(format!(" order by price {best_first}, won desc, paddle limit "));
    offers.push_bind(OFFERS_MAX);
    let offers = offers.build().fetch_all(&app.db).await?;
    let offer = |offer: &SqliteRow| {
        let (paddle, price): (u32, i64) = (offer.try_get("paddle")?, offer.try_get("price")?);
        let price = Money::new(price).ok_or_else(|| bad("price"))?;
        let (won, closest) = (offer.try_get("won")?, closest.contains(&paddle));
        Ok(FinalOfferRow { paddle, price: money(price, terms.scale), won, closest })
    };
    let drivers: Option<String> = row.try_get("drivers")?;
    let drivers: Option<Vec<ScoreDriver>> =
        drivers.map(|text| serde_json::from_str(&text).map_err(|_| bad("drivers"))).transpose()?;
    Ok(Json(ClosingDetail {
        row: closing_row(&row)?,
        offers: offers.iter().map(offer).collect::<sqlx::Result<_>>()?,
        model: row.try_get("model")?,
        score: row.try_get("score")?,
        drivers: drivers.unwrap_or_default(),
    }))
}

/// The network of bidders of last night, by name: the reading is noted.
#[utoipa::path(get, path = "/api/supervision/networks",
    responses((status = 200, body = BidderNetwork), (status = "4XX", body = ApiError)))]
async fn networks(State(app): State<App>, principal: Principal) -> ApiResult<Json<BidderNetwork>> {
    audit::note(&app.db, audit::Act::of(principal.account, principal.role, "read networks", "bidders")).await?;
    told(&app.db).await.map(Json)
}

/// Computes the network now, without waiting for the night.
#[utoipa::path(post, path = "/api/supervision/networks",
    responses((status = 200, body = BidderNetwork), (status = "4XX", body = ApiError)))]
async fn compute(State(app): State<App>) -> ApiResult<Json<BidderNetwork>> {
    nightly::compute(&app.db, clock::now()).await?;
    told(&app.db).await.map(Json)
}

async fn told(db: &SqlitePool) -> ApiResult<BidderNetwork> {
    let (at, network) = nightly::last(db).await?.unzip();
    let Network { lots, bidders, members, links, groups } = network.unwrap_or_default();
    let places: HashMap<String, u32> = (0..).zip(&members).map(|(at, one)| (one.bidder.clone(), at)).collect();
    let place = |bidder: &String| places.get(bidder).copied().ok_or_else(ApiError::internal);
    let mut named = Vec::new();
    for member in &members {
        let name: Option<String> = sqlx::query_scalar("select name from accounts where id = ?")
            .bind(&member.bidder)
            .fetch_optional(db)
            .await?;
        named.push(NetworkMember {
            account: member.bidder.parse().map_err(|_| bad("bidder"))?,
            name: name.unwrap_or_default(),
            lots: member.lots,
            won: member.won,
        });
    }
    let link = |link: &screens::network::Link| {
        Ok(NetworkLink {
            one: place(&link.between[0])?,
            other: place(&link.between[1])?,
            together: link.together,
            share: link.share,
            one_won: link.won[0],
            other_won: link.won[1],
            turns: link.turns,
            distance: link.distance,
        })
    };
    let group = |group: &screens::network::Group| {
        Ok(NetworkGroup {
            members: group.members.iter().map(&place).collect::<ApiResult<_>>()?,
            lots: group.lots,
            won_inside: group.won_inside,
            evenness: group.evenness,
            turns: group.turns,
            turns_by_chance: group.turns_by_chance,
            rotation: group.rotation,
        })
    };
    Ok(BidderNetwork {
        computed_at: at.map(|at| at.0),
        lots: lots as u64,
        bidders: bidders as u64,
        members: named,
        links: links.iter().map(link).collect::<ApiResult<_>>()?,
        groups: groups.iter().map(group).collect::<ApiResult<_>>()?,
    })
}
