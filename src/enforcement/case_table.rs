//! Every act in every state: what the table allows, and that it allows nothing else.

use super::acts::EnforcementAct;
use super::case::{Applied, CaseFinding, CasePlace, EnforcementOutcome, EnforcementStatus as S, Hold, Scene, next};
use super::discretion::{DiscretionGrade, Penalty, PenaltyKind};
use super::doing::samples;
use super::limitation::ActTime;
use super::limits;
use super::misstep::Misstep;
use crate::calendar::{Calendar, Day};
use crate::enforcement::case::{Party, PartyKind};
use matching::Moment;
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;

fn at() -> Moment {
    "2026-11-02".parse::<Day>().expect("a day").start().plus_ms(DAY_MS / 2)
}

fn people() -> [Uuid; 3] {
    [1, 2, 3].map(Uuid::from_u128)
}

fn penalty(grade: DiscretionGrade) -> Penalty {
    Penalty { rule: "R".into(), grade, amount: "1".into(), base: None, bar_months: 0, reason: "r".into() }
}

/// A case in this state, everything the next act asks for being there.
fn place(status: S) -> CasePlace {
    let [a, b, _] = people();
    let mut place = CasePlace::filed(at(), Some(Party { kind: PartyKind::Entity, code: "C".into(), name: "n".into() }));
    place.status = status;
    place.act_time = Some(ActTime::on(at()));
    if status > S::Filed {
        place.officers = vec![a, b];
    }
    if status > S::Investigating {
        place.finding = Some(CaseFinding { rule: "R".into(), grade: DiscretionGrade::Normal, version: None });
    }
    if status >= S::Noticed {
        place.noticed_at = Some(at().0);
    }
    if status == S::HearingSet {
        place.hearing_on = Some(Day::of(at()).to_string());
    }
    (place.reviewed, place.discussed) = (status == S::Heard, status == S::Heard);
    if status >= S::Proposed {
        place.penalty = Some(penalty(DiscretionGrade::Normal));
    }
    place.waived = status == S::Noticed;
    place
}

fn go(place: &CasePlace, act: &EnforcementAct, deviates: bool) -> Result<CasePlace, Misstep> {
    let (calendar, hold) = (Calendar::released(), Hold::default());
    let applied = Some(Applied { version: 1, kind: PenaltyKind::Fine });
    next(place, act, &Scene { at: at(), by: people()[0], calendar: &calendar, hold, deviates, applied })
}

/// Where each act leads from each state with the case whole; every other pair is `NotNow`.
const MOVES: &[(&str, S, S)] = &[
    ("assign", S::Filed, S::Investigating),
    ("assign", S::Investigating, S::Investigating),
    ("assign", S::Reported, S::Reported),
    ("assign", S::Noticed, S::Noticed),
    ("identify", S::Investigating, S::Investigating),
    ("date_act", S::Filed, S::Filed),
    ("date_act", S::Investigating, S::Investigating),
    ("on_the_spot", S::Filed, S::Served),
    ("inspect", S::Investigating, S::Investigating),
    ("register_evidence", S::Investigating, S::Investigating),
    ("report", S::Investigating, S::Reported),
    ("notify", S::Reported, S::Noticed),
    ("send_back", S::Reported, S::Investigating),
    ("send_back", S::Noticed, S::Investigating),
    ("send_back", S::Heard, S::Investigating),
    ("set_hearing", S::HearingAsked, S::HearingSet),
    ("set_hearing", S::HearingSet, S::HearingSet),
    ("hear", S::HearingSet, S::Heard),
    ("decide", S::Noticed, S::Decided),
    ("decide", S::Heard, S::Decided),
    ("approve", S::Proposed, S::Decided),
    ("disapprove", S::Proposed, S::Noticed),
    ("serve", S::Decided, S::Served),
    ("publish", S::Served, S::Served),
    ("publish", S::Executed, S::Executed),
    ("execute", S::Served, S::Executed),
    ("close", S::Executed, S::Closed),
    ("propose_annul", S::Decided, S::Decided),
    ("propose_annul", S::Served, S::Served),
    ("propose_annul", S::Executed, S::Executed),
    ("propose_annul", S::Closed, S::Closed),
];

