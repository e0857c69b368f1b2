//! 时限: one watched clock for each open step, whoever runs it, and what it deserves on a day. Pure but for the
//! one function that lists them.

use crate::app::App;
use crate::approval::case::Status;
use crate::approval::item::Item;
use crate::approval::limits::{OPINION_WD, REVOCATION_WD, WholeLimit};
use crate::approval::store::KeptCase;
use crate::approval::watched::{self, Beside, Watched};
use crate::calendar::{Calendar, Day};
use crate::clock;
use crate::enforcement::{self, OpenStep, OwedBy, StepOf};
use crate::error::ApiResult;
use crate::security::model::Duty;
use crate::supervision::cards::model::{CardLevel, CardReason, SubjectOf};
use matching::Moment;
use uuid::Uuid;

/// Who answers for a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    Agency(Uuid),
    Center(Uuid),
}

/// What a clock or a card is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub of: SubjectOf,
    /// Of enforcement: what its id is of.
    pub kind: Option<StepOf>,
    pub id: String,
    /// As people call it.
    pub number: String,
    pub name_zh: String,
    pub name_en: String,
}

/// The clock of one open step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub subject: Subject,
    /// Names the step among all the subject ever has: a step done twice has two names.
    pub step: String,
    /// Names the subject's whole limits; an extension makes them others.
    pub whole: String,
    pub unit: Unit,
    /// Whose officers are to act; none while the step is with somebody outside, or with those named alone.
    pub duty: Option<Duty>,
    /// Who is in charge by name, beside those of the duty.
    pub named: Vec<Uuid>,
    pub step_by: Option<Day>,
    /// Working days left of the step's own limit.
    pub step_left_wd: Option<i64>,
    /// The step's own limit is the law's, as that of receipt is.
    pub step_is_legal: bool,
    pub promised_by: Option<Day>,
    pub legal_by: Option<Day>,
    /// The first moment too late for the legal limit, or for the promised one where there is no other, if it is known
    /// to the moment: twenty-four hours do not end with a day.
    pub late_at: Option<Moment>,
    /// The step is somebody's outside: the unit is reminded to ask for it, and has no card for it.
    pub is_others: bool,
    /// Working days left of the promised limit.
    pub left_wd: Option<i64>,
}

/// A card a clock deserves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    pub step: String,
    pub level: CardLevel,
    pub reason: CardReason,
    /// The limit that is near or was passed.
    pub due: Option<Day>,
}

impl Clock {
    /// The level of the card that says it was late.
    pub fn late_level(&self) -> CardLevel {
        if self.legal_by.is_some() { CardLevel::Red } else { CardLevel::Yellow }
    }
}

/// The ladder of a clock at `now`. A step's own limit speaks while the whole is still in time.
pub fn rungs(clock: &Clock, now: Moment) -> Vec<Rung> {
    let today = Day::of(now);
    let over = |by: Option<Day>| by.is_some_and(|by| today > by);
    let whole = |level, reason, due| Rung { step: clock.whole.clone(), level, reason, due };
    let late = |level, by: Option<Day>| match clock.late_at {
        Some(at) if level == clock.late_level() => by.is_some() && now >= at,
        _ => over(by),
    };
    if late(CardLevel::Red, clock.legal_by) {
        return vec![whole(CardLevel::Red, CardReason::OverLegal, clock.legal_by)];
    }
    if late(CardLevel::Yellow, clock.promised_by) {
        let due = clock.promised_by;
        return vec![match clock.is_others {
            false => whole(CardLevel::Yellow, CardReason::OverPromised, due),
            // Nobody here is late. The reminder that the limit is near has said its truth, and lapses.
            true => Rung {
                step: format!("others/{}", clock.whole),
                level: CardLevel::Blue,
                reason: CardReason::OthersLate,
                due,
            },
        }];
    }
    let near = clock.promised_by.is_some() && clock.left_wd.is_some_and(|left| left <= 1);
    let near = near.then(|| whole(CardLevel::Blue, CardReason::DueSoon, clock.promised_by));
    let (level, reason) = match clock.step_is_legal {
        true => (CardLevel::Red, CardReason::OverLegal),
        false => (CardLevel::Yellow, CardReason::StepOver),
    };
    let of_step = |level, reason| Rung { step: clock.step.clone(), level, reason, due: clock.step_by };
    let step = if over(clock.step_by) {
        Some(of_step(level, reason))
    } else {
        // One reminder is enough where both limits end on one day.
        let same_day = near.is_some() && clock.step_by == clock.promised_by;
        let is_near = clock.step_by.is_some() && clock.step_left_wd.is_some_and(|left| left <= 1);
        (is_near && !same_day).then(|| of_step(CardLevel::Blue, CardReason::DueSoon))
    };
    near.into_iter().chain(step).collect()
}

