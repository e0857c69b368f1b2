//! Enforcement told as stories: a case from its source to what it does on the floor.

use crate::approval::register;
use crate::house::{Person, Server, draft, open_lot_seated, soon};
use crate::life::{Desk, file, today};
use crate::registers::import;
use serde_json::{Value, json};

pub const ANN: &str = "91440300708461136T";

/// Two who investigate, one who decides, one who reviews and decides.
pub struct Team {
    pub agency: String,
    pub first: Person,
    pub second: Person,
    pub head: Person,
    pub deputy: Person,
    pub ids: Vec<String>,
}

/// A team on a server of its own.
pub struct Brigade {
    pub server: Server,
    team: Team,
}

impl std::ops::Deref for Brigade {
    type Target = Team;

    fn deref(&self) -> &Team {
        &self.team
    }
}

impl Brigade {
    pub fn begin() -> Brigade {
        let server = Server::start();
        let team = Team::on(&server);
        Brigade { server, team }
    }
}

impl Team {
    pub fn on(server: &Server) -> Team {
        let agency = server.agency(&server.sign_in("admin"), "11440300MB2C12345R");
        let first = server.officer("e1", &agency, &["investigate"]);
        let second = server.officer("e2", &agency, &["investigate"]);
        let head = server.officer("e3", &agency, &["decide"]);
        let deputy = server.officer("e4", &agency, &["review", "decide"]);
        let known = head.ok("GET", "/api/enforcement/officers", Value::Null);
        let ids = known.as_array().expect("a list").iter().map(|one| one["id"].as_str().expect("an id").to_string());
        let team = Team { ids: ids.collect(), agency, first, second, head, deputy };
        put_out(&team, standard());
        team
    }

    pub fn file(&self, code: &str) -> String {
        let party = json!({"kind": "entity", "code": code, "name": "安企业"});
        let new =
            json!({"title": "涉嫌串通", "facts": "两个号牌轮流报价", "party": party, "act_time": {"on": today()}});
        let case = self.first.ok("POST", "/api/enforcement/cases", new);
        case["id"].as_str().expect("an id").to_string()
    }

    /// Up to the notice; the hearing waived.
    pub fn to_notice(&self, case: &str) {
        self.assign(case);
        self.find(case);
    }

    pub fn assign(&self, case: &str) {
        let team = json!({"act": "assign", "officers": [self.ids[0], self.ids[1]], "note": "组成调查组"});
        act(&self.head, case, team);
    }

    /// Who decided may say that it was wrong; another takes it back.
    pub fn annul(&self, case: &str) {
        act(&self.head, case, json!({"act": "propose_annul", "note": "复议决定书"}));
        act(&self.deputy, case, json!({"act": "annul", "note": "复议撤销"}));
    }

    /// From the inspection to the notice.
    pub fn find(&self, case: &str) {
        act(&self.first, case, json!({"act": "inspect", "with": self.ids[1], "note": "调取竞价记录"}));
        let finding = json!({"rule": "COLLUSION", "grade": "normal"});
        act(&self.second, case, json!({"act": "report", "finding": finding, "major": false, "note": "事实清楚"}));
        act(&self.first, case, json!({"act": "notify", "note": "拟罚款并禁止参加竞买"}));
        act(&self.first, case, json!({"act": "waive", "note": "当事人书面放弃听证"}));
    }
}

/// A standard of the team's agency, read and published.
pub fn put_out(team: &Team, standard: Value) {
    let draft = team.deputy.ok("POST", "/api/enforcement/discretion", standard);
    let path = format!("/api/enforcement/discretion/{}/publish", draft["code"].as_str().expect("a code"));
    team.head.ok("POST", &path, json!({"written_at": draft["written_at"]}));
}

