//! The function as CloudFormation sees it: events go in, answers come out.

mod answers;
mod common;
mod delivery;
mod moto;
mod scripts;
