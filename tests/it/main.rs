//! Tests through the front door: a real server, its own database, people who use it.

mod audit;
mod calendar;
mod damage;
mod deposits;
mod doors;
mod house;
mod journals;
mod methods;
mod openapi;
mod story;
mod tidy;
mod wrong_input;
