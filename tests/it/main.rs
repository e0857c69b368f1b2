//! Tests through the front door: a real server, its own database, people who use it.

mod approval;
mod audit;
mod bank;
mod calendar;
mod damage;
mod deposits;
mod doors;
mod house;
mod journals;
mod life;
mod life_once;
mod methods;
mod open;
mod open_life;
mod open_methods;
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