#[test]
fn every_act_in_every_state_does_what_the_table_says_and_nothing_else() {
    let far = Day::of(at()).plus(60).to_string();
    for status in S::ALL {
        let place = place(status);
        for act in samples(&place, people()[0], far.clone()) {
            let said = go(&place, &act, false).map(|to| to.status);
            let known = MOVES.iter().find(|(name, from, _)| *name == act.name() && *from == status);
            let asked = (act.name(), status) == ("ask_hearing", S::Noticed);
            match known {
                Some((.., to)) => assert_eq!(said, Ok(*to), "{} in {status:?}", act.name()),
                None if status == S::Transferred => assert_eq!(said, Err(Misstep::Transferred), "{}", act.name()),
                None if asked => assert!(matches!(said, Err(Misstep::HearingLate(_))), "it was waived: {said:?}"),
                None => assert_eq!(said, Err(Misstep::NotNow), "{} in {status:?}", act.name()),
            }
        }
    }
}

#[test]
fn a_case_without_a_finding_is_dismissed_and_only_that_one() {
    let mut place = place(S::Reported);
    let dismiss = EnforcementAct::Dismiss { note: "no proof".into() };
    assert_eq!(go(&place, &dismiss, false), Err(Misstep::NotNow));
    place.finding = None;
    let closed = go(&place, &dismiss, false).expect("dismissed");
    assert_eq!((closed.status, closed.outcome), (S::Closed, Some(EnforcementOutcome::NotFounded)));
    assert_eq!(go(&closed, &EnforcementAct::ProposeAnnul { note: "n".into() }, false), Err(Misstep::NotNow));
}

#[test]
fn a_decision_is_annulled_once_it_was_proposed_and_stands_where_it_is_upheld() {
    let note = || "n".to_string();
    let (annul, propose) = (EnforcementAct::Annul { note: note() }, EnforcementAct::ProposeAnnul { note: note() });
    for status in [S::Decided, S::Served, S::Executed, S::Closed] {
        let proposed = go(&place(status), &propose, false).expect("proposed");
        assert_eq!((proposed.status, proposed.annul_proposed_by), (status, Some(people()[0])));
        assert_eq!(go(&proposed, &propose, false), Err(Misstep::NotNow), "{status:?}: once");
        let upheld = go(&proposed, &EnforcementAct::Uphold { note: note() }, false);
        assert_eq!(upheld, Ok(place(status)), "it is as it was");
        let annulled = go(&proposed, &annul, false).expect("annulled");
        assert_eq!((annulled.status, annulled.outcome), (S::Annulled, Some(EnforcementOutcome::Annulled)));
        assert_eq!(go(&annulled, &propose, false), Err(Misstep::NotNow));
    }
}

#[test]
fn what_is_sent_back_is_found_and_told_anew_and_stays_major_where_it_was_called_so() {
    let back = |major| EnforcementAct::SendBack { major, note: "n".into() };
    let told = go(&place(S::Noticed), &back(true), false).expect("sent back");
    assert_eq!((told.noticed_at, told.waived, told.major), (None, false, true));
    let report = EnforcementAct::Report { finding: told.finding.clone(), major: false, note: "n".into() };
    let reported = go(&told, &report, false).expect("reported");
    assert_eq!(go(&reported, &EnforcementAct::Notify { note: "n".into() }, false), Err(Misstep::MajorUnreviewed));
    // The party was right: nothing is found any more.
    let plain = go(&place(S::Noticed), &back(false), false).expect("sent back");
    let none = EnforcementAct::Report { finding: None, major: false, note: "n".into() };
    let reported = go(&plain, &none, false).expect("reported");
    let closed = go(&reported, &EnforcementAct::Dismiss { note: "n".into() }, false).expect("closed");
    assert_eq!(closed.outcome, Some(EnforcementOutcome::NotFounded));
}

#[test]
fn nobody_investigates_or_inspects_alone() {
    let [a, _, stranger] = people();
    for officers in [vec![], vec![a], vec![a, a]] {
        let act = EnforcementAct::Assign { officers, note: "n".into() };
        assert_eq!(go(&place(S::Filed), &act, false), Err(Misstep::TwoOfficers));
    }
    let many = EnforcementAct::Assign { officers: [vec![a; 10], vec![stranger]].concat(), note: "n".into() };
    assert_eq!(go(&place(S::Filed), &many, false), Err(Misstep::ManyOfficers));
    for with in [a, stranger] {
        let act = EnforcementAct::Inspect { with, note: "n".into() };
        assert_eq!(go(&place(S::Investigating), &act, false), Err(Misstep::TwoOfficers));
    }
}

