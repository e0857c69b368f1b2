//! What was told of a sale, and what is told when it comes to nothing.

use crate::house::{Server, soon};
use crate::life::{Desk, file};
use serde_json::json;

/// The entries of the feed of results, newest first.
fn entries(desk: &Desk) -> Vec<String> {
    let feed = desk.server.anyone().text("/feeds/results.atom");
    feed.split("<entry>").skip(1).map(|entry| entry.split("</entry>").next().unwrap_or_default().to_string()).collect()
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    text.split_once(open).and_then(|(_, rest)| rest.split_once(close)).expect("it is there").0
}

#[test]
fn news_of_a_sale_that_came_to_nothing_are_corrected_beside_the_first() {
    let desk = Desk::of(Server::start_rehearsal());
    let ann = desk.bidder("ann");
    for (number, end, review, why) in [("U-1", "void", "post", "结果无效"), ("U-2", "defaulted", "pre", "竞得人悔拍")]
    {
        let known = entries(&desk).len();
        let lot = desk.lot(number, 2_000, json!({}), file(review));
        desk.ready(&lot);
        desk.act(&lot, "announce");
        desk.open(&lot, &[&ann]);
        assert_eq!(ann.socket().bid(&lot, "1000.00")["accepted"], true);
        desk.sold(&lot);
        let told = soon(|| entries(&desk).into_iter().next().filter(|entry| entry.contains(number)));
        assert!(told.contains("成交") && told.contains("成交额1000.00元"), "{told}");
        if end == "void" {
            desk.act(&lot, "ask_review");
            desk.decide(&ann, "QUALIFICATION", &format!("{lot}/1"), "refused");
            desk.both(&lot, "void", json!({}));
        } else {
            desk.both(&lot, "default", json!({"ground": "拒签成交确认书"}));
        }
        let now = entries(&desk);
        let [correction, first, ..] = now.as_slice() else { panic!("two: {now:?}") };
        assert_eq!(now.len(), known + 2);
        for entry in [correction, first] {
            assert!(entry.contains(number) && entry.contains(why), "{entry}");
            assert!(!entry.contains("成交") && !entry.contains("Sold") && !entry.contains("1000.00"), "{entry}");
        }
        assert!(correction.contains("更正") && correction.contains("Correction"), "{correction}");
        let id = |entry: &str| between(entry, "<id>", "</id>").to_string();
        assert_eq!(id(first), id(&told), "the first news is the same piece of news");
        assert_ne!(id(first), id(correction));
        let updated = between(first, "<updated>", "</updated>");
        assert_eq!(updated, between(correction, "<updated>", "</updated>"), "a reader fetches it anew");
        assert!(between(first, "<published>", "</published>") <= updated);
    }
}
