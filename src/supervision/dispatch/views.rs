//! Orders and centers as people see them.

use crate::app::App;
use crate::calendar::Calendar;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Principal, Role, Tier};
use crate::security::store as people;
use crate::supervision::cards::store::named;
use crate::supervision::dispatch::model::{OrderAct, OrderKind, OrderLimit, OrderState, next};
use crate::supervision::dispatch::store::kept_order;
use crate::supervision::turns::TurnView;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub const PAGE_SIZE: u32 = 50;

/// What the floor said to a suspension that was ordered.
#[derive(Serialize, ToSchema)]
pub struct FloorWord {
    /// done, refused, or dropped where the order was lifted first; absent while it is on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct DispatchOrder {
    pub no: i64,
    pub number: String,
    pub kind: OrderKind,
    pub center: Uuid,
    pub center_zh: String,
    pub center_en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot_number: Option<String>,
    pub words: String,
    pub limit: OrderLimit,
    pub issued_by: String,
    pub issued_at: i64,
    /// Whose turn it is, and until when; absent once it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnView>,
    /// How far it has risen in this turn: 1, all supervisors were told; 2, the center has a card.
    pub escalated: u8,
    pub state: OrderState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<FloorWord>,
    /// What I may do now.
    pub acts: Vec<OrderAct>,
}

#[derive(Serialize, ToSchema)]
pub struct OrderEvent {
    pub at: i64,
    /// issue, floor_done, floor_refused, floor_dropped, floor_again, warn, escalate, card, remind, late, or one of the acts.
    pub act: String,
    pub to: OrderState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub note: String,
}

#[derive(Serialize, ToSchema)]
pub struct OrderDetail {
    #[serde(flatten)]
    pub order: DispatchOrder,
    pub events: Vec<OrderEvent>,
}

#[derive(Serialize, ToSchema)]
pub struct OrderPage {
    pub items: Vec<DispatchOrder>,
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
}

#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
pub struct OrderQuery {
    /// One state, or `open` for all but closed ones.
    pub state: Option<String>,
    pub center: Option<Uuid>,
    pub page: Option<u32>,
}

/// A center and its state, for the dispatch map.
#[derive(Serialize, ToSchema)]
pub struct CenterState {
    pub id: Uuid,
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub tier: Tier,
    /// Lots in bidding.
    pub live: u64,
    pub suspended: u64,
    pub open_orders: u64,
    pub overdue_orders: u64,
    pub yellow: u64,
    pub red: u64,
}

const ORDER: &str = "select o.*, c.name_zh as center_zh, c.name_en as center_en, l.number as lot_number, a.name as issuer,
    f.order_no as floor_asked, f.result, f.code, f.zh, f.en, f.at as floor_at,
    (select count(*) from dispatch_events e where e.order_no = o.no and e.turn = o.turn and e.act in ('escalate', 'card'))
      as escalated
  from dispatch_orders o join centers c on c.id = o.center join accounts a on a.id = o.issued_by
  left join lots l on l.id = o.lot left join dispatch_floor f on f.order_no = o.no";

fn view(row: &SqliteRow, who: &Principal, calendar: &Calendar, now: Moment) -> sqlx::Result<DispatchOrder> {
    let order = kept_order(row)?;
    let may = |act: &OrderAct| match act.is_centers() {
        true => who.role == Role::Clerk && who.center == Some(order.center),
        false => who.role == Role::Supervisor,
    };
    let acts = OrderAct::ALL.iter().copied().filter(|act| may(act) && next(order.state, *act, "-").is_ok());
    let asked: Option<i64> = row.try_get("floor_asked")?;
    let floor = match asked {
        None => None,
        Some(_) => Some(FloorWord {
            result: row.try_get("result")?,
            code: row.try_get("code")?,
            zh: row.try_get("zh")?,
            en: row.try_get("en")?,
            at: row.try_get("floor_at")?,
        }),
    };
    Ok(DispatchOrder {
        no: order.no,
        kind: order.kind,
        center: order.center,
        center_zh: row.try_get("center_zh")?,
        center_en: row.try_get("center_en")?,
        lot: order.lot,
        lot_number: row.try_get("lot_number")?,
        limit: order.limit,
        issued_by: row.try_get("issuer")?,
        issued_at: order.issued_at.0,
        turn: order.turn(calendar).map(|turn| turn.view(calendar, now)),
        escalated: row.try_get::<i64, _>("escalated")? as u8,
        state: order.state,
        floor,
        acts: acts.collect(),
        number: order.number,
        words: order.words,
    })
}

fn narrowed(builder: &mut QueryBuilder<Sqlite>, query: &OrderQuery, who: &Principal) {
    builder.push(" where 1 = 1");
    // A clerk sees his center's alone.
    let center = if who.role == Role::Clerk { Some(who.center.unwrap_or_default()) } else { query.center };
    if let Some(center) = center {
        builder.push(" and o.center = ").push_bind(center.to_string());
    }
    match query.state.as_deref().filter(|state| !state.is_empty()) {
        None => {}
        Some("open") => {
            builder.push(" and o.state <> 'closed'");
        }
        Some(state) => {
            builder.push(" and o.state = ").push_bind(state.to_string());
        }
    }
}

