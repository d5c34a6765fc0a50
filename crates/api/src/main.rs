//! The binary `samrad`: one program, a subcommand for each thing that can be done with it.

fn main() {}
