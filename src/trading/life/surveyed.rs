//! 宗地核对: a lot's parcel held against the geospatial register. A difference is shown beside the field it is
//! about and stops nothing: the register may be the older of the two. Pure but for one look-up.

use super::parcel::{self, Boundary, FileDraft, LandUse, Polygon, PolygonName};
use crate::error::ApiResult;
use crate::registers::{self, ParcelShape};
use rust_decimal::Decimal;
use serde::Serialize;
use sqlx::SqlitePool;
use utoipa::ToSchema;

/// How far a boundary point may lie from the register's line: surveys of one corner agree to centimetres.
const POINT_OFF_M: f64 = 0.5;
/// EPSG 4526 is the grid of 4547 with its zone's number before the easting.
const ZONE_38_M: f64 = 38_000_000.0;

/// A difference from the register.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct ParcelDoubt {
    /// The field it is about: `parcel_code`, `area_m2`, `land_use` or `boundary`.
    pub field: &'static str,
    pub zh: String,
    pub en: String,
}

fn doubt(field: &'static str, zh: String, en: String) -> ParcelDoubt {
    ParcelDoubt { field, zh, en }
}

/// What the register says otherwise; nothing without a parcel code.
pub async fn doubts(db: &SqlitePool, file: &FileDraft, stated_m2: Option<&str>) -> ApiResult<Vec<ParcelDoubt>> {
    let Some(code) = &file.parcel_code else { return Ok(Vec::new()) };
    Ok(match registers::parcel(db, code).await? {
        Some(known) => differences(&known, file, stated_m2),
        None => vec![doubt(
            "parcel_code",
            "空间地理库中没有该宗地代码，请核对".into(),
            "the geospatial register knows no such parcel; check its code".into(),
        )],
    })
}

fn differences(known: &ParcelShape, file: &FileDraft, stated_m2: Option<&str>) -> Vec<ParcelDoubt> {
    let mut doubts = Vec::new();
    let number = |text: &str| Decimal::from_str_exact(text.trim()).ok();
    if let (Some(stated), Some(area)) = (stated_m2.and_then(number), number(&known.area_m2))
        && parcel::differs(stated, area)
    {
        doubts.push(doubt(
            "area_m2",
            format!("空间地理库登记面积{area}平方米，标的所填{stated}平方米，相差超过1%"),
            format!("the geospatial register holds {area} m², the lot states {stated} m²: more than 1 % apart"),
        ));
    }
    let registered = use_of(&known.land_use);
    if let Some(stated) = file.land_use
        && stated != LandUse::Mixed
        && registered != stated
    {
        doubts.push(doubt(
            "land_use",
            format!("空间地理库登记用途为{}（{}），标的为{}", registered.zh(), known.land_use, stated.zh()),
            format!("the register's use is {} ({}), the lot's is {}", registered.en(), known.land_use, stated.en()),
        ));
    }
    if let Some(ours) = &file.boundary
        && !is_same_line(known, ours)
    {
        doubts.push(doubt(
            "boundary",
            format!("界址与空间地理库登记的不一致（相差超过{POINT_OFF_M}米）"),
            format!("the boundary is not the register's: more than {POINT_OFF_M} m apart"),
        ));
    }
    doubts
}

/// The group of a GB/T 21010 code.
fn use_of(code: &str) -> LandUse {
    match code.get(..2) {
        Some("05") => LandUse::Commercial,
        Some("06") => LandUse::Industrial,
        Some("07") => LandUse::Residential,
        Some("08") => LandUse::Social,
        _ => LandUse::Mixed,
    }
}

/// Whether each corner of either outline lies on the other. A line nobody can read is another line.
fn is_same_line(known: &ParcelShape, ours: &Boundary) -> bool {
    let theirs = of_register(known).and_then(|boundary| parcel::in_plane(&boundary).ok());
    let (Some(theirs), Ok(ours)) = (theirs, parcel::in_plane(ours)) else { return false };
    let on = |points: &[[f64; 2]], line: &[[f64; 2]]| {
        points.iter().all(|point| line.windows(2).any(|side| off(*point, side[0], side[1]) <= POINT_OFF_M))
    };
    let lies_on = |some: &[Vec<[f64; 2]>], others: &[Vec<[f64; 2]>]| {
        some.iter().all(|ring| others.iter().any(|other| on(ring, other)))
    };
    ours.len() == theirs.len() && lies_on(&ours, &theirs) && lies_on(&theirs, &ours)
}

/// How far a point lies from a side.
fn off([x, y]: [f64; 2], [x0, y0]: [f64; 2], [x1, y1]: [f64; 2]) -> f64 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let square = dx * dx + dy * dy;
    let along = if square == 0.0 { 0.0 } else { (((x - x0) * dx + (y - y0) * dy) / square).clamp(0.0, 1.0) };
    (x - x0 - along * dx).hypot(y - y0 - along * dy)
}

/// The register's WKT in the form of a lot's file.
fn of_register(known: &ParcelShape) -> Option<Boundary> {
    let (epsg, west) = match known.epsg.as_str() {
        "4526" => (4547, ZONE_38_M),
        code => (code.parse().ok()?, 0.0),
    };
    let inside = known.boundary.trim().strip_prefix("POLYGON")?.trim().strip_prefix('(')?.strip_suffix(')')?;
    let point = |text: &str| {
        let mut numbers = text.split_whitespace().map(str::parse::<f64>);
        Some([numbers.next()?.ok()? - west, numbers.next()?.ok()?])
    };
    let ring = |text: &str| text.split(',').map(point).collect::<Option<Vec<_>>>();
    let rings = inside.split(')').filter_map(|part| Some(part.split_once('(')?.1)).map(ring);
    let coordinates = rings.collect::<Option<Vec<_>>>()?;
    Some(Boundary { epsg, polygon: Polygon { kind: PolygonName::Polygon, coordinates } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(epsg: &str, boundary: &str) -> ParcelShape {
        ParcelShape {
            parcel_code: String::new(),
            location: String::new(),
            land_use: "05".into(),
            area_m2: "5000".into(),
            epsg: epsg.into(),
            boundary: boundary.into(),
        }
    }

    #[test]
    fn an_outline_is_the_same_wherever_it_begins_and_in_either_grid() {
        let square = "POLYGON((505000 2493000, 505100 2493000, 505100 2493050, 505000 2493050, 505000 2493000))";
        let ours = of_register(&known("4547", square)).expect("a boundary");
        let turned =
            "POLYGON((505100 2493050, 505000 2493050, 505000 2493000, 505050 2493000, 505100 2493000, 505100 2493050))";
        let zoned = square.replace("505", "38505");
        for (epsg, line, same) in [
            ("4547", square, true),
            ("4547", turned, true),
            ("4526", zoned.as_str(), true),
            (
                "4547",
                "POLYGON((505000 2493000, 505101 2493000, 505101 2493050, 505000 2493050, 505000 2493000))",
                false,
            ),
            ("4547", "POLYGON((505000 2493000, 505100 2493000, 505100 2493050, 505000 2493000))", false),
            ("4547", "nothing", false),
        ] {
            assert_eq!(is_same_line(&known(epsg, line), &ours), same, "{epsg} {line}");
        }
    }
}
