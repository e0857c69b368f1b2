//! The nine registers: what goes in, who reads it, and what they are used for.

use crate::house::{Person, Server, soon};
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::future::Future;
use sunbid::calendar::Day;
use sunbid::registers::{self, BarScope, EntityWarning, Recusal};

const OWNER: &str = "12440300123456788T";
const OTHER: &str = "11440300123456788X";
const PEOPLE: &str = "id_number,name,sex,region,address,status";

/// A server on which an agency owns the registers named, and officers of it and of another.
struct Scene {
    server: Server,
    admin: Person,
    owner: Person,
    other: Person,
    agency: String,
}

fn scene(owned: &[&str]) -> Scene {
    let server = Server::start();
    let admin = server.sign_in("admin");
    let (agency, foreign) = (server.agency(&admin, OWNER), server.agency(&admin, OTHER));
    for register in owned {
        admin.ok("PUT", &format!("/api/registers/{register}/owner"), json!({"agency_id": agency}));
    }
    let owner = server.officer("owner", &agency, &["own_data"]);
    let other = server.officer("other", &foreign, &["own_data"]);
    Scene { server, admin, owner, other, agency }
}

/// Imports a file and waits for its report.
pub fn import(person: &Person, register: &str, query: &str, file: &str) -> Value {
    let (status, begun) = person.send("POST", &format!("/api/registers/{register}/imports?source=test&{query}"), file);
    assert_eq!(status, 200, "{begun}");
    let path = format!("/api/register-imports/{}", begun["id"].as_str().expect("an id"));
    soon(|| Some(person.ok("GET", &path, Value::Null)).filter(|job| job["ended_at"].is_i64()))
}

fn code_of(answer: (u16, Value)) -> (u16, String) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default().to_string())
}

fn rows(person: &Person, register: &str, query: &str) -> Value {
    person.ok("GET", &format!("/api/registers/{register}/rows?{query}"), Value::Null)
}

fn people() -> String {
    [
        PEOPLE,
        "440305199003070014,王一,女,440305,南山大道1号,registered",
        "11010519491231002X,李二,男,440304,深南大道2号,在册",
        "44030020080101888X,张三,,440303,,moved",
    ]
    .join("\n")
}

#[test]
fn a_file_with_known_faults_gives_exactly_the_report_and_takes_nothing_unless_told_to() {
    let scene = scene(&["population"]);
    let file = [
        PEOPLE,
        "440305199003070014,王一,女,440305,,registered",
        "440305199003070015,李二,男,440304,,registered",
        "440305199002300014,,男,44,,alive",
        "440305199003070014,王一,女,440305,,registered",
        "990305199003070011,赵四,男,440304,,registered",
        "11010519491231002X,钱五",
    ]
    .join("\r\n");
    let job = import(&scene.owner, "population", "format=csv", &file);
    let found = |list: &Value| -> Vec<(u64, String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let list = list.as_array().expect("a list");
        assert!(list.iter().all(|one| !text(&one["zh"]).is_empty() && !text(&one["en"]).is_empty()));
        list.iter()
            .map(|one| (one["line"].as_u64().expect("a line"), text(&one["field"]), text(&one["code"])))
            .collect()
    };
    let line = |line: u64, field: &str, code: &str| (line, field.to_string(), code.to_string());
    assert_eq!(
        found(&job["errors"]),
        [
            line(3, "id_number", "CODE_CHECK"),
            line(4, "id_number", "CODE_BIRTH_DATE"),
            line(4, "name", "REQUIRED"),
            line(4, "region", "CODE_LENGTH"),
            line(4, "status", "NOT_A_CHOICE"),
            line(5, "id_number", "KEY_TWICE"),
            line(7, "", "COLUMNS"),
        ]
    );
    assert_eq!(found(&job["doubts"]), [line(6, "id_number", "STRANGE_REGION")]);
    let counted = |job: &Value| {
        let number = |name: &str| job[name].as_u64().expect("a number");
        (number("rows"), number("good"), number("bad"), number("added"), number("changed"))
    };
    assert_eq!((job["status"].as_str(), counted(&job)), (Some("refused"), (6, 2, 4, 0, 0)));
    assert_eq!((&job["errors_total"], &job["doubts_total"]), (&json!(7), &json!(1)));
    assert_eq!(rows(&scene.owner, "population", "")["total"], 0);

    let dry = import(&scene.owner, "population", "format=csv&take_good=true&dry_run=true", &file);
    assert_eq!((dry["status"].as_str(), counted(&dry)), (Some("done"), (6, 2, 4, 0, 0)));
    assert_eq!(rows(&scene.owner, "population", "")["total"], 0, "a dry run changes nothing");

    let taken = import(&scene.owner, "population", "format=csv&take_good=true", &file);
    assert_eq!((taken["status"].as_str(), counted(&taken)), (Some("done"), (6, 2, 4, 2, 0)));
    assert_eq!(rows(&scene.owner, "population", "")["total"], 2);
    let listed = scene.owner.ok("GET", "/api/registers/population/imports", Value::Null);
    assert_eq!(listed.as_array().expect("a list").len(), 3);
}

