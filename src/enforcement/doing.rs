//! How a case moves: who asks, what the table says, what is written, in one transaction with the record
//! against the party.

use crate::app::App;
use crate::calendar::Day;
use crate::clock;
use crate::codes;
use crate::enforcement::acts::{EnforcementAct, Part};
use crate::enforcement::case::{
    Applied, CaseFinding, CasePlace, EnforcementStatus, Hold, Party, PartyKind, Scene, next, team,
};
use crate::enforcement::discretion::{Deviation, DiscretionGrade, DiscretionRule, RangeUnit};
use crate::enforcement::limitation::ActTime;
use crate::enforcement::misstep::Misstep;
use crate::enforcement::standards;
use crate::enforcement::store::{self, Done, KeptCase, text};
use crate::error::{ApiError, ApiResult};
use crate::registers::{self, Subject, Violation};
use crate::security::model::{Account, Duty, Principal, Role};
use crate::security::store as people;
use matching::Moment;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::SqliteConnection;
use uuid::Uuid;

const NAME_CHARS_MAX: usize = 200;

/// Who asks, as his account stands now, with one of these duties at least.
pub async fn officer(app: &App, principal: &Principal, duties: &[Duty]) -> ApiResult<Account> {
    let who = people::by_id(&app.db, principal.account).await?.ok_or_else(ApiError::token_invalid)?;
    match who.role == Role::Officer && who.duties.iter().any(|duty| duties.contains(duty)) {
        true => Ok(who),
        false => Err(ApiError::forbidden()),
    }
}

/// The party as his papers name him.
pub fn checked(party: &Party, today: Day) -> ApiResult<Party> {
    let code = party.code.trim().to_ascii_uppercase();
    let known = match party.kind {
        PartyKind::Entity => codes::credit_code(&code).is_ok(),
        PartyKind::Person => codes::identity_number(&code, today).is_ok(),
    };
    if !known {
        return Err(ApiError::bad_request("party.code", "证件号码不正确", "the code or number is wrong"));
    }
    let name = crate::app::filled("party.name", &party.name, NAME_CHARS_MAX)?.to_string();
    Ok(Party { kind: party.kind, code, name })
}

/// Whether this person may do this act, were the case in the right state.
fn may(case: &KeptCase, who: &Account, act: &EnforcementAct) -> ApiResult<()> {
    if case.complainant == Some(who.id) {
        return Err(Misstep::Complainant.error());
    }
    let has = |duty: Duty| who.duties.contains(&duty);
    let place = &case.place;
    let uninvolved = case.filed_by != who.id && !place.has_investigated(who.id);
    let separate = uninvolved && !place.reviewed_by.contains(&who.id);
    let (duty, separate) = match act.part() {
        Part::Decider => (has(Duty::Decide), true),
        Part::Investigator => (has(Duty::Investigate), place.officers.contains(&who.id)),
        Part::Finder => (has(Duty::Investigate), place.officers.is_empty() || place.officers.contains(&who.id)),
        Part::Officer => (has(Duty::Investigate) || has(Duty::Decide), true),
        Part::Reviewer => (has(Duty::Review), uninvolved),
        Part::UninvolvedDecider => (has(Duty::Decide), uninvolved),
        Part::SeparateDecider => (has(Duty::Decide), separate),
        Part::AnotherDecider => (has(Duty::Decide), separate && place.proposed_by != Some(who.id)),
        Part::Annuller => {
            let decided = case.decided_by.contains(&who.id) || place.annul_proposed_by == Some(who.id);
            (has(Duty::Decide), uninvolved && !decided)
        }
        Part::Companion => {
            let with = place.on_the_spot.as_ref().and_then(|spot| spot.with);
            (has(Duty::Investigate), with == Some(who.id))
        }
    };
    match (duty && who.agency_id == Some(case.agency), separate) {
        (false, _) => Err(ApiError::forbidden()),
        (true, false) => Err(Misstep::OtherPerson.error()),
        (true, true) => Ok(()),
    }
}

