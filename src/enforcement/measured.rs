//! 执法结案与投诉办理: what became of cases and complaints against their limits, for whoever measures agencies. Each
//! counts once, at the moment it was settled: when it ended, or when its limit passed before it had; and with the agency
//! that had it then, whoever it was handed on to since.

use crate::app::App;
use crate::calendar::Calendar;
use crate::db::{json, uuid};
use crate::enforcement::limits::{COMPLAINT_ACCEPT, COMPLAINT_DECIDE, DECIDE};
use crate::error::ApiResult;
use matching::Moment;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use uuid::Uuid;

/// Rows of one page.
const PAGE: i64 = 1_000;
/// Longer than any limit here, days off included: whatever is settled in a period by its limit began no earlier.
const LIMITS_MS: i64 = 200 * 86_400_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasuredOf {
    Case,
    Complaint,
}

/// One case or complaint that was settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasuredStep {
    pub of: MeasuredOf,
    pub id: Uuid,
    pub number: String,
    pub agency: Uuid,
    pub at: Moment,
    pub in_time: bool,
}

/// A stretch of time, its end exclusive, and the moment it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    pub from: Moment,
    pub to: Moment,
    pub now: Moment,
}

/// What was due by `due` and was done at `done`: when it is settled, and whether in time.
fn settled(due: Moment, done: Option<Moment>, now: Moment) -> Option<(Moment, bool)> {
    match done {
        Some(done) if done < due => Some((done, true)),
        _ => (now >= due).then_some((due, false)),
    }
}

/// 立案到决定: 90 days, those with the police left out; what the police took over is decided for the agency. A decision
/// that was annulled was none, and the case counts as not decided.
fn of_case(
    filed: Moment,
    decided: Option<Moment>,
    annulled: bool,
    calendar: &Calendar,
    now: Moment,
) -> Option<(Moment, bool)> {
    let (at, in_time) = settled(DECIDE.due(filed, calendar), decided, now)?;
    Some((at, in_time && !annulled))
}

/// Accepted or refused in 3 working days, then answered in 30. The first limit that passes settles it.
fn of_complaint(
    filed: Moment,
    accepted: Option<Moment>,
    decided: Option<Moment>,
    calendar: &Calendar,
    now: Moment,
) -> Option<(Moment, bool)> {
    let (at, in_time) = settled(COMPLAINT_ACCEPT.due(filed, calendar), accepted.or(decided), now)?;
    match accepted {
        Some(accepted) if in_time => settled(COMPLAINT_DECIDE.due(accepted, calendar), decided, now),
        _ => Some((at, in_time)),
    }
}

/// Who had it at a moment, where it was handed on since: `handed_on` by moment, each with whose it had been.
fn had_it_at(at: Moment, handed_on: Vec<(i64, Uuid)>) -> Option<Uuid> {
    handed_on.into_iter().filter(|(on, _)| *on > at.0).min().map(|(_, from)| from)
}

/// Everything that was settled in a stretch of time.
pub async fn measured(app: &App, stretch: Stretch) -> ApiResult<Vec<MeasuredStep>> {
    let (calendar, now) = (app.calendar(), stretch.now);
    let moment = |row: &SqliteRow, column: &str| row.try_get::<Option<i64>, _>(column).map(|at| at.map(Moment));
    let mut found = each(&app.db, MeasuredOf::Case, stretch, |row| {
        let decided = moment(row, "decided_at")?.filter(|_| !row.get::<bool, _>("undecided"));
        let annulled = row.try_get::<String, _>("status")? == "annulled";
        let filed = Moment(row.try_get("filed_at")?).plus_ms(row.try_get("away_ms")?);
        Ok(of_case(filed, decided, annulled, &calendar, now))
    })
    .await?;
    let complaints = each(&app.db, MeasuredOf::Complaint, stretch, |row| {
        let (accepted, decided) = (moment(row, "accepted_at")?, moment(row, "decided_at")?);
        Ok(of_complaint(Moment(row.try_get("filed_at")?), accepted, decided, &calendar, now))
    });
    found.extend(complaints.await?);
    found.retain(|step| step.at >= stretch.from && step.at < stretch.to);
    Ok(found)
}

