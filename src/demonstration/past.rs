//! What began weeks ago and was left lying: cases of approval and of enforcement whose limits are near or past, and
//! orders a center was given days ago. Made by the same functions as always, dated then.

use super::doors::person;
use crate::app::App;
use crate::approval::case::{CaseAct, CaseOutcome};
use crate::approval::cases::act_at;
use crate::calendar::{Calendar, Day};
use crate::clock;
use crate::enforcement::case::CasePlace;
use crate::enforcement::{self, CaseSource, NewCase};
use crate::error::{ApiError, ApiResult};
use crate::security::store as people;
use crate::supervision::dispatch::model::{OrderKind, OrderLimit};
use crate::supervision::dispatch::store::{self as orders, Given};
use crate::trading::demo_cases::{Begun, begin};
use crate::trading::lots::LotQuery;
use crate::trading::store::{self as lots, Scope};
use matching::Moment;
use serde_json::json;
use uuid::Uuid;

const HOUR_MS: i64 = 3_600_000;
/// Nothing here is older.
const DAYS_MAX: i64 = 365;

/// How a complaint was handled, each act so many working days after it was filed.
type Handled = &'static [(u32, &'static str, fn() -> CaseAct)];

const ACCEPTED: (u32, &str, fn() -> CaseAct) = (1, "officer1", || CaseAct::Accept);

/// Who complains, how many working days ago, of what; and how far it got.
const COMPLAINTS: [(&str, u32, &str, Handled); 7] = [
    // The law's thirty days are over.
    ("bidder1", 36, "公告期间未安排现场踏勘", &[ACCEPTED]),
    // Promised in twenty.
    ("bidder2", 24, "保证金到账时间认定有误", &[ACCEPTED]),
    // One day is left of the twenty, and the reviewer's fifteen are over.
    ("bidder3", 19, "竞买须知前后不一致", &[ACCEPTED]),
    // Nobody has received it in the law's five.
    ("bidder4", 9, "竞价页面曾短时无法打开", &[]),
    // Over the reviewer's fifteen, in time as a whole.
    ("bidder5", 17, "成交公示内容不完整", &[ACCEPTED]),
    // Decided, but late.
    (
        "bidder1",
        25,
        "标的现状与公告描述不符",
        &[ACCEPTED, (3, "officer1", forward), (23, "officer2", uphold), (24, "officer3", confirm)],
    ),
    // And as it should be.
    (
        "bidder2",
        12,
        "公告附件无法下载",
        &[ACCEPTED, (3, "officer1", forward), (6, "officer2", uphold), (7, "officer3", confirm)],
    ),
];

fn forward() -> CaseAct {
    CaseAct::Forward { note: "事实清楚，转决定".into() }
}

fn uphold() -> CaseAct {
    CaseAct::Propose { outcome: CaseOutcome::Granted, note: "投诉属实，责令改正".into() }
}

fn confirm() -> CaseAct {
    CaseAct::Confirm { note: "同意".into() }
}

pub async fn fill(app: &App) -> ApiResult<()> {
    let (now, calendar) = (clock::now(), app.calendar());
    complaints(app, &calendar, now).await?;
    enforcement_cases(app, now).await?;
    let centers = people::centers(&app.db).await?;
    let by = person(app, "supervisor").await?.id;
    let day = Day::of(now);
    let given = [
        // Never answered: supervision was told, then the center had its card.
        (
            1,
            OrderKind::Explain,
            OrderLimit::Hours(4),
            before(&calendar, day, 3),
            "请说明“执法执勤车辆一批”竞买申请审核超时的原因",
        ),
        // Answered in time, in `orders`.
        (
            0,
            OrderKind::Correct,
            OrderLimit::Wd(5),
            before(&calendar, day, 1),
            "出让公告附件缺少宗地图，请三日内补正并反馈",
        ),
    ];
    for (center, kind, limit, at, words) in given {
        let center = centers.get(center).ok_or_else(ApiError::internal)?.id;
        let given = Given { key: Uuid::new_v4(), kind, center, lot: None, words, limit, by };
        orders::issue(&app.db, &given, at).await?;
    }
    Ok(())
}

/// Ten in the morning, so many working days ago.
fn before(calendar: &Calendar, day: Day, wd: u32) -> Moment {
    let fits = |back: &i64| {
        let then = day.plus(-back);
        calendar.is_working(then) && calendar.between(then, day) >= wd
    };
    let back = (0..DAYS_MAX).find(fits).unwrap_or(DAYS_MAX);
    day.plus(-back).start().plus_ms(10 * HOUR_MS)
}

async fn complaints(app: &App, calendar: &Calendar, now: Moment) -> ApiResult<()> {
    let agency = person(app, "officer1").await?.agency_id.ok_or_else(ApiError::internal)?;
    let known = lots::list(&app.db, &LotQuery::default(), Scope::Public, now).await?.items;
    for ((login, wd, facts, handled), lot) in COMPLAINTS.iter().zip(known.iter().cycle()) {
        let at = before(calendar, Day::of(now), *wd);
        let form = json!({"facts": facts, "request": "请核查并书面答复"});
        let begun = Begun { agency, item: "COMPLAINT", subject: lot.id, form, material: "proof", at };
        let case = begin(app, &person(app, login).await?, begun).await?;
        for (after, who, act) in *handled {
            // Within the day on which it came due, while there is a day left.
            let at = calendar.after(Day::of(at), *after).start().plus_ms(10 * HOUR_MS).min(now);
            act_at(app, &person(app, who).await?, case, &act(), at).await?;
        }
    }
    Ok(())
}

/// Two that nobody has decided: one on its last day of ninety, one past it.
async fn enforcement_cases(app: &App, now: Moment) -> ApiResult<()> {
    let agency = enforcement::receiving(&app.db).await?;
    let by = person(app, "enforcer1").await?.id;
    for (days, title, facts) in [
        (96, "某代理机构泄露竞买人名单", "来信反映公告期内有人向竞买人打听竞争对手，附通话记录。"),
        (89, "某评审专家未按规定回避", "专家登记的任职单位与竞买人存在隶属关系。"),
    ] {
        let at = now.plus_ms(-days * 24 * HOUR_MS);
        let case = NewCase {
            source: CaseSource::Own,
            source_ref: String::new(),
            lot: None,
            agency,
            title: title.into(),
            facts: facts.into(),
            by,
            place: CasePlace::filed(at, None),
        };
        let mut tx = app.db.begin_with("begin immediate").await?;
        enforcement::file(&mut tx, &case, at).await?;
        tx.commit().await?;
    }
    Ok(())
}
