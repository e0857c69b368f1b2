//! 时限: a case's clocks in working days, computed from its events. Lengths are kept, never dates, so a
//! decree imported later moves the days at once.

use crate::approval::item::Item;
use crate::calendar::{Calendar, Day};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// 行政许可法 art. 32: received, returned or refused within five working days.
const RECEIPT_WD: u32 = 5;
/// 会办: an agency asked for its opinion answers in so many working days. The house's own; the law sets none.
pub const OPINION_WD: u32 = 5;
/// 撤销登记: the second officer confirms or refuses in so many working days, the house's own too.
pub const REVOCATION_WD: u32 = 5;

/// What moved a case's clocks, by day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Filed, or filed again after correction.
    Filed(Day),
    Returned(Day),
    Accepted(Day),
    /// Another step began.
    Stepped(Day),
    /// By the item's procedure of that place, which may take that many working days of a case in all.
    Stopped {
        on: Day,
        special: usize,
        limit_wd: u32,
    },
    Resumed(Day),
    /// On that day, by so many working days. What was over by then stays over.
    Extended(Day, u32),
    Ended(Day),
}

/// 亮牌 before anyone has to look: what the wall and the inbox colour a case with.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    Green,
    /// One working day left of the promised limit, or less.
    Blue,
    /// Over the promised limit, or a step is over its own.
    Yellow,
    /// Over the legal limit, that of receipt included.
    Red,
}

/// A limit on the whole case, on the day it ended or stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholeLimit {
    pub last: Day,
    pub is_over: bool,
}

/// A case's clocks as they stand on a day. Dates are Beijing's.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    pub colour: Colour,
    /// A special procedure runs: the limits stand still and no date can be named.
    pub stopped: bool,
    /// By when it is to be received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receive_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_by: Option<String>,
    /// Working days used since acceptance, those of special procedures left out.
    pub used_wd: u32,
    /// Working days left of the promised limit; negative when it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_wd: Option<i64>,
    /// Working days an extension added.
    pub extended_wd: u32,
    /// Some year these days fall in has no decree yet: weekends alone were counted.
    pub provisional: bool,
    /// The promised and the legal limit, kept when nothing runs any more, for whoever measures; none before acceptance.
    #[serde(skip)]
    pub promised: Option<WholeLimit>,
    #[serde(skip)]
    pub legal: Option<WholeLimit>,
    /// The last day of the limit of receipt that passed without a word, where one did.
    #[serde(skip)]
    pub received_late: Option<Day>,
}

/// One running limit.
struct Run {
    began: Day,
    /// Working days that did not count.
    stopped_wd: u32,
}

impl Run {
    fn used(&self, calendar: &Calendar, until: Day) -> u32 {
        calendar.between(self.began, until).saturating_sub(self.stopped_wd)
    }

    fn due(&self, calendar: &Calendar, limit_wd: u32) -> Day {
        calendar.after(self.began, limit_wd + self.stopped_wd)
    }
}