/// A page of what began early enough to be settled in the stretch.
fn page(of: MeasuredOf) -> &'static str {
    match of {
        MeasuredOf::Case => {
            "select c.rowid as at_row, c.id, c.number, c.agency, c.status, c.place ->> '$.filed_at' as filed_at,
               coalesce(c.place ->> '$.away_ms', 0) as away_ms,
               case when c.status = 'transferred' then c.place ->> '$.since' else
                 (select max(e.at) from enforcement_events e
                  where e.subject = c.id and e.act in ('decide', 'approve', 'dismiss', 'on_the_spot'))
               end as decided_at,
               (select json_group_array(json_array(h.answered_at, h.from_agency)) from handovers h
                where h.case_id = c.id and h.status = 'acknowledged') as handed_on,
               c.status in ('filed', 'investigating', 'reported', 'noticed', 'hearing_asked', 'hearing_set', 'heard',
                 'proposed') as undecided
             from enforcement_cases c where c.rowid > ? and c.filed_at >= ? and c.filed_at < ? order by c.rowid limit ?"
        }
        MeasuredOf::Complaint => {
            "select c.rowid as at_row, c.id, c.number, c.agency, c.at as filed_at, c.accepted_at, c.decided_at,
               (select json_group_array(json_array(h.answered_at, h.from_agency)) from handovers h
                where h.complaint_id = c.id and h.status = 'acknowledged') as handed_on
             from complaints c where c.rowid > ? and c.at >= ? and c.at < ? order by c.rowid limit ?"
        }
    }
}

/// Page by page, what `settled` says is settled.
async fn each(
    db: &SqlitePool,
    of: MeasuredOf,
    stretch: Stretch,
    settled: impl Fn(&SqliteRow) -> sqlx::Result<Option<(Moment, bool)>>,
) -> ApiResult<Vec<MeasuredStep>> {
    let (mut found, mut after) = (Vec::new(), 0_i64);
    loop {
        let rows = sqlx::query(page(of))
            .bind(after)
            .bind(stretch.from.0 - LIMITS_MS)
            .bind(stretch.to.0)
            .bind(PAGE)
            .fetch_all(db)
            .await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.try_get("at_row")?;
        for row in &rows {
            if let Some((at, in_time)) = settled(row)? {
                let id = uuid(row, "id")?;
                let agency = had_it_at(at, json(row, "handed_on")?).map_or_else(|| uuid(row, "agency"), Ok)?;
                found.push(MeasuredStep { of, id, number: row.try_get("number")?, agency, at, in_time });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Day;

    fn at(day: &str) -> Moment {
        day.parse::<Day>().expect("a day").start().plus_ms(36_000_000)
    }

    fn end(day: &str) -> Moment {
        day.parse::<Day>().expect("a day").end()
    }

    /// Filed on Monday the 2nd of November 2026: 3 working days end with Thursday the 5th; accepted on the 4th, 30
    /// working days end with Wednesday the 16th of December.
    #[test]
    fn a_complaint_is_settled_once_by_its_answer_or_by_the_first_limit_that_passes() {
        let calendar = Calendar::released();
        let of = |accepted: Option<&str>, decided: Option<&str>, now: &str| {
            of_complaint(at("2026-11-02"), accepted.map(at), decided.map(at), &calendar, at(now))
        };
        assert_eq!(of(None, None, "2026-11-05"), None, "nobody is late yet");
        assert_eq!(of(None, None, "2026-11-06"), Some((end("2026-11-05"), false)));
        assert_eq!(of(Some("2026-11-09"), Some("2026-11-10"), "2026-11-12"), Some((end("2026-11-05"), false)));
        assert_eq!(of(Some("2026-11-04"), None, "2026-12-16"), None);
        assert_eq!(of(Some("2026-11-04"), None, "2026-12-17"), Some((end("2026-12-16"), false)));
        assert_eq!(of(Some("2026-11-04"), Some("2026-11-20"), "2026-12-17"), Some((at("2026-11-20"), true)));
        assert_eq!(of(None, Some("2026-11-03"), "2026-11-20"), Some((at("2026-11-03"), true)), "refused in time");
    }

    #[test]
    fn what_was_handed_on_counts_with_whoever_had_it_when_it_was_settled() {
        let [first, second] = [1, 2].map(Uuid::from_u128);
        let handed_on = || vec![(200, second), (100, first)];
        for (at, whose) in [(50, Some(first)), (100, Some(second)), (150, Some(second)), (200, None)] {
            assert_eq!(had_it_at(Moment(at), handed_on()), whose, "{at}");
        }
    }

    #[test]
    fn a_case_is_settled_by_its_decision_or_by_ninety_days_and_an_annulled_one_was_not_decided() {
        let calendar = Calendar::released();
        let of = |decided: Option<&str>, annulled, now: &str| {
            of_case(at("2026-04-01"), decided.map(at), annulled, &calendar, at(now))
        };
        assert_eq!(of(None, false, "2026-06-30"), None);
        assert_eq!(of(None, false, "2026-07-01"), Some((end("2026-06-30"), false)));
        assert_eq!(of(Some("2026-06-30"), false, "2026-09-01"), Some((at("2026-06-30"), true)));
        assert_eq!(of(Some("2026-07-02"), false, "2026-09-01"), Some((end("2026-06-30"), false)));
        assert_eq!(of(Some("2026-06-30"), true, "2026-09-01"), Some((at("2026-06-30"), false)));
    }
}
