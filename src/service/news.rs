//! What is told to those who follow: a lot announced, a notice, a result. One text for feeds, e-mails and
//! webhooks, with an id that never changes.

use super::followers::{EventKind, PublicEvent, event};
use crate::calendar::Day;
use crate::db::uuid;
use crate::error::{ApiError, ApiResult};
use crate::trading::life::notices;
use crate::trading::lots::LotKind;
use crate::trading::store as lots;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, SqlitePool};
use utoipa::ToSchema;
use uuid::{Builder, Uuid};

/// What one may follow.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Lot,
    Notice,
    Result,
}

impl Topic {
    pub const ALL: [Topic; 3] = [Topic::Lot, Topic::Notice, Topic::Result];

    pub fn name(self) -> &'static str {
        self.event().name()
    }

    fn event(self) -> EventKind {
        match self {
            Topic::Lot => EventKind::Lot,
            Topic::Notice => EventKind::Notice,
            Topic::Result => EventKind::Result,
        }
    }

    pub fn of(event: EventKind) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| topic.event() == event)
    }

    /// As a column of SQL: "lot,result".
    pub fn written(topics: &[Topic]) -> String {
        let mut topics = topics.to_vec();
        topics.sort_unstable();
        topics.dedup();
        topics.into_iter().map(Topic::name).collect::<Vec<_>>().join(",")
    }

    pub fn read(text: &str) -> Vec<Topic> {
        Topic::ALL.into_iter().filter(|topic| text.split(',').any(|name| name == topic.name())).collect()
    }
}

/// One piece of news.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct News {
    /// The same for ever, in feeds and webhooks alike.
    pub id: Uuid,
    pub topic: Topic,
    pub at: i64,
    /// When its words changed last: a sale may come to nothing.
    #[serde(skip)]
    pub updated_at: i64,
    pub lot: Uuid,
    pub lot_number: String,
    pub kind: LotKind,
    pub center_id: Uuid,
    pub title_zh: String,
    pub title_en: String,
    pub text_zh: String,
    pub text_en: String,
    /// Where a person reads on.
    pub link: String,
}

