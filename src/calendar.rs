//! 工作日: working days by the yearly decree, make-up weekends included. Pure: nothing here reads a
//! clock. All days are Beijing's (UTC+8, no summer time).

use matching::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

const DAY_MS: i64 = 86_400_000;
const BEIJING_MS: i64 = 8 * 3_600_000;
/// No limit of law is longer; a longer walk is a mistake.
const WALK_DAYS_MAX: u32 = 4_000;

/// A day in Beijing, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    pub fn of(moment: Moment) -> Day {
        Day((moment.0 + BEIJING_MS).div_euclid(DAY_MS))
    }

    /// The day of the proleptic Gregorian calendar, if there is one.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Day> {
        let month = time::Month::try_from(month).ok()?;
        let date = time::Date::from_calendar_date(year, month, day).ok()?;
        Some(Day(i64::from(date.to_julian_day()) - i64::from(EPOCH_JULIAN)))
    }

    pub fn plus(self, days: i64) -> Day {
        Day(self.0 + days)
    }

    /// The same day of a later month, or that month's last.
    pub fn plus_months(self, months: u32) -> Day {
        let date = self.date();
        let counted = u32::from(u8::from(date.month())) - 1 + months;
        let (year, month) = (date.year() + (counted / 12) as i32, (counted % 12 + 1) as u8);
        (1..=date.day()).rev().find_map(|day| Day::new(year, month, day)).unwrap_or(self)
    }

    /// Calendar days from `earlier` to this one.
    pub fn since(self, earlier: Day) -> i64 {
        self.0 - earlier.0
    }

    /// The first moment that is no longer this day.
    pub fn end(self) -> Moment {
        Moment((self.0 + 1) * DAY_MS - BEIJING_MS)
    }

    pub fn start(self) -> Moment {
        Moment(self.0 * DAY_MS - BEIJING_MS)
    }

    pub fn year(self) -> i32 {
        self.date().year()
    }

    fn date(self) -> time::Date {
        let julian = i32::try_from(self.0 + i64::from(EPOCH_JULIAN)).unwrap_or(EPOCH_JULIAN);
        time::Date::from_julian_day(julian).unwrap_or(time::Date::MIN)
    }

    fn is_weekend(self) -> bool {
        matches!(self.date().weekday(), time::Weekday::Saturday | time::Weekday::Sunday)
    }
}

/// 1970-01-01 as a Julian day.
const EPOCH_JULIAN: i32 = 2_440_588;

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Day, String> {
        let wrong = || format!("{text} is no day; write 2026-10-01");
        let mut parts = text.splitn(3, '-');
        let mut next = |digits: usize| {
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let (year, month, day) = (next(4), next(2), next(2));
        let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(wrong()) };
        let number = |text: &str| text.parse::<u16>().map_err(|_| wrong());
        Day::new(i32::from(number(year)?), number(month)? as u8, number(day)? as u8).ok_or_else(wrong)
    }
}

/// One year's decree.
#[derive(Deserialize, Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct YearDecree {
    pub year: i32,
    /// The decree's number, e.g. 国办发明电〔2025〕7号.
    pub decree: String,
    /// Days off that the week alone would not give: "2026-10-01..2026-10-07".
    pub off: Vec<String>,
    /// 调休: weekend days that are worked.
    pub on: Vec<String>,
}

/// Days of one year, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Year {
    off: BTreeSet<Day>,
    on: BTreeSet<Day>,
}

impl YearDecree {
    fn read(&self) -> Result<Year, String> {
        let inside = |day: Day| match day.year() == self.year {
            true => Ok(day),
            false => Err(format!("{day} is not in {}", self.year)),
        };
        let mut off = BTreeSet::new();
        for range in &self.off {
            let (first, last) = range.split_once("..").unwrap_or((range, range));
            let (first, last) = (inside(first.parse()?)?, inside(last.parse()?)?);
            if last < first {
                return Err(format!("{range} ends before it begins"));
            }
            off.extend((0..=last.since(first)).map(|days| first.plus(days)));
        }
        let mut on = BTreeSet::new();
        for day in &self.on {
            let day = inside(day.parse()?)?;
            if !day.is_weekend() {
                return Err(format!("{day} is worked anyway: only a weekend day can be made up"));
            }
            if off.contains(&day) {
                return Err(format!("{day} is both off and worked"));
            }
            on.insert(day);
        }
        Ok(Year { off, on })
    }
}

/// Every year known. A year without its decree counts plain weeks, and says so.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
}

#[derive(Deserialize)]
struct Decrees {
    year: Vec<YearDecree>,
}

impl Calendar {
    /// The decrees this release carries.
    pub fn released() -> Calendar {
        let mut calendar = Calendar::default();
        for decree in &Calendar::released_decrees() {
            calendar.take(decree).expect("our decrees are sound");
        }
        calendar
    }

    pub fn released_decrees() -> Vec<YearDecree> {
        let decrees: Decrees = toml::from_str(include_str!("calendar/decrees.toml")).expect("our decrees are TOML");
        decrees.year
    }

    /// Takes a year's decree in; the one before it for that year is forgotten.
    pub fn take(&mut self, decree: &YearDecree) -> Result<(), String> {
        self.years.insert(decree.year, decree.read()?);
        Ok(())
    }

    pub fn knows(&self, year: i32) -> bool {
        self.years.contains_key(&year)
    }

    pub fn is_working(&self, day: Day) -> bool {
        match self.years.get(&day.year()) {
            Some(year) if year.on.contains(&day) => true,
            Some(year) if year.off.contains(&day) => false,
            _ => !day.is_weekend(),
        }
    }

