//! 绩效评估: a month's figures, the cases behind them, the export, and weights that are published ahead.

use crate::approval::{act, begin, registration, upload};
use crate::house::{Person, Server, draft, open_lot, soon};
use serde_json::{Value, json};

const DAY_MS: i64 = 86_400_000;

fn decided(server: &Server, login: &str, officer: &Person, days_in_the_office: i64) -> String {
    let bidder = server.person(login, "bidder");
    let case = begin(&bidder, "BIDDER-REGISTRATION", None, registration("甲公司", "91440300708461136T"));
    upload(&bidder, &case, "identity");
    act(&bidder, &case, json!({"act": "file"}));
    act(officer, &case, json!({"act": "accept"}));
    act(officer, &case, json!({"act": "forward", "note": ""}));
    act(officer, &case, json!({"act": "decide", "outcome": "granted", "note": ""}));
    let tables = server.tables();
    let guard: String = tables
        .query_row("select sql from sqlite_master where name = 'case_events_are_not_changed'", [], |row| row.get(0))
        .expect("the guard");
    tables.execute_batch("drop trigger case_events_are_not_changed").expect("off");
    let sql = "update case_events set at = at - ?1 where case_id = ?2 and act in ('file', 'accept', 'forward')";
    tables.execute(sql, rusqlite::params![days_in_the_office * DAY_MS, case]).expect("aged");
    tables.execute_batch(&guard).expect("on again");
    case
}

/// Everything a case ever was, so many days earlier.
fn aged(server: &Server, case: &str, days: i64) {
    let tables = server.tables();
    let guard: String = tables
        .query_row("select sql from sqlite_master where name = 'case_events_are_not_changed'", [], |row| row.get(0))
        .expect("the guard");
    tables.execute_batch("drop trigger case_events_are_not_changed").expect("off");
    let past = rusqlite::params![days * DAY_MS, case];
    tables.execute("update case_events set at = at - ?1 where case_id = ?2", past).expect("aged");
    tables.execute_batch(&guard).expect("on again");
    tables.execute("update cases set decided_at = decided_at - ?1 where id = ?2", past).expect("aged");
}

/// Days since the month before this one ended.
fn days_into_month() -> i64 {
    let today = sunbid::calendar::Day::of(sunbid::clock::now()).to_string();
    today[8..].parse::<i64>().expect("a day of the month")
}

/// Moves a decided case into the month before this one.
fn into_last_month(server: &Server, case: &str) {
    aged(server, case, days_into_month() + 10);
}

fn last_month() -> String {
    sunbid::calendar::Day::of(sunbid::clock::now()).plus(-days_into_month()).to_string()[..7].to_string()
}

/// Last month as it stands in a version, once that is written.
fn measured_as(supervisor: &Person, version: u64) -> Value {
    let path = format!("/api/evaluation?period={}", last_month());
    soon(|| Some(supervisor.ok("GET", &path, Value::Null)).filter(|table| table["frozen"]["version"] == version))
}

fn indicator(unit: &Value, name: &str) -> Value {
    let indicators = unit["indicators"].as_array().expect("a list");
    indicators.iter().find(|one| one["indicator"] == name).cloned().expect("the indicator")
}

