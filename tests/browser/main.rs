//! The page in a real browser: what a person does with it, from the first run to the last dead letter.

mod driver;
mod page;
mod server;

mod access;
mod accessibility;
mod by_hand;
mod dead_letters;
mod first_run;
mod left_alone;
mod mappings;
mod runs;
mod two_way;
