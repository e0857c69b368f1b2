//! 督办时限: whose turn it is with a card or an order, and until when. Nothing lies with anybody without a limit, and
//! least of all with supervision itself. Pure.
//!
//! The rules ask a unit to correct at once and report back, and set no days: these days are the house's own, reckoned
//! in working days as the law's are.

use crate::calendar::{Calendar, Day};
use crate::named::named;
use matching::Moment;
use serde::Serialize;
use utoipa::ToSchema;

named! {
    Whose {
        /// The agency or the center.
        Unit "unit";
        Supervision "supervision";
    }
}

named! {
    /// What is to be done next.
    TurnTo {
        /// 申辩; of an order, 签收 and 答复.
        Answer "answer";
        /// 审核: the explanation, or the silence, is held against the unit or the card is taken back.
        Hear "hear";
        /// 整改.
        Correct "correct";
        /// 验收: the correction holds, or is sent back.
        Check "check";
        /// An order's answer is accepted or returned.
        Settle "settle";
        /// The same of an order that holds a lot: bidders wait as long as it lasts.
        Release "release";
        /// 办结 of an accepted order.
        Close "close";
    }
}

/// Whose it is to do, and in how many working days.
const LIMITS: &[(TurnTo, Whose, u32)] = &[
    (TurnTo::Answer, Whose::Unit, 3),
    (TurnTo::Hear, Whose::Supervision, 5),
    (TurnTo::Correct, Whose::Unit, 3),
    (TurnTo::Check, Whose::Supervision, 5),
    (TurnTo::Settle, Whose::Supervision, 5),
    (TurnTo::Release, Whose::Supervision, 2),
    (TurnTo::Close, Whose::Supervision, 5),
];
/// Who is slow is reminded when so many working days are left, or fewer.
const NEAR_WD: i64 = 1;

impl TurnTo {
    fn limit(self) -> (Whose, u32) {
        let row = LIMITS.iter().find(|(to, ..)| *to == self);
        row.map(|(_, whose, wd)| (*whose, *wd)).expect("every turn stands in the table; a test says so")
    }

    pub fn whose(self) -> Whose {
        self.limit().0
    }

    pub fn wd(self) -> u32 {
        self.limit().1
    }
}

/// A turn and its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    pub to: TurnTo,
    pub from: Moment,
    /// The first moment that is late.
    pub due: Moment,
}

/// How a turn stands, as people see it.
#[derive(Serialize, ToSchema)]
pub struct TurnView {
    to: TurnTo,
    whose: Whose,
    /// The first moment that is late.
    due_at: i64,
    /// The last day.
    by: String,
    /// Working days left; negative when they are over.
    left_wd: i64,
    is_late: bool,
}

impl Turn {
    pub fn new(to: TurnTo, from: Moment, calendar: &Calendar) -> Turn {
        Turn { to, from, due: calendar.after(Day::of(from), to.wd()).end() }
    }

    pub fn by(&self) -> Day {
        Day::of(self.due.plus_ms(-1))
    }

    pub fn is_late(&self, now: Moment) -> bool {
        now >= self.due
    }

    fn left_wd(&self, calendar: &Calendar, today: Day) -> i64 {
        calendar.left(today, self.by())
    }

    /// In time, and to be reminded of.
    pub fn is_near(&self, calendar: &Calendar, now: Moment) -> bool {
        !self.is_late(now) && self.left_wd(calendar, Day::of(now)) <= NEAR_WD
    }

    pub fn view(&self, calendar: &Calendar, now: Moment) -> TurnView {
        TurnView {
            to: self.to,
            whose: self.to.whose(),
            due_at: self.due.0,
            by: self.by().to_string(),
            left_wd: self.left_wd(calendar, Day::of(now)),
            is_late: self.is_late(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_turn_has_one_limit() {
        for &to in TurnTo::ALL {
            assert_eq!(LIMITS.iter().filter(|row| row.0 == to).count(), 1, "{to:?}");
        }
    }

    #[test]
    fn a_turn_is_reckoned_in_working_days_and_reminded_of_on_the_last_but_one() {
        let calendar = Calendar::released();
        let day = |text: &str| text.parse::<Day>().expect("a day");
        // Wednesday before National Day; the next working days are Thursday the 8th, Friday, and the make-up Saturday.
        let turn = Turn::new(TurnTo::Correct, day("2026-09-30").start(), &calendar);
        assert_eq!(turn.by().to_string(), "2026-10-10");
        for (now, near, late, left) in [
            ("2026-10-08", false, false, 2),
            ("2026-10-09", true, false, 1),
            ("2026-10-10", true, false, 0),
            ("2026-10-11", false, true, 0),
            ("2026-10-12", false, true, -1),
        ] {
            let now = day(now).start();
            assert_eq!((turn.is_near(&calendar, now), turn.is_late(now)), (near, late), "{now:?}");
            assert_eq!(turn.left_wd(&calendar, Day::of(now)), left, "{now:?}");
        }
    }
}
