//! What the desk and the public ask a lot's life before they act, and tell it afterwards. A lot without
//! a file passes every gate.

use super::facts::{self, Life};
use super::limits;
use super::model::{self, Act, State};
use super::notices::{self, NoticeDraft, NoticeKind};
use super::parcel::ReviewMode;
use super::store;
use crate::app::App;
use crate::approval::{self, cases, form, registrations};
use crate::calendar::Day;
use crate::clock;
use crate::codes::identity_number;
use crate::error::{ApiError, ApiResult};
use crate::registers::{self, related::registered};
use crate::security::store as people;
use crate::trading::deposits::{self, Standing};
use crate::trading::marks::Marks;
use crate::trading::store::{self as lots, Written};
use matching::Moment;
use serde_json::json;
use sqlx::{SqliteConnection, SqlitePool};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A draft may be changed while nothing has been filed on it.
pub async fn before_edit(app: &App, lot: &Written) -> ApiResult<()> {
    match facts::gather(app, lot, clock::now()).await? {
        Some(life) if !model::is_editable(life.state) => Err(locked()),
        _ => Ok(()),
    }
}

pub fn locked() -> ApiError {
    ApiError {
        code: "LOT_LOCKED".into(),
        ..ApiError::conflict(
            "标的已报批，内容不可修改；可先撤回报批",
            "the lot has been filed and is locked; withdraw the filing first",
        )
    }
}

/// A lot with a file is published once it is filed, noticed, and its periods are long enough.
pub async fn before_publishing(app: &App, lot: &Written) -> ApiResult<Option<Vec<model::Missing>>> {
    let Some(life) = facts::gather(app, lot, clock::now()).await? else { return Ok(None) };
    let (_, warnings) = decide(app, &life, Act::Announce)?;
    Ok(Some(warnings))
}

pub fn decide(app: &App, life: &Life, act: Act) -> ApiResult<(&'static model::Rule, Vec<model::Missing>)> {
    model::decide(life.state, act, &life.facts, app.rehearsal).map_err(|missing| missing.error())
}

/// The terms are frozen: it is announced.
pub async fn published(
    tx: &mut SqliteConnection,
    lot: Uuid,
    warnings: Vec<model::Missing>,
    by: Uuid,
    now: Moment,
) -> ApiResult<()> {
    let event = store::Event {
        act: Act::Announce.name(),
        to: Some(State::Announced),
        data: json!({ "warnings": warnings }),
        by,
        asked_by: None,
    };
    store::note(tx, lot, event, now).await
}

/// 公告期重新计算: what has materially changed is noticed as long as the whole was.
pub fn counted_again(app: &App, life: &Life, opens_at: Moment, now: Moment) -> ApiResult<()> {
    let Some(limit) = life.limits().notice.filter(|_| !app.rehearsal) else { return Ok(()) };
    let first = limit.length.kept_on(Day::of(now), &app.calendar());
    too_short(limits::short(limit, first, Day::of(opens_at), "重新计算的公告期", "the notice, counted again,"))
}

fn too_short(short: Option<model::Short>) -> ApiResult<()> {
    match short {
        None => Ok(()),
        Some(short) => Err(ApiError { code: "NOTICE_TOO_SHORT".into(), ..ApiError::conflict(&short.zh, &short.en) }),
    }
}

/// Opening by hand keeps the days of notice too.
pub async fn before_opening(app: &App, lot: &Written) -> ApiResult<()> {
    let now = clock::now();
    let Some(life) = facts::gather(app, lot, now).await?.filter(|_| !app.rehearsal) else { return Ok(()) };
    let Some((limit, noticed_on)) = life.limits().notice.zip(life.noticed_on) else { return Ok(()) };
    let first = limit.length.kept_on(noticed_on, &app.calendar());
    too_short(limits::short(limit, first, Day::of(now), "公告期", "the notice"))
}

