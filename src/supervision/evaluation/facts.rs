//! What units did in a period, one fact for each thing measured. Read from where it is kept; nothing is counted
//! here.

use crate::app::App;
use crate::approval::limits::WholeLimit;
use crate::approval::store as items;
use crate::approval::watched;
use crate::calendar::Day;
use crate::clock;
use crate::db::{uuid, uuid_or_none};
use crate::enforcement::{self, MeasuredOf, Stretch};
use crate::error::ApiResult;
use crate::security::store as people;
use crate::supervision::cards::model::{CardLevel, CardState};
use crate::supervision::cards::store::named;
use crate::supervision::dispatch::store::kept_order;
use crate::supervision::evaluation::model::{Fact, Indicator, UnitKind, Weighs};
use crate::supervision::evaluation::period::Period;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use std::collections::HashMap;
use uuid::Uuid;

/// The item by which anybody complains; city rules want it received in three working days.
const COMPLAINT: &str = "COMPLAINT";
const COMPLAINT_RECEIVED_WD: u32 = 3;
/// 网办深度 from which an item is done online: filed there, at the least.
const ONLINE_DEPTH: u8 = 3;

/// An agency or a center.
#[derive(Serialize, Deserialize, Clone)]
pub struct EvaluatedUnit {
    pub kind: UnitKind,
    pub id: Uuid,
    pub name_zh: String,
    pub name_en: String,
    pub facts: Vec<Fact>,
}

/// Every unit with its facts, in a fixed order.
pub async fn of(app: &App, period: Period) -> ApiResult<Vec<EvaluatedUnit>> {
    let (first, after) = period.days();
    let (from, to) = (first.start(), after.start());
    let mut facts: HashMap<Uuid, Vec<Fact>> = HashMap::new();
    of_cases(app, from, to, &mut facts).await?;
    of_cards(app, from, to, &mut facts).await?;
    of_orders(app, from, to, &mut facts).await?;
    of_enforcement(app, from, to, &mut facts).await?;
    let agencies = people::agencies(&app.db).await?;
    for kept in items::items(&app.db, false).await? {
        if let Some(agency) = agencies.iter().find(|agency| agency.credit_code == kept.item.agency) {
            facts.entry(agency.id).or_default().push(Fact {
                indicator: Indicator::Online,
                path: format!("/items/{}", kept.item.code),
                weighs: Weighs::Good(kept.item.online_depth >= ONLINE_DEPTH),
                number: kept.item.code,
            });
        }
    }
    let mut units = Vec::new();
    for agency in agencies {
        let facts = facts.remove(&agency.id).unwrap_or_default();
        units.push(EvaluatedUnit {
            kind: UnitKind::Agency,
            id: agency.id,
            name_zh: agency.name_zh,
            name_en: agency.name_en,
            facts,
        });
    }
    for center in people::centers(&app.db).await? {
        let facts = facts.remove(&center.id).unwrap_or_default();
        units.push(EvaluatedUnit {
            kind: UnitKind::Center,
            id: center.id,
            name_zh: center.name_zh,
            name_en: center.name_en,
            facts,
        });
    }
    Ok(units)
}

/// When a limit was settled, and whether it was kept: by the decision, or by its passing without one. Who does not decide
/// gains nothing by it.
fn settled(limit: WholeLimit, decided: Option<Moment>) -> Option<(Moment, bool)> {
    match (limit.is_over, decided) {
        (true, _) => Some((limit.last.end(), false)),
        (false, decided) => decided.map(|at| (at, true)),
    }
}

async fn of_cases(app: &App, from: Moment, to: Moment, facts: &mut HashMap<Uuid, Vec<Fact>>) -> ApiResult<()> {
    let (calendar, today) = (app.calendar(), Day::of(clock::now()));
    for case in watched::settled_since(&app.db, &calendar, from.0, today).await? {
        let decided = case.case.decided_at.map(Moment);
        let is_now = |at: &Moment| *at >= from && *at < to;
        let kept = |limit: Option<WholeLimit>| {
            limit.and_then(|limit| settled(limit, decided)).filter(|(at, _)| is_now(at)).map(|(_, in_time)| in_time)
        };
        // Left lying at the counter past the limit of receipt, the promise is broken there and then, and that is counted
        // once: accepted later or never, no other day settles it.
        let unreceived = case.clocks.received_late.map(Day::end);
        let promised = match unreceived {
            Some(at) => is_now(&at).then_some(false),
            None => kept(case.clocks.promised),
        };
        let of_unit = facts.entry(case.case.agency).or_default();
        let mut add = |indicator, weighs| {
            let (number, path) = (case.case.no.clone(), format!("/cases/{}", case.case.id));
            of_unit.push(Fact { indicator, number, path, weighs });
        };
        if let Some(in_time) = promised {
            add(Indicator::Promised, Weighs::Good(in_time));
        }
        // Refused at the counter, or not accepted yet: this limit never ran.
        let legal = kept(case.clocks.legal);
        if let Some(in_time) = legal {
            add(Indicator::Legal, Weighs::Good(in_time));
        }
        if case.item.code == COMPLAINT {
            let received = case.received_wd.is_some_and(|days| days <= COMPLAINT_RECEIVED_WD);
            match (unreceived, legal) {
                (Some(at), _) if is_now(&at) => add(Indicator::Complaints, Weighs::Good(false)),
                (None, Some(in_time)) => add(Indicator::Complaints, Weighs::Good(in_time && received)),
                (Some(_), _) | (None, None) => {}
            }
        }
        if case.clocks.promised.is_some() && decided.as_ref().is_some_and(is_now) {
            let promised = case.item.promised_wd + case.clocks.extended_wd;
            add(Indicator::Days, Weighs::Days { used: case.clocks.used_wd, promised });
        }
    }
    Ok(())
}

