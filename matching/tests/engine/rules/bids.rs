//! Steps, directions, priority and standing maxima.

use crate::support::{Hall, money, open_terms, refused, sold, steps, with};
use matching::{Command, Direction, Outcome, Paddle, ProxyRule, Refusal, StepKind, UnsoldReason};

fn descending(kind: StepKind) -> Hall {
    Hall::opened(with(|terms| {
        terms.direction = Direction::Descending;
        terms.step = steps(kind, &[(0, 50)]);
        terms.proxy = if kind == StepKind::Own { ProxyRule::None } else { ProxyRule::Step };
    }))
}

fn visible() -> Hall {
    Hall::opened(with(|terms| terms.proxy = ProxyRule::Visible))
}

#[test]
fn the_first_bid_may_equal_the_start_price() {
    assert_eq!(Hall::opened(open_terms()).bid(1, 999).unwrap_err(), Refusal::BelowStart { minimum: money(1_000) });
    assert!(Hall::opened(open_terms()).bid(1, 1_000).is_ok());
}

#[test]
fn at_least_one_step() {
    let mut hall = Hall::opened(open_terms());
    hall.bid(1, 1_000).unwrap();
    assert_eq!(hall.book.minimum(), Some(money(1_050)));
    let refusal = hall.bid(2, 1_049).unwrap_err();
    assert_eq!(refusal, Refusal::BelowStep { price: money(1_000), minimum: money(1_050) });
    assert!(hall.bid(2, 1_051).is_ok());
    assert_eq!(hall.top(), Some((2, 1_051)));
}

#[test]
fn a_whole_multiple_of_the_step_counted_from_the_start_and_then_from_the_price() {
    let mut hall = Hall::opened(with(|terms| terms.step = steps(StepKind::Multiple, &[(0, 50)])));
    assert_eq!(hall.bid(1, 1_025).unwrap_err(), Refusal::NotOnStep { minimum: money(1_000), step: money(50) });
    assert!(hall.bid(1, 1_100).is_ok());
    assert_eq!(refused(hall.bid(2, 1_100)), "BELOW_STEP");
    assert_eq!(hall.bid(2, 1_151).unwrap_err(), Refusal::NotOnStep { minimum: money(1_150), step: money(50) });
    assert!(hall.bid(2, 1_250).is_ok());
}

#[test]
fn the_band_of_the_current_price_gives_the_step() {
    let mut hall = Hall::opened(with(|terms| terms.step = steps(StepKind::AtLeast, &[(1_500, 50), (2_000, 200)])));
    assert_eq!(hall.book.step(), money(50), "below every band the first applies");
    hall.bid(1, 1_999).unwrap();
    assert_eq!(hall.book.minimum(), Some(money(2_049)));
    hall.bid(2, 2_049).unwrap();
    assert_eq!(hall.book.minimum(), Some(money(2_249)));
}

#[test]
fn own_step_a_bidder_improves_only_his_own_bid() {
    let mut hall = descending(StepKind::Own);
    assert_eq!(refused(hall.bid(1, 1_001)), "BELOW_START");
    hall.bid(1, 900).unwrap();
    hall.bid(2, 950).unwrap();
    assert_eq!(hall.top(), Some((1, 900)), "a bid behind the price stands and does not lead");
    assert_eq!(hall.bid(2, 901).unwrap_err(), Refusal::NotImprovingOwn { limit: money(900) });
    hall.bid(2, 900).unwrap();
    assert_eq!(hall.top(), Some((1, 900)), "equal: the first in time");
    hall.bid(1, 850).unwrap();
    assert_eq!(hall.top(), Some((1, 850)), "the leader may improve too");
    assert_eq!(hall.pass(300_000).outcome(), &sold(1, 850));
}