/// The acts this person may do now, by name.
pub fn allowed(case: &KeptCase, hold: Hold, who: &Account, app: &App, at: Moment) -> Vec<&'static str> {
    let (calendar, place) = (app.calendar(), &case.place);
    let scene = Scene { at, by: who.id, calendar: &calendar, hold, deviates: false, applied: None };
    // A day far enough for any hearing's notice.
    let far = Day::of(at).plus(60).to_string();
    let acts = samples(place, who.id, far);
    let open = |act: &EnforcementAct| match next(place, act, &scene) {
        Ok(_) => true,
        // What only wants better words, or a later moment, is shown with the server's reason.
        Err(Misstep::NotNow | Misstep::HandedOver | Misstep::Transferred) => false,
        Err(_) => true,
    };
    acts.iter().filter(|act| may(case, who, act).is_ok() && open(act)).map(EnforcementAct::name).collect()
}

/// One of each act, as it might be asked for.
pub fn samples(place: &CasePlace, by: Uuid, day: String) -> Vec<EnforcementAct> {
    let note = || "-".to_string();
    let penalty = crate::enforcement::discretion::Penalty {
        rule: place.finding.as_ref().map(|finding| finding.rule.clone()).unwrap_or_default(),
        grade: DiscretionGrade::Normal,
        amount: "0".into(),
        base: None,
        bar_months: 0,
        reason: note(),
    };
    let party = Party { kind: PartyKind::Entity, code: String::new(), name: String::new() };
    let with = place.officers.iter().copied().find(|officer| *officer != by).unwrap_or(by);
    vec![
        EnforcementAct::Assign { officers: vec![by, Uuid::nil()], note: note() },
        EnforcementAct::Identify { party, note: note() },
        EnforcementAct::DateAct { act_time: ActTime::on(Moment(place.filed_at)), note: note() },
        EnforcementAct::OnTheSpot { with: Uuid::nil(), penalty: penalty.clone(), note: note() },
        EnforcementAct::Confirm { note: note() },
        EnforcementAct::PutOnFile { note: note() },
        EnforcementAct::Inspect { with, note: note() },
        EnforcementAct::RegisterEvidence { note: note() },
        EnforcementAct::DisposeEvidence { note: note() },
        EnforcementAct::Report { finding: None, major: false, note: note() },
        EnforcementAct::Review { passes: true, note: note() },
        EnforcementAct::Discuss { members: ["甲", "乙", "丙"].map(String::from).to_vec(), note: note() },
        EnforcementAct::Dismiss { note: note() },
        EnforcementAct::SendBack { major: false, note: note() },
        EnforcementAct::Notify { note: note() },
        EnforcementAct::AskHearing { note: note() },
        EnforcementAct::Waive { note: note() },
        EnforcementAct::SetHearing { on: day, note: note() },
        EnforcementAct::Hear { note: note() },
        EnforcementAct::Decide { penalty, note: note() },
        EnforcementAct::Approve { note: note() },
        EnforcementAct::Disapprove { note: note() },
        EnforcementAct::Serve { note: note() },
        EnforcementAct::Publish { note: note() },
        EnforcementAct::Execute { note: note() },
        EnforcementAct::Close { note: note() },
        EnforcementAct::ProposeAnnul { note: note() },
        EnforcementAct::Annul { note: note() },
        EnforcementAct::Uphold { note: note() },
        EnforcementAct::TakeDown { note: note() },
    ]
}

/// What is kept of an act beside its note.
fn data(act: &EnforcementAct) -> ApiResult<Value> {
    let mut data = serde_json::to_value(act).map_err(|_| ApiError::internal())?;
    if let Some(fields) = data.as_object_mut() {
        fields.remove("act");
        fields.remove("note");
    }
    Ok(data)
}

/// Does one act.
pub async fn act(app: &App, who: &Account, id: Uuid, act: &EnforcementAct) -> ApiResult<()> {
    let now = clock::now();
    let calendar = app.calendar();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let case = store::find(&mut tx, id).await?;
    if who.agency_id != Some(case.agency) {
        return Err(ApiError::not_found());
    }
    may(&case, who, act)?;
    let act = &sound(&mut tx, app, &case, act, now).await?;
    let applied = applied(&mut tx, act, now).await?;
    let found = deviations(&mut tx, &case, act, base(app, &case), now).await?;
    let hold = store::hold(&mut tx, id).await?;
    let scene = Scene { at: now, by: who.id, calendar: &calendar, hold, deviates: !found.is_empty(), applied };
    let to = next(&case.place, act, &scene).map_err(Misstep::error)?;
    store::moved(&mut tx, id, &case.place, &to).await?;
    let done = Done { subject: id, at: now, by: who.id, act: act.name(), note: act.note(), data: data(act)? };
    store::note(&mut tx, &done).await?;
    follow(&mut tx, &case, &to, act, who.id, &found, now).await?;
    tx.commit().await?;
    if matches!(act, EnforcementAct::Serve { .. } | EnforcementAct::Annul { .. }) {
        // Whoever is barred from now on acts on no lot that is open; whom nothing bars any more acts again.
        app.barring.notify_one();
    }
    Ok(())
}

