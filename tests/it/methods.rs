//! Every way of selling, through the front door: the profile, the offers, what others may see, the
//! result.

use crate::house::{Person, Server, draft, open_lot, soon};
use crate::watch::{from_device, raised};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

struct House {
    server: Server,
    writes: Person,
    checks: Person,
}

impl House {
    fn open() -> House {
        let server = Server::start();
        let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
        House { server, writes, checks }
    }

    /// A lot on a preset, its times and terms changed, open with these bidders.
    fn lot(&self, preset: &str, bidders: &[&Person], change: impl FnOnce(&mut Value)) -> String {
        let profiles = self.writes.ok("GET", "/api/profiles", Value::Null);
        let found = profiles.as_array().expect("a list").iter().find(|profile| profile["id"] == preset);
        let mut lot = draft(&format!("M-{preset}"), 1);
        lot["terms"] = found.unwrap_or_else(|| panic!("no preset {preset}"))["terms"].clone();
        change(&mut lot["terms"]);
        open_lot(&self.writes, &self.checks, bidders, lot)
    }

    fn state(&self, lot: &str) -> Value {
        self.server.anyone().ok("GET", &format!("/api/lots/{lot}"), Value::Null)["state"].clone()
    }

    fn closed(&self, lot: &str) -> Value {
        soon(|| {
            let state = self.state(lot);
            state.get("outcome").is_some().then_some(state)
        })
    }
}

fn offer(person: &Person, lot: &str, offer: Value) -> Value {
    let mut socket = person.socket();
    socket.send(json!({"type": "offer", "lot": lot, "key": uuid::Uuid::new_v4(), "offer": offer}));
    socket.until("reply")
}

#[test]
fn a_sealed_offer_is_seen_by_nobody_before_it_is_opened() {
    let house = House::open();
    let [ann, bo, cy] = ["ann", "bo", "cy"].map(|login| house.server.person(login, "bidder"));
    let sue = house.server.person("sue", "supervisor");
    let mut wall = sue.socket();
    wall.send(json!({"type": "supervise"}));
    let lot = house.lot("property_one_shot", &[&ann, &bo, &cy], |terms| terms["phases"][0]["length_ms"] = json!(4_000));
    let mut public = house.server.anyone().socket();
    public.send(json!({"type": "watch", "lot": lot}));
    let mut told = vec![public.until("snapshot")];
    assert_eq!(ann.socket().bid(&lot, "2345678.90")["accepted"], true);
    assert_eq!(bo.socket().bid(&lot, "2222222.20")["accepted"], true);
    let refused = ann.socket().bid(&lot, "2400000.00");
    assert_eq!(refused["code"], "CHANGES_SPENT");
    assert!(refused.get("n").is_none(), "entries between two of one's own are others' acts: {refused}");
    assert_eq!(cy.socket().bid(&lot, "1.00")["code"], "BELOW_START");
    assert_eq!(ann.call("GET", &format!("/api/lots/{lot}/offers"), Value::Null).0, 404, "not opened yet");
    let own = ann.ok("GET", &format!("/api/lots/{lot}/you"), Value::Null);
    assert_eq!(own["own"]["amount"], "2345678.90", "he sees his own");
    let record = || sue.ok("GET", &format!("/api/supervision/record?lot={lot}"), Value::Null);
    let of_kind = |record: &Value, kind: &str| {
        record["items"].as_array().expect("rows").iter().filter(|row| row["kind"] == kind).cloned().collect::<Vec<_>>()
    };
    let early = record();
    assert_eq!(of_kind(&early, "bid").len(), 0, "nor is it told that there are any: {early}");
    told.push(early);
    told.push(house.state(&lot));
    // What comes of the lot before the refusal comes before it on the wall.
    while told.last().is_some_and(|trace| trace["kind"] != "refused") {
        told.push(wall.until("trace"));
    }
    assert!(!told.iter().any(|trace| trace["kind"] == "bid"), "{told:?}");
    let told = json!(told).to_string();
    // Who has no change left has offered.
    for word in ["2345678", "2222222", "2400000", "CHANGES_SPENT"] {
        assert!(!told.contains(word), "{word}: {told}");
    }
    let state = house.closed(&lot);
    assert_eq!((&state["outcome"]["kind"], &state["outcome"]["price"]), (&json!("sold"), &json!("2345678.90")));
    assert_eq!(state["room"]["opened"][1]["price"], "2222222.20");
    let late = record();
    assert_eq!(of_kind(&late, "bid").len(), 2, "the record shows them once they are opened: {late}");
    assert_eq!(of_kind(&late, "refused").len(), 2, "and what was refused beside them: {late}");
    let page = house.server.anyone().ok("GET", &format!("/api/lots/{lot}/offers?from=1"), Value::Null);
    assert_eq!((&page["items"][0], &page["count"]), (&state["room"]["opened"][1], &json!(2)));
}

