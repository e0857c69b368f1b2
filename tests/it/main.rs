//! Tests through the front door: a real server, its own database, people who use it.

mod accounts;
mod approval;
mod audit;
mod bank;
mod bank_keys;
mod calendar;
mod damage;
mod deposits;
mod doors;
mod house;
mod journals;
mod life;
mod methods;
mod openapi;
mod portal;
mod proof;
mod registers;
mod reversals;
mod story;
mod subscriptions;
mod tidy;
mod unsealing;
mod vectors;
mod wrong_input;
