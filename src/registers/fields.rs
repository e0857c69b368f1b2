//! What a register is made of: fields of a kind, and how a text becomes a value of that kind.

use crate::calendar::Day;
use crate::codes::{self, Wrong};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

const TEXT_CHARS_MAX: usize = 2_000;
/// Far more than the boundary of any parcel has.
const POLYGON_POINTS_MAX: usize = 5_000;

/// One row of a register: values by field. Empty ones are absent, all are text in one written form.
pub type Data = BTreeMap<String, String>;

#[derive(Debug)]
pub struct Register {
    pub name: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// Every officer may read it: it is published by law.
    pub open: bool,
    pub fields: &'static [Field],
    /// Two dates of which the first is not after the second.
    pub ordered: Option<(&'static str, &'static str)>,
}

#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// Names the row; a register has one.
    pub key: bool,
    /// 个人信息: read for a purpose only, and every reading is noted.
    pub personal: bool,
}

#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    /// A decimal number, not negative.
    Number,
    Date,
    CreditCode,
    IdNumber,
    Region,
    Parcel,
    Unit,
    /// WKT: POLYGON((x y, …)), x to the east; the axes are those of the row's EPSG code.
    Polygon,
    Choice(&'static [Choice]),
}

#[derive(Debug)]
pub struct Choice {
    pub value: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// A kind by its name, as pages see it.
#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum KindName {
    Text,
    Number,
    Date,
    CreditCode,
    IdNumber,
    Region,
    Parcel,
    Unit,
    Polygon,
    Choice,
}

impl Register {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn key(&self) -> &'static Field {
        self.fields.iter().find(|field| field.key).expect("tables.rs: every register has a key")
    }

    /// A field by its name or by its Chinese heading.
    pub fn headed(&self, heading: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == heading || field.zh == heading)
    }

    /// A row of good values, or everything that is wrong with it. Doubts are told beside a good row.
    pub fn read(&self, texts: &BTreeMap<&str, String>, today: Day) -> (Option<Data>, Vec<(&'static str, Fault)>) {
        let (mut data, mut faults) = (Data::new(), Vec::new());
        for field in self.fields {
            // Lines end as they may; they are kept ended in one way.
            let text = texts.get(field.name).map_or(String::new(), |text| text.trim().replace("\r\n", "\n"));
            if text.is_empty() {
                if field.required {
                    faults.push((field.name, Fault::Required));
                }
                continue;
            }
            let (value, fault) = field.kind.read(&text, today);
            faults.extend(fault.map(|fault| (field.name, fault)));
            data.extend(value.map(|value| (field.name.to_string(), value)));
        }
        if let Some((first, last)) = self.ordered
            && let (Some(from), Some(until)) = (data.get(first), data.get(last))
            && from > until
        {
            faults.push((last, Fault::Order));
        }
        let good = faults.iter().all(|(_, fault)| fault.is_doubt());
        (good.then_some(data), faults)
    }
}

impl Kind {
    pub fn name(self) -> KindName {
        match self {
            Kind::Text => KindName::Text,
            Kind::Number => KindName::Number,
            Kind::Date => KindName::Date,
            Kind::CreditCode => KindName::CreditCode,
            Kind::IdNumber => KindName::IdNumber,
            Kind::Region => KindName::Region,
            Kind::Parcel => KindName::Parcel,
            Kind::Unit => KindName::Unit,
            Kind::Polygon => KindName::Polygon,
            Kind::Choice(_) => KindName::Choice,
        }
    }

