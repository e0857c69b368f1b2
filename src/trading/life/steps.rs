//! A life told as a list of steps: done, now, later, with who did it and when it is due. Pure.

use super::facts::Life;
use super::limits::Limit;
use super::model::{Act, Hands, Missing, State, TABLE};
use super::parcel::ReviewMode;
use super::store::{Instalment, LifeEvent, Proposal};
use crate::calendar::{Calendar, Day};
use crate::trading::lots::HistoryRow;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum StepIs {
    Done,
    Now,
    Later,
}

#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct LifeStep {
    pub state: State,
    pub is: StepIs,
    /// When it was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// The staff account's login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The first of two persons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// The last day on which it may be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// The day has passed and it is not reached, or was reached later.
    pub overdue: bool,
    /// The rule the limit comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// A number the step was recorded with: of the confirmation, the contract, the registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// An act the lot's state knows, and why it cannot be done where it cannot.
#[derive(Serialize, ToSchema, Debug)]
pub struct LifeActRow {
    pub act: Act,
    pub hands: Hands,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Missing>,
    /// 演练: legal minimum periods that fall short and are not enforced.
    pub warnings: Vec<Missing>,
    /// The first person's word, waiting for another's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
}

#[derive(Serialize, ToSchema, Debug)]
pub struct Asked {
    pub by: String,
    pub mine: bool,
    pub at: i64,
    #[schema(value_type = Object)]
    pub data: Value,
}

const BEFORE: &[State] =
    &[State::Draft, State::Checked, State::FilingAsked, State::Filed, State::Announced, State::Bidding];
const AFTER: &[State] = &[
    State::Hammered,
    State::PostReview,
    State::Confirmed,
    State::Publicity,
    State::Contracted,
    State::Paid,
    State::Registered,
];

/// The steps of this lot, in order. An end that is no sale takes the place of what would have followed.
/// `of_many`: an award list of several ends with its publicity.
fn path(state: State, review: ReviewMode, of_many: bool, reached: &[State]) -> Vec<State> {
    let single = |step: &State| !matches!(step, State::Contracted | State::Paid | State::Registered);
    let passed =
        |step: &State| (*step != State::PostReview || review == ReviewMode::Post) && (!of_many || single(step));
    let sold = AFTER.iter().filter(|step| passed(step));
    match state {
        State::Unsold | State::Terminated => BEFORE.iter().copied().chain([state]).collect(),
        State::Void | State::Defaulted => {
            let sold = sold.filter(|step| **step == State::Hammered || reached.contains(step));
            BEFORE.iter().chain(sold).copied().chain([state]).collect()
        }
        _ => BEFORE.iter().chain(sold).copied().collect(),
    }
}

/// When a step is due, by what has happened so far.
fn due(step: State, life: &Life, instalments: &[Instalment], calendar: &Calendar) -> Option<(Day, Limit)> {
    let limits = life.limits();
    let ends = |limit: Limit, from: Day| (limit.length.due(from, calendar), limit);
    match step {
        State::Confirmed => limits.confirm.zip(life.hammered_on()).map(|(limit, from)| ends(limit, from)),
        State::Publicity => limits.result.zip(life.hammered_on()).map(|(limit, from)| ends(limit, from)),
        State::Contracted => {
            let publicity_ends = limits.publicity.length.kept_on(life.result_on?, calendar);
            Some(ends(limits.contract, publicity_ends))
        }
        State::Paid => {
            let next = instalments.iter().find(|one| one.paid_on.is_none()).or(instalments.last())?;
            let share = usize::try_from(next.no - 1).ok().and_then(|place| limits.shares.get(place))?;
            Some((next.due.parse().ok()?, share.due))
        }
        _ => None,
    }
}

pub struct Told<'a> {
    pub events: &'a [LifeEvent],
    pub history: &'a [HistoryRow],
    pub instalments: &'a [Instalment],
    pub today: Day,
}

/// A record of a step: when, by whom, and the event it was recorded with.
#[derive(Default)]
struct Reached<'a> {
    at: Option<i64>,
    by: Option<&'a str>,
    event: Option<&'a LifeEvent>,
}

