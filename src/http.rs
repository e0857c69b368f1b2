//! The table of contents of the server's doors.

use crate::app::App;
use crate::error::ApiError;
use crate::security::permit;
use crate::trading::wire::{ClientFrame, ServerFrame};
use crate::{security, supervision, trading};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// No request of ours is larger; materials are another door's business.
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
        .merge(trading::public::routes())
        .merge(trading::desk::routes())
        .merge(trading::socket::routes())
        .merge(supervision::routes::routes())
}

/// The OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

pub fn router(app: App) -> Router {
    let (router, document) = api().split_for_parts();
    let document = document.to_pretty_json().expect("the document serializes");
    let open = || {
        let document = document.clone();
        axum::routing::get(async move || ([(header::CONTENT_TYPE, "application/json")], document))
    };
    router
        .route_layer(axum::middleware::from_fn_with_state(app.clone(), permit::check))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .route("/openapi.json", open())
        .route("/healthz", axum::routing::get(async || "ok"))
        .fallback(page)
        .layer(CompressionLayer::new())
        .layer(fixed("x-content-type-options", "nosniff"))
        .layer(fixed("referrer-policy", "same-origin"))
        .layer(fixed("x-frame-options", "DENY"))
        .layer(fixed(
            "content-security-policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
        ))
        .with_state(app)
}

fn fixed(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
}

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Web;

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
    ([(header::CONTENT_TYPE, kind.as_ref()), (header::CACHE_CONTROL, keep)], file.data).into_response()
}
