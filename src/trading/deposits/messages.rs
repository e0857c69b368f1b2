//! ISO 20022: what banks send (camt.054.001.08, pain.002.001.10) and what we send them
//! (pain.001.001.09). Pure.

use crate::calendar::Day;
use crate::trading::deposits::ledger::{Credit, Reversal};
use crate::trading::deposits::model::FEN_SCALE;
use crate::trading::deposits::xml::{Element, read};
use matching::{Moment, Money};
use quick_xml::escape::escape;
use rust_decimal::Decimal;

const CAMT_054: &str = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08";
const PAIN_001: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
const PAIN_002: &str = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10";
const CURRENCY: &str = "CNY";
/// Entries of one message; a bank sends its next ones in the next message.
pub const ENTRIES_MAX: usize = 1_000;
/// Max35Text of the standard, for references; banks' own are shorter.
const REFERENCE_CHARS_MAX: usize = 35;
/// Max140Text, for names.
const NAME_CHARS_MAX: usize = 140;
const MINUTE_MS: i64 = 60_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: String,
    pub made_at: Moment,
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// 到账.
    Credit(Credit),
    /// A refund of ours was paid, by its EndToEndId; the sum as the bank debited it, where it says.
    Paid { refund: String, amount: Option<i64> },
    /// 退票: with the bank's reason code.
    Returned { refund: String, reason: String },
    /// The bank is still at it.
    Pending { refund: String },
    /// 冲正 of a credit.
    Reversed(Reversal),
    /// 退票 after payment: what was debited for a refund is credited back.
    Bounced { refund: String, amount: i64 },
}

/// What is wrong with a message, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub path: String,
    pub what: String,
}

fn fault(path: &str, what: &str) -> Fault {
    Fault { path: path.into(), what: what.into() }
}

fn need<'a>(element: &'a Element, path: &str) -> Result<&'a str, Fault> {
    element.text_at(path).ok_or_else(|| fault(&format!("{}/{path}", element.name), "missing"))
}

fn bounded(element: &Element, path: &str, chars_max: usize) -> Result<String, Fault> {
    let text = need(element, path)?;
    let fits = text.chars().count() <= chars_max;
    fits.then(|| text.to_string()).ok_or_else(|| fault(&format!("{}/{path}", element.name), "too long"))
}

pub fn parse(text: &str) -> Result<Notice, Fault> {
    let (root, namespace) = read(text).map_err(|what| fault("Document", &what))?;
    match namespace.as_str() {
        CAMT_054 => camt_054(root.at("BkToCstmrDbtCdtNtfctn").ok_or_else(|| fault("Document", "no notification"))?),
        PAIN_002 => pain_002(root.at("CstmrPmtStsRpt").ok_or_else(|| fault("Document", "no status report"))?),
        other => Err(fault("Document/@xmlns", &format!("{other} is not taken"))),
    }
}

fn header(message: &Element) -> Result<Notice, Fault> {
    let made_at = need(message, "GrpHdr/CreDtTm")?;
    let made_at = moment(made_at).ok_or_else(|| fault("GrpHdr/CreDtTm", "no moment with its zone"))?;
    Ok(Notice { id: bounded(message, "GrpHdr/MsgId", REFERENCE_CHARS_MAX)?, made_at, entries: Vec::new() })
}

fn camt_054(message: &Element) -> Result<Notice, Fault> {
    let mut notice = header(message)?;
    for entry in message.all("Ntfctn").flat_map(|notification| notification.all("Ntry")) {
        // PDNG is not money yet.
        if need(entry, "Sts/Cd")? != "BOOK" {
            return Err(fault("Ntry/Sts/Cd", "only BOOK is taken"));
        }
        let mut details = entry.all("NtryDtls").flat_map(|details| details.all("TxDtls")).peekable();
        if details.peek().is_none() {
            return Err(fault("Ntry/NtryDtls/TxDtls", "missing"));
        }
        let details: Vec<&Element> = details.collect();
        for detail in &details {
            notice.entries.push(one(entry, detail, details.len() == 1)?);
        }
        if notice.entries.len() > ENTRIES_MAX {
            return Err(fault("Ntry", "too many entries"));
        }
    }
    if notice.entries.is_empty() {
        return Err(fault("Ntfctn/Ntry", "missing"));
    }
    Ok(notice)
}

