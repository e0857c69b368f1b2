//! 印制: a paper becomes the bytes of a PDF/A-2u file. The same paper, version, fonts, key and address
//! give the same bytes: no clock, no chance and no order of threads goes in.

use super::fonts::{Faces, Measure};
use super::layout::{Ink, Mark, PAGE, Seal, Weight, lay};
use super::lines::Line;
use super::paper::Paper;
use crate::calendar::Day;
use crate::error::{ApiError, ApiResult};
use fast_qr::{ECL, QRBuilder};
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use matching::Moment;

/// Prints a version of a paper.
pub fn print(paper: &Paper, version: i64, seal: &Seal, faces: &Faces) -> ApiResult<Vec<u8>> {
    let (text, bold) = (faces.text.measure(), faces.bold.measure());
    let words = paper.words(version);
    if let Some(c) = text.missing(&words).or_else(|| bold.missing(&words)) {
        return Err(glyph_missing(c));
    }
    let pages = lay(&paper.parts(version), seal, &text, &bold);
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish().map_err(broken)?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    document.set_metadata(metadata(paper, seal));
    for marks in &pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(ApiError::internal)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, mark, seal, faces, (&text, &bold))?;
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(broken)
}

fn broken(error: impl std::fmt::Debug) -> ApiError {
    tracing::error!(?error, "a document could not be printed");
    ApiError::internal()
}

fn glyph_missing(c: char) -> ApiError {
    let named = format!("“{c}”（U+{:04X}）", u32::from(c));
    ApiError {
        code: "GLYPH_MISSING".into(),
        ..ApiError::conflict(
            &format!("字体中没有字符{named}，文书未签发；请更换字体或更正文字"),
            &format!("the font has no shape for {named}: nothing was issued; change the font or the words"),
        )
    }
}

fn metadata(paper: &Paper, seal: &Seal) -> Metadata {
    Metadata::new()
        .title(paper.title.clone())
        .authors(vec![paper.office.clone()])
        .creator("sunbid".into())
        .language("zh-CN".into())
        .document_id(seal.fingerprint.clone())
        .creation_date(date(paper.at))
}

/// In Beijing's time.
fn date(at: Moment) -> DateTime {
    let day = Day::of(at);
    let seconds = (at.0 - day.start().0) / 1000;
    let small = |number: i64| u8::try_from(number).unwrap_or(0);
    let text = day.to_string();
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap_or(1));
    let mut next = || parts.next().unwrap_or(1);
    let (year, month, day) = (next(), next(), next());
    DateTime::new(year)
        .month(small(i64::from(month)))
        .day(small(i64::from(day)))
        .hour(small(seconds / 3600))
        .minute(small(seconds / 60 % 60))
        .second(small(seconds % 60))
        .utc_offset_hour(8)
        .utc_offset_minute(0)
}

fn fill(ink: Ink) -> Fill {
    let color = match ink {
        Ink::Black => rgb::Color::new(0x1c, 0x1c, 0x1c),
        Ink::Grey => rgb::Color::new(0x6b, 0x68, 0x62),
        Ink::Red => rgb::Color::new(0xb4, 0x2a, 0x1e),
    };
    Fill { paint: color.into(), ..Fill::default() }
}

fn draw(
    surface: &mut Surface,
    mark: &Mark,
    seal: &Seal,
    faces: &Faces,
    (text, bold): (&Measure, &Measure),
) -> ApiResult<()> {
    match mark {
        Mark::Text { x, y, size, weight, ink, line } => {
            let (face, measure) = match weight {
                Weight::Text => (&faces.text, text),
                Weight::Bold => (&faces.bold, bold),
            };
            let glyphs = glyphs(line, measure);
            surface.set_fill(Some(fill(*ink)));
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, face.font.clone(), &line.text, *size, false);
            Ok(())
        }
        Mark::Box { x, y, width, height, ink } => {
            let mut path = PathBuilder::new();
            path.push_rect(Rect::from_xywh(*x, *y, *width, *height).ok_or_else(ApiError::internal)?);
            surface.set_fill(Some(fill(*ink)));
            surface.draw_path(&path.finish().ok_or_else(ApiError::internal)?);
            Ok(())
        }
        Mark::Qr { x, y, width } => qr(surface, &seal.address, *x, *y, *width),
    }
}

