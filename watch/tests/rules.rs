//! Each rule speaks on its small story and keeps silent on the honest one beside it.

mod told;

use told::Story;
use watch::{Level, Link, Rule, What};

#[test]
fn two_paddles_on_one_device_are_asked_about_once() {
    let mut story = Story::sale();
    story.from(1, 100_000, Some(7), Some(1)).from(2, 101_000, Some(7), Some(2)).from(1, 102_000, Some(7), Some(1));
    assert_eq!(story.said(), [(Rule::SharedDevice, Level::Yellow, vec![1, 2])]);
    assert_eq!(story.alerts()[0].evidence, [1, 2]);
    let mut honest = Story::sale();
    honest.from(1, 100_000, Some(7), Some(1)).from(2, 101_000, Some(8), Some(2));
    assert_eq!(honest.said(), []);
}

#[test]
fn one_network_is_no_proof_alone_and_is_one_with_another_sign() {
    let mut story = Story::sale();
    story.from(1, 100_000, Some(1), Some(9)).from(2, 101_000, Some(2), Some(9));
    assert_eq!(story.said(), [(Rule::SharedNetwork, Level::Yellow, vec![1, 2])]);
    assert!(story.alerts()[0].zh.contains("不能说明问题") && story.alerts()[0].en.contains("proves nothing"));
    let (a, b) = (story.account(1), story.account(2));
    story.tell(What::Related { a, b, link: Link::Shareholding, records: None });
    let both = [Rule::SharedNetwork, Rule::RelatedParties, Rule::SignsTogether];
    assert_eq!(story.rules(), both);
    assert_eq!(story.alerts()[2].level, Level::Red);
}

#[test]
fn a_device_and_a_network_say_one_thing_and_another_kind_beside_them_makes_it_red() {
    let mut story = Story::sale();
    story.from(1, 100_000, Some(7), Some(9)).from(2, 101_000, Some(7), Some(9));
    let place = [Rule::SharedDevice, Rule::SharedNetwork];
    assert!(story.rules() == place && story.alerts().iter().all(|alert| alert.level == Level::Yellow));
    let (a, b) = (story.account(1), story.account(2));
    story.tell(What::Related { a, b, link: Link::Contact, records: None });
    assert_eq!(story.said().last(), Some(&(Rule::SignsTogether, Level::Red, vec![1, 2])));
}

/// A hall behind one carrier's address, or behind a proxy that tells no addresses.
#[test]
fn any_two_on_one_device_have_that_sign_against_them_though_each_is_told_beside_the_first() {
    let mut story = Story::sale();
    for (at, paddle) in [1, 2, 3].into_iter().enumerate() {
        story.from(paddle, told::START + at as i64 * told::STEP, Some(7), None);
    }
    let shared = |whom: &[u32]| (Rule::SharedDevice, Level::Yellow, whom.to_vec());
    assert_eq!(story.said(), [shared(&[1, 2]), shared(&[1, 3])]);
    let (a, b) = (story.account(2), story.account(3));
    story.tell(What::Related { a, b, link: Link::Shareholding, records: None });
    assert_eq!(story.said().last(), Some(&(Rule::SignsTogether, Level::Red, vec![2, 3])));
    assert_eq!(story.alerts().last().map(|alert| alert.evidence.clone()), Some(vec![1, 2, 3]));
}

/// What the watch says it did not look at, by the bound.
fn bounds(story: &Story) -> Vec<f64> {
    story.alerts().iter().filter(|alert| alert.rule == Rule::LeftOut).map(|alert| alert.measured.baseline).collect()
}

#[test]
fn a_bound_that_keeps_a_rule_from_looking_is_told() {
    let mut traces = Story::sale();
    for device in 1..=300 {
        traces.sit(1).tell(What::Refused { paddle: 1, device: Some(device), network: None });
    }
    assert_eq!(bounds(&traces), [255.0]);
    // Others still have their places.
    traces.from(2, told::START, Some(1_000), None).from(3, told::START + told::STEP, Some(1_000), None);
    assert_eq!(traces.said().last(), Some(&(Rule::SharedDevice, Level::Yellow, vec![2, 3])));
    for (offers, told) in [(32, vec![]), (33, vec![32.0]), (257, vec![256.0, 32.0])] {
        let mut sealed = Story::on(watch::Terms { sealed: true, ..told::terms() });
        for paddle in 1..=offers {
            sealed.sit(paddle);
        }
        for paddle in 1..=offers {
            // Nothing regular in them.
            let amount_minor = told::START + i64::from(paddle).pow(3) * 7_919 % 1_000_003;
            sealed.tell(What::Opened { paddle, amount_minor });
        }
        sealed.close(1, told::START, None);
        assert_eq!(bounds(&sealed), told, "{offers} offers");
    }
    let mut related = Story::sale();
    let a = related.account(1);
    for other in 2..=257 {
        let b = related.account(other);
        related.tell(What::Related { a, b, link: Link::Contact, records: None });
    }
    related.sit(1).sit(2);
    assert_eq!(bounds(&related), [256.0]);
    let mut crowd = Story::sale();
    crowd.tell(What::Crowded).tell(What::Crowded);
    assert_eq!(bounds(&crowd), [256.0]);
}

