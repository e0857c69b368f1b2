//! 印制文书: what the platform gives people on paper, as PDF.
//!
//! `kinds` names them, `facts` gathers what each tells, `texts` puts it in words, a `paper`; `layout` puts
//! the words on pages with `lines` and `fonts`, `press` makes the file. `evidence` is the transparency log's
//! word for a sale, on its confirmation;
//! `cosigned` is what witnesses add to it later, beside the paper. `issue` issues a document once and for ever,
//! `store` keeps it, `routes` are its doors. A document is signed by the platform's own Ed25519 key over
//! its words (printed) and over its file (beside it); it is no PAdES signature.

pub mod amount;
pub mod cosigned;
pub mod evidence;
pub mod facts;
pub mod fonts;
pub mod issue;
pub mod kinds;
pub mod layout;
pub mod lines;
pub mod paper;
pub mod press;
pub mod routes;
pub mod store;
pub mod texts;

pub use issue::Printer;
pub use routes::routes;