/// Orders, those that wait for a center first, the newest on top.
pub async fn orders(app: &App, query: &OrderQuery, who: &Principal) -> ApiResult<OrderPage> {
    let state = query.state.as_deref().filter(|state| !state.is_empty());
    if state.is_some_and(|state| state != "open" && OrderState::from_name(state).is_none()) {
        return Err(ApiError::bad_request("state", "没有这种状态", "no such state"));
    }
    let (calendar, now) = (app.calendar(), clock::now());
    let page = query.page.unwrap_or(1).max(1);
    let mut list = QueryBuilder::<Sqlite>::new(ORDER);
    narrowed(&mut list, query, who);
    list.push(" order by o.state not in ('issued', 'acknowledged', 'returned'), o.state = 'closed', o.no desc limit ");
    list.push_bind(i64::from(PAGE_SIZE)).push(" offset ").push_bind(i64::from(page - 1) * i64::from(PAGE_SIZE));
    let rows = list.build().fetch_all(&app.db).await?;
    let items = rows.iter().map(|row| view(row, who, &calendar, now)).collect::<sqlx::Result<_>>()?;
    let mut total = QueryBuilder::<Sqlite>::new("select count(*) from dispatch_orders o");
    narrowed(&mut total, query, who);
    let total: i64 = total.build_query_scalar().fetch_one(&app.db).await?;
    Ok(OrderPage { items, total: total as u64, page, page_size: PAGE_SIZE })
}

pub async fn one(app: &App, no: i64, who: &Principal) -> ApiResult<OrderDetail> {
    let sql = format!("{ORDER} where o.no = ?");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(no).fetch_optional(&app.db).await?;
    let order = view(&row.ok_or_else(ApiError::not_found)?, who, &app.calendar(), clock::now())?;
    if who.role == Role::Clerk && who.center != Some(order.center) {
        return Err(ApiError::not_found());
    }
    let rows = sqlx::query(
        "select e.*, a.name from dispatch_events e left join accounts a on a.id = e.by where e.order_no = ? order by e.n",
    )
    .bind(no)
    .fetch_all(&app.db)
    .await?;
    let event = |row: &SqliteRow| {
        Ok(OrderEvent {
            at: row.try_get("at")?,
            act: row.try_get("act")?,
            to: named(row, "to_state", OrderState::from_name)?,
            by: row.try_get("name")?,
            note: row.try_get("note")?,
        })
    };
    Ok(OrderDetail { order, events: rows.iter().map(event).collect::<sqlx::Result<_>>()? })
}

/// Every center with what is going on there.
pub async fn centers(app: &App) -> ApiResult<Vec<CenterState>> {
    let (calendar, now) = (app.calendar(), clock::now());
    let counts = |sql: &'static str| sqlx::query_as::<_, (String, i64)>(sql).fetch_all(&app.db);
    let live = counts(
        "select l.center, count(*) from lots l join lot_states s on s.lot = l.id
         where s.stage in ('bidding', 'ceiling') group by l.center",
    )
    .await?;
    let suspended = counts(
        "select l.center, count(*) from lots l join lot_states s on s.lot = l.id where s.stage = 'suspended' group by l.center",
    )
    .await?;
    let card = |level: &'static str| {
        sqlx::query_as::<_, (String, i64)>(
            "select center, count(*) from cards where center is not null and level = ?
               and state not in ('withdrawn', 'closed') group by center",
        )
        .bind(level)
        .fetch_all(&app.db)
    };
    let (yellow, red) = (card("yellow").await?, card("red").await?);
    let rows = sqlx::query("select * from dispatch_orders where state <> 'closed'").fetch_all(&app.db).await?;
    let open = rows.iter().map(kept_order).collect::<sqlx::Result<Vec<_>>>()?;
    let of = |list: &[(String, i64)], id: Uuid| {
        let id = id.to_string();
        list.iter().find(|row| row.0 == id).map_or(0, |row| row.1 as u64)
    };
    let states = people::centers(&app.db).await?.into_iter().map(|center| {
        let orders = open.iter().filter(|order| order.center == center.id);
        let overdue = orders.clone().filter(|order| order.state.waits_for_center() && now >= order.due(&calendar));
        CenterState {
            live: of(&live, center.id),
            suspended: of(&suspended, center.id),
            open_orders: orders.clone().count() as u64,
            overdue_orders: overdue.count() as u64,
            yellow: of(&yellow, center.id),
            red: of(&red, center.id),
            id: center.id,
            code: center.code,
            name_zh: center.name_zh,
            name_en: center.name_en,
            tier: center.tier,
        }
    });
    Ok(states.collect())
}
