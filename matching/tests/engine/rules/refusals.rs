//! Every refusal is reached, the first failing check wins, and each has a code and two sentences.

use crate::support::{Hall, ceiling, free, listing, money, refused, steps, with};
use matching::{CeilingThen, Command, Direction, Entry, Extension, Moment, Phase, ProxyRule, Refusal, StepKind};

/// One of each, in the order of the checks, with its code.
fn all() -> [(Refusal, &'static str); 56] {
    let [price, minimum, max, limit, step, ceiling] = [11_101, 22_202, 33_303, 44_404, 55_505, 66_606].map(money);
    let moment = Moment(0);
    [
        (Refusal::KeyReused, "KEY_REUSED"),
        (Refusal::LotClosed, "LOT_CLOSED"),
        (Refusal::LotSuspended, "LOT_SUSPENDED"),
        (Refusal::NotOpenYet, "NOT_OPEN_YET"),
        (Refusal::WrongPhase, "WRONG_PHASE"),
        (Refusal::TooLate { ended_at: moment }, "TOO_LATE"),
        (Refusal::QuoteFrozen, "QUOTE_FROZEN"),
        (Refusal::Paused { until: moment }, "PAUSED"),
        (Refusal::NotAdmitted, "NOT_ADMITTED"),
        (Refusal::Barred, "BARRED"),
        (Refusal::NotInPhase, "NOT_IN_PHASE"),
        (Refusal::NotAsked, "NOT_ASKED"),
        (Refusal::AlreadyAnswered, "ALREADY_ANSWERED"),
        (Refusal::AlreadyLeading { price }, "ALREADY_LEADING"),
        (Refusal::PriceMoved { price, minimum }, "PRICE_MOVED"),
        (Refusal::ProxyNotAllowed, "PROXY_NOT_ALLOWED"),
        (Refusal::ProxyNotRaised { max }, "PROXY_NOT_RAISED"),
        (Refusal::BelowStart { minimum }, "BELOW_START"),
        (Refusal::BelowStep { price, minimum }, "BELOW_STEP"),
        (Refusal::NotImprovingOwn { limit }, "NOT_IMPROVING_OWN"),
        (Refusal::NotOnStep { minimum, step }, "NOT_ON_STEP"),
        (Refusal::AboveCeiling { ceiling }, "ABOVE_CEILING"),
        (Refusal::WrongOffer, "WRONG_OFFER"),
        (Refusal::PriceNotShown { price }, "PRICE_NOT_SHOWN"),
        (Refusal::OutsideBand { low: limit, high: ceiling }, "OUTSIDE_BAND"),
        (Refusal::PriceTaken, "PRICE_TAKEN"),
        (Refusal::ChangesSpent { max: 3 }, "CHANGES_SPENT"),
        (Refusal::NotYourTurn, "NOT_YOUR_TURN"),
        (Refusal::BelowQuantity { min: 3 }, "BELOW_QUANTITY"),
        (Refusal::NotWholeLots { unit: 3 }, "NOT_WHOLE_LOTS"),
        (Refusal::AboveQuantity { max: 3 }, "ABOVE_QUANTITY"),
        (Refusal::OrdersSpent { max: 3 }, "ORDERS_SPENT"),
        (Refusal::NoSuchOrder, "NO_SUCH_ORDER"),
        (Refusal::SelfTrade, "SELF_TRADE"),
        (Refusal::ActivityExceeded { max: 3 }, "ACTIVITY_EXCEEDED"),
        (Refusal::BelowScore { least: 3 }, "BELOW_SCORE"),
        (Refusal::NotCommitted, "NOT_COMMITTED"),
        (Refusal::AlreadyGiven, "ALREADY_GIVEN"),
        (Refusal::SeedTooLong { max: 3 }, "SEED_TOO_LONG"),
        (Refusal::SeedMismatch, "SEED_MISMATCH"),
        (Refusal::TooEarly { from: moment }, "TOO_EARLY"),
        (Refusal::NoSuchOffer, "NO_SUCH_OFFER"),
        (Refusal::PointsOutOfRange { max: 3 }, "POINTS_OUT_OF_RANGE"),
        (Refusal::NoReserveAsked, "NO_RESERVE_ASKED"),
        (Refusal::ReserveClosed { from: moment, until: moment }, "RESERVE_CLOSED"),
        (Refusal::ReserveEntered, "RESERVE_ENTERED"),
        (Refusal::ReserveBelowStart { start: minimum }, "RESERVE_BELOW_START"),
        (Refusal::NoSuchPaddle, "NO_SUCH_PADDLE"),
        (Refusal::AlreadyBarred, "ALREADY_BARRED"),
        (Refusal::PaddleTaken, "PADDLE_TAKEN"),
        (Refusal::AlreadyOpen, "ALREADY_OPEN"),
        (Refusal::OpensLater { opens_at: moment }, "OPENS_LATER"),
        (Refusal::AlreadySuspended, "ALREADY_SUSPENDED"),
        (Refusal::NotSuspended, "NOT_SUSPENDED"),
        (Refusal::ResumeTooSoon { earliest: moment }, "RESUME_TOO_SOON"),
        (Refusal::ResumePastStop { stop: moment }, "RESUME_PAST_STOP"),
    ]
}

#[test]
fn codes_are_what_they_always_were() {
    for (refusal, code) in all() {
        assert_eq!(refusal.code(), code);
    }
    let mut codes = all().map(|(_, code)| code);
    codes.sort_unstable();
    assert!(codes.windows(2).all(|pair| pair[0] != pair[1]), "no code twice");
}

#[test]
fn every_refusal_says_what_to_do_next_in_both_languages() {
    for (refusal, code) in all() {
        for direction in [Direction::Ascending, Direction::Descending] {
            for sentence in [refusal.zh(2, direction), refusal.en(2, direction)] {
                assert!(!sentence.trim().is_empty(), "{code}");
                assert!(!sentence.ends_with(['.', '。']), "{code}: {sentence}");
                for amount in [refusal.minimum(), refusal.limit()].into_iter().flatten() {
                    let amount = amount.to_decimal(2).to_string();
                    assert!(sentence.contains(&amount), "{code}: {sentence}: {amount}");
                }
            }
        }
        assert!(refusal.en(2, Direction::Ascending).is_ascii(), "{code}");
        assert!(!refusal.zh(2, Direction::Ascending).is_ascii(), "{code}");
    }
}

#[test]
fn a_descending_sale_says_at_most() {
    let refusal = Refusal::BelowStep { price: money(1_000), minimum: money(950) };
    assert!(refusal.en(0, Direction::Descending).contains("at most 950"));
    assert!(refusal.en(0, Direction::Ascending).contains("at least 950"));
    assert!(refusal.zh(0, Direction::Descending).contains("最高可报950元"));
    assert!(refusal.zh(2, Direction::Ascending).contains("最低可报9.50元"));
}

#[test]
fn the_minimum_a_refusal_names_would_be_taken() {
    let low: [fn(&mut Hall) -> Refusal; 4] = [
        |hall| hall.bid(3, 1).unwrap_err(),
        |hall| hall.bid(3, 1_049).unwrap_err(),
        |hall| hall.bid(3, 1_051).unwrap_err(),
        |hall| hall.bid_seeing(3, 5_000, 7).unwrap_err(),
    ];
    for refuse in low {
        let mut hall = Hall::opened(with(|terms| terms.step = steps(StepKind::Multiple, &[(0, 50)])));
        hall.bid(1, 1_000).unwrap();
        let minimum = refuse(&mut hall).minimum().expect("it names one");
        assert!(hall.bid(3, minimum.minor()).is_ok());
    }
}

#[test]
fn a_bid_the_first_failing_check_wins() {
    // One bid that breaks every rule; each line mends the rule named before it.
    let mut hall = Hall::announced(with(|terms| {
        terms.ceiling = ceiling(1_530, CeilingThen::HandOver);
        terms.step = steps(StepKind::Multiple, &[(0, 50)]);
        terms.phases = vec![
            free(10_000, 1_000, Extension::None),
            Phase::Inquiry { length_ms: 1_000, entrants_min: 0, quoted_min: None },
            Phase::Timed {
                period_ms: 5_000,
                extension: Extension::RestartPaused { period_ms: 5_000, pause_ms: 100, hard_stop_at: None },
                entry: Entry::Quoted,
                step: None,
            },
        ];
    }));
    hall.admit(1, None).unwrap();
    hall.admit(2, None).unwrap();
    assert_eq!(refused(hall.bid(9, 1)), "NOT_OPEN_YET");
    hall.ask(Command::Open).unwrap();
    assert_eq!(refused(hall.at(-1).bid(9, 1)), "NOT_OPEN_YET");
    assert_eq!(refused(hall.at(9_500).bid(9, 1)), "QUOTE_FROZEN");
    assert_eq!(refused(hall.at(10_000).bid(9, 1)), "TOO_LATE", "late before frozen");
    hall.at(1).bid(1, 1_000).unwrap();
    hall.at(2).bid(2, 1_050).unwrap();
    assert_eq!(refused(hall.pass(10_000).bid(9, 1)), "WRONG_PHASE");
    hall.pass(11_000).bid(1, 1_100).unwrap();
    assert_eq!(refused(hall.at(11_099).bid(9, 1)), "PAUSED");
    hall.admit(3, None).unwrap();
    hall.at(11_100);
    assert_eq!(refused(hall.bid(9, 1)), "NOT_ADMITTED", "the moment before the bidder");
    assert_eq!(refused(hall.bid_seeing(3, 1, 7)), "NOT_IN_PHASE");
    assert_eq!(refused(hall.bid_seeing(1, 1, 7)), "ALREADY_LEADING");
    assert_eq!(refused(hall.bid_seeing(2, 1, 7)), "PRICE_MOVED", "the bidder before the price");
    assert_eq!(refused(hall.bid(2, 1_149)), "BELOW_STEP");
    assert_eq!(refused(hall.bid(2, 1_599)), "NOT_ON_STEP");
    assert_eq!(refused(hall.bid(2, 1_600)), "ABOVE_CEILING", "the price before the ceiling");
    hall.suspend().unwrap();
    assert_eq!(refused(hall.at(99_999).bid(9, 1)), "LOT_SUSPENDED", "the lot before the moment");
    hall.terminate().unwrap();
    assert_eq!(refused(hall.bid(9, 1)), "LOT_CLOSED");
}

#[test]
fn a_maximum_the_first_failing_check_wins() {
    let mut hall = Hall::opened(with(|terms| terms.ceiling = ceiling(3_000, CeilingThen::HandOver)));
    assert_eq!(refused(hall.at(300_000).leave_max(9, 1)), "TOO_LATE");
    assert_eq!(refused(hall.at(0).leave_max(9, 1)), "NOT_ADMITTED");
    assert_eq!(refused(hall.leave_max(1, 999)), "BELOW_START");
    hall.leave_max(1, 2_000).unwrap();
    assert_eq!(refused(hall.leave_max(1, 2_000)), "PROXY_NOT_RAISED");
    assert_eq!(refused(hall.leave_max(2, 1_049)), "BELOW_STEP");
    assert_eq!(refused(hall.leave_max(2, 3_001)), "ABOVE_CEILING");
    let mut hall = Hall::opened(with(|terms| terms.proxy = ProxyRule::None));
    assert_eq!(refused(hall.leave_max(9, 1)), "NOT_ADMITTED", "the bidder before the rule");
    assert_eq!(refused(hall.leave_max(1, 1)), "PROXY_NOT_ALLOWED");
}

#[test]
fn an_answer_the_first_failing_check_wins() {
    let mut hall = Hall::announced(listing(
        vec![Phase::Inquiry { length_ms: 1_000, entrants_min: 0, quoted_min: None }],
        Entry::Quoted,
    ));
    assert_eq!(refused(hall.answer(9, true)), "NOT_OPEN_YET");
    hall.admit(1, None).unwrap();
    hall.admit(2, None).unwrap();
    hall.ask(Command::Open).unwrap();
    hall.bid(2, 1_000).unwrap();
    assert_eq!(refused(hall.answer(9, true)), "NOT_ADMITTED");
    assert_eq!(refused(hall.answer(1, true)), "NOT_ASKED");
    hall.pass(100_000);
    assert_eq!(refused(hall.at(101_000).answer(9, true)), "TOO_LATE");
    hall.pass(101_000);
    assert_eq!(refused(hall.answer(1, true)), "NOT_IN_PHASE", "he quoted nothing");
    hall.suspend().unwrap();
    assert_eq!(refused(hall.answer(9, true)), "LOT_SUSPENDED");
    hall.terminate().unwrap();
    assert_eq!(refused(hall.answer(9, true)), "LOT_CLOSED");
}

#[test]
fn own_steps_have_their_own_refusal() {
    let mut hall = Hall::opened(with(|terms| {
        terms.proxy = ProxyRule::None;
        terms.step = steps(StepKind::Own, &[(0, 50)]);
        terms.ceiling = ceiling(2_000, CeilingThen::HandOver);
    }));
    assert_eq!(refused(hall.bid(1, 999)), "BELOW_START");
    hall.bid(1, 1_000).unwrap();
    assert_eq!(hall.bid(1, 1_049).unwrap_err(), Refusal::NotImprovingOwn { limit: money(1_050) });
    assert_eq!(refused(hall.bid(1, 2_001)), "ABOVE_CEILING");
    assert_eq!(hall.book.minimum(), Some(money(1_000)), "who has not bid yet starts at the start");
}
