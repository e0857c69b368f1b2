//! The table of contents of the server's doors.

use crate::app::App;
use crate::error::ApiError;
use crate::security::permit;
use crate::trading::wire::{ClientFrame, ServerFrame};
use crate::{approval, enforcement, registers, security, service, supervision, trading};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use serde_json::Value;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// No request of ours is larger; files are other doors' business.
const BODY_BYTES_MAX: usize = 256 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(title = "sunbid 阳光竞价", description = "Online auctions of public resources. Money is a decimal string, \
        time is milliseconds since 1970 UTC. The live socket is GET /api/socket: JSON text frames, `ClientFrame` in, \
        `ServerFrame` out."),
    components(schemas(ClientFrame, ServerFrame<'static>, ApiError))
)]
struct Document;

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(security::routes::routes())
        .merge(registers::routes())
        .merge(approval::routes())
        .merge(trading::public::routes())
        .merge(trading::desk::routes())
        .merge(trading::applications::routes())
        .merge(trading::duties::routes())
        .merge(trading::life::routes::routes())
        .merge(trading::life::notice_routes::routes())
        .merge(trading::deposits::routes())
        .merge(trading::panels::routes::routes())
        .merge(trading::profiles::routes())
        .merge(trading::socket::routes())
        .merge(trading::unsealing::routes())
        .merge(trading::log::routes::routes())
        .merge(supervision::routes())
        .merge(enforcement::routes())
        .merge(service::routes())
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        // Doors that take files set their own limit.
        .merge(registers::uploads())
        .merge(approval::uploads())
        .merge(trading::life::routes::uploads())
        .merge(enforcement::uploads())
        // A bank's bound is its own.
        .merge(trading::deposits::bank_routes())
}

/// The OpenAPI document.
pub fn openapi() -> Value {
    document(&api().into_openapi())
}

fn document(openapi: &utoipa::openapi::OpenApi) -> Value {
    let mut document = serde_json::to_value(openapi).expect("the document serializes");
    absent_not_null(&mut document);
    name_operations(&mut document);
    document
}

/// An operation is named by its method and path: handlers in different modules share short names.
fn name_operations(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                let words = path.trim_start_matches("/api").replace(['{', '}'], "").replace(['/', '-'], "_");
                operation.insert("operationId".into(), format!("{method}{words}").into());
            }
        }
    }
}

/// What is not there is left out of our JSON, never null: utoipa says "or null" of every `Option`.
fn absent_not_null(schema: &mut Value) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for property in properties.values_mut() {
            let is_null = |kind: &Value| kind == "null" || kind.get("type").is_some_and(|kind| kind == "null");
            for list in ["type", "oneOf"] {
                let Some(kinds) = property.get_mut(list).and_then(Value::as_array_mut) else { continue };
                kinds.retain(|kind| !is_null(kind));
                let [only] = kinds.as_slice() else { continue };
                let only = only.clone();
                match (list, property.as_object_mut()) {
                    ("type", Some(property)) => drop(property.insert("type".into(), only)),
                    (_, Some(property)) => {
                        property.remove("oneOf");
                        property.extend(only.as_object().cloned().unwrap_or_default());
                    }
                    _ => {}
                }
            }
        }
    }
    match schema {
        Value::Object(fields) => fields.values_mut().for_each(absent_not_null),
        Value::Array(items) => items.iter_mut().for_each(absent_not_null),
        _ => {}
    }
}

pub fn router(app: App) -> Router {
    let (router, document) = api().split_for_parts();
    let document = self::document(&document).to_string();
    let open = || {
        let document = document.clone();
        axum::routing::get(async move || ([(header::CONTENT_TYPE, "application/json")], document))
    };
    router
        .route_layer(axum::middleware::from_fn_with_state(app.clone(), permit::check))
        .route("/openapi.json", open())
        .merge(trading::log::routes::tiles())
        .route("/healthz", axum::routing::get(async || "ok"))
        .fallback(page)
        .layer(axum::middleware::map_response(coded))
        .layer(CompressionLayer::new())
        .layer(fixed("x-content-type-options", "nosniff"))
        .layer(fixed("referrer-policy", "same-origin"))
        .layer(fixed("x-frame-options", "DENY"))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
            ),
        ))
        .with_state(app)
}

/// What axum refuses by itself (a path that is no id, a method, a body too large) is told in our
/// own form, like everything else.
async fn coded(response: Response) -> Response {
    let status = response.status();
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !status.is_client_error() || is_json {
        return response;
    }
    let error = match status {
        StatusCode::METHOD_NOT_ALLOWED => ApiError::method_not_allowed(),
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::body_too_large(),
        StatusCode::NOT_FOUND => ApiError::not_found(),
        _ => ApiError::bad_request("", "请求不符合接口文档", "the request is not of the documented form"),
    };
    ApiError { status: status.as_u16(), ..error }.into_response()
}

fn fixed(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
}

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Web;

/// Works from a disk, so it carries its policy inside, by the hashes of its one script and style;
/// only who may frame it is the server's to say.
const ONE_FILE: &str = "verify.html";

/// The browser's files; any other path is the page's own business.
async fn page(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return ApiError::not_found().into_response();
    }
    let (name, file) = match Web::get(path).filter(|_| !path.is_empty()) {
        Some(file) => (path, file),
        None => match Web::get("index.html") {
            Some(file) => ("index.html", file),
            None => return (StatusCode::NOT_FOUND, "the web was not built: run `make web`").into_response(),
        },
    };
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response =
        ([(header::CONTENT_TYPE, kind.as_ref()), (header::CACHE_CONTROL, keep)], file.data).into_response();
    if name == ONE_FILE {
        let policy = HeaderValue::from_static("frame-ancestors 'none'");
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
