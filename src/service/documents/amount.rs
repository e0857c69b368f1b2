//! 大写金额: sums of money in the characters nobody can alter (正确填写票据和结算凭证的基本规定).

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];

/// 1,200.01 for 1200.01: thousands apart, decimals as they are.
pub fn grouped(amount: &str) -> String {
    let (whole, rest) = amount.find('.').map_or((amount, ""), |at| amount.split_at(at));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && out != "-" {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// The amount in capitals; `None` where it is no plain sum of yuan, jiao and fen.
pub fn capitals(amount: &str) -> Option<String> {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 4 * GROUPS.len() || !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let fen: Vec<usize> = decimals.bytes().chain(*b"00").map(|byte| usize::from(byte - b'0')).collect();
    if decimals.len() > 2 && fen[2..decimals.len()].iter().any(|digit| *digit > 0) {
        return None;
    }
    let yuan = yuan(whole.trim_start_matches('0'));
    let (jiao, fen) = (fen[0], fen[1]);
    let yuan_word = if yuan.is_empty() { String::new() } else { format!("{yuan}元") };
    Some(match (yuan.is_empty(), jiao, fen) {
        (true, 0, 0) => "零元整".into(),
        (_, 0, 0) => format!("{yuan_word}整"),
        (_, jiao, 0) => format!("{yuan_word}{}角整", DIGITS[jiao]),
        (true, 0, fen) => format!("{}分", DIGITS[fen]),
        (false, 0, fen) => format!("{yuan_word}零{}分", DIGITS[fen]),
        (_, jiao, fen) => format!("{yuan_word}{}角{}分", DIGITS[jiao], DIGITS[fen]),
    })
}

/// Whole yuan: in groups of four, one 零 for every gap.
fn yuan(whole: &str) -> String {
    let digits: Vec<usize> = whole.bytes().map(|byte| usize::from(byte - b'0')).collect();
    let (mut out, mut gap, mut group_has) = (String::new(), false, false);
    for (at, digit) in digits.iter().enumerate() {
        let place = digits.len() - 1 - at;
        if *digit == 0 {
            gap = true;
        } else {
            if gap && !out.is_empty() {
                out.push_str(DIGITS[0]);
            }
            gap = false;
            group_has = true;
            out.push_str(DIGITS[*digit]);
            out.push_str(PLACES[place % 4]);
        }
        if place.is_multiple_of(4) && group_has {
            out.push_str(GROUPS[place / 4]);
            group_has = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_as_banks_write_them() {
        for (amount, expected) in [
            ("0.00", "零元整"),
            ("0.05", "伍分"),
            ("0.50", "伍角整"),
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
            ("107000.53", "壹拾万零柒仟元伍角叁分"),
            ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
            ("325.04", "叁佰贰拾伍元零肆分"),
            ("100000000", "壹亿元整"),
            ("100010000.00", "壹亿零壹万元整"),
            ("1234567890.12", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
        ] {
            assert_eq!(capitals(amount).as_deref(), Some(expected), "{amount}");
        }
        for not_a_sum in ["", "-1", "1.005", "1e3", "x"] {
            assert_eq!(capitals(not_a_sum), None, "{not_a_sum}");
        }
    }

    #[test]
    fn thousands_stand_apart() {
        for (amount, expected) in
            [("0.00", "0.00"), ("999", "999"), ("1200.01", "1,200.01"), ("-1234567", "-1,234,567")]
        {
            assert_eq!(grouped(amount), expected);
        }
    }
}