#[test]
fn a_crowd_on_one_network_is_told_in_few_words_and_hides_no_red_one() {
    let mut story = Story::sale();
    for paddle in 1..=300 {
        story.from(paddle, 100_000 + i64::from(paddle) * 1_000, None, Some(9));
    }
    let networks: Vec<_> = story.alerts().iter().filter(|alert| alert.rule == Rule::SharedNetwork).collect();
    let crowds: Vec<usize> = networks.iter().map(|alert| alert.paddles.len()).collect();
    assert_eq!(crowds, [2, 2, 2, 2, 2, 7, 14, 28, 56, 112]);
    assert!(networks[5].zh.contains("7个号牌") && networks[9].en.contains("112 paddles and more"));
    // Two of the crowd hang together otherwise: that is seen.
    let (a, b) = (story.account(1), story.account(2));
    story.tell(What::Related { a, b, link: Link::Shareholding, records: None });
    assert!(story.rules().ends_with(&[Rule::RelatedParties, Rule::SignsTogether]), "{:?}", story.rules());
    // And what comes at the close is said.
    let paid =
        |paddle, payer| What::Deposit { paddle, payer, branch: None, paid_at_ms: 0, credit: None, counted: true };
    story.tell(paid(1, 77)).tell(paid(2, 77));
    assert_eq!(story.said().last(), Some(&(Rule::SharedPayer, Level::Red, vec![1, 2])));
}

#[test]
fn what_goes_over_a_rules_bound_is_counted_and_told_and_takes_no_other_rules_place() {
    let mut story = Story::sale();
    let most = watch::bounds::SPOKEN_MAX as u32;
    // A ring that floods one rule: two paddles on each network, each network new.
    for pair in 0..most + 40 {
        let (a, b, network) = (2 * pair + 1, 2 * pair + 2, Some(u64::from(pair) + 1));
        story.from(a, 100_000 + i64::from(a) * 1_000, None, network);
        story.from(b, 100_000 + i64::from(b) * 1_000, None, network);
    }
    let count = |story: &Story, rule| story.rules().iter().filter(|said| **said == rule).count();
    assert_eq!((count(&story, Rule::SharedNetwork), count(&story, Rule::LeftOut)), (most as usize, 1));
    // Other rules are heard, red words too, and so is a second sign about a pair whose first came late.
    story.from(901, 2_000_000, Some(5), None).from(902, 2_001_000, Some(5), None);
    assert_eq!(story.said().last(), Some(&(Rule::SharedDevice, Level::Yellow, vec![901, 902])));
    // Beside hundreds of networks a device finds a place among the signs.
    let (a, b) = (story.account(901), story.account(902));
    story.tell(What::Related { a, b, link: Link::Contact, records: None });
    assert_eq!(story.said().last(), Some(&(Rule::SignsTogether, Level::Red, vec![901, 902])));
    // And money does.
    let paid =
        |paddle, payer| What::Deposit { paddle, payer, branch: Some(3), paid_at_ms: 0, credit: None, counted: true };
    story.sit(911).sit(912).tell(paid(911, 5)).tell(paid(913, 6)).tell(paid(912, 5));
    assert!(story.said().contains(&(Rule::SharedPayer, Level::Red, vec![911, 912])));
    let (a, b) = (story.account(911), story.account(912));
    story.tell(What::Related { a, b, link: Link::Shareholding, records: None });
    assert_eq!(story.said().last(), Some(&(Rule::SignsTogether, Level::Red, vec![911, 912])));
    // Forty networks unsaid, and four signs that gave way.
    story.close(902, 2_001_000, None);
    let last = story.alerts().last().expect("an alert");
    assert_eq!((last.rule, last.measured.found), (Rule::LeftOut, 44.0));
    assert!(last.zh.contains("另有44条") && last.en.starts_with("44 more signs"), "{} {}", last.zh, last.en);
}

#[test]
fn what_could_not_be_asked_is_told() {
    let mut story = Story::sale();
    story.sit(1).tell(What::Unanswered { paddle: Some(1) }).tell(What::Unanswered { paddle: Some(1) });
    story.tell(What::Unanswered { paddle: None });
    assert_eq!(story.said(), [(Rule::NotAnswered, Level::Yellow, vec![1]), (Rule::NotAnswered, Level::Yellow, vec![])]);
}

#[test]
fn deposits_from_one_account_are_deemed_collusion() {
    let paid =
        |paddle, payer| What::Deposit { paddle, payer, branch: None, paid_at_ms: 0, credit: None, counted: true };
    let mut story = Story::sale();
    story.sit(1).sit(2).tell(paid(1, 77)).tell(paid(2, 77)).tell(paid(2, 77));
    assert_eq!(story.said(), [(Rule::SharedPayer, Level::Red, vec![1, 2])]);
    let mut honest = Story::sale();
    honest.sit(1).sit(2).tell(paid(1, 77)).tell(paid(1, 77)).tell(paid(2, 78));
    assert_eq!(honest.said(), []);
}

