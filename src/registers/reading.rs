//! 导入文件: a file becomes good rows and a report, line by line. Pure: no clock, no database.

use crate::calendar::Day;
use crate::registers::fields::{Data, Fault, Field, Register};
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use utoipa::ToSchema;

pub const ROWS_MAX: u64 = 100_000;
/// Findings kept of each sort; the rest are counted.
pub const FINDINGS_MAX: usize = 1_000;
/// Rows between two words about the progress.
const TOLD_EVERY: u64 = 500;

#[derive(Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Csv,
    Json,
}

/// One line of the report.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line of a CSV file, counted from 1 with its heading; the place in a JSON list, from 1.
    pub line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub code: String,
    pub zh: String,
    pub en: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub rows: u64,
    pub good: u64,
    pub bad: u64,
}

pub struct Good {
    pub key: String,
    pub data: Data,
}

/// What a file holds.
#[derive(Default)]
pub struct Reading {
    pub good: Vec<Good>,
    pub counts: Counts,
    pub errors: Vec<Finding>,
    pub errors_total: u64,
    pub doubts: Vec<Finding>,
    pub doubts_total: u64,
    /// The file as a whole cannot be read: no line of it is taken.
    pub unusable: bool,
}

/// Reads a whole file; `told` hears of the progress.
pub fn read(register: &Register, format: Format, file: &[u8], today: Day, told: impl Fn(Counts)) -> Reading {
    let mut desk = Desk { register, today, keys: HashSet::new(), reading: Reading::default(), told };
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    match format {
        Format::Csv => desk.csv(file),
        Format::Json => desk.json(file),
    }
    (desk.told)(desk.reading.counts);
    desk.reading
}

struct Desk<'a, T> {
    register: &'a Register,
    today: Day,
    keys: HashSet<String>,
    reading: Reading,
    told: T,
}

