//! 字体: where the Chinese type of documents is found, and how wide its characters are.

use crate::error::{ApiError, ApiResult};
use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::FileRef;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Where systems keep fonts; the first that holds a pair wins.
const FOLDERS: [&str; 3] = ["/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/opentype"];
/// Text and headings: Song type, in the files' own names. Debian's fonts-noto-cjk brings the first pair.
const PAIRS: [(&str, &str); 3] = [
    ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"),
    ("NotoSerifCJKsc-Regular.otf", "NotoSerifCJKsc-Bold.otf"),
    ("SourceHanSerifSC-Regular.otf", "SourceHanSerifSC-Bold.otf"),
];
/// Of the faces in a collection, the one with the glyphs of the mainland.
const FAMILY_ENDS: &str = " SC";
/// Folders of fonts are a few levels deep.
const DEPTH_MAX: u32 = 4;
/// A font of all Chinese characters is some 30 MiB.
const FONT_BYTES_MAX: u64 = 64 << 20;

/// One face, read whole.
#[derive(Clone)]
pub struct Face {
    pub font: Font,
    bytes: Arc<Vec<u8>>,
    index: u32,
}

#[derive(Clone)]
pub struct Faces {
    pub text: Face,
    pub bold: Face,
}

/// The fonts of this machine. Found at the start, read when the first document is set: a server that
/// prints nothing does not hold 50 MB of type.
pub struct Fonts {
    folders: Vec<PathBuf>,
    faces: Mutex<Option<Faces>>,
}

impl Fonts {
    /// In `only`, or else where systems keep fonts.
    pub fn new(only: Option<&Path>) -> Fonts {
        let usual = || FOLDERS.iter().map(PathBuf::from).collect();
        let folders = only.map_or_else(usual, |folder| vec![folder.to_path_buf()]);
        Fonts { folders, faces: Mutex::new(None) }
    }

    /// Where the fonts lie.
    pub fn find(&self) -> Option<(PathBuf, PathBuf)> {
        PAIRS.iter().find_map(|(text, bold)| {
            let found = |name: &str| self.folders.iter().find_map(|folder| file(folder, name, DEPTH_MAX));
            found(text).zip(found(bold))
        })
    }

    /// Blocks while reading. Without fonts each call looks again: who installs them need not restart.
    pub fn faces(&self) -> ApiResult<Faces> {
        let mut faces = self.faces.lock().expect("nobody panics while reading fonts");
        if let Some(faces) = faces.as_ref() {
            return Ok(faces.clone());
        }
        let (text, bold) = self.find().ok_or_else(ApiError::font_missing)?;
        let read = |path: &Path| {
            Face::read(path).inspect_err(|error| tracing::error!(path = %path.display(), error, "a font is no font"))
        };
        let read = read(&text).and_then(|text| Ok(Faces { text, bold: read(&bold)? }));
        Ok(faces.insert(read.map_err(|_| ApiError::font_missing())?).clone())
    }
}

fn file(folder: &Path, name: &str, depth: u32) -> Option<PathBuf> {
    let here = folder.join(name);
    if here.is_file() {
        return Some(here);
    }
    let mut inside: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    // The order of a folder is chance.
    inside.sort();
    inside.iter().filter(|_| depth > 0).find_map(|folder| file(folder, name, depth - 1))
}

impl Face {
    fn read(path: &Path) -> Result<Face, String> {
        let length = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
        if length > FONT_BYTES_MAX {
            return Err("too large".into());
        }
        Face::of(std::fs::read(path).map_err(|error| error.to_string())?)
    }

    pub fn of(bytes: Vec<u8>) -> Result<Face, String> {
        let bytes = Arc::new(bytes);
        let index = match FileRef::new(&bytes).map_err(|error| error.to_string())? {
            FileRef::Font(_) => 0,
            FileRef::Collection(faces) => (0..faces.len())
                .find(|index| faces.get(*index).is_ok_and(|face| family(&face).ends_with(FAMILY_ENDS)))
                .unwrap_or(0),
        };
        let font = Font::new(bytes.clone().into(), index).ok_or("not readable")?;
        Ok(Face { font, bytes, index })
    }

    /// What is asked of single characters.
    pub fn measure(&self) -> Measure<'_> {
        let font = FontRef::from_index(&self.bytes, self.index).expect("it was read before");
        Measure { font, units: self.font.units_per_em() }
    }
}

fn family(face: &FontRef) -> String {
    face.localized_strings(StringId::FAMILY_NAME).english_or_first().map(|name| name.to_string()).unwrap_or_default()
}

pub struct Measure<'a> {
    font: FontRef<'a>,
    units: f32,
}

impl Measure<'_> {
    /// The glyph of a character and its width in ems.
    pub fn glyph(&self, c: char) -> Option<(u32, f32)> {
        let glyph = self.font.charmap().map(c)?;
        let width = self.font.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(glyph)?;
        Some((glyph.to_u32(), width / self.units))
    }

    /// Width of a text of one size.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().filter_map(|c| self.glyph(c)).map(|(_, width)| width * size).sum()
    }

    /// The first character this font has no shape for.
    pub fn missing(&self, text: &str) -> Option<char> {
        text.chars().find(|c| !matches!(c, '\n') && self.glyph(*c).is_none_or(|(glyph, _)| glyph == 0))
    }
}
