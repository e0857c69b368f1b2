//! 宗地: a boundary, its area, and what a lot's file says of the thing sold.
//!
//! Areas are measured in the plane of CGCS2000 / 3° Gauss–Krüger CM 114E (EPSG 4547), as land registers
//! here do. The projection is forty lines of series with published vectors; a geodesy crate would bring
//! a hundred times that and no transverse Mercator (`geographiclib-rs`), or C code (`proj`).

use super::limits::Basis;
use crate::error::{ApiError, ApiResult};
use crate::named::named;
use crate::trading::lots::LotKind;
use matching::Moment;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Points of a boundary, all rings together: surveyed parcels have dozens.
pub const POINTS_MAX: usize = 2_000;
/// The longest words that explain a difference of areas.
const NOTE_CHARS_MAX: usize = 500;
const TEXT_CHARS_MAX: usize = 200;

/// GeoJSON Polygon: the first ring is the outer one, the others are holes; a ring ends where it begins.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Polygon {
    #[serde(rename = "type")]
    pub kind: PolygonName,
    pub coordinates: Vec<Vec<[f64; 2]>>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolygonName {
    Polygon,
}

/// 界址: a polygon and the EPSG code of its coordinates: 4490 (longitude, latitude) or 4547 (east, north).
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Boundary {
    pub epsg: u32,
    pub polygon: Polygon,
}

named! {
    /// 用途, by the groups of the maximum terms.
    LandUse {
        Residential "residential" "居住" "residential";
        Industrial "industrial" "工业" "industrial";
        /// 教育、科技、文化、卫生、体育.
        Social "social" "教科文卫体" "education, science, culture, health, sport";
        /// 商业、旅游、娱乐.
        Commercial "commercial" "商业、旅游、娱乐" "commerce, tourism, entertainment";
        Mixed "mixed" "综合或其他" "mixed or other";
    }
}

impl LandUse {
    /// 最高出让年限, years: 城镇国有土地使用权出让和转让暂行条例 art. 12.
    pub fn years_max(self) -> u32 {
        match self {
            LandUse::Residential => 70,
            LandUse::Commercial => 40,
            LandUse::Industrial | LandUse::Social | LandUse::Mixed => 50,
        }
    }
}

/// When bidders are reviewed.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ReviewMode {
    /// 资格前审.
    Pre,
    /// 资格后审: the winner alone, after the sale.
    Post,
}

/// 标的档案 as staff write it.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FileDraft {
    pub basis: Basis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Boundary>,
    /// 宗地代码, 19 characters, GB/T 37346-2019.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel_code: Option<String>,
    /// 容积率, as published: "3.5" or "≤3.5".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot_ratio: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub land_use: Option<LandUse>,
    /// 出让年限.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_years: Option<u32>,
    /// Why the stated area and the boundary's differ by more than one per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_note: Option<String>,
    pub review: ReviewMode,
    /// 竞买申请截止: from this moment on nobody may apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_deadline: Option<i64>,
}

/// What a good file comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// m², two places; `None` without a boundary.
    pub area_m2: Option<Decimal>,
}

