//! 公告: written by one clerk, published by another, numbered, and never edited: a correction is a new
//! version beside the old.

use super::model::State;
use crate::calendar::Day;
use crate::db::{bad, uuid};
use crate::error::{ApiError, ApiResult};
use crate::named::named;
use crate::security::signed::hex;
use crate::trading::store::containing;
use matching::Moment;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqliteExecutor, SqlitePool};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub const PAGE_SIZE_MAX: u32 = 50;
const TITLE_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 20_000;
/// Notices of one lot; more is a mistake.
const OF_LOT_MAX: i64 = 200;
/// Before a center's code, where it has no words of its own: two centers never share numbers.
const PREFIX: &str = "公资交告";

named! {
    NoticeKind {
        /// 出让（转让）公告.
        Grant "grant" "出让公告" "notice of sale";
        Supplementary "supplementary" "补充公告" "supplementary notice";
        Suspension "suspension" "中止公告" "notice of suspension";
        Resumption "resumption" "恢复公告" "notice of resumption";
        Termination "termination" "终止公告" "notice of termination";
        /// 成交公示.
        Result "result" "成交公示" "notice of the result";
    }
}

impl NoticeKind {
    /// What the floor does by a clerk's word is published with it, in fixed words.
    pub fn is_of_floor(self) -> bool {
        matches!(self, NoticeKind::Suspension | NoticeKind::Resumption | NoticeKind::Termination)
    }
}

#[derive(Deserialize, ToSchema, Debug, Clone)]
#[serde(deny_unknown_fields)]
pub struct NoticeDraft {
    pub kind: NoticeKind,
    pub title_zh: String,
    pub title_en: String,
    pub text_zh: String,
    pub text_en: String,
    /// 重大变更: bids made before it become void.
    #[serde(default)]
    pub material: bool,
    /// A supplementary notice's new opening.
    #[serde(default)]
    pub opens_at: Option<i64>,
    /// 更正: the published notice this one corrects.
    #[serde(default)]
    pub corrects: Option<Uuid>,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct Notice {
    pub id: Uuid,
    pub lot: Uuid,
    pub lot_number: String,
    pub center_id: Uuid,
    pub kind: NoticeKind,
    /// 深土交告〔2026〕3号; absent before publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// 1, and one more with each correction.
    pub version: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Uuid>,
    /// 已更正: the newest published correction of this one. Its own text stays as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected_by: Option<Uuid>,
    pub title_zh: String,
    pub title_en: String,
    pub text_zh: String,
    pub text_en: String,
    pub material: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<i64>,
    /// When the text became what it is: who publishes a draft names it.
    pub written_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<i64>,
    /// Whether the reader wrote it, and so may not publish it.
    pub mine: bool,
    #[serde(skip)]
    #[schema(ignore)]
    pub written_by: Uuid,
}

impl Notice {
    /// What the log knows it by: all that is public of it and never changes, as the doors tell it, in canonical
    /// JSON (RFC 8785: fields by name, no space). Hash that of `/api/notices/{id}` without `corrected_by` and `mine`.
    pub fn sha256(&self) -> String {
        let all = serde_json::to_value(self).expect("a notice has no failing part");
        let mut fields: BTreeMap<String, Value> = all.as_object().cloned().unwrap_or_default().into_iter().collect();
        // A correction comes later, and whose it is the reader's affair.
        fields.retain(|name, _| name != "corrected_by" && name != "mine");
        hex(&Sha256::digest(serde_json::to_vec(&fields).expect("values have no failing part")))
    }
}

/// The kind of note; those of kind `notice` hashed number, version, titles and texts alone, joined by line breaks.
pub const NOTED: &str = "notice_json";

#[derive(Serialize, ToSchema, Debug)]
pub struct NoticePage {
    pub items: Vec<Notice>,
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
}

pub fn check(draft: &NoticeDraft) -> ApiResult<()> {
    if draft.kind.is_of_floor() {
        return Err(ApiError::bad_request(
            "kind",
            "中止、恢复、终止公告随相应操作自动发布",
            "notices of suspension, resumption and termination are published with the act itself",
        ));
    }
    for (field, text, max) in [
        ("title_zh", &draft.title_zh, TITLE_CHARS_MAX),
        ("title_en", &draft.title_en, TITLE_CHARS_MAX),
        ("text_zh", &draft.text_zh, TEXT_CHARS_MAX),
        ("text_en", &draft.text_en, TEXT_CHARS_MAX),
    ] {
        if text.trim().is_empty() || text.chars().count() > max {
            return Err(ApiError::bad_request(field, "不能为空或过长", "empty or too long"));
        }
    }
    if draft.kind != NoticeKind::Supplementary && draft.material {
        return Err(ApiError::bad_request(
            "material",
            "只有补充公告可标记重大变更",
            "only a supplementary notice changes anything",
        ));
    }
    if draft.kind != NoticeKind::Supplementary && draft.opens_at.is_some() {
        return Err(ApiError::bad_request(
            "opens_at",
            "只有补充公告可推迟开始时间",
            "only a supplementary notice postpones the opening",
        ));
    }
    Ok(())
}

/// What publishing a notice does besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    None,
    /// The opening is postponed.
    Postpone(Moment),
    /// 重大变更 after bids: the lot ends, its bids are void.
    Invalidate,
}

