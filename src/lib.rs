//! steward turns a folder of Markdown into a training site and refuses to publish what it cannot credit.

pub mod catalog;
pub mod cli;
pub mod config;
pub mod date;
pub mod diagnostic;
pub mod document;
pub mod memo;
pub mod output;
pub mod pipeline;
pub mod rights;
pub mod search;
pub mod settings;
pub mod source;
pub mod syndication;
pub mod theme;
pub mod view;
