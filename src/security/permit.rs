//! The permission table: a door without a row is shut for everybody.

use crate::app::App;
use crate::error::ApiError;
use crate::security::audit;
use crate::security::model::{Principal, Role};
use crate::security::signed;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::Method;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub enum Who {
    Anyone,
    SignedIn,
    Roles(&'static [Role]),
    /// A machine that signs its request with a registered key; a token is of no use here.
    Signed,
}

use Role::{Admin, Bidder, Clerk, Notary, Officer, Supervisor, Transferor};
use Who::{Anyone, Roles, Signed, SignedIn};

const WATCHERS: &[Role] = &[Supervisor, Admin];
const READERS: &[Role] = &[Supervisor, Notary, Transferor, Admin];

/// The one guarded door for whoever still has a password somebody else chose.
const OWN_PASSWORD: &str = "/api/me/password";

/// Method, path, who may enter.
pub const DOORS: &[(&str, &str, Who)] = &[
    ("POST", "/api/session", Anyone),
    ("POST", "/api/session/refresh", Anyone),
    ("DELETE", "/api/session", Anyone),
    ("GET", "/api/me", SignedIn),
    ("POST", OWN_PASSWORD, SignedIn),
    ("POST", "/api/accounts", Roles(&[Admin])),
    ("GET", "/api/accounts", Roles(&[Admin])),
    ("POST", "/api/accounts/{id}/disable", Roles(&[Admin])),
    ("POST", "/api/accounts/{id}/enable", Roles(&[Admin])),
    ("POST", "/api/accounts/{id}/change", Roles(&[Admin])),
    // A supervisor's second word counts only while no other administrator could give it.
    ("GET", "/api/staff-proposals", Roles(WATCHERS)),
    ("POST", "/api/staff-proposals/{id}/grant", Roles(WATCHERS)),
    ("POST", "/api/staff-proposals/{id}/refuse", Roles(WATCHERS)),
    ("POST", "/api/accounts/{id}/reset", Roles(&[Admin])),
    ("POST", "/api/accounts/{id}/reset/grant", Roles(&[Admin])),
    ("POST", "/api/session/reset", Anyone),
    ("GET", "/api/time", Anyone),
    ("GET", "/api/centers", Anyone),
    ("GET", "/api/profiles", Roles(&[Clerk, Admin])),
    ("POST", "/api/profiles", Roles(&[Clerk, Admin])),
    ("POST", "/api/profiles/{id}/{version}/publish", Roles(&[Clerk, Admin])),
    ("GET", "/api/lots", Anyone),
    ("GET", "/api/lots/{id}", Anyone),
    ("GET", "/api/lots/{id}/bids", Anyone),
    ("GET", "/api/lots/{id}/awards", Anyone),
    ("GET", "/api/lots/{id}/offers", Anyone),
    ("GET", "/checkpoint", Anyone),
    ("GET", "/api/log/cosigned", Anyone),
    ("GET", "/api/log/key", Anyone),
    ("GET", "/api/log/witnesses", Anyone),
    ("GET", "/api/log/notes/{sha256}", Anyone),
    ("GET", "/api/log/consistency", Anyone),
    ("GET", "/api/log/long/{sha256}", Anyone),
    ("GET", "/api/lots/{id}/bids/{seq}/receipt", Anyone),
    ("GET", "/api/lots/{id}/kept", Anyone),
    ("GET", "/api/lots/{id}/you", Roles(&[Bidder])),
    ("GET", "/api/lots/{id}/you/bar", Roles(&[Bidder])),
    ("GET", "/api/lots/{id}/you/seat", Roles(&[Bidder])),
    ("POST", "/api/lots/{id}/applications", Roles(&[Bidder])),
    ("POST", "/api/lots/{id}/applications/mine/withdraw", Roles(&[Bidder])),
    ("GET", "/api/me/applications", Roles(&[Bidder])),
    ("GET", "/api/desk/lots", Roles(&[Clerk])),
    ("POST", "/api/desk/lots", Roles(&[Clerk])),
    ("GET", "/api/desk/lots/{id}", Roles(&[Clerk])),
    ("PUT", "/api/desk/lots/{id}", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/check", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/publish", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/open", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/suspend", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/resume", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/terminate", Roles(&[Clerk])),
    ("GET", "/api/desk/lots/{id}/applications", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/applications/{no}/admit", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/applications/{no}/refuse", Roles(&[Clerk])),
    ("GET", "/api/desk/lots/{id}/history", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/reserve", Roles(&[Clerk])),
    ("GET", "/api/desk/lots/{id}/scores", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/scores", Roles(&[Clerk])),
    ("POST", "/api/lots/{id}/draw/commit", Roles(&[Clerk, Supervisor])),
    ("POST", "/api/lots/{id}/draw/reveal", Roles(&[Clerk, Supervisor])),
    ("GET", "/api/lots/{id}/panels", Anyone),
    ("POST", "/api/desk/lots/{id}/panels", Roles(&[Clerk])),
    ("POST", "/api/lots/{id}/panels/commit", Roles(&[Clerk, Supervisor])),
    ("POST", "/api/lots/{id}/panels/reveal", Roles(&[Clerk, Supervisor])),
    ("GET", "/api/desk/lots/{id}/panels/{no}/experts", Roles(&[Clerk])),
    ("GET", "/api/desk/panels/waiting", Roles(&[Clerk])),
    ("GET", "/api/supervision/live", Roles(READERS)),
    ("GET", "/api/supervision/watch", Roles(READERS)),
    ("GET", "/api/supervision/alerts", Roles(WATCHERS)),
    ("GET", "/api/supervision/alerts/{id}", Roles(WATCHERS)),
    ("POST", "/api/supervision/alerts/{id}/acts", Roles(&[Supervisor])),
    ("GET", "/api/supervision/alerts/{id}/replay", Roles(WATCHERS)),
    ("GET", "/api/supervision/rules", Roles(WATCHERS)),
    ("GET", "/api/supervision/rules/export", Roles(WATCHERS)),
    ("GET", "/api/supervision/record", Roles(WATCHERS)),
    ("GET", "/api/supervision/screens", Roles(WATCHERS)),
    ("GET", "/api/supervision/screens/{lot}", Roles(WATCHERS)),
    ("GET", "/api/supervision/networks", Roles(WATCHERS)),
    ("POST", "/api/supervision/networks", Roles(&[Supervisor])),
    ("GET", "/api/socket", Anyone),
    ("GET", "/api/lots/{id}/unsealings", Roles(WATCHERS)),
    ("POST", "/api/lots/{id}/unsealings", Roles(&[Supervisor])),
    ("POST", "/api/lots/{id}/unsealings/{unsealing}/grant", Roles(&[Supervisor])),
    ("GET", "/api/lots/{id}/bidders", Roles(&[Clerk, Supervisor])),
    ("GET", "/api/agencies", Anyone),
    ("POST", "/api/agencies", Roles(&[Admin])),
    ("GET", "/api/audit", Roles(WATCHERS)),
    // Registers.
    ("GET", "/api/registers", Roles(&[Officer, Supervisor, Admin])),
    ("PUT", "/api/registers/{id}/owner", Roles(&[Admin])),
    ("GET", "/api/registers/{id}/rows", Roles(&[Officer, Supervisor])),
    ("GET", "/api/registers/{id}/rows/{no}", Roles(&[Officer, Supervisor])),
    ("GET", "/api/registers/{id}/export", Roles(&[Officer, Supervisor])),
    ("GET", "/api/registers/{id}/imports", Roles(&[Officer, Supervisor])),
    ("POST", "/api/registers/{id}/imports", Roles(&[Officer])),
    ("GET", "/api/register-imports/{id}", Roles(&[Officer, Supervisor])),
    ("GET", "/api/registers/{id}/reads", Roles(&[Officer, Supervisor])),
    ("POST", "/api/registers/{id}/shares", Roles(&[Officer])),
    ("GET", "/api/register-shares", Roles(&[Officer, Supervisor])),
    ("POST", "/api/register-shares/{id}/decision", Roles(&[Officer])),
    // Approval.
    ("GET", "/api/calendar", Anyone),
    ("POST", "/api/calendar", Roles(&[Admin])),
    ("GET", "/api/calendar/proposals", Roles(WATCHERS)),
    ("POST", "/api/calendar/proposals/{id}/grant", Roles(WATCHERS)),
    ("POST", "/api/calendar/proposals/{id}/refuse", Roles(WATCHERS)),
    ("GET", "/api/items", Anyone),
    ("POST", "/api/items", Roles(&[Officer, Admin])),
    ("GET", "/api/desk/items", Roles(&[Officer, Admin])),
    ("GET", "/api/items/export", Anyone),
    ("POST", "/api/items/import", Roles(&[Officer, Admin])),
    ("GET", "/api/items/{code}", Anyone),
    ("POST", "/api/items/{code}/{version}/publish", Roles(&[Officer, Admin])),
    ("POST", "/api/items/{code}/status", Roles(&[Officer, Admin])),
    ("POST", "/api/cases", Roles(&[Bidder, Clerk])),
    ("GET", "/api/cases/{id}", Roles(&[Bidder, Clerk, Officer, Supervisor, Admin])),
    ("PUT", "/api/cases/{id}", Roles(&[Bidder, Clerk])),
    ("PUT", "/api/cases/{id}/materials/{material}", Roles(&[Bidder, Clerk])),
    ("GET", "/api/cases/{id}/files/{sha256}", Roles(&[Bidder, Clerk, Officer, Supervisor, Admin])),
    ("POST", "/api/cases/{id}/acts", Roles(&[Bidder, Clerk, Officer])),
    ("POST", "/api/cases/{id}/consent", Roles(&[Bidder])),
    ("POST", "/api/cases/{id}/revocation", Roles(&[Officer])),
    ("POST", "/api/cases/{id}/revocation/confirm", Roles(&[Officer])),
    ("POST", "/api/cases/{id}/revocation/refuse", Roles(&[Officer])),
    ("GET", "/api/me/registration", Roles(&[Bidder])),
    ("GET", "/api/me/cases", Roles(&[Bidder, Clerk])),
    ("GET", "/api/me/consents", Roles(&[Bidder])),
    ("GET", "/api/inbox", Roles(&[Officer, Supervisor, Admin])),
    // Enforcement.
    ("GET", "/api/discretion", Anyone),
    ("GET", "/api/enforcement/discretion", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/enforcement/discretion", Roles(&[Officer])),
    ("POST", "/api/enforcement/discretion/{code}/publish", Roles(&[Officer])),
    ("GET", "/api/enforcement/cases", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/enforcement/cases", Roles(&[Officer])),
    ("GET", "/api/enforcement/cases/{id}", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/enforcement/cases/{id}/acts", Roles(&[Officer])),
    ("GET", "/api/enforcement/officers", Roles(&[Officer])),
    ("GET", "/api/enforcement/clocks", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/lots/{id}/complaints", Anyone),
    ("GET", "/api/complaints/{id}", Anyone),
    ("GET", "/api/enforcement/complaints", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/enforcement/complaints/{id}/acts", Roles(&[Officer])),
    ("GET", "/api/enforcement/cases/{id}/transfers", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/enforcement/cases/{id}/transfers", Roles(&[Officer])),
    ("GET", "/api/enforcement/transfers", Roles(&[Officer, Supervisor, Admin])),
    ("PUT", "/api/enforcement/transfers/{id}/papers/{kind}", Roles(&[Officer])),
    ("GET", "/api/enforcement/transfers/{id}/files/{sha256}", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/enforcement/transfers/{id}/acts", Roles(&[Officer])),
    ("POST", "/api/enforcement/cases/{id}/handovers", Roles(&[Officer])),
    ("POST", "/api/enforcement/complaints/{id}/handovers", Roles(&[Officer])),
    ("GET", "/api/enforcement/handovers", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/enforcement/handovers/{id}/answer", Roles(&[Officer])),
    ("GET", "/api/enforcement/tasks", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/enforcement/tasks", Roles(&[Officer])),
    ("GET", "/api/enforcement/tasks/{id}", Roles(&[Officer, Supervisor, Admin])),
    ("POST", "/api/enforcement/tasks/{id}/acts", Roles(&[Officer])),
    ("POST", "/api/supervision/alerts/{id}/case", Roles(&[Supervisor])),
    ("GET", "/api/supervision/deviations", Roles(WATCHERS)),
    ("POST", "/api/supervision/deviations/{id}/answer", Roles(&[Supervisor])),
    // Deposits.
    ("POST", "/api/banks", Roles(&[Admin])),
    ("GET", "/api/banks", Roles(&[Clerk, Admin])),
    ("GET", "/api/banks/{bank}/keys", Roles(&[Supervisor, Admin])),
    ("POST", "/api/banks/{bank}/keys", Roles(&[Admin])),
    ("POST", "/api/banks/{bank}/keys/{no}/confirm", Roles(&[Admin])),
    ("POST", "/api/banks/{bank}/keys/{no}/revoke", Roles(&[Admin])),
    ("GET", "/api/signing-keys", Anyone),
    ("POST", "/api/signing-keys", Roles(&[Admin])),
    ("POST", "/api/bank/notices", Signed),
    ("GET", "/api/bank/refunds", Signed),
    ("PUT", "/api/desk/lots/{id}/deposit", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/deposit/settle", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/applications/{no}/forfeit", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/applications/{no}/forfeit/grant", Roles(&[Clerk])),
    ("GET", "/api/lots/{id}/deposit", Anyone),
    ("POST", "/api/lots/{id}/applications/mine/account", Roles(&[Bidder])),
    ("PUT", "/api/lots/{id}/applications/mine/account", Roles(&[Bidder])),
    ("GET", "/api/me/deposits", Roles(&[Bidder])),
    ("GET", "/api/desk/deposits", Roles(&[Clerk])),
    ("GET", "/api/desk/deposits/balances", Roles(&[Clerk, Supervisor, Admin])),
    ("GET", "/api/desk/deposits/credits", Roles(&[Clerk])),
    ("POST", "/api/desk/deposits/credits/{no}/return", Roles(&[Clerk])),
    ("GET", "/api/desk/refunds", Roles(&[Clerk])),
    ("POST", "/api/desk/refunds/{id}/make", Roles(&[Clerk])),
    ("POST", "/api/desk/refunds/{id}/check", Roles(&[Clerk])),
    ("POST", "/api/desk/refunds/{id}/payee", Roles(&[Clerk])),
    ("POST", "/api/desk/refunds/{id}/payee/check", Roles(&[Clerk])),
    ("GET", "/api/desk/bank-alarms", Roles(&[Clerk, Supervisor])),
    ("POST", "/api/desk/bank-alarms/{no}/explain", Roles(&[Clerk])),
    ("POST", "/api/desk/bank-alarms/{no}/close", Roles(&[Clerk, Supervisor])),
    // The life of a lot.
    ("GET", "/api/cases/{id}/lot", Roles(&[Bidder, Clerk, Officer, Supervisor, Admin])),
    ("GET", "/api/cases/{id}/lot/documents/{no}", Roles(&[Bidder, Clerk, Officer, Supervisor, Admin])),
    ("GET", "/api/desk/lots/{id}/life", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/life/{act}", Roles(&[Clerk])),
    ("PUT", "/api/desk/lots/{id}/file", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/documents", Roles(&[Clerk])),
    ("GET", "/api/desk/lots/{id}/documents/{no}", Roles(&[Clerk])),
    ("DELETE", "/api/desk/lots/{id}/documents/{no}", Roles(&[Clerk])),
    ("GET", "/api/desk/lots/{id}/notices", Roles(&[Clerk])),
    ("POST", "/api/desk/lots/{id}/notices", Roles(&[Clerk])),
    ("GET", "/api/desk/notices", Roles(&[Clerk])),
    ("PUT", "/api/desk/notices/{id}", Roles(&[Clerk])),
    ("POST", "/api/desk/notices/{id}/publish", Roles(&[Clerk])),
    ("GET", "/api/notices", Anyone),
    ("GET", "/api/notices/{id}", Anyone),
    ("GET", "/api/lots/{id}/notices", Anyone),
    ("GET", "/api/lots/{id}/file", Anyone),
    ("GET", "/api/lots/{id}/documents/{no}", Anyone),
    ("GET", "/api/me/messages", Roles(&[Bidder])),
    // Public service.
    ("GET", "/api/results", Anyone),
    ("GET", "/api/results/{id}", Anyone),
    ("GET", "/api/coming", Anyone),
    ("GET", "/api/map", Anyone),
    ("GET", "/api/statistics", Anyone),
    ("GET", "/api/statistics/csv", Anyone),
    ("GET", "/api/search", Anyone),
    ("GET", "/api/lots/{id}/questions", Anyone),
    ("POST", "/api/lots/{id}/questions", Roles(&[Bidder])),
    ("GET", "/api/me/questions", Roles(&[Bidder])),
    ("GET", "/api/desk/questions", Roles(&[Clerk])),
    ("POST", "/api/desk/questions/{id}/answers", Roles(&[Clerk])),
    ("GET", "/feeds/lots.atom", Anyone),
    ("GET", "/feeds/notices.atom", Anyone),
    ("GET", "/feeds/results.atom", Anyone),
    ("POST", "/api/subscriptions", Anyone),
    ("POST", "/api/subscriptions/confirm", Anyone),
    ("POST", "/api/subscriptions/cancel", Anyone),
    ("GET", "/api/me/webhooks", SignedIn),
    ("POST", "/api/me/webhooks", SignedIn),
    ("DELETE", "/api/me/webhooks/{id}", SignedIn),
    ("POST", "/api/me/webhooks/{id}/enable", SignedIn),
    // Open data.
    ("GET", "/api/open", Anyone),
    ("GET", "/api/open/changes", Anyone),
    ("GET", "/api/open/releases", Anyone),
    ("GET", "/api/open/releases/{ocid}", Anyone),
    ("GET", "/api/open/releases/{ocid}/{version}", Anyone),
    ("GET", "/api/open/records", Anyone),
    ("GET", "/api/open/records/{ocid}", Anyone),
    ("GET", "/api/open/bids/{ocid}", Anyone),
    ("GET", "/api/open/releases.jsonl", Anyone),
    ("GET", "/api/open/lots.csv", Anyone),
    ("GET", "/api/open/bids.csv", Anyone),
    // Supervision of limits: cards.
    ("GET", "/api/cards", Roles(WATCHERS)),
    ("POST", "/api/cards", Roles(&[Supervisor])),
    ("GET", "/api/cards/figures", Roles(WATCHERS)),
    ("GET", "/api/cards/{no}", Roles(&[Officer, Clerk, Supervisor, Admin])),
    ("POST", "/api/cards/{no}/acts", Roles(&[Officer, Clerk, Supervisor])),
    ("GET", "/api/me/cards", Roles(&[Officer, Clerk, Supervisor, Admin])),
    // Dispatch.
    ("GET", "/api/dispatch/centers", Roles(WATCHERS)),
    ("GET", "/api/dispatch/orders", Roles(&[Clerk, Supervisor, Admin])),
    ("POST", "/api/dispatch/orders", Roles(&[Supervisor])),
    ("GET", "/api/dispatch/orders/{no}", Roles(&[Clerk, Supervisor, Admin])),
    ("POST", "/api/dispatch/orders/{no}/acts", Roles(&[Clerk, Supervisor])),
    // Evaluation.
    ("GET", "/api/evaluation", Roles(WATCHERS)),
    ("GET", "/api/evaluation/units/{id}", Roles(WATCHERS)),
    ("GET", "/api/me/evaluation", Roles(&[Officer, Clerk])),
    ("GET", "/api/evaluation/export", Roles(WATCHERS)),
    ("GET", "/api/evaluation/schemes", Roles(WATCHERS)),
    ("POST", "/api/evaluation/schemes", Roles(&[Admin])),
    ("GET", "/api/evaluation/scheme-drafts", Roles(WATCHERS)),
    ("POST", "/api/evaluation/scheme-drafts/{kind}/publish", Roles(&[Admin])),
    ("POST", "/api/evaluation/scheme-drafts/{kind}/refuse", Roles(&[Admin])),
    ("GET", "/api/evaluation/scheme-refusals", Roles(WATCHERS)),
    // Printed documents.
    ("GET", "/api/lots/{id}/printed", Anyone),
    ("GET", "/api/printed/{kind}/{subject}", Anyone),
    ("GET", "/api/documents/{fingerprint}", Anyone),
    ("GET", "/api/documents/{fingerprint}/file", Anyone),
    ("GET", "/api/documents/{fingerprint}/words", Anyone),
    ("GET", "/api/documents/{fingerprint}/signature", Anyone),
    ("GET", "/api/documents/{fingerprint}/cosigned", Anyone),
    ("GET", "/api/document-key", Anyone),
];

/// Whether `role` may watch every entry of every lot.
pub fn may_supervise(role: Role) -> bool {
    WATCHERS.contains(&role)
}

fn door(method: &str, path: &str) -> Option<&'static Who> {
    // HEAD is GET without a body.
    let method = if method == "HEAD" { "GET" } else { method };
    DOORS.iter().find(|(m, p, _)| *m == method && *p == path).map(|(_, _, who)| who)
}

/// Reads the token, looks the door up, and lets in or answers why not.
pub async fn check(State(app): State<App>, path: MatchedPath, mut request: Request, next: Next) -> Response {
    let Some(who) = door(request.method().as_str(), path.as_str()) else {
        return ApiError::forbidden().into_response();
    };
    if matches!(who, Signed) {
        return signed_request(app, path.as_str(), request, next).await;
    }
    let bearer = request.headers().get(AUTHORIZATION).map(|value| {
        value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(ApiError::token_invalid)
    });
    let principal = match bearer {
        None => None,
        Some(token) => match token.and_then(|token| app.tokens.read(token)) {
            Ok(principal) => Some(principal),
            // An open door stays open to a stale token; a guarded one says what is wrong with it.
            Err(_) if matches!(who, Anyone) => None,
            Err(error) => return error.into_response(),
        },
    };
    let principal = match principal {
        // Whoever chose it may be the one who asks: at an open door he is a stranger.
        Some(given) if given.password_to_change && path.as_str() != OWN_PASSWORD => match who {
            Anyone => None,
            _ => return ApiError::password_to_change().into_response(),
        },
        principal => principal,
    };
    match (who, &principal) {
        (Anyone, _) | (SignedIn, Some(_)) => {}
        (Roles(roles), Some(principal)) if roles.contains(&principal.role) => {}
        (Roles(_), Some(_)) => return ApiError::forbidden().into_response(),
        (_, None) => return ApiError::not_signed_in().into_response(),
        (Signed, _) => return ApiError::not_signed().into_response(),
    }
    let Some(principal) = principal else { return next.run(request).await };
    let (account, role) = (principal.account, principal.role);
    request.extensions_mut().insert(principal);
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let action = format!("{} {}", request.method(), path.as_str());
    let subject = request.uri().path().to_string();
    let act = audit::Act::of(account, role, &action, &subject);
    whole(app, act, request, next).await
}

/// Runs an act and its audit row to the end: a caller who hangs up half-way stops neither.
async fn whole(app: App, act: audit::Act, request: Request, next: Next) -> Response {
    let done = tokio::spawn(async move {
        let response = next.run(request).await;
        match audit::note(&app.db, audit::Act { status: response.status().as_u16(), ..act }).await {
            Ok(()) => response,
            Err(error) => error.into_response(),
        }
    });
    done.await.unwrap_or_else(|_| ApiError::internal().into_response())
}

/// A signed caller has no account: its row in the audit trail names it in place of an address.
async fn signed_request(app: App, path: &str, request: Request, next: Next) -> Response {
    let (request, caller) = match signed::check(&app, request).await {
        Ok(signed) => signed,
        Err(error) => return error.into_response(),
    };
    let action = format!("{} {path}", request.method());
    let act = audit::Act { account: None, role: None, action, subject: caller, status: 0, purpose: None };
    whole(app, act, request, next).await
}

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Principal, ApiError> {
        parts.extensions.get::<Principal>().cloned().ok_or_else(ApiError::not_signed_in)
    }
}
