//! A document before it is set: its words, in the order they are read. Everything a document says is
//! here; its fingerprint is taken over these words and not over the file, so that anybody can copy the
//! text off a page and take it again.

use super::kinds::PrintedKind;
use crate::calendar::Day;
use matching::Moment;
use sha2::{Digest, Sha256};

/// What one document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    pub kind: PrintedKind,
    /// The trading center, whose paper it is.
    pub office: String,
    pub title: String,
    pub number: Option<String>,
    pub body: Vec<Part>,
    /// What the transparency log vouched for when it was printed; no fact of its own.
    pub evidence: Vec<Part>,
    /// The moment of the fact it tells. A document is never dated by the day it was printed.
    pub at: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Office(String),
    Title(String),
    Number(String),
    Heading(String),
    Text(String),
    /// A label and what it is.
    Row(String, String),
    /// 落款.
    Signed(String),
}

impl Part {
    fn words(&self) -> String {
        match self {
            Part::Row(label, value) => format!("{}{value}", labelled(label)),
            Part::Office(text)
            | Part::Title(text)
            | Part::Number(text)
            | Part::Heading(text)
            | Part::Text(text)
            | Part::Signed(text) => text.clone(),
        }
    }
}

/// A label as it stands before its value.
pub fn labelled(label: &str) -> String {
    format!("{label}：")
}

impl Paper {
    /// The whole of it, as the given version.
    pub fn parts(&self, version: i64) -> Vec<Part> {
        let number = match &self.number {
            Some(number) => format!("编号：{number}　第{version}版"),
            None => format!("第{version}版"),
        };
        let head = [Part::Office(self.office.clone()), Part::Title(self.title.clone()), Part::Number(number)];
        let foot = [Part::Signed(self.office.clone()), Part::Signed(day_zh(self.at))];
        head.into_iter().chain(self.body.iter().chain(&self.evidence).cloned()).chain(foot).collect()
    }

    /// A line for each part.
    pub fn words(&self, version: i64) -> String {
        let lines: Vec<String> = self.parts(version).iter().map(Part::words).collect();
        lines.join("\n")
    }

    /// The hash of what it says, whichever version says it.
    pub fn facts_sha256(&self) -> String {
        fingerprint(&Paper { evidence: Vec::new(), ..self.clone() }.words(0))
    }

    /// Adds paragraphs: a text of several lines is several.
    pub fn text(mut self, text: &str) -> Paper {
        // Tabs and the like have no shape in print.
        let plain = |line: &str| line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
        let lines = text.lines().map(|line| plain(line).trim().to_string()).filter(|line| !line.is_empty());
        self.body.extend(lines.map(Part::Text));
        self
    }

    pub fn heading(mut self, text: &str) -> Paper {
        self.body.push(Part::Heading(text.into()));
        self
    }

    pub fn row(mut self, label: &str, value: impl Into<String>) -> Paper {
        self.body.push(Part::Row(label.into(), value.into()));
        self
    }

    pub fn row_if(self, label: &str, value: Option<String>) -> Paper {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => self.row(label, value),
            None => self,
        }
    }
}

/// SHA-256 in hex: what the QR code names.
pub fn fingerprint(words: &str) -> String {
    Sha256::digest(words.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 2026年11月7日.
fn day_zh(at: Moment) -> String {
    let text = Day::of(at).to_string();
    let mut parts = text.split('-').map(|part| part.trim_start_matches('0'));
    let mut next = || parts.next().unwrap_or_default();
    format!("{}年{}月{}日", next(), next(), next())
}

/// 2026年11月7日 09:30:05（北京时间）.
pub fn moment_zh(at: Moment) -> String {
    let seconds = (at.0 - Day::of(at).start().0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{} {hours:02}:{minutes:02}:{seconds:02}（北京时间）", day_zh(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_says_the_same_facts_in_every_version() {
        let paper = Paper {
            kind: PrintedKind::Notice,
            office: "某市交易中心".into(),
            title: "公告".into(),
            number: Some("A-1".into()),
            body: Vec::new(),
            evidence: Vec::new(),
            at: Moment(1_794_792_605_000),
        };
        let paper = paper.text("第一段\n\n 第二段\t完\r\n").row("价格", "1.00").row_if("无", None);
        let said = "某市交易中心\n公告\n编号：A-1　第2版\n第一段\n第二段 完\n价格：1.00\n某市交易中心\n2026年11月16日";
        assert_eq!(paper.words(2), said);
        assert_ne!(fingerprint(&paper.words(1)), fingerprint(&paper.words(2)));
        let changed = paper.clone().row("价格", "2.00");
        assert_ne!(paper.facts_sha256(), changed.facts_sha256());
        let vouched = Paper { evidence: vec![Part::Row("日志".into(), "1".into())], ..paper.clone() };
        assert_eq!(paper.facts_sha256(), vouched.facts_sha256(), "the log grows on: that is no new version");
        assert_ne!(paper.words(1), vouched.words(1));
        assert_eq!(moment_zh(paper.at), "2026年11月16日 09:30:05（北京时间）");
    }
}
