//! Command line and environment.

use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// 阳光竞价: online auctions of public resources.
#[derive(Parser)]
#[command(name = "sunbid", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Task,
}

#[derive(Subcommand)]
pub enum Task {
    /// Run the platform.
    Serve(Box<Serve>),
    /// Replay the journal, check its chain, the log's seals and the projections; or check a receipt. Exit 1 on
    /// any damage.
    Verify(Verify),
    /// 见证: remember the last tree of each log and cosign what continues it.
    Witness(Witness),
    /// After the transparency log's folder was lost and restored, or lost for good: make it ready for the next start.
    RebuildLog(RebuildLog),
    /// Print the OpenAPI document.
    Openapi,
}

#[derive(Args, Clone)]
pub struct DataDir {
    /// Folder of journal.db and sunbid.db.
    #[arg(long, default_value = "data", env = "SUNBID_DATA")]
    pub data: PathBuf,
}

#[derive(Args, Clone)]
pub struct Verify {
    #[command(flatten)]
    pub dir: DataDir,
    /// Check this receipt (a .tlog-proof file) instead, with the folder's log or offline with a key.
    #[arg(long)]
    pub receipt: Option<PathBuf>,
    /// The log's public key, `name+id+base64`, as /api/log/key told it to you: the folder's log must be this
    /// one. With --receipt alone no folder is read.
    #[arg(long)]
    pub key: Option<String>,
    /// A checkpoint you have kept: the record must contain its tree. May be given several times.
    #[arg(long, conflicts_with = "receipt")]
    pub checkpoint: Vec<PathBuf>,
    /// The public key of a witness, whose cosignature is then demanded on a kept checkpoint (log/cosigned or
    /// --checkpoint). May be given several times.
    #[arg(long, conflicts_with = "receipt")]
    pub witness: Vec<String>,
}

#[derive(Args, Clone)]
pub struct RebuildLog {
    #[command(flatten)]
    pub dir: DataDir,
    /// The log's key is lost for good: begin another log, under a new key, over the same journal.
    #[arg(long)]
    pub new: bool,
    /// Name of the new log; after its key if absent.
    #[arg(long, requires = "new")]
    pub log_origin: Option<String>,
}

#[derive(Args, Clone)]
pub struct Witness {
    /// Folder of the witness' key and memory.
    #[arg(long)]
    pub data: PathBuf,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,
    /// A log's public key, `name+id+base64`; may be given several times.
    #[arg(long, required = true)]
    pub log: Vec<String>,
    /// Written with the address in use once the witness is ready.
    #[arg(long)]
    pub port_file: Option<PathBuf>,
}

#[derive(Args, Clone)]
pub struct Serve {
    #[command(flatten)]
    pub dir: DataDir,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080", env = "SUNBID_LISTEN")]
    pub listen: SocketAddr,
    /// Written with the address in use once the server is ready.
    #[arg(long)]
    pub port_file: Option<PathBuf>,
    /// Start without demonstration people and lots; the city's and two districts' centers are made either way.
    #[arg(long)]
    pub no_demo: bool,
    /// 演练: a rehearsal, in which the legal minimum periods are shown and not enforced. The demonstration is one.
    #[arg(long, env = "SUNBID_REHEARSAL")]
    pub rehearsal: bool,
    /// `login:password` of the administrator made on an empty first start; drawn and printed if absent.
    #[arg(long, env = "SUNBID_ADMIN", hide_env_values = true)]
    pub admin: Option<String>,
    /// `login:password` of the second one, without whom the first makes no account for staff; drawn and printed
    /// if absent. Given later, it is made where a single administrator is left.
    #[arg(long, env = "SUNBID_SECOND_ADMIN", hide_env_values = true)]
    pub second_admin: Option<String>,
    /// Folder of the fonts documents are set in, instead of the system's own.
    #[arg(long, env = "SUNBID_FONTS")]
    pub fonts: Option<PathBuf>,
    /// A trained model that scores closed lots, as `learn train` writes it; without one lots have no score.
    #[arg(long, env = "SUNBID_MODEL")]
    pub model: Option<PathBuf>,
    /// Origins besides our own host from which browsers may open the socket (comma list).
    #[arg(long, env = "SUNBID_ORIGINS", value_delimiter = ',')]
    pub origins: Vec<String>,
    /// A witness to ask for cosignatures: its address and its key; may be given several times.
    #[arg(long, num_args = 2, value_names = ["URL", "KEY"])]
    pub witness: Vec<String>,
    /// Name of the transparency log, kept from the first start on; the site's host and /log if absent.
    #[arg(long, env = "SUNBID_LOG_ORIGIN")]
    pub log_origin: Option<String>,
    /// A reverse proxy (address or network, e.g. 10.0.0.0/8) whose word on its caller's address is taken; may be
    /// given several times or as a comma list. Without one the address of the connection is the caller's.
    #[arg(long, env = "SUNBID_TRUSTED_PROXY", value_name = "NETWORK", value_delimiter = ',')]
    pub trusted_proxy: Vec<String>,
    /// Trusted proxies write the standard header Forwarded (RFC 7239) instead of X-Forwarded-For.
    #[arg(long, env = "SUNBID_PROXY_FORWARDED")]
    pub proxy_forwarded: bool,
    /// Cookies only over https. Leave off for plain http on a developer's machine.
    #[arg(long, env = "SUNBID_SECURE_COOKIES")]
    pub secure_cookies: bool,
    #[command(flatten)]
    pub outside: Outside,
}

/// What goes out to those who follow.
#[derive(Args, Clone)]
pub struct Outside {
    /// Where people find this platform, e.g. https://bid.example.cn; the address listened on if absent.
    #[arg(long, env = "SUNBID_SITE")]
    pub site: Option<String>,
    /// Mail server: smtp://host:port, smtp://…?tls=required or smtps://login:password@host. Without it no
    /// e-mail is offered.
    #[arg(long, env = "SUNBID_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Sender of e-mail.
    #[arg(long, default_value = "阳光竞价 <no-reply@localhost>", env = "SUNBID_MAIL_FROM")]
    pub mail_from: String,
    /// Let webhooks call plain http and private addresses: for rehearsals and tests.
    #[arg(long, env = "SUNBID_WEBHOOKS_TO_PRIVATE")]
    pub webhooks_to_private: bool,
}
