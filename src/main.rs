//! The binary: arguments in, exit code out. Everything else is the library's.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    steward::cli::run(std::env::args_os())
}