#[test]
fn a_months_score_leads_to_the_cases_behind_it() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    let supervisor = server.person("supervisor", "supervisor");
    measured_as(&supervisor, 1);
    for login in ["a", "b", "c"] {
        into_last_month(&server, &decided(&server, login, &officer, 0));
    }
    // Three working days were promised, twenty are the law's; fourteen days hold at least four working ones.
    let late = decided(&server, "late", &officer, 14);
    into_last_month(&server, &late);
    let server = Server::start_on(server.kill());
    let (officer, supervisor) = (server.sign_in("officer"), server.sign_in("supervisor"));
    let table = measured_as(&supervisor, 2);
    let unit = &table["units"][0];
    assert_eq!((unit["kind"].as_str(), table["running"].as_bool()), (Some("agency"), Some(false)), "{table}");
    let of = |name: &str| indicator(unit, name);
    assert_eq!((of("promised")["value_tenths"].as_u64(), of("promised")["part"].as_u64()), (Some(750), Some(3)));
    assert_eq!((of("legal")["value_tenths"].as_u64(), of("legal")["whole"].as_u64()), (Some(1_000), Some(4)));
    assert!(of("complaints")["value_tenths"].is_null(), "nobody complained: nothing was measured");

    let unit_path = format!("/api/evaluation/units/{}?period={}", unit["id"].as_str().expect("an id"), last_month());
    let behind = |more: &str| supervisor.ok("GET", &format!("{unit_path}{more}"), Value::Null);
    let items = behind("&indicator=promised")["items"].as_array().expect("a list").clone();
    assert_eq!(items.len(), 4, "{items:?}");
    assert_eq!(items[0]["path"], format!("/cases/{late}"));
    assert_eq!(items[1]["cost_hundredths"], 0);
    // What the list takes away is what is missing from the score, to the last hundredth.
    let all = behind("");
    let cost: u64 =
        all["items"].as_array().expect("a list").iter().filter_map(|one| one["cost_hundredths"].as_u64()).sum();
    assert_eq!(Some(cost), all["unit"]["score_tenths"].as_u64().map(|score| 10 * (1_000 - score)), "{all}");
    let csv = supervisor.text(&format!("/api/evaluation/export?period={}", last_month()));
    assert!(csv.starts_with('\u{feff}'), "{csv}");
    assert!(csv.lines().any(|line| line.contains("promised,25,75.0,3,4")), "{csv}");
    assert_eq!(officer.call("GET", "/api/evaluation", Value::Null).0, 403);
}

#[test]
fn who_does_not_decide_has_not_kept_his_promise() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    measured_as(&server.person("supervisor", "supervisor"), 1);
    let undecided = |login: &str| {
        let bidder = server.person(login, "bidder");
        let case = begin(&bidder, "BIDDER-REGISTRATION", None, registration("甲公司", "91440300708461136T"));
        upload(&bidder, &case, "identity");
        act(&bidder, &case, json!({"act": "file"}));
        act(&officer, &case, json!({"act": "accept"}));
        // Accepted in the first third of last month: its three promised days passed in that month.
        aged(&server, &case, days_into_month() + 20);
        (bidder, case)
    };
    let ((_, lies), (asks, withdrawn)) = (undecided("lies"), undecided("asks"));
    act(&asks, &withdrawn, json!({"act": "withdraw", "note": "不再办理"}));
    let server = Server::start_on(server.kill());
    let (officer, supervisor) = (server.sign_in("officer"), server.sign_in("supervisor"));
    let promised = |table: &Value| {
        let one = indicator(&table["units"][0], "promised");
        (one["part"].as_u64(), one["whole"].as_u64())
    };
    assert_eq!(promised(&measured_as(&supervisor, 2)), (Some(0), Some(2)), "neither an answer nor a withdrawal helps");
    // The unit reads its own score, and its head is advised.
    let behind =
        officer.ok("GET", &format!("/api/me/evaluation?period={}&indicator=promised", last_month()), Value::Null);
    assert_eq!((&behind["unit"]["grade"], behind["items"].as_array().map(Vec::len)), (&json!("fail"), Some(2)));
    let advice = || {
        let mine = officer.ok("GET", "/api/me/cards", Value::Null)["messages"].clone();
        let path = format!("/evaluation/own?period={}", last_month());
        let found: Vec<_> =
            mine.as_array().expect("a list").iter().filter(|one| one["path"] == path).cloned().collect();
        found
    };
    let told = soon(|| Some(advice()).filter(|told| !told.is_empty()));
    assert!(told.len() == 1 && told[0]["zh"].as_str().is_some_and(|zh| zh.contains("监察建议书")), "{told:?}");
    let stranger = server.person("stranger", "bidder");
    assert_eq!(stranger.call("GET", "/api/me/evaluation", Value::Null).0, 403);
    // Decided at last: it was late then, and is counted once.
    act(&officer, &lies, json!({"act": "forward", "note": ""}));
    act(&officer, &lies, json!({"act": "decide", "outcome": "granted", "note": ""}));
    assert_eq!(promised(&supervisor.ok("GET", "/api/evaluation", Value::Null)), (Some(0), Some(0)));
    let server = Server::start_on(server.kill());
    assert_eq!(promised(&measured_as(&server.sign_in("supervisor"), 2)), (Some(0), Some(2)));
}

