//! Each rule speaks on its small story and keeps silent on the honest one beside it.

mod told;

use told::Story;
use watch::{Level, Link, Rule, What};

#[test]
fn two_paddles_on_one_device_are_asked_about_once() {
    let mut story = Story::sale();
    story.from(1, 100_000, Some(7), Some(1)).from(2, 101_000, Some(7), Some(2)).from(1, 102_000, Some(7), Some(1));
    assert_eq!(story.said(), [(Rule::SharedDevice, Level::Red, vec![1, 2])]);
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
    story.tell(What::Related { a, b, link: Link::Shareholding });
    let both = [Rule::SharedNetwork, Rule::RelatedParties, Rule::SignsTogether];
    assert_eq!(story.rules(), both);
    assert_eq!(story.alerts()[2].level, Level::Red);
}