#[test]
fn a_major_case_is_reviewed_and_discussed_before_the_party_is_told() {
    let mut case = place(S::Reported);
    case.major = true;
    let notify = EnforcementAct::Notify { note: "n".into() };
    let names = ["张", "王", "张 ", "", "李"].map(String::from);
    let members = |count| EnforcementAct::Discuss { members: names[..count].to_vec(), note: "n".into() };
    assert_eq!(go(&case, &notify, false), Err(Misstep::MajorUnreviewed));
    assert_eq!(go(&case, &members(5), false), Err(Misstep::NotNow), "it is reviewed first");
    let back = go(&case, &EnforcementAct::Review { passes: false, note: "n".into() }, false).expect("sent back");
    assert_eq!((back.status, back.reviewed_by), (S::Investigating, vec![people()[0]]));
    let case = go(&case, &EnforcementAct::Review { passes: true, note: "n".into() }, false).expect("reviewed");
    assert_eq!(go(&case, &members(4), false), Err(Misstep::FewMembers), "one of the names stands twice, one is empty");
    let case = go(&case, &members(5), false).expect("discussed");
    assert_eq!(go(&case, &notify, false).map(|to| to.status), Ok(S::Noticed));
}

#[test]
fn what_was_heard_is_reviewed_and_discussed_before_it_is_decided_whatever_was_before() {
    let mut set = place(S::HearingSet);
    (set.major, set.reviewed, set.discussed) = (false, true, true);
    let heard = go(&set, &EnforcementAct::Hear { note: "n".into() }, false).expect("heard");
    assert!(heard.major);
    let decide = EnforcementAct::Decide { penalty: penalty(DiscretionGrade::Normal), note: "n".into() };
    assert_eq!(go(&heard, &decide, false), Err(Misstep::MajorUnreviewed));
    let review = |passes| EnforcementAct::Review { passes, note: "n".into() };
    let reviewed = go(&heard, &review(true), false).expect("reviewed");
    assert_eq!(go(&reviewed, &decide, false), Err(Misstep::MajorUnreviewed));
    let members = ["甲", "乙", "丙"].map(String::from).to_vec();
    let whole = go(&reviewed, &EnforcementAct::Discuss { members, note: "n".into() }, false).expect("discussed");
    assert_eq!(go(&whole, &decide, false).map(|to| to.status), Ok(S::Decided));
    let back = go(&heard, &review(false), false).expect("sent back");
    assert_eq!((back.status, back.noticed_at, back.hearing_on), (S::Investigating, None, None), "it is told anew");
    // One heard before it was kept that a hearing makes a case heavy.
    let old = CasePlace { major: false, ..heard };
    assert_eq!(go(&old, &decide, false), Err(Misstep::MajorUnreviewed));
    assert!(go(&old, &review(true), false).is_ok());
}

#[test]
fn what_holds_a_case_refuses_what_would_end_it() {
    let (calendar, far) = (Calendar::released(), Day::of(at()).plus(60).to_string());
    for (status, founded) in S::ALL.into_iter().flat_map(|status| [(status, true), (status, false)]) {
        let mut place = place(status);
        if !founded {
            place.finding = None;
        }
        for act in samples(&place, people()[0], far.clone()) {
            let held = |handed_over, with_police| {
                let hold = Hold { handed_over, with_police, ..Hold::default() };
                next(
                    &place,
                    &act,
                    &Scene { at: at(), by: people()[0], calendar: &calendar, hold, deviates: false, applied: None },
                )
            };
            let Ok(free) = held(false, false) else { continue };
            assert_eq!(held(true, false), Err(Misstep::HandedOver), "{} in {status:?}", act.name());
            let ends = ["dismiss", "decide", "on_the_spot", "approve", "close"].contains(&act.name());
            let expected = if ends { Err(Misstep::WithPolice) } else { Ok(free) };
            assert_eq!(held(false, true), expected, "{} in {status:?}", act.name());
        }
    }
}

#[test]
fn who_takes_a_case_over_begins_it_anew_and_its_time_goes_on() {
    for status in S::ALL {
        let mut place = place(status);
        place.investigated = people().to_vec();
        let taken = place.taken_over(at().plus_ms(DAY_MS));
        if status >= S::Noticed {
            assert_eq!(taken, Err(Misstep::NotNow), "{status:?}");
            continue;
        }
        let taken = taken.expect("early enough");
        assert_eq!((taken.status, taken.filed_at, taken.since), (S::Filed, at().0, at().0 + DAY_MS));
        assert_eq!((taken.finding, taken.officers, taken.major), (None, vec![], false));
        assert_eq!((taken.party, taken.investigated), (place.party, people().to_vec()));
    }
}

