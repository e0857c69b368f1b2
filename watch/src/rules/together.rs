//! 多种迹象: weak signs of different kinds about the same two paddles are a strong one.

use crate::alert::{Alert, Level, Measured, Rule, Unit};
use crate::bounds::SIGNS_MAX;
use crate::facts::Link;
use crate::lot::{Lot, Now, Shown, Topic, Who, listed};

/// Signs of one kind say the same thing twice; only different kinds strengthen each other.
#[derive(Clone, Copy)]
enum Kind {
    Place = 1,
    Relation = 2,
    Money = 4,
    Prices = 8,
    Turns = 16,
    Leaving = 32,
}

#[derive(Default)]
pub struct Signs(Vec<Sign>);

struct Sign {
    pair: (Who, Who),
    kinds: u8,
    /// Nothing but a network in common.
    slight: bool,
    shown: Shown,
}

/// A set of more paddles than this is about the lot rather than about two of them.
const WHOM_MAX: usize = 6;

fn kind(topic: Topic) -> Option<Kind> {
    Some(match topic.rule {
        // A house full of firms has one address.
        Rule::RelatedParties if topic.about == Link::Address as u64 => return None,
        Rule::SharedDevice | Rule::SharedNetwork => Kind::Place,
        Rule::RelatedParties => Kind::Relation,
        Rule::DepositsTogether => Kind::Money,
        Rule::RegularSpacing | Rule::FixedRatio | Rule::CoverGroup | Rule::IdenticalPrices => Kind::Prices,
        Rule::AlternatingPair => Kind::Turns,
        Rule::WithdrawnTogether => Kind::Leaving,
        _ => return None,
    })
}

pub fn note(lot: &mut Lot, now: &mut Now, topic: Topic, whom: &[Who], shown: Shown) {
    let rule = topic.rule;
    let Some(kind) = kind(topic).filter(|_| whom.len() <= WHOM_MAX) else { return };
    for (at, a) in whom.iter().enumerate() {
        for b in &whom[at + 1..] {
            let pair = (*a.min(b), *a.max(b));
            if let Some(alert) = strengthen(lot, now, pair, (kind, rule == Rule::SharedNetwork), &shown) {
                now.into.push(alert);
            }
        }
    }
}

/// Speaks when the pair's second kind of sign comes, and not again.
fn strengthen(
    lot: &mut Lot,
    now: &Now,
    pair: (Who, Who),
    (kind, slight): (Kind, bool),
    shown: &Shown,
) -> Option<Alert> {
    let paddles = lot.paddles(&[pair.0, pair.1]);
    let (id, signs) = (lot.id, &mut lot.kept.signs.0);
    let Some(known) = signs.iter_mut().find(|sign| sign.pair == pair) else {
        let sign = Sign { pair, kinds: kind as u8, slight, shown: shown.clone() };
        if signs.len() < SIGNS_MAX {
            signs.push(sign);
            return None;
        }
        // A crowd behind one network must not take the places of what says more than a network does.
        let yields = signs.iter().position(|sign| sign.slight).filter(|_| !slight);
        if let Some(place) = yields {
            signs[place] = sign;
        }
        // What found no place, or lost it, says how loud: a network alone makes no lot red.
        let level = if slight || yields.is_some() { Level::Yellow } else { Level::Red };
        lot.spoken(Rule::SignsTogether, level).left_out += 1;
        return None;
    };
    known.slight &= slight;
    if known.kinds.count_ones() != 1 || known.kinds == kind as u8 {
        return None;
    }
    known.kinds |= kind as u8;
    let Shown { evidence, earlier } = known.shown.clone().with(shown.clone());
    let (zh, en) = listed(&paddles);
    Some(Alert {
        rule: Rule::SignsTogether,
        level: Level::Red,
        lot: id,
        n: now.n,
        at_ms: now.at,
        paddles,
        about: 0,
        evidence,
        earlier,
        measured: Measured { found: 2.0, baseline: 1.0, unit: Unit::Count },
        zh: format!("号牌{zh}之间已出现两类不同的异常迹象，请一并核实"),
        en: format!("two different kinds of signs point to paddles {en}; look at them together"),
    })
}
