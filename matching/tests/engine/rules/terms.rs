//! A profile that contradicts itself never opens a book; amounts and moments keep their bounds.

use crate::support::{ceiling, extended, money, open_terms, steps, with};
use matching::{
    BANDS_MAX, CeilingThen, Direction, Entry, Extension, LENGTH_MS_MAX, MONEY_MAX, Moment, Money, MoneyFault,
    PHASES_MAX, Phase, ProxyRule, StepKind, Terms,
};

fn free(length_ms: i64, freeze_ms: i64) -> Phase {
    crate::support::free(length_ms, freeze_ms, Extension::None)
}

fn timed() -> Phase {
    Phase::Timed { period_ms: 1, extension: Extension::None, entry: Entry::Quoted, step: None }
}

fn phases(phases: Vec<Phase>) -> Terms {
    with(|terms| terms.phases = phases)
}

#[track_caller]
fn faulty(field: &str, terms: Terms) {
    let fault = terms.check().expect_err(field);
    assert_eq!(fault.field, field);
    assert!(!fault.why.is_empty());
}

#[test]
fn a_sound_profile_passes() {
    for terms in [
        open_terms(),
        with(|terms| terms.scale = 4),
        with(|terms| terms.reserve = Some(terms.start_price)),
        with(|terms| terms.ceiling = ceiling(1_000, CeilingThen::HandOver)),
        with(|terms| terms.start_price = Money::ZERO),
        phases(vec![free(2, 1), timed()]),
        phases([free(1, 0)].into_iter().chain(vec![timed(); PHASES_MAX - 1]).collect()),
        phases(vec![free(LENGTH_MS_MAX, 0), timed()]),
    ] {
        assert_eq!(terms.check(), Ok(()), "{terms:?}");
    }
}

#[test]
fn each_fault_is_found() {
    faulty("scale", with(|terms| terms.scale = 5));
    faulty("step", with(|terms| terms.step.bands.clear()));
    faulty("step", with(|terms| terms.step = steps(StepKind::AtLeast, &[(0, 50), (0, 60)])));
    faulty("step", with(|terms| terms.step = steps(StepKind::AtLeast, &[(9, 50), (8, 60)])));
    faulty("step", with(|terms| terms.step = steps(StepKind::AtLeast, &[(0, 50), (9, 0)])));
    faulty("step", with(|terms| terms.step = steps(StepKind::AtLeast, &vec![(0, 50); BANDS_MAX + 1])));
    faulty("reserve", with(|terms| terms.reserve = Some(money(999))));
    faulty(
        "reserve",
        with(|terms| {
            terms.direction = Direction::Descending;
            terms.reserve = Some(money(1_001));
        }),
    );
    faulty(
        "ceiling",
        with(|terms| {
            terms.direction = Direction::Descending;
            terms.ceiling = ceiling(2_000, CeilingThen::HandOver);
        }),
    );
    faulty("ceiling.price", with(|terms| terms.ceiling = ceiling(999, CeilingThen::HandOver)));
    faulty(
        "ceiling.price",
        with(|terms| {
            terms.reserve = Some(money(1_500));
            terms.ceiling = ceiling(1_499, CeilingThen::HandOver);
        }),
    );
    for inquiry_ms in [0, LENGTH_MS_MAX + 1] {
        faulty(
            "ceiling.inquiry_ms",
            with(|terms| {
                terms.ceiling = ceiling(2_000, CeilingThen::HandOver);
                terms.ceiling.as_mut().unwrap().inquiry_ms = inquiry_ms;
            }),
        );
    }
    faulty("proxy", with(|terms| terms.step.kind = StepKind::Own));
    for milliseconds in [-1, LENGTH_MS_MAX + 1] {
        faulty("resume", with(|terms| terms.resume.quick_ms = milliseconds));
        faulty("resume", with(|terms| terms.resume.notice_ms = milliseconds));
    }
}