/// Nobody gains by leaving an application at the counter: past the limit of receipt the promise is broken, once.
#[test]
fn a_case_nobody_accepts_counts_against_the_promise() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    measured_as(&server.person("supervisor", "supervisor"), 1);
    let filed = |login: &str, days: i64| {
        let bidder = server.person(login, "bidder");
        let case = begin(&bidder, "BIDDER-REGISTRATION", None, registration("甲公司", "91440300708461136T"));
        upload(&bidder, &case, "identity");
        act(&bidder, &case, json!({"act": "file"}));
        aged(&server, &case, days);
        case
    };
    // The five working days of receipt ended last month; those of what was filed today run.
    let (lies, late) = (filed("lies", days_into_month() + 20), filed("late", days_into_month() + 20));
    filed("new", 0);
    act(&officer, &late, json!({"act": "accept"}));
    let server = Server::start_on(server.kill());
    let (officer, supervisor) = (server.sign_in("officer"), server.sign_in("supervisor"));
    let promised = |table: &Value| {
        let one = indicator(&table["units"][0], "promised");
        (one["part"].as_u64(), one["whole"].as_u64())
    };
    assert_eq!(promised(&measured_as(&supervisor, 2)), (Some(0), Some(2)));
    assert_eq!(promised(&supervisor.ok("GET", "/api/evaluation", Value::Null)), (Some(0), Some(0)));
    // Decided now within its days, it was left lying all the same: neither month counts it anew.
    act(&officer, &late, json!({"act": "forward", "note": ""}));
    act(&officer, &late, json!({"act": "decide", "outcome": "granted", "note": ""}));
    act(&officer, &lies, json!({"act": "accept"}));
    assert_eq!(promised(&supervisor.ok("GET", "/api/evaluation", Value::Null)), (Some(0), Some(0)));
    let server = Server::start_on(server.kill());
    assert_eq!(promised(&measured_as(&server.sign_in("supervisor"), 2)), (Some(0), Some(2)));
}

#[test]
fn a_month_is_frozen_at_its_end_and_what_is_known_later_stands_beside_it() {
    let server = Server::start();
    let (officer, supervisor) = (server.person("officer", "officer"), server.person("supervisor", "supervisor"));
    let today = sunbid::calendar::Day::of(sunbid::clock::now()).to_string();
    let first: sunbid::calendar::Day = format!("{}-01", &today[..7]).parse().expect("a day");
    let month = first.plus(-1).to_string()[..7].to_string();
    let table =
        |who: &Person, version: &str| who.ok("GET", &format!("/api/evaluation?period={month}{version}"), Value::Null);
    let ended = soon(|| Some(table(&supervisor, "")).filter(|table| table["frozen"].is_object()));
    assert_eq!((&ended["frozen"]["version"], &ended["running"]), (&json!(1), &json!(false)), "{ended}");
    assert!(supervisor.ok("GET", "/api/evaluation", Value::Null).get("frozen").is_none(), "this month still runs");

    // A case of that month comes to light: the round that the next start makes writes it beside.
    let case = decided(&server, "late", &officer, 0);
    into_last_month(&server, &case);
    let server = Server::start_on(server.kill());
    let supervisor = server.sign_in("supervisor");
    let corrected = soon(|| Some(table(&supervisor, "")).filter(|table| table["frozen"]["version"] == 2));
    assert_eq!(corrected["frozen"]["versions"], 2);
    let unit = corrected["units"].as_array().expect("units").iter().find(|unit| unit["score_tenths"].is_u64());
    let unit = unit.expect("the agency had business")["id"].as_str().expect("an id").to_string();
    let behind = |version: u32| {
        let path = format!("/api/evaluation/units/{unit}?period={month}&version={version}&indicator=promised");
        supervisor.call("GET", &path, Value::Null)
    };
    assert_eq!(behind(2).1["items"][0]["path"], format!("/cases/{case}"));
    let stood = behind(1);
    assert!(stood.0 == 404 || stood.1["items"] == json!([]), "the first version stands as it was: {stood:?}");
    let then = table(&supervisor, "&version=1");
    assert!(then["units"].as_array().expect("units").iter().all(|unit| unit["score_tenths"].is_null()), "{then}");
    assert_eq!(behind(3).0, 404);
    assert!(
        server.tables().execute("update evaluation_versions set body = '{}'", []).is_err(),
        "no version is changed"
    );
}

