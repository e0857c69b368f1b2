//! Nothing escapes: the open clocks beside the open steps, counted apart, and what is late with supervision itself.

use crate::app::App;
use crate::calendar::Day;
use crate::clock;
use crate::error::ApiResult;
use crate::supervision::cards::clock as clocks;
use crate::supervision::cards::model::CardLevel;
use crate::supervision::cards::store::{KeptCard, kept_card};
use crate::supervision::cards::views::NOT_LIVE;
use crate::supervision::dispatch::store::{KeptOrder, kept_order};
use crate::supervision::turns::{Turn, Whose};
use crate::trading::holds;
use serde::Serialize;
use sqlx::SqlitePool;
use utoipa::ToSchema;

/// Late orders named on the wall; their number says how many there are.
const NAMED_MAX: usize = 20;

/// What a live wall shows of cards, and the proof that nothing escapes.
#[derive(Serialize, ToSchema)]
pub struct CardFigures {
    pub blue: u64,
    pub yellow: u64,
    pub red: u64,
    /// Clocks the watch has in hand: of steps, and of the turns with cards and orders.
    pub open_clocks: u64,
    /// Open steps, live cards and open orders, counted where they are kept.
    pub open_steps: u64,
    pub late: LateWithSupervision,
}

/// What supervision itself has let lie past its limit.
#[derive(Serialize, ToSchema)]
pub struct LateWithSupervision {
    pub cards: u64,
    pub orders: u64,
    /// The first of them, those that hold a lot before others.
    pub named: Vec<LateOrder>,
}

#[derive(Serialize, ToSchema)]
pub struct LateOrder {
    no: i64,
    number: String,
    /// A lot stands still under it.
    holds_lot: bool,
}

pub async fn figures(app: &App) -> ApiResult<CardFigures> {
    let (calendar, now) = (app.calendar(), clock::now());
    let (cards, orders) = (live_cards(&app.db).await?, open_orders(&app.db).await?);
    let of = |level: CardLevel| cards.iter().filter(|card| card.level == level).count() as u64;
    let card_turns: Vec<Turn> = cards.iter().filter_map(|card| card.turn(&calendar, Day::of(now))).collect();
    let order_turns: Vec<(&KeptOrder, Turn)> =
        orders.iter().filter_map(|order| Some((order, order.turn(&calendar)?))).collect();
    let is_late = |turn: &Turn| turn.to.whose() == Whose::Supervision && turn.is_late(now);
    let late_orders = || order_turns.iter().filter(|(_, turn)| is_late(turn));
    let held = holds::standing(&app.db).await?;
    let mut named: Vec<LateOrder> = late_orders()
        .map(|(order, _)| LateOrder {
            no: order.no,
            number: order.number.clone(),
            holds_lot: held.iter().any(|(_, by)| *by == order.number),
        })
        .collect();
    named.sort_by_key(|order| (!order.holds_lot, order.no));
    named.truncate(NAMED_MAX);
    let late = LateWithSupervision {
        cards: card_turns.iter().filter(|turn| is_late(turn)).count() as u64,
        orders: late_orders().count() as u64,
        named,
    };
    let turns = card_turns.len() + order_turns.len();
    Ok(CardFigures {
        blue: of(CardLevel::Blue),
        yellow: of(CardLevel::Yellow),
        red: of(CardLevel::Red),
        open_clocks: (clocks::open_clocks(app).await.clocks.len() + turns) as u64,
        open_steps: clocks::open_steps(app).await? + open_turns(&app.db).await?,
        late,
    })
}

async fn live_cards(db: &SqlitePool) -> ApiResult<Vec<KeptCard>> {
    let sql = format!("select * from cards where state not in {NOT_LIVE}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(db).await?;
    Ok(rows.iter().map(kept_card).collect::<sqlx::Result<_>>()?)
}

async fn open_orders(db: &SqlitePool) -> ApiResult<Vec<KeptOrder>> {
    let rows = sqlx::query("select * from dispatch_orders where state <> 'closed'").fetch_all(db).await?;
    Ok(rows.iter().map(kept_order).collect::<sqlx::Result<_>>()?)
}

/// Counted where they are kept, and not from the turns above.
async fn open_turns(db: &SqlitePool) -> ApiResult<u64> {
    let open: i64 = sqlx::query_scalar(
        "select (select count(*) from cards where level <> 'blue' and state not in ('withdrawn', 'closed'))
              + (select count(*) from dispatch_orders where state <> 'closed')",
    )
    .fetch_one(db)
    .await?;
    Ok(open as u64)
}
