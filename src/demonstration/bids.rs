//! Bids that ask for a question: two bidders of one network who answer each other faster than people do, and a lot
//! that a third has driven far above its start.

use super::doors::{Doors, person, text};
use crate::error::{ApiError, ApiResult};
use crate::trading::floor::{Ask, Intent, Origin};
use matching::Money;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

const HOUR_MS: u64 = 3_600_000;
const STEP_YUAN: i64 = 5_000;
/// Rounds of the two at machine speed; the watch asks after a dozen turns.
const TURNS: i64 = 16;
/// The watch follows within milliseconds of the record; a busy machine is given this.
const WATCH_LOOK: Duration = Duration::from_millis(20);
const WATCH_LOOKS_MAX: usize = 150;

/// The alerts that came of it: number, rule.
pub struct Raised(Vec<(i64, String)>);

impl Raised {
    pub fn of(&self, rule: &str) -> Option<i64> {
        self.0.iter().find(|(_, known)| known == rule).map(|(id, _)| *id)
    }
}

pub async fn fill(doors: &Doors) -> ApiResult<Raised> {
    // Of the addresses kept for documentation (RFC 5737): nobody's.
    let office = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 17));
    let home = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 5));
    let (one, other, third) = (("bidder4", office), ("bidder5", office), ("bidder3", home));
    let machine =
        lot(doors, "SZ-CL-2026-044", "执法暂扣车辆一批（8辆）", "Eight impounded vehicles", &[one, other]).await?;
    for turn in 0..TURNS {
        let (login, from) = if turn % 2 == 0 { one } else { other };
        bid(doors, machine, login, from, 320_000 + turn * STEP_YUAN).await?;
    }
    let dear =
        lot(doors, "SZ-SB-2026-019", "实验室精密仪器一批", "A batch of laboratory instruments", &[third, one, other])
            .await?;
    for (turn, (login, from)) in [third, one, third, other, third].into_iter().enumerate() {
        let leap = if turn == 4 { 180_000 } else { turn as i64 * STEP_YUAN };
        bid(doors, dear, login, from, 320_000 + leap).await?;
    }
    raised(doors, &["alternating_pair", "machine_speed", "shared_network", "premium_over_half"]).await
}

async fn lot(doors: &Doors, number: &str, zh: &str, en: &str, bidders: &[(&str, IpAddr)]) -> ApiResult<Uuid> {
    let draft = json!({
        "number": number, "kind": "vehicle", "title_zh": zh, "title_en": en, "location": "福田区彩田路",
        "description_zh": "演示数据：本标的为平台演示所设，不构成要约。", "description_en": "Demonstration data: not an offer.",
        "grantor": "市机关事务管理局（演示）", "facts": [],
        "terms": {
            "scale": 2, "direction": "ascending", "start_price": "320000.00", "deposit": "64000.00", "proxy": "step",
            "step": {"rule": "at_least", "bands": [{"from": "0.00", "step": "5000.00"}]}, "self_outbid": true,
            "phases": [{"kind": "open", "length_ms": 12 * HOUR_MS, "extension": {"kind": "none"}}],
            "resume": {"quick_ms": HOUR_MS, "notice_ms": 24 * HOUR_MS, "restart": "timed"}
        }
    });
    let written = doors.post("city.clerk1", "/api/desk/lots", draft).await?;
    let id = text(&written, "/card/id")?;
    doors.post("city.clerk2", &format!("/api/desk/lots/{id}/check"), json!({})).await?;
    doors.post("city.clerk1", &format!("/api/desk/lots/{id}/publish"), json!({})).await?;
    for (login, _) in bidders {
        let applied = doors.post(login, &format!("/api/lots/{id}/applications"), json!({})).await?;
        let no = applied["no"].as_i64().ok_or_else(ApiError::internal)?;
        doors.post("city.clerk1", &format!("/api/desk/lots/{id}/applications/{no}/admit"), json!({})).await?;
    }
    doors.post("city.clerk1", &format!("/api/desk/lots/{id}/open"), json!({})).await?;
    id.parse().map_err(|_| ApiError::internal())
}

/// As a bid comes by the socket: with the network it came from.
async fn bid(doors: &Doors, lot: Uuid, login: &str, from: IpAddr, yuan: i64) -> ApiResult<()> {
    let amount = Money::new(yuan * 100).ok_or_else(ApiError::out_of_range)?;
    let (reply, mut answer) = mpsc::channel(1);
    let ask = Ask {
        lot,
        actor: Some(person(&doors.app, login).await?.id),
        origin: Origin { device: None, network: Some(doors.app.marks.network(from)) },
        intent: Intent::Bid { key: Uuid::new_v4(), amount, expect: None },
        reply,
    };
    doors.app.door.ask(ask).map_err(|_| ApiError::busy())?;
    answer.recv().await.map(drop).ok_or_else(ApiError::busy)
}

/// Waits until the watch has spoken of every rule named.
async fn raised(doors: &Doors, rules: &[&str]) -> ApiResult<Raised> {
    let mut pace = tokio::time::interval(WATCH_LOOK);
    for _ in 0..WATCH_LOOKS_MAX {
        pace.tick().await;
        let page = doors.get("supervisor", "/api/supervision/alerts").await?;
        let alerts = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let read = |alert: &Value| Some((alert["id"].as_i64()?, alert["rule"].as_str()?.to_string()));
        let known = Raised(alerts.iter().filter_map(read).collect());
        if rules.iter().all(|rule| known.of(rule).is_some()) {
            return Ok(known);
        }
    }
    tracing::error!(?rules, "the watch has not spoken of all of these");
    Err(ApiError::internal())
}