#[test]
fn deposits_at_one_branch_within_minutes_are_asked_about() {
    let paid = |paddle: u32, minute: i64| What::Deposit {
        paddle,
        payer: u64::from(paddle),
        branch: Some(5),
        paid_at_ms: minute * 60_000,
        credit: None,
        counted: true,
    };
    let mut story = Story::sale();
    story.tell(paid(1, 0)).tell(paid(2, 4)).tell(paid(3, 8));
    assert_eq!(story.said(), [(Rule::DepositsTogether, Level::Yellow, vec![1, 2, 3])]);
    let mut honest = Story::sale();
    honest.tell(paid(1, 0)).tell(paid(2, 90)).tell(paid(3, 180));
    assert_eq!(honest.said(), []);
}

#[test]
fn links_on_the_register_are_seen_whichever_comes_first() {
    let mut before = Story::sale();
    let (a, b) = (before.account(1), before.account(2));
    before.tell(What::Related { a, b, link: Link::Control, records: None }).sit(1).sit(2);
    let mut after = Story::sale();
    after.sit(2).sit(1).tell(What::Related { a, b, link: Link::Control, records: None });
    for story in [before, after] {
        assert_eq!(story.said(), [(Rule::RelatedParties, Level::Red, vec![1, 2])]);
    }
    let mut staff = Story::sale();
    staff.tell(What::Related { a, b: staff.account(99), link: Link::Staff, records: None }).sit(1);
    assert_eq!(staff.said(), [(Rule::StaffBidding, Level::Yellow, vec![1])]);
    let mut elsewhere = Story::sale();
    elsewhere.tell(What::Related { a, b: staff.account(98), link: Link::StaffPerson, records: None }).sit(1);
    assert_eq!(elsewhere.said(), [], "of another center's staff");
    let mut apart = Story::sale();
    apart.tell(What::Related { a, b, link: Link::Control, records: None }).sit(1).lot(told::terms()).sit(2);
    assert_eq!(apart.said(), []);
}

#[test]
fn what_the_register_says_no_longer_is_forgotten_and_each_relation_is_told_for_itself() {
    let mut story = Story::sale();
    let (a, b) = (story.account(1), story.account(2));
    let told = |link| What::Related { a, b, link, records: None };
    story.sit(1).sit(2).tell(told(Link::Address)).tell(told(Link::SameShareholder)).tell(told(Link::SameHead));
    let levels: Vec<Level> = story.said().iter().map(|(_, level, _)| *level).collect();
    assert_eq!(levels, [Level::Yellow, Level::Yellow, Level::Red]);
    let about: std::collections::BTreeSet<u64> = story.alerts().iter().map(|alert| alert.about).collect();
    assert_eq!(about.len(), 3);
    story.tell(What::Unlinked { account: a }).lot(told::terms()).sit(1).sit(2);
    assert_eq!(story.said().len(), 3, "{:?}", story.said());
    // One address is no sign to be added to another.
    let mut offices = Story::sale();
    offices
        .from(1, told::START, None, Some(9))
        .from(2, told::START + told::STEP, None, Some(9))
        .tell(told(Link::Address));
    assert_eq!(offices.rules(), [Rule::SharedNetwork, Rule::RelatedParties]);
}

/// Bids by hand of whoever comes next in `paddles`, `ms` apart.
fn turns(story: &mut Story, paddles: &[u32], count: usize, ms: impl Fn(usize) -> i64) {
    for turn in 0..count {
        let amount = told::START + turn as i64 * told::STEP;
        story.bid(ms(turn), paddles[turn % paddles.len()], amount);
    }
}

/// Minutes, as uneven as people are.
fn uneven(turn: usize) -> i64 {
    [70_000, 190_000, 45_000, 300_000, 110_000][turn % 5]
}

#[test]
fn two_who_take_turns_alone_are_asked_about_and_three_are_not() {
    let mut story = Story::sale();
    turns(&mut story, &[1, 2], 12, uneven);
    assert_eq!(story.said(), [(Rule::AlternatingPair, Level::Yellow, vec![1, 2])]);
    assert_eq!(story.alerts()[0].evidence.len(), 12);
    turns(&mut story, &[1, 2], 60, uneven);
    let of_turns = story.alerts().iter().filter(|alert| alert.rule == Rule::AlternatingPair);
    let found: Vec<f64> = of_turns.map(|alert| alert.measured.found).collect();
    assert_eq!(found, [12.0, 24.0, 48.0], "how long it has gone on by then");
    let mut three = Story::sale();
    turns(&mut three, &[1, 2, 3], 40, uneven);
    assert!(!three.rules().contains(&Rule::AlternatingPair));
    let mut maxima = Story::sale();
    for turn in 0..30 {
        maxima.bid(uneven(turn), 1, told::START + 2 * turn as i64 * told::STEP);
        maxima.proxy(0, 2, told::START + (2 * turn as i64 + 1) * told::STEP);
    }
    assert!(!maxima.rules().contains(&Rule::AlternatingPair), "{:?}", maxima.said());
}

/// Paddle 2 takes the lead back from one rival and the other.
const RETAKEN: [u32; 4] = [1, 2, 3, 2];

