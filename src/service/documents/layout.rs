//! 版式: a paper's parts laid out on A4 after GB/T 9704 (公文格式): red head, title, text, and at the end
//! the block that says how the paper is proved. Pure but for the widths of characters.

use super::fonts::Measure;
use super::lines::{Line, break_lines};
use super::paper::{Part, labelled};

/// Points to the millimetre.
const MM: f32 = 72.0 / 25.4;
pub const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
const LEFT: f32 = 28.0 * MM;
const WIDTH: f32 = 156.0 * MM;
const TOP: f32 = 30.0 * MM;
const BOTTOM: f32 = PAGE.1 - 35.0 * MM;
const FOOT: f32 = PAGE.1 - 22.0 * MM;

const TEXT_SIZE: f32 = 14.0;
const LABEL_WIDTH: f32 = 112.0;
const SEAL_HEIGHT: f32 = 112.0;
const QR_WIDTH: f32 = 86.0;
const SEAL_PAD: f32 = 13.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Text,
    Bold,
}

/// 墨, 灰, 朱.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Black,
    Grey,
    Red,
}

/// A mark on a page; y grows downwards, text stands on its baseline.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    Text {
        x: f32,
        y: f32,
        size: f32,
        weight: Weight,
        ink: Ink,
        line: Line,
    },
    /// A filled rectangle: rules are thin ones.
    Box {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    Qr {
        x: f32,
        y: f32,
        width: f32,
    },
}

/// How the paper is proved.
pub struct Seal {
    /// Of the words, in hex.
    pub fingerprint: String,
    /// Over the words, in hex.
    pub signature: String,
    pub public_key: String,
    /// Where anyone asks whether we issued it.
    pub address: String,
}

struct Press<'a> {
    text: &'a Measure<'a>,
    bold: &'a Measure<'a>,
    pages: Vec<Vec<Mark>>,
    y: f32,
}

/// The pages of a paper.
pub fn lay(parts: &[Part], seal: &Seal, text: &Measure, bold: &Measure) -> Vec<Vec<Mark>> {
    let mut press = Press { text, bold, pages: vec![Vec::new()], y: TOP };
    for (at, part) in parts.iter().enumerate() {
        let first_of_its_kind = at == 0 || std::mem::discriminant(&parts[at - 1]) != std::mem::discriminant(part);
        press.part(part, first_of_its_kind);
    }
    press.seal(seal);
    let count = press.pages.len();
    for page in 0..count {
        press.foot(page, count, &seal.fingerprint);
    }
    press.pages
}

