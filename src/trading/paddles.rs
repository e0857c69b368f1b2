//! 号牌: which paddle a newcomer gets. Drawn by chance, so that nobody reads the order of admission off it, and of as
//! few digits as the hall has room for, since it is called out and read across it.

use matching::Paddle;
use std::ops::Range;

/// Three digits first, then four, then five: together no more than the watch tells apart on one lot.
const RANGES: [Range<u32>; 3] = [100..1_000, 1_000..10_000, 10_000..60_000];

/// One that nobody holds, by a `chance` drawn anew each time; none once all are held.
pub fn draw(chance: u128, is_held: impl Fn(Paddle) -> bool) -> Option<Paddle> {
    RANGES.into_iter().find_map(|range| {
        let span = range.end - range.start;
        let from = (chance % u128::from(span)) as u32;
        (0..span).map(|step| Paddle(range.start + (from + step) % span)).find(|paddle| !is_held(*paddle))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    #[test]
    fn every_paddle_is_given_once_and_those_of_fewer_digits_first() {
        let mut held = BTreeSet::new();
        for nth in 0..9_900 {
            let paddle = draw(Uuid::new_v4().as_u128(), |paddle| held.contains(&paddle)).expect("a free one");
            let digits = paddle.0.to_string().len();
            assert_eq!(digits, if nth < 900 { 3 } else { 4 }, "the {nth}th is {}", paddle.0);
            assert!(held.insert(paddle));
        }
        assert!(draw(7, |paddle| held.contains(&paddle)).expect("a free one").0 >= 10_000);
        assert_eq!(draw(7, |_| true), None);
    }

    #[test]
    fn the_ranges_hold_no_more_than_the_watch_tells_apart() {
        let all: u32 = RANGES.iter().map(|range| range.end - range.start).sum();
        assert!(all as usize <= watch::bounds::PADDLES_MAX);
    }
}
