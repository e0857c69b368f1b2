//! A bank of a test: it signs, sends notices, fetches refunds; and the lots and people who pay by it.

use crate::house::{Person, Server, draft};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde_json::{Value, json};
use std::collections::HashMap;
use sunbid::clock;
use sunbid::trading::deposits::messages::iso;

pub const HOUR_MS: i64 = 3_600_000;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A bank with its key, registered.
pub struct Bank {
    pub pair: Ed25519KeyPair,
    host: String,
    agent: ureq::Agent,
}

impl Bank {
    pub fn of(server: &Server) -> Bank {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let bank = json!({"id": "test-bank", "name": "测试银行", "payee": "交易中心",
            "public_key": hex(pair.public_key().as_ref())});
        server.sign_in("admin").ok("POST", "/api/banks", bank);
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Bank { pair, host: server.host.clone(), agent }
    }

    /// The same bank, before a server that was started again.
    pub fn moved_to(self, server: &Server) -> Bank {
        Bank { host: server.host.clone(), ..self }
    }

    pub fn sign(&self, message: &[u8]) -> String {
        hex(self.pair.sign(message).as_ref())
    }

    pub fn send(&self, xml: &str) -> (u16, Value) {
        self.send_signed(xml, &self.sign(xml.as_bytes()))
    }

    pub fn send_signed(&self, xml: &str, signature: &str) -> (u16, Value) {
        let request = ureq::http::Request::builder()
            .method("POST")
            .uri(format!("http://{}/api/bank/notices", self.host))
            .header("content-type", "application/xml")
            .header("x-bank", "test-bank")
            .header("x-bank-signature", signature)
            .body(xml.to_string())
            .expect("a request");
        let mut response = self.agent.run(request).expect("an answer");
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Status, body, whether it is signed by the key beside it.
    pub fn fetch(&self, after: i64, asked_at: i64) -> (u16, String, bool) {
        let path = format!("/api/bank/refunds?after={after}");
        let request = ureq::http::Request::builder()
            .method("GET")
            .uri(format!("http://{}{path}", self.host))
            .header("x-bank", "test-bank")
            .header("x-bank-at", asked_at.to_string())
            .header("x-bank-signature", self.sign(format!("GET {path}\n{asked_at}").as_bytes()))
            .body(())
            .expect("a request");
        let mut response = self.agent.run(request).expect("an answer");
        let header = |name: &str| {
            let text = response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_string();
            (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).expect("hex")).collect()
        };
        let (key, signature): (Vec<u8>, Vec<u8>) = (header("x-sunbid-key"), header("x-sunbid-signature"));
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().expect("a body");
        let signed = UnparsedPublicKey::new(&ED25519, key).verify(text.as_bytes(), &signature).is_ok();
        (status, text, signed)
    }
}

#[derive(Clone)]
pub struct Paid<'a> {
    pub reference: &'a str,
    pub account: &'a str,
    pub yuan: &'a str,
    pub at: i64,
    pub name: &'a str,
    pub from: &'a str,
}

pub fn message(id: &str, entries: &str) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\"><BkToCstmrDbtCdtNtfctn><GrpHdr>\
         <MsgId>{id}</MsgId><CreDtTm>{}</CreDtTm></GrpHdr><Ntfctn><Id>{id}</Id>{entries}</Ntfctn>\
         </BkToCstmrDbtCdtNtfctn></Document>",
        iso(clock::now())
    )
}

pub fn credit(paid: &Paid) -> String {
    format!(
        "<Ntry><Amt Ccy=\"CNY\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><DtTm>{}</DtTm></BookgDt><AcctSvcrRef>{}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties>\
         <Dbtr><Pty><Nm>{}</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>{}</Id></Othr></Id></DbtrAcct>\
         <CdtrAcct><Id><Othr><Id>{}</Id></Othr></Id></CdtrAcct></RltdPties></TxDtls></NtryDtls></Ntry>",
        paid.yuan,
        iso(matching::Moment(paid.at)),
        paid.reference,
        paid.name,
        paid.from,
        paid.account
    )
}

pub fn debit(refund: &str, yuan: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"CNY\">{yuan}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls>\
         <Refs><EndToEndId>{refund}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>"
    )
}

/// 冲正 of a credit by its reference.
pub fn reversal(reference: &str, credit: &str, yuan: &str, at: i64) -> String {
    format!(
        "<Ntry><Amt Ccy=\"CNY\">{yuan}</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><DtTm>{}</DtTm></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls>\
         <Refs><AcctSvcrRef>{credit}</AcctSvcrRef></Refs></TxDtls></NtryDtls></Ntry>",
        iso(matching::Moment(at))
    )
}

/// 退票 before payment: a pain.002 whose every word of this refund is no.
pub fn rejected(id: &str, refund: &str, why: &str) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt><GrpHdr><MsgId>{id}</MsgId>\
         <CreDtTm>{}</CreDtTm></GrpHdr><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>{refund}</OrgnlEndToEndId>\
         <TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>{why}</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>\
         </CstmrPmtStsRpt></Document>",
        iso(clock::now())
    )
}

/// 退票 after payment: the refund's money credited back.
pub fn bounce(refund: &str, yuan: &str) -> String {
    debit(refund, yuan).replace("<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd>")
}

pub fn balances(person: &Person) -> HashMap<String, String> {
    let balances = person.ok("GET", "/api/desk/deposits/balances", Value::Null);
    assert_eq!(balances["sum"], "0.00");
    let items = balances["items"].as_array().expect("items");
    let text = |value: &Value| value.as_str().expect("text").to_string();
    items.iter().map(|item| (text(&item["ledger"]), text(&item["amount"]))).collect()
}

/// A checked and published lot that asks for its deposit through the bank.
pub fn lot(writes: &Person, checks: &Person, number: &str, open_ms: i64, deadline_at: i64) -> String {
    let lot = writes.ok("POST", "/api/desk/lots", draft(number, open_ms));
    let id = lot["card"]["id"].as_str().expect("an id").to_string();
    let terms = json!({"bank": "test-bank", "deadline_at": deadline_at});
    writes.ok("PUT", &format!("/api/desk/lots/{id}/deposit"), terms);
    checks.ok("POST", &format!("/api/desk/lots/{id}/check"), json!({}));
    writes.ok("POST", &format!("/api/desk/lots/{id}/publish"), json!({}));
    id
}

pub fn apply(bidder: &Person, lot: &str, from: &str) -> (i64, String) {
    let application = bidder.ok("POST", &format!("/api/lots/{lot}/applications"), json!({}));
    let opened =
        bidder.ok("POST", &format!("/api/lots/{lot}/applications/mine/account"), json!({"payer_account": from}));
    (application["no"].as_i64().expect("a number"), opened["account"].as_str().expect("an account").to_string())
}

pub fn code(answer: (u16, Value)) -> (u16, String) {
    (answer.0, answer.1["code"].as_str().unwrap_or("").to_string())
}