#[test]
fn who_was_of_the_team_has_investigated_also_when_he_is_taken_off_it() {
    let [a, b, c] = people();
    let team = |officers: [Uuid; 2]| EnforcementAct::Assign { officers: officers.to_vec(), note: "n".into() };
    let mut case = go(&place(S::Filed), &team([a, b]), false).expect("assigned");
    case = go(&case, &team([b, c]), false).expect("assigned anew");
    assert_eq!((case.officers.as_slice(), case.investigated.as_slice()), ([b, c].as_slice(), [a, b, c].as_slice()));
    // A team of before everybody was kept.
    let old = CasePlace { investigated: vec![], ..place(S::Investigating) };
    assert!(old.has_investigated(a) && !old.has_investigated(c));
    assert_eq!(go(&old, &team([b, c]), false).map(|to| to.investigated), Ok(vec![a, b, c]));
}

/// A case is moved where its text is still the one that was read, so an old text must come out as it went in.
#[test]
fn a_case_of_before_reads_and_writes_as_it_was() {
    let old = r#"{"status":"reported","since":1,"filed_at":1,"officers":[],"major":false,"reviewed":false,"discussed":false,"finding":{"rule":"R","grade":"normal"},"waived":false}"#;
    let read: CasePlace = serde_json::from_str(old).expect("readable");
    assert_eq!(serde_json::to_string(&read).expect("writable"), old);
}

#[test]
fn a_decision_waits_until_no_hearing_can_be_asked_for_or_it_is_waived() {
    let (calendar, mut case) = (Calendar::released(), place(S::Noticed));
    case.waived = false;
    let due = limits::ASK_HEARING.due(at(), &calendar);
    let ask = EnforcementAct::AskHearing { note: "n".into() };
    let decide = EnforcementAct::Decide { penalty: penalty(DiscretionGrade::Normal), note: "n".into() };
    let when = |act: &EnforcementAct, at: Moment| {
        let scene =
            Scene { at, by: people()[0], calendar: &calendar, hold: Hold::default(), deviates: false, applied: None };
        next(&case, act, &scene).map(|to| to.status)
    };
    assert_eq!(when(&decide, due.plus_ms(-1)), Err(Misstep::HearingStillOpen(due)));
    assert_eq!(when(&ask, due.plus_ms(-1)), Ok(S::HearingAsked));
    assert_eq!(when(&decide, due), Ok(S::Decided));
    assert_eq!(when(&ask, due), Err(Misstep::HearingLate(due)));
}

#[test]
fn a_hearing_is_told_seven_working_days_ahead_and_held_on_its_day() {
    let case = place(S::HearingAsked);
    // From Monday 2026-11-02 seven working days end with Wednesday the 11th.
    let set = |on: &str| go(&case, &EnforcementAct::SetHearing { on: on.into(), note: "n".into() }, false);
    assert!(matches!(set("2026-11-11"), Err(Misstep::HearingTooSoon(_))));
    assert_eq!(set("soon"), Err(Misstep::NoSuchDay));
    let set = set("2026-11-12").expect("set");
    let held = go(&set, &EnforcementAct::Hear { note: "n".into() }, false);
    assert!(matches!(held, Err(Misstep::HearingTooSoon(_))), "not before its day");
}

#[test]
fn what_deviates_is_proposed_and_comes_back_as_it_was() {
    let decide = EnforcementAct::Decide { penalty: penalty(DiscretionGrade::Light), note: "n".into() };
    for from in [S::Noticed, S::Heard] {
        let mut case = place(from);
        case.hearing_on = (from == S::Heard).then(|| "2026-10-20".into());
        let proposed = go(&case, &decide, true).expect("proposed");
        assert_eq!((proposed.status, proposed.proposed_by), (S::Proposed, Some(people()[0])));
        let back = go(&proposed, &EnforcementAct::Disapprove { note: "n".into() }, false).expect("back");
        assert_eq!((back.status, back.penalty, back.proposed_by), (from, None, None));
    }
    let other = EnforcementAct::Decide {
        penalty: Penalty { rule: "S".into(), ..penalty(DiscretionGrade::Light) },
        note: "n".into(),
    };
    assert_eq!(go(&place(S::Heard), &other, false), Err(Misstep::OtherRule));
}