/// A name for what an id must be made of and kept for ever: a hash in the form of a UUID (RFC 9562, version 8).
pub fn lasting_id(of: &str) -> Uuid {
    let hash = Sha256::digest(of);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// The news of an event; `None` where nobody follows its kind. `site`: where the platform's pages are.
pub async fn told(db: &SqlitePool, event: &PublicEvent, site: &str) -> ApiResult<Option<News>> {
    let (Some(topic), Some(lot_id)) = (Topic::of(event.kind), event.lot) else { return Ok(None) };
    let lot = lots::find(db, lot_id).await?.detail()?.card;
    let (number, zh, en) = (&lot.number, &lot.title_zh, &lot.title_en);
    let mut updated_at = event.at;
    let (titles, texts, path) = match topic {
        Topic::Lot => (
            [format!("公告挂出：{number} {zh}"), format!("Announced: {number} {en}")],
            [
                format!("{}，起始价{}元。", lot.location, lot.start_price),
                format!("{}; starting price {} yuan.", lot.location, lot.start_price),
            ],
            format!("/lots/{lot_id}"),
        ),
        Topic::Notice => {
            let id = event.reference.parse().map_err(|_| ApiError::internal())?;
            let notice = notices::find(db, id, None).await?;
            let no = notice.number.unwrap_or_default();
            (
                [format!("{}：{no} {}", notice.kind.zh(), notice.title_zh), notice.title_en],
                [notice.text_zh, notice.text_en],
                format!("/notices/{id}"),
            )
        }
        Topic::Result => {
            let undone = undone(db, lot_id).await?;
            updated_at = undone.as_ref().map_or(event.at, |undone| undone.at);
            let told = match undone {
                Some(undone) if event.reference != lot_id.to_string() => undone.told(number, [zh, en]),
                undone => result(db, lot_id, number, [zh, en], undone).await?,
            };
            (told.0, told.1, format!("/lots/{lot_id}"))
        }
    };
    let ([title_zh, title_en], [text_zh, text_en]) = (titles, texts);
    Ok(Some(News {
        id: lasting_id(&format!("{}/{}", topic.name(), event.reference)),
        topic,
        at: event.at,
        updated_at,
        lot: lot_id,
        lot_number: lot.number,
        kind: lot.kind,
        center_id: lot.center_id,
        title_zh,
        title_en,
        text_zh,
        text_en,
        link: format!("{site}{path}"),
    }))
}

/// Titles and texts, each in Chinese and in English.
type Words = ([String; 2], [String; 2]);

/// How the floor left a lot; of a sale that came to nothing later, only together with that.
async fn result(
    db: &SqlitePool,
    lot: Uuid,
    number: &str,
    [zh, en]: [&str; 2],
    undone: Option<Undone>,
) -> ApiResult<Words> {
    let row = sqlx::query("select stage, deal, premium, winner from lot_states where lot = ?")
        .bind(lot.to_string())
        .fetch_one(db)
        .await?;
    let (stage, deal): (String, Option<String>) = (row.try_get("stage")?, row.try_get("deal")?);
    let [words_zh, words_en] = match (stage.as_str(), &undone) {
        ("sold", Some(undone)) => undone.headline(),
        ("sold", None) => ["成交", "Sold"],
        ("unsold", _) => ["流拍", "Unsold"],
        _ => ["终止", "Terminated"],
    };
    let (mut text_zh, mut text_en) = (format!("{words_zh}。"), format!("{words_en}."));
    if let Some(deal) = deal.filter(|_| undone.is_none()) {
        text_zh = format!("成交额{deal}元。");
        text_en = format!("Sold for {deal} yuan.");
    }
    if let Some(paddle) = row.try_get::<Option<u32>, _>("winner")?.filter(|_| undone.is_none()) {
        text_zh.push_str(&format!("竞得人：{paddle}号。"));
        text_en.push_str(&format!(" Winner: paddle {paddle}."));
    }
    Ok(([format!("{words_zh}：{number} {zh}"), format!("{words_en}: {number} {en}")], [text_zh, text_en]))
}

/// 成交无效 or 悔拍: what became of a sale after it was told.
struct Undone {
    defaulted: bool,
    at: i64,
}

async fn undone(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<Undone>> {
    let row = sqlx::query(
        "select ref, at from public_events
         where kind = 'result' and ref in (?1 || '/void', ?1 || '/defaulted') order by n desc limit 1",
    )
    .bind(lot.to_string())
    .fetch_optional(db)
    .await?;
    let read = |row: SqliteRow| {
        let defaulted = row.try_get::<String, _>("ref")?.ends_with("/defaulted");
        Ok(Undone { defaulted, at: row.try_get("at")? })
    };
    row.map(read).transpose()
}

impl Undone {
    /// In place of "sold", where the first news is read again.
    fn headline(&self) -> [&'static str; 2] {
        match self.defaulted {
            true => ["竞得人悔拍，交易未完成", "The winner defaulted, nothing was sold"],
            false => ["竞价结果无效，交易未完成", "The result is void, nothing was sold"],
        }
    }

    /// The correction beside it.
    fn told(&self, number: &str, [zh, en]: [&str; 2]) -> Words {
        let [why_zh, why_en] = match self.defaulted {
            true => ["竞得人悔拍", "the winner defaulted"],
            false => ["经审核，竞价结果无效", "on review the result is void"],
        };
        (
            [format!("更正：{number} {zh}，{why_zh}"), format!("Correction: {number} {en}, {why_en}")],
            [
                format!("此前发布的竞价结果不再有效：{why_zh}。后续处置以公告为准。"),
                format!("The result told before no longer stands: {why_en}. What follows will be noticed."),
            ],
        )
    }
}

/// What somebody follows.
pub struct Followed {
    pub topic: Topic,
    pub kind: Option<LotKind>,
    pub center: Option<Uuid>,
}

/// The newest of a topic before an event, newest first; and where there are more, the event they are before.
pub async fn newest(
    db: &SqlitePool,
    of: &Followed,
    before: Option<i64>,
    limit: i64,
    site: &str,
) -> ApiResult<(Vec<News>, Option<i64>)> {
    let mut select = QueryBuilder::new("select e.* from public_events e join lots l on l.id = e.lot where e.kind = ");
    select.push_bind(of.topic.name());
    if let Some(before) = before {
        select.push(" and e.n < ").push_bind(before);
    }
    if let Some(kind) = of.kind {
        select.push(" and l.kind = ").push_bind(kind.name());
    }
    if let Some(center) = of.center {
        select.push(" and l.center = ").push_bind(center.to_string());
    }
    select.push(" order by e.n desc limit ").push_bind(limit + 1);
    let rows = select.build().fetch_all(db).await?;
    let events = rows.iter().take(limit as usize).map(event).collect::<sqlx::Result<Vec<_>>>()?;
    let mut news = Vec::new();
    for event in &events {
        news.extend(told(db, event, site).await?);
    }
    let next = events.last().filter(|_| rows.len() > events.len()).map(|last| last.n);
    Ok((news, next))
}

/// One event by its number.
pub async fn numbered(db: &SqlitePool, n: i64, site: &str) -> ApiResult<Option<News>> {
    let row = sqlx::query("select * from public_events where n = ?").bind(n).fetch_one(db).await?;
    told(db, &event(&row)?, site).await
}

/// Whether there is such a center: a filter that can never match is a mistake of whoever wrote it.
pub async fn known_center(db: &SqlitePool, center: Option<Uuid>) -> ApiResult<()> {
    let Some(center) = center else { return Ok(()) };
    let row = sqlx::query("select id from centers where id = ?").bind(center.to_string()).fetch_optional(db).await?;
    match row.map(|row| uuid(&row, "id")).transpose()? {
        Some(_) => Ok(()),
        None => Err(ApiError::bad_request("center_id", "没有这个交易中心", "no such center")),
    }
}

/// 2026-10-01T09:30:00+08:00.
pub fn beijing(at: i64) -> String {
    let day = Day::of(Moment(at));
    let seconds = (at - day.start().0) / 1_000;
    format!("{day}T{:02}:{:02}:{:02}+08:00", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_moments_are_written_the_same_for_ever() {
        assert_eq!(lasting_id("lot/x").to_string(), "5724bff2-cca7-8fd1-8a80-f15cf699f59b");
        assert_eq!(beijing(0), "1970-01-01T08:00:00+08:00");
        assert_eq!(beijing(1_790_000_000_999), "2026-09-21T22:13:20+08:00");
    }

    #[test]
    fn topics_are_written_once_and_in_order() {
        assert_eq!(Topic::written(&[Topic::Result, Topic::Lot, Topic::Result]), "lot,result");
        assert_eq!(Topic::read("lot,result"), [Topic::Lot, Topic::Result]);
    }
}
