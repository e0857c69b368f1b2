//! 法定时限 of enforcement, each with its law. 2, 3, 5 and 7 days of the penalty law are working days (art. 85).

use crate::calendar::{Calendar, Day};
use matching::Moment;
use serde::Serialize;
use utoipa::ToSchema;

const HOUR_MS: i64 = 3_600_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// 工作日.
    WorkingDays(u32),
    /// 自然日; an end on a day off moves to the next working day (民法典 art. 203).
    Days(i64),
    Hours(i64),
}

/// Whose word or act ends a step. An agency answers for its own alone; of others it is reminded to ask.
#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum OwedBy {
    Agency,
    /// 当事人.
    Party,
    /// 公安机关.
    Police,
    /// A right: whoever lets its time pass is not late.
    Nobody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub length: Length,
    pub source: &'static str,
    pub owed_by: OwedBy,
    /// A law sets it. What the house or the city asks beyond is late, and not unlawful.
    pub is_law: bool,
}

const fn limit(length: Length, source: &'static str) -> Limit {
    Limit { length, source, owed_by: OwedBy::Agency, is_law: true }
}

const fn ours(length: Length, source: &'static str) -> Limit {
    Limit { is_law: false, ..limit(length, source) }
}

impl Limit {
    const fn of(self, owed_by: OwedBy) -> Limit {
        Limit { owed_by, ..self }
    }
}

use Length::{Days, Hours, WorkingDays};
/// A decision, from the filing.
pub const DECIDE: Limit = limit(Days(90), "行政处罚法 art. 60");
/// 先行登记保存: what is to be done with the evidence.
pub const EVIDENCE: Limit = limit(WorkingDays(7), "行政处罚法 art. 56");
/// The party asks for a hearing, from being told.
pub const ASK_HEARING: Limit = limit(WorkingDays(5), "行政处罚法 art. 64(1)");
/// The party is told of the hearing's day before it.
pub const HEARING_NOTICE: Limit = limit(WorkingDays(7), "行政处罚法 art. 64(2)");
pub const SERVE: Limit = limit(WorkingDays(7), "行政处罚法 art. 61");
pub const PAY: Limit = limit(Days(15), "行政处罚法 art. 67").of(OwedBy::Party);
/// A published decision that is annulled is taken down.
pub const TAKE_DOWN: Limit = limit(WorkingDays(3), "行政处罚法 art. 48");
/// 当场处罚 is reported to the agency (art. 52); no law says by when.
pub const PUT_ON_FILE: Limit = ours(WorkingDays(2), "house rule");
/// No law names it; ours.
pub const CLOSE: Limit = ours(WorkingDays(7), "house rule");
pub const COMPLAINT_ACCEPT: Limit = limit(WorkingDays(3), "招标投标法实施条例 art. 61");
pub const COMPLAINT_DECIDE: Limit = limit(WorkingDays(30), "招标投标法实施条例 art. 61");
/// 专案组: named at once, says the decree, and no number of days; ours.
pub const FORM_TASK_FORCE: Limit = ours(Days(3), "house rule");
pub const HEAD_DECIDES: Limit = limit(Days(3), "国务院令310 art. 5");
pub const SEND: Limit = limit(Hours(24), "国务院令310 art. 5");
/// The police sign for the papers (art. 7); no law says by when.
pub const POLICE_SIGN: Limit = ours(Hours(24), "house rule").of(OwedBy::Police);
pub const POLICE_DECIDES: Limit = limit(Days(3), "国务院令310 art. 8").of(OwedBy::Police);
pub const OBJECT: Limit = limit(Days(3), "国务院令310 art. 9").of(OwedBy::Nobody);
/// 反馈: who set a task has so long to finish it or to send it back; and who is sent back to work, to report again.
pub const FINISH: Limit = ours(WorkingDays(3), "house rule");
/// Objected to without success or not at all, a transfer is ended; no law says by when.
pub const END: Limit = ours(WorkingDays(3), "house rule");
pub const GOODS: Limit = limit(Days(3), "国务院令310 art. 12");
/// City rules: 3 working days to accept or pass on.
pub const ACKNOWLEDGE: Limit = ours(WorkingDays(3), "city rules");

impl Limit {
    /// The first moment that is too late for what began at `from`.
    pub fn due(self, from: Moment, calendar: &Calendar) -> Moment {
        let day = Day::of(from);
        match self.length {
            WorkingDays(days) => calendar.after(day, days).end(),
            Days(days) => calendar.not_on_a_day_off(day.plus(days)).end(),
            Hours(hours) => from.plus_ms(hours * HOUR_MS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> Moment {
        day.parse::<Day>().expect("a day").start().plus_ms(10 * HOUR_MS)
    }

    /// From, limit, the last day it may be done; counted by hand against the decrees of 2026.
    #[test]
    fn limits_count_working_days_where_the_law_does() {
        let calendar = Calendar::released();
        for (from, limit, last) in [
            // National Day 10-01..10-07 off, Saturday 10-10 worked.
            ("2026-09-29", SERVE, "2026-10-14"),
            ("2026-09-30", ASK_HEARING, "2026-10-13"),
            ("2026-09-30", TAKE_DOWN, "2026-10-10"),
            // 15 calendar days would end on the holiday's third day.
            ("2026-09-18", PAY, "2026-10-08"),
            ("2026-09-30", HEAD_DECIDES, "2026-10-08"),
            ("2026-11-02", POLICE_DECIDES, "2026-11-05"),
        ] {
            let last: Day = last.parse().expect("a day");
            assert_eq!(limit.due(at(from), &calendar), last.end(), "{from} {limit:?}");
        }
        assert_eq!(SEND.due(at("2026-10-01"), &calendar), at("2026-10-02"));
    }
}
