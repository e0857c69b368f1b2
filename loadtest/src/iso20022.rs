//! The few ISO 20022 messages a bank writes, and what it reads of ours.

const CAMT_054: &str = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08";
const DAY_MS: i64 = 86_400_000;

#[derive(Clone)]
pub struct Credit {
    pub reference: String,
    pub account: String,
    pub fen: i64,
    pub booked_ms: i64,
    pub payer_name: String,
    pub payer_account: String,
}

/// Unix ms as ISODateTime in UTC; the calendar by Hinnant's `civil_from_days`.
pub fn iso(ms: i64) -> String {
    let (days, rest) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (seconds, millis) = (rest / 1000, rest % 1000);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{millis:03}Z",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

pub fn message(id: &str, now_ms: i64, entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"{CAMT_054}\"><BkToCstmrDbtCdtNtfctn>\
         <GrpHdr><MsgId>{id}</MsgId><CreDtTm>{}</CreDtTm></GrpHdr><Ntfctn><Id>{id}</Id>{entries}</Ntfctn>\
         </BkToCstmrDbtCdtNtfctn></Document>",
        iso(now_ms)
    )
}

pub fn credit(credit: &Credit) -> String {
    format!(
        "<Ntry><Amt Ccy=\"CNY\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><DtTm>{}</DtTm></BookgDt><AcctSvcrRef>{}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties>\
         <Dbtr><Pty><Nm>{}</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>{}</Id></Othr></Id></DbtrAcct>\
         <CdtrAcct><Id><Othr><Id>{}</Id></Othr></Id></CdtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>",
        yuan(credit.fen),
        iso(credit.booked_ms),
        credit.reference,
        credit.payer_name,
        credit.payer_account,
        credit.account,
    )
}

/// 冲正: a credit taken back, by its reference.
pub fn reversal(credit: &Credit) -> String {
    format!(
        "<Ntry><Amt Ccy=\"CNY\">{}</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><DtTm>{}</DtTm></BookgDt><AcctSvcrRef>V{reference}</AcctSvcrRef><NtryDtls><TxDtls>\
         <Refs><AcctSvcrRef>{reference}</AcctSvcrRef></Refs></TxDtls></NtryDtls></Ntry>",
        yuan(credit.fen),
        iso(credit.booked_ms),
        reference = credit.reference,
    )
}

/// One debit for each refund paid.
pub fn debits(orders: &[(String, i64)]) -> String {
    let one = |(id, fen): &(String, i64)| {
        format!(
            "<Ntry><Amt Ccy=\"CNY\">{}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls>\
             <Refs><EndToEndId>{id}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>",
            yuan(*fen)
        )
    };
    orders.iter().map(one).collect()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(inside, _)| inside)
}

/// (EndToEndId, fen) of every line of a pain.001 batch.
pub fn end_to_end_ids(batch: &str) -> Vec<(String, i64)> {
    let line = |text: &str| {
        let id = between(text, "<EndToEndId>", "</EndToEndId>")?;
        let amount = between(text, "<InstdAmt Ccy=\"CNY\">", "</InstdAmt>")?;
        Some((id.to_owned(), amount.replace('.', "").parse().ok()?))
    };
    batch.split("<CdtTrfTxInf>").skip(1).filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(1_790_784_000_000), "2026-09-30T16:00:00.000Z");
        assert_eq!(iso(951_782_400_001), "2000-02-29T00:00:00.001Z");
    }

    #[test]
    fn the_lines_of_a_batch_are_read_with_their_sums() {
        let line = |id: &str| {
            format!("<CdtTrfTxInf><EndToEndId>{id}</EndToEndId><InstdAmt Ccy=\"CNY\">20.05</InstdAmt></CdtTrfTxInf>")
        };
        let batch = format!("<x>{}{}</x>", line("a"), line("b"));
        assert_eq!(end_to_end_ids(&batch), [("a".to_owned(), 2005), ("b".to_owned(), 2005)]);
    }
}