/// What a case that was decided late leaves behind, for whoever looked away meanwhile.
pub fn decided_late(case: &Watched) -> Option<Rung> {
    let over = |limit: Option<WholeLimit>| limit.is_some_and(|limit| limit.is_over);
    let level = match (over(case.clocks.legal), over(case.clocks.promised)) {
        (true, _) => CardLevel::Red,
        (false, true) => CardLevel::Yellow,
        (false, false) => return None,
    };
    Some(Rung { step: whole(case), level, reason: CardReason::DecidedLate, due: None })
}

fn whole(case: &Watched) -> String {
    format!("whole/{}", case.clocks.extended_wd)
}

/// The clock of the step a case stands in.
pub fn of_case(case: &Watched, calendar: &Calendar, today: Day) -> Clock {
    let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Day>().ok());
    let clocks = &case.clocks;
    let step = match case.case.status {
        Status::Filed => format!("receive/{}", case.filings),
        Status::Returned => format!("correct/{}", case.filings),
        // Who confirms has what is left of the step's limit, which is carded once.
        _ => format!("step/{}", case.case.step),
    };
    let step_by = day(&clocks.receive_by).or(day(&clocks.step_by));
    Clock {
        subject: subject(case),
        step,
        whole: whole(case),
        unit: Unit::Agency(case.case.agency),
        duty: case.duty(),
        named: Vec::new(),
        step_by,
        step_left_wd: step_by.map(|last| calendar.left(today, last)),
        step_is_legal: case.case.status == Status::Filed,
        promised_by: day(&clocks.promised_by),
        legal_by: day(&clocks.legal_by),
        late_at: None,
        is_others: false,
        left_wd: clocks.left_wd,
    }
}

/// The clock of a question to another agency: it runs there, whatever the asking one's does.
pub fn of_opinion(asked: &Beside, calendar: &Calendar, today: Day) -> Clock {
    let step = format!("opinion/{}/{}", asked.agency, asked.since.0);
    beside(asked, None, step, OPINION_WD, calendar, today)
}

/// The clock of a revocation that one officer proposed and another is to confirm or refuse.
pub fn of_revocation(revoking: &Beside, calendar: &Calendar, today: Day) -> Clock {
    let step = format!("revocation/{}", revoking.since.0);
    beside(revoking, Some(Duty::Decide), step, REVOCATION_WD, calendar, today)
}

/// A step beside a case's own, by the house's limit.
fn beside(owed: &Beside, duty: Option<Duty>, step: String, limit_wd: u32, calendar: &Calendar, today: Day) -> Clock {
    let last = calendar.after(Day::of(owed.since), limit_wd);
    Clock {
        subject: subject_of(&owed.case, &owed.item),
        whole: step.clone(),
        step,
        unit: Unit::Agency(owed.agency),
        duty,
        named: Vec::new(),
        step_by: Some(last),
        step_left_wd: Some(calendar.left(today, last)),
        step_is_legal: false,
        promised_by: None,
        legal_by: None,
        late_at: None,
        is_others: false,
        left_wd: None,
    }
}

pub fn subject(case: &Watched) -> Subject {
    subject_of(&case.case, &case.item)
}

pub fn subject_of(case: &KeptCase, item: &Item) -> Subject {
    Subject {
        of: SubjectOf::Case,
        kind: None,
        id: case.id.to_string(),
        number: case.no.clone(),
        name_zh: item.name_zh.clone(),
        name_en: item.name_en.clone(),
    }
}