#[test]
fn descending_the_lower_bid_leads() {
    let mut hall = descending(StepKind::AtLeast);
    assert_eq!(refused(hall.bid(1, 1_001)), "BELOW_START");
    hall.bid(1, 1_000).unwrap();
    assert_eq!(hall.book.minimum(), Some(money(950)));
    assert_eq!(refused(hall.bid(2, 951)), "BELOW_STEP");
    hall.leave_max(2, 700).unwrap();
    assert_eq!(hall.top(), Some((2, 950)));
    hall.bid(3, 800).unwrap();
    assert_eq!(hall.top(), Some((2, 750)));
    hall.bid(3, 699).unwrap();
    assert_eq!(hall.top(), Some((3, 699)));
}

#[test]
fn descending_ends_at_zero_and_zero_again_is_no_bid() {
    let mut hall = descending(StepKind::AtLeast);
    hall.bid(1, 30).unwrap();
    hall.bid(2, 0).unwrap();
    let ends = hall.ends();
    assert_eq!(refused(hall.at(5).bid(1, 0)), "BELOW_STEP");
    assert_eq!(hall.ends(), ends);
    let mut own = descending(StepKind::Own);
    own.bid(1, 0).unwrap();
    assert_eq!(refused(own.bid(1, 0)), "NOT_IMPROVING_OWN");
}

#[test]
fn descending_meets_the_reserve_from_above() {
    for (price, outcome) in [(900, sold(1, 900)), (901, Outcome::Unsold { reason: UnsoldReason::BelowReserve })] {
        let mut hall = Hall::opened(with(|terms| {
            terms.direction = Direction::Descending;
            terms.reserve = Some(money(900));
        }));
        hall.bid(1, price).unwrap();
        assert_eq!(hall.pass(300_000).outcome(), &outcome);
    }
}

#[test]
fn the_leader_bids_against_himself_only_where_the_terms_let_him() {
    let mut hall = Hall::opened(open_terms());
    hall.bid(1, 1_000).unwrap();
    assert_eq!(hall.bid(1, 1_100).unwrap_err(), Refusal::AlreadyLeading { price: money(1_000) });
    let mut hall = Hall::opened(with(|terms| terms.self_outbid = true));
    hall.bid(1, 1_000).unwrap();
    hall.bid(1, 1_100).unwrap();
    assert_eq!(hall.top(), Some((1, 1_100)));
}

#[test]
fn a_bid_on_a_price_no_longer_seen_is_refused() {
    let mut hall = Hall::opened(open_terms());
    hall.bid(1, 1_000).unwrap();
    hall.bid(2, 1_100).unwrap();
    let refusal = hall.bid_seeing(3, 2_000, 1_000).unwrap_err();
    assert_eq!(refusal, Refusal::PriceMoved { price: money(1_100), minimum: money(1_150) });
    assert!(hall.bid_seeing(3, 2_000, 1_100).is_ok());
}

// 优先购买权.

fn with_priority() -> Hall {
    let mut hall = Hall::opened(open_terms());
    hall.admit(11, Some(1)).unwrap();
    hall.admit(12, Some(2)).unwrap();
    hall.admit(21, Some(2)).unwrap();
    hall
}

#[test]
fn an_equal_price_of_a_priority_holder_wins() {
    let mut hall = with_priority();
    hall.bid(1, 1_000).unwrap();
    assert_eq!(refused(hall.bid(2, 1_000)), "BELOW_STEP");
    hall.bid(12, 1_000).unwrap();
    assert_eq!(hall.top(), Some((12, 1_000)));
    assert_eq!(refused(hall.bid(21, 1_000)), "BELOW_STEP", "the same rank: the first in time");
    hall.bid(11, 1_000).unwrap();
    assert_eq!(hall.top(), Some((11, 1_000)), "the better rank");
    assert_eq!(refused(hall.bid(12, 1_000)), "BELOW_STEP", "not the worse one");
    hall.bid(1, 1_050).unwrap();
    assert_eq!(hall.top(), Some((1, 1_050)), "unless someone goes higher");
    assert_eq!(hall.pass(300_000).outcome(), &sold(1, 1_050));
}

