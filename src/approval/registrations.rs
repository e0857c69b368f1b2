//! 竞买人登记 in force: for how long one bids under it, unless 撤销登记 takes it back (`revocations`). Who is not
//! registered applies for no lot and is seated at none; he registers anew by a new case. Seats he has stand.

use crate::app::App;
use crate::approval::case::CaseOutcome;
use crate::approval::cases;
use crate::approval::store::Whole;
use crate::calendar::Day;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use axum::Json;
use axum::extract::State;
use matching::Moment;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const REGISTRATION: &str = "BIDDER-REGISTRATION";
/// 延续: a licence is renewed thirty days before its end (Administrative Licensing Law, article 50); a bidder is told
/// of it two months earlier.
const TOLD_BEFORE_DAYS: i64 = 90;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mine))
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    InForce,
    /// In force, and about to end: time to register anew.
    RenewalDue,
    Expired,
    Revoked,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct Revoked {
    reason: String,
    at: i64,
}

/// The registration one bids under: the one granted last, reckoned from the day of its decision.
#[derive(Serialize, ToSchema)]
pub struct Registration {
    pub(super) case_id: Uuid,
    case_no: String,
    granted_at: i64,
    /// The first day it no longer holds; absent where the item sets no term.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    pub(super) state: RegistrationState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revoked: Option<Revoked>,
}

fn state(until: Option<Day>, is_revoked: bool, today: Day) -> RegistrationState {
    match until {
        _ if is_revoked => RegistrationState::Revoked,
        Some(until) if until <= today => RegistrationState::Expired,
        Some(until) if until <= today.plus(TOLD_BEFORE_DAYS) => RegistrationState::RenewalDue,
        _ => RegistrationState::InForce,
    }
}

fn registration(row: &SqliteRow, today: Day) -> sqlx::Result<Registration> {
    let (granted_at, months): (i64, Option<u32>) = (row.try_get("decided_at")?, row.try_get("months")?);
    let until = months.map(|months| Day::of(Moment(granted_at)).plus_months(months));
    let revoked = match row.try_get::<Option<String>, _>("reason")? {
        Some(reason) => Some(Revoked { reason, at: row.try_get("revoked_at")? }),
        None => None,
    };
    Ok(Registration {
        case_id: crate::db::uuid(row, "id")?,
        case_no: row.try_get("no")?,
        granted_at,
        until: until.map(|day| day.to_string()),
        state: state(until, revoked.is_some(), today),
        revoked,
    })
}

/// The registration of an account; `None` where it never had one.
async fn of_account(db: &mut SqliteConnection, account: Uuid, today: Day) -> ApiResult<Option<Registration>> {
    let row = sqlx::query(
        "select c.id, c.no, c.decided_at, i.body ->> '$.validity_months' as months, r.reason, r.revoked_at
         from cases c
         join items i on i.code = c.item and i.version = c.item_version
         left join registration_revocations r on r.case_id = c.id
         where c.item = ? and c.subject = ? and c.outcome = 'granted'
         order by c.decided_at desc limit 1",
    )
    .bind(REGISTRATION)
    .bind(account.to_string())
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| registration(&row, today)).transpose()?)
}

fn coded(code: &'static str, zh: &str, en: &str) -> ApiError {
    ApiError { code: code.into(), ..ApiError::conflict(zh, en) }
}

pub fn not_registered() -> ApiError {
    coded("NOT_REGISTERED", "请先办理竞买人登记", "register as a bidder first")
}

/// Refuses who may not bid for want of a registration in force.
pub async fn check(db: &mut SqliteConnection, account: Uuid, today: Day) -> ApiResult<()> {
    let own = of_account(db, account, today).await?.ok_or_else(not_registered)?;
    match own.state {
        // The reason is its bidder's to read: the desk is told this too, and knows no bidder before the close.
        RegistrationState::Revoked => Err(coded(
            "REGISTRATION_REVOKED",
            "竞买人登记已被撤销，请重新办理登记",
            "the registration was revoked; register anew",
        )),
        RegistrationState::Expired => Err(coded(
            "REGISTRATION_EXPIRED",
            "竞买人登记已到期，请重新办理登记",
            "the registration has come to its end; register anew",
        )),
        RegistrationState::InForce | RegistrationState::RenewalDue => Ok(()),
    }
}

/// The same of those who bid with somebody, by their codes: whoever is registered under one must be so still. It is
/// not told who: the desk knows no bidder before the close.
pub async fn check_members(app: &App, codes: &[String], today: Day) -> ApiResult<()> {
    let asked = serde_json::to_string(codes).map_err(|_| ApiError::internal())?;
    let known = cases::registered_under(&app.db, &asked).await?;
    let mut db = app.db.acquire().await?;
    for code in codes {
        let accounts: Vec<Uuid> =
            known.iter().filter(|(_, under)| under == code).map(|(account, _)| *account).collect();
        let mut stands = accounts.is_empty();
        for account in accounts {
            stands |= check(&mut db, account, today).await.is_ok();
        }
        if !stands {
            return Err(coded(
                "MEMBER_NOT_REGISTERED",
                "联合体成员的竞买人登记已被撤销或到期",
                "the registration of one who bids jointly was revoked or has come to its end",
            ));
        }
    }
    Ok(())
}

/// The registration a case granted, while it is the one its bidder bids under.
pub(super) async fn granted_by(db: &mut SqliteConnection, whole: &Whole) -> ApiResult<Option<Registration>> {
    if whole.case.item != REGISTRATION || whole.case.outcome != Some(CaseOutcome::Granted) {
        return Ok(None);
    }
    let own = of_account(db, whole.case.applicant, Day::of(clock::now())).await?;
    Ok(own.filter(|own| own.case_id == whole.case.id))
}

/// My registration as a bidder; none where I never had one.
#[utoipa::path(get, path = "/api/me/registration", operation_id = "my_registration",
    responses((status = 200, body = Option<Registration>), (status = "4XX", body = ApiError)))]
async fn mine(State(app): State<App>, principal: Principal) -> ApiResult<Json<Option<Registration>>> {
    let mut db = app.db.acquire().await?;
    of_account(&mut db, principal.account, Day::of(clock::now())).await.map(Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registration_ends_with_its_term_and_its_renewal_is_due_three_months_before() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let until = Some(day("2029-02-28"));
        for (today, expected) in [
            ("2028-11-29", RegistrationState::InForce),
            ("2028-11-30", RegistrationState::RenewalDue),
            ("2029-02-27", RegistrationState::RenewalDue),
            ("2029-02-28", RegistrationState::Expired),
        ] {
            assert_eq!(state(until, false, day(today)), expected, "{today}");
            assert_eq!(state(until, true, day(today)), RegistrationState::Revoked, "{today}");
        }
        assert_eq!(state(None, false, day("2099-01-01")), RegistrationState::InForce, "an item without a term");
    }
}
