//! How a case moves: who asks, what the rules say, what is written, in one transaction.

use crate::app::App;
use crate::approval::case::{Actor, CaseAct, Misstep, Place, Status, next};
use crate::approval::form::{self, Form};
use crate::approval::item::{FiledBy, SubjectKind};
use crate::approval::limits;
use crate::approval::store::{self, KeptCase, KeptEvent, Whole};
use crate::calendar::Day;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Account, Duty, Principal, Role};
use crate::security::store as people;
use matching::Moment;
use serde_json::{Value, json};
use sqlx::{Row, SqliteConnection, SqlitePool};
use std::collections::HashSet;
use uuid::Uuid;

/// Who asks, as his account stands now: duties may have been taken away since his token was made.
pub async fn person(app: &App, principal: &Principal) -> ApiResult<Account> {
    people::by_id(&app.db, principal.account).await?.ok_or_else(ApiError::token_invalid)
}

/// What somebody is to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Applicant,
    /// An officer of the agency that handles it.
    Handler,
    /// An officer of an agency asked for its opinion.
    Asked,
    /// Supervision, and the administrator.
    Reader,
    Nobody,
}

pub fn standing(whole: &Whole, who: &Account) -> Standing {
    let asked = |opinion: &store::KeptOpinion| Some(opinion.agency) == who.agency_id;
    match who.role {
        _ if whole.case.applicant == who.id => Standing::Applicant,
        Role::Officer if who.agency_id == Some(whole.case.agency) => Standing::Handler,
        Role::Officer if whole.opinions.iter().any(asked) => Standing::Asked,
        Role::Supervisor | Role::Admin => Standing::Reader,
        _ => Standing::Nobody,
    }
}

/// A case this person may see, and himself.
pub async fn readable(app: &App, id: Uuid, principal: &Principal) -> ApiResult<(Whole, Account)> {
    let who = person(app, principal).await?;
    let mut db = app.db.acquire().await?;
    let whole = store::whole(&mut db, id).await?;
    drop(db);
    let is_draft = whole.case.status == Status::Draft;
    match standing(&whole, &who) {
        Standing::Nobody => Err(ApiError::not_found()),
        // What is not filed is nobody else's business.
        standing if is_draft && standing != Standing::Applicant => Err(ApiError::not_found()),
        Standing::Reader if is_sealed(&app.db, &whole).await? => Err(ApiError {
            status: 403,
            code: "SEALED".into(),
            ..ApiError::conflict("标的结束前竞买人身份保密", "bidders are sealed until the close of the lot")
        }),
        _ => Ok((whole, who)),
    }
}

/// Whether this person may do this act, were the case in the right state.
fn check_actor(whole: &Whole, place: &Place, who: &Account, act: &CaseAct) -> ApiResult<()> {
    let standing = standing(whole, who);
    let has = |duty: Duty| who.duties.contains(&duty);
    let step_duty = whole.item.steps.get(place.step).map(|step| step.duty);
    let may = match act.actor() {
        Actor::Applicant => standing == Standing::Applicant,
        Actor::Officer(duty) => standing == Standing::Handler && has(duty),
        Actor::StepOfficer => standing == Standing::Handler && step_duty.is_some_and(has),
        Actor::Asked => standing == Standing::Asked,
    };
    // What one person proposed or asked for, another confirms or grants.
    let first = match act {
        CaseAct::Confirm { .. } | CaseAct::SendBack { .. } => "propose",
        CaseAct::GrantExtension { .. } | CaseAct::RefuseExtension { .. } => "ask_extension",
        _ => "",
    };
    let own = whole.events.iter().rev().find(|event| event.act == first).is_some_and(|event| event.by == who.id);
    match (may, own) {
        (false, _) => Err(ApiError::forbidden()),
        (true, true) => Err(ApiError {
            code: "CASE_ANOTHER_PERSON".into(),
            ..ApiError::conflict("须由另一位审批人员办理", "another officer does this")
        }),
        (true, false) => Ok(()),
    }
}