/// What an act names exists: officers of this agency who may investigate, a party with right papers, a rule in force.
async fn sound(
    db: &mut SqliteConnection,
    app: &App,
    case: &KeptCase,
    act: &EnforcementAct,
    now: Moment,
) -> ApiResult<EnforcementAct> {
    match act {
        EnforcementAct::Assign { officers, .. } => {
            if case.complainant.is_some_and(|complainant| officers.contains(&complainant)) {
                return Err(Misstep::Complainant.error());
            }
            for officer in team(officers).map_err(Misstep::error)? {
                investigates(app, case, officer, "officers").await?;
            }
            Ok(act.clone())
        }
        EnforcementAct::OnTheSpot { with, .. } => {
            if case.complainant == Some(*with) {
                return Err(Misstep::Complainant.error());
            }
            investigates(app, case, *with, "with").await?;
            Ok(act.clone())
        }
        EnforcementAct::DateAct { act_time, .. } => act_time.check(Day::of(now)).map(|()| act.clone()),
        EnforcementAct::Identify { party, note } => {
            Ok(EnforcementAct::Identify { party: checked(party, Day::of(now))?, note: note.clone() })
        }
        EnforcementAct::Report { finding: Some(finding), major, note } => {
            let (rule, version) = standards::in_force(db, &finding.rule, Day::of(now)).await?;
            rule.row(finding.grade)?;
            let finding = Some(CaseFinding { version: Some(version), ..finding.clone() });
            Ok(EnforcementAct::Report { finding, major: *major, note: note.clone() })
        }
        _ => Ok(act.clone()),
    }
}

/// Whom a case is to be investigated by is of its agency, and may.
async fn investigates(app: &App, case: &KeptCase, officer: Uuid, field: &str) -> ApiResult<()> {
    let known = people::by_id(&app.db, officer).await?;
    let fits = |who: &Account| who.agency_id == Some(case.agency) && who.duties.contains(&Duty::Investigate);
    match known.as_ref().is_some_and(fits) {
        true => Ok(()),
        false => {
            Err(ApiError::bad_request(field, "不是本机关的执法人员", "no officer of this agency who investigates"))
        }
    }
}

/// The standard an act on the spot is decided by, as it stands today.
async fn applied(db: &mut SqliteConnection, act: &EnforcementAct, now: Moment) -> ApiResult<Option<Applied>> {
    let EnforcementAct::OnTheSpot { penalty, .. } = act else { return Ok(None) };
    let (rule, version) = standards::in_force(db, &penalty.rule, Day::of(now)).await?;
    Ok(Some(Applied { version, kind: rule.row(penalty.grade)?.penalty }))
}

/// The standard the case was reported by, which goes with it to its end, and its version.
async fn standard(db: &mut SqliteConnection, case: &KeptCase, now: Moment) -> ApiResult<(DiscretionRule, i64)> {
    let finding = case.place.finding.as_ref().ok_or_else(|| Misstep::OtherRule.error())?;
    match finding.version {
        Some(version) => Ok((standards::version(db, &finding.rule, version).await?, version)),
        // Reported before versions were kept: the party was told by the one in force that day.
        None => standards::in_force(db, &finding.rule, Day::of(case.place.noticed_at.map_or(now, Moment))).await,
    }
}

/// What a fine is a share of: the highest bid of the lot the case is about, once that has closed.
pub fn base(app: &App, case: &KeptCase) -> Option<Decimal> {
    app.feed.look(case.lot?, |replica| replica.closed_price()).flatten()
}

