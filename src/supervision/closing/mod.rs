//! 成交后筛查: what a closed lot's final offers look like beside earlier lots of its market, what a trained model
//! says of them and why, and at night who meets whom over many lots. A question to a person, never an accusation.
//!
//! [`follow`] reads the record and writes a row a closed lot; [`facts`] and [`figures`] are its pure part, [`store`]
//! its SQL; [`nightly`] makes the networks; [`routes`] shows all of it to supervisors.

pub mod facts;
pub mod figures;
pub mod follow;
pub mod model;
pub mod nightly;
pub mod routes;
pub mod store;