/// Who reached a step and when, by the latest record of it.
fn reached<'a>(step: State, life: &Life, told: &Told<'a>) -> Reached<'a> {
    if let Some(event) = told.events.iter().rfind(|event| event.to == Some(step)) {
        return Reached { at: Some(event.at), by: Some(&event.by), event: Some(event) };
    }
    let desk = |action: &str| {
        let row = told.history.iter().rfind(|row| row.action == action);
        Reached { at: row.map(|row| row.at), by: row.map(|row| row.by.as_str()), event: None }
    };
    let floor_at = |at: Option<matching::Moment>| Reached { at: at.map(|at| at.0), ..Reached::default() };
    let floor = life.floor.as_ref();
    match step {
        State::Draft => desk("draft"),
        State::Checked => desk("check"),
        State::Announced => desk("publish"),
        State::Bidding => Some(desk("open"))
            .filter(|opened| opened.at.is_some())
            .unwrap_or_else(|| floor_at(floor.and_then(|floor| floor.opens_at))),
        State::Hammered | State::Unsold | State::Terminated => floor_at(floor.and_then(|floor| floor.closed_at)),
        _ => Reached::default(),
    }
}

pub fn steps(life: &Life, told: &Told, calendar: &Calendar) -> Vec<LifeStep> {
    let seen: Vec<State> = told.events.iter().filter_map(|event| event.to).collect();
    let path = path(life.state, life.file.draft.review, life.is_of_many(), &seen);
    let now = path.iter().position(|step| *step == life.state).unwrap_or(0);
    path.iter()
        .enumerate()
        .map(|(place, step)| {
            let is = match place.cmp(&now) {
                std::cmp::Ordering::Less => StepIs::Done,
                std::cmp::Ordering::Equal => StepIs::Now,
                std::cmp::Ordering::Greater => StepIs::Later,
            };
            // What lies ahead may have been passed once, before a withdrawal: that is not told.
            let Reached { at, by, event } =
                if is == StepIs::Later { Reached::default() } else { reached(*step, life, told) };
            let due = due(*step, life, told.instalments, calendar);
            let day = at.map_or(told.today, |at| Day::of(matching::Moment(at)));
            let number = event.and_then(|event| event.data["number"].as_str()).map(str::to_string);
            LifeStep {
                state: *step,
                is,
                at,
                by: by.map(str::to_string),
                asked_by: event.and_then(|event| event.asked_by.clone()),
                overdue: due.is_some_and(|(due, _)| day > due),
                due: due.map(|(due, _)| due.to_string()),
                source: due.map(|(_, limit)| limit.source.to_string()),
                number,
            }
        })
        .collect()
}