#[test]
fn weights_are_published_ahead_by_two_administrators() {
    let server = Server::start();
    let (admin, other) = (server.sign_in("admin"), server.person("other", "admin"));
    let supervisor = server.person("supervisor", "supervisor");
    let known = supervisor.ok("GET", "/api/evaluation/schemes", Value::Null);
    let mut scheme = known
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["scheme"]["kind"] == "center")
        .cloned()
        .expect("the release's own")["scheme"]
        .clone();
    scheme["weights"] = json!([{"indicator": "orders", "weight": 60}, {"indicator": "cards", "weight": 40}]);
    let write = |from: &str, scheme: &Value| {
        admin.call("POST", "/api/evaluation/schemes", json!({"from_month": from, "scheme": scheme}))
    };
    assert_eq!(write("2020-01", &scheme).1["field"], "from_month", "what has begun is not weighed anew");
    assert_eq!(write("2090-Q1", &scheme).1["field"], "from_month");
    let mut unsound = scheme.clone();
    unsound["weights"][0]["weight"] = json!(61);
    assert_eq!(write("2090-01", &unsound).1["field"], "scheme.weights");
    let (status, drafts) = write("2090-01", &scheme);
    assert_eq!((status, drafts[0]["written_by"].as_str()), (200, Some("admin")));
    let over = other.call("POST", "/api/evaluation/schemes", json!({"from_month": "2090-03", "scheme": scheme}));
    assert_eq!((over.0, over.1["code"].as_str()), (409, Some("DRAFT_WAITS")), "what another wrote is not lost");
    let publish = |who: &Person, written_at: &Value| {
        who.call("POST", "/api/evaluation/scheme-drafts/center/publish", json!({"written_at": written_at}))
    };
    assert_eq!(publish(&admin, &drafts[0]["written_at"]).1["code"], "TWO_PERSONS");
    assert_eq!(publish(&other, &json!(1)).0, 409, "not as it was read");
    assert_eq!(publish(&supervisor, &drafts[0]["written_at"]).0, 403);
    assert_eq!(publish(&other, &drafts[0]["written_at"]).0, 200);
    assert_eq!(supervisor.ok("GET", "/api/evaluation/scheme-drafts", Value::Null), json!([]));
    let version = |period: &str| {
        let table = supervisor.ok("GET", &format!("/api/evaluation?period={period}"), Value::Null);
        table["schemes"][1]["version"].as_i64()
    };
    assert_eq!(
        (version("2089-12"), version("2089-Q4"), version("2090-01"), version("2090-Q1")),
        (Some(0), Some(0), Some(1), Some(1))
    );
    // The second person may say no, and why; who wrote it may take it back.
    let (_, drafts) = write("2090-02", &scheme);
    let refuse = |who: &Person, written_at: &Value, reason: &str| {
        let word = json!({"written_at": written_at, "reason": reason});
        who.call("POST", "/api/evaluation/scheme-drafts/center/refuse", word)
    };
    let written_at = &drafts[0]["written_at"];
    assert_eq!(refuse(&other, written_at, " ").1["field"], "reason");
    assert_eq!(refuse(&other, &json!(1), "不妥").0, 409, "not as it was read");
    assert_eq!(refuse(&supervisor, written_at, "不妥").0, 403);
    assert_eq!(refuse(&other, written_at, "指令不应占六成"), (200, json!([])));
    assert_eq!(refuse(&other, written_at, "再退").0, 404, "nothing waits");
    let told = admin.ok("GET", "/api/me/cards", Value::Null)["messages"][0]["zh"].clone();
    assert!(told.as_str().is_some_and(|zh| zh.contains("指令不应占六成")), "{told}");
    let (_, drafts) = write("2090-02", &scheme);
    assert_eq!(refuse(&admin, &drafts[0]["written_at"], "另拟").0, 200);
    let kept = supervisor.ok("GET", "/api/evaluation/scheme-refusals", Value::Null);
    let reasons: Vec<_> = kept.as_array().expect("a list").iter().map(|one| one["reason"].clone()).collect();
    assert_eq!(reasons, ["另拟", "指令不应占六成"]);
    assert_eq!(version("2090-02"), Some(1));
    let (status, said) = supervisor.call("GET", "/api/evaluation?period=2026-13", Value::Null);
    assert_eq!((status, said["field"].as_str()), (400, Some("period")));
}

