//! The demonstration's lots that are not sold by open bidding: made of the presets, and kept lively.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Account;
use crate::trading::demo::{Becomes, Story, bid};
use crate::trading::floor::Intent;
use crate::trading::lots::LotKind;
use crate::trading::profiles::presets;
use crate::trading::room_view::RoomView;
use crate::trading::sketch::{HOUR, MINUTE};
use crate::trading::wire::{LotState, parse_money};
use matching::{Method, Money, Offer, Phase, Side, Terms};
use uuid::Uuid;

/// A preset's terms, its first phase's method changed.
fn preset(id: &str, change: impl FnOnce(&mut Method)) -> Terms {
    let found = presets().into_iter().find(|preset| preset.id == id).expect("a preset of ours");
    let mut terms = found.terms.parse().expect("presets are sound");
    if let Some(Phase::Method(method)) = terms.phases.first_mut() {
        change(method);
    }
    terms
}

/// Lots that stand open for hours, for whoever looks.
pub fn stories() -> Vec<Story> {
    let sealed = preset("property_one_shot", |_| {});
    let plates = preset("plates_shenzhen", |_| {});
    let weighted = preset("property_weighted", |method| {
        if let Method::Weighted(rules) = method {
            rules.length_ms = 12 * HOUR;
        }
    });
    vec![
        Story {
            center: 0,
            number: "CQ-2026-0431",
            kind: LotKind::PropertyRight,
            zh: "市属酒店物业整体转让（一次报价）",
            en: "A city hotel, one sealed quote",
            location: "福田区福华路",
            area_m2: None,
            terms: sealed,
            becomes: Becomes::Listing,
        },
        Story {
            center: 0,
            number: "XQC-2026-11",
            kind: LotKind::PlateQuota,
            zh: "小汽车增量指标竞价（2026年第11期）",
            en: "Car-plate quota, November 2026",
            location: "全市",
            area_m2: None,
            terms: plates,
            becomes: Becomes::Listing,
        },
        Story {
            center: 1,
            number: "NS-CQ-2026-027",
            kind: LotKind::PropertyRight,
            zh: "区属企业增资扩股（权重报价）",
            en: "Capital increase of a district company, weighted",
            location: "南山区粤海街道",
            area_m2: None,
            terms: weighted,
            becomes: Becomes::Listing,
        },
    ]
}

/// Series that follow one another while the server runs.
pub const SERIES: usize = 2;

pub fn live_story(series: usize) -> Story {
    match series {
        0 => Story {
            center: 2,
            number: "LG-ZW-2026-3",
            kind: LotKind::Equipment,
            zh: "花卉市场年宵花摊位（荷兰式）",
            en: "New-year flower stalls, Dutch",
            location: "龙岗区横岗街道",
            area_m2: None,
            terms: preset("dutch", |method| {
                if let Method::Dutch(rules) = method {
                    rules.every_ms = 6_000;
                }
            }),
            becomes: Becomes::Listing,
        },
        _ => Story {
            center: 0,
            number: "TP-2026-4",
            kind: LotKind::CarbonAllowance,
            zh: "碳排放配额现货连续竞价",
            en: "Carbon allowances, continuous session",
            location: "排放权交易所",
            area_m2: None,
            terms: preset("carbon_exchange", |method| {
                if let Method::Exchange(rules) = method {
                    rules.length_ms = 30 * MINUTE;
                }
            }),
            becomes: Becomes::Listing,
        },
    }
}

/// First offers on a lot that has just opened.
pub async fn first_offers(app: &App, lot: Uuid, bidders: &[Account], terms: &Terms) -> ApiResult<()> {
    let start = terms.start_price;
    let above =
        |nth: usize, of: i64| Money::new(start.minor() + start.minor() / 100 * of * nth as i64).unwrap_or(start);
    for (nth, bidder) in bidders.iter().enumerate() {
        match terms.phases.first() {
            Some(Phase::Method(Method::Sealed(_))) => bid(app, lot, bidder.id, above(nth, 7)).await?,
            Some(Phase::Method(Method::Call(_))) => {
                let price = above(nth, 110);
                offer(app, lot, bidder.id, Offer::Order { side: Side::Buy, price, quantity: 1 }).await?;
            }
            Some(Phase::Method(Method::Weighted(_))) => {
                let marks = vec![30 + 20 * nth as i64, 40 * nth as i64];
                offer(app, lot, bidder.id, Offer::Marks { amount: above(nth, 15), marks }).await?;
            }
            _ => return Ok(()),
        }
    }
    Ok(())
}

async fn offer(app: &App, lot: Uuid, account: Uuid, offer: Offer) -> ApiResult<()> {
    let intent = Intent::Offer { key: Uuid::new_v4(), offer };
    app.door.call(lot, Some(account), intent).await.map(|_| ()).map_err(|_| ApiError::busy())
}

/// One simulated move on a lively lot.
pub async fn play(app: &App, lot: Uuid, bidders: &[Account], chance: u128, state: &LotState) -> ApiResult<()> {
    let bidder = &bidders[(chance >> 8) as usize % bidders.len()];
    match &state.room {
        Some(RoomView::Dutch { shown, step, .. }) if *step > 12 && (chance >> 16).is_multiple_of(40) => {
            bid(app, lot, bidder.id, parse_money(shown, 2)?).await
        }
        Some(RoomView::Exchange { last, .. }) => {
            let middle = last.as_deref().map_or(Ok(4_800), |last| parse_money(last, 2).map(|last| last.minor()))?;
            // Even bidders buy, odd ones sell, so that nobody meets himself.
            let side = if (chance >> 8).is_multiple_of(2) { Side::Buy } else { Side::Sell };
            let away = (chance >> 24) as i64 % 40 - 12;
            let price = if side == Side::Buy { middle - away } else { middle + away };
            let quantity = 1 + ((chance >> 40) as u64 % 60) * 5;
            let price = Money::new(price.max(1)).ok_or_else(ApiError::out_of_range)?;
            offer(app, lot, bidder.id, Offer::Order { side, price, quantity }).await
        }
        _ => Ok(()),
    }
}