#[test]
fn what_is_said_again_is_no_version_and_what_differs_is_one_more() {
    let scene = scene(&["regulations"]);
    let law = |title: &str| {
        json!([
            {"number": "L-1", "title": title, "level": "law", "issued_by": "c", "in_force_from": "2020-01-01"},
            {"编号": "L-2", "名称": "t", "level": "标准", "issued_by": "c", "in_force_from": "2020/01/01"},
        ])
        .to_string()
    };
    for (title, added, changed) in [("first", 2, 0), ("first", 0, 0), ("second", 0, 1), ("third", 0, 1)] {
        let job = import(&scene.owner, "regulations", "format=json", &law(title));
        assert_eq!((&job["added"], &job["changed"]), (&json!(added), &json!(changed)), "{job}");
    }
    // Published by law: any officer reads it.
    let page = rows(&scene.other, "regulations", "q=third");
    assert_eq!((&page["total"], &page["items"][0]["version"]), (&json!(1), &json!(3)));
    let n = page["items"][0]["n"].as_i64().expect("a number");
    let history = scene.other.ok("GET", &format!("/api/registers/regulations/rows/{n}"), Value::Null);
    let versions = history["versions"].as_array().expect("versions");
    let titles: Vec<&str> = versions.iter().map(|one| one["data"]["title"].as_str().expect("a title")).collect();
    assert_eq!(titles, ["third", "second", "first"]);
    assert!(versions[0].get("replaced_at").is_none());
    for pair in versions.windows(2) {
        assert_eq!(pair[1]["replaced_at"], pair[0]["valid_from"], "one version ends where the next begins");
    }
    assert_eq!((&versions[2]["by"], &versions[2]["source"]), (&json!("owner"), &json!("test")));
    let first = versions[2]["n"].as_i64().expect("a number");
    let by_old = scene.other.ok("GET", &format!("/api/registers/regulations/rows/{first}"), Value::Null);
    assert_eq!(by_old, history, "an old version's number leads to the same row");
    assert_eq!(code_of(scene.other.call("GET", "/api/registers/regulations/rows/999", Value::Null)).0, 404);

    let tables = Connection::open(scene.server.dir.path().join("data/sunbid.db")).expect("opens");
    for touch in [
        "delete from register_rows",
        "update register_rows set data = '{}' where replaced_at is null",
        "update register_rows set replaced_at = 1 where replaced_at is not null",
    ] {
        let refused = tables.execute(touch, []).expect_err("append only").to_string();
        assert!(refused.contains("register_rows_are_append_only"), "{touch}: {refused}");
    }
}

