//! 监督指令: its states, its moves and its limit. Pure.

use crate::calendar::{Calendar, Day};
use crate::error::ApiError;
use crate::named::named;
use matching::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const WORDS_CHARS_MAX: usize = 400;
pub const NOTE_CHARS_MAX: usize = 1_000;
pub const HOURS_MAX: u32 = 72;
pub const WD_MAX: u32 = 30;
const HOUR_MS: i64 = 3_600_000;
/// After the supervisors were told, so many working days until the center has a yellow card. Three more
/// without an answer to that make it red, as with any card.
pub const CARD_AFTER_WD: u32 = 1;

named! {
    OrderKind {
        /// 中止标的.
        Suspend "suspend";
        /// 说明情况.
        Explain "explain";
        /// 限期改正.
        Correct "correct";
    }
}

named! {
    OrderState {
        /// 已下达.
        Issued "issued";
        /// 已签收.
        Acknowledged "acknowledged";
        /// 已答复.
        Answered "answered";
        /// 已采纳.
        Accepted "accepted";
        /// 已退回: the answer did not do.
        Returned "returned";
        Closed "closed";
    }
}

impl OrderState {
    /// The center's turn: its limit runs.
    pub fn waits_for_center(self) -> bool {
        matches!(self, OrderState::Issued | OrderState::Acknowledged | OrderState::Returned)
    }
}

named! {
    OrderAct {
        Acknowledge "acknowledge";
        Answer "answer";
        Accept "accept";
        Return "return";
        Close "close";
        /// 撤销: the order is taken back, and what it holds is let go.
        Lift "lift";
    }
}

impl OrderAct {
    /// The center's act; the others are supervision's.
    pub fn is_centers(self) -> bool {
        matches!(self, OrderAct::Acknowledge | OrderAct::Answer)
    }

    /// Ends the order's hold on its lot.
    pub fn lets_go(self) -> bool {
        matches!(self, OrderAct::Accept | OrderAct::Close | OrderAct::Lift)
    }

    fn needs_words(self) -> bool {
        matches!(self, OrderAct::Answer | OrderAct::Return | OrderAct::Lift)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderMisstep {
    NotNow,
    NotAcknowledged,
    NoteMissing,
    NoteTooLong,
}

impl OrderMisstep {
    pub fn error(self) -> ApiError {
        let (code, zh, en): (&'static str, _, _) = match self {
            OrderMisstep::NotNow => {
                ("ORDER_NOT_NOW", "指令当前状态不能进行此操作", "the order's state does not allow this")
            }
            OrderMisstep::NotAcknowledged => ("ORDER_NOT_ACKNOWLEDGED", "请先签收", "acknowledge the order first"),
            OrderMisstep::NoteMissing => ("ORDER_NOTE_MISSING", "请填写内容", "write what there is to say"),
            OrderMisstep::NoteTooLong => ("ORDER_NOTE_TOO_LONG", "不超过1000字", "at most 1,000 characters"),
        };
        ApiError { code: code.into(), ..ApiError::conflict(zh, en) }
    }
}

/// What the order becomes, or why not. The one table of an order's moves.
pub fn next(state: OrderState, act: OrderAct, note: &str) -> Result<OrderState, OrderMisstep> {
    if act.needs_words() && note.trim().is_empty() {
        return Err(OrderMisstep::NoteMissing);
    }
    if note.chars().count() > NOTE_CHARS_MAX {
        return Err(OrderMisstep::NoteTooLong);
    }
    use OrderState::{Accepted, Acknowledged, Answered, Closed, Issued, Returned};
    match (act, state) {
        (OrderAct::Acknowledge, Issued) => Ok(Acknowledged),
        (OrderAct::Answer, Acknowledged | Returned) => Ok(Answered),
        (OrderAct::Answer, Issued) => Err(OrderMisstep::NotAcknowledged),
        (OrderAct::Accept, Answered) => Ok(Accepted),
        (OrderAct::Return, Answered) => Ok(Returned),
        (OrderAct::Close, Accepted) => Ok(Closed),
        (OrderAct::Lift, Issued | Acknowledged | Answered | Returned) => Ok(Closed),
        _ => Err(OrderMisstep::NotNow),
    }
}

/// How long a center has.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OrderLimit {
    Hours(u32),
    /// Working days: until the end of the last one.
    Wd(u32),
}

impl OrderLimit {
    pub fn is_sound(self) -> bool {
        match self {
            OrderLimit::Hours(hours) => (1..=HOURS_MAX).contains(&hours),
            OrderLimit::Wd(wd) => (1..=WD_MAX).contains(&wd),
        }
    }