    pub fn choices(self) -> &'static [Choice] {
        match self {
            Kind::Choice(choices) => choices,
            _ => &[],
        }
    }

    /// The value in its one written form, and what is wrong or doubtful about it.
    fn read(self, text: &str, today: Day) -> (Option<String>, Option<Fault>) {
        let capitals = || text.to_ascii_uppercase();
        let judged = |code: String, judged: Result<(), Wrong>| match judged {
            Ok(()) => (Some(code), None),
            Err(wrong) => (None, Some(Fault::Code(wrong))),
        };
        match self {
            Kind::Text if text.chars().count() > TEXT_CHARS_MAX => (None, Some(Fault::TooLong)),
            Kind::Text if text.chars().any(|letter| letter.is_control() && letter != '\n') => {
                (None, Some(Fault::Control))
            }
            Kind::Text => (Some(text.into()), None),
            Kind::Number => match Decimal::from_str_exact(text) {
                Ok(number) if !number.is_sign_negative() => (Some(number.normalize().to_string()), None),
                _ => (None, Some(Fault::Number)),
            },
            Kind::Date => match text.replace('/', "-").parse::<Day>() {
                Ok(day) => (Some(day.to_string()), None),
                Err(_) => (None, Some(Fault::Date)),
            },
            Kind::CreditCode => judged(capitals(), codes::credit_code(&capitals())),
            Kind::IdNumber => {
                let code = capitals();
                let known = codes::is_known_province(&code);
                match codes::identity_number(&code, today) {
                    Ok(_) => (Some(code), (!known).then_some(Fault::StrangeRegion)),
                    Err(wrong) => (None, Some(Fault::Code(wrong))),
                }
            }
            Kind::Region => match codes::region(text) {
                Ok(()) => (Some(text.into()), (!codes::is_known_province(text)).then_some(Fault::StrangeRegion)),
                Err(wrong) => (None, Some(Fault::Code(wrong))),
            },
            Kind::Parcel => judged(capitals(), codes::parcel_code(&capitals())),
            Kind::Unit => judged(capitals(), codes::unit_code(&capitals())),
            Kind::Polygon => match polygon(text) {
                Some(polygon) => (Some(polygon), None),
                None => (None, Some(Fault::Polygon)),
            },
            Kind::Choice(choices) => match choices.iter().find(|choice| choice.value == text || choice.zh == text) {
                Some(choice) => (Some(choice.value.into()), None),
                None => (None, Some(Fault::Choice)),
            },
        }
    }
}

/// A WKT polygon in one written form: rings of at least three corners, each closed.
fn polygon(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let rings = upper.strip_prefix("POLYGON")?.trim().strip_prefix('(')?.strip_suffix(')')?.trim();
    let rings = rings.strip_prefix('(')?.strip_suffix(')')?;
    let (mut written, mut points_in_all) = (Vec::new(), 0);
    for ring in rings.split(')') {
        let ring = ring.trim().trim_start_matches(',').trim().trim_start_matches('(');
        let mut points: Vec<String> = Vec::new();
        for point in ring.split(',') {
            let numbers: Vec<Decimal> =
                point.split_whitespace().map(|number| Decimal::from_str_exact(number).ok()).collect::<Option<_>>()?;
            let [x, y] = numbers.as_slice() else { return None };
            points.push(format!("{} {}", x.normalize(), y.normalize()));
        }
        points_in_all += points.len();
        if points.len() < 4 || points.first() != points.last() || points_in_all > POLYGON_POINTS_MAX {
            return None;
        }
        written.push(format!("({})", points.join(", ")));
    }
    Some(format!("POLYGON({})", written.join(", ")))
}

/// What is wrong with a value or a line. Codes are stable; sentences say what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Required,
    TooLong,
    Control,
    Number,
    Date,
    Order,
    Polygon,
    Choice,
    Code(Wrong),
    /// A doubt alone: regions are renamed and merged.
    StrangeRegion,
    /// This key stands on an earlier line of the same file.
    Twice,
    Columns,
    Unreadable,
    NoSuchField,
    NoSuchColumn,
    ColumnTwice,
    NotText,
    TooMany,
}

impl Fault {
    /// Told, and the line is taken all the same.
    pub fn is_doubt(self) -> bool {
        self == Fault::StrangeRegion
    }

