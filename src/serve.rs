//! Starting the platform: replay, then the floor, then its readers, then the doors.

use crate::app::App;
use crate::approval::{self, calendar};
use crate::config::{RebuildLog, Serve};
use crate::demonstration;
use crate::http;
use crate::listener;
use crate::security::audit::{self, Act};
use crate::security::client::Proxies;
use crate::security::model::{NewAccount, Role};
use crate::security::signed::Signer;
use crate::security::tokens::Tokens;
use crate::service::documents::Printer;
use crate::service::mail::Mailer;
use crate::service::open::publish::{self as open_data, Publisher};
use crate::service::outward::Caller;
use crate::supervision::cards::sweep;
use crate::supervision::closing::{self, follow::Follower, follow::Trained};
use crate::supervision::keeper::{Ground, Keeper};
use crate::supervision::sources::Sources;
use crate::supervision::{deviations, dispatch, evaluation, handed_on};
use crate::trading::budget::{self, Budget};
use crate::trading::feed::{self, Feed};
use crate::trading::floor::{Lots, floor};
use crate::trading::journal::{Committed, Journal};
use crate::trading::marks::Marks;
use crate::trading::projection::{self, Replicas};
use crate::trading::{bars, demo, deposits, desk, journal, life, log};
use crate::{clock, db, enforcement, registers, security, service};
use matching::Moment;
use sqlx::SqlitePool;
use std::error::Error;
use std::fs::File;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::net::TcpSocket;
use tokio::sync::oneshot;
use uuid::Uuid;

pub fn serve(config: Serve) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ran = runtime.block_on(run(config));
    // The floor has ended, and with it all that must be whole; what still runs is made again from the record.
    runtime.shutdown_timeout(DRAIN);
    ran
}

/// At a stop, what answers are on their way have so long to arrive.
const DRAIN: Duration = Duration::from_secs(3);

/// One server on one folder.
fn lock(dir: &Path) -> Result<File, Box<dyn Error>> {
    std::fs::create_dir_all(dir).map_err(|error| format!("cannot create {}: {error}", dir.display()))?;
    let file = File::create(dir.join("lock"))?;
    file.try_lock().map_err(|_| format!("another sunbid is running on {}", dir.display()))?;
    Ok(file)
}

/// Makes a lost log's folder ready to be filled from the journal.
pub fn rebuild_log(config: &RebuildLog) -> Result<String, Box<dyn Error>> {
    let dir = &config.dir.data;
    let journal = dir.join("journal.db");
    if !journal.exists() {
        return Err(format!("no journal at {}", journal.display()).into());
    }
    let _lock = lock(dir)?;
    Ok(log::Folder::of(dir).rebuild(config.new, config.log_origin.as_deref())?)
}