#[test]
fn answers_faster_or_more_even_than_a_persons_are_asked_about() {
    let fast = |turn: usize| if turn % 2 == 1 { 200 } else { uneven(turn) };
    let mut story = Story::sale();
    turns(&mut story, &RETAKEN, 15, fast);
    assert_eq!(story.said(), [(Rule::MachineSpeed, Level::Yellow, vec![2])]);
    let even = |turn: usize| if turn % 2 == 1 { 5_000 + turn as i64 * 7 } else { uneven(turn) };
    let mut story = Story::sale();
    turns(&mut story, &RETAKEN, 24, even);
    assert_eq!(story.said(), [(Rule::MachineSpeed, Level::Yellow, vec![2])]);
    let mut coarse = Story::on(watch::Terms { stamp_ms: 1_000, ..told::terms() });
    turns(&mut coarse, &RETAKEN, 15, fast);
    assert_eq!(coarse.said(), []);
    let mut people = Story::sale();
    turns(&mut people, &[1, 2, 3], 40, uneven);
    assert!(!people.rules().contains(&Rule::MachineSpeed));
}

#[test]
fn a_full_hall_is_no_machine_and_a_bot_in_it_is_one() {
    // Twenty people, each some four seconds after his last bid: somebody bids every fifth of a second.
    let hall = |bot: bool| {
        let mut story = Story::sale();
        let mut chance = screens::chance::Chance(7);
        let mut wait = || (-4_000.0 * (1.0 - chance.share()).ln()) as i64;
        let mut due: Vec<i64> = (0..20).map(|_| wait()).collect();
        let mut price = told::START;
        for _ in 0..2_000 {
            let next = (0..20).min_by_key(|paddle| due[*paddle]).expect("twenty");
            price += told::STEP;
            story.bid((due[next] - story.at).max(0), next as u32 + 1, price);
            due[next] = story.at + wait();
            if bot {
                price += told::STEP;
                story.bid(100, 99, price);
            }
        }
        let whom = story.said().into_iter().filter(|(rule, ..)| *rule == Rule::MachineSpeed);
        whom.map(|(_, _, paddles)| paddles).collect::<Vec<_>>()
    };
    assert_eq!(hall(false), Vec::<Vec<u32>>::new());
    assert_eq!(hall(true), [vec![99]]);
}

#[test]
fn who_waits_for_the_last_second_of_the_clock_is_no_machine() {
    let mut story = Story::sale();
    for turn in 0..30 {
        let at = story.at;
        story.tell(What::EndsAt(at + 60_000 + 300_000));
        let amount = told::START + turn * told::STEP;
        story.bid(296_000 + turn % 3 * 500, [1, 2, 3][turn as usize % 3], amount);
    }
    assert_eq!(story.said(), []);
}

#[test]
fn a_lot_that_turns_quick_by_one_pair_well_before_its_end_is_asked_about() {
    let quick = |turn: usize| if turn < 20 { 20 * uneven(turn) } else { 2_000 + 900 * (turn as i64 % 4) };
    let story = |end: i64| {
        let mut story = Story::on(watch::Terms { ends_at_ms: Some(end), ..told::terms() });
        turns(&mut story, &[1, 2, 3], 20, quick);
        for turn in 20..40 {
            story.bid(quick(turn), 1 + turn as u32 % 2, told::START + turn as i64 * told::STEP);
        }
        story
    };
    let early = story(1_000_000_000);
    assert!(early.said().contains(&(Rule::TempoChange, Level::Yellow, vec![1, 2])), "{:?}", early.said());
    // A phase of minutes after weeks of notice has its own beginning, and its own tempo.
    let mut phase = Story::on(watch::Terms { ends_at_ms: Some(1_000_000_000), ..told::terms() });
    phase.after(1_000_000_000 - 190_000_000, What::Began);
    turns(&mut phase, &[1, 2, 3], 20, quick);
    for turn in 20..40 {
        phase.bid(quick(turn), 1 + turn as u32 % 2, told::START + turn as i64 * told::STEP);
    }
    assert!(phase.rules().contains(&Rule::TempoChange), "{:?}", phase.said());
    // Each bid gives five minutes: what comes well within them is not the end's haste, and the days before set no tempo.
    let extending = |gap: fn(usize) -> i64| {
        let mut story = Story::on(watch::Terms { ends_at_ms: Some(200_000_000), ..told::terms() });
        turns(&mut story, &[1, 2, 3], 20, |turn| 60 * uneven(turn));
        for turn in 20..70 {
            let paddle = if turn < 45 { 1 + turn as u32 % 3 } else { 1 + turn as u32 % 2 };
            story.bid(gap(turn), paddle, told::START + turn as i64 * told::STEP);
            story.after(0, What::EndsAt(story.at + 300_000));
        }
        story.rules().contains(&Rule::TempoChange)
    };
    assert!(extending(|turn| if turn < 45 { uneven(turn) } else { 2_000 + 900 * (turn as i64 % 4) }));
    assert!(!extending(uneven));
    // The same haste near the end is what everybody does.
    let late = story(early.at + 60_000);
    assert!(!late.rules().contains(&Rule::TempoChange));
}

/// A lot in which paddle 1 raises by one step `raises` times and another, by more, takes it.
fn raised(story: &mut Story, raises: i64, one_step: bool, wins: bool) {
    for turn in 0..raises {
        let price = told::START + turn * 10 * told::STEP;
        let other = 10 + (turn % 2) as u32;
        story.bid(uneven(turn as usize), other, price);
        story.bid(uneven(turn as usize + 1), 1, price + if one_step { 1 } else { 4 } * told::STEP);
    }
    let last = told::START + raises * 10 * told::STEP;
    if wins {
        story.close(1, last, None);
    } else {
        story.bid(90_000, 10, last).close(10, last, None);
    }
}