/// Reads a file against the lot it belongs to. `stated_m2` is the area the lot states.
pub fn check(file: &FileDraft, kind: LotKind, stated_m2: Option<&str>, now: Moment) -> ApiResult<Measured> {
    let wrong = |field: &str, zh: &str, en: &str| Err(ApiError::bad_request(field, zh, en));
    if !file.basis.fits(kind) {
        return wrong("basis", "该类标的不适用此交易依据", "lots of this kind are not sold under these rules");
    }
    if let Some(code) = &file.parcel_code
        && !is_parcel_code(code)
    {
        return wrong(
            "parcel_code",
            "宗地代码为19位：12位数字、2位大写字母、5位数字",
            "a parcel code has 19 characters: 12 digits, 2 capitals, 5 digits",
        );
    }
    let long = |text: &Option<String>, max: usize| text.as_ref().is_some_and(|text| text.chars().count() > max);
    if long(&file.plot_ratio, TEXT_CHARS_MAX) {
        return wrong("plot_ratio", "内容过长", "too long");
    }
    if long(&file.area_note, NOTE_CHARS_MAX) {
        return wrong("area_note", "说明不超过500字", "at most 500 characters");
    }
    if file.basis == Basis::LandGrant && file.land_use.is_none() {
        return wrong("land_use", "请选择土地用途", "choose the use of the land");
    }
    if file.basis == Basis::LandGrant && file.term_years.is_none() {
        return wrong("term_years", "请填写出让年限", "give the term in years");
    }
    if let (Some(land_use), Some(years)) = (file.land_use, file.term_years)
        && !(1..=land_use.years_max()).contains(&years)
    {
        let max = land_use.years_max();
        return wrong(
            "term_years",
            &format!("{}用地的出让年限为1至{max}年（暂行条例第12条）", land_use.zh()),
            &format!("land for {} is granted for 1 to {max} years", land_use.en()),
        );
    }
    if file.application_deadline.is_some_and(|deadline| deadline <= now.0) {
        return wrong("application_deadline", "申请截止时间须在将来", "the deadline for applications lies in the past");
    }
    let Some(boundary) = &file.boundary else {
        if file.basis == Basis::LandGrant {
            return wrong("boundary", "土地出让须有宗地界址", "a grant of land has a boundary");
        }
        return Ok(Measured { area_m2: None });
    };
    let area = area_m2(boundary)?;
    let stated = stated_m2.and_then(|text| Decimal::from_str_exact(text).ok()).filter(|stated| !stated.is_zero());
    let explained = file.area_note.as_ref().is_some_and(|note| !note.trim().is_empty());
    if let Some(stated) = stated
        && differs(stated, area)
        && !explained
    {
        return wrong(
            "area_note",
            &format!("界址面积{area}平方米与所填面积{stated}平方米相差超过1%，请说明原因"),
            &format!("the boundary holds {area} m², the lot states {stated} m²: more than 1 % apart; say why"),
        );
    }
    Ok(Measured { area_m2: Some(area) })
}

/// More than one per cent of the stated area apart.
pub fn differs(stated: Decimal, computed: Decimal) -> bool {
    (computed - stated).abs() * Decimal::ONE_HUNDRED > stated
}

fn is_parcel_code(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 19
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            12 | 13 => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit(),
        })
}

/// The rings in the plane of EPSG 4547: (east, north) in metres.
pub fn in_plane(boundary: &Boundary) -> ApiResult<Vec<Vec<[f64; 2]>>> {
    let wrong = |zh: &str, en: &str| Err(ApiError::bad_request("boundary", zh, en));
    let rings = &boundary.polygon.coordinates;
    if rings.is_empty() || rings.iter().map(Vec::len).sum::<usize>() > POINTS_MAX {
        return wrong("界址须有1至2000个点", "a boundary has 1 to 2,000 points");
    }
    for ring in rings {
        if ring.len() < 4 || ring.first() != ring.last() {
            return wrong("每个环至少4个点，且首尾相同", "a ring has at least 4 points and ends where it begins");
        }
    }
    let inside =
        |[x, y]: [f64; 2], xs: std::ops::Range<f64>, ys: std::ops::Range<f64>| xs.contains(&x) && ys.contains(&y);
    let all = |xs: std::ops::Range<f64>, ys: std::ops::Range<f64>| {
        rings.iter().flatten().all(|point| inside(*point, xs.clone(), ys.clone()))
    };
    match boundary.epsg {
        // The zone, a degree and a half to either side of the central meridian.
        4490 if all(112.5..115.5, 3.0..54.0) => {
            Ok(rings.iter().map(|ring| ring.iter().map(|[lon, lat]| project(*lon, *lat)).collect()).collect())
        }
        4490 => wrong(
            "经纬度须在东经112.5至115.5度之间，且经度在前",
            "longitude first, between 112.5 and 115.5 degrees east",
        ),
        4547 if all(200_000.0..800_000.0, 300_000.0..6_000_000.0) => Ok(rings.clone()),
        4547 => wrong(
            "平面坐标须在中央经线114度带内，且东坐标在前（界址点成果表常为北坐标在前）",
            "east first, inside the zone of 114°E; Chinese boundary tables often give north first",
        ),
        _ => wrong("坐标系须为EPSG 4490或4547", "coordinates are of EPSG 4490 or 4547"),
    }
}