/// The clock of a step of enforcement. What passes the law's limit is red; what passes one of the house, as a
/// task's, is yellow. What the party or the police owe, the agency is reminded of.
pub fn of_enforcement(open: &OpenStep, calendar: &Calendar, today: Day) -> Clock {
    let last = Day::of(Moment(open.legal_at).plus_ms(-1));
    let heads = ["decide", "approve", "put_on_file", "form_task_force", "end", "answer"].contains(&open.step.as_str());
    let duty = match (open.kind, heads) {
        // A task is between the two it names.
        (StepOf::Task, _) => None,
        (_, true) => Some(Duty::Decide),
        (_, false) => Some(Duty::Investigate),
    };
    // With the agency: what is handed on begins anew with whoever has it now.
    let step = format!("{}/{}/{}", open.step, open.since, open.agency);
    Clock {
        subject: Subject {
            of: SubjectOf::Enforcement,
            kind: Some(open.kind),
            id: open.subject.to_string(),
            number: open.number.clone(),
            name_zh: open.title.clone(),
            name_en: open.title.clone(),
        },
        whole: format!("whole/{step}"),
        step,
        unit: Unit::Agency(open.agency),
        duty,
        named: open.officers.clone(),
        step_by: None,
        step_left_wd: None,
        step_is_legal: false,
        promised_by: Some(last),
        legal_by: (open.is_law && open.owed_by == OwedBy::Agency).then_some(last),
        late_at: Some(Moment(open.legal_at)),
        is_others: open.owed_by != OwedBy::Agency,
        left_wd: Some(calendar.left(today, last)),
    }
}

/// The open clocks of the platform.
pub struct OpenClocks {
    pub clocks: Vec<Clock>,
    /// A source that could not be read keeps no other's from running, but what is not here may be open all the same.
    pub is_whole: bool,
}

/// Every open clock of the platform. Other modules' are chained here, and their open steps in `open_steps`.
pub async fn open_clocks(app: &App) -> OpenClocks {
    let (calendar, today) = (app.calendar(), Day::of(clock::now()));
    let mut open = OpenClocks { clocks: Vec::new(), is_whole: true };
    let cases = watched::open(&app.db, &calendar, today).await;
    open.add("cases", cases, |case| of_case(case, &calendar, today));
    open.add("opinions", watched::asked(&app.db).await, |asked| of_opinion(asked, &calendar, today));
    let revoking = watched::revoking(&app.db).await;
    open.add("revocations", revoking, |revoking| of_revocation(revoking, &calendar, today));
    let enforced = enforcement::open_clocks(app, None, clock::now()).await;
    open.add("enforcement", enforced, |step| of_enforcement(step, &calendar, today));
    open
}

impl OpenClocks {
    fn add<T>(&mut self, source: &str, found: ApiResult<Vec<T>>, clock: impl Fn(&T) -> Clock) {
        match found {
            Ok(found) => self.clocks.extend(found.iter().map(clock)),
            Err(error) => {
                tracing::error!(source, code = %error.code, "its clocks could not be read; the others run on");
                self.is_whole = false;
            }
        }
    }
}

