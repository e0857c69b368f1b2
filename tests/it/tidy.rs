//! The laws of the house: who may import whom, and what no file may hold.

use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(&folder).expect("a folder") {
            let path = item.expect("an item").path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|known| known == ending) => found.push(path),
                false => {}
            }
        }
    }
    assert!(!found.is_empty(), "no {ending} under {folder}");
    found
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("text")
}

/// Module → what of ours it may name. `app` is the bundle handlers share and is everyone's.
const MAY: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("calendar", &[]),
    ("codes", &["calendar"]),
    ("content", &["error"]),
    ("config", &[]),
    ("error", &[]),
    ("db", &[]),
    ("keys", &[]),
    ("named", &[]),
    ("proof", &["error"]),
    ("witness", &["clock", "config", "keys", "proof"]),
    ("security", &["db", "calendar", "clock", "codes", "error", "keys", "app"]),
    ("registers", &["db", "calendar", "clock", "codes", "error", "app", "security"]),
    ("approval", &["db", "calendar", "clock", "codes", "content", "error", "app", "security", "registers"]),
    (
        "trading",
        &[
            "db",
            "calendar",
            "clock",
            "codes",
            "content",
            "error",
            "keys",
            "named",
            "proof",
            "app",
            "security",
            "registers",
            "approval",
        ],
    ),
    ("enforcement", &["clock", "calendar", "codes", "content", "db", "error", "app", "security", "registers"]),
    (
        "supervision",
        &[
            "clock",
            "calendar",
            "codes",
            "db",
            "error",
            "named",
            "app",
            "security",
            "registers",
            "approval",
            "trading",
            "enforcement",
        ],
    ),
    (
        "service",
        &["db", "calendar", "clock", "content", "error", "app", "security", "registers", "approval", "trading"],
    ),
];

#[test]
fn arrows_between_modules_are_those_of_the_table() {
    for path in files("src", "rs") {
        let inside = path.strip_prefix(Path::new(ROOT).join("src")).expect("inside src");
        let module = inside.iter().next().expect("a name").to_string_lossy().trim_end_matches(".rs").to_string();
        let Some((_, may)) = MAY.iter().find(|(name, _)| *name == module) else { continue };
        for part in text(&path).split("crate::").skip(1) {
            for named in named(part) {
                let allowed = named == module || may.contains(&named.as_str());
                assert!(allowed, "{} names {named}", inside.display());
            }
        }
    }
}

/// The modules `crate::…` goes on to name: one, or those of a list in braces.
fn named(after: &str) -> Vec<String> {
    let word = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(list) = after.strip_prefix('{') else { return vec![word(after)] };
    let (mut depth, mut outer) = (0, String::new());
    for c in list.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth < 0 {
            break;
        }
        if depth == 0 {
            outer.push(c);
        }
    }
    outer.split(',').map(word).filter(|word| !word.is_empty()).collect()
}

#[test]
fn a_list_of_modules_is_read_too() {
    assert_eq!(named("trading::floor;"), ["trading"]);
    assert_eq!(named("{supervision, trading::{feed, floor}, http};\nuse a"), ["supervision", "trading", "http"]);
}

#[test]
fn the_engine_is_pure() {
    let lib = text(&Path::new(ROOT).join("matching/src/lib.rs"));
    assert!(lib.contains("#![no_std]"));
    for path in files("matching/src", "rs") {
        let code = text(&path);
        for word in ["std::", "async ", "Instant", "SystemTime", "println!", "rand", "unsafe"] {
            let held = code.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
            assert!(!held, "{} holds {word}", path.display());
        }
    }
}

#[test]
fn time_is_read_in_one_place() {
    for path in files("src", "rs").iter().filter(|path| !path.ends_with("src/clock.rs")) {
        assert!(!text(path).contains("SystemTime"), "{}", path.display());
    }
}

#[test]
fn files_are_read_in_a_sitting_and_say_their_duty() {
    for folder in ["src", "matching/src", "screens/src", "loadtest/src", "tests", "benches"] {
        for path in files(folder, "rs") {
            let code = text(&path);
            assert!(code.starts_with("//!"), "{} does not say its duty", path.display());
            assert!(code.lines().count() <= 660, "{} is too long: {}", path.display(), code.lines().count());
            for word in ["todo!", "unimplemented!", "FIXME", "#[ignore]", "allow(dead_code)"] {
                let held = code.lines().any(|line| line.contains(word) && !line.contains("for word in"));
                assert!(!held, "{} holds {word}", path.display());
            }
        }
    }
}

/// `make test` spares the documentation tests their build.
#[test]
fn documentation_holds_no_code_to_run() {
    for folder in ["src", "matching/src", "screens/src", "watch/src", "loadtest/src"] {
        for path in files(folder, "rs") {
            let code = text(&path);
            let said = code.lines().filter_map(|line| {
                let line = line.trim_start();
                line.strip_prefix("//!").or_else(|| line.strip_prefix("///"))
            });
            let fences = said.map(str::trim_start).filter(|line| line.starts_with("```"));
            for opens in fences.step_by(2) {
                assert_eq!(opens, "```text", "{}", path.display());
            }
        }
    }
}

/// utoipa lets the second of one name take the first one's place without a word.
#[test]
fn no_two_schemas_share_a_name() {
    let mut named = std::collections::BTreeMap::new();
    for path in files("src", "rs") {
        let code = text(&path);
        for derived in code.split("ToSchema").skip(1) {
            let head = derived.split('{').next().unwrap_or("");
            let Some((_, name)) = head.split_once("struct ").or_else(|| head.split_once("enum ")) else { continue };
            let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
            // What a macro names is the macro's business.
            if name.is_empty() {
                continue;
            }
            let other = named.insert(name.clone(), path.clone());
            assert!(
                other.is_none(),
                "{name} stands in {} and in {}",
                other.unwrap_or_default().display(),
                path.display()
            );
        }
    }
    assert!(named.len() > 50, "{named:?}");
}

#[test]
fn the_load_test_knows_nothing_of_the_server() {
    let manifest = text(&Path::new(ROOT).join("loadtest/Cargo.toml"));
    assert!(!manifest.contains("sunbid") && !manifest.contains("matching"));
}