#[test]
fn what_is_played_again_of_a_live_sealed_lot_tells_of_no_offer() {
    let house = House::open();
    let [ann, bo, cy] = ["ann", "bo", "cy"].map(|login| house.server.person(login, "bidder"));
    let sue = house.server.person("sue", "supervisor");
    let lot =
        house.lot("property_one_shot", &[&ann, &bo, &cy], |terms| terms["phases"][0]["length_ms"] = json!(3_600_000));
    assert_eq!(from_device(&ann, "one").bid(&lot, "2345678.90")["accepted"], true);
    assert_eq!(from_device(&bo, "one").bid(&lot, "2222222.20")["accepted"], true);
    assert_eq!(from_device(&ann, "one").bid(&lot, "2400000.00")["code"], "CHANGES_SPENT");
    assert_eq!(cy.socket().bid(&lot, "1.00")["code"], "BELOW_START");
    let alert = raised(&sue, &lot, "shared_device");
    let replay = sue.ok("GET", &format!("/api/supervision/alerts/{}/replay", alert["id"]), Value::Null);
    let rows = replay["rows"].as_array().expect("rows");
    let refused: Vec<_> = rows.iter().map(|row| row["refused"].clone()).collect();
    assert_eq!(refused, [json!("BELOW_START")], "{replay}");
    assert_eq!(replay["evidence"], json!([]), "{replay}");
}

#[test]
fn a_falling_price_is_taken_once() {
    let house = House::open();
    let (ann, bo) = (house.server.person("ann", "bidder"), house.server.person("bo", "bidder"));
    let lot = house.lot("dutch", &[&ann, &bo], |terms| {
        terms["phases"][0]["every_ms"] = json!(400);
    });
    let shown = soon(|| {
        let room = house.state(&lot)["room"].clone();
        (room["step"].as_u64() > Some(1)).then_some(room)
    });
    assert_ne!(shown["shown"], "100000.00", "it has fallen");
    assert_eq!(ann.socket().bid(&lot, "100000.00")["code"], "PRICE_NOT_SHOWN");
    // The price moves on between looking and taking, as for anybody.
    let taken = soon(|| {
        let price = house.state(&lot)["room"]["shown"].as_str().expect("a price").to_string();
        let reply = bo.socket().bid(&lot, &price);
        (reply["accepted"] == true).then_some(price)
    });
    let state = house.closed(&lot);
    assert_eq!(state["outcome"]["price"], taken.as_str());
    assert_eq!(ann.socket().bid(&lot, &taken)["code"], "LOT_CLOSED");
}

#[test]
fn those_who_take_the_ceiling_draw_lots_that_anybody_can_check() {
    let house = House::open();
    let (ann, bo) = (house.server.person("ann", "bidder"), house.server.person("bo", "bidder"));
    let sue = house.server.person("sue", "supervisor");
    let lot = house.lot("ceiling_lottery", &[&ann, &bo], |terms| {
        terms["phases"][0]["length_ms"] = json!(600_000);
        terms["ceiling"]["inquiry_ms"] = json!(2_000);
        terms["after_ceiling"][0]["collect_ms"] = json!(2_500);
        terms["after_ceiling"][0]["reveal_ms"] = json!(30_000);
    });
    assert_eq!(ann.socket().bid(&lot, "115000000.00")["accepted"], true, "the ceiling");
    let mut socket = bo.socket();
    socket.send(json!({"type": "answer", "lot": lot, "key": uuid::Uuid::new_v4(), "yes": true}));
    assert_eq!(socket.until("reply")["accepted"], true);
    soon(|| (house.state(&lot)["phase"] == "lottery").then_some(()));
    assert_eq!(offer(&ann, &lot, json!({"kind": "seed", "seed": "早"}))["code"], "NOT_COMMITTED");
    let hex = |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let draw = |act: &str| format!("/api/lots/{lot}/draw/{act}");
    house.writes.ok("POST", &draw("commit"), json!({"digest": hex("center's seed")}));
    sue.ok("POST", &draw("commit"), json!({"digest": hex("supervisor's seed")}));
    assert_eq!(offer(&ann, &lot, json!({"kind": "seed", "seed": "good luck"}))["accepted"], true);
    assert_eq!(sue.call("POST", &draw("reveal"), json!({"seed": "supervisor's seed"})).1["code"], "TOO_EARLY");
    soon(|| (house.writes.call("POST", &draw("reveal"), json!({"seed": "center's seed"})).0 == 200).then_some(()));
    assert_eq!(sue.call("POST", &draw("reveal"), json!({"seed": "another"})).1["code"], "SEED_MISMATCH");
    sue.ok("POST", &draw("reveal"), json!({"seed": "supervisor's seed"}));
    let state = house.closed(&lot);
    let room = &state["room"];
    let mut lines = "sunbid draw 1\ncenter center's seed\nsupervisor supervisor's seed\n".to_string();
    for paddle in room["draw"]["among"].as_array().expect("entrants") {
        let text = room["texts"].as_array().expect("texts").iter().find(|text| text["paddle"] == *paddle);
        lines += &format!("{paddle} {}\n", text.map_or("", |text| text["text"].as_str().expect("text")));
    }
    let digest = Sha256::digest(&lines);
    let nth = u128::from_be_bytes(digest[..16].try_into().expect("16 bytes")) % 2;
    assert_eq!(room["draw"]["digest"], hex(&lines));
    assert_eq!(state["outcome"]["paddle"], room["draw"]["among"][nth as usize]);
    assert_eq!(state["outcome"]["price"], "115000000.00");
}