/// The area inside a boundary, in m² with two places.
pub fn area_m2(boundary: &Boundary) -> ApiResult<Decimal> {
    let wrong = |zh: &str, en: &str| Err(ApiError::bad_request("boundary", zh, en));
    let rings = in_plane(boundary)?;
    if crosses_itself(&rings) {
        return wrong("界址线自相交或重叠", "the boundary crosses or touches itself");
    }
    if rings[1..].iter().any(|hole| !holds(&rings[0], hole[0])) {
        return wrong("内环须在外环之内", "a hole lies inside the outer ring");
    }
    let holes: f64 = rings[1..].iter().map(|ring| ring_area(ring)).sum();
    let area = Decimal::from_f64_retain(ring_area(&rings[0]) - holes).map(|area| {
        let mut area = area.round_dp(2);
        area.rescale(2);
        area
    });
    match area.filter(|area| *area > Decimal::ZERO) {
        Some(area) => Ok(area),
        None => wrong("界址没有面积", "the boundary encloses nothing"),
    }
}

/// Shoelace about the first point, so that large coordinates cost no digits.
fn ring_area(ring: &[[f64; 2]]) -> f64 {
    let [x0, y0] = ring[0];
    let twice: f64 =
        ring.windows(2).map(|pair| (pair[0][0] - x0) * (pair[1][1] - y0) - (pair[1][0] - x0) * (pair[0][1] - y0)).sum();
    (twice / 2.0).abs()
}

/// Whether any two sides that are not neighbours meet, of one ring or of two.
fn crosses_itself(rings: &[Vec<[f64; 2]>]) -> bool {
    let sides: Vec<(usize, usize, usize, &[[f64; 2]])> = rings
        .iter()
        .enumerate()
        .flat_map(|(ring, points)| {
            let count = points.len() - 1;
            points.windows(2).enumerate().map(move |(place, side)| (ring, place, count, side))
        })
        .collect();
    sides.iter().enumerate().any(|(first, a)| {
        sides[first + 1..].iter().any(|b| {
            let gap = b.1.abs_diff(a.1);
            let neighbours = a.0 == b.0 && (gap == 1 || gap == a.2 - 1);
            !neighbours && meet(a.3, b.3)
        })
    })
}

