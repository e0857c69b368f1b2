//! Tests through the front door: a real server, its own database, people who use it.

mod approval;
mod audit;
mod calendar;
mod damage;
mod deposits;
mod doors;
mod house;
mod journals;
mod life;
mod methods;
mod open;
mod open_life;
mod open_methods;
mod openapi;
mod portal;
mod registers;
mod story;
mod tidy;
mod unsealing;
mod wrong_input;
