//! 标的地图: boundaries of published lots as GeoJSON in longitude and latitude (CGCS2000, EPSG 4490).

use crate::app::App;
use crate::db::json;
use crate::error::{ApiError, ApiResult};
use crate::trading::life::parcel::{Boundary, Polygon, project};
use crate::trading::lots::LotCard;
use crate::trading::store;
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use sqlx::QueryBuilder;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Parcels on one map, the newest first; a city announces a few hundred a year.
const PARCELS_MAX: i64 = 500;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(parcels))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MapQuery {
    kind: Option<String>,
    center_id: Option<Uuid>,
    /// announced, bidding, suspended, ceiling, sold, unsold or terminated; all if absent.
    stage: Option<String>,
}

/// A GeoJSON FeatureCollection.
#[derive(Serialize, ToSchema)]
struct ParcelMap {
    #[serde(rename = "type")]
    kind: ParcelMapName,
    features: Vec<ParcelFeature>,
}

#[derive(Serialize, ToSchema)]
enum ParcelMapName {
    FeatureCollection,
}

#[derive(Serialize, ToSchema)]
struct ParcelFeature {
    #[serde(rename = "type")]
    kind: ParcelFeatureName,
    /// The lot's.
    id: Uuid,
    geometry: Polygon,
    properties: ParcelWords,
}

#[derive(Serialize, ToSchema)]
enum ParcelFeatureName {
    Feature,
}

#[derive(Serialize, ToSchema)]
struct ParcelWords {
    lot: LotCard,
    /// Longitude, latitude: where a mark for the parcel stands.
    centroid: [f64; 2],
}

/// Parcels of published lots.
#[utoipa::path(get, path = "/api/map", params(MapQuery),
    responses((status = 200, body = ParcelMap), (status = "4XX", body = ApiError)))]
async fn parcels(State(app): State<App>, Query(query): Query<MapQuery>) -> ApiResult<Json<ParcelMap>> {
    let mut select = QueryBuilder::new(
        "select l.id, json_extract(f.body, '$.boundary') as boundary
         from lot_files f join lots l on l.id = f.lot join lot_states s on s.lot = l.id
         where l.status = 'published' and json_extract(f.body, '$.boundary') is not null",
    );
    for (column, value) in [(" and l.kind = ", query.kind), (" and s.stage = ", query.stage)] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            select.push(column).push_bind(value);
        }
    }
    if let Some(center) = query.center_id {
        select.push(" and l.center = ").push_bind(center.to_string());
    }
    select.push(" order by s.announced_at desc, l.id limit ").push_bind(PARCELS_MAX);
    let rows = select.build().fetch_all(&app.db).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| crate::db::uuid(row, "id")).collect::<sqlx::Result<_>>()?;
    let lots = store::cards(&app.db, &ids).await?;
    let read = |(row, lot): (&sqlx::sqlite::SqliteRow, LotCard)| {
        let geometry = in_degrees(json(row, "boundary")?);
        let centroid = centroid(&geometry.coordinates[0]);
        let (id, kind) = (lot.id, ParcelFeatureName::Feature);
        Ok(ParcelFeature { kind, id, geometry, properties: ParcelWords { lot, centroid } })
    };
    let features = rows.iter().zip(lots).map(read).collect::<sqlx::Result<_>>()?;
    Ok(Json(ParcelMap { kind: ParcelMapName::FeatureCollection, features }))
}

fn in_degrees(boundary: Boundary) -> Polygon {
    let mut polygon = boundary.polygon;
    if boundary.epsg != 4490 {
        polygon.coordinates.iter_mut().flatten().for_each(|point| *point = unproject(*point));
    }
    polygon
}

/// Steps of the walk below; each is some thirty times nearer than the one before.
const STEPS_MAX: usize = 20;

/// The inverse of [`project`]: walks to the point whose projection this is, to a tenth of a millimetre.
fn unproject([east, north]: [f64; 2]) -> [f64; 2] {
    const METRES_A_DEGREE: f64 = 111_000.0;
    let mut at = [114.0, north / METRES_A_DEGREE];
    for _ in 0..STEPS_MAX {
        let [x, y] = project(at[0], at[1]);
        let miss = [east - x, north - y];
        if miss[0].abs().max(miss[1].abs()) < 0.000_1 {
            break;
        }
        at[0] += miss[0] / (METRES_A_DEGREE * at[1].to_radians().cos());
        at[1] += miss[1] / METRES_A_DEGREE;
    }
    // Nine places are a tenth of a millimetre.
    at.map(|degrees| (degrees * 1e9).round() / 1e9)
}

/// The middle of a ring's area; of a ring without one, its first point.
fn centroid(ring: &[[f64; 2]]) -> [f64; 2] {
    let [x0, y0] = ring[0];
    let (mut twice, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in ring.windows(2) {
        let ([ax, ay], [bx, by]) = ([pair[0][0] - x0, pair[0][1] - y0], [pair[1][0] - x0, pair[1][1] - y0]);
        let cross = ax * by - bx * ay;
        twice += cross;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
    }
    if twice == 0.0 {
        return [x0, y0];
    }
    [x0 + x / (3.0 * twice), y0 + y / (3.0 * twice)].map(|degrees| (degrees * 1e9).round() / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_of_the_plane_comes_back_to_where_it_was() {
        for (lon, lat) in [(114.0579, 22.5431), (112.6, 22.5), (115.4, 53.0), (114.0, 4.0), (113.2, 39.9)] {
            let [x, y] = project(lon, lat);
            let [back_lon, back_lat] = unproject([x, y]);
            assert!(
                (back_lon - lon).abs() < 2e-9 && (back_lat - lat).abs() < 2e-9,
                "{lon} {lat}: {back_lon} {back_lat}"
            );
        }
    }

    #[test]
    fn the_middle_of_a_rectangle_is_its_middle() {
        let ring = [[114.0, 22.0], [114.002, 22.0], [114.002, 22.001], [114.0, 22.001], [114.0, 22.0]];
        let [lon, lat] = centroid(&ring);
        assert!((lon - 114.001).abs() < 1e-8 && (lat - 22.0005).abs() < 1e-8, "{lon} {lat}");
    }
}