#[test]
fn a_priority_holder_matches_or_makes_a_step_and_nothing_between() {
    let mut hall = with_priority();
    hall.bid(1, 1_000).unwrap();
    let refusal = hall.bid(11, 1_010).unwrap_err();
    assert_eq!(refusal, Refusal::BelowStep { price: money(1_000), minimum: money(1_050) });
    let refusal = hall.bid(11, 990).unwrap_err();
    assert_eq!(refusal, Refusal::BelowStep { price: money(1_000), minimum: money(1_000) });
    assert!(hall.bid(11, 1_050).is_ok());
}

#[test]
fn a_priority_holder_matches_a_standing_maximum_at_its_very_amount() {
    let mut hall = with_priority();
    hall.leave_max(1, 1_500).unwrap();
    hall.bid(11, 1_000).unwrap();
    assert_eq!(hall.top(), Some((1, 1_050)), "below the maximum he is outbid as anybody");
    hall.leave_max(11, 1_500).unwrap();
    assert_eq!(hall.top(), Some((11, 1_500)));
}

// 委托报价.

#[test]
fn the_first_maximum_bids_the_start_price() {
    let mut hall = Hall::opened(open_terms());
    assert_eq!(refused(hall.leave_max(1, 999)), "BELOW_START");
    hall.leave_max(1, 2_000).unwrap();
    assert_eq!(hall.top(), Some((1, 1_000)));
}

#[test]
fn two_maxima_stand_one_step_above_the_lower() {
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(1, 1_500).unwrap();
    hall.leave_max(2, 2_000).unwrap();
    assert_eq!(hall.top(), Some((2, 1_550)), "the new one is higher");
    hall.leave_max(3, 1_800).unwrap();
    assert_eq!(hall.top(), Some((2, 1_850)), "the old one is higher");
}

#[test]
fn that_step_is_cut_at_the_higher_maximum() {
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(1, 1_500).unwrap();
    hall.leave_max(2, 1_520).unwrap();
    assert_eq!(hall.top(), Some((2, 1_520)));
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(1, 1_520).unwrap();
    hall.leave_max(2, 1_500).unwrap();
    assert_eq!(hall.top(), Some((1, 1_520)));
}

#[test]
fn of_equal_maxima_the_earlier_wins_at_the_full_price() {
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(1, 1_500).unwrap();
    hall.leave_max(2, 1_500).unwrap();
    assert_eq!(hall.top(), Some((1, 1_500)));
    assert_eq!(hall.pass(300_000).outcome(), &sold(1, 1_500));
}

#[test]
fn a_bid_by_hand_beats_a_lower_maximum_at_once() {
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(1, 1_500).unwrap();
    hall.bid(2, 1_501).unwrap();
    assert_eq!(hall.top(), Some((2, 1_501)), "at the price named, not one step above the maximum");
}

#[test]
fn a_bid_by_hand_below_a_maximum_is_answered_in_the_same_breath() {
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(1, 1_500).unwrap();
    assert_eq!(hall.bid(2, 1_200).unwrap().len(), 2);
    assert_eq!(hall.top(), Some((1, 1_250)));
    hall.bid(2, 1_480).unwrap();
    assert_eq!(hall.top(), Some((1, 1_500)), "cut at the maximum");
    assert_eq!(hall.book.bids(), 5);
    assert_eq!(hall.book.seat(Paddle(2)).unwrap().last, Some(money(1_480)));
}

#[test]
fn a_leader_raises_his_maximum_in_silence() {
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(1, 1_500).unwrap();
    let (seq, ends) = (hall.book.seq(), hall.ends());
    hall.at(1_000).leave_max(1, 3_000).unwrap();
    assert_eq!((hall.top(), hall.book.seq(), hall.ends()), (Some((1, 1_000)), seq, ends));
    assert_eq!(hall.leave_max(1, 3_000).unwrap_err(), Refusal::ProxyNotRaised { max: money(3_000) });
    hall.bid(2, 2_000).unwrap();
    assert_eq!(hall.top(), Some((1, 2_050)));
}