#[test]
fn one_step_in_every_lot_and_no_win_is_asked_about() {
    let run = |one_step: bool, wins: bool| {
        let mut story = Story::sale();
        for lot in 0..4 {
            if lot > 0 {
                story.lot(watch::Terms { grantor: None, ..told::terms() });
            }
            raised(&mut story, 3, one_step, wins && lot == 2);
        }
        story.rules().contains(&Rule::OneStepNeverWins)
    };
    assert!(run(true, false));
    assert!(!run(false, false));
    assert!(!run(true, true));
}

#[test]
fn raising_for_one_grantor_among_many_without_a_win_is_asked_about() {
    let run = |own: fn(u64) -> u64, wins: bool| {
        let mut story = Story::on(watch::Terms { grantor: Some(500), ..told::terms() });
        for lot in 0..40u64 {
            story.lot(watch::Terms { grantor: Some(500 + lot % 20), ..told::terms() });
            story.bid(60_000, 50, told::START).bid(60_000, 51, told::START + told::STEP);
            story.close(51, told::START + told::STEP, None);
        }
        for lot in 0..4 {
            story.lot(watch::Terms { grantor: Some(own(lot)), ..told::terms() });
            raised(&mut story, 4, false, wins && lot == 1);
        }
        story.rules().contains(&Rule::ShillForGrantor)
    };
    assert!(run(|_| 501, false));
    assert!(!run(|lot| 501 + lot, false));
    assert!(!run(|_| 501, true));
}

#[test]
fn a_city_with_one_grantor_has_no_shill_in_every_loser() {
    let mut story = Story::sale();
    for _ in 0..6 {
        raised(&mut story, 4, false, false);
        story.lot(told::terms());
    }
    assert!(!story.rules().contains(&Rule::ShillForGrantor));
}

#[test]
fn many_who_pay_and_keep_silent_are_asked_about() {
    let run = |payers: u32, price: i64| {
        let mut story = Story::sale();
        for paddle in 1..=payers {
            story.tell(What::Deposit {
                paddle,
                payer: u64::from(paddle),
                branch: None,
                paid_at_ms: 0,
                credit: None,
                counted: true,
            });
        }
        story.bid(60_000, 1, price).close(1, price, None);
        story.said()
    };
    assert_eq!(run(5, told::START), [(Rule::SilentPayers, Level::Yellow, vec![1, 2, 3, 4, 5])]);
    assert_eq!(run(2, told::START), []);
    assert_eq!(run(5, told::START + 20 * told::STEP), []);
}

#[test]
fn a_leap_just_onto_the_secret_reserve_is_asked_about() {
    let reserve = Some(told::START + 10 * told::STEP);
    let run = |terms: watch::Terms, leap: i64| {
        let mut story = Story::on(terms);
        let price = told::START + leap * told::STEP;
        story.bid(60_000, 1, told::START).bid(60_000, 2, price).close(2, price, reserve);
        story.rules()
    };
    assert_eq!(run(told::terms(), 10), [Rule::ReserveHugged]);
    assert_eq!(run(told::terms(), 14), []);
    assert_eq!(run(watch::Terms { reserve_known: true, ..told::terms() }, 10), []);
}

#[test]
fn withdrawals_at_one_moment_are_asked_about() {
    let run = |ms: i64| {
        let mut story = Story::sale();
        story.sit(1).sit(2).sit(3);
        story.after(ms, What::Withdrawn { paddle: 1 }).after(ms, What::Withdrawn { paddle: 2 });
        story.said()
    };
    assert_eq!(run(30_000), [(Rule::WithdrawnTogether, Level::Yellow, vec![1, 2])]);
    assert_eq!(run(3_600_000), []);
}

#[test]
fn those_who_leave_together_on_another_day_are_told_too() {
    let mut story = Story::sale();
    story.tell(What::Left { application: 1 }).after(30_000, What::Left { application: 2 });
    story.after(30_000, What::Left { application: 3 });
    assert_eq!(story.rules(), [Rule::WithdrawnTogether], "one group");
    story.after(24 * 3_600_000, What::Left { application: 4 }).after(30_000, What::Left { application: 5 });
    assert_eq!(story.rules(), [Rule::WithdrawnTogether; 2]);
    assert!(story.alerts()[1].en.starts_with("applications 4 and 5"));
}

#[test]
fn applications_taken_back_at_one_moment_are_asked_about_with_the_paddles_that_leave_beside_them() {
    let mut story = Story::sale();
    story.sit(1).tell(What::Left { application: 4 }).after(30_000, What::Left { application: 2 });
    let [alert] = story.alerts() else { panic!("{:?}", story.said()) };
    assert_eq!((alert.rule, alert.paddles.len(), alert.evidence.len()), (Rule::WithdrawnTogether, 0, 0));
    assert!(alert.zh.starts_with("第2、4号竞买申请") && alert.en.starts_with("applications 2 and 4"), "{alert:?}");
    story.after(30_000, What::Withdrawn { paddle: 1 });
    let alert = story.alerts().last().expect("an alert");
    assert_eq!((&alert.paddles[..], &alert.evidence[..]), (&[1][..], &[3][..]));
    assert!(alert.en.starts_with("paddles 1 and applications 2 and 4"), "{alert:?}");
    let mut apart = Story::sale();
    apart.tell(What::Left { application: 1 }).after(3_600_000, What::Left { application: 2 });
    assert_eq!(apart.said(), []);
}