/// Every act the state knows, in the table's order.
pub fn acts(life: &Life, rehearsal: bool, own: bool, proposals: &[Proposal], reader: Uuid) -> Vec<LifeActRow> {
    TABLE
        .iter()
        .filter(|rule| rule.from == life.state)
        .map(|rule| {
            let decided = super::model::decide(life.state, rule.act, &life.facts, rehearsal);
            let (mut reason, warnings) = match decided {
                Ok((_, warnings)) => (None, warnings),
                Err(missing) => (Some(missing), Vec::new()),
            };
            let asked = proposals.iter().find(|one| one.act == rule.act).map(|one| Asked {
                by: one.login.clone(),
                mine: one.by == reader,
                at: one.at,
                data: one.data.clone(),
            });
            if !own {
                reason = Some(Missing {
                    code: "OTHER_CENTER",
                    zh: "其他交易中心的标的，只可查看".into(),
                    en: "another center's lot: it can only be read".into(),
                });
            }
            LifeActRow { act: rule.act, hands: rule.hands, reason, warnings, asked }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trading::life::facts::OnFloor;
    use crate::trading::life::limits::Basis;
    use crate::trading::life::model::{Facts, Floor};
    use crate::trading::life::parcel::FileDraft;
    use crate::trading::life::store::FileRow;
    use serde_json::json;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn life(state: State, result_on: Option<&str>) -> Life {
        let draft = FileDraft {
            basis: Basis::LandGrant,
            boundary: None,
            parcel_code: None,
            plot_ratio: None,
            land_use: None,
            term_years: None,
            area_note: None,
            review: ReviewMode::Pre,
            application_deadline: None,
        };
        let (closed_at, price) = (Some(day("2026-09-21").start()), matching::Money::new(1).expect("a price"));
        Life {
            file: FileRow { draft, computed_area_m2: None, recorded: State::Confirmed, follows_lot: None },
            state,
            facts: Facts::default(),
            floor: Some(OnFloor { floor: Floor::Sold, opens_at: None, closed_at, bids: 3, sold: vec![(101, price)] }),
            winners: Vec::new(),
            noticed_on: None,
            result_on: result_on.map(day),
        }
    }

    fn event(to: State, on: &str, data: Value) -> LifeEvent {
        let at = day(on).start().0;
        LifeEvent { at, act: "x".into(), to: Some(to), data, by: "b".into(), asked_by: Some("a".into()) }
    }

    #[test]
    fn limits_are_counted_from_what_happened_over_the_long_holiday() {
        let calendar = Calendar::released();
        let events = [event(State::Confirmed, "2026-09-22", json!({"number": "Q-1"}))];
        let told = Told { events: &events, history: &[], instalments: &[], today: day("2026-10-13") };
        let steps = steps(&life(State::Confirmed, None), &told, &calendar);
        let step = |state: State| steps.iter().find(|step| step.state == state).expect("a step");
        // Hammer on Monday 09-21: 5 working days end on 09-29 (the 25th is a holiday), 10 on 10-12.
        assert_eq!(
            (step(State::Confirmed).due.as_deref(), step(State::Confirmed).overdue),
            (Some("2026-09-29"), false)
        );
        assert_eq!(step(State::Confirmed).number.as_deref(), Some("Q-1"));
        assert_eq!((step(State::Publicity).due.as_deref(), step(State::Publicity).overdue), (Some("2026-10-12"), true));
        assert_eq!(step(State::Contracted).due, None, "nothing is public yet");
        assert!(steps.iter().all(|step| step.state != State::PostReview), "bidders were reviewed before");
        assert_eq!(step(State::Registered).is, StepIs::Later);
    }

    #[test]
    fn a_default_ends_the_list_after_what_was_reached() {
        let events =
            [event(State::Confirmed, "2026-09-22", json!({})), event(State::Defaulted, "2026-09-24", json!({}))];
        let told = Told { events: &events, history: &[], instalments: &[], today: day("2026-09-24") };
        let steps = steps(&life(State::Defaulted, None), &told, &Calendar::released());
        let told: Vec<State> = steps.iter().skip(6).map(|step| step.state).collect();
        assert_eq!(told, [State::Hammered, State::Confirmed, State::Defaulted]);
        assert_eq!(steps.last().map(|step| step.is), Some(StepIs::Now));
    }

    #[test]
    fn the_next_open_instalment_says_when_payment_is_due() {
        let row = |no, due: &str, paid: Option<&str>| Instalment {
            no,
            percent: 50,
            amount: "1.00".into(),
            due: due.into(),
            paid_on: paid.map(str::to_string),
            receipt: None,
        };
        let rows = [row(1, "2026-10-22", Some("2026-10-20")), row(2, "2027-09-22", None)];
        let told = Told { events: &[], history: &[], instalments: &rows, today: day("2026-11-01") };
        let steps = steps(&life(State::Contracted, Some("2026-09-23")), &told, &Calendar::released());
        let paid = steps.iter().find(|step| step.state == State::Paid).expect("a step");
        assert_eq!((paid.due.as_deref(), paid.overdue), (Some("2027-09-22"), false));
    }

    #[test]
    fn another_centers_lot_is_read_only() {
        let life = life(State::Unsold, None);
        let acts = acts(&life, true, false, &[], Uuid::nil());
        assert_eq!(
            acts.iter().map(|row| row.reason.as_ref().map(|why| why.code)).collect::<Vec<_>>(),
            [Some("OTHER_CENTER")]
        );
    }
}