/// Whether a notice may be published in a state, and what follows. `opens_at`: as it stands now.
pub fn effect(notice: &Notice, state: State, bids: u64, opens_at: Option<Moment>, now: Moment) -> ApiResult<Effect> {
    let refuse =
        |code: &'static str, zh: &str, en: &str| Err(ApiError { code: code.into(), ..ApiError::conflict(zh, en) });
    if notice.corrects.is_some() {
        if notice.material || notice.opens_at.is_some() {
            return Err(ApiError::bad_request(
                "opens_at",
                "更正公告只更正文字，不改变时间或条件",
                "a correction mends words; it moves no date and changes no condition",
            ));
        }
        return Ok(Effect::None);
    }
    match (notice.kind, state) {
        (NoticeKind::Grant, State::Filed) => Ok(Effect::None),
        (NoticeKind::Grant, _) => refuse(
            "NOTICE_NOT_NOW",
            "标的获批准后、挂出前发布出让公告",
            "a notice of sale follows the approval and comes before the floor",
        ),
        (NoticeKind::Result, State::Confirmed | State::Publicity) => Ok(Effect::None),
        (NoticeKind::Result, _) => {
            refuse("NOTICE_NOT_NOW", "签发成交确认书后发布成交公示", "a notice of the result follows the confirmation")
        }
        (NoticeKind::Supplementary, State::Announced | State::Bidding) if notice.material && bids > 0 => {
            Ok(Effect::Invalidate)
        }
        (NoticeKind::Supplementary, State::Announced) => match (notice.opens_at.map(Moment), opens_at) {
            (Some(new), old) if new > now && old.is_none_or(|old| new > old) => Ok(Effect::Postpone(new)),
            (Some(_), _) => Err(ApiError::bad_request(
                "opens_at",
                "补充公告须推迟开始时间",
                "a supplementary notice postpones the opening",
            )),
            (None, _) => Err(ApiError::bad_request(
                "opens_at",
                "补充公告须写明推迟后的开始时间",
                "a supplementary notice says when the lot opens instead",
            )),
        },
        (NoticeKind::Supplementary, State::Bidding) => refuse(
            "NOTICE_TOO_LATE",
            "挂牌开始后不得发布补充公告；重大变更须先有报价，否则请终止",
            "no supplementary notice after the listing has begun; terminate the lot instead",
        ),
        (NoticeKind::Supplementary, _) => refuse(
            "NOTICE_NOT_NOW",
            "补充公告在挂出后、开始前发布",
            "a supplementary notice comes between announcement and opening",
        ),
        (NoticeKind::Suspension | NoticeKind::Resumption | NoticeKind::Termination, _) => Ok(Effect::None),
    }
}

