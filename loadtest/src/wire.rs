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
    pub password_to_change: bool,
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
    pub ends_at: Option<i64>,
}

/// What a bidder alone is told of his seat.
#[derive(Deserialize)]
pub struct You {
    pub proxy_max: Option<Decimal>,
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
    pub at: i64,
    pub by_proxy: bool,
}

#[derive(Deserialize)]
pub struct ApiError {
    pub code: String,
    pub en: String,
}

/// What a bidder asks of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    Bid,
    /// 委托报价: a standing maximum.
    Proxy,
}

/// What the server said to one wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    Decided(Outcome),
    /// An error frame: said before the floor saw the wish, so its key may still get any outcome.
    Undecided {
        error: String,
    },
}

/// A decision, by the rules of the lot. A refusal is journaled like a bid: both are durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Outcome {
    Accepted { seq: u64 },
    Refused { code: String },
}

/// Whether an error says "not now": the same key may be asked again. Others stay what they are.
pub fn is_for_now(error: &str) -> bool {
    ["BUSY", "TOO_MANY_IN_FLIGHT", "TOO_MANY_REFUSED"].contains(&error)
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

    /// The key and what was said to it, if this frame answers a wish.
    pub fn answer(&self) -> Option<(Uuid, Answer)> {
        let key = Uuid::try_parse(self.key?).ok()?;
        let answer = match (self.kind, self.accepted) {
            ("reply", Some(true)) => Answer::Decided(Outcome::Accepted { seq: self.seq? }),
            ("reply", Some(false)) => Answer::Decided(Outcome::Refused { code: self.code?.to_owned() }),
            ("error", _) => Answer::Undecided { error: self.code?.to_owned() },
            _ => return None,
        };
        Some((key, answer))
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

/// Written by hand, not by serde: this is the one frame sent thousands of times a second.
pub fn ask(wish: Wish, lot: &str, key: Uuid, amount: Decimal) -> String {
    let (kind, field) = match wish {
        Wish::Bid => ("bid", "amount"),
        Wish::Proxy => ("proxy", "max"),
    };
    let mut frame = String::with_capacity(192);
    let written = write!(frame, r#"{{"type":"{kind}","lot":"{lot}","key":"{key}","{field}":"{amount}"}}"#);
    assert!(written.is_ok(), "a String takes every write");
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_of_a_wish_is_the_contract_s() {
        let key = Uuid::from_u128(7);
        let frame = |wish| ask(wish, "L-1", key, Decimal::new(100_050, 2));
        let value = |wish| serde_json::from_str::<serde_json::Value>(&frame(wish)).expect("a frame is JSON");
        let bid = serde_json::json!({"type": "bid", "lot": "L-1", "key": key.to_string(), "amount": "1000.50"});
        let proxy = serde_json::json!({"type": "proxy", "lot": "L-1", "key": key.to_string(), "max": "1000.50"});
        assert_eq!((value(Wish::Bid), value(Wish::Proxy)), (bid, proxy));
    }

    #[test]
    fn replies_decide_a_wish_and_keyed_errors_leave_it_open_and_events_do_neither() {
        let key = Uuid::from_u128(9);
        let accepted = format!(r#"{{"type":"reply","lot":"x","key":"{key}","accepted":true,"seq":4,"again":false}}"#);
        let refused = format!(
            r#"{{"type":"reply","key":"{key}","accepted":false,"code":"BELOW_STEP","zh":"低","minimum":"3.00"}}"#
        );
        let busy = format!(r#"{{"type":"error","code":"BUSY","zh":"忙","en":"busy","key":"{key}"}}"#);
        let event = r#"{"type":"event","lot":"x","seq":5,"at":1,"kind":"bid","state":{"seq":5}}"#;
        let answer = |text: &str| Frame::parse(text).expect("good frame").answer();
        assert_eq!(answer(&accepted), Some((key, Answer::Decided(Outcome::Accepted { seq: 4 }))));
        let below = Outcome::Refused { code: "BELOW_STEP".into() };
        assert_eq!(answer(&refused), Some((key, Answer::Decided(below))));
        assert_eq!(answer(&busy), Some((key, Answer::Undecided { error: "BUSY".into() })));
        assert_eq!(answer(event), None);
    }

    #[test]
    fn a_limit_passes_and_a_bad_amount_does_not() {
        assert!(is_for_now("BUSY") && is_for_now("TOO_MANY_REFUSED"));
        assert!(!is_for_now("BAD_AMOUNT"));
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