/// How many steps are open, counted where they are kept and not from the list above: what the list leaves out
/// shows as a difference.
pub async fn open_steps(app: &App) -> ApiResult<u64> {
    Ok(watched::open_steps(&app.db).await? + enforcement::open_step_count(&app.db).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn clock(left_wd: i64) -> Clock {
        Clock {
            subject: Subject {
                of: SubjectOf::Case,
                kind: None,
                id: "1".into(),
                number: "20260929000001".into(),
                name_zh: "备案".into(),
                name_en: "filing".into(),
            },
            step: "step/0".into(),
            whole: "whole/0".into(),
            unit: Unit::Agency(Uuid::nil()),
            duty: Some(Duty::Review),
            named: Vec::new(),
            step_by: Some(day("2026-10-09")),
            step_left_wd: Some(left_wd - 2),
            step_is_legal: false,
            promised_by: Some(day("2026-10-12")),
            legal_by: Some(day("2026-11-02")),
            late_at: None,
            is_others: false,
            left_wd: Some(left_wd),
        }
    }

    #[test]
    fn the_ladder_rises_with_the_days() {
        use CardLevel::{Blue, Red, Yellow};
        use CardReason::{DueSoon, OverLegal, OverPromised, StepOver};
        for (today, left, expected) in [
            ("2026-09-30", 4, vec![]),
            ("2026-10-08", 3, vec![("step/0", Blue, DueSoon)]),
            ("2026-10-09", 2, vec![("step/0", Blue, DueSoon)]),
            ("2026-10-10", 1, vec![("whole/0", Blue, DueSoon), ("step/0", Yellow, StepOver)]),
            ("2026-10-12", 0, vec![("whole/0", Blue, DueSoon), ("step/0", Yellow, StepOver)]),
            ("2026-10-13", -1, vec![("whole/0", Yellow, OverPromised)]),
            ("2026-11-02", -15, vec![("whole/0", Yellow, OverPromised)]),
            ("2026-11-03", -16, vec![("whole/0", Red, OverLegal)]),
        ] {
            let rungs = rungs(&clock(left), day(today).start());
            let seen: Vec<_> = rungs.iter().map(|rung| (rung.step.as_str(), rung.level, rung.reason)).collect();
            assert_eq!(seen, expected, "{today}");
        }
    }

    #[test]
    fn a_limit_of_law_on_one_step_is_red() {
        let receipt = Clock { step_is_legal: true, promised_by: None, legal_by: None, left_wd: None, ..clock(4) };
        assert_eq!(rungs(&receipt, day("2026-09-30").start()), []);
        let near = rungs(&Clock { step_left_wd: Some(1), ..receipt.clone() }, day("2026-10-08").start());
        assert_eq!((near[0].level, near[0].due), (CardLevel::Blue, receipt.step_by));
        let over = rungs(&receipt, day("2026-10-10").start());
        assert_eq!((over[0].level, over[0].reason), (CardLevel::Red, CardReason::OverLegal));
    }

    #[test]
    fn limits_that_end_together_are_one_reminder() {
        let last = Clock { step_by: Some(day("2026-10-12")), step_left_wd: Some(0), ..clock(0) };
        let seen: Vec<_> = rungs(&last, day("2026-10-12").start()).into_iter().map(|rung| rung.step).collect();
        assert_eq!(seen, ["whole/0"]);
    }

    #[test]
    fn a_clock_that_stands_still_raises_nothing() {
        let stopped = Clock { step_by: None, promised_by: None, legal_by: None, ..clock(1) };
        assert_eq!(rungs(&stopped, day("2027-10-13").start()), []);
    }

    #[test]
    fn a_step_of_enforcement_is_red_past_the_law_yellow_past_the_house_and_no_card_where_others_owe_it() {
        let calendar = Calendar::released();
        let open = |owed_by, is_law| OpenStep {
            kind: enforcement::StepOf::Case,
            subject: Uuid::nil(),
            case_id: None,
            number: "ZF-2026-00001".into(),
            title: "案件".into(),
            step: "serve".into(),
            agency: Uuid::nil(),
            officers: Vec::new(),
            since: 0,
            legal_at: day("2026-10-09").end().0,
            legal_basis: "law".into(),
            owed_by,
            is_law,
            colour: enforcement::StepColour::Green,
        };
        let at = |open: &OpenStep, now: Moment| {
            let clock = of_enforcement(open, &calendar, Day::of(now));
            rungs(&clock, now).first().map(|rung| (rung.level, rung.reason))
        };
        let seen = |owed_by, is_law, today| at(&open(owed_by, is_law), day(today).start());
        use CardReason::{DueSoon, OthersLate, OverLegal, OverPromised};
        let (agency, soon) = (OwedBy::Agency, Some((CardLevel::Blue, DueSoon)));
        for owed_by in [agency, OwedBy::Party, OwedBy::Police] {
            assert_eq!(seen(owed_by, true, "2026-09-29"), None);
            assert_eq!(seen(owed_by, true, "2026-10-08"), soon);
        }
        assert_eq!(seen(agency, true, "2026-10-10"), Some((CardLevel::Red, OverLegal)));
        assert_eq!(seen(agency, false, "2026-10-10"), Some((CardLevel::Yellow, OverPromised)));
        for (owed_by, is_law) in [(OwedBy::Party, true), (OwedBy::Police, true), (OwedBy::Police, false)] {
            assert_eq!(seen(owed_by, is_law, "2026-10-09"), soon, "{owed_by:?}");
            assert_eq!(seen(owed_by, is_law, "2026-10-10"), Some((CardLevel::Blue, OthersLate)), "{owed_by:?}");
        }
        // Twenty-four hours that end on Friday at ten are over on Friday at ten.
        let ten = day("2026-10-09").start().plus_ms(10 * 3_600_000);
        for (is_law, late) in [(true, (CardLevel::Red, OverLegal)), (false, (CardLevel::Yellow, OverPromised))] {
            let hours = OpenStep { legal_at: ten.0, ..open(agency, is_law) };
            assert_eq!(at(&hours, ten.plus_ms(-1)), soon);
            assert_eq!(at(&hours, ten), Some(late));
        }
    }
}