#[test]
fn many_units_are_cleared_at_one_price() {
    let house = House::open();
    let people = ["ann", "bo", "cy"].map(|login| house.server.person(login, "bidder"));
    let all: Vec<&Person> = people.iter().collect();
    let lot = house.lot("carbon_uniform", &all, |terms| terms["phases"][0]["length_ms"] = json!(2_500));
    let order =
        |price: &str, quantity: u64| json!({"kind": "order", "side": "buy", "price": price, "quantity": quantity});
    assert_eq!(offer(&people[0], &lot, order("15.50", 40_000))["accepted"], true);
    assert_eq!(offer(&people[1], &lot, order("16.20", 30_000))["accepted"], true);
    assert_eq!(offer(&people[2], &lot, order("15.00", 50_000))["accepted"], true);
    assert_eq!(offer(&people[2], &lot, order("15.00", 1_000))["code"], "ABOVE_QUANTITY");
    assert_eq!(offer(&people[1], &lot, order("12.00", 1_000))["code"], "BELOW_START");
    let outcome = &house.closed(&lot)["outcome"];
    assert_eq!((&outcome["price"], &outcome["quantity"]), (&json!("15.00"), &json!(100_000)));
    assert_eq!(outcome["awards"][2]["quantity"], 30_000, "the marginal order is filled in part");
}

#[test]
fn buyers_and_sellers_meet() {
    let house = House::open();
    let (ann, bo) = (house.server.person("ann", "bidder"), house.server.person("bo", "bidder"));
    let lot = house.lot("carbon_exchange", &[&ann, &bo], |_| {});
    let order = |side: &str, price: &str, quantity: u64| json!({"kind": "order", "side": side, "price": price, "quantity": quantity});
    assert_eq!(offer(&ann, &lot, order("sell", "50.00", 100))["accepted"], true);
    assert_eq!(offer(&bo, &lot, order("buy", "51.00", 30))["accepted"], true);
    assert_eq!(offer(&ann, &lot, order("buy", "50.00", 1))["code"], "SELF_TRADE");
    let room = soon(|| {
        let room = house.state(&lot)["room"].clone();
        (room["trades"] == 1).then_some(room)
    });
    assert_eq!((&room["last"], &room["asks"][0]["quantity"]), (&json!("50.00"), &json!(70)));
    let own = ann.ok("GET", &format!("/api/lots/{lot}/you"), Value::Null)["own"]["orders"][0]["order"].clone();
    assert_eq!(offer(&bo, &lot, json!({"kind": "cancel", "order": own}))["code"], "NO_SUCH_ORDER");
    assert_eq!(offer(&ann, &lot, json!({"kind": "cancel", "order": own}))["accepted"], true);
}

