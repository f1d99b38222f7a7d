//! The program as its users see it: exit code, stdout and stderr of the real binary.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod context;
mod fake;
mod secured;

mod agent;
mod agent_install;
mod agent_key;
mod api;
mod at_terminal;
mod bad_answers;
mod bad_input;
mod borrowed_tokens;
mod browser;
mod call;
mod certificates;
mod completion;
mod demo;
mod devices;
mod disk;
mod emulate;
mod encrypted;
mod endpoints;
mod exec;
mod help;
mod homeys;
mod insights;
mod kept_credentials;
mod keys;
mod lists;
mod login;
mod logout;
mod man;
mod no_refusal;
mod nouns;
mod offline;
mod one_off;
mod operations;
mod plain_http;
mod processes;
mod proxy;
mod refused_for_good;
mod rejected_certificate;
mod secrecy;
mod several;
mod shapes;
mod stores;
mod terminal;
mod third_party;
mod token;
mod two_factor;
mod update_notice;
mod variables;
mod watch;
mod ways_in;