async fn run(config: Serve) -> Result<(), Box<dyn Error>> {
    let dir = config.dir.data.clone();
    let proxies = Proxies::new(&config.trusted_proxy, config.proxy_forwarded)?;
    let _lock = lock(&dir)?;
    let db = db::open(&dir.join("sunbid.db")).await?;
    registers::imports::note_stopped(&db).await?;
    let tokens = Arc::new(Tokens::open(&dir)?);
    for (account, sessions) in security::store::ended_sessions(&db).await? {
        tokens.end_sessions(account, sessions);
    }

    // One reading of the journal brings everybody to where they were.
    let (mut lots, feed, mut replicas) = (Lots::default(), Arc::new(Feed::default()), Replicas::default());
    let projected = projection::cursor(&db).await?;
    let marks = Arc::new(Marks::open(&dir)?);
    let trained = config.model.as_deref().map(Trained::read).transpose()?.map(Arc::new);
    let log_folder = log::Folder::of(&dir);
    let (tables, journal_path) = (dir.join("sunbid.db"), dir.join("journal.db"));
    let (journal, watch_marks, watch_trained) = (journal_path.clone(), marks.clone(), trained.clone());
    let ground = Ground { db: db.clone(), tables, journal, marks: watch_marks, trained: watch_trained };
    let mut keeper = Keeper::open(ground).await.map_err(|error| error.en)?;
    let watching = keeper.standing();
    if journal::is_begun(&journal_path)? {
        log_folder.stands()?;
    }
    log_folder.name(config.log_origin.as_deref(), config.outside.site.as_deref())?;
    let mut sealed = log::replaying(&log_folder)?;
    let (mut opened, published) = (Replicas::default(), open_data::cursor(&db).await?);
    let (mut closer, screened) = (Follower::new(trained), closing::store::cursor(&db).await?);
    let mut anchored = None;
    let journal = Journal::open_chained(&journal_path, |entry, head| {
        lots.apply(&entry);
        anchored = log::anchors::anchor(&entry).or(anchored.take());
        sealed.take(&entry, head);
        feed.replay(&entry);
        if entry.n < projected {
            replicas.apply(&entry);
        }
        if entry.n < published {
            opened.apply(&entry);
        }
        if entry.n < screened {
            closer.take(&entry);
        }
        keeper.replay(&entry);
    })?;
    let next_n = journal.next_n();
    let seen = projected.max(published).max(screened).max(watching.next_n());
    if seen > next_n {
        return Err(format!("damaged: the tables have seen {seen} entries, the journal holds {next_n}").into());
    }
    let whole = sealed.end(next_n)?;
    let witnesses = log::witnesses::Witness::all(&config.witness)?;
    let witness_keys = witnesses.iter().map(|witness| witness.key.clone()).collect();
    let log = Arc::new(log::Log::open(&log_folder, whole, &journal.head(), witness_keys)?);
    tracing::info!(entries = next_n, lots = lots.by_id.len(), "journal replayed");
    let committed = Committed::new(journal_path.clone(), next_n);

    let tell = log::sealer::start(log.clone(), &log_folder, next_n, journal.head(), |fault| stop(fault))?;
    // A record that goes on may have deadlines: none is met before people can come in.
    let (door, floor) = match floor(journal, lots, committed.clone(), tell) {
        (door, floor) if next_n > 0 => (door, floor.held()),
        begun => begun,
    };
    essential("feed", feed::run(feed.clone(), committed.clone(), next_n));
    let budget = Arc::<Budget>::default();
    essential("budget", budget::run(budget.clone(), committed.clone(), next_n));
    essential("projection", projection::run(db.clone(), committed.clone(), replicas, projected));
    let calendar = Arc::new(RwLock::new(Arc::new(calendar::stored(&db).await?)));
    let sources = Sources { db: db.clone(), marks: marks.clone(), calendar: calendar.clone() };
    essential("watch", keeper.run(sources, committed.clone(), feed.clone()));
    closing::store::note_model(&db, closer.trained(), clock::now()).await?;
    essential("screens", closer.run(db.clone(), committed.clone(), screened));
    essential("networks", closing::nightly::keep(db.clone()));
    essential("witnesses", log::witnesses::run(log.clone(), log_folder, witnesses));
    let alive = dir.join("alive");
    let alive_at = std::fs::read_to_string(&alive).ok().and_then(|text| text.trim().parse().ok()).map(Moment);
    let (ended, floor_ended) = oneshot::channel();
    std::thread::Builder::new().name("floor".into()).spawn(move || {
        let ran = std::panic::catch_unwind(AssertUnwindSafe(|| floor.run(alive_at)));
        if ran.is_err() {
            stop("floor");
        }
        let _ = ended.send(());
    })?;

    let signer = Arc::new(Signer::open(&dir, "signing.key")?);
    let rehearsal = config.rehearsal || is_demonstration(&dir, &db, &config).await?;
    let listener = listen(config.listen).map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
    let address = listener.local_addr()?;
    let outside = &config.outside;
    let site = outside.site.clone().unwrap_or_else(|| format!("http://{address}"));
    let site: Arc<str> = site.trim_end_matches('/').into();
    let publisher = Publisher::new(db.clone(), opened, site.clone());
    essential("open data", publisher.run(committed, published));
    let printer = Arc::new(Printer::open(&dir, config.fonts.as_deref())?);
    let mailer = outside.smtp_url.as_deref().map(|url| Mailer::open(url, &outside.mail_from)).transpose()?;
    let app = App {
        calendar,
        db,
        dir: Arc::new(dir),
        rehearsal,
        door,
        feed,
        watching,
        barring: Arc::default(),
        budget,
        tokens,
        signer,
        printer,
        marks,
        log,
        journal_path: Arc::new(journal_path),
        origins: Arc::new(config.origins.clone()),
        proxies: Arc::new(proxies),
        secure_cookies: config.secure_cookies,
        site,
        mailer: mailer.map(Arc::new),
        caller: Arc::new(Caller::new(outside.webhooks_to_private)),
    };
    first_start(&app, &config).await?;
    deposits::publish_signing_key(&app, &app.signer.public_hex(), clock::now().0).await.map_err(|error| error.en)?;
    life::dues::resume(&app).await.map_err(|error| error.en)?;
    dispatch::resume(&app).await.map_err(|error| error.en)?;
    // A clock that cannot be read is told by the round, and is no reason to open no auction.
    if let Err(error) = sweep::round(&app).await {
        tracing::error!(code = %error.code, "the first round over the open clocks was not whole");
    }
    essential("dispatch", dispatch::keep(app.clone()));
    essential("cards", sweep::keep(app.clone()));
    essential("evaluation", evaluation::keep(app.clone()));
    essential("deviations told", deviations::keep(app.clone()));
    essential("complaints handed on told", handed_on::keep(app.clone()));
    essential("deposits let go", deposits::closes::keep(app.clone()));
    essential("refunds asked for", deposits::asked::keep(app.clone()));
    essential("dues", life::dues::keep(app.clone()));
    essential("bars", bars::keep(app.clone()));
    essential("notes", log::notes::keep(app.clone()));
    essential("audit heads", log::anchors::keep(app.clone(), anchored));
    essential("cosignatures", service::documents::cosigned::keep(app.clone()));

    if let Some(path) = &config.port_file {
        let draft = path.with_extension("draft");
        std::fs::write(&draft, address.to_string())?;
        std::fs::rename(&draft, path)?;
    }
    essential("search", service::search::follow(app.db.clone()));
    if let Some(mailer) = app.mailer.clone() {
        essential("mail", service::mail::run(app.clone(), mailer));
    }
    essential("webhooks", service::deliveries::run(app.clone()));
    essential("bank folder", deposits::folder::watch(app.clone()));
    tracing::info!("open http://{address}");
    let demo = (!config.no_demo).then(|| tokio::spawn(demo::keep_alive(app.clone())));
    app.door.open();
    let heart = tokio::spawn(heartbeat(alive));
    let (shut, shutting) = oneshot::channel();
    let door = app.door.clone();
    let proxies = app.proxies.clone();
    let serving = listener::serve(listener, http::router(app.clone()), proxies, async move {
        let _ = shutting.await;
    });
    tokio::select! {
        () = serving => {}
        () = async {
            stopped().await;
            // The end of the audit trail while the floor still writes.
            log::anchors::at_stop(&app).await;
            // Then first of all the floor: nobody can bid from here on, so nothing closes.
            heart.abort();
            door.shut();
            let _ = shut.send(());
            tokio::time::sleep(DRAIN).await;
        } => {}
    }
    if let Some(demo) = demo {
        demo.abort();
    }
    let _ = floor_ended.await;
    Ok(())
}