#[test]
fn evidence_registered_is_disposed_of_before_the_report_and_has_its_own_clock() {
    let mut case = place(S::Investigating);
    case = go(&case, &EnforcementAct::RegisterEvidence { note: "n".into() }, false).expect("registered");
    let report = EnforcementAct::Report { finding: None, major: false, note: "n".into() };
    assert_eq!(go(&case, &report, false), Err(Misstep::EvidenceOpen));
    let names: Vec<_> = case.open_steps().into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["decide", "dispose_evidence"]);
    case = go(&case, &EnforcementAct::DisposeEvidence { note: "n".into() }, false).expect("disposed");
    assert!(go(&case, &report, false).is_ok());
}

#[test]
fn an_annulled_decision_that_was_published_is_taken_down() {
    let mut case = place(S::Served);
    case = go(&case, &EnforcementAct::Publish { note: "n".into() }, false).expect("published");
    case = go(&case, &EnforcementAct::ProposeAnnul { note: "n".into() }, false).expect("proposed");
    case = go(&case, &EnforcementAct::Annul { note: "n".into() }, false).expect("annulled");
    assert_eq!(case.open_steps(), [("take_down", at(), limits::TAKE_DOWN)]);
    case = go(&case, &EnforcementAct::TakeDown { note: "n".into() }, false).expect("taken down");
    assert!(case.open_steps().is_empty());
}

#[test]
fn every_open_state_has_a_clock_and_every_act_says_why() {
    for status in S::ALL.into_iter().filter(|status| !status.is_over()) {
        assert!(!place(status).open_steps().is_empty(), "{status:?}");
    }
    let silent = EnforcementAct::Serve { note: "  ".into() };
    assert_eq!(go(&place(S::Decided), &silent, false), Err(Misstep::NoteMissing));
    let long = EnforcementAct::Serve { note: "字".repeat(2_001) };
    assert_eq!(go(&place(S::Decided), &long, false), Err(Misstep::NoteTooLong));
}

#[test]
fn a_case_goes_to_the_police_while_it_is_undecided_and_comes_back_to_be_found_anew() {
    for status in S::ALL {
        let gone = place(status).transferred(at());
        match status {
            S::Proposed => assert_eq!(gone, Err(Misstep::ProposalOpen)),
            _ if status < S::Proposed => {
                let gone = gone.expect("undecided").expect("it goes");
                assert_eq!((gone.status, gone.open_steps().len()), (S::Transferred, 0), "{status:?}");
                assert_eq!(gone.transferred(at()), Ok(None), "once");
                let back = gone.returned(at().plus_ms(9 * DAY_MS)).expect("it comes back");
                let stands = if status == S::Filed { S::Filed } else { S::Investigating };
                assert_eq!((back.status, back.finding.is_none(), back.noticed_at), (stands, true, None), "{status:?}");
                // The ninety days stood still meanwhile.
                assert_eq!(back.open_steps(), [("decide", at().plus_ms(9 * DAY_MS), limits::DECIDE)]);
            }
            _ => assert_eq!(gone, Ok(None), "{status:?}: what was decided is carried out"),
        }
        assert!(status == S::Transferred || place(status).returned(at()).is_none(), "{status:?}");
    }
}

#[test]
fn nothing_punishes_while_the_goods_are_with_the_police() {
    let (calendar, hold) = (Calendar::released(), Hold { transferred: true, ..Hold::default() });
    let scene = Scene { at: at(), by: people()[0], calendar: &calendar, hold, deviates: false, applied: None };
    let decide = EnforcementAct::Decide { penalty: penalty(DiscretionGrade::Normal), note: "n".into() };
    assert_eq!(next(&place(S::Noticed), &decide, &scene), Err(Misstep::Transferred));
    assert_eq!(
        next(&place(S::Proposed), &EnforcementAct::Approve { note: "n".into() }, &scene),
        Err(Misstep::Transferred)
    );
    let back = next(&place(S::Proposed), &EnforcementAct::Disapprove { note: "n".into() }, &scene);
    assert_eq!(back.map(|place| place.status), Ok(S::Noticed));
}