/// The acts this person may do now, by name.
pub fn allowed(whole: &Whole, who: &Account) -> Vec<&'static str> {
    let place = whole.place();
    let note = || "-".to_string();
    let outcome = crate::approval::case::CaseOutcome::Granted;
    let special = whole.item.special.first().map(|special| special.name.clone()).unwrap_or_default();
    let acts = [
        CaseAct::File,
        CaseAct::Correct { note: note() },
        CaseAct::Withdraw { note: note() },
        CaseAct::Accept,
        CaseAct::Return { note: note() },
        CaseAct::RefuseAcceptance { note: note() },
        CaseAct::Forward { note: note() },
        CaseAct::Decide { outcome, note: note() },
        CaseAct::Propose { outcome, note: note() },
        CaseAct::Confirm { note: note() },
        CaseAct::SendBack { note: note() },
        CaseAct::Stop { special, note: note() },
        CaseAct::Resume { note: note() },
        CaseAct::AskExtension { days: 1, note: note() },
        CaseAct::GrantExtension { note: note() },
        CaseAct::RefuseExtension { note: note() },
        CaseAct::AskOpinion { agency: Uuid::nil(), note: note() },
        CaseAct::WithdrawOpinions { note: note() },
        CaseAct::GiveOpinion { agrees: true, note: note() },
    ];
    acts.iter()
        .filter(|act| check_actor(whole, &place, who, act).is_ok() && next(place, &whole.item, act).is_ok())
        .map(CaseAct::name)
        .collect()
}

/// Does one act.
pub async fn act(app: &App, who: &Account, id: Uuid, act: &CaseAct) -> ApiResult<()> {
    act_at(app, who, id, act, clock::now()).await
}

/// The same, dated by who asks: a demonstration has a past.
pub async fn act_at(app: &App, who: &Account, id: Uuid, act: &CaseAct, now: Moment) -> ApiResult<()> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let whole = store::whole(&mut tx, id).await?;
    if standing(&whole, who) == Standing::Nobody {
        return Err(ApiError::not_found());
    }
    let place = whole.place();
    check_actor(&whole, &place, who, act)?;
    let to = next(place, &whole.item, act).map_err(Misstep::error)?;
    if matches!(act, CaseAct::AskExtension { .. } | CaseAct::GrantExtension { .. }) {
        let clocks = limits::clocks(&whole.item, place.step, &whole.marks(), &app.calendar(), Day::of(now));
        if clocks.legal.is_some_and(|legal| legal.is_over) {
            return Err(Misstep::ExtensionLate.error());
        }
    }
    if to.status == Status::Filed {
        check_filing(&mut tx, &whole, Day::of(now)).await?;
    }
    let data = match act {
        CaseAct::Decide { outcome, .. } | CaseAct::Propose { outcome, .. } => json!({"outcome": outcome}),
        CaseAct::Stop { special, .. } => json!({"special": special}),
        CaseAct::AskExtension { days, .. } => json!({"days": days}),
        CaseAct::AskOpinion { agency, .. } => json!({"agency": agency}),
        CaseAct::GiveOpinion { agrees, .. } => json!({"agrees": agrees, "agency": who.agency_id}),
        _ => json!({}),
    };
    let event = KeptEvent {
        case: id,
        at: now,
        by: who.id,
        act: act.name().into(),
        step: place.step as u32,
        note: act.note().trim().into(),
        data,
    };
    match act {
        CaseAct::AskOpinion { agency, .. } if *agency == whole.case.agency => {
            return Err(ApiError::bad_request("agency", "不能征求本机关意见", "not one's own agency"));
        }
        CaseAct::AskOpinion { agency, .. } => store::ask_opinion(&mut tx, id, *agency, &event).await?,
        CaseAct::WithdrawOpinions { .. } => store::withdraw_opinions(&mut tx, id).await?,
        CaseAct::GiveOpinion { agrees, .. } => {
            let agency = who.agency_id.ok_or_else(ApiError::forbidden)?;
            if !store::give_opinion(&mut tx, id, agency, *agrees, &event).await? {
                return Err(ApiError::conflict("意见已答复", "the opinion was given already"));
            }
        }
        _ => {}
    }
    store::moved(&mut tx, &whole.case, &to, &event).await?;
    Ok(tx.commit().await?)
}