/// 深土交告〔2026〕3号（更正1）.
fn number(prefix: &str, year: i64, no: i64, version: i64) -> String {
    match version {
        1 => format!("{prefix}〔{year}〕{no}号"),
        later => format!("{prefix}〔{year}〕{no}号（更正{}）", later - 1),
    }
}

const SELECT: &str = "select n.*, l.number as lot_number,
    (select c.id from notices c where c.center = n.center and c.year = n.year and c.no = n.no and c.version > n.version
     order by c.version desc limit 1) as corrected_by
  from notices n join lots l on l.id = n.lot where 1 = 1";

fn notice(row: &SqliteRow, reader: Option<Uuid>) -> sqlx::Result<Notice> {
    let kind: String = row.try_get("kind")?;
    let corrects: Option<String> = row.try_get("corrects")?;
    let corrected_by: Option<String> = row.try_get("corrected_by")?;
    let version = row.try_get("version")?;
    let numbered: (Option<String>, Option<i64>, Option<i64>) =
        (row.try_get("prefix")?, row.try_get("year")?, row.try_get("no")?);
    let written_by = uuid(row, "written_by")?;
    Ok(Notice {
        id: uuid(row, "id")?,
        lot: uuid(row, "lot")?,
        lot_number: row.try_get("lot_number")?,
        center_id: uuid(row, "center")?,
        kind: NoticeKind::from_name(&kind).ok_or_else(|| bad("kind"))?,
        number: match numbered {
            (Some(prefix), Some(year), Some(no)) => Some(number(&prefix, year, no, version)),
            _ => None,
        },
        version,
        corrects: corrects.map(|id| id.parse().map_err(|_| bad("corrects"))).transpose()?,
        corrected_by: corrected_by.map(|id| id.parse().map_err(|_| bad("corrected_by"))).transpose()?,
        title_zh: row.try_get("title_zh")?,
        title_en: row.try_get("title_en")?,
        text_zh: row.try_get("text_zh")?,
        text_en: row.try_get("text_en")?,
        material: row.try_get("material")?,
        opens_at: row.try_get("opens_at")?,
        written_at: row.try_get("written_at")?,
        published_at: row.try_get("published_at")?,
        mine: reader == Some(written_by),
        written_by,
    })
}

pub async fn find<'e>(db: impl SqliteExecutor<'e>, id: Uuid, reader: Option<Uuid>) -> ApiResult<Notice> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} and n.id = ?")))
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    Ok(notice(&row.ok_or_else(ApiError::not_found)?, reader)?)
}

/// Notices of a lot, oldest first; drafts only for staff.
pub async fn of_lot(db: &SqlitePool, lot: Uuid, reader: Option<Uuid>) -> ApiResult<Vec<Notice>> {
    let drafts = if reader.is_some() { "" } else { " and n.published_at is not null" };
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{SELECT} and n.lot = ?{drafts} order by n.published_at is null, n.published_at, n.written_at limit ?"
    )))
    .bind(lot.to_string())
    .bind(OF_LOT_MAX)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| notice(row, reader)).collect::<sqlx::Result<_>>()?)
}

/// Whose notices a list shows.
pub enum Shown {
    Published,
    /// Of a center and its districts, drafts included, as one of its clerks reads them.
    Desk {
        center: Uuid,
        reader: Uuid,
    },
}

#[derive(Deserialize, IntoParams, Debug, Default)]
#[into_params(parameter_in = Query)]
pub struct NoticeQuery {
    /// grant, supplementary, suspension, resumption, termination or result; all if absent.
    pub kind: Option<String>,
    pub center_id: Option<Uuid>,
    /// Words of the title or text, or the lot's number.
    pub q: Option<String>,
    pub page: Option<u32>,
    /// At most 50.
    pub page_size: Option<u32>,
}