#[test]
fn what_comes_out_goes_in_again_and_a_like_sign_is_only_a_sign() {
    let scene = scene(&["regulations"]);
    let file = "number,title,level,issued_by,in_force_from\n\
                A_1,\"100% \"\"quoted\"\",\nand broken\",law,c,2020-01-01\nAB1,土地管理法,law,c,2020-01-01\n";
    import(&scene.owner, "regulations", "format=csv", file);
    for (query, total) in [
        ("q=A_1", 1),
        ("q=0%25", 1),
        ("q=%25", 1),
        ("q=土地", 1),
        ("q=ab1", 1),
        ("q=none", 0),
        ("field=number&value=AB1", 1),
        ("field=number&value=AB", 0),
        ("field=level&value=law", 2),
        ("page=2&page_size=1", 2),
        ("page=4294967295&page_size=100", 2),
    ] {
        assert_eq!(rows(&scene.other, "regulations", query)["total"], total, "{query}");
    }
    let wrong = scene.other.call("GET", "/api/registers/regulations/rows?field=height&value=1", Value::Null);
    assert_eq!((wrong.0, wrong.1["field"].as_str()), (400, Some("field")));
    let long = format!("/api/registers/regulations/rows?q={}", "x".repeat(201));
    let wrong = scene.other.call("GET", &long, Value::Null);
    assert_eq!((wrong.0, wrong.1["field"].as_str()), (400, Some("q")));
    for format in ["csv", "json"] {
        let path = format!("/api/registers/regulations/export?format={format}");
        let text = match scene.other.call("GET", &path, Value::Null) {
            (200, Value::String(text)) => text,
            (200, list) => list.to_string(),
            other => panic!("{other:?}"),
        };
        let job = import(&scene.owner, "regulations", &format!("format={format}"), &text);
        let told = (&job["status"], &job["good"], &job["added"], &job["changed"]);
        assert_eq!(told, (&json!("done"), &json!(2), &json!(0), &json!(0)), "{format}: {text}");
    }
}

#[test]
fn only_the_owners_data_officer_imports_one_file_at_a_time_within_its_bound() {
    let scene = scene(&["population", "regulations"]);
    let path = "/api/registers/population/imports?source=test&format=csv";
    let clerk = scene.server.officer("clerk", &scene.agency, &["receive"]);
    for person in [&scene.other, &clerk] {
        assert_eq!(code_of(person.send("POST", path, &people())), (403, "FORBIDDEN".into()));
    }
    assert_eq!(code_of(scene.owner.send("POST", "/api/registers/x/imports?source=t&format=csv", "a")).0, 404);
    let unsaid = scene.owner.send("POST", "/api/registers/population/imports?source=&format=csv", "a");
    assert_eq!((unsaid.0, unsaid.1["field"].as_str()), (400, Some("source")));

    // Above the 256 KiB of other doors, below the 16 MiB of this one.
    let law = |n: usize| format!("L-{n},a title of some length to fill the file,law,council,2020-01-01\n");
    let heading = "number,title,level,issued_by,in_force_from\n".to_string();
    let file = (0..6_000).fold(heading, |file, n| file + &law(n));
    assert!(file.len() > 300_000);
    assert_eq!(import(&scene.owner, "regulations", "format=csv", &file)["added"], 6_000);
    let large = "x".repeat(16 * 1024 * 1024 + 1);
    assert_eq!(code_of(scene.owner.send("POST", path, &large)), (413, "BODY_TOO_LARGE".into()));
    let ask = "/api/registers/population/shares";
    assert_eq!(code_of(scene.other.send("POST", ask, &large[..300_000])), (413, "BODY_TOO_LARGE".into()));

    // A job a restart cuts short is told so, and holds nobody up.
    let tables = Connection::open(scene.server.dir.path().join("data/sunbid.db")).expect("opens");
    tables
        .execute(
            "insert into register_imports (id, register, source, sha256, take_good, dry_run, status, by, started_at)
             select '6f2c8d0e-0000-4000-8000-000000000001', 'population', 's', '', 0, 0, 'writing', id, 1
             from accounts where login = 'owner'",
            [],
        )
        .expect("a job under way");
    drop(tables);
    assert_eq!(code_of(scene.owner.send("POST", path, &people())), (409, "CONFLICT".into()));
    let server = Server::start_on(scene.server.kill());
    let owner = server.sign_in("owner");
    let job = owner.ok("GET", "/api/register-imports/6f2c8d0e-0000-4000-8000-000000000001", Value::Null);
    assert_eq!(job["status"], "stopped");
    assert_eq!(import(&owner, "population", "format=csv", &people())["added"], 3);
}

