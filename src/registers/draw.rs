//! 随机抽取: experts drawn so that anybody can redo it. Pure.
//!
//! A person's ticket is SHA-256 of the lines "sunbid draw 1", the seed, the field and his number, each
//! ended by a newline. The lowest tickets are drawn; those after them are the substitutes, in order. A
//! ticket depends on nobody else, so who is recused changes nobody's place before another.

use crate::calendar::Day;
use crate::codes::birthday;
use crate::security::signed::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// Who is older is drawn, and the panel's organiser is told.
const AGE_WARNED: i32 = 65;

#[derive(Debug, Clone)]
pub struct Candidate {
    pub number: String,
    pub employer_code: Option<String>,
    pub born: Option<Day>,
}

/// 回避.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recusal {
    /// Everybody who works for it: a bidder, the grantor.
    Employer(String),
    /// One person, at his own request or for a tie of his own.
    Expert(String),
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RecusedAs {
    Employer,
    Oneself,
}

/// Somebody of the field as he stands when the pool is fixed: what decides from then on is the seed.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Pooled {
    pub number: String,
    /// 65 years or older on that day.
    pub aged: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recused: Option<RecusedAs>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Drawn,
    Substitute,
    RecusedForEmployer,
    RecusedOneself,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub number: String,
    /// Hex.
    pub ticket: String,
    pub place: Place,
    pub aged: bool,
}

/// What may be published: numbers and tickets, no names.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    pub seed: String,
    pub field: String,
    pub wanted: usize,
    /// How many are missing.
    pub short: usize,
    /// Everybody in the field, by ticket; those drawn are the first `wanted` not recused.
    pub tickets: Vec<Ticket>,
}

impl Drawn {
    pub fn numbers(&self) -> Vec<&str> {
        let drawn = self.tickets.iter().filter(|ticket| ticket.place == Place::Drawn);
        drawn.map(|ticket| ticket.number.as_str()).collect()
    }

    /// Those drawn and as many substitutes, of whom one may stand in for each: who was passed over, and why, is
    /// not among them.
    pub fn of_those_called(mut self) -> Drawn {
        self.tickets.retain(|ticket| matches!(ticket.place, Place::Drawn | Place::Substitute));
        self.tickets.truncate(2 * self.wanted);
        self
    }
}

/// The number a seed gives a person, in hex.
pub fn ticket(seed: &str, field: &str, number: &str) -> String {
    let lines = format!("sunbid draw 1\n{seed}\n{field}\n{number}\n");
    hex(&Sha256::digest(lines))
}

/// Who may be drawn and who is passed over.
pub fn pool(candidates: &[Candidate], recused: &[Recusal], today: Day) -> Vec<Pooled> {
    let pooled = |candidate: &Candidate| Pooled {
        number: candidate.number.clone(),
        aged: candidate.born.is_some_and(|born| birthday(born, AGE_WARNED) <= today),
        recused: recusal(candidate, recused),
    };
    candidates.iter().map(pooled).collect()
}

pub fn draw(seed: &str, wanted: usize, field: &str, pool: &[Pooled]) -> Drawn {
    let mut tickets: Vec<Ticket> = pool
        .iter()
        .map(|pooled| Ticket {
            ticket: ticket(seed, field, &pooled.number),
            place: match pooled.recused {
                Some(RecusedAs::Oneself) => Place::RecusedOneself,
                Some(RecusedAs::Employer) => Place::RecusedForEmployer,
                None => Place::Substitute,
            },
            aged: pooled.aged,
            number: pooled.number.clone(),
        })
        .collect();
    tickets.sort_by(|a, b| (&a.ticket, &a.number).cmp(&(&b.ticket, &b.number)));
    let mut left = wanted;
    for ticket in tickets.iter_mut().filter(|ticket| ticket.place == Place::Substitute).take(wanted) {
        ticket.place = Place::Drawn;
        left -= 1;
    }
    Drawn { seed: seed.into(), field: field.into(), wanted, short: left, tickets }
}