pub async fn page(db: &SqlitePool, shown: Shown, query: &NoticeQuery) -> ApiResult<NoticePage> {
    let (page, page_size) = (query.page.unwrap_or(1).max(1), query.page_size.unwrap_or(20).clamp(1, PAGE_SIZE_MAX));
    let condition = |builder: &mut QueryBuilder<Sqlite>| {
        match &shown {
            Shown::Published => {
                builder.push(" and n.published_at is not null");
            }
            Shown::Desk { center, .. } => {
                builder.push(" and (n.center = ").push_bind(center.to_string());
                builder.push(" or n.center in (select id from centers where parent = ");
                builder.push_bind(center.to_string()).push("))");
            }
        }
        if let Some(kind) = query.kind.as_deref().filter(|kind| !kind.is_empty()) {
            builder.push(" and n.kind = ").push_bind(kind.to_string());
        }
        if let Some(center) = query.center_id {
            builder.push(" and n.center = ").push_bind(center.to_string());
        }
        let columns = ["n.title_zh", "n.title_en", "n.text_zh", "n.text_en", "l.number"];
        containing(builder, query.q.as_deref(), &columns);
    };
    let mut count = QueryBuilder::new("select count(*) from notices n join lots l on l.id = n.lot where 1 = 1");
    condition(&mut count);
    let total: i64 = count.build_query_scalar().fetch_one(db).await?;
    let mut select = QueryBuilder::new(SELECT);
    condition(&mut select);
    select.push(" order by n.published_at is not null, n.published_at desc, n.written_at desc limit ");
    select.push_bind(page_size).push(" offset ").push_bind(i64::from(page - 1) * i64::from(page_size));
    let rows = select.build().fetch_all(db).await?;
    let reader = match shown {
        Shown::Published => None,
        Shown::Desk { reader, .. } => Some(reader),
    };
    let items = rows.iter().map(|row| notice(row, reader)).collect::<sqlx::Result<_>>()?;
    Ok(NoticePage { items, total: total as u64, page, page_size })
}

/// Writes a draft, or over one of the same id; not while the floor is asked to do what it says.
pub async fn write<'e>(
    db: impl SqliteExecutor<'e>,
    id: Uuid,
    lot: Uuid,
    center: Uuid,
    draft: &NoticeDraft,
    by: Uuid,
    now: Moment,
) -> ApiResult<()> {
    let written = sqlx::query(
        "insert into notices (id, lot, center, kind, corrects, title_zh, title_en, text_zh, text_en, material, opens_at,
           written_by, written_at, of_floor)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update set kind = excluded.kind, title_zh = excluded.title_zh,
           title_en = excluded.title_en, text_zh = excluded.text_zh, text_en = excluded.text_en,
           material = excluded.material, opens_at = excluded.opens_at, written_by = excluded.written_by,
           written_at = excluded.written_at
         where published_at is null
           and not exists (select 1 from life_dues d where d.lot = notices.lot and d.word ->> '$.notice' = notices.id)",
    )
    .bind(id.to_string())
    .bind(lot.to_string())
    .bind(center.to_string())
    .bind(draft.kind.name())
    .bind(draft.corrects.map(|id| id.to_string()))
    .bind(&draft.title_zh)
    .bind(&draft.title_en)
    .bind(&draft.text_zh)
    .bind(&draft.text_en)
    .bind(draft.material)
    .bind(draft.opens_at)
    .bind(by.to_string())
    .bind(now.0)
    .bind(draft.kind.is_of_floor())
    .execute(db)
    .await?;
    if written.rows_affected() == 1 { Ok(()) } else { Err(published_already()) }
}

fn published_already() -> ApiError {
    ApiError::conflict("公告已发布，不可修改；请另发更正", "the notice is published; write a correction beside it")
}