fn turn(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn meet(a: &[[f64; 2]], b: &[[f64; 2]]) -> bool {
    let (t1, t2) = (turn(a[0], a[1], b[0]), turn(a[0], a[1], b[1]));
    let (t3, t4) = (turn(b[0], b[1], a[0]), turn(b[0], b[1], a[1]));
    let apart = |p: f64, q: f64, r: f64, s: f64| p.max(q) < r.min(s) || r.max(s) < p.min(q);
    if apart(a[0][0], a[1][0], b[0][0], b[1][0]) || apart(a[0][1], a[1][1], b[0][1], b[1][1]) {
        return false;
    }
    t1 * t2 <= 0.0 && t3 * t4 <= 0.0
}

fn holds(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    ring.windows(2).fold(false, |inside, side| {
        let ([x1, y1], [x2, y2]) = (side[0], side[1]);
        let across = (y1 > y) != (y2 > y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1;
        inside != across
    })
}

/// 高斯–克吕格 forward on the CGCS2000 ellipsoid, central meridian 114°E, false easting 500 km:
/// Krüger's series to the sixth power of the third flattening (Karney 2011), below a nanometre in the zone.
pub fn project(longitude: f64, latitude: f64) -> [f64; 2] {
    const A: f64 = 6_378_137.0;
    const F: f64 = 1.0 / 298.257_222_101;
    const N: f64 = F / (2.0 - F);
    let n2 = N * N;
    let radius = A / (1.0 + N) * (1.0 + n2 / 4.0 + n2 * n2 / 64.0 + n2 * n2 * n2 / 256.0);
    let (n3, n4) = (n2 * N, n2 * n2);
    let (n5, n6) = (n4 * N, n4 * n2);
    let alpha = [
        N / 2.0 - 2.0 * n2 / 3.0 + 5.0 * n3 / 16.0 + 41.0 * n4 / 180.0 - 127.0 * n5 / 288.0 + 7_891.0 * n6 / 37_800.0,
        13.0 * n2 / 48.0 - 3.0 * n3 / 5.0 + 557.0 * n4 / 1_440.0 + 281.0 * n5 / 630.0 - 1_983_433.0 * n6 / 1_935_360.0,
        61.0 * n3 / 240.0 - 103.0 * n4 / 140.0 + 15_061.0 * n5 / 26_880.0 + 167_603.0 * n6 / 181_440.0,
        49_561.0 * n4 / 161_280.0 - 179.0 * n5 / 168.0 + 6_601_661.0 * n6 / 7_257_600.0,
        34_729.0 * n5 / 80_640.0 - 3_418_889.0 * n6 / 1_995_840.0,
        212_378_941.0 * n6 / 319_334_400.0,
    ];
    let e = (F * (2.0 - F)).sqrt();
    let (phi, lambda) = (latitude.to_radians(), (longitude - 114.0).to_radians());
    let tau = phi.tan();
    let sigma = (e * (e * tau / tau.hypot(1.0)).atanh()).sinh();
    let conformal = tau * sigma.hypot(1.0) - sigma * tau.hypot(1.0);
    let xi = conformal.atan2(lambda.cos());
    let eta = (lambda.sin() / conformal.hypot(lambda.cos())).asinh();
    let (mut north, mut east) = (xi, eta);
    for (place, term) in alpha.iter().enumerate() {
        let k = 2.0 * (place + 1) as f64;
        north += term * (k * xi).sin() * (k * eta).cosh();
        east += term * (k * xi).cos() * (k * eta).sinh();
    }
    [500_000.0 + radius * east, radius * north]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(epsg: u32, corner: [f64; 2], side: [f64; 2]) -> Boundary {
        let [x, y] = corner;
        let [w, h] = side;
        let ring = vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]];
        Boundary { epsg, polygon: Polygon { kind: PolygonName::Polygon, coordinates: vec![ring] } }
    }

    const HERE: [f64; 2] = [505_955.846, 2_493_941.246];

    fn land() -> FileDraft {
        FileDraft {
            basis: Basis::LandGrant,
            boundary: Some(square(4547, HERE, [100.0, 50.0])),
            parcel_code: Some("440305001002GB00012".into()),
            plot_ratio: Some("≤3.5".into()),
            land_use: Some(LandUse::Commercial),
            term_years: Some(40),
            area_note: None,
            review: ReviewMode::Post,
            application_deadline: None,
        }
    }

    /// Longitude, latitude, east, north. The first agrees with pyproj to the millimetre; the meridian and
    /// the equator are exact by definition.
    #[test]
    fn the_projection_gives_the_known_points() {
        for (lon, lat, east, north) in [(114.0579, 22.5431, 505_955.846, 2_493_941.246), (114.0, 0.0, 500_000.0, 0.0)] {
            let [x, y] = project(lon, lat);
            assert!((x - east).abs() < 0.0006 && (y - north).abs() < 0.0006, "{lon} {lat}: {x} {y}");
        }
        let ([west, _], [east, _]) = (project(113.3, 22.5), project(114.7, 22.5));
        assert!((west + east - 1_000_000.0).abs() < 1e-6, "the zone is symmetric");
    }

    /// Side lengths along the meridian and the parallel from the ellipsoid's radii of curvature; the
    /// projection is conformal with a scale of 1 at the central meridian.
    #[test]
    fn an_area_in_degrees_agrees_with_the_radii_of_curvature() {
        let (lat, d) = (22.5_f64, 0.001_f64);
        let boundary = square(4490, [114.0 - d / 2.0, lat - d / 2.0], [d, d]);
        let e2 = (2.0 - 1.0 / 298.257_222_101) / 298.257_222_101;
        let w2 = 1.0 - e2 * lat.to_radians().sin().powi(2);
        let (meridian, normal) = (6_378_137.0 * (1.0 - e2) / w2.powf(1.5), 6_378_137.0 / w2.sqrt());
        let expected = meridian * d.to_radians() * normal * lat.to_radians().cos() * d.to_radians();
        let area: f64 = area_m2(&boundary).expect("an area").to_string().parse().expect("a number");
        assert!((area - expected).abs() < 0.02, "{area} {expected}");
    }

    #[test]
    fn areas_are_exact_to_the_square_centimetre_and_holes_do_not_count() {
        assert_eq!(area_m2(&square(4547, HERE, [100.0, 50.0])).expect("an area").to_string(), "5000.00");
        let mut holed = square(4547, HERE, [100.0, 50.0]);
        let hole = square(4547, [HERE[0] + 10.0, HERE[1] + 10.0], [10.0, 5.5]).polygon.coordinates.remove(0);
        holed.polygon.coordinates.push(hole.clone());
        assert_eq!(area_m2(&holed).expect("an area").to_string(), "4945.00");
        holed.polygon.coordinates[1] = hole.iter().map(|[x, y]| [x + 500.0, *y]).collect();
        assert_eq!(area_m2(&holed).expect_err("outside").field.as_deref(), Some("boundary"));
    }

    /// Corners around a point in order of their angle never cross; their area in whole square millimetres
    /// is exact.
    #[test]
    fn random_boundaries_agree_with_whole_numbers() {
        for seed in 1..=200_u64 {
            let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut draw = |below: u64| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state % below
            };
            let corners = 3 + draw(40);
            let points: Vec<(i128, i128)> = (0..corners)
                .map(|corner| {
                    let angle = (corner as f64 + draw(900) as f64 / 1_000.0) / corners as f64 * std::f64::consts::TAU;
                    let radius = (50_000 + draw(900_000)) as f64;
                    let at = |middle: i128, part: f64| middle + (radius * part).round() as i128;
                    (at(505_955_846, angle.cos()), at(2_493_941_246, angle.sin()))
                })
                .collect();
            let next = points.iter().cycle().skip(1);
            let twice: i128 = points.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
            let metres = |mm: i128| mm as f64 / 1_000.0;
            let ring: Vec<[f64; 2]> =
                points.iter().chain(points.first()).map(|(x, y)| [metres(*x), metres(*y)]).collect();
            let polygon = Polygon { kind: PolygonName::Polygon, coordinates: vec![ring] };
            let area = area_m2(&Boundary { epsg: 4547, polygon });
            // With three corners the middle may lie outside: the sign then says nothing, the size still does.
            let exact = Decimal::from_i128_with_scale(twice.abs() * 5, 7);
            let area = area.unwrap_or_else(|error| panic!("seed {seed}: {}", error.en));
            assert!((area - exact).abs() <= Decimal::new(6, 3), "seed {seed}: {area} {exact}");
        }
    }

    #[test]
    fn a_wrong_boundary_is_refused_with_its_field() {
        type Case = (&'static str, fn(&mut Boundary));
        let cases: &[Case] = &[
            ("crossing", |boundary| boundary.polygon.coordinates[0].swap(1, 2)),
            ("open", |boundary| boundary.polygon.coordinates[0].truncate(4)),
            ("north first", |boundary| boundary.polygon.coordinates[0].iter_mut().for_each(|point| point.swap(0, 1))),
            ("unknown system", |boundary| boundary.epsg = 4326),
            ("degrees as metres", |boundary| boundary.epsg = 4490),
            ("no ring", |boundary| boundary.polygon.coordinates.clear()),
            ("not a number", |boundary| boundary.polygon.coordinates[0][1][0] = f64::NAN),
            ("flat", |boundary| boundary.polygon.coordinates[0].iter_mut().for_each(|point| point[1] = 2_493_941.0)),
            ("too many", |boundary| boundary.polygon.coordinates[0] = vec![[500_000.0, 2_000_000.0]; POINTS_MAX + 1]),
        ];
        for (name, spoil) in cases {
            let mut boundary = square(4547, HERE, [100.0, 50.0]);
            spoil(&mut boundary);
            let refused = area_m2(&boundary).expect_err(name);
            assert_eq!((refused.status, refused.field.as_deref()), (400, Some("boundary")), "{name}");
        }
    }

    #[test]
    fn a_file_is_read_field_by_field() {
        let now = Moment(1_000_000);
        let read = |file: &FileDraft, stated: &str| check(file, LotKind::CommercialLand, Some(stated), now);
        assert_eq!(read(&land(), "5000").expect("good").area_m2, Decimal::from_str_exact("5000.00").ok());
        type Case = (&'static str, fn(&mut FileDraft));
        let cases: &[Case] = &[
            ("basis", |file| file.basis = Basis::Auction),
            ("parcel_code", |file| file.parcel_code = Some("440305001002gB00012".into())),
            ("parcel_code", |file| file.parcel_code = Some("440305".into())),
            ("term_years", |file| file.term_years = Some(41)),
            ("term_years", |file| file.term_years = Some(0)),
            ("term_years", |file| file.term_years = None),
            ("land_use", |file| file.land_use = None),
            ("boundary", |file| file.boundary = None),
            ("application_deadline", |file| file.application_deadline = Some(1_000_000)),
            ("area_note", |file| file.area_note = Some("长".repeat(501))),
            ("plot_ratio", |file| file.plot_ratio = Some("1".repeat(201))),
        ];
        for (field, spoil) in cases {
            let mut file = land();
            spoil(&mut file);
            assert_eq!(read(&file, "5000").expect_err(field).field.as_deref(), Some(*field));
        }
        for (land_use, years) in [
            (LandUse::Residential, 70),
            (LandUse::Industrial, 50),
            (LandUse::Social, 50),
            (LandUse::Commercial, 40),
            (LandUse::Mixed, 50),
        ] {
            let file = |term| FileDraft { land_use: Some(land_use), term_years: Some(term), ..land() };
            assert!(read(&file(years), "5000").is_ok() && read(&file(years + 1), "5000").is_err(), "{land_use:?}");
        }
    }

    #[test]
    fn a_difference_above_one_per_cent_is_explained_in_words() {
        let now = Moment(0);
        // The boundary holds 5000 m².
        for (stated, must_be_explained) in [("4951", false), ("5050", false), ("4950.49", true), ("5051", true)] {
            let read = |file: &FileDraft| check(file, LotKind::CommercialLand, Some(stated), now);
            let field = read(&land()).err().and_then(|refused| refused.field);
            assert_eq!(field.as_deref(), must_be_explained.then_some("area_note"), "{stated}");
            assert!(read(&FileDraft { area_note: Some("含代征道路用地".into()), ..land() }).is_ok(), "{stated}");
        }
        assert!(differs(100.into(), Decimal::from_str_exact("101.01").expect("a number")));
        assert!(!differs(100.into(), 101.into()) && !differs(100.into(), 99.into()));
    }
}