impl<T: Fn(Counts)> Desk<'_, T> {
    fn find(&mut self, line: u64, field: Option<&str>, fault: Fault) {
        let (code, zh, en) = fault.said();
        let reading = &mut self.reading;
        let (list, total) = match fault.is_doubt() {
            true => (&mut reading.doubts, &mut reading.doubts_total),
            false => (&mut reading.errors, &mut reading.errors_total),
        };
        *total += 1;
        if list.len() < FINDINGS_MAX {
            list.push(Finding {
                line,
                field: field.map(str::to_string),
                code: code.into(),
                zh: zh.into(),
                en: en.into(),
            });
        }
    }

    fn give_up(&mut self, line: u64, field: Option<&str>, fault: Fault) {
        self.find(line, field, fault);
        self.reading.unusable = true;
    }

    /// Counts a line in; false when there are more than an import takes.
    fn count(&mut self, line: u64) -> bool {
        if self.reading.counts.rows == ROWS_MAX {
            self.give_up(line, None, Fault::TooMany);
            return false;
        }
        self.reading.counts.rows += 1;
        if self.reading.counts.rows.is_multiple_of(TOLD_EVERY) {
            (self.told)(self.reading.counts);
        }
        true
    }

    fn bad(&mut self, line: u64, field: Option<&str>, fault: Fault) {
        self.find(line, field, fault);
        self.reading.counts.bad += 1;
    }

    /// A line whose texts are found; `spoilt` when something was said about it already.
    fn take(&mut self, line: u64, texts: &BTreeMap<&str, String>, spoilt: bool) {
        let (data, mut faults) = self.register.read(texts, self.today);
        let key = data.as_ref().and_then(|data| data.get(self.register.key().name)).cloned();
        if let Some(key) = &key
            && !self.keys.insert(key.clone())
        {
            faults.push((self.register.key().name, Fault::Twice));
        }
        let sound = !spoilt && faults.iter().all(|(_, fault)| fault.is_doubt());
        for (field, fault) in faults {
            self.find(line, Some(field), fault);
        }
        match (key, data) {
            (Some(key), Some(data)) if sound => {
                self.reading.counts.good += 1;
                self.reading.good.push(Good { key, data });
            }
            _ => self.reading.counts.bad += 1,
        }
    }

    fn csv(&mut self, file: &[u8]) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
        let mut record = csv::ByteRecord::new();
        let (mut line, mut counted) = (1, 0);
        let mut columns: Option<Vec<&'static Field>> = None;
        // Reading from memory fails at nothing: a stray quote is only text.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            let start = record.position().map_or(0, |position| position.byte() as usize).min(file.len());
            let start = start + file[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            line += file[counted..start].iter().filter(|byte| **byte == b'\n').count() as u64;
            counted = start;
            let texts: Option<Vec<&str>> = record.iter().map(|text| std::str::from_utf8(text).ok()).collect();
            let Some(known) = &columns else {
                let Some(texts) = texts else { return self.give_up(line, None, Fault::Unreadable) };
                match self.heading(line, &texts) {
                    Some(known) => columns = Some(known),
                    None => return,
                }
                continue;
            };
            if !self.count(line) {
                return;
            }
            match texts {
                None => self.bad(line, None, Fault::Unreadable),
                Some(texts) if texts.len() != known.len() => self.bad(line, None, Fault::Columns),
                Some(texts) => {
                    let texts = known.iter().map(|field| field.name).zip(texts.iter().map(|text| text.to_string()));
                    self.take(line, &texts.collect(), false);
                }
            }
        }
        if columns.is_none() {
            self.give_up(1, None, Fault::Unreadable);
        }
    }

    /// The columns' fields; everything wrong with the heading is told at once.
    fn heading(&mut self, line: u64, texts: &[&str]) -> Option<Vec<&'static Field>> {
        let mut columns: Vec<&'static Field> = Vec::new();
        for text in texts.iter().map(|text| text.trim()) {
            match self.register.headed(text) {
                None => self.give_up(line, Some(text), Fault::NoSuchField),
                Some(field) if columns.iter().any(|other| other.name == field.name) => {
                    self.give_up(line, Some(field.name), Fault::ColumnTwice);
                }
                Some(field) => columns.push(field),
            }
        }
        for field in self.register.fields.iter().filter(|field| field.required) {
            if !columns.iter().any(|known| known.name == field.name) {
                self.give_up(line, Some(field.name), Fault::NoSuchColumn);
            }
        }
        (!self.reading.unusable).then_some(columns)
    }

    fn json(&mut self, file: &[u8]) {
        let mut reader = serde_json::Deserializer::from_slice(file);
        let read = reader.deserialize_seq(Rows(self)).and_then(|()| reader.end());
        if let Err(error) = read
            && !self.reading.unusable
        {
            self.give_up(error.line() as u64, None, Fault::Unreadable);
        }
    }

    fn json_row(&mut self, line: u64, row: &RawValue) {
        let Ok(row) = serde_json::from_str::<serde_json::Map<String, Value>>(row.get()) else {
            return self.bad(line, None, Fault::Unreadable);
        };
        let (mut texts, mut spoilt) = (BTreeMap::new(), false);
        for (name, value) in row {
            let field = self.register.headed(&name);
            let text = match value {
                Value::String(text) => Some(text),
                Value::Number(number) if !number.is_f64() => Some(number.to_string()),
                Value::Null => Some(String::new()),
                _ => None,
            };
            match (field, text) {
                (Some(field), Some(text)) => drop(texts.insert(field.name, text)),
                (Some(field), None) => {
                    self.find(line, Some(field.name), Fault::NotText);
                    // Said once: a value is there, so it is not missing as well.
                    return self.reading.counts.bad += 1;
                }
                (None, _) => {
                    self.find(line, Some(&name), Fault::NoSuchField);
                    spoilt = true;
                }
            }
        }
        self.take(line, &texts, spoilt);
    }
}

/// The rows of a JSON list one by one, so that a wrong row is one wrong row.
struct Rows<'d, 'r, T>(&'d mut Desk<'r, T>);