/// One transaction of an entry; what it leaves out it takes from the entry, if it is the only one.
fn one(entry: &Element, detail: &Element, only: bool) -> Result<Entry, Fault> {
    let amount = detail.at("Amt").or_else(|| entry.at("Amt").filter(|_| only));
    let amount = fen(amount.ok_or_else(|| fault("TxDtls/Amt", "missing"))?)?;
    let direction = detail.text_at("CdtDbtInd").map_or_else(|| need(entry, "CdtDbtInd"), Ok)?;
    let named = |path: &str| bounded(detail, path, REFERENCE_CHARS_MAX);
    match (direction, is_reversal(entry)?) {
        ("CRDT", false) => {
            let reference = match detail.text_at("Refs/AcctSvcrRef") {
                Some(_) => bounded(detail, "Refs/AcctSvcrRef", REFERENCE_CHARS_MAX)?,
                None if only => bounded(entry, "AcctSvcrRef", REFERENCE_CHARS_MAX)?,
                None => return Err(fault("TxDtls/Refs/AcctSvcrRef", "missing")),
            };
            Ok(Entry::Credit(Credit {
                reference,
                account: account(detail, "CdtrAcct")?,
                amount,
                credited_at: credited_at(entry)?,
                payer_name: bounded(detail, "RltdPties/Dbtr/Pty/Nm", NAME_CHARS_MAX)?,
                payer_account: account(detail, "DbtrAcct")?,
                branch: branch(detail)?,
            }))
        }
        // What was a debit of ours stands as a credit, and what was a credit as a debit. A bank that
        // marks no reversal books the debit against the credit all the same.
        ("CRDT", true) => Ok(Entry::Bounced { refund: named("Refs/EndToEndId")?, amount }),
        ("DBIT", false)
            if detail.text_at("Refs/EndToEndId").is_some() || detail.text_at("Refs/AcctSvcrRef").is_none() =>
        {
            Ok(Entry::Paid { refund: named("Refs/EndToEndId")?, amount: Some(amount) })
        }
        ("DBIT", _) => {
            let own = if entry.text_at("AcctSvcrRef").is_some() { "AcctSvcrRef" } else { "NtryRef" };
            Ok(Entry::Reversed(Reversal {
                credit: named("Refs/AcctSvcrRef")?,
                reference: bounded(entry, own, REFERENCE_CHARS_MAX)?,
                amount,
                booked_at: credited_at(entry)?,
            }))
        }
        _ => Err(fault("CdtDbtInd", "CRDT or DBIT")),
    }
}

/// 冲正标志: an entry that undoes an earlier one.
fn is_reversal(entry: &Element) -> Result<bool, Fault> {
    match entry.text_at("RvslInd") {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(fault("Ntry/RvslInd", "true or false")),
    }
}

fn account(detail: &Element, side: &str) -> Result<String, Fault> {
    let path = format!("RltdPties/{side}/Id/Othr/Id");
    let iban = format!("RltdPties/{side}/Id/IBAN");
    if detail.text_at(&path).is_some() {
        bounded(detail, &path, REFERENCE_CHARS_MAX)
    } else {
        bounded(detail, &iban, REFERENCE_CHARS_MAX)
    }
}

/// 付款网点: the branch as the bank names it, else its number in the clearing system (联行号), which is a branch's.
fn branch(detail: &Element) -> Result<Option<String>, Fault> {
    let places = ["RltdAgts/DbtrAgt/BrnchId/Id", "RltdAgts/DbtrAgt/FinInstnId/ClrSysMmbId/MmbId"];
    let told = places.into_iter().find(|path| detail.text_at(path).is_some());
    told.map(|path| bounded(detail, path, REFERENCE_CHARS_MAX)).transpose()
}

fn fen(amount: &Element) -> Result<i64, Fault> {
    if amount.attribute("Ccy") != Some(CURRENCY) {
        return Err(fault("Amt/@Ccy", "only CNY is taken"));
    }
    let decimal = Decimal::from_str_exact(&amount.text).map_err(|_| fault("Amt", "no decimal number"))?;
    let money = Money::from_decimal(decimal, FEN_SCALE).map_err(|_| fault("Amt", "out of range or below a fen"))?;
    if money.minor() == 0 { Err(fault("Amt", "nothing")) } else { Ok(money.minor()) }
}

