//! The fields of the public wire that a crowd needs, and nothing more.

use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Bids a server lets one connection have unanswered.
pub const IN_FLIGHT_MAX: usize = 16;

#[derive(Deserialize)]
pub struct Session {
    pub token: String,
}

#[derive(Deserialize)]
pub struct Center {
    pub id: String,
    pub tier: String,
}

#[derive(Deserialize)]
pub struct Application {
    pub no: u64,
    pub paddle: Option<u32>,
}

#[derive(Deserialize)]
pub struct LotDetail {
    pub card: LotCard,
    pub state: Option<LotState>,
}

#[derive(Deserialize)]
pub struct LotCard {
    pub id: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct LotState {
    pub seq: u64,
    pub price: Option<Decimal>,
    pub leader: Option<u32>,
}

#[derive(Deserialize)]
pub struct BidPage {
    pub items: Vec<BidRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BidRow {
    pub seq: u64,
    pub paddle: u32,
    pub amount: Decimal,
}

#[derive(Deserialize)]
pub struct ApiError {
    pub code: String,
    pub en: String,
}

/// What the server decided on one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    Accepted { seq: u64 },
    Refused { code: String },
}

impl Answer {
    /// Said before the bid was looked at, so the same key may still get any outcome.
    pub fn is_undecided(&self) -> bool {
        matches!(self, Answer::Refused { code } if code == "BUSY" || code == "TOO_MANY_IN_FLIGHT")
    }
}

/// Any frame of the server, borrowed from its text; which fields are there depends on `kind`.
#[derive(Deserialize)]
pub struct Frame<'a> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub key: Option<&'a str>,
    pub accepted: Option<bool>,
    pub seq: Option<u64>,
    pub at: Option<i64>,
    pub again: Option<bool>,
    pub code: Option<&'a str>,
    pub minimum: Option<&'a str>,
    pub account: Option<IgnoredAny>,
}

impl<'a> Frame<'a> {
    pub fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The key and the decision, if this frame answers a bid.
    pub fn answer(&self) -> Option<(Uuid, Answer)> {
        let key = Uuid::try_parse(self.key?).ok()?;
        match (self.kind, self.accepted) {
            ("reply", Some(true)) => Some((key, Answer::Accepted { seq: self.seq? })),
            ("reply", Some(false)) | ("error", _) => Some((key, Answer::Refused { code: self.code?.to_owned() })),
            _ => None,
        }
    }

    /// The refusal's code, if this frame speaks to the whole connection and not to one bid.
    pub fn complaint(&self) -> Option<&'a str> {
        let whole = self.kind == "bye" || (self.kind == "error" && self.key.is_none());
        whole.then(|| self.code.unwrap_or("no code"))
    }
}

/// The sequence number inside a snapshot.
pub fn snapshot_seq(text: &str) -> Result<u64, serde_json::Error> {
    #[derive(Deserialize)]
    struct Snapshot {
        state: State,
    }
    #[derive(Deserialize)]
    struct State {
        seq: u64,
    }
    serde_json::from_str::<Snapshot>(text).map(|snapshot| snapshot.state.seq)
}

/// `{"type":"hello",…}`; onlookers send no token.
pub fn hello(token: Option<&str>, device: &str) -> String {
    #[derive(Serialize)]
    struct Hello<'a> {
        r#type: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        token: Option<&'a str>,
        device: &'a str,
    }
    serde_json::json!(Hello { r#type: "hello", token, device }).to_string()
}

pub fn watch(lot: &str) -> String {
    format!(r#"{{"type":"watch","lot":"{lot}"}}"#)
}

pub fn bid(lot: &str, key: Uuid, amount: Decimal) -> String {
    ask("bid", "amount", lot, key, amount)
}

pub fn proxy(lot: &str, key: Uuid, max: Decimal) -> String {
    ask("proxy", "max", lot, key, max)
}

/// Written by hand, not by serde: this is the one frame sent thousands of times a second.
fn ask(kind: &str, field: &str, lot: &str, key: Uuid, amount: Decimal) -> String {
    let mut frame = String::with_capacity(192);
    let written = write!(frame, r#"{{"type":"{kind}","lot":"{lot}","key":"{key}","{field}":"{amount}"}}"#);
    assert!(written.is_ok(), "a String takes every write");
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bid_frame_is_the_contract_s() {
        let key = Uuid::from_u128(7);
        let frame = bid("L-1", key, Decimal::new(100_050, 2));
        let value: serde_json::Value = serde_json::from_str(&frame).expect("a frame is JSON");
        let wanted = serde_json::json!(
            {"type": "bid", "lot": "L-1", "key": key.to_string(), "amount": "1000.50"}
        );
        assert_eq!(value, wanted);
    }

    #[test]
    fn replies_and_keyed_errors_answer_a_bid_and_events_do_not() {
        let key = Uuid::from_u128(9);
        let accepted = format!(r#"{{"type":"reply","lot":"x","key":"{key}","accepted":true,"seq":4,"again":false}}"#);
        let refused = format!(
            r#"{{"type":"reply","key":"{key}","accepted":false,"code":"BELOW_STEP","zh":"低","minimum":"3.00"}}"#
        );
        let busy = format!(r#"{{"type":"error","code":"BUSY","zh":"忙","en":"busy","key":"{key}"}}"#);
        let event = r#"{"type":"event","lot":"x","seq":5,"at":1,"kind":"bid","state":{"seq":5}}"#;
        let answer = |text: &str| Frame::parse(text).expect("good frame").answer();
        assert_eq!(answer(&accepted), Some((key, Answer::Accepted { seq: 4 })));
        let below = Answer::Refused { code: "BELOW_STEP".into() };
        assert!(!below.is_undecided());
        assert_eq!(answer(&refused), Some((key, below)));
        assert!(answer(&busy).is_some_and(|(_, answer)| answer.is_undecided()));
        assert_eq!(answer(event), None);
    }

    #[test]
    fn a_complaint_without_a_key_is_for_the_whole_connection() {
        let bye = r#"{"type":"bye","code":"BUSY","zh":"","en":""}"#;
        let keyed = r#"{"type":"error","code":"BUSY","zh":"","en":"","key":"k"}"#;
        let complaint = |text| Frame::parse(text).expect("good frame").complaint();
        assert_eq!(complaint(bye), Some("BUSY"));
        assert_eq!(complaint(keyed), None);
    }
}
