//! Doors of printed documents: what may be printed of a lot, the files, and the public check of a paper.

use super::cosigned;
use super::facts::{self, Found};
use super::issue::issue;
use super::kinds::PrintedKind;
use super::store::{self, Issued};
use crate::app::App;
use crate::content;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Principal, Role};
use crate::security::signed::from_hex;
use crate::trading::deposits::views;
use crate::trading::desk;
use crate::trading::life::model::State as LifeState;
use crate::trading::life::notices;
use crate::trading::store as lots;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

type Reader = Option<Extension<Principal>>;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_lot))
        .routes(routes!(print))
        .routes(routes!(check))
        .routes(routes!(file))
        .routes(routes!(words))
        .routes(routes!(signature))
        .routes(routes!(cosigned_receipt))
        .routes(routes!(key))
}

/// Whether a reader may see a document. Whose a bidder is stays sealed until his lot is over: till then
/// his papers are his alone; then his center's clerks' and the supervisors' too.
async fn may_read(app: &App, lot: Uuid, owner: Option<Uuid>, reader: Option<&Principal>) -> ApiResult<bool> {
    let (Some(owner), Some(reader)) = (owner, reader) else { return Ok(owner.is_none()) };
    if reader.account == owner {
        return Ok(true);
    }
    let is_over = app.feed.look(lot, |replica| replica.closed_at().is_some()) == Some(true);
    Ok(is_over
        && match reader.role {
            Role::Clerk => desk::readable(app, lot, reader).await.is_ok(),
            Role::Supervisor => true,
            _ => false,
        })
}

async fn readable(app: &App, lot: Uuid, owner: Option<Uuid>, reader: &Reader) -> ApiResult<()> {
    let reader = reader.as_ref().map(|Extension(principal)| principal);
    match (may_read(app, lot, owner, reader).await?, reader) {
        (true, _) => Ok(()),
        (false, None) => Err(ApiError::not_signed_in()),
        (false, Some(_)) => Err(ApiError::not_found()),
    }
}

/// A document that may be printed.
#[derive(Serialize, ToSchema)]
struct PrintedRow {
    kind: PrintedKind,
    /// Where it is printed: /api/printed/{kind}/{subject}.
    subject: String,
    title: String,
    /// The moment of the fact it tells.
    at: i64,
    /// Versions issued so far, newest first; none before somebody asks for it.
    issued: Vec<IssuedVersion>,
}

#[derive(Serialize, ToSchema)]
struct IssuedVersion {
    fingerprint: String,
    version: i64,
    issued_at: i64,
}

/// The documents of a lot the reader may have.
#[utoipa::path(get, path = "/api/lots/{id}/printed", operation_id = "printed_of_lot", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<PrintedRow>), (status = "4XX", body = ApiError)))]
async fn of_lot(State(app): State<App>, Path(id): Path<Uuid>, reader: Reader) -> ApiResult<Json<Vec<PrintedRow>>> {
    let lot = lots::find(&app.db, id).await?;
    let reader = reader.as_ref().map(|Extension(principal)| principal);
    let mut wanted: Vec<(PrintedKind, String)> = Vec::new();
    for notice in notices::of_lot(&app.db, id, None).await? {
        wanted.push((PrintedKind::Notice, notice.id.to_string()));
    }
    if let Some(reader) = reader {
        for kind in [facts::at_hammer(&lot), PrintedKind::Confirmation] {
            wanted.push((kind, id.to_string()));
        }
        let own = (reader.role == Role::Bidder).then_some(reader.account);
        if let Some(account) = own {
            let mine = lots::mine(&app.db, account).await?.into_iter().filter(|application| application.lot == id);
            wanted.extend(mine.map(|application| (PrintedKind::DepositReceipt, format!("{id}-{}", application.no))));
        }
        let refunds = views::paid_refunds(&app.db, id, own).await?;
        wanted.extend(refunds.into_iter().map(|refund| (PrintedKind::RefundSlip, refund.to_string())));
    }
    let mut rows = Vec::new();
    for (kind, subject) in wanted {
        let found = match facts::find(&app, kind, &subject).await {
            Ok(found) => found,
            Err(error) if error.status == 404 => continue,
            Err(error) => return Err(error),
        };
        if may_read(&app, found.lot, found.owner, reader).await? {
            rows.push(row(&app, found).await?);
        }
    }
    Ok(Json(rows))
}