    /// The `count`th working day after `from`: the day something begins is not counted
    /// (民法典 art. 201). With a count of 0, `from` itself.
    pub fn after(&self, from: Day, count: u32) -> Day {
        let (mut day, mut left) = (from, count.min(WALK_DAYS_MAX));
        while left > 0 {
            day = day.plus(1);
            left -= u32::from(self.is_working(day));
        }
        day
    }

    /// Working days after `from`, up to and with `to`; 0 when `to` is not later.
    pub fn between(&self, from: Day, to: Day) -> u32 {
        let days = to.since(from).clamp(0, i64::from(WALK_DAYS_MAX));
        (1..=days).filter(|days| self.is_working(from.plus(*days))).count() as u32
    }

    /// Working days from today to a limit's last day; negative when it is over.
    pub fn left(&self, today: Day, last: Day) -> i64 {
        match today <= last {
            true => i64::from(self.between(today, last)),
            false => -i64::from(self.between(last, today)),
        }
    }

    /// A limit counted in calendar days ends on the next working day when it would end on a day off
    /// (民法典 art. 203).
    pub fn not_on_a_day_off(&self, day: Day) -> Day {
        let mut day = day;
        while !self.is_working(day) {
            day = day.plus(1);
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn days_are_beijings() {
        assert_eq!(Day::of(Moment(0)).to_string(), "1970-01-01");
        assert_eq!(day("2026-10-01").start(), Moment(1_790_784_000_000));
        assert_eq!(Day::of(Moment(1_790_784_000_000 - 1)).to_string(), "2026-09-30");
        assert_eq!(day("2026-09-30").end(), day("2026-10-01").start());
        for wrong in ["2026-02-29", "2026-13-01", "2026-1-1", "x", "2026-10-01x", "-026-01-01", "2026-10"] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
        assert!("2024-02-29".parse::<Day>().is_ok());
    }

    /// From, working days, expected; counted by hand against the decrees.
    #[test]
    fn limits_over_the_long_holidays_and_their_make_up_days() {
        let calendar = Calendar::released();
        for (from, count, expected) in [
            // National Day 2025: 10-01..10-08 off, Saturday the 11th and Sunday 09-28 worked.
            ("2025-09-26", 1, "2025-09-28"),
            ("2025-09-26", 5, "2025-10-10"),
            ("2025-09-30", 1, "2025-10-09"),
            ("2025-09-30", 3, "2025-10-11"),
            ("2025-09-30", 4, "2025-10-13"),
            // National Day 2026: 10-01..10-07 off, Sunday 09-20 and Saturday 10-10 worked.
            ("2026-09-18", 1, "2026-09-20"),
            ("2026-09-30", 1, "2026-10-08"),
            ("2026-09-30", 3, "2026-10-10"),
            ("2026-09-30", 5, "2026-10-13"),
            // Mid-autumn 2026 is 09-25..09-27.
            ("2026-09-24", 1, "2026-09-28"),
            // Spring Festival 2026: 02-15..02-23 off, Saturdays 02-14 and 02-28 worked.
            ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-13", 2, "2026-02-24"),
            ("2026-02-14", 5, "2026-02-28"),
            ("2026-02-14", 6, "2026-03-02"),
            ("2026-02-13", 20, "2026-03-19"),
            // Spring Festival 2024: 02-10..02-17 off, Sundays 02-04 and 02-18 worked.
            ("2024-02-02", 1, "2024-02-04"),
            ("2024-02-09", 1, "2024-02-18"),
            ("2024-02-09", 6, "2024-02-23"),
            // New Year 2026: off 01-01..01-03, Sunday the 4th worked.
            ("2025-12-31", 1, "2026-01-04"),
            ("2025-12-31", 2, "2026-01-05"),
            ("2026-03-02", 0, "2026-03-02"),
        ] {
            assert_eq!(calendar.after(day(from), count), day(expected), "{count} after {from}");
            assert_eq!(calendar.between(day(from), day(expected)), count, "{from} to {expected}");
        }
        assert_eq!(calendar.not_on_a_day_off(day("2026-10-03")), day("2026-10-08"));
    }

    #[test]
    fn a_year_without_its_decree_counts_weeks_and_a_wrong_decree_is_refused() {
        let mut calendar = Calendar::default();
        assert!(!calendar.knows(2027) && calendar.is_working(day("2027-10-01")));
        let decree = |off: &[&str], on: &[&str]| YearDecree {
            year: 2027,
            decree: "测试".into(),
            off: off.iter().map(|text| text.to_string()).collect(),
            on: on.iter().map(|text| text.to_string()).collect(),
        };
        for wrong in [
            decree(&["2026-10-01..2026-10-02"], &[]),
            decree(&["2027-10-02..2027-10-01"], &[]),
            decree(&[], &["2027-10-01"]),
            decree(&["2027-10-02"], &["2027-10-02"]),
            decree(&["soon"], &[]),
        ] {
            assert!(calendar.take(&wrong).is_err(), "{wrong:?}");
        }
        assert!(!calendar.knows(2027));
        calendar.take(&decree(&["2027-10-01..2027-10-07"], &["2027-10-09"])).expect("sound");
        assert!(calendar.is_working(day("2027-10-09")) && !calendar.is_working(day("2027-10-01")));
    }

    #[test]
    fn after_and_between_agree_on_every_day_of_three_years() {
        let calendar = Calendar::released();
        for start in 0..1_000 {
            let from = day("2024-01-01").plus(start);
            for count in [1, 2, 5, 10, 20, 45] {
                let to = calendar.after(from, count);
                assert!(calendar.is_working(to));
                assert_eq!(calendar.between(from, to), count);
            }
        }
    }
}