/// What is filed is whole: the form, the materials, and the consent of those who bid together.
async fn check_filing(tx: &mut SqliteConnection, whole: &Whole, today: Day) -> ApiResult<()> {
    form::check_whole(&whole.item, &whole.case.form, today)?;
    let lacking = whole
        .item
        .materials
        .iter()
        .find(|material| material.required && !whole.materials.iter().any(|kept| kept.material == material.name));
    if let Some(material) = lacking {
        return Err(ApiError::bad_request(
            &format!("materials.{}", material.name),
            &format!("请上传“{}”", material.label_zh),
            &format!("upload: {}", material.label_en),
        ));
    }
    for (field, value) in joint(whole) {
        let own = registered_code(tx, whole.case.applicant).await?;
        for member in form::members(field, value, today)?.iter().filter(|member| Some(&member.code) != own.as_ref()) {
            let consent: Option<String> =
                sqlx::query_scalar("select members from case_consents where case_id = ? and code = ?")
                    .bind(whole.case.id.to_string())
                    .bind(&member.code)
                    .fetch_optional(&mut *tx)
                    .await?;
            if consent != Some(value.to_string()) {
                return Err(ApiError::bad_request(
                    &format!("form.{field}"),
                    &format!("成员“{}”尚未同意现在的份额", member.name),
                    &format!("{} has not consented to the shares as they stand", member.name),
                ));
            }
        }
    }
    Ok(())
}

/// The members' fields of a form that were filled in.
pub fn joint(whole: &Whole) -> impl Iterator<Item = (&str, &Value)> {
    let is_members =
        |field: &&crate::approval::item::FormField| field.kind == crate::approval::item::FieldKind::Members;
    let fields = whole.item.form.iter().filter(is_members);
    fields.filter_map(|field| {
        let value = whole.case.form.get(&field.name)?;
        value.as_array().filter(|list| !list.is_empty()).map(|_| (field.name.as_str(), value))
    })
}

/// The code a bidder is registered under: his credit code or identity number.
pub async fn registered_code(db: &mut SqliteConnection, account: Uuid) -> ApiResult<Option<String>> {
    Ok(registered(db, account, "credit_code").await?.or(registered(db, account, "id_number").await?))
}

/// Accounts registered under one of these codes, each with its code. `codes`: a JSON list.
pub async fn registered_under(db: &SqlitePool, codes: &str) -> ApiResult<Vec<(Uuid, String)>> {
    let rows = sqlx::query(
        "select subject, code from (
           select subject, upper(coalesce(form ->> '$.credit_code', form ->> '$.id_number', '')) as code,
             row_number() over (partition by subject order by decided_at desc) as nth
           from cases where item = 'BIDDER-REGISTRATION' and outcome = 'granted')
         where nth = 1 and trim(code) in (select value from json_each(?))",
    )
    .bind(codes)
    .fetch_all(db)
    .await?;
    let found = rows.iter().map(|row| Ok((crate::db::uuid(row, "subject")?, row.try_get("code")?)));
    Ok(found.collect::<sqlx::Result<_>>()?)
}

/// 联合竞买: applications granted to bidders one of whose members has one of these codes, as
/// "<lot>/<application no>", each with the code.
pub async fn joint_under(db: &SqlitePool, codes: &str) -> ApiResult<Vec<(String, String)>> {
    let rows = sqlx::query_as(
        "select distinct cases.subject, upper(member.value ->> '$.code')
         from cases, json_each(cases.form) field, json_each(field.value) member
         where cases.item = 'BID-APPLICATION' and cases.outcome = 'granted' and field.type = 'array'
           and member.type = 'object' and upper(member.value ->> '$.code') in (select value from json_each(?))",
    );
    Ok(rows.bind(codes).fetch_all(db).await?)
}