/// 入账时间. A bank that names no hour has not shown that the money came before the day's end; money
/// with a later value day (起息日) is not there before that day.
fn credited_at(entry: &Element) -> Result<Moment, Fault> {
    let day = |path: &str| -> Result<Option<Day>, Fault> {
        entry.text_at(path).map(|text| text.parse().map_err(|what: String| fault(path, &what))).transpose()
    };
    let at = |path: &str| -> Result<Option<Moment>, Fault> {
        entry.text_at(path).map(|text| moment(text).ok_or_else(|| fault(path, "no moment with its zone"))).transpose()
    };
    let last = |day: Day| Moment(day.end().0 - 1);
    let booked = at("BookgDt/DtTm")?.or(day("BookgDt/Dt")?.map(last));
    let valued = at("ValDt/DtTm")?;
    let value_day = day("ValDt/Dt")?;
    match (booked, valued, value_day) {
        (Some(booked), Some(valued), _) => Ok(booked.max(valued)),
        (Some(booked), None, Some(day)) => Ok(booked.max(day.start())),
        (Some(booked), None, None) => Ok(booked),
        (None, Some(valued), _) => Ok(valued),
        (None, None, Some(day)) => Ok(last(day)),
        (None, None, None) => Err(fault("Ntry/BookgDt", "missing")),
    }
}

fn pain_002(message: &Element) -> Result<Notice, Fault> {
    let mut notice = header(message)?;
    let payments = message.all("OrgnlPmtInfAndSts");
    for status in payments.flat_map(|payment| payment.all("TxInfAndSts")) {
        let refund = bounded(status, "OrgnlEndToEndId", REFERENCE_CHARS_MAX)?;
        notice.entries.push(match need(status, "TxSts")? {
            "ACSC" | "ACCC" => Entry::Paid { refund, amount: None },
            "RJCT" => Entry::Returned { refund, reason: status.text_at("StsRsnInf/Rsn/Cd").unwrap_or("NARR").into() },
            "ACTC" | "ACCP" | "ACSP" | "PDNG" | "RCVD" => Entry::Pending { refund },
            _ => return Err(fault("TxInfAndSts/TxSts", "unknown status")),
        });
        if notice.entries.len() > ENTRIES_MAX {
            return Err(fault("TxInfAndSts", "too many entries"));
        }
    }
    if notice.entries.is_empty() {
        return Err(fault("OrgnlPmtInfAndSts/TxInfAndSts", "missing"));
    }
    Ok(notice)
}

/// ISODateTime with its zone: `2026-11-25T09:30:00.250+08:00`. Without one it would be a guess.
pub fn moment(text: &str) -> Option<Moment> {
    let (date, rest) = text.split_once('T')?;
    let day: Day = date.parse().ok()?;
    let zone_at = rest.find(['Z', '+', '-'])?;
    let (clock, zone) = rest.split_at(zone_at);
    let zone_minutes = match zone {
        "Z" => 0,
        _ => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let minutes = two(hours, 15)? * 60 + two(minutes, 60)?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let (hour, minute, second) = (two(parts.next()?, 24)?, two(parts.next()?, 60)?, two(parts.next()?, 60)?);
    if parts.next().is_some() || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    fraction.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    // A day begins at Beijing's midnight; its distance from that of UTC is eight hours.
    let utc_midnight = day.start().0 + 8 * 60 * MINUTE_MS;
    let ms = ((hour * 60 + minute) * 60 + second) * 1000 + millis;
    Some(Moment(utc_midnight + ms - zone_minutes * MINUTE_MS))
}

fn two(text: &str, below: i64) -> Option<i64> {
    let is_two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_two && *number < below)
}