/// Where a decision leaves the standard it is made by.
async fn deviations(
    db: &mut SqliteConnection,
    case: &KeptCase,
    act: &EnforcementAct,
    base: Option<Decimal>,
    now: Moment,
) -> ApiResult<Vec<Deviation>> {
    if let EnforcementAct::OnTheSpot { penalty, .. } = act {
        let (rule, _) = standards::in_force(db, &penalty.rule, Day::of(now)).await?;
        // A share of something is no small fine: nobody names its base on the spot.
        return match rule.row(penalty.grade)?.unit {
            RangeUnit::PercentOfBase => Ok(vec![Deviation::OtherBase]),
            RangeUnit::Yuan => rule.deviations(penalty.grade, penalty, base),
        };
    }
    let (EnforcementAct::Decide { penalty, .. }, Some(finding)) = (act, &case.place.finding) else {
        return Ok(Vec::new());
    };
    let (rule, _) = standard(db, case, now).await?;
    rule.deviations(finding.grade, penalty, base)
}

/// What an act writes beside its event: a deviation for supervision to read, the record against the party.
async fn follow(
    db: &mut SqliteConnection,
    case: &KeptCase,
    to: &CasePlace,
    act: &EnforcementAct,
    by: Uuid,
    found: &[Deviation],
    now: Moment,
) -> ApiResult<()> {
    match act {
        EnforcementAct::Decide { penalty, .. } if !found.is_empty() => {
            let facts = case.place.finding.as_ref().map_or(DiscretionGrade::Normal, |finding| finding.grade);
            let (_, version) = standard(db, case, now).await?;
            sqlx::query(
                "insert into deviations
                   (case_id, rule, version, facts_grade, grade, kinds, reason, proposed_by, proposed_at)
                 values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(case.id.to_string())
            .bind(&penalty.rule)
            .bind(version)
            .bind(facts.name())
            .bind(penalty.grade.name())
            .bind(text(&found)?)
            .bind(penalty.reason.trim())
            .bind(by.to_string())
            .bind(now.0)
            .execute(db)
            .await?;
            Ok(())
        }
        EnforcementAct::Approve { .. } | EnforcementAct::Disapprove { .. } => {
            let approved = to.status == EnforcementStatus::Decided;
            sqlx::query(
                "update deviations set approved_by = ?, decided_at = ?, approved = ?
                 where case_id = ? and decided_at is null",
            )
            .bind(by.to_string())
            .bind(now.0)
            .bind(approved)
            .bind(case.id.to_string())
            .execute(db)
            .await?;
            Ok(())
        }
        EnforcementAct::Serve { .. } | EnforcementAct::OnTheSpot { .. } => {
            put_on_record(db, &KeptCase { place: to.clone(), ..case.clone() }, by, now).await
        }
        EnforcementAct::Annul { .. } => registers::lift_record(db, &case.number, by, now).await,
        _ => Ok(()),
    }
}

/// A served decision on the social credit register; one that spares the party is no record.
async fn put_on_record(db: &mut SqliteConnection, case: &KeptCase, by: Uuid, now: Moment) -> ApiResult<()> {
    let (Some(party), Some(penalty)) = (&case.place.party, &case.place.penalty) else {
        return Err(Misstep::PartyUnknown.error());
    };
    if penalty.grade == DiscretionGrade::None && penalty.bar_months == 0 {
        return Ok(());
    }
    let (rule, _) = standard(db, case, now).await?;
    let agency: String = sqlx::query_scalar("select name_zh from agencies where id = ?")
        .bind(case.agency.to_string())
        .fetch_one(&mut *db)
        .await?;
    let subject = match party.kind {
        PartyKind::Entity => Subject::entity(&party.code),
        PartyKind::Person => Subject::person(&party.code),
    };
    let found = Violation {
        number: case.number.clone(),
        subject,
        name: party.name.clone(),
        reason: format!("{}：{}", rule.act_zh, penalty.reason.trim()),
        decided_by: agency,
        document: format!("{}行政处罚决定（《{}》{}）", case.number, rule.law, rule.article),
        bars: penalty.bar_months > 0,
        scope: rule.bar_scope,
        until: (penalty.bar_months > 0).then(|| Day::of(now).plus_months(penalty.bar_months)),
    };
    registers::put_on_record(db, &found, by, now).await
}