impl<'de, T: Fn(Counts)> Visitor<'de> for Rows<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        let mut line = 0;
        while let Some(row) = rows.next_element::<&RawValue>()? {
            line += 1;
            if !self.0.count(line) {
                return Err(serde::de::Error::custom("too many rows"));
            }
            self.0.json_row(line, row);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::tables::register;

    const HEADING: &str = "编号,title,level,issued_by,in_force_from,repealed_on";

    fn reading(format: Format, file: &[u8]) -> Reading {
        let today = "2026-11-24".parse().expect("a day");
        read(register("regulations").expect("a register"), format, file, today, |_| {})
    }

    fn found(reading: &Reading) -> Vec<(u64, &str, &str)> {
        reading
            .errors
            .iter()
            .map(|found| (found.line, found.field.as_deref().unwrap_or(""), found.code.as_str()))
            .collect()
    }

    #[test]
    fn lines_are_those_an_editor_shows_whatever_ends_them() {
        for end in ["\n", "\r\n"] {
            let lines = [
                HEADING,
                "A-1,\"two",
                "lines\",law,council,2020-01-01,",
                "",
                "A-2,t,law,council,2020-02-30,",
                "A-3,t,law,council",
                "A-1,again,law,council,2020-01-01,",
                "A-4,t,法律,council,2020-01-01,2019-12-31",
                "A-5,t,法律,council,2020-01-01,",
            ];
            let reading = reading(Format::Csv, lines.join(end).as_bytes());
            assert_eq!(
                found(&reading),
                [
                    (5, "in_force_from", "NOT_A_DATE"),
                    (6, "", "COLUMNS"),
                    (7, "number", "KEY_TWICE"),
                    (8, "repealed_on", "DATES_REVERSED"),
                ],
                "{end:?}"
            );
            assert_eq!(reading.counts, Counts { rows: 6, good: 2, bad: 4 });
            assert_eq!(reading.good[0].data["title"].lines().count(), 2);
            assert_eq!(reading.good[1].data["level"], "law");
            assert!(!reading.good[1].data.contains_key("repealed_on"), "an empty value is absent");
        }
    }

    #[test]
    fn a_heading_is_judged_as_a_whole_and_spoils_the_file() {
        let heading = "编号,number,title,height,level,issued_by\nA,B,C,D,E,F";
        let reading = reading(Format::Csv, heading.as_bytes());
        assert_eq!(
            found(&reading),
            [(1, "number", "COLUMN_TWICE"), (1, "height", "NO_SUCH_FIELD"), (1, "in_force_from", "COLUMN_MISSING")]
        );
        assert!(reading.unusable && reading.counts.rows == 0);
    }

    #[test]
    fn bytes_that_are_no_text_spoil_their_line() {
        let mut file = format!("\u{FEFF}{HEADING}\nA-1,").into_bytes();
        file.extend(b"\xB7\xA8,law,council,2020-01-01,\nA-2,t,law,council,2020-01-01,\n");
        let reading = reading(Format::Csv, &file);
        assert_eq!((found(&reading), reading.counts.good), (vec![(2, "", "UNREADABLE")], 1));
    }

    #[test]
    fn a_json_list_is_read_row_by_row() {
        let good = r#"{"number":"B-1","title":"t","level":"law","issued_by":"c","in_force_from":"2020-01-01"}"#;
        let file = format!(
            r#"[{good}, 7, {{"number":2,"title":"t","level":"law","issued_by":"c","in_force_from":"2020-01-01"}},
            {{"number":"B-3","title":1.5}}, {{"number":"B-4","weight":"x"}}]"#
        );
        let read = reading(Format::Json, file.as_bytes());
        assert_eq!(
            found(&read),
            [
                (2, "", "UNREADABLE"),
                (4, "title", "NOT_TEXT"),
                (5, "weight", "NO_SUCH_FIELD"),
                (5, "title", "REQUIRED"),
                (5, "level", "REQUIRED"),
                (5, "issued_by", "REQUIRED"),
                (5, "in_force_from", "REQUIRED"),
            ]
        );
        assert_eq!(read.counts, Counts { rows: 5, good: 2, bad: 3 });
        assert_eq!(read.good[1].key, "2", "a whole number is its text");
        for broken in ["[", "{}", "[{}", "[]]", "", "\u{7}", &format!("[{good}\n,]")] {
            let read = reading(Format::Json, broken.as_bytes());
            assert!(read.unusable, "{broken}");
            assert_eq!(read.errors.last().map(|found| found.code.as_str()), Some("UNREADABLE"), "{broken}");
        }
        assert_eq!(reading(Format::Json, format!("[{good}\n,]").as_bytes()).errors[0].line, 2);
    }

    #[test]
    fn more_rows_than_an_import_takes_spoil_the_file_and_findings_are_counted_beyond_their_bound() {
        let mut file = String::from(HEADING);
        file.push('\n');
        for _ in 0..=ROWS_MAX {
            file.push_str("A\n");
        }
        let reading = reading(Format::Csv, file.as_bytes());
        assert!(reading.unusable && reading.counts.rows == ROWS_MAX);
        assert_eq!((reading.errors.len(), reading.errors_total), (FINDINGS_MAX, ROWS_MAX + 1));
    }
}