pub fn standard() -> Value {
    let row = |grade: &str, min: &str, max: &str, from: u32, to: u32| {
        json!({"grade": grade, "condition_zh": "情形", "condition_en": "condition", "penalty": "fine", "unit": "yuan",
            "min": min, "max": max, "bar_months_min": from, "bar_months_max": to, "evidence": ["竞价记录"]})
    };
    json!({"code": "COLLUSION", "act_zh": "恶意串通", "act_en": "collusion", "law": "拍卖法", "article": "第六十五条",
        "effective_from": today(), "grades": [row("light", "1000", "5000", 0, 6),
        row("normal", "5000.01", "20000", 6, 12), row("heavy", "20000.01", "50000", 12, 36)]})
}

pub fn penalty(grade: &str, amount: &str, months: u32) -> Value {
    let penalty =
        json!({"rule": "COLLUSION", "grade": grade, "amount": amount, "bar_months": months, "reason": "影响成交"});
    json!({"act": "decide", "penalty": penalty, "note": "依法决定"})
}

pub fn act(who: &Person, case: &str, act: Value) -> Value {
    who.ok("POST", &format!("/api/enforcement/cases/{case}/acts"), act)
}

pub fn refused(who: &Person, case: &str, act: Value) -> String {
    let (status, said) = who.call("POST", &format!("/api/enforcement/cases/{case}/acts"), act);
    assert!(status >= 400, "{said}");
    said["code"].as_str().expect("a code").to_string()
}

#[test]
fn a_served_decision_bars_a_bidder_from_a_lot_he_is_seated_on_at_once() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bob) = (server.person("ann", "bidder"), server.person("bob", "bidder"));
    register(&ann, &server.person("o1", "officer"), "安企业", ANN);
    let (lot, paddles) = open_lot_seated(&writes, &checks, &[&ann, &bob], draft("BAR-1", 3_600_000));
    let mut floor = ann.socket();
    let bid = floor.bid(&lot, "1000.00");
    assert_eq!(bid["accepted"], true, "{bid}");

    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    let decided = act(&brigade.head, &case, penalty("normal", "20000.00", 12));
    assert_eq!(decided["place"]["status"], "decided");
    assert_eq!(floor.bid(&lot, "1100.00")["code"], "ALREADY_LEADING", "a decision holds once it is served");
    act(&brigade.first, &case, json!({"act": "serve", "note": "直接送达"}));

    let you = soon(|| {
        let you = ann.ok("GET", &format!("/api/lots/{lot}/you"), Value::Null);
        (you["barred"] == true).then_some(you)
    });
    assert_eq!((you["paddle"].as_u64(), you["last"].as_str()), (Some(paddles[0]), Some("1000.00")));
    let refused = floor.bid(&lot, "1200.00");
    assert_eq!((refused["accepted"].as_bool(), refused["code"].as_str()), (Some(false), Some("BARRED")), "{refused}");
    // His bid stands; others go on, and pass it.
    let mut other = bob.socket();
    assert_eq!(other.bid(&lot, "1001.00")["accepted"], true);
    assert_eq!(floor.bid(&lot, "1300.00")["code"], "BARRED");

    act(&brigade.second, &case, json!({"act": "execute", "note": "罚款已缴"}));
    let closed = act(&brigade.first, &case, json!({"act": "close", "note": "执行完毕"}));
    assert_eq!(
        (closed["place"]["status"].as_str(), closed["place"]["outcome"].as_str()),
        (Some("closed"), Some("penalised"))
    );
    assert_eq!(closed["acts"], json!([]), "who investigated does not annul");
    assert_eq!(closed["events"].as_array().expect("a list").len(), 10);
}

