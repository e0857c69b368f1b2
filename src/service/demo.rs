//! Demonstration: a few questions about lots, one answered, one answered and corrected, one waiting.

use super::questions;
use crate::app::App;
use crate::clock;
use crate::error::ApiResult;
use crate::security::store as people;
use crate::trading::lots::LotQuery;
use crate::trading::store::{self, Scope};

pub async fn fill(app: &App) -> ApiResult<()> {
    let lots = store::list(&app.db, &LotQuery::default(), Scope::Public, clock::now()).await?.items;
    let stories: [(&str, &[&str]); 3] = [
        ("能否分期缴纳成交价款？", &["可以，期数和比例见出让公告。"]),
        (
            "踏勘时间如何安排？ When can the site be visited?",
            &["公告期内每周三上午。", "更正：公告期内每周三、周五上午，请提前一个工作日预约。"],
        ),
        ("保证金可否由母公司代缴？", &[]),
    ];
    let centers = people::centers(&app.db).await?;
    let prefixes = ["city", "nanshan", "longgang"];
    for (lot, (question, answers)) in lots.iter().zip(stories) {
        let place = centers.iter().position(|center| center.id == lot.center_id).unwrap_or_default();
        let clerk = format!("{}.clerk1", prefixes[place.min(prefixes.len() - 1)]);
        let (Some((asks, _)), Some((answers_it, _))) =
            (people::by_login(&app.db, "bidder1").await?, people::by_login(&app.db, &clerk).await?)
        else {
            return Ok(());
        };
        let id = questions::ask(&app.db, lot.id, asks.id, question, clock::now()).await?;
        for (text, version) in answers.iter().zip(1..) {
            questions::answer(&app.db, id, version, text, answers_it.id, clock::now()).await?;
        }
    }
    Ok(())
}