/// The clocks on `today`. `step` is where the case stands, `marks` are in their order.
pub fn clocks(item: &Item, step: usize, marks: &[Mark], calendar: &Calendar, today: Day) -> Clocks {
    let (mut filed, mut whole, mut part) = (None, None::<Run>, None::<Run>);
    let (mut stopped_on, mut ended) = (None, None);
    let (mut promised_more, mut legal_more, mut step_more) = (0, 0, 0);
    let step_wd = item.steps.get(step).map_or(0, |step| step.limit_wd);
    // A procedure begun anew goes on where it stood: its days are the case's.
    let mut stood = BTreeMap::<usize, u32>::new();
    // 行政许可法 art. 32: silence for five days counts as acceptance, so a late receipt stays a breach of the law.
    let receipt_due = |filed: Day| calendar.after(filed, RECEIPT_WD);
    let passed = |filed: Day, until: Day| Some(receipt_due(filed)).filter(|last| until > *last);
    let mut received_late = None;
    for mark in marks {
        match *mark {
            Mark::Filed(day) => filed = Some(day),
            Mark::Returned(day) => received_late = received_late.or(filed.take().and_then(|since| passed(since, day))),
            Mark::Accepted(day) => {
                received_late = received_late.or(filed.take().and_then(|since| passed(since, day)));
                whole = Some(Run { began: day, stopped_wd: 0 });
                part = Some(Run { began: day, stopped_wd: 0 });
            }
            Mark::Stepped(day) => {
                part = Some(Run { began: day, stopped_wd: 0 });
                step_more = 0;
            }
            Mark::Stopped { on, special, limit_wd } => {
                let stood_wd = stood.get(&special).copied().unwrap_or(0);
                stopped_on = Some((on, special, limit_wd.saturating_sub(stood_wd)));
            }
            Mark::Resumed(day) => {
                let Some((since, special, left_wd)) = stopped_on.take() else { continue };
                let stood_wd = calendar.between(since, day).min(left_wd);
                *stood.entry(special).or_default() += stood_wd;
                stand_still(&mut whole, &mut part, stood_wd);
            }
            Mark::Extended(day, days) => {
                let in_time = |run: &Option<Run>, limit_wd| {
                    stopped_on.is_some() || run.as_ref().is_some_and(|run| day <= run.due(calendar, limit_wd))
                };
                let more = |in_time: bool| if in_time { days } else { 0 };
                promised_more += more(in_time(&whole, item.promised_wd));
                legal_more += more(in_time(&whole, item.legal_wd));
                step_more += more(in_time(&part, step_wd));
            }
            Mark::Ended(day) => ended = Some(day),
        }
    }
    // A special procedure over its own limit holds the clock no longer.
    if let Some((_, _, left_wd)) =
        stopped_on.take_if(|(since, _, left_wd)| ended.unwrap_or(today) > calendar.after(*since, *left_wd))
    {
        stand_still(&mut whole, &mut part, left_wd);
    }
    let stopped_on = stopped_on.map(|(since, ..)| since);
    let until = ended.or(stopped_on).unwrap_or(today);
    received_late = received_late.or(filed.and_then(|since| passed(since, until)));
    let receive_by = filed.filter(|_| ended.is_none()).map(receipt_due);
    let due = |run: &Option<Run>, limit_wd| run.as_ref().map(|run| run.due(calendar, limit_wd));
    let promised_wd = item.promised_wd + promised_more;
    let (step_by, promised_by, legal_by) =
        (due(&part, step_wd + step_more), due(&whole, promised_wd), due(&whole, item.legal_wd + legal_more));
    let used_wd = whole.as_ref().map_or(0, |run| run.used(calendar, until));
    let left_wd = whole.as_ref().map(|_| i64::from(promised_wd) - i64::from(used_wd));
    let over = |by: Option<Day>| by.is_some_and(|by| until > by);
    let colour = if over(legal_by) || received_late.is_some() {
        Colour::Red
    } else if over(promised_by) || (ended.is_none() && over(step_by)) {
        Colour::Yellow
    } else if ended.is_none() && left_wd.is_some_and(|left| left <= 1) {
        Colour::Blue
    } else {
        Colour::Green
    };
    let open = ended.is_none() && stopped_on.is_none();
    let whole_limit = |by: Option<Day>| by.map(|last| WholeLimit { last, is_over: until > last });
    let text = |by: Option<Day>| by.filter(|_| open).map(|day| day.to_string());
    let days = [receive_by, step_by, promised_by, legal_by];
    Clocks {
        colour,
        stopped: stopped_on.is_some() && ended.is_none(),
        receive_by: text(receive_by),
        step_by: text(step_by),
        promised_by: text(promised_by),
        legal_by: text(legal_by),
        used_wd,
        left_wd: left_wd.filter(|_| ended.is_none()),
        extended_wd: legal_more,
        provisional: open && days.into_iter().flatten().any(|day| !calendar.knows(day.year())),
        promised: whole_limit(promised_by),
        legal: whole_limit(legal_by),
        received_late,
    }
}