fn glyphs(line: &Line, measure: &Measure) -> Vec<KrillaGlyph> {
    let glyph = |(at, c): (usize, char)| {
        let (glyph, width) = measure.glyph(c)?;
        let range = at..at + c.len_utf8();
        Some(KrillaGlyph::new(GlyphId::new(glyph), width + line.stretch, 0.0, 0.0, 0.0, range, None))
    };
    line.text.char_indices().filter_map(glyph).collect()
}

/// The address as a square of modules, drawn as one path: sharp at any size.
fn qr(surface: &mut Surface, address: &str, x: f32, y: f32, width: f32) -> ApiResult<()> {
    let code = QRBuilder::new(address).ecl(ECL::M).build().map_err(|_| broken("an address too long for a code"))?;
    let module = width / code.size as f32;
    let mut path = PathBuilder::new();
    for row in 0..code.size {
        for column in 0..code.size {
            if code[row][column].value() {
                let (left, top) = (x + column as f32 * module, y + row as f32 * module);
                path.push_rect(Rect::from_xywh(left, top, module, module).ok_or_else(ApiError::internal)?);
            }
        }
    }
    surface.set_fill(Some(fill(Ink::Black)));
    surface.draw_path(&path.finish().ok_or_else(ApiError::internal)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::documents::fonts::Face;
    use crate::service::documents::kinds::PrintedKind;
    use crate::service::documents::paper::fingerprint;
    use sha2::{Digest, Sha256};

    /// Holds the SHA-256 of the file this test prints. Its type lies in the repository, so it is the same on every
    /// machine; krilla and what deflates for it are pinned by Cargo.lock. An update of those may change it:
    /// look at the page, then write the new hash there. Documents issued before stay as they were issued.
    const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fonts/golden.sha256");

    fn faces() -> Faces {
        let face = |bytes: &[u8]| Face::of(bytes.to_vec()).expect("a font");
        Faces {
            text: face(include_bytes!("../../../tests/fonts/text.otf")),
            bold: face(include_bytes!("../../../tests/fonts/bold.otf")),
        }
    }

    fn paper() -> Paper {
        Paper {
            kind: PrintedKind::Confirmation,
            office: "某市公共资源交易中心".into(),
            title: "成交确认书".into(),
            number: Some("A-1".into()),
            body: Vec::new(),
            evidence: Vec::new(),
            at: Moment(1_794_792_605_000),
        }
        .text("甲公司竞得该标的。")
        .row("成交价", "人民币1,200.01元")
    }

    fn seal(paper: &Paper) -> Seal {
        let fingerprint = fingerprint(&paper.words(1));
        let address = format!("https://example.org/documents/{fingerprint}");
        Seal { fingerprint, signature: "ab".repeat(64), public_key: "0f".repeat(32), address }
    }

    #[test]
    fn the_same_paper_has_the_same_bytes_on_every_machine() {
        let paper = paper();
        let print = || print(&paper, 1, &seal(&paper), &faces()).expect("printed");
        let file = print();
        assert_eq!(file, print());
        let hash: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, std::fs::read_to_string(GOLDEN).expect("the golden hash").trim());
    }

    #[test]
    fn a_character_without_a_shape_is_refused_by_name() {
        let paper = paper().text("龘");
        let refused = print(&paper, 1, &seal(&paper), &faces()).expect_err("not in this font");
        assert_eq!((refused.status, &*refused.code), (409, "GLYPH_MISSING"));
        assert!(refused.zh.contains("“龘”（U+9F98）"), "{}", refused.zh);
    }
}