async fn row(app: &App, found: Found) -> ApiResult<PrintedRow> {
    let versions = store::versions(&app.db, found.paper.kind, &found.subject).await?;
    let issued = versions.into_iter().map(|one| IssuedVersion {
        fingerprint: one.fingerprint,
        version: one.version,
        issued_at: one.issued_at.0,
    });
    Ok(PrintedRow {
        kind: found.paper.kind,
        issued: issued.collect(),
        subject: found.subject,
        title: found.paper.title,
        at: found.paper.at.0,
    })
}

/// The file of a document: issued now if it never was, else as it was issued.
#[utoipa::path(get, path = "/api/printed/{kind}/{subject}", operation_id = "printed",
    params(("kind" = PrintedKind, Path), ("subject" = String, Path)),
    responses((status = 200, content_type = "application/pdf"), (status = "4XX", body = ApiError),
        (status = 503, body = ApiError)))]
async fn print(
    State(app): State<App>,
    Path((kind, subject)): Path<(String, String)>,
    reader: Reader,
) -> ApiResult<Response> {
    let kind = PrintedKind::from_name(&kind).ok_or_else(ApiError::not_found)?;
    if kind != PrintedKind::Notice && reader.is_none() {
        return Err(ApiError::not_signed_in());
    }
    let found = facts::find(&app, kind, &subject).await?;
    readable(&app, found.lot, found.owner, &reader).await?;
    pdf(&app, &issue(&app, found).await?).await
}

async fn pdf(app: &App, issued: &Issued) -> ApiResult<Response> {
    let bytes = content::read(&app.dir, &issued.file_sha256).await?;
    let name =
        format!("inline; filename=\"{}-v{}-{}.pdf\"", issued.kind.name(), issued.version, &issued.fingerprint[..8]);
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_string()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

/// 核验: what we know of a paper by the fingerprint of its words.
#[derive(Serialize, ToSchema)]
struct PrintedCheck {
    fingerprint: String,
    kind: PrintedKind,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    version: i64,
    lot: Uuid,
    lot_number: String,
    /// The moment of the fact it tells.
    at: i64,
    issued_at: i64,
    /// SHA-256 of the file.
    file_sha256: String,
    /// Ed25519 over the words, as printed, hex.
    signature: String,
    /// The key it was signed with, hex.
    public_key: String,
    /// The newest version, where this is not it.
    #[serde(skip_serializing_if = "Option::is_none")]
    newer: Option<String>,
    /// The sale was declared void or defaulted since: the paper tells of nothing any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    came_to_nothing: Option<LifeState>,
    /// 存证: the number of its file's leaf in the log, from 0; its receipt is at /api/log/notes/{file_sha256}.
    #[serde(skip_serializing_if = "Option::is_none")]
    noted: Option<u64>,
    /// 共签: who of the log's witnesses has signed a checkpoint that holds the sale, so far.
    cosigned_by: Vec<Cosigner>,
    /// Whether the reader may have its words and its file.
    open: bool,
}

#[derive(Serialize, ToSchema)]
struct Cosigner {
    name: String,
    /// When it saw that checkpoint, in milliseconds.
    at: i64,
}

/// The witnesses on a document's cosigned receipt whose keys we know today.
async fn cosigners(app: &App, fingerprint: &str) -> ApiResult<Vec<Cosigner>> {
    let Some(kept) = cosigned::of(&app.db, fingerprint).await? else { return Ok(Vec::new()) };
    let checkpoint = kept.split_once("\n\n").map(|(_, checkpoint)| checkpoint).unwrap_or_default();
    let signed = app.log.cosigners(checkpoint).into_iter();
    Ok(signed.map(|(key, at)| Cosigner { name: key.name.clone(), at: (at * 1_000) as i64 }).collect())
}

async fn by_fingerprint(app: &App, fingerprint: &str) -> ApiResult<Issued> {
    store::by_fingerprint(&app.db, fingerprint).await?.ok_or_else(ApiError::not_issued)
}

/// Whether we issued a paper, and whether a newer version stands beside it.
#[utoipa::path(get, path = "/api/documents/{fingerprint}", params(("fingerprint" = String, Path)),
    responses((status = 200, body = PrintedCheck), (status = "4XX", body = ApiError)))]