fn ask(scene: &Scene, fields: Value, until_at: i64) -> String {
    let new = json!({"fields": fields, "purpose": "资格审查", "basis": "管理办法第十条", "until_at": until_at});
    let share = scene.other.ok("POST", "/api/registers/population/shares", new);
    assert_eq!((&share["status"], &share["mine"]), (&json!("asked"), &json!(true)));
    share["id"].as_str().expect("an id").to_string()
}

fn now(scene: &Scene) -> i64 {
    scene.admin.ok("GET", "/api/time", Value::Null)["now"].as_i64().expect("a moment")
}

#[test]
fn fields_are_read_for_a_purpose_by_whom_the_owner_lets_in_until_the_end() {
    let scene = scene(&["population"]);
    import(&scene.owner, "population", "format=csv", &people());
    let path = "/api/registers/population/rows";
    assert_eq!(code_of(scene.other.call("GET", path, Value::Null)), (403, "NOT_SHARED".into()));

    let refused = ask(&scene, json!(["name"]), now(&scene) + 3_600_000);
    let decision = |id: &str| format!("/api/register-shares/{id}/decision");
    assert_eq!(code_of(scene.other.call("POST", &decision(&refused), json!({"approve": true}))).0, 403);
    let unsaid = scene.owner.call("POST", &decision(&refused), json!({"approve": false}));
    assert_eq!((unsaid.0, unsaid.1["field"].as_str()), (400, Some("reason")));
    let no = json!({"approve": false, "reason": "用途不明"});
    assert_eq!(scene.owner.ok("POST", &decision(&refused), no.clone())["status"], "refused");
    assert_eq!(code_of(scene.owner.call("POST", &decision(&refused), no)), (409, "CONFLICT".into()));
    assert_eq!(code_of(scene.other.call("GET", path, Value::Null)), (403, "NOT_SHARED".into()));

    let id = ask(&scene, json!(["name", "region", "sex"]), now(&scene) + 3_600_000);
    let more = json!({"approve": true, "fields": ["id_number"]});
    assert_eq!(scene.owner.call("POST", &decision(&id), more).1["field"], "fields", "never more than was asked for");
    let owned = scene.owner.ok("GET", "/api/register-shares?side=owned", Value::Null);
    assert_eq!(owned[0]["id"], json!(id), "what waits stands first");
    scene.owner.ok("POST", &decision(&id), json!({"approve": true, "fields": ["name", "region"]}));
    let page = rows(&scene.other, "population", "q=440303");
    assert_eq!((&page["shown"], &page["items"][0]["data"]), (&json!(["region"]), &json!({"region": "440303"})));
    assert_eq!(rows(&scene.other, "population", "q=王一")["total"], 0, "what is not shown is not searched");
    let page = rows(&scene.other, "population", "q=王一&purpose=办件1号");
    assert_eq!(page["items"][0]["data"], json!({"name": "王一", "region": "440305"}));
    assert_eq!(rows(&scene.other, "population", "q=440305199003070014&purpose=x")["total"], 0);
    let guess = "field=id_number&value=440305199003070014&purpose=x";
    assert_eq!(code_of(scene.other.call("GET", &format!("{path}?{guess}"), Value::Null)).0, 400);
    // Its time runs out: the first moment that is no longer inside.
    let tables = Connection::open(scene.server.dir.path().join("data/sunbid.db")).expect("opens");
    let over = now(&scene);
    assert_eq!(tables.execute("update register_shares set until_at = ?1 where id = ?2", (over, &id)), Ok(1));
    assert_eq!(code_of(scene.other.call("GET", path, Value::Null)), (403, "NOT_SHARED".into()));
    let mine = scene.other.ok("GET", "/api/register-shares?side=asked", Value::Null);
    let status: Vec<&str> =
        mine.as_array().expect("a list").iter().map(|one| one["status"].as_str().expect("a status")).collect();
    assert_eq!(status, ["expired", "refused"]);
}

