//! TOML text to a [`Tree`](super::Tree). The only module that knows the TOML parser.