/// In Beijing time, as banks here write it.
pub fn iso(moment: Moment) -> String {
    let day = Day::of(moment);
    let ms = moment.0 - day.start().0;
    let (seconds, millis) = (ms / 1000, ms % 1000);
    format!("{day}T{:02}:{:02}:{:02}.{millis:03}+08:00", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// One refund as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// EndToEndId: our refund's id without hyphens, 32 characters.
    pub id: String,
    pub amount: i64,
    pub to_name: String,
    pub to_account: String,
    pub purpose: String,
}

pub fn yuan(fen: i64) -> String {
    Decimal::new(fen, u32::from(FEN_SCALE)).to_string()
}

/// A batch of refunds. The order of its lines is the order given.
pub fn pain_001(message: &str, now: Moment, payee: &str, bank: &str, orders: &[Order]) -> String {
    let sum = yuan(orders.iter().map(|order| order.amount).sum());
    let (made, day, count) = (iso(now), Day::of(now), orders.len());
    let (payee, bank) = (escape(payee), escape(bank));
    let mut lines = String::new();
    for order in orders {
        lines.push_str(&format!(
            "<CdtTrfTxInf><PmtId><EndToEndId>{}</EndToEndId></PmtId>\
             <Amt><InstdAmt Ccy=\"{CURRENCY}\">{}</InstdAmt></Amt><Cdtr><Nm>{}</Nm></Cdtr>\
             <CdtrAcct><Id><Othr><Id>{}</Id></Othr></Id></CdtrAcct><RmtInf><Ustrd>{}</Ustrd></RmtInf></CdtTrfTxInf>",
            escape(&order.id),
            yuan(order.amount),
            escape(&order.to_name),
            escape(&order.to_account),
            escape(&order.purpose),
        ));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"{PAIN_001}\"><CstmrCdtTrfInitn>\
         <GrpHdr><MsgId>{message}</MsgId><CreDtTm>{made}</CreDtTm><NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum>\
         <InitgPty><Nm>{payee}</Nm></InitgPty></GrpHdr>\
         <PmtInf><PmtInfId>{message}</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum>\
         <ReqdExctnDt><Dt>{day}</Dt></ReqdExctnDt><Dbtr><Nm>{payee}</Nm></Dbtr>\
         <DbtrAcct><Id><Othr><Id>DEPOSITS</Id></Othr></Id></DbtrAcct>\
         <DbtrAgt><FinInstnId><Nm>{bank}</Nm></FinInstnId></DbtrAgt>{lines}</PmtInf></CstmrCdtTrfInitn></Document>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_need_their_zone_and_come_back_the_same() {
        let beijing = moment("2026-11-25T09:30:00+08:00").expect("sound");
        assert_eq!(moment("2026-11-25T01:30:00Z"), Some(beijing));
        assert_eq!(moment("2026-11-24T20:30:00.000-05:00"), Some(beijing));
        assert_eq!(moment("1970-01-01T00:00:00.5Z"), Some(Moment(500)));
        assert_eq!(moment("1970-01-01T00:00:00.123456Z"), Some(Moment(123)));
        assert_eq!(iso(Moment(beijing.0 + 7)), "2026-11-25T09:30:00.007+08:00");
        for at in [0, 1, 86_399_999, 1_790_784_000_000, 1_790_783_999_999] {
            assert_eq!(moment(&iso(Moment(at))), Some(Moment(at)));
        }
        for wrong in [
            "2026-11-25T09:30:00",
            "2026-11-25",
            "2026-11-25T24:00:00Z",
            "2026-11-25T09:60:00Z",
            "2026-11-25T9:30:00Z",
            "2026-11-25T09:30Z",
            "2026-11-25T09:30:00.Z",
            "2026-11-25T09:30:00.x1Z",
            "2026-11-25T09:30:00+8:00",
            "2026-02-30T09:30:00Z",
            "x",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }

    fn camt(entry: &str) -> String {
        format!(
            "<Document xmlns=\"{CAMT_054}\"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M1</MsgId>\
             <CreDtTm>2026-11-25T09:31:00+08:00</CreDtTm></GrpHdr><Ntfctn><Id>N1</Id>{entry}</Ntfctn>\
             </BkToCstmrDbtCdtNtfctn></Document>"
        )
    }

    fn credit(dates: &str, amount: &str) -> String {
        camt(&format!(
            "<Ntry>{amount}<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>{dates}<AcctSvcrRef>R1</AcctSvcrRef>\
             <NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>南山&amp;公司</Nm></Pty></Dbtr>\
             <DbtrAcct><Id><Othr><Id>6222</Id></Othr></Id></DbtrAcct>\
             <CdtrAcct><Id><Othr><Id>8800</Id></Othr></Id></CdtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>"
        ))
    }

    const AMOUNT: &str = "<Amt Ccy=\"CNY\">200.10</Amt>";
    const BOOKED: &str = "<BookgDt><DtTm>2026-11-25T09:30:00+08:00</DtTm></BookgDt>";

    #[test]
    fn a_credit_is_read_from_its_own_places() {
        let notice = parse(&credit(BOOKED, AMOUNT)).expect("sound");
        assert_eq!(notice.id, "M1");
        let expected = Credit {
            reference: "R1".into(),
            account: "8800".into(),
            amount: 20_010,
            credited_at: moment("2026-11-25T09:30:00+08:00").expect("sound"),
            payer_name: "南山&公司".into(),
            payer_account: "6222".into(),
            branch: None,
        };
        assert_eq!(notice.entries, [Entry::Credit(expected.clone())]);
        let agent = |inner: &str| {
            let agents = format!("</RltdPties><RltdAgts><DbtrAgt>{inner}</DbtrAgt></RltdAgts>");
            parse(&credit(BOOKED, AMOUNT).replace("</RltdPties>", &agents)).expect("sound").entries
        };
        let number = "<FinInstnId><ClrSysMmbId><MmbId>102584002010</MmbId></ClrSysMmbId></FinInstnId>";
        let from = |branch: &str| [Entry::Credit(Credit { branch: Some(branch.into()), ..expected.clone() })];
        assert_eq!(agent(number), from("102584002010"));
        assert_eq!(agent(&format!("{number}<BrnchId><Id>0755-7</Id></BrnchId>")), from("0755-7"));
    }

    /// Booking and value dates, the moment that decides.
    #[test]
    fn the_booking_moment_decides_and_an_hour_not_named_is_the_last() {
        for (dates, decides) in [
            (BOOKED.to_string(), "2026-11-25T09:30:00+08:00"),
            (format!("{BOOKED}<ValDt><Dt>2026-11-25</Dt></ValDt>"), "2026-11-25T09:30:00+08:00"),
            (format!("{BOOKED}<ValDt><Dt>2026-11-26</Dt></ValDt>"), "2026-11-26T00:00:00+08:00"),
            (format!("{BOOKED}<ValDt><DtTm>2026-11-25T10:00:00+08:00</DtTm></ValDt>"), "2026-11-25T10:00:00+08:00"),
            ("<BookgDt><Dt>2026-11-25</Dt></BookgDt>".into(), "2026-11-25T23:59:59.999+08:00"),
            ("<ValDt><Dt>2026-11-25</Dt></ValDt>".into(), "2026-11-25T23:59:59.999+08:00"),
        ] {
            let notice = parse(&credit(&dates, AMOUNT)).expect("sound");
            let [Entry::Credit(read)] = notice.entries.as_slice() else { panic!("{notice:?}") };
            assert_eq!(Some(read.credited_at), moment(decides), "{dates}");
        }
    }

    #[test]
    fn a_message_that_is_not_whole_is_refused_with_its_place() {
        let good = credit(BOOKED, AMOUNT);
        for (spoilt, path) in [
            (good.replace("camt.054.001.08", "camt.054.001.02"), "Document/@xmlns"),
            (good.replace("CNY", "USD"), "Amt/@Ccy"),
            (good.replace("200.10", "200.101"), "Amt"),
            (good.replace("200.10", "0.00"), "Amt"),
            (good.replace("200.10", "-1.00"), "Amt"),
            (good.replace("200.10", "1e3"), "Amt"),
            (good.replace("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>"), "Ntry/Sts/Cd"),
            (good.replace("CRDT", "XXXX"), "CdtDbtInd"),
            (good.replace("<AcctSvcrRef>R1</AcctSvcrRef>", ""), "Ntry/AcctSvcrRef"),
            (good.replace("R1", &"R".repeat(36)), "Ntry/AcctSvcrRef"),
            (good.replace("<Id>8800</Id>", ""), "TxDtls/RltdPties/CdtrAcct/Id/IBAN"),
            (good.replace("<MsgId>M1</MsgId>", ""), "BkToCstmrDbtCdtNtfctn/GrpHdr/MsgId"),
            (good.replace(BOOKED, ""), "Ntry/BookgDt"),
            (good.replace("09:31:00+08:00", "09:31:00"), "GrpHdr/CreDtTm"),
            (camt(""), "Ntfctn/Ntry"),
            ("<x".into(), "Document"),
        ] {
            assert_eq!(parse(&spoilt).map_err(|fault| fault.path), Err(path.to_string()), "{spoilt}");
        }
    }

    #[test]
    fn a_refund_is_told_paid_or_returned() {
        let paid = camt(
            "<Ntry><Amt Ccy=\"CNY\">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls>\
             <Refs><EndToEndId>E1</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>",
        );
        let entries = parse(&paid).expect("sound").entries;
        assert_eq!(entries, [Entry::Paid { refund: "E1".into(), amount: Some(500) }]);
        let report = format!(
            "<Document xmlns=\"{PAIN_002}\"><CstmrPmtStsRpt><GrpHdr><MsgId>S1</MsgId>\
             <CreDtTm>2026-11-25T09:31:00+08:00</CreDtTm></GrpHdr><OrgnlPmtInfAndSts>\
             <TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>\
             <TxInfAndSts><OrgnlEndToEndId>E2</OrgnlEndToEndId><TxSts>RJCT</TxSts>\
             <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>\
             <TxInfAndSts><OrgnlEndToEndId>E3</OrgnlEndToEndId><TxSts>PDNG</TxSts></TxInfAndSts>\
             </OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
        );
        assert_eq!(
            parse(&report).expect("sound").entries,
            [
                Entry::Paid { refund: "E1".into(), amount: None },
                Entry::Returned { refund: "E2".into(), reason: "AC04".into() },
                Entry::Pending { refund: "E3".into() },
            ]
        );
        assert!(parse(&report.replace("ACSC", "HUH")).is_err());
    }

    #[test]
    fn a_debit_that_names_a_credit_takes_it_back_and_a_credit_marked_so_brings_a_refund_back() {
        let entry = |direction: &str, mark: &str, refs: &str| {
            camt(&format!(
                "<Ntry><NtryRef>V1</NtryRef><Amt Ccy=\"CNY\">5.00</Amt><CdtDbtInd>{direction}</CdtDbtInd>{mark}\
                 <Sts><Cd>BOOK</Cd></Sts>{BOOKED}<NtryDtls><TxDtls><Refs>{refs}</Refs></TxDtls></NtryDtls></Ntry>"
            ))
        };
        let (marked, credit, refund) =
            ("<RvslInd>true</RvslInd>", "<AcctSvcrRef>R1</AcctSvcrRef>", "<EndToEndId>E1</EndToEndId>");
        let reversal = Entry::Reversed(Reversal {
            credit: "R1".into(),
            reference: "V1".into(),
            amount: 500,
            booked_at: moment("2026-11-25T09:30:00+08:00").expect("sound"),
        });
        let bounced = Entry::Bounced { refund: "E1".into(), amount: 500 };
        let paid = Entry::Paid { refund: "E1".into(), amount: Some(500) };
        for (message, expected) in [
            (entry("DBIT", marked, credit), &reversal),
            (entry("DBIT", "", credit), &reversal),
            (entry("DBIT", "<RvslInd>false</RvslInd>", &format!("{credit}{refund}")), &paid),
            (entry("CRDT", marked, refund), &bounced),
        ] {
            assert_eq!(&parse(&message).expect("sound").entries[0], expected, "{message}");
        }
        let faults = [
            (entry("DBIT", marked, refund), "Refs/AcctSvcrRef"),
            (entry("CRDT", marked, credit), "Refs/EndToEndId"),
            (entry("DBIT", "<RvslInd>maybe</RvslInd>", credit), "RvslInd"),
            (entry("DBIT", "", ""), "Refs/EndToEndId"),
        ];
        for (message, path) in faults {
            assert!(parse(&message).expect_err("a fault").path.ends_with(path), "{message}");
        }
    }

    #[test]
    fn a_batch_names_every_refund_and_their_sum() {
        let order = |id: &str, amount| Order {
            id: id.into(),
            amount,
            to_name: "甲<&>".into(),
            to_account: "6222".into(),
            purpose: "退保证金".into(),
        };
        let xml = pain_001("B1", Moment(0), "中心", "银行", &[order("E1", 20_010), order("E2", 5)]);
        let (root, namespace) = read(&xml).expect("sound");
        assert_eq!(namespace, PAIN_001);
        let batch = root.at("CstmrCdtTrfInitn").expect("a batch");
        assert_eq!(batch.text_at("GrpHdr/CtrlSum"), Some("200.15"));
        assert_eq!(batch.text_at("GrpHdr/NbOfTxs"), Some("2"));
        let lines: Vec<_> = batch.at("PmtInf").expect("payments").all("CdtTrfTxInf").collect();
        assert_eq!(lines[0].text_at("Cdtr/Nm"), Some("甲<&>"));
        assert_eq!(lines[1].text_at("Amt/InstdAmt"), Some("0.05"));
    }
}