/// 竞买申请 is taken before its deadline from registered bidders, not from whom the credit register bars
/// and not from who defaulted on this lot before.
pub async fn before_applying(app: &App, lot: Uuid, account: Uuid) -> ApiResult<()> {
    let Some(file) = store::file(&app.db, lot).await? else { return Ok(()) };
    if let Some(deadline) = file.draft.application_deadline.filter(|deadline| clock::now().0 >= *deadline) {
        return Err(ApiError {
            code: "APPLICATION_CLOSED".into(),
            moment: Some(deadline),
            ..ApiError::conflict("竞买申请已截止", "the time for applications is over")
        });
    }
    if store::is_barred(&app.db, lot, account).await? {
        return Err(ApiError {
            code: "BARRED_BY_DEFAULT".into(),
            ..ApiError::conflict(
                "您曾就该标的悔拍，不得参加再次竞买",
                "you defaulted on this lot and may not bid when it is offered again",
            )
        });
    }
    may_bid(app, lot, account, &[]).await
}

/// The persons behind codes of bidders, as the staff list knows persons: who bids himself, and who represents a
/// company that bids.
pub async fn persons(db: &SqlitePool, marks: &Marks, codes: &[String]) -> ApiResult<Vec<String>> {
    let today = Day::of(clock::now());
    let mut persons = Vec::new();
    for code in codes {
        let code = code.trim().to_uppercase();
        if identity_number(&code, today).is_ok() {
            persons.push(marks.person(&code));
        } else if let Some(entity) = registered(db, &code).await?
            && let Some(number) = entity.representative_id()
        {
            persons.push(marks.person(&number.to_uppercase()));
        }
    }
    Ok(persons)
}

/// 从业人员不得参与竞买: compared by identity number; a mere namesake is the watch's question, not a refusal.
async fn not_staff(app: &App, lot: Uuid, codes: &[String]) -> ApiResult<()> {
    let center = lots::find(&app.db, lot).await?.center;
    if !people::is_staff(&app.db, &persons(&app.db, &app.marks, codes).await?, center).await? {
        return Ok(());
    }
    Err(ApiError {
        code: "BARRED_AS_STAFF".into(),
        ..ApiError::conflict(
            "交易中心、审批与监督人员及其任法定代表人的单位不得参与竞买",
            "staff of the center, officers and supervisors, and companies they represent, may not bid",
        )
    })
}

/// Whether a bidder and those he bids with are registered, and neither a record nor an office bars any of them.
async fn may_bid(app: &App, lot: Uuid, account: Uuid, with: &[String]) -> ApiResult<()> {
    let today = Day::of(clock::now());
    let mut db = app.db.acquire().await?;
    registrations::check(&mut db, account, today).await?;
    let code = cases::registered_code(&mut db, account).await?.ok_or_else(registrations::not_registered)?;
    drop(db);
    registrations::check_members(app, with, today).await?;
    let codes: Vec<String> = std::iter::once(code).chain(with.iter().cloned()).collect();
    not_staff(app, lot, &codes).await?;
    let scope = lots::kind(&app.db, lot).await?.scope();
    for code in &codes {
        if let Some(bar) = registers::bars(&app.db, code, scope, today).await?.first() {
            return Err(ApiError {
                code: "BARRED_BY_RECORD".into(),
                ..ApiError::conflict(
                    &format!("信用记录限制参与竞买：{}（{}）", bar.reason, bar.document),
                    &format!("a credit record bars from bidding: {} ({})", bar.reason, bar.document),
                )
            });
        }
    }
    Ok(())
}

/// 资格前审: where bidders are reviewed before the sale, a paddle waits for the officers' word.
pub async fn before_seating(app: &App, lot: Uuid, no: i64) -> ApiResult<()> {
    let Some(file) = store::file(&app.db, lot).await? else { return Ok(()) };
    let subject = format!("{lot}/{no}");
    // Asked again at the door: a record may have come since he applied, and members are known now.
    let members = members(app, &subject).await?;
    may_bid(app, lot, lots::applicant(&app.db, lot, no).await?, &members).await?;
    if file.draft.review == ReviewMode::Post {
        return Ok(());
    }
    match approval::store::granted(&app.db, facts::APPLICATION, &subject).await? {
        Some(true) => Ok(()),
        _ => Err(ApiError {
            code: "NOT_REVIEWED".into(),
            ..ApiError::conflict("该申请尚未通过资格前审", "this application has not passed its review")
        }),
    }
}

