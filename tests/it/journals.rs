//! Every journal format ever released replays to what it replayed to then, for ever.

use sunbid::trading::floor::Lots;
use sunbid::trading::journal::{open_to_read, replay};
use sunbid::trading::projection::Replicas;
use sunbid::trading::replica::stage_name;

/// Head of the chain, then stage, bids, price and leader of each lot, as the release told them.
struct Released {
    file: &'static str,
    entries: u64,
    lots: &'static [(&'static str, &'static str, u64, i64, u32)],
}

const RELEASED: &[Released] = &[Released {
    file: "format-1.db",
    entries: 138,
    lots: &[
        ("c700d9d6-23e2-43a5-9495-97a079bc05da", "bidding", 5, 102_000_000_000, 816),
        ("d45b0b06-d8a6-4e4b-b8c2-0d7930a36763", "announced", 0, 0, 0),
        ("dd35302e-7db4-47f6-ac62-9cf92ceef663", "suspended", 5, 10_000_000_000, 154),
        ("6bd66288-3c0a-47d4-8f6a-35d9a3c2e7b2", "ceiling", 4, 115_000_000_000, 506),
        ("fa67fefb-09e2-4c48-a616-29e717fcc5a9", "sold", 5, 90_000_000, 569),
        ("46d5c338-719c-45c4-82b3-95a144abf57a", "unsold", 2, 151_000_000, 760),
        ("005924e2-f60e-403e-9ca1-2d00f7a06837", "announced", 0, 0, 0),
        ("bb580dbe-a0c8-4149-9816-0af9265a66fe", "terminated", 5, 980_000_000, 194),
        ("4f52cad6-70a8-4d2e-9f10-3e002d59b055", "sold", 5, 124_000_000, 915),
        ("61a60db4-7520-4da7-b30b-86eea73f9906", "bidding", 6, 43_400_000_000, 922),
        ("8f12d83c-68a9-44e3-96af-934ff94e7c77", "bidding", 11, 39_500_000, 629),
        ("ad9f3e95-8e16-4ee9-8a74-7f7a750d911a", "bidding", 11, 469_000_000, 681),
    ],
}];

#[test]
fn old_journals_replay_to_what_they_said_then() {
    for released in RELEASED {
        let path = format!("{}/tests/it/journals/{}", env!("CARGO_MANIFEST_DIR"), released.file);
        let sql = open_to_read(path.as_ref()).expect("a journal");
        let (mut lots, mut replicas) = (Lots::default(), Replicas::default());
        let (entries, _) = replay(&sql, |entry| {
            replicas.apply(&entry);
            lots.apply(&entry);
        })
        .expect("a whole chain");
        assert_eq!(entries, released.entries, "{}", released.file);
        assert_eq!(lots.by_id.len(), released.lots.len());
        for (id, stage, bids, price, leader) in released.lots {
            let book = &lots.by_id[&id.parse().expect("an id")].book;
            let top = book.top().map_or((0, 0), |top| (top.price.minor(), top.paddle.0));
            assert_eq!(
                (stage_name(book).name(), book.bids(), top),
                (*stage, *bids, (*price, *leader)),
                "{}: {id}",
                released.file
            );
        }
    }
}