#[test]
fn a_winner_who_gives_up_is_asked_about_at_the_lots_own_close() {
    let mut story = Story::sale();
    story.bid(60_000, 1, told::START).close(1, told::START, None);
    let first = story.lot;
    story.lot(told::terms()).bid(60_000, 2, told::START);
    story.lot = first;
    story.tell(What::GaveUp { paddle: 1 });
    let [alert] = story.alerts() else { panic!("{:?}", story.said()) };
    assert_eq!((alert.rule, alert.level, alert.n), (Rule::WinnerGaveUp, Level::Yellow, 2));
    assert_eq!((alert.lot, &alert.paddles[..], &alert.evidence[..]), (first, &[1][..], &[2][..]));
}

#[test]
fn a_premium_over_one_half_is_a_fact_and_asks_nobody() {
    let mut story = Story::sale();
    story.bid(60_000, 1, told::START * 3 / 2).bid(60_000, 2, told::START * 3 / 2 + 1).bid(60_000, 1, told::START * 2);
    assert_eq!(story.said(), [(Rule::PremiumOverHalf, Level::Blue, vec![])]);
    assert_eq!(story.alerts()[0].evidence, [2]);
}

/// What the watch says of sealed prices opened together.
fn opened(amounts: &[i64]) -> Vec<Rule> {
    let mut story = Story::on(watch::Terms { rising: false, sealed: true, start_minor: 9_000_000, ..told::terms() });
    for (_, paddle) in amounts.iter().zip(1..) {
        story.sit(paddle);
    }
    for (amount, paddle) in amounts.iter().zip(1..) {
        story.after(0, What::Opened { paddle, amount_minor: *amount });
    }
    story.close(1, amounts[0], None);
    story.rules()
}

#[test]
fn prices_in_a_series_or_equal_are_asked_about_and_round_ones_are_not() {
    let step = 123_457;
    let series: Vec<i64> = (0..5).map(|place| 7_654_321 + place * step).collect();
    assert_eq!(opened(&series), [Rule::RegularSpacing]);
    let ratios = [7_654_321, 8_037_037, 8_438_889, 8_860_833, 9_303_875];
    assert_eq!(opened(&ratios), [Rule::RegularSpacing]);
    assert_eq!(opened(&[7_654_321, 7_654_321, 8_123_456]), [Rule::IdenticalPrices]);
    assert_eq!(opened(&[7_000_000, 7_100_000, 7_200_000, 7_300_000]), []);
    assert_eq!(opened(&[8_000_000, 8_000_000, 8_200_000]), []);
    assert_eq!(opened(&[9_000_000, 9_000_000, 8_123_456]), []);
    assert_eq!(opened(&[7_654_321, 7_893_114, 8_123_456, 8_904_417]), []);
}

#[test]
fn one_ratio_between_two_in_lot_after_lot_is_asked_about() {
    let run = |second: fn(i64) -> i64| {
        let mut story = Story::sale();
        for lot in 1..=4i64 {
            story.lot(watch::Terms { sealed: true, rising: false, ..told::terms() });
            let first = 1_234_567 * lot + 8_911;
            story.sit(1).after(0, What::Opened { paddle: 1, amount_minor: first });
            story.sit(2).after(0, What::Opened { paddle: 2, amount_minor: second(first) });
            story.close(1, first, None);
        }
        story.said()
    };
    assert_eq!(run(|first| first * 11 / 10), [(Rule::FixedRatio, Level::Yellow, vec![1, 2])]);
    assert_eq!(run(|first| first + 100_000), []);
}

/// Four lots: a winner, and three beside him whose distances each lot blurs by up to two percent.
fn beside(story: &mut Story, fights: bool, alone: bool) {
    for lot in 1..=4i64 {
        story.lot(watch::Terms { rising: false, ..told::terms() });
        let low = 1_234_567 * lot + 8_911;
        for (paddle, tenth) in [(1, 10), (2, 11), (3, 12), (4, 13)] {
            let off = (lot * i64::from(paddle) * 7) % 5 - 2;
            let amount_minor = low * tenth * (100 + off) / 1_000;
            story.sit(paddle).after(0, What::Opened { paddle, amount_minor });
        }
        if fights {
            story.bid(60_000, 3, low - 1_000 * lot);
        }
        story.close(1, low, None);
        for paddle in (2..=4).filter(|_| alone) {
            story.lot(watch::Terms { rising: false, ..told::terms() });
            story.sit(paddle).after(0, What::Opened { paddle, amount_minor: low });
            story.close(paddle, low, None);
        }
    }
}