/// 执法结案率, and complaints through the door everybody knows.
async fn of_enforcement(app: &App, from: Moment, to: Moment, facts: &mut HashMap<Uuid, Vec<Fact>>) -> ApiResult<()> {
    for step in enforcement::measured(app, Stretch { from, to, now: clock::now() }).await? {
        let (indicator, path) = match step.of {
            MeasuredOf::Case => (Indicator::Enforcement, format!("/enforcement/cases/{}", step.id)),
            MeasuredOf::Complaint => (Indicator::Complaints, format!("/complaints/{}", step.id)),
        };
        let weighs = Weighs::Good(step.in_time);
        facts.entry(step.agency).or_default().push(Fact { indicator, number: step.number, path, weighs });
    }
    Ok(())
}

async fn of_cards(app: &App, from: Moment, to: Moment, facts: &mut HashMap<Uuid, Vec<Fact>>) -> ApiResult<()> {
    let rows = sqlx::query(
        "select no, number, level, state, agency, center from cards
         where raised_at >= ? and raised_at < ? and level <> 'blue' and state <> 'withdrawn' order by no",
    )
    .bind(from.0)
    .bind(to.0)
    .fetch_all(&app.db)
    .await?;
    for row in &rows {
        let Some(unit) = uuid_or_none(row, "agency")?.or(uuid_or_none(row, "center")?) else { continue };
        let (no, number): (i64, String) = (row.try_get("no")?, row.try_get("number")?);
        let state = named(row, "state", CardState::from_name)?;
        let of_unit = facts.entry(unit).or_default();
        let path = format!("/cards/{no}");
        let weighs = Weighs::Card(named(row, "level", CardLevel::from_name)?);
        of_unit.push(Fact { indicator: Indicator::Cards, number: number.clone(), path: path.clone(), weighs });
        if matches!(state, CardState::Confirmed | CardState::Corrected | CardState::Closed) {
            let weighs = Weighs::Good(state != CardState::Confirmed);
            of_unit.push(Fact { indicator: Indicator::Corrected, number, path, weighs });
        }
    }
    Ok(())
}

/// Answers to orders; one taken back counts for nobody, like a card withdrawn.
async fn of_orders(app: &App, from: Moment, to: Moment, facts: &mut HashMap<Uuid, Vec<Fact>>) -> ApiResult<()> {
    let (calendar, now) = (app.calendar(), clock::now());
    let rows = sqlx::query(
        "select o.*, exists (select 1 from dispatch_events e where e.order_no = o.no and e.act = 'escalate') as late
         from dispatch_orders o
         where o.issued_at >= ? and o.issued_at < ?
           and not exists (select 1 from dispatch_events e where e.order_no = o.no and e.act = 'lift')
         order by o.no",
    )
    .bind(from.0)
    .bind(to.0)
    .fetch_all(&app.db)
    .await?;
    let answers = sqlx::query(
        "select e.order_no, e.at, coalesce(
           (select r.at from dispatch_events r where r.order_no = e.order_no and r.act = 'return' and r.turn = e.turn - 1),
           o.issued_at) as asked_at
         from dispatch_events e join dispatch_orders o on o.no = e.order_no
         where e.act = 'answer' and o.issued_at >= ? and o.issued_at < ?",
    )
    .bind(from.0)
    .bind(to.0)
    .fetch_all(&app.db)
    .await?;
    let mut answered_at: HashMap<i64, Vec<(Moment, Moment)>> = HashMap::new();
    for row in &answers {
        let answer = (Moment(row.try_get("asked_at")?), Moment(row.try_get("at")?));
        answered_at.entry(row.try_get("order_no")?).or_default().push(answer);
    }
    for row in &rows {
        let order = kept_order(row)?;
        let answers = answered_at.remove(&order.no).unwrap_or_default();
        // Whether or not a round saw the limit pass: the server may have stood still.
        let answered_late = answers.iter().any(|(asked, at)| *at >= order.limit.due(*asked, &calendar));
        let overdue = order.state.waits_for_center() && now >= order.due(&calendar);
        let late = answered_late || row.try_get::<bool, _>("late")?;
        if answers.is_empty() && !late && !overdue {
            continue;
        }
        facts.entry(uuid(row, "center")?).or_default().push(Fact {
            indicator: Indicator::Orders,
            path: format!("/orders/{}", order.no),
            number: order.number,
            weighs: Weighs::Good(!late && !overdue),
        });
    }
    Ok(())
}