/// 恢复竞买: a seat that was barred is its holder's again by what gave it to him: no record against him or those he bids
/// with, a registration in force, the deposit still there.
pub async fn before_readmitting(app: &App, lot: Uuid, account: Uuid) -> ApiResult<()> {
    let no = lots::mine_of(&app.db, lot, account).await?.no;
    may_bid(app, lot, account, &members(app, &format!("{lot}/{no}")).await?).await?;
    match deposits::standing(&app.db, lot, no).await? {
        Standing::NotAsked | Standing::Qualified { .. } => Ok(()),
        Standing::OverCommitted => Err(ApiError::deposit_over_committed()),
        Standing::NoAccount | Standing::Short { .. } | Standing::Over(_) => Err(ApiError {
            code: "DEPOSIT_NOT_HELD".into(),
            ..ApiError::conflict(
                "禁止竞买已解除，但您的保证金已退还、转出或被冲正，不能恢复竞买",
                "the bar is lifted, but your deposit is no longer here: it went back, or on, or was reversed",
            )
        }),
    }
}

/// The codes of those who bid together by a granted application; none where one bids alone.
async fn members(app: &App, subject: &str) -> ApiResult<Vec<String>> {
    let joint = approval::store::granted_form(&app.db, facts::APPLICATION, subject).await?.unwrap_or_default();
    Ok(form::member_codes(&joint).map(String::from).collect())
}

/// 联合竞买: whoever bids with others does not also bid alone or with yet others, nor from a second account. Asked
/// once the application itself is marked as asking for its seat: of two at the same moment each sees the other.
pub async fn bids_once(app: &App, lot: Uuid, no: i64) -> ApiResult<()> {
    if !store::has_file(&app.db, lot).await? {
        return Ok(());
    }
    let account = lots::applicant(&app.db, lot, no).await?;
    let mut own: BTreeSet<String> = members(app, &format!("{lot}/{no}")).await?.into_iter().collect();
    let mut db = app.db.acquire().await?;
    own.extend(cases::registered_code(&mut db, account).await?);
    for (other, account) in lots::seated(&mut db, lot, no).await? {
        let mut codes: BTreeSet<String> = members(app, &format!("{lot}/{other}")).await?.into_iter().collect();
        codes.extend(cases::registered_code(&mut db, account).await?);
        if !own.is_disjoint(&codes) {
            // Not by whom: bidders stay unknown to the desk until the close.
            return Err(ApiError {
                code: "BIDS_ALREADY".into(),
                ..ApiError::conflict(
                    "申请人或其联合体成员已参与本标的竞买，不得重复参与",
                    "the applicant, or one who bids with him, already holds a seat in this lot",
                )
            });
        }
    }
    Ok(())
}

/// 2026-10-08 09:30:00 in Beijing.
fn wall(at: Moment) -> String {
    let day = Day::of(at);
    let seconds = (at.0 - day.start().0) / 1000;
    format!("{day} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The floor was suspended, resumed or ended by a clerk: its notice, and a word to every applicant.
/// `at`: from when on.
pub async fn tell_of_floor(
    tx: &mut SqliteConnection,
    lot: &Written,
    kind: NoticeKind,
    ground: Option<&str>,
    at: Option<Moment>,
    by: Uuid,
    now: Moment,
) -> ApiResult<()> {
    let detail = lot.detail()?;
    let number = detail.card.number;
    let when = wall(at.unwrap_or(now));
    let (did_zh, did_en) = match kind {
        NoticeKind::Suspension => ("中止交易", "is suspended"),
        NoticeKind::Resumption => ("恢复交易", "is resumed"),
        _ => ("终止交易", "is terminated"),
    };
    let (ground_zh, ground_en) = ground
        .map_or((String::new(), String::new()), |ground| (format!("原因：{ground}。"), format!(" Ground: {ground}.")));
    let draft = NoticeDraft {
        kind,
        title_zh: format!("{number}{}", kind.zh()),
        title_en: format!("{number}: {}", kind.en()),
        text_zh: format!("标的{number}（{}）自{when}起{did_zh}。{ground_zh}", detail.card.title_zh),
        text_en: format!("Lot {number} ({}) {did_en} from {when}, Beijing time.{ground_en}", detail.card.title_en),
        material: false,
        opens_at: None,
        corrects: None,
    };
    let id = Uuid::new_v4();
    notices::write(&mut *tx, id, lot.id, lot.center, &draft, by, now).await?;
    let notice = notices::find(&mut *tx, id, None).await?;
    notices::publish(tx, &notice, None, now).await?;
    store::tell_all(tx, lot.id, &draft.text_zh, &draft.text_en, now).await
}
