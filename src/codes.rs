//! 编码: credit codes, identity numbers, transaction codes and parcel codes, checked as their standards
//! say. Pure: a code is right by itself; whether it names anybody is the registers' business.

use crate::calendar::Day;

/// GB 32100-2015: digits and capitals without I, O, S, V and Z.
const CREDIT: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^i mod 31.
const CREDIT_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// GB 11714-1997.
const ORGANISATION_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
/// GB 11643-1999: 2^(17-i) mod 11.
const IDENTITY_WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const IDENTITY_CHECKS: &[u8; 11] = b"10X98765432";
/// GB/T 17710 (ISO 7064 MOD 37-2); the last is a check character alone.
const MOD_37_2: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
/// GB/T 2260: the first two digits of a province, a region or a municipality.
const PROVINCES: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
];

/// Why a code is none. The first failing check is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    Length,
    /// A character that cannot stand where it stands.
    Letter,
    /// The birth date in an identity number is no day, or still to come.
    Birth,
    /// The last character.
    Check,
    /// The organisation code's own check inside a credit code.
    OrganisationCheck,
}

fn place(alphabet: &[u8], letter: u8) -> Option<usize> {
    alphabet.iter().position(|known| *known == letter)
}

fn digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// 统一社会信用代码, GB 32100-2015: 18 characters, two of them checks.
pub fn credit_code(text: &str) -> Result<(), Wrong> {
    let code = text.as_bytes();
    if code.len() != 18 {
        return Err(Wrong::Length);
    }
    let values: Vec<usize> =
        code.iter().map(|letter| place(CREDIT, *letter)).collect::<Option<_>>().ok_or(Wrong::Letter)?;
    if !digits(&code[2..8]) {
        return Err(Wrong::Letter);
    }
    let sum: usize = values.iter().zip(CREDIT_WEIGHTS).map(|(value, weight)| value * weight).sum();
    if values[17] != (31 - sum % 31) % 31 {
        return Err(Wrong::Check);
    }
    // 组织机构代码 inside: letters count as in base 36.
    let base_36 = |letter: u8| place(MOD_37_2, letter).unwrap_or(0);
    let sum: usize =
        code[8..16].iter().zip(ORGANISATION_WEIGHTS).map(|(letter, weight)| base_36(*letter) * weight).sum();
    let check = match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        check => b'0' + check as u8,
    };
    if code[16] != check { Err(Wrong::OrganisationCheck) } else { Ok(()) }
}

/// 公民身份号码, GB 11643-1999; the birth date it names. The region in it is not judged: regions are
/// renamed and merged, and their numbers live on in people's.
pub fn identity_number(text: &str, today: Day) -> Result<Day, Wrong> {
    let code = text.as_bytes();
    if code.len() != 18 {
        return Err(Wrong::Length);
    }
    if !digits(&code[..17]) || place(IDENTITY_CHECKS, code[17]).is_none() {
        return Err(Wrong::Letter);
    }
    let number = |part: &str| part.parse::<u16>().unwrap_or(0);
    let born = Day::new(i32::from(number(&text[6..10])), number(&text[10..12]) as u8, number(&text[12..14]) as u8);
    let born = born.filter(|born| *born <= today).ok_or(Wrong::Birth)?;
    let sum: usize =
        code[..17].iter().zip(IDENTITY_WEIGHTS).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    if code[17] != IDENTITY_CHECKS[sum % 11] { Err(Wrong::Check) } else { Ok(born) }
}

/// The day somebody born on `born` reaches `years`; who is born on 29 February does so on 1 March.
pub fn birthday(born: Day, years: i32) -> Day {
    let text = born.to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u8>().ok()).unwrap_or(1);
    let (year, month, day) = (born.year() + years, part(5..7), part(8..10));
    Day::new(year, month, day).or_else(|| Day::new(year, month + 1, 1)).unwrap_or(born)
}

/// Whether the code begins with a province of today. A warning at most.
pub fn is_known_province(region: &str) -> bool {
    region.get(..2).is_some_and(|province| PROVINCES.contains(&province))
}

/// 行政区划代码, GB/T 2260: six digits.
pub fn region(text: &str) -> Result<(), Wrong> {
    match text.len() {
        6 if digits(text.as_bytes()) => Ok(()),
        6 => Err(Wrong::Letter),
        _ => Err(Wrong::Length),
    }
}

fn mod_37_2(text: &str) -> Option<char> {
    let mut sum = 0;
    for letter in text.bytes() {
        sum = (sum + place(&MOD_37_2[..36], letter)?) * 2 % 37;
    }
    Some(char::from(MOD_37_2[(38 - sum) % 37]))
}

/// 统一交易标识码, read: class of trade, platform, day, serial, check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionCode {
    /// Three characters, e.g. B01.
    pub class: String,
    /// The platform's credit code.
    pub platform: String,
    pub day: Day,
    /// Six digits.
    pub serial: String,
    /// Other platforms are known to compute the check wrongly: theirs are taken, and said to be doubtful.
    pub check_is_right: bool,
}

