//! The cards of what was left lying, and what people said to some of them.

use super::doors::Doors;
use crate::error::ApiResult;
use crate::supervision::cards::sweep;
use serde_json::{Value, json};

/// Which card, told by its level and reason; and what was done about it, by whom.
type Story = (&'static str, &'static str, &'static [(&'static str, &'static str, &'static str)]);

const STORIES: [Story; 4] = [
    ("red", "over_legal", &[("officer1", "explain", "该件涉及两个部门，协调耗时，已于今日移交")]),
    (
        "yellow",
        "decided_late",
        &[
            ("officer1", "explain", "承办人休假期间未指定替办人"),
            ("supervisor", "confirm", "未落实AB岗制度，理由不成立"),
            ("officer1", "correct", "已指定替办人，并在科室内部通报"),
            ("supervisor", "close", ""),
        ],
    ),
    (
        "yellow",
        "step_over",
        &[
            ("officer1", "explain", "等待第三方检测报告，检测机构来函附后"),
            ("supervisor", "withdraw", "检测期间依法不计入时限，撤回"),
        ],
    ),
    (
        "yellow",
        "over_promised",
        &[("officer1", "explain", "来件集中，人手不足"), ("supervisor", "confirm", "承诺时限应当遵守，请三日内办结")],
    ),
];

pub async fn fill(doors: &Doors) -> ApiResult<()> {
    sweep::round(&doors.app).await?;
    let board = doors.get("officer1", "/api/me/cards").await?;
    let cards = board["cards"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (level, reason, acts) in STORIES {
        let is_it = |card: &&Value| card["level"] == level && card["reason"] == reason && card["state"] == "notified";
        let Some(no) = cards.iter().find(is_it).and_then(|card| card["no"].as_i64()) else { continue };
        for (login, act, note) in acts {
            doors.post(login, &format!("/api/cards/{no}/acts"), json!({"act": act, "note": note})).await?;
        }
    }
    Ok(())
}