    /// The first moment that is late.
    pub fn due(self, from: Moment, calendar: &Calendar) -> Moment {
        match self {
            OrderLimit::Hours(hours) => Moment(from.0 + i64::from(hours) * HOUR_MS),
            OrderLimit::Wd(wd) => calendar.after(Day::of(from), wd).end(),
        }
    }
}

/// How far an unanswered order has risen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Escalation {
    None,
    /// All supervisors are told.
    Supervisors,
    /// The center has a card.
    Card,
}

/// The day of the last moment that was in time: a limit in working days ends where the next day begins.
pub fn last_day(due: Moment) -> Day {
    Day::of(due.plus_ms(-1))
}

pub fn escalation(state: OrderState, due: Moment, calendar: &Calendar, now: Moment) -> Escalation {
    if !state.waits_for_center() || now < due {
        return Escalation::None;
    }
    match Day::of(now) > calendar.after(last_day(due), CARD_AFTER_WD) {
        true => Escalation::Card,
        false => Escalation::Supervisors,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_move_that_is_not_in_the_table_is_refused() {
        use OrderState::{Accepted, Acknowledged, Answered, Closed, Issued, Returned};
        let table = [
            (Issued, OrderAct::Acknowledge, Acknowledged),
            (Acknowledged, OrderAct::Answer, Answered),
            (Returned, OrderAct::Answer, Answered),
            (Answered, OrderAct::Accept, Accepted),
            (Answered, OrderAct::Return, Returned),
            (Accepted, OrderAct::Close, Closed),
            (Issued, OrderAct::Lift, Closed),
            (Acknowledged, OrderAct::Lift, Closed),
            (Answered, OrderAct::Lift, Closed),
            (Returned, OrderAct::Lift, Closed),
        ];
        for &state in OrderState::ALL {
            for &act in OrderAct::ALL {
                let row = table.iter().find(|row| row.0 == state && row.1 == act);
                assert_eq!(next(state, act, "words").ok(), row.map(|row| row.2), "{state:?} {act:?}");
            }
        }
        assert_eq!(next(Acknowledged, OrderAct::Answer, " "), Err(OrderMisstep::NoteMissing));
        assert_eq!(next(Issued, OrderAct::Lift, " "), Err(OrderMisstep::NoteMissing));
        assert_eq!(next(Issued, OrderAct::Answer, "words"), Err(OrderMisstep::NotAcknowledged));
        assert_eq!(next(Issued, OrderAct::Acknowledge, &"长".repeat(1_001)), Err(OrderMisstep::NoteTooLong));
    }

    #[test]
    fn an_unanswered_order_rises_in_working_days() {
        let calendar = Calendar::released();
        let at = |day: &str, hour: i64| Moment(day.parse::<Day>().expect("a day").start().0 + hour * HOUR_MS);
        // Wednesday before National Day; the first working day after it is Thursday the 8th.
        let issued = at("2026-09-30", 10);
        assert_eq!(OrderLimit::Hours(4).due(issued, &calendar), at("2026-09-30", 14));
        assert_eq!(OrderLimit::Wd(1).due(issued, &calendar), at("2026-10-09", 0));
        let due = OrderLimit::Hours(4).due(issued, &calendar);
        for (now, expected) in [
            (at("2026-09-30", 14).0 - 1, Escalation::None),
            (at("2026-09-30", 14).0, Escalation::Supervisors),
            (at("2026-10-08", 23).0, Escalation::Supervisors),
            (at("2026-10-09", 0).0, Escalation::Card),
        ] {
            assert_eq!(escalation(OrderState::Acknowledged, due, &calendar, Moment(now)), expected, "{now}");
            assert_eq!(escalation(OrderState::Answered, due, &calendar, Moment(now)), Escalation::None);
        }
        // Until the end of Thursday the 8th; one working day later is Friday the 9th, and the card comes after it.
        let due = OrderLimit::Wd(1).due(issued, &calendar);
        assert_eq!(last_day(due).to_string(), "2026-10-08");
        for (now, expected) in [
            (at("2026-10-09", 0).0 - 1, Escalation::None),
            (at("2026-10-09", 0).0, Escalation::Supervisors),
            (at("2026-10-10", 0).0 - 1, Escalation::Supervisors),
            (at("2026-10-10", 0).0, Escalation::Card),
        ] {
            assert_eq!(escalation(OrderState::Issued, due, &calendar, Moment(now)), expected, "{now}");
        }
    }
}