    pub fn code(self) -> &'static str {
        self.said().0
    }

    /// Code, Chinese, English.
    pub fn said(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Fault::Required => ("REQUIRED", "必填项为空", "a required field is empty"),
            Fault::TooLong => ("TOO_LONG", "超过2000个字符", "above 2,000 characters"),
            Fault::Control => ("CONTROL_CHARACTER", "含有不可见的控制字符", "holds control characters"),
            Fault::Number => {
                ("NOT_A_NUMBER", "须为非负十进制数，如 1050.5", "write a decimal number such as 1050.5, not negative")
            }
            Fault::Date => ("NOT_A_DATE", "日期不存在或格式不符，如 2026-10-01", "no such day; write 2026-10-01"),
            Fault::Order => ("DATES_REVERSED", "截止日期早于起始日期", "it ends before it begins"),
            Fault::Polygon => (
                "NOT_A_POLYGON",
                "须为闭合的WKT多边形，如 POLYGON((0 0, 1 0, 1 1, 0 0))",
                "write a closed WKT polygon such as POLYGON((0 0, 1 0, 1 1, 0 0))",
            ),
            Fault::Choice => ("NOT_A_CHOICE", "不在可选值之内", "not one of the choices"),
            Fault::Code(Wrong::Length) => ("CODE_LENGTH", "编码长度不符", "the code is not of the right length"),
            Fault::Code(Wrong::Letter) => {
                ("CODE_CHARACTER", "编码含有不允许的字符", "the code holds a character that cannot stand there")
            }
            Fault::Code(Wrong::Birth) => (
                "CODE_BIRTH_DATE",
                "证件号码中的出生日期不存在或尚未到来",
                "the birth date in the number is no day that was",
            ),
            Fault::Code(Wrong::Check) => {
                ("CODE_CHECK", "校验位不符，请核对编码", "the check character does not match; compare the code")
            }
            Fault::Code(Wrong::OrganisationCheck) => (
                "CODE_ORGANISATION_CHECK",
                "其中组织机构代码的校验位不符，请核对编码",
                "the organisation code inside does not match its check; compare the code",
            ),
            Fault::StrangeRegion => (
                "STRANGE_REGION",
                "行政区划不在现行代码之内，不影响收录，请核对",
                "no region of today; the line may be taken, but compare it",
            ),
            Fault::Twice => ("KEY_TWICE", "主键与本文件前面的行重复", "the key stands on an earlier line of this file"),
            Fault::Columns => ("COLUMNS", "列数与表头不符", "not as many columns as the heading"),
            Fault::Unreadable => (
                "UNREADABLE",
                "无法读取：须为UTF-8编码的有效CSV或JSON",
                "cannot be read: send sound CSV or JSON in UTF-8",
            ),
            Fault::NoSuchField => ("NO_SUCH_FIELD", "本库没有这个字段", "the register has no such field"),
            Fault::NoSuchColumn => {
                ("COLUMN_MISSING", "缺少必填字段所在的列", "the column of a required field is missing")
            }
            Fault::ColumnTwice => ("COLUMN_TWICE", "同一字段出现两列", "one field has two columns"),
            Fault::TooMany => ("TOO_MANY_ROWS", "超过100000行，请分次导入", "above 100,000 rows; import it in parts"),
            Fault::NotText => (
                "NOT_TEXT",
                "须为字符串或整数；小数请写成字符串",
                "write a string or a whole number; decimals are strings",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::tables::REGISTERS;

    /// Kind, text, what is kept, what is said; a line per rule.
    #[test]
    fn texts_become_values_of_their_kind() {
        const COLOURS: &[Choice] = &[Choice { value: "red", zh: "红", en: "red" }];
        let long = "字".repeat(TEXT_CHARS_MAX + 1);
        for (kind, text, kept, fault) in [
            (Kind::Text, "深圳", Some("深圳"), None),
            (Kind::Text, "a\u{7}", None, Some(Fault::Control)),
            (Kind::Text, long.as_str(), None, Some(Fault::TooLong)),
            (Kind::Number, "1050.50", Some("1050.5"), None),
            (Kind::Number, "0", Some("0"), None),
            (Kind::Number, "-1", None, Some(Fault::Number)),
            (Kind::Number, "1e3", None, Some(Fault::Number)),
            (Kind::Number, "一千", None, Some(Fault::Number)),
            (Kind::Date, "2024-02-29", Some("2024-02-29"), None),
            (Kind::Date, "2026/10/01", Some("2026-10-01"), None),
            (Kind::Date, "2026-02-29", None, Some(Fault::Date)),
            (Kind::CreditCode, "9144030071526726xg", Some("9144030071526726XG"), None),
            (Kind::CreditCode, "12440300455766000F", None, Some(Fault::Code(Wrong::Check))),
            (Kind::IdNumber, "11010519491231002x", Some("11010519491231002X"), None),
            (Kind::IdNumber, "440305199003070015", None, Some(Fault::Code(Wrong::Check))),
            // Taken, with a doubt: no province begins with 99.
            (Kind::IdNumber, "990305199003070011", Some("990305199003070011"), Some(Fault::StrangeRegion)),
            (Kind::Region, "440305", Some("440305"), None),
            (Kind::Region, "990000", Some("990000"), Some(Fault::StrangeRegion)),
            (Kind::Region, "4403", None, Some(Fault::Code(Wrong::Length))),
            (Kind::Parcel, "440305001002gb00012", Some("440305001002GB00012"), None),
            (Kind::Unit, "440305001002GB00012W00000001", None, Some(Fault::Code(Wrong::Letter))),
            (Kind::Choice(COLOURS), "红", Some("red"), None),
            (Kind::Choice(COLOURS), "blue", None, Some(Fault::Choice)),
            (Kind::Polygon, "polygon ((0 0,1.50 0, 1 1,0 0))", Some("POLYGON((0 0, 1.5 0, 1 1, 0 0))"), None),
            (
                Kind::Polygon,
                "POLYGON((0 0, 9 0, 9 9, 0 0), (1 1, 2 1, 2 2, 1 1))",
                Some("POLYGON((0 0, 9 0, 9 9, 0 0), (1 1, 2 1, 2 2, 1 1))"),
                None,
            ),
            (Kind::Polygon, "POLYGON((0 0, 1 0, 1 1))", None, Some(Fault::Polygon)),
            (Kind::Polygon, "POLYGON((0 0, 1 0, 1 1, 0 1))", None, Some(Fault::Polygon)),
            (Kind::Polygon, "POLYGON((0 0, 1 x, 1 1, 0 0))", None, Some(Fault::Polygon)),
            (Kind::Polygon, "POINT(0 0)", None, Some(Fault::Polygon)),
        ] {
            let today = "2026-11-24".parse().expect("a day");
            assert_eq!(kind.read(text, today), (kept.map(str::to_string), fault), "{kind:?} {text}");
        }
    }

    #[test]
    fn the_tables_are_sound() {
        for register in REGISTERS {
            let keys: Vec<_> = register.fields.iter().filter(|field| field.key).collect();
            assert!(matches!(keys.as_slice(), [key] if key.required), "{} has one key, required", register.name);
            for (n, field) in register.fields.iter().enumerate() {
                let twice = register.fields[..n].iter().any(|other| other.name == field.name || other.zh == field.zh);
                assert!(!twice && !field.en.is_empty(), "{}.{}", register.name, field.name);
                let is_people = matches!(field.kind, Kind::IdNumber);
                assert!(!is_people || field.personal, "{}.{} is personal", register.name, field.name);
            }
            for name in register.ordered.map_or(vec![], |(first, last)| vec![first, last]) {
                assert!(matches!(register.field(name).map(|field| field.kind), Some(Kind::Date)), "{name} is a date");
            }
        }
        assert_eq!(REGISTERS.len(), 9);
    }
}