#[test]
fn complaints_and_cases_nobody_works_on_are_measured() {
    let server = Server::start();
    let officer = server.person("officer", "officer");
    let (clerk, checker) = (server.person("clerk", "clerk"), server.person("checker", "clerk"));
    let supervisor = server.person("supervisor", "supervisor");
    let lot = open_lot(&clerk, &checker, &[], draft("EVAL-1", 600_000));
    let complaint = json!({"name": "王", "contact": "13800000000", "facts": "保证金未退", "request": "请查处"});
    server.anyone().ok("POST", &format!("/api/lots/{lot}/complaints"), complaint);
    officer.ok("POST", "/api/enforcement/cases", json!({"title": "线索", "facts": "事实"}));
    // This month and the one before: whichever the limits passed in.
    let measured = |name: &str| {
        let months = [0, 1].map(|back| {
            let today = sunbid::calendar::Day::of(sunbid::clock::now()).to_string();
            let (year, month): (i32, i32) =
                (today[..4].parse().expect("a year"), today[5..7].parse().expect("a month"));
            let at = year * 12 + month - 1 - back;
            format!("{:04}-{:02}", at / 12, at % 12 + 1)
        });
        let of_month = |month: &String| {
            let table = supervisor.ok("GET", &format!("/api/evaluation?period={month}"), Value::Null);
            let one = |unit: &Value| {
                let indicators = unit["indicators"].as_array().expect("a list").clone();
                let found = indicators.iter().find(|one| one["indicator"] == name).cloned();
                found.map_or((0, 0), |one| (one["part"].as_u64().unwrap_or(0), one["whole"].as_u64().unwrap_or(0)))
            };
            let units: Vec<_> = table["units"].as_array().expect("units").iter().map(one).collect();
            units.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
        };
        months.iter().map(of_month).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    };
    assert_eq!((measured("complaints"), measured("enforcement")), ((0, 0), (0, 0)), "nobody is late yet");
    let tables = server.tables();
    tables.execute("update complaints set at = at - ?1", [18 * DAY_MS]).expect("aged");
    let back = 100 * DAY_MS;
    tables
        .execute(
            "update enforcement_cases set filed_at = filed_at - ?1,
               place = json_set(place, '$.filed_at', filed_at - ?1, '$.since', filed_at - ?1)",
            [back],
        )
        .expect("aged");
    drop(tables);
    assert_eq!((measured("complaints"), measured("enforcement")), ((0, 1), (0, 1)));
}

#[test]
fn an_order_taken_back_counts_against_nobody() {
    let server = Server::start();
    let supervisor = server.person("supervisor", "supervisor");
    let center = server.anyone().ok("GET", "/api/centers", Value::Null)[0]["id"].clone();
    let order = supervisor.ok(
        "POST",
        "/api/dispatch/orders",
        json!({"key": uuid::Uuid::new_v4(), "kind": "explain", "center": center, "words": "说明", "limit": {"hours": 1}}),
    );
    let issued_at = sunbid::calendar::Day::of(matching::Moment(order["issued_at"].as_i64().expect("a moment")));
    let month = format!("/api/evaluation?period={}", &issued_at.to_string()[..7]);
    let orders = || {
        let table = supervisor.ok("GET", &month, Value::Null);
        let unit = table["units"].as_array().expect("units").iter().find(|unit| unit["id"] == center).cloned();
        let orders = indicator(&unit.expect("the center"), "orders");
        (orders["part"].as_u64(), orders["whole"].as_u64())
    };
    server.tables().execute("update dispatch_orders set runs_from = runs_from - ?1", [2 * 3_600_000]).expect("aged");
    let path = format!("/api/dispatch/orders/{}", order["no"]);
    soon(|| (supervisor.ok("GET", &path, Value::Null)["escalated"] == 1).then_some(()));
    assert_eq!(orders(), (Some(0), Some(1)));
    supervisor.ok("POST", &format!("{path}/acts"), json!({"act": "lift", "note": "线索不实"}));
    assert_eq!(orders(), (Some(0), Some(0)));
}