/// Numbers a notice and publishes it: the next number of its center and year, or the corrected one's.
/// `by`: who checked it; `None` for the floor's own. What its author has made of it since stays a draft.
pub async fn publish(tx: &mut SqliteConnection, notice: &Notice, by: Option<Uuid>, now: Moment) -> ApiResult<()> {
    let year = i64::from(Day::of(now).year());
    let center = notice.center_id.to_string();
    let (prefix, year, no, version) = match notice.corrects {
        Some(corrected) => {
            let row = sqlx::query(
                "select prefix, year, no, (select max(version) from notices v
                   where v.center = n.center and v.year = n.year and v.no = n.no) as version
                 from notices n where id = ?",
            )
            .bind(corrected.to_string())
            .fetch_one(&mut *tx)
            .await?;
            let version: i64 = row.try_get("version")?;
            (row.try_get("prefix")?, row.try_get("year")?, row.try_get("no")?, version + 1)
        }
        None => {
            let prefix: String = sqlx::query_scalar(
                "select coalesce(prefix, ? || code) from centers c left join notice_prefixes p on p.center_code = c.code
                 where c.id = ?",
            )
            .bind(PREFIX)
            .bind(&center)
            .fetch_one(&mut *tx)
            .await?;
            let last: i64 =
                sqlx::query_scalar("select coalesce(max(no), 0) from notices where center = ? and year = ?")
                    .bind(&center)
                    .bind(year)
                    .fetch_one(&mut *tx)
                    .await?;
            (prefix, year, last + 1, 1)
        }
    };
    let published = sqlx::query(
        "update notices set prefix = ?, year = ?, no = ?, version = ?, checked_by = ?, published_at = ?
         where id = ? and published_at is null and written_at = ?",
    )
    .bind::<String>(prefix)
    .bind::<i64>(year)
    .bind::<i64>(no)
    .bind(version)
    .bind(by.map(|by| by.to_string()))
    .bind(now.0)
    .bind(notice.id.to_string())
    .bind(notice.written_at)
    .execute(&mut *tx)
    .await?;
    if published.rows_affected() != 1 {
        return Err(ApiError::conflict(
            "公告已被修改或发布，请刷新后重新核对",
            "somebody changed the notice meanwhile; read it again",
        ));
    }
    Ok(())
}

/// When the notice period of a lot began: with its notice of sale, anew with each material change.
pub async fn noticed_at(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<Moment>> {
    let at: Option<i64> = sqlx::query_scalar(
        "select max(at) from (
           select min(published_at) as at from notices where lot = ?1 and kind = 'grant'
           union all
           select max(published_at) from notices where lot = ?1 and kind = 'supplementary' and material = 1)",
    )
    .bind(lot.to_string())
    .fetch_one(db)
    .await?;
    Ok(at.map(Moment))
}

