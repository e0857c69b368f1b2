//! 阳光竞价: online auctions of public resources. ARCHITECTURE.md is the map.

pub mod app;
pub mod approval;
pub mod calendar;
pub mod clock;
pub mod codes;
pub mod config;
pub mod content;
pub mod db;
pub mod demonstration;
pub mod enforcement;
pub mod error;
pub mod http;
pub mod keys;
mod listener;
mod named;
pub mod proof;
pub mod registers;
pub mod security;
pub mod serve;
pub mod service;
pub mod supervision;
pub mod trading;
mod unread;
pub mod verify;
pub mod witness;