#[test]
fn nobody_decides_on_what_he_asked_for_whoever_owns_the_register_by_then() {
    let scene = scene(&["population"]);
    let own = scene.owner.call(
        "POST",
        "/api/registers/population/shares",
        json!({"fields": ["name"], "purpose": "p", "basis": "b", "until_at": now(&scene) + 3_600_000}),
    );
    assert_eq!(code_of(own), (409, "CONFLICT".into()), "the owner need not ask");
    let id = ask(&scene, json!(["name"]), now(&scene) + 3_600_000);
    let foreign = scene.server.agency(&scene.admin, OTHER);
    scene.admin.ok("PUT", "/api/registers/population/owner", json!({"agency_id": foreign}));
    let path = format!("/api/register-shares/{id}/decision");
    assert_eq!(code_of(scene.owner.call("POST", &path, json!({"approve": true}))).0, 403, "it owns no more");
    assert_eq!(code_of(scene.other.call("POST", &path, json!({"approve": true}))), (409, "CONFLICT".into()));
    let tables = Connection::open(scene.server.dir.path().join("data/sunbid.db")).expect("opens");
    let forced = tables.execute(
        "update register_shares set status = 'approved', decided_by = asked_by, decided_at = 1 where id = ?",
        [&id],
    );
    assert!(forced.expect_err("the table refuses it too").to_string().contains("register_shares_two_persons"));
    let second = scene.server.officer("second", &foreign, &["own_data"]);
    assert_eq!(second.ok("POST", &path, json!({"approve": true}))["status"], "approved");
}

#[test]
fn every_reading_of_personal_data_is_noted_and_its_owner_sees_it() {
    let scene = scene(&["population"]);
    import(&scene.owner, "population", "format=csv", &people());
    let log = "/api/registers/population/reads";
    let plain = rows(&scene.owner, "population", "");
    assert_eq!(plain["shown"], json!(["region", "status"]), "without a purpose nothing personal is shown");
    assert_eq!(scene.owner.ok("GET", log, Value::Null)["items"], json!([]));

    let page = rows(&scene.owner, "population", "q=李二&purpose=核对户籍");
    let n = page["items"][0]["n"].as_i64().expect("a number");
    scene.owner.ok("GET", &format!("/api/registers/population/rows/{n}?purpose=核对历史"), Value::Null);
    scene.owner.ok("GET", "/api/registers/population/export?format=csv&purpose=年度统计", Value::Null);
    let reads = scene.owner.ok("GET", log, Value::Null);
    let told: Vec<(&str, &str, &str)> = reads["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|read| {
            let text = |name: &str| read[name].as_str().expect("text");
            (text("login"), text("what"), text("purpose"))
        })
        .collect();
    let first = rows(&scene.owner, "population", "")["items"][0]["n"].as_i64().expect("a number");
    let fields = "id_number name sex address";
    assert_eq!(
        told,
        [
            ("owner", format!("{fields}; export of 3 rows, {first} to {}", first + 2).as_str(), "年度统计"),
            ("owner", format!("{fields}; history of row {n}").as_str(), "核对历史"),
            ("owner", format!("{fields}; rows {n}").as_str(), "核对户籍"),
        ]
    );
    assert_eq!(code_of(scene.other.call("GET", log, Value::Null)).0, 403);
    let supervisor = scene.server.person("sue", "supervisor");
    assert_eq!(supervisor.ok("GET", log, Value::Null)["items"].as_array().expect("a list").len(), 3);
    let watched = rows(&supervisor, "population", "purpose=x");
    assert_eq!(watched["shown"], json!(["region", "status"]), "supervision reads nothing personal");
    let trail = supervisor.ok("GET", "/api/audit", Value::Null);
    let is_reading = |row: &&Value| row["action"].as_str().is_some_and(|action| action.starts_with("read register"));
    let noted = trail["items"].as_array().expect("rows").iter().filter(is_reading).count();
    assert_eq!(noted, 3, "in the chained trail itself");
    let long = format!("/api/registers/population/rows?purpose={}", "x".repeat(201));
    assert_eq!(scene.owner.call("GET", &long, Value::Null).1["field"], "purpose");
}

