//! Every journal format ever released replays to what it replayed to then, for ever.

use sunbid::proof::base64;
use sunbid::trading::floor::Lots;
use sunbid::trading::journal::replay;
use sunbid::trading::log::growth::Growth;
use sunbid::trading::log::tiles::Files;
use sunbid::trading::projection::Replicas;
use sunbid::trading::replica::stage_name;

/// Stage, bids, price in minor units and leader of each lot, as the release told them.
struct Released {
    file: &'static str,
    entries: u64,
    lots: &'static [(&'static str, &'static str, u64, i64, u32)],
}

const RELEASED: &[Released] = &[FIRST, WITH_METHODS, WITH_NOTES];

const FIRST: Released = Released {
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
};

/// The first, and a notice noted after it.
const WITH_NOTES: Released = Released { file: "format-3.db", entries: 139, ..FIRST };

/// Selling methods beyond the ladder.
const WITH_METHODS: Released = Released {
    file: "format-2.db",
    entries: 256,
    lots: &[
        ("ee724a2b-15cc-4471-85d9-3ff7c3f25888", "bidding", 5, 102_000_000_000, 438),
        ("c3bd6851-3869-4dc8-8af5-56689bf5aeec", "announced", 0, 0, 0),
        ("69c54394-870f-4a81-abcd-305eaea399c8", "suspended", 5, 10_000_000_000, 221),
        ("d53fcde5-02a7-4d4d-8d56-e79e3c62a5eb", "ceiling", 4, 115_000_000_000, 454),
        ("ec71696f-c773-402d-8d4d-ef8443645fd0", "sold", 5, 90_000_000, 195),
        ("b584f55e-e23d-44ba-a623-1cdb7759211a", "unsold", 2, 151_000_000, 415),
        ("f314af14-da50-42c3-87c0-39a125904901", "announced", 0, 0, 0),
        ("41dd9925-e5ce-46e3-9d09-1995eadb0523", "terminated", 5, 980_000_000, 351),
        ("1d8e0498-dec4-47af-a6dd-1bac62e1fa57", "sold", 5, 124_000_000, 441),
        ("beb86d00-256f-47a8-b70a-2901c4cbb37a", "bidding", 0, 0, 0),
        ("647c28fe-1c4a-4791-9f5e-19eed4822e75", "bidding", 0, 0, 0),
        ("d74d6d44-0257-45ff-a813-8724ba00df16", "bidding", 3, 260_000_000, 390),
        ("3c43cd62-2210-46eb-8d59-169012b3fc20", "bidding", 17, 49_000_000_000, 456),
        ("e69cba7f-4801-4ab8-b36b-5c21752cc3a2", "bidding", 13, 42_500_000, 336),
        ("be693fbe-7431-4269-aeb2-5247207803b3", "bidding", 22, 461_000_000, 279),
        ("fb3d8ef5-01e5-4003-9711-d20fb5fb971c", "bidding", 0, 0, 0),
        ("9444b112-89d3-4a2e-a088-bb88f1065372", "bidding", 19, 0, 0),
    ],
};

#[test]
fn old_journals_replay_to_what_they_said_then() {
    for released in RELEASED {
        let path = format!("{}/tests/it/journals/{}", env!("CARGO_MANIFEST_DIR"), released.file);
        let (mut lots, mut replicas) = (Lots::default(), Replicas::default());
        let (entries, _) = replay(path.as_ref(), |entry| {
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

/// Leaves and root of each, under a fixed key of salts: what was signed once must come out for ever.
#[test]
fn old_journals_make_the_trees_they_made_then() {
    let roots = RELEASED.iter().map(|released| {
        let path = format!("{}/tests/it/journals/{}", env!("CARGO_MANIFEST_DIR"), released.file);
        let mut growth = Growth::new(&[7; 32], Files::nowhere());
        replay(path.as_ref(), |entry| drop(growth.take(&entry).expect("grows"))).expect("a whole chain");
        (growth.tree.size(), base64(&growth.summits().root()))
    });
    let roots: Vec<(u64, String)> = roots.collect();
    let then = [
        (148, "iZ2lk+0e2GeHH7GcWFRw+c+sJNgvF0rsLrr6jKp/7Tg="),
        (266, "dDDCbnntcoCKCGmudnw/bkif7O8nZbtpSr8EhX80Ha8="),
        (149, "zz0SCpNClQbmCzrvDlBNCiXI75OQlG0uoJ8wLF16SRk="),
    ];
    assert_eq!(roots, then.map(|(size, root)| (size, root.to_string())));
}
