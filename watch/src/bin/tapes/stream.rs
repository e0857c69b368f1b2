//! A long mixed stream over many lots at once, from a seed: for what a look costs, and for catching up.

use screens::chance::Chance;
use uuid::Uuid;
use watch::{Facts, Terms, What};

const PADDLES: usize = 12;
const STEP: i64 = 1_000;
const START: i64 = 1_000_000;

struct Room {
    lot: Uuid,
    price: i64,
    leader: u32,
}

/// `count` facts over `lots` live lots. Of a hundred facts, `busy` are of the one lot in a hundred that is busy; at 0
/// each lot is as likely to be next as any other, the worst case for memory. Now and then a lot closes and another
/// begins.
pub fn mixed(seed: u64, lots: usize, count: usize, busy: i64) -> Vec<Facts> {
    let mut chance = Chance(seed);
    let mut facts = Vec::with_capacity(count);
    let mut rooms: Vec<Room> = Vec::new();
    let (mut at, mut opened) = (0, 0u128);
    while facts.len() < count {
        at += chance.between((1, 40));
        if rooms.len() < lots {
            opened += 1;
            let lot = Uuid::from_u128((u128::from(chance.draw()) << 64) | opened);
            rooms.push(Room { lot, price: START, leader: 0 });
            begin(&mut facts, &mut chance, lot, at);
            continue;
        }
        let among = if chance.percent(busy) { lots.div_ceil(100) } else { rooms.len() };
        let next = chance.below(among);
        let n = facts.len() as u64;
        let room = &mut rooms[next];
        let paddle = 1 + chance.below(PADDLES) as u32;
        let (device, network) = traces(&mut chance, room.lot, paddle);
        let what = match chance.below(2_000) {
            0 => What::Closed { winner: Some(room.leader), price_minor: Some(room.price), reserve_minor: None },
            1..=60 => What::Refused { paddle, device, network },
            61..=64 => What::Withdrawn { paddle },
            65..=160 => What::EndsAt(at + 300_000),
            _ => {
                room.price += STEP * chance.between((1, 3));
                room.leader = paddle;
                let by_proxy = chance.percent(20);
                What::Bid { paddle, amount_minor: room.price, leads: true, by_proxy, device, network }
            }
        };
        let closed = matches!(what, What::Closed { .. });
        facts.push(Facts { lot: room.lot, n, at_ms: at, what });
        if closed {
            rooms.swap_remove(next);
        }
    }
    facts.truncate(count);
    facts
}

fn begin(facts: &mut Vec<Facts>, chance: &mut Chance, lot: Uuid, at: i64) {
    let terms = Terms {
        rising: true,
        start_minor: START,
        step_minor: STEP,
        reserve_known: false,
        grantor: Some(chance.below(40) as u64),
        center: Uuid::from_u128(chance.below(10) as u128),
        ends_at_ms: Some(at + 100_000_000),
        sealed: false,
        period_min_ms: None,
        stamp_ms: 1,
    };
    let mut say = |what| facts.push(Facts { lot, n: facts.len() as u64, at_ms: at, what });
    say(What::Published(terms));
    for paddle in 1..=PADDLES as u32 {
        say(What::Seated { paddle, account: Uuid::from_u128(chance.below(50_000) as u128 + 1) });
        let payer = chance.below(200_000) as u64;
        say(What::Deposit {
            paddle,
            payer,
            branch: Some(chance.below(30) as u64),
            paid_at_ms: at,
            credit: None,
            counted: true,
        });
    }
}

/// A paddle's own device and network, and seldom another's.
fn traces(chance: &mut Chance, lot: Uuid, paddle: u32) -> (Option<u64>, Option<u64>) {
    let whose = if chance.below(20_000) == 0 { paddle % PADDLES as u32 + 1 } else { paddle };
    let trace = Chance(lot.as_u128() as u64 ^ (u64::from(whose) << 40)).draw() | 1;
    (Some(trace), Some(trace.rotate_left(17) | 1))
}