#[test]
fn a_barred_trader_s_orders_leave_the_exchange_at_once() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (ann, bo) = (server.person("ann", "bidder"), server.person("bo", "bidder"));
    register(&ann, &server.person("o1", "officer"), "安企业", ANN);
    let profiles = writes.ok("GET", "/api/profiles", Value::Null);
    let preset = profiles.as_array().expect("a list").iter().find(|profile| profile["id"] == "carbon_exchange");
    let mut exchange = draft("BAR-3", 1);
    exchange["terms"] = preset.expect("the preset")["terms"].clone();
    let (lot, _) = open_lot_seated(&writes, &checks, &[&ann, &bo], exchange);
    let order = |who: &Person, side: &str, price: &str| {
        let offer = json!({"kind": "order", "side": side, "price": price, "quantity": 10});
        let mut socket = who.socket();
        socket.send(json!({"type": "offer", "lot": lot, "key": uuid::Uuid::new_v4(), "offer": offer}));
        socket.until("reply")
    };
    for price in ["50.00", "51.00"] {
        assert_eq!(order(&ann, "sell", price)["accepted"], true);
    }
    assert_eq!(order(&bo, "sell", "52.00")["accepted"], true);
    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    act(&brigade.head, &case, penalty("normal", "20000.00", 12));
    act(&brigade.first, &case, json!({"act": "serve", "note": "直接送达"}));
    let asks = soon(|| {
        let state = server.anyone().ok("GET", &format!("/api/lots/{lot}"), Value::Null)["state"].clone();
        let asks = state["room"]["asks"].as_array().expect("asks").clone();
        (asks.len() == 1).then_some(asks)
    });
    assert_eq!(asks[0]["price"], "52.00", "the other's order stands");
    assert_eq!(order(&ann, "sell", "49.00")["code"], "BARRED");
    let you = ann.ok("GET", &format!("/api/lots/{lot}/you"), Value::Null);
    assert_eq!(you["own"]["orders"].as_array().map_or(0, Vec::len), 0, "{you}");
}

#[test]
fn a_bar_that_is_lifted_or_over_keeps_nobody_from_a_later_lot() {
    let desk = Desk::of(Server::start_rehearsal());
    let brigade = Team::on(&desk.server);
    let ann = desk.bidder("ann");
    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    act(&brigade.head, &case, penalty("normal", "20000.00", 12));
    act(&brigade.first, &case, json!({"act": "serve", "note": "直接送达"}));
    let lot = desk.lot("BAR-4", 60_000, json!({}), file("post"));
    desk.ready(&lot);
    desk.act(&lot, "announce");
    let path = format!("/api/lots/{lot}/applications");
    let (status, refused) = ann.call("POST", &path, json!({}));
    assert_eq!((status, refused["code"].as_str()), (409, Some("BARRED_BY_RECORD")));
    brigade.annul(&case);
    desk.open(&lot, &[&ann]);
    assert_eq!(ann.socket().bid(&lot, "1000.00")["accepted"], true, "the decision is overturned, and with it the bar");

    // A bar that ended today bars no longer.
    let admin = desk.server.sign_in("admin");
    let keeper = desk.server.agency(&admin, "12440300123456788T");
    admin.ok("PUT", "/api/registers/social_credit/owner", json!({"agency_id": keeper}));
    let owner = desk.server.officer("owner", &keeper, &["own_data"]);
    let record = json!([{"number": "C-1", "subject_code": ANN, "subject": "安企业", "kind": "blacklist", "bars": "yes",
        "reason": "串通投标", "decided_by": "某局", "in_force_from": "2026-01-01", "until": today()}]);
    assert_eq!(import(&owner, "social_credit", "format=json", &record.to_string())["status"], "done");
    let later = desk.lot("BAR-5", 60_000, json!({}), file("post"));
    desk.ready(&later);
    desk.act(&later, "announce");
    desk.open(&later, &[&ann]);
    assert_eq!(ann.socket().bid(&later, "1000.00")["accepted"], true);
}

#[test]
fn a_barred_seat_stays_barred_over_a_restart_and_a_record_found_late_is_worked_off() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let ann = server.person("ann", "bidder");
    register(&ann, &server.person("o1", "officer"), "安企业", ANN);
    let (lot, _) = open_lot_seated(&writes, &checks, &[&ann], draft("BAR-2", 3_600_000));
    let case = brigade.file(ANN);
    brigade.to_notice(&case);
    act(&brigade.head, &case, penalty("normal", "20000.00", 12));
    act(&brigade.first, &case, json!({"act": "serve", "note": "直接送达"}));
    let path = format!("/api/lots/{lot}/you");
    // Killed at once: whether the floor was told yet or not, the next start works it off.
    let server = Server::start_on(brigade.server.kill());
    let ann = server.sign_in("ann");
    soon(|| (ann.ok("GET", &path, Value::Null)["barred"] == true).then_some(()));
    assert_eq!(ann.socket().bid(&lot, "1000.00")["code"], "BARRED");
}