#[test]
fn each_fault_of_the_phases_is_found() {
    let inquiry = || Phase::Inquiry { length_ms: 1, entrants_min: 1, quoted_min: None };
    let preparation = |recent_ms| Phase::Preparation { length_ms: 1, recent_ms, recent_bidders_min: 1 };
    faulty("phases", phases(vec![]));
    faulty("phases", phases([free(1, 0)].into_iter().chain(vec![timed(); PHASES_MAX]).collect()));
    faulty("phases", phases(vec![free(1, 0), free(1, 0)]));
    faulty("phases", phases(vec![inquiry(), timed()]));
    faulty("phases", phases(vec![preparation(1), timed()]));
    faulty("phases", phases(vec![timed()]));
    faulty("phases", phases(vec![free(1, 0), inquiry()]));
    faulty("phases", phases(vec![free(1, 0), preparation(1)]));
    for length_ms in [-1, 0, LENGTH_MS_MAX + 1] {
        faulty("phases.length_ms", phases(vec![free(length_ms, 0)]));
        for extension in [
            Extension::Sliding { window_ms: length_ms },
            Extension::Restart { period_ms: length_ms },
            Extension::RestartPaused { period_ms: length_ms, pause_ms: 1, hard_stop_at: None },
            Extension::RestartPaused { period_ms: 1, pause_ms: length_ms, hard_stop_at: None },
            Extension::AddOn { add_ms: length_ms },
            Extension::SlidingCapped { window_ms: length_ms, extra_ms_max: 1, count_max: 1 },
            Extension::SlidingCapped { window_ms: 1, extra_ms_max: length_ms, count_max: 1 },
        ] {
            faulty("phases.extension", extended(extension));
        }
    }
    faulty("phases.freeze_ms", phases(vec![free(10, 10)]));
    faulty("phases.freeze_ms", phases(vec![free(10, -1)]));
    for recent_ms in [-1, LENGTH_MS_MAX + 1] {
        faulty("phases.recent_ms", phases(vec![free(1, 0), preparation(recent_ms), timed()]));
    }
    let stepping = |rule| {
        let extension = Extension::None;
        phases(vec![free(1, 0), Phase::Timed { period_ms: 1, extension, entry: Entry::Quoted, step: Some(rule) }])
    };
    faulty("step", stepping(steps(StepKind::AtLeast, &[])));
    faulty("phases.step", stepping(steps(StepKind::Own, &[(0, 50)])));
    let mut own = stepping(steps(StepKind::AtLeast, &[(0, 50)]));
    own.proxy = ProxyRule::None;
    own.step.kind = StepKind::Own;
    faulty("phases.step", own);
}

#[test]
fn rules_that_would_lock_bidders_out_are_found() {
    let inquiry = Phase::Inquiry { length_ms: 10, entrants_min: 1, quoted_min: None };
    let preparation = |recent_ms| Phase::Preparation { length_ms: 1, recent_ms, recent_bidders_min: 1 };
    let confirmed = |entry| Phase::Timed { period_ms: 1, extension: Extension::None, entry, step: None };
    for entry in [Entry::Confirmed, Entry::QuotedAndConfirmed] {
        faulty("phases.entry", phases(vec![free(1, 0), confirmed(entry)]));
        assert_eq!(phases(vec![free(1, 0), inquiry.clone(), confirmed(entry)]).check(), Ok(()));
    }
    faulty("phases.recent_ms", phases(vec![free(1, 0), inquiry.clone(), preparation(10), timed()]));
    assert_eq!(phases(vec![free(1, 0), inquiry, preparation(11), timed()]).check(), Ok(()));
    let stop = Extension::RestartPaused { period_ms: 1, pause_ms: 1, hard_stop_at: Some(Moment(5)) };
    let mut opens = extended(stop);
    opens.opens_at = Some(Moment(5));
    faulty("phases.extension", opens);
    let mut grid = with(|terms| terms.proxy = ProxyRule::Visible);
    grid.step.kind = StepKind::Multiple;
    faulty("proxy", grid);
}

#[test]
fn money_is_exact_and_bounded() {
    let decimal = |text: &str| text.parse().expect("a decimal");
    assert_eq!(Money::new(-1), None);
    assert_eq!(Money::new(MONEY_MAX + 1), None);
    assert_eq!(Money::from_decimal(decimal("10.5"), 2), Ok(money(1_050)));
    assert_eq!(Money::from_decimal(decimal("10.500000"), 2), Ok(money(1_050)));
    assert_eq!(Money::from_decimal(decimal("10.505"), 2), Err(MoneyFault::TooPrecise));
    assert_eq!(Money::from_decimal(decimal("-0.01"), 2), Err(MoneyFault::OutOfRange));
    assert_eq!(Money::from_decimal(decimal("10000000000000.01"), 2), Err(MoneyFault::OutOfRange));
    assert_eq!(Money::from_decimal(decimal("79228162514264337593543950335"), 4), Err(MoneyFault::OutOfRange));
    assert_eq!(money(1_050).to_decimal(2).to_string(), "10.50");
    assert_eq!(Money::from_decimal(money(MONEY_MAX).to_decimal(4), 4), Ok(money(MONEY_MAX)));
}

#[test]
fn moments_do_not_wrap() {
    assert_eq!(Moment(i64::MAX).plus_ms(1), Moment(i64::MAX));
    assert_eq!(Moment(i64::MIN).since(Moment(1)), i64::MIN);
}