#[test]
fn what_came_to_light_too_late_is_not_punished_and_closed_without_a_penalty() {
    let early = ActTime::on(at().plus_ms(-731 * DAY_MS));
    let decide = |grade| EnforcementAct::Decide { penalty: penalty(grade), note: "n".into() };
    let barred = CasePlace { act_time: Some(early.clone()), ..place(S::Noticed) };
    let said = go(&barred, &decide(DiscretionGrade::Normal), false);
    assert_eq!(said.map(|to| to.status), Err(Misstep::TimeBarred("2026-11-01".parse::<Day>().expect("a day").end())));
    // What was complained of in time was discovered in time.
    let known = CasePlace { discovered_at: Some(at().plus_ms(-10 * DAY_MS).0), ..barred.clone() };
    assert_eq!(go(&known, &decide(DiscretionGrade::Normal), false).map(|to| to.status), Ok(S::Decided));
    let undated = CasePlace { act_time: None, ..barred.clone() };
    assert_eq!(go(&undated, &decide(DiscretionGrade::Normal), false), Err(Misstep::ActUndated));
    let dated = go(&undated, &EnforcementAct::DateAct { act_time: early, note: "n".into() }, false);
    assert_eq!(dated, Ok(barred.clone()), "it is named once, when it was not");
    let closed = go(&barred, &EnforcementAct::Dismiss { note: "n".into() }, false).expect("closed");
    assert_eq!((closed.status, closed.outcome), (S::Closed, Some(EnforcementOutcome::NoPenalty)));
}

#[test]
fn a_decision_on_the_spot_has_its_cap_its_pair_and_its_place_on_file() {
    let [a, b, _] = people();
    let on_the_spot = |with, amount: &str, months| {
        let penalty = Penalty { amount: amount.into(), bar_months: months, ..penalty(DiscretionGrade::Light) };
        EnforcementAct::OnTheSpot { with, penalty, note: "n".into() }
    };
    let person = |kind| {
        let party = Party { kind, code: "C".into(), name: "n".into() };
        CasePlace { party: Some(party), ..place(S::Filed) }
    };
    use PartyKind::{Entity, Person};
    for (kind, with, amount, months, deviates, expected) in [
        (Person, b, "200", 0, false, Ok(S::Served)),
        (Person, b, "200.01", 0, false, Err(Misstep::SpotCap)),
        (Entity, b, "3000", 0, false, Ok(S::Served)),
        (Entity, b, "3000.01", 0, false, Err(Misstep::SpotCap)),
        (Entity, b, "100", 1, false, Err(Misstep::SpotCap)),
        (Entity, b, "100", 0, true, Err(Misstep::SpotDeviates)),
        (Entity, a, "100", 0, false, Err(Misstep::TwoOfficers)),
    ] {
        let said = go(&person(kind), &on_the_spot(with, amount, months), deviates).map(|to| to.status);
        assert_eq!(said, expected, "{kind:?} {amount} {months}");
    }
    let nobody = CasePlace { party: None, ..place(S::Filed) };
    assert_eq!(go(&nobody, &on_the_spot(b, "100", 0), false), Err(Misstep::PartyUnknown));
    let served = go(&person(Entity), &on_the_spot(b, "100", 0), false).expect("served");
    assert_eq!((&served.officers, served.finding.as_ref().and_then(|found| found.version)), (&vec![a, b], Some(1)));
    let steps: Vec<_> = served.open_steps().into_iter().map(|(name, ..)| name).collect();
    assert_eq!(steps, ["execute", "put_on_file"]);
    let note = || "n".to_string();
    let paid = go(&served, &EnforcementAct::Execute { note: note() }, false).expect("paid");
    assert_eq!(go(&paid, &EnforcementAct::Close { note: note() }, false), Err(Misstep::NotOnFile));
    assert_eq!(go(&paid, &EnforcementAct::PutOnFile { note: note() }, false), Err(Misstep::SpotUnconfirmed));
    let paid = go(&paid, &EnforcementAct::Confirm { note: note() }, false).expect("confirmed");
    assert_eq!(go(&paid, &EnforcementAct::Confirm { note: note() }, false), Err(Misstep::NotNow), "once");
    let on_file = go(&paid, &EnforcementAct::PutOnFile { note: note() }, false).expect("on file");
    assert_eq!(go(&on_file, &EnforcementAct::PutOnFile { note: note() }, false), Err(Misstep::NotNow), "once");
    assert_eq!(go(&on_file, &EnforcementAct::Close { note: note() }, false).map(|to| to.status), Ok(S::Closed));
}