/// Working days of a special procedure do not count.
fn stand_still(whole: &mut Option<Run>, part: &mut Option<Run>, days: u32) {
    for run in [whole, part].into_iter().flatten() {
        run.stopped_wd += days;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::item::seeded;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    /// LOT-FILING: 20 working days by law, 5 promised (3 + 2), accepted on Tuesday 2026-09-29; National Day
    /// closes 10-01..10-07, Saturday 10-10 is worked.
    fn on(today: &str, step: usize, more: &[Mark]) -> Clocks {
        let item = seeded().into_iter().find(|item| item.code == "LOT-FILING").expect("seeded");
        let marks: Vec<Mark> = [Mark::Filed(day("2026-09-28")), Mark::Accepted(day("2026-09-29"))]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        clocks(&item, step, &marks, &Calendar::released(), day(today))
    }

    fn stop(on: &str, limit_wd: u32) -> Mark {
        Mark::Stopped { on: day(on), special: 0, limit_wd }
    }

    #[test]
    fn limits_run_over_the_holiday_and_colours_rise() {
        let first = on("2026-09-29", 0, &[]);
        let dates = (first.step_by.as_deref(), first.promised_by.as_deref(), first.legal_by.as_deref());
        assert_eq!(dates, (Some("2026-10-09"), Some("2026-10-12"), Some("2026-11-02")));
        for (today, step, colour, used, left) in [
            ("2026-09-29", 0, Colour::Green, 0, 5),
            ("2026-10-08", 0, Colour::Green, 2, 3),
            ("2026-10-10", 0, Colour::Yellow, 4, 1),
            ("2026-10-10", 1, Colour::Blue, 4, 1),
            ("2026-10-12", 1, Colour::Blue, 5, 0),
            ("2026-10-13", 1, Colour::Yellow, 6, -1),
            ("2026-11-02", 1, Colour::Yellow, 20, -15),
            ("2026-11-03", 1, Colour::Red, 21, -16),
        ] {
            let stepped = [Mark::Stepped(day("2026-10-09"))];
            let mut clock = on(today, step, if step == 1 { &stepped } else { &[] });
            if step == 1 && colour == Colour::Blue {
                // The second step's own two days end on the 12th.
                assert_eq!(clock.step_by.as_deref(), Some("2026-10-12"));
            }
            clock.provisional = false;
            assert_eq!((clock.colour, clock.used_wd, clock.left_wd), (colour, used, Some(left)), "{today} {step}");
        }
    }

    #[test]
    fn a_special_procedure_stops_the_clock_for_as_long_as_it_may_take() {
        let stopped = on("2026-10-15", 0, &[stop("2026-09-30", 30)]);
        assert_eq!((stopped.stopped, stopped.used_wd, stopped.promised_by), (true, 1, None));
        assert_eq!(stopped.colour, Colour::Green, "standing still is not late");
        // Stopped on the 30th, going on on the 12th: four working days (8, 9, 10, 12) do not count.
        let again = on("2026-10-12", 0, &[stop("2026-09-30", 30), Mark::Resumed(day("2026-10-12"))]);
        assert_eq!((again.used_wd, again.promised_by.as_deref()), (1, Some("2026-10-16")));
        // Three working days were all it might take: 8, 9 and 10 do not count, the 12th does.
        let over = [stop("2026-09-30", 3)];
        assert!(on("2026-10-10", 0, &over).stopped && !on("2026-10-12", 0, &over).stopped);
        assert_eq!(on("2026-10-12", 0, &over).used_wd, 2);
        assert_eq!(on("2026-12-31", 0, &over).colour, Colour::Red, "a procedure without end is late");
        // Three days are three days, however often it is begun.
        let twice = [over[0], Mark::Resumed(day("2026-10-09")), stop("2026-10-09", 3)];
        assert!(on("2026-10-10", 0, &twice).stopped && !on("2026-10-12", 0, &twice).stopped);
        assert_eq!(on("2026-10-12", 0, &twice).used_wd, 2);
    }

    #[test]
    fn an_extension_lengthens_what_is_not_over_yet() {
        let at = |granted: &str, today: &str| {
            let clock = on(today, 0, &[Mark::Extended(day(granted), 10)]);
            [clock.step_by, clock.promised_by, clock.legal_by].map(|by| by.expect("it runs"))
        };
        assert_eq!(at("2026-09-29", "2026-09-29"), ["2026-10-22", "2026-10-26", "2026-11-16"]);
        // The step's three days end on the 9th, the promised five on the 12th, the law's twenty on November the 2nd.
        assert_eq!(at("2026-10-12", "2026-10-12"), ["2026-10-09", "2026-10-26", "2026-11-16"]);
        assert_eq!(at("2026-10-13", "2026-10-13"), ["2026-10-09", "2026-10-12", "2026-11-16"]);
        assert_eq!(at("2026-11-03", "2026-11-03"), ["2026-10-09", "2026-10-12", "2026-11-02"]);
        assert_eq!(on("2026-11-03", 0, &[Mark::Extended(day("2026-11-03"), 10)]).colour, Colour::Red);
    }

    #[test]
    fn receipt_has_five_working_days_and_an_ended_case_keeps_its_colour() {
        let item = seeded().into_iter().find(|item| item.code == "LOT-FILING").expect("seeded");
        let calendar = Calendar::released();
        let filed = [Mark::Filed(day("2026-09-30"))];
        let at = |today| clocks(&item, 0, &filed, &calendar, day(today));
        assert_eq!(at("2026-10-08").receive_by.as_deref(), Some("2026-10-13"));
        assert_eq!((at("2026-10-13").colour, at("2026-10-14").colour), (Colour::Green, Colour::Red));
        let accepted = [filed[0], Mark::Accepted(day("2026-10-14"))];
        let after = clocks(&item, 0, &accepted, &calendar, day("2026-10-14"));
        assert_eq!(after.colour, Colour::Red, "received late stays late");
        let late = on("2027-05-01", 1, &[Mark::Stepped(day("2026-10-09")), Mark::Ended(day("2026-11-03"))]);
        assert_eq!((late.colour, late.legal_by, late.left_wd), (Colour::Red, None, None));
        let timely = on("2027-05-01", 1, &[Mark::Stepped(day("2026-10-09")), Mark::Ended(day("2026-10-12"))]);
        assert_eq!(timely.colour, Colour::Green);
    }

    #[test]
    fn a_year_without_a_decree_is_said_to_be_provisional() {
        let item = seeded().into_iter().find(|item| item.code == "LOT-FILING").expect("seeded");
        let accepted = [Mark::Accepted(day("2026-12-28"))];
        assert!(clocks(&item, 0, &accepted, &Calendar::released(), day("2026-12-29")).provisional);
    }
}