/// When a lot's first notice of a kind was published.
pub async fn published_at(db: &SqlitePool, lot: Uuid, kind: NoticeKind) -> ApiResult<Option<Moment>> {
    let at: Option<i64> = sqlx::query_scalar("select min(published_at) from notices where lot = ? and kind = ?")
        .bind(lot.to_string())
        .bind(kind.name())
        .fetch_one(db)
        .await?;
    Ok(at.map(Moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blank(kind: NoticeKind, material: bool, opens_at: Option<i64>) -> Notice {
        Notice {
            id: Uuid::nil(),
            lot: Uuid::nil(),
            lot_number: "A122-0341".into(),
            center_id: Uuid::nil(),
            kind,
            number: None,
            version: 1,
            corrects: None,
            corrected_by: None,
            title_zh: "题".into(),
            title_en: "title".into(),
            text_zh: "文".into(),
            text_en: "text".into(),
            material,
            opens_at,
            written_at: 0,
            published_at: None,
            mine: false,
            written_by: Uuid::nil(),
        }
    }

    #[test]
    fn a_number_says_center_year_and_which_correction() {
        assert_eq!(number("深土交告", 2026, 3, 1), "深土交告〔2026〕3号");
        assert_eq!(number("深土交告", 2026, 3, 3), "深土交告〔2026〕3号（更正2）");
    }

    #[test]
    fn what_is_noted_of_a_notice_is_all_that_is_public_of_it() {
        let known = blank(NoticeKind::Grant, false, None);
        type Change = (&'static str, fn(&mut Notice));
        let changes: &[Change] = &[
            ("kind", |notice| notice.kind = NoticeKind::Result),
            ("material", |notice| notice.material = true),
            ("opens_at", |notice| notice.opens_at = Some(1)),
            ("corrects", |notice| notice.corrects = Some(Uuid::max())),
            ("lot", |notice| notice.lot = Uuid::max()),
            ("published_at", |notice| notice.published_at = Some(1)),
            ("a line moved from title to text", |notice| {
                notice.title_zh = "题\n文".into();
                notice.text_zh = String::new();
            }),
        ];
        for (what, change) in changes {
            let mut other = known.clone();
            change(&mut other);
            assert_ne!(known.sha256(), other.sha256(), "{what}");
        }
        let later = Notice { corrected_by: Some(Uuid::max()), mine: true, ..known.clone() };
        assert_eq!(known.sha256(), later.sha256(), "what comes later, or is the reader's, is not of it");
    }

    #[test]
    fn a_notice_has_its_time_and_its_effect() {
        use NoticeKind::{Grant, Result, Supplementary};
        let (now, opens) = (Moment(1_000), Some(Moment(5_000)));
        for (kind, material, new, state, bids, expected) in [
            (Grant, false, None, State::Filed, 0, Ok(Effect::None)),
            (Grant, false, None, State::Checked, 0, Err("NOTICE_NOT_NOW")),
            (Grant, false, None, State::Announced, 0, Err("NOTICE_NOT_NOW")),
            (Result, false, None, State::Confirmed, 3, Ok(Effect::None)),
            (Result, false, None, State::Hammered, 3, Err("NOTICE_NOT_NOW")),
            (Supplementary, false, Some(6_000), State::Announced, 0, Ok(Effect::Postpone(Moment(6_000)))),
            (Supplementary, true, Some(6_000), State::Announced, 0, Ok(Effect::Postpone(Moment(6_000)))),
            (Supplementary, false, Some(5_000), State::Announced, 0, Err("BAD_REQUEST")),
            (Supplementary, false, Some(900), State::Announced, 0, Err("BAD_REQUEST")),
            (Supplementary, false, None, State::Announced, 0, Err("BAD_REQUEST")),
            (Supplementary, false, Some(6_000), State::Bidding, 0, Err("NOTICE_TOO_LATE")),
            (Supplementary, false, Some(6_000), State::Bidding, 2, Err("NOTICE_TOO_LATE")),
            (Supplementary, true, None, State::Bidding, 0, Err("NOTICE_TOO_LATE")),
            (Supplementary, true, None, State::Bidding, 2, Ok(Effect::Invalidate)),
            (Supplementary, true, None, State::Hammered, 2, Err("NOTICE_NOT_NOW")),
        ] {
            let told = effect(&blank(kind, material, new), state, bids, opens, now);
            assert_eq!(
                told.map_err(|error| error.code.into_owned()),
                expected.map_err(str::to_string),
                "{kind:?} {state:?} {bids}"
            );
        }
    }

    #[test]
    fn a_notice_is_read_field_by_field() {
        let draft = || NoticeDraft {
            kind: NoticeKind::Grant,
            title_zh: "题".into(),
            title_en: "title".into(),
            text_zh: "文".into(),
            text_en: "text".into(),
            material: false,
            opens_at: None,
            corrects: None,
        };
        assert!(check(&draft()).is_ok());
        type Case = (&'static str, fn(&mut NoticeDraft));
        let cases: &[Case] = &[
            ("kind", |draft| draft.kind = NoticeKind::Suspension),
            ("title_zh", |draft| draft.title_zh = " ".into()),
            ("title_en", |draft| draft.title_en = "x".repeat(201)),
            ("text_zh", |draft| draft.text_zh = "长".repeat(20_001)),
            ("text_en", |draft| draft.text_en.clear()),
            ("material", |draft| draft.material = true),
            ("opens_at", |draft| draft.opens_at = Some(1)),
        ];
        for (field, spoil) in cases {
            let mut wrong = draft();
            spoil(&mut wrong);
            assert_eq!(check(&wrong).expect_err(field).field.as_deref(), Some(*field));
        }
    }
}