impl Press<'_> {
    fn mark(&mut self, mark: Mark) {
        self.pages.last_mut().expect("there is a first page").push(mark);
    }

    /// Goes on to the next page unless `height` is left on this one.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    fn lines(&self, text: &str, size: f32, weight: Weight, width: f32, indent: f32) -> Vec<Line> {
        let measure = self.of(weight);
        break_lines(text, width / size, indent / size, |c| measure.glyph(c).map_or(0.0, |(_, width)| width))
    }

    fn of(&self, weight: Weight) -> &Measure<'_> {
        match weight {
            Weight::Text => self.text,
            Weight::Bold => self.bold,
        }
    }

    fn rule(&mut self, y: f32, height: f32, ink: Ink) {
        self.mark(Mark::Box { x: LEFT, y, width: WIDTH, height, ink });
    }

    /// A block of whole lines; `place`: where a line of that width begins.
    fn block(
        &mut self,
        lines: Vec<Line>,
        size: f32,
        leading: f32,
        weight: Weight,
        ink: Ink,
        place: impl Fn(usize, f32) -> f32,
    ) {
        for (nth, line) in lines.into_iter().enumerate() {
            self.need(leading);
            let wide = self.of(weight).width(&line.text, size);
            let y = self.y + leading / 2.0 + size * 0.36;
            self.mark(Mark::Text { x: place(nth, wide), y, size, weight, ink, line });
            self.y += leading;
        }
    }

    fn part(&mut self, part: &Part, first_of_its_kind: bool) {
        let centred = |_: usize, wide: f32| LEFT + (WIDTH - wide) / 2.0;
        match part {
            Part::Office(text) => {
                let lines = ragged(self.lines(text, 24.0, Weight::Bold, WIDTH, 0.0));
                self.block(lines, 24.0, 36.0, Weight::Bold, Ink::Red, centred);
                self.rule(self.y + 8.0, 1.4, Ink::Red);
                self.rule(self.y + 11.0, 0.5, Ink::Red);
                self.y += 42.0;
            }
            Part::Title(text) => {
                let lines = ragged(self.lines(text, 22.0, Weight::Bold, WIDTH, 0.0));
                self.block(lines, 22.0, 33.0, Weight::Bold, Ink::Black, centred);
                self.y += 6.0;
            }
            Part::Number(text) => {
                let lines = ragged(self.lines(text, 11.0, Weight::Text, WIDTH, 0.0));
                self.block(lines, 11.0, 18.0, Weight::Text, Ink::Grey, centred);
                self.y += 20.0;
            }
            Part::Heading(text) => {
                self.y += 10.0;
                // A heading does not stand alone at the foot of a page.
                self.need(26.0 * 3.0);
                let lines = ragged(self.lines(text, TEXT_SIZE, Weight::Bold, WIDTH, 0.0));
                self.block(lines, TEXT_SIZE, 26.0, Weight::Bold, Ink::Black, |_, _| LEFT);
            }
            Part::Text(text) => {
                if first_of_its_kind {
                    self.y += 6.0;
                }
                let indent = 2.0 * TEXT_SIZE;
                let lines = self.lines(text, TEXT_SIZE, Weight::Text, WIDTH, indent);
                self.block(lines, TEXT_SIZE, 25.0, Weight::Text, Ink::Black, |nth, _| {
                    if nth == 0 { LEFT + indent } else { LEFT }
                });
            }
            Part::Row(label, value) => self.row(label, value, first_of_its_kind),
            Part::Signed(text) => {
                if first_of_its_kind {
                    self.y += 26.0;
                    self.need(2.0 * 25.0);
                }
                let lines = ragged(self.lines(text, TEXT_SIZE, Weight::Text, WIDTH, 0.0));
                let right = |_: usize, wide: f32| LEFT + WIDTH - wide - 2.0 * TEXT_SIZE;
                self.block(lines, TEXT_SIZE, 25.0, Weight::Text, Ink::Black, right);
            }
        }
    }

    fn row(&mut self, label: &str, value: &str, is_first: bool) {
        const SIZE: f32 = 12.5;
        const LEADING: f32 = 21.0;
        const PAD: f32 = 4.5;
        if is_first {
            self.y += 10.0;
        }
        let labels = ragged(self.lines(&labelled(label), SIZE, Weight::Text, LABEL_WIDTH - 8.0, 0.0));
        let values = ragged(self.lines(value, SIZE, Weight::Text, WIDTH - LABEL_WIDTH, 0.0));
        // A row stays on one page; one that is longer than a page goes on over several.
        let height = LEADING * labels.len().max(values.len()) as f32 + 2.0 * PAD;
        self.need(height.min(BOTTOM - TOP));
        if is_first {
            self.rule(self.y, 0.8, Ink::Black);
        }
        self.y += PAD;
        let (page, top) = (self.pages.len(), self.y);
        self.block(labels, SIZE, LEADING, Weight::Text, Ink::Grey, |_, _| LEFT + 4.0);
        let after_label = self.y;
        self.y = top;
        self.block(values, SIZE, LEADING, Weight::Text, Ink::Black, |_, _| LEFT + LABEL_WIDTH);
        if self.pages.len() == page {
            self.y = self.y.max(after_label);
        }
        self.y += PAD;
        self.rule(self.y, 0.4, Ink::Grey);
    }

    /// 签发与核验: the code to scan beside the facts of the signature.
    fn seal(&mut self, seal: &Seal) {
        const SIZE: f32 = 6.6;
        const LEADING: f32 = 10.2;
        const LABEL: f32 = 70.0;
        self.y += 26.0;
        self.need(SEAL_HEIGHT);
        let top = self.y;
        let edge = |x, y, width, height| Mark::Box { x, y, width, height, ink: Ink::Red };
        for side in [
            edge(LEFT, top, WIDTH, 0.9),
            edge(LEFT, top + SEAL_HEIGHT, WIDTH, 0.9),
            edge(LEFT, top, 0.9, SEAL_HEIGHT),
            edge(LEFT + WIDTH - 0.9, top, 0.9, SEAL_HEIGHT + 0.9),
        ] {
            self.mark(side);
        }
        self.mark(Mark::Qr { x: LEFT + SEAL_PAD, y: top + (SEAL_HEIGHT - QR_WIDTH) / 2.0, width: QR_WIDTH });
        let left = LEFT + 2.0 * SEAL_PAD + QR_WIDTH;
        let width = LEFT + WIDTH - SEAL_PAD - left;
        self.y = top + 11.0;
        let head = vec![Line { text: "电子签发，扫码核验".into(), stretch: 0.0 }];
        self.block(head, 10.5, 17.0, Weight::Bold, Ink::Red, |_, _| left);
        for (label, value) in [
            ("全文指纹（SHA-256）", &seal.fingerprint),
            ("全文签名（Ed25519）", &seal.signature),
            ("签发公钥", &seal.public_key),
            ("核验地址", &seal.address),
        ] {
            let lines = ragged(self.lines(&labelled(label), SIZE, Weight::Text, width, 0.0));
            self.block(lines, SIZE, LEADING, Weight::Text, Ink::Grey, |_, _| left);
            self.y -= LEADING;
            let values = ragged(self.lines(value, SIZE, Weight::Text, width - LABEL, 0.0));
            self.block(values, SIZE, LEADING, Weight::Text, Ink::Black, |_, _| left + LABEL);
            self.y += 1.0;
        }
        self.y = top + SEAL_HEIGHT;
    }

    /// Every page says which it is and of which paper: pages of two cannot be mixed unseen.
    fn foot(&mut self, page: usize, count: usize, fingerprint: &str) {
        let nth = format!("第 {} 页　共 {count} 页", page + 1);
        let wide = self.text.width(&nth, 9.0);
        let of = fingerprint[..16].to_string();
        let of_wide = self.text.width(&of, 7.2);
        for (text, size, x) in [(nth, 9.0, LEFT + (WIDTH - wide) / 2.0), (of, 7.2, LEFT + WIDTH - of_wide)] {
            let line = Line { text, stretch: 0.0 };
            self.pages[page].push(Mark::Text { x, y: FOOT, size, weight: Weight::Text, ink: Ink::Grey, line });
        }
    }
}

/// Lines that are not stretched to the edge.
fn ragged(lines: Vec<Line>) -> Vec<Line> {
    lines.into_iter().map(|line| Line { stretch: 0.0, ..line }).collect()
}
