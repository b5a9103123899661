//! Results by the digest of everything they depend on.

/// What earlier builds of this process have worked out.
#[derive(Debug, Default)]
pub struct Memo {}
