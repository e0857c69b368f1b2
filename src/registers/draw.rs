//! 随机抽取: experts drawn so that anybody can redo it. Pure.
//!
//! A person's ticket is SHA-256 of the lines "sunbid draw 1", the seed, the field and his number, each
//! ended by a newline. The lowest tickets are drawn; those after them are the substitutes, in order. A
//! ticket depends on nobody else, so who is recused changes nobody's place before another.

use crate::calendar::Day;
use crate::codes::birthday;
use crate::security::signed::hex;
use serde::Serialize;
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

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Drawn,
    Substitute,
    RecusedForEmployer,
    RecusedOneself,
}

#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub number: String,
    /// Hex.
    pub ticket: String,
    pub place: Place,
    /// 65 years or older on the day of the draw.
    pub aged: bool,
}

/// What may be published: numbers and tickets, no names.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
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
}

/// The number a seed gives a person, in hex.
pub fn ticket(seed: &str, field: &str, number: &str) -> String {
    let lines = format!("sunbid draw 1\n{seed}\n{field}\n{number}\n");
    hex(&Sha256::digest(lines))
}

pub fn draw(
    seed: &str,
    wanted: usize,
    field: &str,
    candidates: &[Candidate],
    recused: &[Recusal],
    today: Day,
) -> Drawn {
    let mut tickets: Vec<Ticket> = candidates
        .iter()
        .map(|candidate| Ticket {
            ticket: ticket(seed, field, &candidate.number),
            place: recusal(candidate, recused).unwrap_or(Place::Substitute),
            aged: candidate.born.is_some_and(|born| birthday(born, AGE_WARNED) <= today),
            number: candidate.number.clone(),
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

fn recusal(candidate: &Candidate, recused: &[Recusal]) -> Option<Place> {
    if recused.contains(&Recusal::Expert(candidate.number.clone())) {
        return Some(Place::RecusedOneself);
    }
    let employer = candidate.employer_code.clone()?;
    recused.contains(&Recusal::Employer(employer)).then_some(Place::RecusedForEmployer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
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
            let drawn = draw(&seed, 7, "land", &pool, &[], day("2026-11-24"));
            let mut by_hand: Vec<_> =
                pool.iter().map(|one| (ticket(&seed, "land", &one.number), &one.number)).collect();
            by_hand.sort();
            let by_hand: Vec<&str> = by_hand.iter().take(7).map(|(_, number)| number.as_str()).collect();
            assert_eq!(drawn.numbers(), by_hand, "{seed}");
            let mut turned = pool.clone();
            turned.reverse();
            assert_eq!(draw(&seed, 7, "land", &turned, &[], day("2026-11-24")), drawn, "{seed}");
        }
    }

    #[test]
    fn the_recused_are_passed_over_and_nobody_else_moves() {
        let pool = candidates(40);
        let all = draw("s", 40, "land", &pool, &[], day("2026-11-24"));
        let first = all.numbers()[0].to_string();
        let recused = [Recusal::Employer("91440300708461136T".into()), Recusal::Expert(first.clone())];
        let drawn = draw("s", 10, "land", &pool, &recused, day("2026-11-24"));
        let barred = |number: &str| number == first || number[1..].parse::<usize>().expect("a number") % 5 == 0;
        let expected: Vec<&str> = all.numbers().into_iter().filter(|number| !barred(number)).take(10).collect();
        assert_eq!((drawn.numbers(), drawn.short), (expected, 0));
        let place =
            |number: &str| drawn.tickets.iter().find(|ticket| ticket.number == number).map(|ticket| ticket.place);
        assert_eq!(place(&first), Some(Place::RecusedOneself));
        let other = if first == "E000" { "E005" } else { "E000" };
        assert_eq!(place(other), Some(Place::RecusedForEmployer));
    }

    #[test]
    fn too_few_are_told_and_age_is_a_warning_from_the_sixty_fifth_birthday_on() {
        let mut pool = candidates(2);
        pool[0].born = Some(day("1961-11-24"));
        pool[1].born = Some(day("1961-11-25"));
        let drawn = draw("s", 3, "land", &pool, &[], day("2026-11-24"));
        let aged = |number: &str| drawn.tickets.iter().any(|ticket| ticket.number == number && ticket.aged);
        assert_eq!((drawn.short, drawn.numbers().len(), aged("E000"), aged("E001")), (1, 2, true, false));
    }
}
