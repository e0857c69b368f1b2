//! 九大数据库: the nine shared bases. Typed rows, every version kept; read by their owner, or by others
//! for a purpose their owner has approved.

mod access;
pub mod cited;
pub mod demo;
pub mod draw;
mod fields;
mod import_routes;
pub mod imports;
mod model;
mod reading;
mod records;
pub mod related;
mod routes;
mod scope;
mod share_routes;
mod shares;
mod store;
mod tables;
mod uses;

pub use draw::{Drawn, Pooled, Recusal};
pub use model::ChoiceView;
pub use records::{Subject, Violation, lift_record, put_on_record};
pub use scope::BarScope;
pub use uses::{
    Bar, Entity, EntityWarning, OnRecord, PanelExpert, ParcelShape, Regulation, barred, bars, check_entity,
    check_field, expert_fields, expert_pool, experts, parcel, regulation,
};

use crate::app::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(routes::routes()).merge(share_routes::routes())
}

/// The doors a file comes through: they set their own limit.
pub fn uploads() -> OpenApiRouter<App> {
    import_routes::routes()
}