#[test]
fn who_only_ever_offer_beside_each_other_and_never_bid_are_asked_about() {
    let run = |fights: bool, alone: bool| {
        let mut story = Story::sale();
        beside(&mut story, fights, alone);
        story.said()
    };
    let asked = (Rule::CoverGroup, Level::Yellow, vec![2, 3, 4]);
    assert_eq!(run(false, false), [asked.clone(), asked], "in the third lot and again in the fourth");
    assert_eq!(run(true, false), [], "one of them fights for each lot");
    assert_eq!(run(false, true), [], "each of them goes elsewhere alone");
}

#[test]
fn what_staff_do_around_a_lot_is_asked_about() {
    let mut left = Story::sale();
    left.sit(1).sit(2).sit(3).tell(What::Rejected { paddle: 1 }).tell(What::Rejected { paddle: 3 });
    assert_eq!(left.said(), [(Rule::OnlyOneLeft, Level::Yellow, vec![2])]);
    let mut fair = Story::sale();
    fair.sit(1).sit(2).sit(3).tell(What::Rejected { paddle: 1 });
    assert_eq!(fair.said(), []);

    let asked = Some(20 * 86_400_000);
    let short = Story::on(watch::Terms { period_min_ms: asked, ends_at_ms: Some(86_400_000), ..told::terms() });
    assert_eq!(short.said(), [(Rule::ShortPeriod, Level::Red, vec![])]);
    let long = Story::on(watch::Terms { period_min_ms: asked, ends_at_ms: asked, ..told::terms() });
    assert_eq!(long.said(), []);

    let mut read = Story::sale();
    read.tell(What::SealedRead { by_staff: true, granted: false, audit: None });
    assert_eq!(read.said(), [(Rule::SealedReadEarly, Level::Red, vec![])]);
    let mut later = Story::sale();
    later.sit(1).tell(What::Opened { paddle: 1, amount_minor: 5 }).tell(What::SealedRead {
        by_staff: true,
        granted: false,
        audit: None,
    });
    later.tell(What::SealedRead { by_staff: false, granted: false, audit: None });
    assert_eq!(later.said(), []);
}

#[test]
fn the_same_winner_after_an_objection_is_asked_about() {
    let run = |second: u32| {
        let mut story = Story::sale();
        story.bid(60_000, 1, told::START).close(1, told::START, None).tell(What::Annulled);
        story.close(second, told::START, None);
        story.rules()
    };
    assert_eq!(run(1), [Rule::SameWinnerAgain]);
    assert_eq!(run(2), []);
}

#[test]
fn the_lot_that_takes_anothers_place_is_compared_with_it_by_bidder_and_not_by_paddle() {
    let run = |account_again: bool, annulled: bool| {
        let mut story = Story::sale();
        story.bid(60_000, 1, told::START).close(1, told::START, None);
        let first = story.lot;
        if annulled {
            story.tell(What::Annulled);
        }
        let account = if account_again { story.account(1) } else { story.account(9) };
        story.lot(told::terms()).tell(What::Relisted { of: first }).tell(What::Seated { paddle: 7, account });
        story.tell(What::Bid {
            paddle: 7,
            amount_minor: told::START,
            leads: true,
            by_proxy: false,
            device: None,
            network: None,
        });
        story.close(7, told::START, None);
        story.said()
    };
    assert_eq!(run(true, true), [(Rule::SameWinnerAgain, Level::Yellow, vec![7])]);
    assert_eq!(run(true, false), []);
    assert_eq!(run(false, true), []);
}

#[test]
fn a_notice_too_short_is_asked_about_when_bidding_begins_and_a_closer_link_is_said_anew() {
    let mut story = Story::sale();
    story.tell(What::Period { min_ms: 20 * 86_400_000, notice: None });
    assert_eq!(story.said(), [(Rule::ShortPeriod, Level::Red, vec![])], "the end itself comes too soon");
    let mut story = Story::sale();
    story.tell(What::Period { min_ms: 3_600_000, notice: None }).tell(What::Began);
    assert_eq!(story.said(), [(Rule::ShortPeriod, Level::Red, vec![])]);
    let mut story = Story::sale();
    story.tell(What::Period { min_ms: 60_000, notice: None }).tell(What::Began);
    assert_eq!(story.said(), []);

    let mut story = Story::sale();
    let (a, b) = (story.account(1), story.account(2));
    story.sit(1).sit(2).tell(What::Related { a, b, link: watch::Link::Shareholding, records: None });
    story.tell(What::Related { a, b, link: watch::Link::Control, records: None });
    let levels: Vec<Level> = story.said().iter().map(|(_, level, _)| *level).collect();
    assert_eq!(levels, [Level::Yellow, Level::Red]);
}

#[test]
fn every_rule_has_a_name_and_a_title_of_its_own() {
    let names: std::collections::BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
    assert!(Rule::ALL.iter().all(|rule| !rule.title().0.is_empty() && !rule.title().1.is_empty()));
}

#[test]
fn a_link_told_at_another_lots_entry_is_evidence_of_neither_and_names_no_record_that_names_a_bidder() {
    let mut story = Story::sale();
    let first = story.lot;
    story.tell(What::Seated { paddle: 1, account: uuid::Uuid::from_u128(1) });
    story.tell(What::Seated { paddle: 2, account: uuid::Uuid::from_u128(2) });
    story.lot(told::terms()).from(3, told::START, None, None);
    let (a, b) = (story.account(1), story.account(2));
    story.tell(What::Related { a, b, link: Link::Control, records: Some([71, 72]) });
    let [alert] = story.alerts() else { panic!("{:?}", story.said()) };
    assert_eq!((alert.lot, alert.n, &alert.evidence[..]), (first, 2, &[1, 2][..]));
    assert!(!alert.zh.contains("71") && !alert.en.contains("71"), "{alert:?}");
}

