//! A month or a quarter, in Beijing's days.

use crate::calendar::Day;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    year: i32,
    /// The first month, from 1.
    month: u8,
    months: u8,
}

impl Period {
    /// 2026-11, or 2026-Q4.
    pub fn parse(text: &str) -> Option<Period> {
        let (year, part) = text.split_once('-')?;
        let year = year.parse().ok().filter(|year| (2000..=9998).contains(year))?;
        if let Some(quarter) = part.strip_prefix('Q') {
            let quarter: u8 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
            return Some(Period { year, month: quarter * 3 - 2, months: 3 });
        }
        let month = part.parse().ok().filter(|month| part.len() == 2 && (1..=12).contains(month))?;
        Some(Period { year, month, months: 1 })
    }

    pub fn month_of(day: Day) -> Period {
        let text = day.to_string();
        Period::parse(&text[..7]).expect("a day's month")
    }

    /// As it is written: 2026-11, 2026-Q4.
    pub fn name(self) -> String {
        match self.months {
            3 => format!("{:04}-Q{}", self.year, self.month.div_ceil(3)),
            _ => self.first_month(),
        }
    }

    /// The months that ended before `today`, so many of them, and the quarters that ended with one of these.
    pub fn ended_before(today: Day, months: u32) -> Vec<Period> {
        let mut ended = Vec::new();
        let (mut month, _) = Period::month_of(today).days();
        for _ in 0..months {
            let one = Period::month_of(month.plus(-1));
            if one.month.is_multiple_of(3) {
                ended.push(Period { year: one.year, month: one.month - 2, months: 3 });
            }
            ended.push(one);
            (month, _) = one.days();
        }
        ended
    }

    /// Its first month as text, which orders as months do.
    pub fn first_month(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    /// Its first day, and the first day after it.
    pub fn days(self) -> (Day, Day) {
        let day = |year, month| Day::new(year, month, 1).expect("a first of a month");
        let end = self.month + self.months;
        let after = if end > 12 { day(self.year + 1, end - 12) } else { day(self.year, end) };
        (day(self.year, self.month), after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_quarters_have_their_days() {
        for (text, from, to) in [
            ("2026-11", "2026-11-01", "2026-12-01"),
            ("2026-12", "2026-12-01", "2027-01-01"),
            ("2026-Q1", "2026-01-01", "2026-04-01"),
            ("2026-Q4", "2026-10-01", "2027-01-01"),
        ] {
            let (first, after) = Period::parse(text).expect("a period").days();
            assert_eq!((first.to_string().as_str(), after.to_string().as_str()), (from, to), "{text}");
        }
        let today: Day = "2027-02-28".parse().expect("a day");
        let ended: Vec<String> = Period::ended_before(today, 3).into_iter().map(Period::name).collect();
        assert_eq!(ended, ["2027-01", "2026-Q4", "2026-12", "2026-11"]);
        for wrong in ["2026", "2026-13", "2026-1", "2026-Q5", "2026-q1", "26-11", "x-11", "2026-00"] {
            assert_eq!(Period::parse(wrong), None, "{wrong}");
        }
    }
}
