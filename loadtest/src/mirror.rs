//! `loadtest mirror`: copies the open data of a server as any city or newspaper would, change by change,
//! and goes on where it stopped. Knows the feed's promise (each number once, in order) and holds it to it.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::client::Api;
use crate::fault::{Fault, Notes};

/// The contract's bound on a page of releases.
const PAGE: usize = 100;
/// At the feed's end we ask again so often.
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[derive(clap::Args)]
pub struct MirrorArgs {
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// the copy: releases.jsonl and the position in the feed; made if absent
    #[arg(long)]
    dir: PathBuf,
    /// stop after this change; without it, at the newest one
    #[arg(long)]
    until: Option<u64>,
}

pub async fn run(args: &MirrorArgs) -> Result<MirrorReport, Fault> {
    let mut mirror = Mirror::resume(Api::at(&args.url)?, &args.dir)?;
    while args.until.is_none_or(|until| mirror.after() < until) {
        let more = mirror.step().await?;
        match args.until {
            None if !more => break,
            Some(_) if !more => tokio::time::sleep(LOOK_EVERY).await,
            _ => {}
        }
    }
    Ok(mirror.report())
}

#[derive(Deserialize)]
struct Changes {
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    n: u64,
    release: String,
}

#[derive(Deserialize)]
struct Package {
    releases: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Release {
    id: String,
}

/// How far the copy is whole: what lies beyond in the file was being written when we stopped.
#[derive(Serialize, Deserialize, Default, Clone, Copy)]
struct Position {
    after: u64,
    bytes: u64,
}

pub struct Mirror {
    api: Api,
    dir: PathBuf,
    file: File,
    position: Position,
    /// Ids of all the releases in the copy.
    known: HashSet<String>,
    lines: u64,
    twice: Notes,
    gaps: Notes,
}

impl Mirror {
    /// Goes on from the position saved in the folder, or begins.
    pub fn resume(api: Api, dir: &Path) -> Result<Mirror, Fault> {
        fs::create_dir_all(dir).map_err(|why| local(dir, why))?;
        let saved = match fs::read(dir.join("position.json")) {
            Ok(text) => serde_json::from_slice(&text).map_err(|why| local(dir, why))?,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Position::default(),
            Err(why) => return Err(local(dir, why)),
        };
        let path = dir.join("releases.jsonl");
        let file = File::options().read(true).append(true).create(true).open(&path).map_err(|why| local(&path, why))?;
        file.set_len(saved.bytes).map_err(|why| local(&path, why))?;
        let mut mirror = Mirror {
            api,
            dir: dir.to_owned(),
            file,
            position: saved,
            known: HashSet::new(),
            lines: 0,
            twice: Notes::default(),
            gaps: Notes::default(),
        };
        let copy = File::open(&path).map_err(|why| local(&path, why))?;
        for line in BufReader::new(copy).lines() {
            mirror.note(&line.map_err(|why| local(&path, why))?)?;
        }
        Ok(mirror)
    }

    pub fn after(&self) -> u64 {
        self.position.after
    }

    fn note(&mut self, release: &str) -> Result<String, Fault> {
        let Release { id } = serde_json::from_str(release)
            .map_err(|why| Fault::Strange { what: "a release".into(), why: why.to_string() })?;
        self.lines += 1;
        if !self.known.insert(id.clone()) {
            self.twice.add(&id);
        }
        Ok(id)
    }

    /// Copies a page; whether there was one.
    pub async fn step(&mut self) -> Result<bool, Fault> {
        let after = self.position.after;
        let package: Package = self.api.get(&format!("/api/open/releases?after={after}&limit={PAGE}")).await?;
        if package.releases.is_empty() {
            return Ok(false);
        }
        let count = package.releases.len();
        let Changes { changes } = self.api.get(&format!("/api/open/changes?after={after}&limit={count}")).await?;
        if changes.len() != count {
            self.gaps.add(format!("after {after}: {count} releases, {} changes", changes.len()));
        }
        let mut text = String::new();
        for (release, change) in package.releases.iter().zip(&changes) {
            let id = self.note(release.get())?;
            if change.n != self.position.after + 1 || change.release != id {
                self.gaps.add(format!(
                    "after {}: change {} names {}, we got {id}",
                    self.position.after, change.n, change.release
                ));
            }
            self.position.after = change.n;
            text.push_str(release.get());
            text.push('\n');
        }
        self.keep(&text)?;
        Ok(true)
    }

    /// The releases first, then the position that says they are there.
    fn keep(&mut self, text: &str) -> Result<(), Fault> {
        self.file.write_all(text.as_bytes()).map_err(|why| local(&self.dir, why))?;
        self.position.bytes += text.len() as u64;
        let (draft, path) = (self.dir.join("position.draft"), self.dir.join("position.json"));
        let position = serde_json::json!(self.position).to_string();
        fs::write(&draft, position).and_then(|()| fs::rename(&draft, &path)).map_err(|why| local(&path, why))
    }

    pub fn report(&self) -> MirrorReport {
        MirrorReport {
            position: self.position.after,
            releases: self.lines,
            twice: self.twice.clone(),
            gaps: self.gaps.clone(),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct MirrorReport {
    /// The last change copied.
    pub position: u64,
    pub releases: u64,
    pub twice: Notes,
    pub gaps: Notes,
}

impl MirrorReport {
    /// As many releases as changes, each once, none left out.
    pub fn passed(&self) -> bool {
        self.releases == self.position && self.twice.count == 0 && self.gaps.count == 0
    }
}

impl fmt::Display for MirrorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (position, releases) = (self.position, self.releases);
        let (twice, gaps) = (self.twice.count, self.gaps.count);
        writeln!(f, "{position} changes, {releases} releases, {twice} twice, {gaps} gaps")?;
        self.twice.first.iter().chain(&self.gaps.first).try_for_each(|text| writeln!(f, "  {text}"))
    }
}

fn local(path: &Path, why: impl fmt::Display) -> Fault {
    Fault::Local(format!("{}: {why}", path.display()))
}
