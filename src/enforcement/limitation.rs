//! 追责时效 (行政处罚法 art. 36): when an act was done, and until when it may be punished once it is discovered. Pure.

use crate::calendar::Day;
use crate::error::{ApiError, ApiResult};
use matching::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// 二年.
const MONTHS: u32 = 24;
/// 五年.
const MONTHS_GRAVE: u32 = 60;

/// When the act was done, as far as it is known.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ActTime {
    /// Its day, or the first of a continuing one.
    pub on: String,
    /// 连续或者继续状态: its time counts from its end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub continues: bool,
    /// The last day of a continuing one; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// 涉及公民生命健康安全、金融安全且有危害后果.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub grave: bool,
}

impl ActTime {
    /// Of one day.
    pub fn on(at: Moment) -> ActTime {
        ActTime { on: Day::of(at).to_string(), continues: false, until: None, grave: false }
    }

    /// Days that are days, in order, and none of them to come.
    pub fn check(&self, today: Day) -> ApiResult<()> {
        let day = |field: &str, text: &str| {
            let day =
                text.parse::<Day>().map_err(|error| ApiError::bad_request(field, "日期格式：2026-10-01", &error))?;
            match day > today {
                true => Err(ApiError::bad_request(field, "不得晚于今日", "it is still to come")),
                false => Ok(day),
            }
        };
        let from = day("act_time.on", &self.on)?;
        let Some(until) = &self.until else { return Ok(()) };
        if !self.continues {
            let (zh, en) = ("只有连续或继续的行为才填写终了日期", "only a continuing act has an end of its own");
            return Err(ApiError::bad_request("act_time.until", zh, en));
        }
        match day("act_time.until", until)? < from {
            true => Err(ApiError::bad_request("act_time.until", "终了日期早于发生日期", "it ends before it begins")),
            false => Ok(()),
        }
    }

    /// The last day on which it may be discovered and still be punished; none while it goes on.
    pub fn last_day(&self) -> Option<Day> {
        let counts_from = if self.continues { self.until.as_ref()? } else { &self.on };
        // The first day does not count, so a period of years ends with the day of the same date (民法典 art. 201, 202).
        Some(counts_from.parse::<Day>().ok()?.plus_months(if self.grave { MONTHS_GRAVE } else { MONTHS }))
    }

    /// What was discovered later than that is punished no more.
    pub fn is_barred(&self, discovered: Moment) -> bool {
        self.last_day().is_some_and(|last| Day::of(discovered) > last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn time(on: &str) -> ActTime {
        ActTime::on(day(on).start())
    }

    /// Two years from the day of the act, five where it is grave, from the end of one that continued.
    #[test]
    fn an_act_is_punished_if_it_is_discovered_within_its_time() {
        let continuing =
            |until: Option<&str>| ActTime { continues: true, until: until.map(String::from), ..time("2020-03-01") };
        for (time, last) in [
            (time("2024-11-27"), Some("2026-11-27")),
            (time("2024-02-29"), Some("2026-02-28")),
            (ActTime { grave: true, ..time("2021-11-28") }, Some("2026-11-28")),
            (continuing(Some("2024-12-31")), Some("2026-12-31")),
            (continuing(None), None),
        ] {
            assert_eq!(time.last_day(), last.map(day), "{time:?}");
            let Some(last) = time.last_day() else {
                assert!(!time.is_barred(day("2040-01-01").start()), "what goes on has no end");
                continue;
            };
            assert!(!time.is_barred(last.start()) && time.is_barred(last.end()), "{time:?}");
        }
    }

    #[test]
    fn each_fault_of_its_days_is_found() {
        let today = day("2026-11-27");
        for (field, time) in [
            ("act_time.on", ActTime { on: "then".into(), ..time("2026-01-01") }),
            ("act_time.on", time("2026-11-28")),
            ("act_time.until", ActTime { until: Some("2026-02-01".into()), ..time("2026-01-01") }),
            ("act_time.until", ActTime { continues: true, until: Some("2025-02-01".into()), ..time("2026-01-01") }),
        ] {
            assert_eq!(time.check(today).expect_err(field).field.as_deref(), Some(field), "{time:?}");
        }
        assert!(time("2026-11-27").check(today).is_ok());
    }
}