#[test]
fn who_investigates_decides_and_approves_are_different_persons() {
    let brigade = Brigade::begin();
    let case = brigade.file(ANN);
    let alone = json!({"act": "assign", "officers": [brigade.ids[0]], "note": "n"});
    assert_eq!(refused(&brigade.head, &case, alone), "TWO_OFFICERS");
    let wrong = json!({"act": "assign", "officers": [brigade.ids[0], brigade.ids[2]], "note": "n"});
    assert_eq!(refused(&brigade.head, &case, wrong), "BAD_REQUEST", "who only decides does not investigate");
    brigade.to_notice(&case);
    assert_eq!(refused(&brigade.first, &case, penalty("normal", "20000", 12)), "FORBIDDEN");
    // Another grade than the facts', and outside its bar: only proposed, by the head; another approves.
    let proposed = act(&brigade.head, &case, penalty("heavy", "20000.01", 40));
    assert_eq!(proposed["place"]["status"], "proposed");
    assert_eq!(refused(&brigade.head, &case, json!({"act": "approve", "note": "n"})), "ANOTHER_OFFICER");
    let decided = act(&brigade.deputy, &case, json!({"act": "approve", "note": "情节特别严重"}));
    assert_eq!(decided["place"]["status"], "decided");
}

#[test]
fn a_complaint_is_accepted_becomes_a_case_and_is_answered_in_its_time() {
    let brigade = Brigade::begin();
    let server = &brigade.server;
    let (writes, checks) = (server.person("c1", "clerk"), server.person("c2", "clerk"));
    let (lot, _) = open_lot_seated(&writes, &checks, &[], draft("TS-1", 3_600_000));
    let anyone = server.anyone();
    let path = format!("/api/lots/{lot}/complaints");
    let words = json!({"name": "李四", "contact": "13800000000", "facts": "开标前泄露", "request": "请查处"});
    let (status, said) = anyone.call("POST", &path, json!({"name": " ", "contact": "x", "facts": "y", "request": "z"}));
    assert_eq!((status, said["field"].as_str()), (400, Some("name")));
    let complaint = anyone.ok("POST", &path, words);
    let id = complaint["id"].as_str().expect("an id");
    let clocks = brigade.first.ok("GET", "/api/enforcement/clocks", Value::Null);
    let step = clocks.as_array().expect("a list").iter().find(|step| step["subject"] == id).expect("a clock");
    assert_eq!((step["kind"].as_str(), step["step"].as_str()), (Some("complaint"), Some("accept")));
    let acts = format!("/api/enforcement/complaints/{id}/acts");
    let (status, _) = brigade.first.call("POST", &acts, json!({"act": "open_case", "note": "n"}));
    assert_eq!(status, 409, "it is accepted first");
    brigade.first.ok("POST", &acts, json!({"act": "accept", "note": "属于本机关职责"}));
    brigade.first.ok("POST", &acts, json!({"act": "open_case", "note": "立案"}));
    let cases = brigade.first.ok("GET", "/api/enforcement/cases?open=true", Value::Null);
    assert_eq!((cases["total"].as_u64(), cases["items"][0]["source_ref"].as_str()), (Some(1), Some(id)));
    let (status, _) = brigade.first.call("POST", &acts, json!({"act": "answer", "upheld": true, "note": "属实"}));
    assert_eq!(status, 403, "who only investigates does not answer");
    brigade.head.ok("POST", &acts, json!({"act": "answer", "upheld": true, "note": "属实，已立案"}));
    let followed = anyone.ok("GET", &format!("/api/complaints/{id}"), Value::Null);
    assert_eq!((followed["status"].as_str(), followed["answer"].as_str()), (Some("upheld"), Some("属实，已立案")));
    assert!(followed.get("contact").is_none(), "the address tells nothing of who wrote it");
}