async fn check(
    State(app): State<App>,
    Path(fingerprint): Path<String>,
    reader: Reader,
) -> ApiResult<Json<PrintedCheck>> {
    let issued = by_fingerprint(&app, &fingerprint).await?;
    let newest = store::versions(&app.db, issued.kind, &issued.subject).await?.into_iter().next();
    let of_sale = matches!(issued.kind, PrintedKind::Confirmation | PrintedKind::WinLetter | PrintedKind::AwardNotice);
    let came_to_nothing = if of_sale { facts::came_to_nothing(&app, issued.lot).await? } else { None };
    let reader = reader.as_ref().map(|Extension(principal)| principal);
    let open = may_read(&app, issued.lot, issued.owner, reader).await?;
    Ok(Json(PrintedCheck {
        newer: newest.map(|newest| newest.fingerprint).filter(|newest| *newest != issued.fingerprint),
        came_to_nothing,
        open,
        noted: app.log.noted(&issued.file_sha256),
        cosigned_by: cosigners(&app, &issued.fingerprint).await?,
        lot: issued.lot,
        lot_number: lots::find(&app.db, issued.lot).await?.detail()?.card.number,
        fingerprint: issued.fingerprint,
        kind: issued.kind,
        title: issued.title,
        number: issued.number,
        version: issued.version,
        at: issued.at.0,
        issued_at: issued.issued_at.0,
        file_sha256: issued.file_sha256,
        signature: issued.signature,
        public_key: issued.public_key,
    }))
}

/// The file of one version, be there newer ones.
#[utoipa::path(get, path = "/api/documents/{fingerprint}/file", params(("fingerprint" = String, Path)),
    responses((status = 200, content_type = "application/pdf"), (status = "4XX", body = ApiError)))]
async fn file(State(app): State<App>, Path(fingerprint): Path<String>, reader: Reader) -> ApiResult<Response> {
    let issued = by_fingerprint(&app, &fingerprint).await?;
    readable(&app, issued.lot, issued.owner, &reader).await?;
    pdf(&app, &issued).await
}

/// The words: their SHA-256 is the fingerprint, and the printed signature is over them.
#[utoipa::path(get, path = "/api/documents/{fingerprint}/words", params(("fingerprint" = String, Path)),
    responses((status = 200, content_type = "text/plain"), (status = "4XX", body = ApiError)))]
async fn words(State(app): State<App>, Path(fingerprint): Path<String>, reader: Reader) -> ApiResult<Response> {
    let issued = by_fingerprint(&app, &fingerprint).await?;
    readable(&app, issued.lot, issued.owner, &reader).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], issued.words).into_response())
}

/// The detached signature over the file: 64 bytes, Ed25519.
#[utoipa::path(get, path = "/api/documents/{fingerprint}/signature", params(("fingerprint" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = "4XX", body = ApiError)))]
async fn signature(State(app): State<App>, Path(fingerprint): Path<String>) -> ApiResult<Response> {
    let issued = by_fingerprint(&app, &fingerprint).await?;
    let bytes = from_hex(&issued.file_signature).ok_or_else(ApiError::internal)?;
    let name = format!(
        "attachment; filename=\"{}-v{}-{}.pdf.sig\"",
        issued.kind.name(),
        issued.version,
        &issued.fingerprint[..8]
    );
    Ok(([(header::CONTENT_TYPE, "application/octet-stream".to_string()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

/// The sale a confirmation tells of, proved under a checkpoint that witnesses have cosigned (C2SP tlog-proof).
#[utoipa::path(get, path = "/api/documents/{fingerprint}/cosigned", params(("fingerprint" = String, Path)),
    responses((status = 200, content_type = "text/plain"), (status = "4XX", body = ApiError)))]
async fn cosigned_receipt(State(app): State<App>, Path(fingerprint): Path<String>) -> ApiResult<Response> {
    let issued = by_fingerprint(&app, &fingerprint).await?;
    let kept = cosigned::of(&app.db, &issued.fingerprint).await?.ok_or_else(ApiError::not_found)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], kept)
        .into_response())
}

/// The public key documents are signed with now.
#[derive(Serialize, ToSchema)]
struct DocumentKey {
    algorithm: &'static str,
    /// 32 bytes, hex.
    public_key: String,
}

/// The key documents are signed with now; each document names its own.
#[utoipa::path(get, path = "/api/document-key", responses((status = 200, body = DocumentKey)))]
async fn key(State(app): State<App>) -> Json<DocumentKey> {
    Json(DocumentKey { algorithm: "Ed25519", public_key: app.printer.public_key() })
}
