//! 排版: where lines of Chinese text may end, and how the rest of a line is shared out. Pure.

/// No line begins with these (避头).
const CLOSING: &str = "，。、；：？！）》」』】〕〉”’％…—·,.;:?!)]}%";
/// No line ends with these (避尾).
const OPENING: &str = "（《「『【〔〈“‘([{";
/// More room than this between characters looks torn; such a line stays short. In ems.
const STRETCH_EMS_MAX: f32 = 0.12;

/// One line, and what is added after each of its characters so that it fills the width, in ems.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    pub stretch: f32,
}

/// Whether no line may break between two characters.
fn holds(before: char, after: char) -> bool {
    // Words, numbers and hashes stay whole.
    let is_word = |c: char| c.is_ascii_graphic();
    (is_word(before) && is_word(after)) || CLOSING.contains(after) || OPENING.contains(before)
}

fn atoms(text: &str) -> Vec<String> {
    let mut atoms: Vec<String> = Vec::new();
    let mut before = None;
    for c in text.chars() {
        match (before, atoms.last_mut()) {
            (Some(before), Some(atom)) if holds(before, c) => atom.push(c),
            _ => atoms.push(c.into()),
        }
        before = Some(c);
    }
    atoms
}

/// Breaks a paragraph; all widths in ems. `indent`: how far the first line begins from the edge.
pub fn break_lines(text: &str, width: f32, indent: f32, advance: impl Fn(char) -> f32) -> Vec<Line> {
    let measure = |text: &str| text.chars().map(&advance).sum::<f32>();
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), indent);
    let mut end = |line: &mut String, used: &mut f32, is_last: bool| {
        let text = line.trim_end().to_string();
        let spare = width - *used + measure(&line[text.len()..]);
        let gaps = text.chars().count().saturating_sub(1).max(1) as f32;
        // Letters of a word set apart are hard to read.
        let is_latin = 2 * text.chars().filter(char::is_ascii).count() > text.chars().count();
        let is_left = is_last || is_latin || spare / gaps > STRETCH_EMS_MAX;
        let stretch = if is_left { 0.0 } else { (spare / gaps).max(0.0) };
        lines.push(Line { text, stretch });
        line.clear();
        *used = 0.0;
    };
    for atom in atoms(text) {
        let wide = measure(&atom);
        if used + wide > width && !line.is_empty() {
            end(&mut line, &mut used, false);
        }
        // What is wider than a line is cut anywhere.
        let pieces = if wide > width { atom.chars().map(String::from).collect() } else { vec![atom] };
        for piece in pieces {
            let wide = measure(&piece);
            if used + wide > width && !line.is_empty() {
                end(&mut line, &mut used, false);
            }
            // A space that would begin a line has done its work.
            if line.is_empty() && piece == " " {
                continue;
            }
            line.push_str(&piece);
            used += wide;
        }
    }
    end(&mut line, &mut used, true);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advance(c: char) -> f32 {
        if c.is_ascii() { 0.5 } else { 1.0 }
    }

    fn broken(text: &str, width: f32, indent: f32) -> Vec<String> {
        break_lines(text, width, indent, advance).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_end_where_they_may() {
        assert_eq!(broken("一二三四五六", 3.0, 0.0), ["一二三", "四五六"]);
        assert_eq!(broken("一二三四五六", 3.0, 2.0), ["一", "二三四", "五六"]);
        assert_eq!(broken("一二三，四", 3.0, 0.0), ["一二", "三，四"], "no comma begins a line");
        assert_eq!(broken("一二（三四）", 3.0, 0.0), ["一二", "（三", "四）"], "no bracket ends one");
        assert_eq!(broken("编号 AB-12 的", 4.0, 0.0), ["编号", "AB-12 的"], "a number stays whole");
        assert_eq!(broken("0123456789", 2.0, 0.0), ["0123", "4567", "89"], "unless it is wider than a line");
        assert_eq!(broken("", 3.0, 0.0), [""]);
    }

    #[test]
    fn the_rest_of_a_line_is_shared_out_and_the_last_line_is_left() {
        let lines = break_lines(&"一".repeat(25), 10.5, 0.0, advance);
        assert!((lines[0].stretch - 0.5 / 9.0).abs() < 1e-6, "{lines:?}");
        assert_eq!(lines[2].stretch, 0.0);
        assert_eq!(break_lines("一二三WWWWWWW", 4.0, 0.0, advance)[0].stretch, 0.0, "too much to share out");
    }
}