#[test]
fn a_shared_reading_is_noted_with_its_purpose_whatever_was_read() {
    let scene = scene(&["population"]);
    import(&scene.owner, "population", "format=csv", &people());
    let id = ask(&scene, json!(["region"]), now(&scene) + 3_600_000);
    let decision = json!({"approve": true, "fields": ["region"]});
    scene.owner.ok("POST", &format!("/api/register-shares/{id}/decision"), decision);
    rows(&scene.other, "population", "");
    rows(&scene.other, "population", "purpose=核对区划");
    let reads = scene.owner.ok("GET", "/api/registers/population/reads", Value::Null);
    let told: Vec<(&str, &str)> = reads["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|read| (read["login"].as_str().expect("a login"), read["purpose"].as_str().expect("a purpose")))
        .collect();
    assert_eq!(told, [("other", "核对区划"), ("other", "资格审查")], "one without words is noted under the request's");
    assert!(reads["items"][0]["what"].as_str().is_some_and(|what| what.starts_with("region; rows")), "{reads}");
}

/// What the other modules ask, asked of the same tables.
fn asked<T, F: Future<Output = T>>(scene: &Scene, question: impl FnOnce(sqlx::SqlitePool) -> F) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let db = sunbid::db::open(&scene.server.dir.path().join("data/sunbid.db")).await.expect("opens");
        question(db).await
    })
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

#[test]
fn entities_bars_parcels_and_regulations_are_looked_up() {
    let scene = scene(&["legal_entities", "social_credit", "geospatial", "regulations"]);
    let entity = |code: &str, name: &str, status: &str| json!({"credit_code": code, "name": name, "kind": "company", "status": status, "region": "440305"});
    let entities = json!([entity("91440300708461136T", "甲公司", "active"), entity(OWNER, "乙", "revoked")]);
    import(&scene.owner, "legal_entities", "format=json", &entities.to_string());
    let record = |number: &str, bars: &str, from: &str, until: Value| {
        json!({"number": number, "subject_code": "91440300708461136T", "subject": "甲公司", "kind": "blacklist",
            "bars": bars, "reason": "串通投标", "decided_by": "某局", "in_force_from": from, "until": until})
    };
    let records = json!([
        record("C-1", "yes", "2026-01-01", json!("2026-12-01")),
        record("C-2", "yes", "2026-11-25", Value::Null),
        record("C-3", "no", "2026-01-01", Value::Null),
    ]);
    import(&scene.owner, "social_credit", "format=json", &records.to_string());
    let parcel = json!([{"parcel_code": "440305001002GB00012", "region": "440305", "location": "南山", "land_use": "07",
        "area_m2": "1050.50", "epsg": "4547", "boundary": "POLYGON((505955 2493941, 505965 2493941, 505965 2493951, 505955 2493941))"}]);
    import(&scene.owner, "geospatial", "format=json", &parcel.to_string());
    let law = json!([{"number": "L-1", "title": "土地管理法", "level": "law", "issued_by": "c",
        "in_force_from": "2020-01-01", "repealed_on": "2027-01-01"}]);
    import(&scene.owner, "regulations", "format=json", &law.to_string());

    asked(&scene, async |db| {
        let told = async |code| {
            let entity = registers::check_entity(&db, code).await.expect("told");
            (entity.known, entity.name, entity.warnings)
        };
        assert_eq!(told(" 91440300708461136t").await, (true, Some("甲公司".into()), vec![]));
        assert_eq!(told(OWNER).await, (true, Some("乙".into()), vec![EntityWarning::NotActive]));
        assert_eq!(told("91330100799655058B").await, (false, None, vec![EntityWarning::Unknown]));
        let wrong = vec![EntityWarning::WrongCode, EntityWarning::Unknown];
        assert_eq!(told("12440300455766000F").await, (false, None, wrong));

        let bars = async |today| {
            let bars = registers::bars(&db, "91440300708461136T", BarScope::Land, day(today)).await.expect("told");
            bars.into_iter().map(|bar| bar.number).collect::<Vec<_>>()
        };
        assert_eq!(bars("2026-11-24").await, ["C-1"]);
        assert_eq!(bars("2026-11-25").await, ["C-1", "C-2"]);
        assert_eq!(bars("2026-12-01").await, ["C-2"]);
        assert!(registers::bars(&db, OWNER, BarScope::Land, day("2026-11-24")).await.expect("told").is_empty());

        let parcel = registers::parcel(&db, "440305001002gb00012").await.expect("told").expect("known");
        assert_eq!((parcel.area_m2.as_str(), parcel.epsg.as_str()), ("1050.5", "4547"));
        assert!(parcel.boundary.starts_with("POLYGON((505955 2493941"));
        assert!(registers::parcel(&db, "440305001002GB00013").await.expect("told").is_none());
        let law = registers::regulation(&db, "L-1").await.expect("told").expect("known");
        assert_eq!((law.title.as_str(), law.is_in_force(day("2026-12-31"))), ("土地管理法", true));
        assert!(!law.is_in_force(day("2027-01-01")));
    });
}

