//! What can go wrong between us and the server, in words that say where.

use std::fmt;

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens there, or the line broke before an answer came.
    Unreachable { at: String, why: String },
    /// The server understood and said no.
    Refused { what: String, code: String, text: String },
    /// The server said something the contract does not know.
    Strange { what: String, why: String },
    /// An open socket ended.
    Lost(String),
    /// A bid or a greeting got no reply in time.
    Unanswered(String),
    /// Something on our side: a file, a process, an argument.
    Local(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unreachable { at, why } => write!(f, "cannot reach {at}: {why}"),
            Fault::Refused { what, code, text } => write!(f, "{what} refused: {code} ({text})"),
            Fault::Strange { what, why } => write!(f, "{what}: unexpected answer: {why}"),
            Fault::Lost(why) => write!(f, "connection lost: {why}"),
            Fault::Unanswered(what) => write!(f, "no answer in time: {what}"),
            Fault::Local(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// The server no longer accepts our token; a fresh one may help.
    pub fn is_about_token(&self) -> bool {
        matches!(self, Fault::Refused { code, .. } if code == "TOKEN_INVALID" || code == "NOT_SIGNED_IN")
    }

    pub fn is_about_password(&self) -> bool {
        matches!(self, Fault::Refused { code, .. } if code == "WRONG_LOGIN")
    }
}

/// Texts kept for the report; the rest are only counted, a broken server makes thousands.
const TEXTS_MAX: usize = 5;

/// A count with its first few texts.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Notes {
    pub count: u64,
    pub first: Vec<String>,
}

impl Notes {
    pub fn add(&mut self, text: impl fmt::Display) {
        self.count += 1;
        if self.first.len() < TEXTS_MAX {
            self.first.push(text.to_string());
        }
    }

    pub fn merge(&mut self, other: Notes) {
        self.count += other.count;
        let room = TEXTS_MAX - self.first.len();
        self.first.extend(other.first.into_iter().take(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_count_all_and_keep_the_first_few() {
        let mut notes = Notes::default();
        for n in 0..9 {
            notes.add(n);
        }
        let mut sum = Notes::default();
        sum.add("before");
        sum.merge(notes);
        assert_eq!(sum.count, 10);
        assert_eq!(sum.first, ["before", "0", "1", "2", "3"]);
    }
}