/// Reads a code written by anybody, with or without its hyphens.
pub fn read_transaction_code(text: &str) -> Result<TransactionCode, Wrong> {
    let code: String = text.chars().filter(|letter| *letter != '-').collect();
    if code.len() != 36 || !code.is_ascii() {
        return Err(Wrong::Length);
    }
    let (body, check) = code.split_at(35);
    let expected = mod_37_2(body).ok_or(Wrong::Letter)?;
    let check = check.chars().next().filter(|check| place(MOD_37_2, *check as u8).is_some()).ok_or(Wrong::Letter)?;
    if !digits(&body.as_bytes()[21..]) {
        return Err(Wrong::Letter);
    }
    let day = format!("{}-{}-{}", &body[21..25], &body[25..27], &body[27..29]).parse().map_err(|_| Wrong::Letter)?;
    Ok(TransactionCode {
        class: body[..3].into(),
        platform: body[3..21].into(),
        day,
        serial: body[29..].into(),
        check_is_right: check == expected,
    })
}

/// Issues a code in its display form; only a right one is ever issued.
pub fn transaction_code(class: &str, platform: &str, day: Day, serial: u32) -> Result<String, Wrong> {
    credit_code(platform)?;
    if class.len() != 3 || serial > 999_999 {
        return Err(Wrong::Length);
    }
    let (day, serial) = (day.to_string().replace('-', ""), format!("{serial:06}"));
    let check = mod_37_2(&format!("{class}{platform}{day}{serial}")).ok_or(Wrong::Letter)?;
    Ok(format!("{class}-{platform}-{day}-{serial}-{check}"))
}

/// 宗地代码, GB/T 37346-2019: 19 characters and no check.
pub fn parcel_code(text: &str) -> Result<(), Wrong> {
    let code = text.as_bytes();
    if code.len() != 19 {
        return Err(Wrong::Length);
    }
    let sound =
        digits(&code[..12]) && b"GJZ".contains(&code[12]) && code[13].is_ascii_uppercase() && digits(&code[14..]);
    if sound { Ok(()) } else { Err(Wrong::Letter) }
}