#[test]
fn a_leader_by_hand_may_leave_a_maximum_above_his_bid() {
    let mut hall = Hall::opened(open_terms());
    hall.bid(1, 1_200).unwrap();
    assert_eq!(hall.leave_max(1, 1_200).unwrap_err(), Refusal::ProxyNotRaised { max: money(1_200) });
    hall.leave_max(1, 1_201).unwrap();
    assert_eq!(hall.top(), Some((1, 1_200)));
}

#[test]
fn a_raised_maximum_pays_the_rest_of_a_step_cut_short() {
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(1, 1_500).unwrap();
    hall.leave_max(2, 1_520).unwrap();
    hall.leave_max(2, 3_000).unwrap();
    assert_eq!(hall.top(), Some((2, 1_550)));
}

#[test]
fn a_maximum_once_left_is_only_raised() {
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(1, 1_500).unwrap();
    hall.bid(2, 1_600).unwrap();
    assert_eq!(hall.leave_max(1, 1_500).unwrap_err(), Refusal::ProxyNotRaised { max: money(1_500) });
    assert_eq!(refused(hall.leave_max(1, 1_640)), "BELOW_STEP");
    assert!(hall.leave_max(1, 1_650).is_ok());
}

#[test]
fn under_step_a_maximum_must_itself_be_a_next_bid() {
    let mut hall = Hall::opened(with(|terms| terms.step = steps(StepKind::Multiple, &[(0, 50)])));
    assert_eq!(refused(hall.leave_max(1, 1_510)), "NOT_ON_STEP");
    hall.leave_max(1, 1_500).unwrap();
    assert_eq!(refused(hall.leave_max(2, 1_049)), "BELOW_STEP");
    hall.leave_max(2, 1_050).unwrap();
    assert_eq!(hall.top(), Some((1, 1_100)));
}

#[test]
fn under_visible_a_maximum_need_only_reach_the_price() {
    let mut hall = visible();
    assert_eq!(refused(hall.leave_max(1, 999)), "BELOW_START");
    hall.bid(1, 1_000).unwrap();
    assert_eq!(refused(hall.leave_max(2, 999)), "BELOW_STEP");
    hall.leave_max(2, 1_000).unwrap();
    assert_eq!(hall.top(), Some((1, 1_000)), "equal: the earlier");
    hall.leave_max(3, 1_010).unwrap();
    assert_eq!(hall.top(), Some((3, 1_010)), "less than a step, and it leads");
    assert_eq!(refused(hall.bid(2, 1_059)), "BELOW_STEP", "by hand the step holds");
}

#[test]
fn a_maximum_where_none_is_taken() {
    let mut hall = Hall::opened(with(|terms| terms.proxy = ProxyRule::None));
    assert_eq!(refused(hall.leave_max(1, 2_000)), "PROXY_NOT_ALLOWED");
}

#[test]
fn a_leader_leaves_a_maximum_for_nothing_where_no_step_was_cut() {
    let mut hall = Hall::opened(open_terms());
    hall.leave_max(2, 1_500).unwrap();
    hall.bid(1, 1_501).unwrap();
    hall.leave_max(1, 3_000).unwrap();
    assert_eq!(hall.top(), Some((1, 1_501)), "he named 1501 himself and owes no more");
}

#[test]
fn a_raised_maximum_stays_on_the_grid() {
    let mut hall = Hall::opened(with(|terms| terms.step = steps(StepKind::Multiple, &[(0, 50)])));
    hall.leave_max(1, 1_500).unwrap();
    assert_eq!(refused(hall.leave_max(1, 1_510)), "NOT_ON_STEP");
    assert!(hall.leave_max(1, 1_550).is_ok());
}

#[test]
fn a_holders_maximum_matches_instead_of_passing() {
    let mut hall = Hall::announced(open_terms());
    hall.admit(1, Some(1)).unwrap();
    hall.admit(2, None).unwrap();
    hall.ask(Command::Open).unwrap();
    hall.leave_max(1, 2_000).unwrap();
    hall.bid(2, 1_300).unwrap();
    assert_eq!(hall.top(), Some((1, 1_300)), "equal price is his by right");
}