/// What the kernel keeps for a peer that reads nothing; left to itself it grows to megabytes each.
/// Linux doubles it for its own bookkeeping, and sockets accepted inherit it.
const SEND_BUFFER_BYTES: u32 = 64 * 1024;
/// Connections waiting to be accepted: a hall that opens at once.
const BACKLOG: u32 = 1_024;

fn listen(address: SocketAddr) -> std::io::Result<tokio::net::TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Runs what the platform cannot do without: a server whose feed or watch has ended looks alive
/// and is not, so it stops instead and a restart begins from the record.
fn essential(name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
    let work = tokio::spawn(work);
    tokio::spawn(async move {
        let _ = work.await;
        stop(name);
    });
}

fn stop(name: &str) -> ! {
    tracing::error!(name, "an essential part has ended; stopping");
    std::process::exit(1)
}

/// When the platform last ran: after a power cut, lots whose end passed meanwhile stand still from here.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(1);

async fn heartbeat(path: PathBuf) {
    let mut beat = tokio::time::interval(HEARTBEAT_EVERY);
    loop {
        beat.tick().await;
        let (path, now) = (path.clone(), clock::now().0.to_string());
        let _ = tokio::task::spawn_blocking(move || std::fs::write(path, now)).await;
    }
}

async fn stopped() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