#[test]
fn money_and_readings_beside_the_record_are_named_and_not_given_an_entry_of_the_lot() {
    let mut story = Story::sale();
    story.sit(1).tell(What::Seated { paddle: 2, account: uuid::Uuid::from_u128(2) }).bid(60_000, 1, told::START);
    for (paddle, credit) in [(1, 81), (2, 82)] {
        story.tell(What::Deposit {
            paddle,
            payer: 7,
            branch: None,
            paid_at_ms: 0,
            credit: Some(credit),
            counted: true,
        });
    }
    story.tell(What::SealedRead { by_staff: true, granted: false, audit: Some(91) });
    let [shared, read] = story.alerts() else { panic!("{:?}", story.said()) };
    assert_eq!(shared.evidence, [0, 1], "where the two sat down");
    assert!(shared.zh.contains("到账流水第81、82号") && shared.en.contains("credits no. 81 and 82"), "{shared:?}");
    assert!(read.evidence.is_empty() && read.zh.contains("审计记录第91号") && read.en.contains("audit no. 91"));
}

#[test]
fn a_rule_over_several_lots_says_which() {
    let mut story = Story::sale();
    let mut lots = Vec::new();
    for lot in 1..=4i64 {
        story.lot(watch::Terms { sealed: true, rising: false, ..told::terms() });
        lots.push(story.lot);
        let first = 1_234_567 * lot + 8_911;
        story.sit(1).after(0, What::Opened { paddle: 1, amount_minor: first });
        story.sit(2).after(0, What::Opened { paddle: 2, amount_minor: first * 11 / 10 });
        story.close(1, first, None);
    }
    let [alert] = story.alerts() else { panic!("{:?}", story.said()) };
    let of = |lot: uuid::Uuid| alert.earlier.iter().filter(|entry| entry.lot == lot).count();
    assert_eq!((alert.rule, alert.lot, alert.evidence.len()), (Rule::FixedRatio, lots[3], 2));
    assert_eq!(lots.iter().map(|lot| of(*lot)).collect::<Vec<_>>(), [2, 2, 2, 0]);
    assert_eq!(alert.earlier[0], watch::Entry { lot: lots[0], n: 1 });
}

#[test]
fn a_notice_is_measured_as_law_counts_it_from_its_day_in_days() {
    const DAY_MS: i64 = 86_400_000;
    let run = |working_days| {
        let mut story = Story::sale();
        // Noticed a day and a half before the lot came to the floor; it begins half a day later.
        let notice = watch::Notice { from_ms: -3 * DAY_MS / 2, days: 20, working_days };
        story.tell(What::Period { min_ms: 37 * DAY_MS / 2, notice: Some(notice) });
        story.alerts()[0].clone()
    };
    let alert = run(None);
    let measured = alert.measured;
    assert_eq!((measured.found, measured.baseline, measured.unit), (5.0, 20.0, watch::Unit::Days), "{alert:?}");
    assert!(alert.zh.contains("仅5天，规定不少于20天") && alert.en.contains("for 5 days; the rule asks for 20"));
    assert!(run(Some(14)).zh.contains("14个工作日（合20天）"));
}

#[test]
fn a_sealed_sale_has_a_premium_and_a_reserve_like_any_other() {
    let sold = |offer: i64, price: i64, reserve: i64| {
        let mut story = Story::on(watch::Terms { sealed: true, ..told::terms() });
        for (paddle, amount_minor) in [(1, offer), (2, told::START + told::STEP)] {
            story.sit(paddle).after(0, What::Opened { paddle, amount_minor });
        }
        story.close(1, price, Some(reserve));
        story.said()
    };
    let reserve = told::START + 10 * told::STEP;
    assert_eq!(sold(2 * told::START, 2 * told::START, reserve), [(Rule::PremiumOverHalf, Level::Blue, vec![])]);
    assert_eq!(sold(reserve, reserve, reserve), [(Rule::ReserveHugged, Level::Yellow, vec![1])]);
    assert_eq!(sold(reserve + 4 * told::STEP, reserve + 4 * told::STEP, reserve), []);
    // Where the second price is paid, the reserve is the price of many who never knew it.
    assert_eq!(sold(reserve + 9 * told::STEP, reserve, reserve), []);
}

#[test]
fn a_crowd_behind_one_network_alone_makes_no_lot_red_at_its_close() {
    let mut story = Story::sale();
    let most = watch::bounds::SIGNS_MAX as u32;
    for pair in 0..most + 9 {
        let (a, b, network) = (2 * pair + 1, 2 * pair + 2, Some(u64::from(pair) + 1));
        story.from(a, told::START, None, network).from(b, told::START, None, network);
    }
    story.close(1, told::START, None);
    assert!(story.said().iter().all(|(_, level, _)| *level < Level::Red), "{:?}", story.said().last());
    assert_eq!(story.rules().last(), Some(&Rule::LeftOut));
}