/// 不动产单元代码: a parcel and what stands on it; W00000000 where nothing does.
pub fn unit_code(text: &str) -> Result<(), Wrong> {
    if text.len() != 28 || !text.is_ascii() {
        return Err(Wrong::Length);
    }
    let (parcel, unit) = text.split_at(19);
    parcel_code(parcel)?;
    let sound = b"FLQW".contains(&unit.as_bytes()[0]) && digits(&unit.as_bytes()[1..]);
    let nothing = !unit.starts_with('W') || unit == "W00000000";
    if sound && nothing { Ok(()) } else { Err(Wrong::Letter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDITS: [&str; 9] = [
        "91440300708461136T",
        "9144030071526726XG",
        "914403001922038216",
        "91330100799655058B",
        "91110000802100433B",
        "12440300123456788T",
        "12440300000000019G",
        "91440300MA5ABCD19W",
        "11440300123456788X",
    ];

    fn today() -> Day {
        "2026-11-24".parse().expect("a day")
    }

    #[test]
    fn credit_codes_of_the_standard_are_right() {
        for code in CREDITS {
            assert_eq!(credit_code(code), Ok(()), "{code}");
        }
        for (code, wrong) in [
            ("12440300455766000F", Wrong::Check),
            // The last character fits, the organisation code's own check does not.
            ("91440300708461137X", Wrong::OrganisationCheck),
            ("91440300708461136", Wrong::Length),
            ("91440300708461136TT", Wrong::Length),
            ("9144O300708461136T", Wrong::Letter),
            ("91440300708461136t", Wrong::Letter),
            ("9144A300708461136T", Wrong::Letter),
            ("", Wrong::Length),
            ("一二三四五六", Wrong::Letter),
        ] {
            assert_eq!(credit_code(code), Err(wrong), "{code}");
        }
    }

    #[test]
    fn every_single_substitution_and_every_adjacent_swap_is_found() {
        for code in [CREDITS[0], CREDITS[7]] {
            for at in 0..18 {
                for letter in CREDIT.iter().filter(|letter| **letter != code.as_bytes()[at]) {
                    let mut other = code.as_bytes().to_vec();
                    other[at] = *letter;
                    let other = String::from_utf8(other).expect("ascii");
                    assert!(credit_code(&other).is_err(), "{other}");
                }
            }
            for at in 0..17 {
                let mut other = code.as_bytes().to_vec();
                other.swap(at, at + 1);
                let other = String::from_utf8(other).expect("ascii");
                assert_eq!(credit_code(&other).is_err(), other != code, "{other}");
            }
        }
    }

    #[test]
    fn identity_numbers_have_a_check_and_a_birth_date_that_was() {
        for (code, born) in [
            ("11010519491231002X", "1949-12-31"),
            // Another checker refuses this one for its region: its check digit is right.
            ("440524188001010014", "1880-01-01"),
            ("440305199003070014", "1990-03-07"),
            ("44030020080101888X", "2008-01-01"),
            ("110101199003071233", "1990-03-07"),
        ] {
            assert_eq!(identity_number(code, today()), Ok(born.parse().expect("a day")), "{code}");
        }
        for (code, wrong) in [
            ("440305199003070015", Wrong::Check),
            ("440305199002300014", Wrong::Birth),
            ("440305209003070014", Wrong::Birth),
            ("440305900307001", Wrong::Length),
            ("11010519491231002x", Wrong::Letter),
            ("1101051949123100X2", Wrong::Letter),
            ("四四〇三〇五", Wrong::Letter),
        ] {
            assert_eq!(identity_number(code, today()), Err(wrong), "{code}");
        }
        let born: Day = "1990-03-07".parse().expect("a day");
        assert_eq!(identity_number("440305199003070014", born.plus(-1)), Err(Wrong::Birth), "not born yet");
        assert_eq!(identity_number("440305199003070014", born), Ok(born));
    }

    #[test]
    fn birthdays_are_reached_on_the_day_and_a_leap_days_on_the_first_of_march() {
        for (born, years, reached) in
            [("1961-11-24", 65, "2026-11-24"), ("1960-02-29", 65, "2025-03-01"), ("1960-02-29", 64, "2024-02-29")]
        {
            assert_eq!(birthday(born.parse().expect("a day"), years).to_string(), reached);
        }
    }

    #[test]
    fn transaction_codes_are_issued_right_and_taken_with_a_doubt() {
        assert_eq!(mod_37_2("G123489654321"), Some('Y'));
        let day: Day = "2025-01-02".parse().expect("a day");
        for (class, check) in
            [("A01", '3'), ("A02", 'Q'), ("B01", 'L'), ("B02", '7'), ("C01", '2'), ("D01", 'K'), ("D02", '6')]
        {
            let code = transaction_code(class, "12440300123456788T", day, 1).expect("issued");
            assert_eq!(code, format!("{class}-12440300123456788T-20250102-000001-{check}"));
            let read = read_transaction_code(&code).expect("read");
            assert!(read.check_is_right && read.day == day && read.class == class && read.serial == "000001");
            assert_eq!(read_transaction_code(&code.replace('-', "")), Ok(read.clone()));
            let foreign = format!("{}*", &code[..code.len() - 1]);
            let doubted = read_transaction_code(&foreign).expect("taken all the same");
            assert_eq!(doubted, TransactionCode { check_is_right: false, ..read });
        }
        for (code, wrong) in [
            ("A01", Wrong::Length),
            ("A01-12440300123456788T-20250230-000001-3", Wrong::Letter),
            ("A01-12440300123456788T-20250102-00000A-3", Wrong::Letter),
            ("a01-12440300123456788T-20250102-000001-3", Wrong::Letter),
            ("A01-12440300123456788T-20250102-000001-?", Wrong::Letter),
        ] {
            assert_eq!(read_transaction_code(code), Err(wrong), "{code}");
        }
        assert_eq!(transaction_code("A01", "12440300455766000F", day, 1), Err(Wrong::Check));
        assert_eq!(transaction_code("A01", CREDITS[0], day, 1_000_000), Err(Wrong::Length));
    }

    #[test]
    fn parcels_and_units() {
        assert_eq!(unit_code("440305001002GB00012W00000000"), Ok(()));
        assert_eq!(unit_code("440305001002GB00012F00010001"), Ok(()));
        assert_eq!(parcel_code("440305001002GB00012"), Ok(()));
        for (code, wrong) in [
            ("440305001002GB0001", Wrong::Length),
            ("440305001002XB00012", Wrong::Letter),
            ("440305001002Gb00012", Wrong::Letter),
            ("44030500100AGB00012", Wrong::Letter),
            ("440305001002GB0001A", Wrong::Letter),
        ] {
            assert_eq!(parcel_code(code), Err(wrong), "{code}");
        }
        for (code, wrong) in [
            ("440305001002GB00012W00000001", Wrong::Letter),
            ("440305001002GB00012X00000000", Wrong::Letter),
            ("440305001002GB00012W0000000", Wrong::Length),
            ("440305001002XB00012W00000000", Wrong::Letter),
        ] {
            assert_eq!(unit_code(code), Err(wrong), "{code}");
        }
    }

    #[test]
    fn regions_are_six_digits_and_a_strange_province_is_only_doubted() {
        assert_eq!(
            (region("440305"), region("44030"), region("44030A")),
            (Ok(()), Err(Wrong::Length), Err(Wrong::Letter))
        );
        assert!(is_known_province("440305") && !is_known_province("990000"));
    }
}
