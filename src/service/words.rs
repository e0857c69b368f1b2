//! Words of a text, as the index knows them. SQLite's tokenizers split at spaces and find no Chinese word
//! of two characters; so a run of Han characters is written as its overlapping pairs (土地 地使 使用) and
//! its last character, and asked for in the same way, side by side.

/// Words of one question; what follows is left out.
const TERMS_MAX: usize = 12;

/// A stretch of one kind.
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum Run {
    Han(String),
    /// Letters and digits of any other script, in lower case.
    Word(String),
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFD}')
}

/// The runs of a text; everything between them is space.
pub fn runs(text: &str) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    let mut joined = false;
    for c in text.chars() {
        let han = is_han(c);
        if !han && !c.is_alphanumeric() {
            joined = false;
            continue;
        }
        match found.last_mut() {
            Some(Run::Han(run)) if joined && han => run.push(c),
            Some(Run::Word(run)) if joined && !han => run.extend(c.to_lowercase()),
            _ if han => found.push(Run::Han(c.to_string())),
            _ => found.push(Run::Word(c.to_lowercase().collect())),
        }
        joined = true;
    }
    found
}

/// 二元切分: overlapping pairs, and the last character, so that every character begins a word.
fn pairs(run: &str) -> Vec<String> {
    let chars: Vec<char> = run.chars().collect();
    chars.windows(2).map(|pair| pair.iter().collect()).chain(chars.last().map(char::to_string)).collect()
}

/// A text as it goes into the index.
pub fn indexed(text: &str) -> String {
    let words = runs(text).into_iter().map(|run| match run {
        Run::Han(run) => pairs(&run).join(" "),
        Run::Word(word) => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A question in the index's own language: every word must be there. Only letters, digits and Han reach
/// it, each in quotes: nothing of the question is read as syntax. `None` where it holds no word.
pub fn asked(question: &[Run]) -> Option<String> {
    let terms = question.iter().take(TERMS_MAX).map(|run| match run {
        // A single character begins some word of its run.
        Run::Han(run) if run.chars().count() == 1 => format!("\"{run}\" *"),
        Run::Han(run) => {
            let mut words = pairs(run);
            words.pop();
            format!("\"{}\"", words.join(" "))
        }
        Run::Word(word) => format!("\"{word}\" *"),
    });
    let terms: Vec<_> = terms.collect();
    (!terms.is_empty()).then(|| terms.join(" "))
}

/// Characters shown before and after the first hit.
const BEFORE_CHARS: usize = 24;
const EXCERPT_CHARS: usize = 120;

/// A piece of an excerpt, and whether it was asked for.
pub type Piece = (String, bool);

/// Where a text first holds what was asked, cut out and marked; `None` where it does not.
pub fn excerpt(text: &str, question: &[Run]) -> Option<Vec<Piece>> {
    let shown: Vec<char> = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    // One for one, so that places agree.
    let folded: Vec<char> = shown.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let needles: Vec<Vec<char>> = question
        .iter()
        .take(TERMS_MAX)
        .map(|run| match run {
            Run::Han(run) | Run::Word(run) => run.chars().collect(),
        })
        .collect();
    let mut marked = vec![false; folded.len()];
    for needle in &needles {
        for (place, window) in folded.windows(needle.len()).enumerate() {
            if window == needle.as_slice() {
                marked[place..place + needle.len()].fill(true);
            }
        }
    }
    let first = marked.iter().position(|hit| *hit)?;
    let begin = first.saturating_sub(BEFORE_CHARS);
    let end = (begin + EXCERPT_CHARS).min(shown.len());
    let mut pieces: Vec<Piece> = Vec::new();
    if begin > 0 {
        pieces.push(("…".into(), false));
    }
    for (c, hit) in shown[begin..end].iter().zip(&marked[begin..end]) {
        match pieces.last_mut() {
            Some((piece, known)) if known == hit => piece.push(*c),
            _ => pieces.push((c.to_string(), *hit)),
        }
    }
    if end < shown.len() {
        pieces.push(("…".into(), false));
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_runs_become_pairs_beside_the_words_of_other_scripts() {
        for (text, words) in [
            ("土地使用权", "土地 地使 使用 用权 权"),
            ("地", "地"),
            ("A122-0341号宗地", "a122 0341 号宗 宗地 地"),
            ("Housing land，前海", "housing land 前海 海"),
            ("", ""),
            ("，。!", ""),
            ("𠀀𠀁", "𠀀𠀁 𠀁"),
        ] {
            assert_eq!(indexed(text), words, "{text}");
        }
    }

    #[test]
    fn nothing_of_a_question_is_syntax() {
        for (question, terms) in [
            ("土地", Some("\"土地\"")),
            ("使用权", Some("\"使用 用权\"")),
            ("地", Some("\"地\" *")),
            ("Land 前海", Some("\"land\" * \"前海\"")),
            ("title:x OR \"y\" NEAR(z)", Some("\"title\" * \"x\" * \"or\" * \"y\" * \"near\" * \"z\" *")),
            ("\"*^-()", None),
        ] {
            assert_eq!(asked(&runs(question)).as_deref(), terms, "{question}");
        }
    }

    #[test]
    fn an_excerpt_marks_what_was_asked_and_nothing_else() {
        let told = |text: &str, question: &str| {
            excerpt(text, &runs(question)).map(|pieces| {
                let tell = |(piece, hit): Piece| if hit { format!("[{piece}]") } else { piece };
                pieces.into_iter().map(tell).collect::<String>()
            })
        };
        assert_eq!(told("前海妈湾居住用地", "居住").as_deref(), Some("前海妈湾[居住]用地"));
        assert_eq!(told("Housing LAND", "land").as_deref(), Some("Housing [LAND]"));
        assert_eq!(told("<b>land</b>", "land").as_deref(), Some("<b>[land]</b>"), "text stays text");
        assert_eq!(told("no such word", "土地"), None);
        let long = format!("{}土地{}", "长".repeat(100), "尾".repeat(200));
        let cut = told(&long, "土地").expect("a hit");
        assert!(cut.starts_with("…长") && cut.contains("[土地]") && cut.ends_with("尾…") && cut.chars().count() < 130);
    }
}