/// The name a bidder is registered under, as an agency found it in his papers.
pub async fn registered_name(db: &mut SqliteConnection, account: Uuid) -> ApiResult<Option<String>> {
    registered(db, account, "name").await
}

/// A field of the bidder's registration as it was last granted.
async fn registered(db: &mut SqliteConnection, account: Uuid, field: &str) -> ApiResult<Option<String>> {
    let form: Option<String> = sqlx::query_scalar(
        "select form from cases where item = 'BIDDER-REGISTRATION' and subject = ? and outcome = 'granted'
         order by decided_at desc limit 1",
    )
    .bind(account.to_string())
    .fetch_optional(db)
    .await?;
    let Some(form) = form else { return Ok(None) };
    let form: Form = serde_json::from_str(&form).map_err(|_| ApiError::internal())?;
    Ok(form.get(field).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(String::from))
}

/// Whether this person may file this item, and about what: the subject as it is kept.
pub async fn subject(
    app: &App,
    who: &Account,
    filed_by: FiledBy,
    kind: SubjectKind,
    asked: Option<&str>,
) -> ApiResult<String> {
    let fits = match filed_by {
        FiledBy::Bidder => who.role == Role::Bidder,
        FiledBy::Clerk => who.role == Role::Clerk,
    };
    if !fits {
        return Err(ApiError::forbidden());
    }
    let wrong = || ApiError::bad_request("subject", "没有这个标的或申请", "no such lot or application");
    let asked = match kind {
        SubjectKind::Applicant => return Ok(who.id.to_string()),
        SubjectKind::Lot | SubjectKind::Application => asked.ok_or_else(wrong)?,
    };
    let (lot, no) = asked.split_once('/').map_or((asked, None), |(lot, no)| (lot, Some(no)));
    let lot: Uuid = lot.parse().map_err(|_| wrong())?;
    let (sql, number) = match (kind, no) {
        (SubjectKind::Lot, None) => ("select center, status, null as account from lots where id = ?", 0),
        (SubjectKind::Application, Some(no)) => (
            "select l.center, l.status, a.account from lots l join applications a on a.lot = l.id where l.id = ? and a.no = ?",
            no.parse::<i64>().map_err(|_| wrong())?,
        ),
        _ => return Err(wrong()),
    };
    let query = sqlx::query(sql).bind(lot.to_string());
    let query = if no.is_some() { query.bind(number) } else { query };
    let row = query.fetch_optional(&app.db).await?.ok_or_else(wrong)?;
    let (center, status): (String, String) = (row.try_get("center")?, row.try_get("status")?);
    let account: Option<String> = row.try_get("account")?;
    let own = match (who.role, account) {
        (_, Some(account)) => account == who.id.to_string(),
        (Role::Clerk, None) => who.center_id.is_some_and(|own| own.to_string() == center),
        _ => status == "published",
    };
    if own { Ok(no.map_or_else(|| lot.to_string(), |_| format!("{lot}/{number}"))) } else { Err(wrong()) }
}

/// Lots that have not closed: who bids on them is sealed.
pub async fn open_lots(db: &SqlitePool) -> ApiResult<HashSet<String>> {
    let rows: Vec<String> = sqlx::query_scalar(
        "select l.id from lots l left join lot_states s on s.lot = l.id
         where coalesce(s.stage, '') not in ('sold', 'unsold', 'terminated')",
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Whether a case is about somebody's application for one of these lots.
pub fn names_a_bidder_of(case: &KeptCase, lots: &HashSet<String>) -> bool {
    let application = case.subject.as_deref().and_then(|subject| subject.split_once('/'));
    application.is_some_and(|(lot, _)| lots.contains(lot))
}

pub async fn is_sealed(db: &SqlitePool, whole: &Whole) -> ApiResult<bool> {
    Ok(names_a_bidder_of(&whole.case, &open_lots(db).await?))
}