/// Whether these data were begun as a demonstration: asked at the first start, and kept, so that a start
/// that forgets a flag makes no rehearsal of the real thing.
async fn is_demonstration(dir: &Path, db: &SqlitePool, config: &Serve) -> Result<bool, Box<dyn Error>> {
    let mark = dir.join("demonstration");
    if !config.no_demo && security::store::count(db).await? == 0 {
        std::fs::write(&mark, "")?;
    }
    Ok(mark.exists())
}

/// On an empty database: the centers, two administrators, and the demonstration unless told not to.
/// The administrators come last of what cannot be made again, so a first start cut short starts anew.
async fn first_start(app: &App, config: &Serve) -> Result<(), Box<dyn Error>> {
    approval::begin(app).await.map_err(|error| error.en)?;
    if security::store::count(&app.db).await? > 0 {
        second_again(app, config).await?;
        return desk::finish_publications(app).await.map_err(|error| error.en.into());
    }
    demo::centers(app).await.map_err(|error| error.en)?;
    // One alone could make no account for staff: a second person agrees to each.
    administrator(app, config.admin.as_deref(), "admin", "系统管理员").await?;
    administrator(app, config.second_admin.as_deref(), "admin2", "系统管理员（复核）").await?;
    if !config.no_demo {
        demo::fill(app).await.map_err(|error| error.en)?;
        service::demo::fill(app).await.map_err(|error| error.en)?;
        enforcement::demo::fill(app, demo::PASSWORD).await.map_err(|error| error.en)?;
        demonstration::fill(app).await.map_err(|error| error.en)?;
    }
    Ok(())
}

/// `login:password` as given, or drawn and printed: whoever starts the server has seen it, so it is changed first.
async fn administrator(app: &App, given: Option<&str>, login: &str, name: &str) -> Result<(), Box<dyn Error>> {
    let drawn = format!("{login}:{}", &Uuid::new_v4().simple().to_string()[..16]);
    if given.is_none() {
        println!("administrator (kept nowhere, note it): {drawn}");
    }
    let (login, password) = given.unwrap_or(&drawn).split_once(':').ok_or("an administrator is login:password")?;
    let new = NewAccount {
        login: login.into(),
        password: password.into(),
        name: name.into(),
        role: Role::Admin,
        center_id: None,
        agency_id: None,
        duties: Vec::new(),
        id_number: None,
    };
    security::routes::create(app, new).await.map_err(|error| error.en)?;
    Ok(())
}

/// A house left with a single administrator gets a second from whoever starts the server: he holds the tables
/// anyway. It is a row of the audit trail.
async fn second_again(app: &App, config: &Serve) -> Result<(), Box<dyn Error>> {
    let Some(given) = config.second_admin.as_deref() else { return Ok(()) };
    if security::store::administrators(&app.db).await? != 1 {
        return Ok(());
    }
    let login = given.split_once(':').map_or(given, |(login, _)| login);
    if security::store::by_login(&app.db, login).await?.is_some() {
        return Ok(());
    }
    administrator(app, Some(given), login, "系统管理员（复核）").await?;
    let act = Act {
        account: None,
        role: None,
        action: "second administrator from the command line".into(),
        subject: login.into(),
        status: 200,
        purpose: None,
    };
    audit::note(&app.db, act).await.map_err(|error| error.en.into())
}