fn recusal(candidate: &Candidate, recused: &[Recusal]) -> Option<RecusedAs> {
    if recused.contains(&Recusal::Expert(candidate.number.clone())) {
        return Some(RecusedAs::Oneself);
    }
    let employer = candidate.employer_code.clone()?;
    recused.contains(&Recusal::Employer(employer)).then_some(RecusedAs::Employer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn drawn(seed: &str, wanted: usize, candidates: &[Candidate], recused: &[Recusal]) -> Drawn {
        draw(seed, wanted, "land", &pool(candidates, recused, day("2026-11-24")))
    }

    fn candidates(count: usize) -> Vec<Candidate> {
        (0..count)
            .map(|n| Candidate {
                number: format!("E{n:03}"),
                employer_code: Some(if n % 5 == 0 { "91440300708461136T".into() } else { format!("firm {n}") }),
                born: Some(day("1970-01-01")),
            })
            .collect()
    }

    #[test]
    fn a_ticket_is_the_hash_of_its_four_lines() {
        // printf 'sunbid draw 1\nseed\nland\nE001\n' | sha256sum
        assert_eq!(ticket("seed", "land", "E001"), "c633d1e595a06e31767fe6fa97882933f7a7942349dd85e6f841849d1f315f29");
    }

    #[test]
    fn the_lowest_tickets_are_drawn_whatever_order_the_pool_has() {
        let pool = candidates(40);
        for n in 0..200 {
            let seed = format!("seed {n}");
            let first = drawn(&seed, 7, &pool, &[]);
            let mut by_hand: Vec<_> =
                pool.iter().map(|one| (ticket(&seed, "land", &one.number), &one.number)).collect();
            by_hand.sort();
            let by_hand: Vec<&str> = by_hand.iter().take(7).map(|(_, number)| number.as_str()).collect();
            assert_eq!(first.numbers(), by_hand, "{seed}");
            let mut turned = pool.clone();
            turned.reverse();
            assert_eq!(drawn(&seed, 7, &turned, &[]), first, "{seed}");
        }
    }

    #[test]
    fn the_recused_are_passed_over_and_nobody_else_moves() {
        let pool = candidates(40);
        let all = drawn("s", 40, &pool, &[]);
        let first = all.numbers()[0].to_string();
        let recused = [Recusal::Employer("91440300708461136T".into()), Recusal::Expert(first.clone())];
        let drawn = drawn("s", 10, &pool, &recused);
        let barred = |number: &str| number == first || number[1..].parse::<usize>().expect("a number") % 5 == 0;
        let expected: Vec<&str> = all.numbers().into_iter().filter(|number| !barred(number)).take(10).collect();
        assert_eq!((drawn.numbers(), drawn.short), (expected, 0));
        let place =
            |number: &str| drawn.tickets.iter().find(|ticket| ticket.number == number).map(|ticket| ticket.place);
        assert_eq!(place(&first), Some(Place::RecusedOneself));
        let other = if first == "E000" { "E005" } else { "E000" };
        assert_eq!(place(other), Some(Place::RecusedForEmployer));
        let called = drawn.of_those_called();
        assert_eq!((called.numbers().len(), called.tickets.len()), (10, 20));
        assert!(!called.tickets.iter().any(|ticket| barred(&ticket.number)));
    }

    #[test]
    fn too_few_are_told_and_age_is_a_warning_from_the_sixty_fifth_birthday_on() {
        let mut pool = candidates(2);
        pool[0].born = Some(day("1961-11-24"));
        pool[1].born = Some(day("1961-11-25"));
        let drawn = drawn("s", 3, &pool, &[]);
        let aged = |number: &str| drawn.tickets.iter().any(|ticket| ticket.number == number && ticket.aged);
        assert_eq!((drawn.short, drawn.numbers().len(), aged("E000"), aged("E001")), (1, 2, true, false));
    }
}