/// Twenty of land, four of law; every fourth works for one employer, one is suspended.
pub fn experts() -> Vec<Value> {
    let number = |n: u32| {
        let body = format!("4403051970{:02}{:02}{n:03}", n % 12 + 1, n % 28 + 1);
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        format!("{body}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
    };
    let employer = |n: u32| if n.is_multiple_of(4) { "91440300708461136T" } else { "91330100799655058B" };
    (0..24)
        .map(|n| {
            json!({"number": format!("E{n:02}"), "name": format!("专家{n}"), "id_number": number(n),
                "field": if n < 20 { "land" } else { "law" }, "employer_code": employer(n),
                "status": if n == 3 { "suspended" } else { "active" }})
        })
        .collect()
}

#[test]
fn a_draw_of_experts_can_be_redone_by_anybody() {
    let scene = scene(&["experts"]);
    let job = import(&scene.owner, "experts", "format=json", &json!(experts()).to_string());
    assert_eq!(job["added"], 24, "{job}");
    let recused = [Recusal::Employer("91440300708461136T".into()), Recusal::Expert("E05".into())];
    let drawn = asked(&scene, async |db| {
        let refused = registers::expert_pool(&db, "magic", &[], day("2026-11-24")).await;
        assert_eq!(refused.expect_err("refused").field.as_deref(), Some("field"));
        let pool = registers::expert_pool(&db, "land", &recused, day("2035-01-02")).await.expect("a pool");
        registers::draw::draw("2026-11-24 上证指数 3456.78", 5, "land", &pool)
    });
    // Written anew, from the published rule alone.
    let mut tickets: Vec<(String, String)> = (0..20)
        .filter(|n| *n != 3 && *n != 5 && n % 4 != 0)
        .map(|n| {
            let number = format!("E{n:02}");
            let lines = format!("sunbid draw 1\n2026-11-24 上证指数 3456.78\nland\n{number}\n");
            (Sha256::digest(lines).iter().map(|byte| format!("{byte:02x}")).collect(), number)
        })
        .collect();
    tickets.sort();
    let expected: Vec<&str> = tickets.iter().take(5).map(|(_, number)| number.as_str()).collect();
    assert_eq!((drawn.numbers(), drawn.short), (expected, 0));
    assert_eq!(drawn.tickets.len(), 19, "who is recused is shown with his ticket, who is suspended is not in it");
    let aged: Vec<&str> =
        drawn.tickets.iter().filter(|ticket| ticket.aged).map(|ticket| ticket.number.as_str()).collect();
    assert_eq!(aged, ["E00"], "born on 1970-01-01; the next turns 65 on the thirteenth");
}