#[test]
fn a_reserve_is_entered_by_two_and_shown_to_nobody() {
    let house = House::open();
    let ann = house.server.person("ann", "bidder");
    let lot = house.lot("wonders_wsjy", &[&ann], |terms| {
        terms["phases"] = json!([{"kind": "open", "length_ms": 4_000, "extension": {"kind": "none"}}]);
        terms["reserve_entry"] = json!({"opens_before_ms": 4_000, "closes_before_ms": 0});
        terms["reserve_offer_ms"] = json!(30_000);
    });
    assert_eq!(ann.socket().bid(&lot, "100000000.00")["accepted"], true);
    let path = format!("/api/desk/lots/{lot}/reserve");
    let enter = |who: &Person, amount: &str| who.call("POST", &path, json!({"amount": amount}));
    assert_eq!(enter(&house.writes, "120000000.00").1["entered"], false);
    assert_eq!(enter(&house.checks, "130000000.00").0, 409, "they differ");
    assert_eq!(enter(&house.writes, "120000000.00").1["entered"], false);
    assert_eq!(enter(&house.checks, "120000000.00").1["entered"], true);
    soon(|| (enter(&house.writes, "120000000.00").1["code"] == "RESERVE_ENTERED").then_some(()));
    assert!(house.state(&lot).get("reserve").is_none());
    let offered = soon(|| {
        let state = house.state(&lot);
        (state["phase"] == "reserve_offer").then_some(state)
    });
    assert_eq!(offered["reserve"], "120000000.00", "below it, the lot is offered at it");
    let mut socket = ann.socket();
    socket.send(json!({"type": "answer", "lot": lot, "key": uuid::Uuid::new_v4(), "yes": true}));
    assert_eq!(socket.until("reply")["accepted"], true);
    assert_eq!(house.closed(&lot)["outcome"]["price"], "120000000.00");
}

#[test]
fn lots_of_one_notice_run_one_after_another() {
    let house = House::open();
    let ann = house.server.person("ann", "bidder");
    let first = house.lot("dutch", &[&ann], |terms| {
        terms["phases"][0]["every_ms"] = json!(500);
        terms["phases"][0]["steps"] = json!(2);
    });
    let mut second = draft("M-second", 60_000);
    second["terms"]["follows"] = json!({"lot": uuid::Uuid::new_v4(), "gap_ms": 200});
    assert_eq!(house.writes.call("POST", "/api/desk/lots", second.clone()).1["field"], "terms.follows");
    second["terms"]["follows"] = json!({"lot": first, "gap_ms": 200});
    let lot = house.writes.ok("POST", "/api/desk/lots", second);
    let id = lot["card"]["id"].as_str().expect("an id").to_string();
    house.checks.ok("POST", &format!("/api/desk/lots/{id}/check"), json!({}));
    house.writes.ok("POST", &format!("/api/desk/lots/{id}/publish"), json!({}));
    assert_eq!(house.writes.call("POST", &format!("/api/desk/lots/{id}/open"), json!({})).1["code"], "NOT_OPEN_YET");
    let ended = house.closed(&first);
    assert_eq!(ended["outcome"]["kind"], "unsold");
    let began = soon(|| house.state(&id)["began_at"].as_i64());
    let sue = house.server.person("sue", "supervisor");
    let record = sue.ok("GET", &format!("/api/supervision/record?lot={first}"), Value::Null);
    let closed_at = record["items"].as_array().expect("a record").last().expect("its close")["at"].as_i64();
    assert_eq!(Some(began), closed_at.map(|at| at + 200));
}

#[test]
fn a_profile_is_written_by_one_and_published_by_another() {
    let house = House::open();
    let mut terms = draft("x", 60_000)["terms"].clone();
    terms.as_object_mut().expect("terms").remove("reserve");
    let profile = |terms: &Value| json!({"id": "our_own", "name_zh": "本市", "name_en": "ours", "terms": terms});
    let first = house.writes.ok("POST", "/api/profiles", profile(&terms));
    assert_eq!((&first["version"], &first["published"]), (&json!(1), &json!(false)));
    let path = "/api/profiles/our_own/1/publish";
    assert_eq!(house.writes.call("POST", path, json!({})).0, 409, "not by its author");
    assert_eq!(house.checks.ok("POST", path, json!({}))["published"], true);
    assert_eq!(house.checks.call("POST", path, json!({})).0, 409, "once");
    assert_eq!(house.writes.ok("POST", "/api/profiles", profile(&terms))["version"], 2);
    terms["phases"] = json!([{"kind": "method", "method": "dutch", "drop": "0.00", "every_ms": 1, "steps": 1}]);
    let (status, body) = house.writes.call("POST", "/api/profiles", profile(&terms));
    assert_eq!((status, body["field"].as_str()), (400, Some("terms.dutch.drop")), "{body}");
}
