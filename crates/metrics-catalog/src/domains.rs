//! One file per domain, in the order of the reference page.

pub(crate) mod execution;

pub(crate) mod coordinator;

pub(crate) mod rate_limit;

pub(crate) mod events;

pub(crate) mod database;

pub(crate) mod connections;

pub(crate) mod health;

pub(crate) mod notifications;

pub(crate) mod dlq;

pub(crate) mod aos;

pub(crate) mod http;

pub(crate) mod db;

pub(crate) mod llm;

pub(crate) mod rag;

pub(crate) mod embedding;

pub(crate) mod system;

pub(crate) mod errors;

pub(crate) mod cache;

pub(crate) mod security;

pub(crate) mod voice;
