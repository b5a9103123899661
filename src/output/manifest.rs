//! `.steward-manifest.json`: which files of an output folder are ours, with their digests, and what they were built from.
//! Sorted, without dates.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{OutputError, is_valid};
use crate::source::Digest;

/// The manifest's name at the top of the output folder.
pub const MANIFEST_FILE: &str = ".steward-manifest.json";

const VERSION: u32 = 1;
const GENERATOR: &str = "steward";

/// The wire form.
#[derive(Serialize, Deserialize)]
struct Wire {
    version: u32,
    generator: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    built: Option<WireBuilt>,
    files: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct WireBuilt {
    from: String,
    pages: usize,
}

/// Our files by path.
pub(super) type Files = BTreeMap<String, Digest>;

/// What a build without a single message was made from, so that the next one can see that it would make the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// Covers everything that the build depends on.
    pub from: Digest,
    /// Number of pages.
    pub pages: usize,
}

/// What a manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Our files.
    pub(super) files: Files,
    /// What they were built from, if a later build may rely on it.
    pub(super) built: Option<Built>,
}

/// Reads the manifest of an output folder; `None` where there is none.
pub(super) fn read(output: &Path) -> Result<Option<Manifest>, OutputError> {
    let path = output.join(MANIFEST_FILE);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(OutputError::Io { action: "read", path, error }),
    };
    parse(&text).map(Some).map_err(|reason| OutputError::Manifest { path, reason })
}

/// A manifest decides what is deleted, so nothing in it is taken on trust.
pub(super) fn parse(text: &[u8]) -> Result<Manifest, String> {
    let wire: Wire = serde_json::from_slice(text).map_err(|error| format!("it is damaged ({error})"))?;
    if wire.generator != GENERATOR || wire.version != VERSION {
        return Err(format!("it was written by {} (manifest version {})", wire.generator, wire.version));
    }
    let files = wire
        .files
        .into_iter()
        .map(|(path, digest)| match digest_of(&digest) {
            Some(digest) if is_valid(&path) => Ok((path, digest)),
            _ => Err(format!("its entry `{path}` is damaged")),
        })
        .collect::<Result<Files, String>>()?;
    let built = wire.built.and_then(|built| Some(Built { from: digest_of(&built.from)?, pages: built.pages }));
    Ok(Manifest { files, built })
}

fn digest_of(hex: &str) -> Option<Digest> {
    blake3::Hash::from_hex(hex).ok().map(|digest| Digest(*digest.as_bytes()))
}

/// The manifest's bytes.
pub(super) fn to_bytes(files: &Files, built: Option<Built>) -> Result<Vec<u8>, serde_json::Error> {
    let files = files.iter().map(|(path, digest)| (path.clone(), digest.to_hex())).collect();
    let built = built.map(|built| WireBuilt { from: built.from.to_hex(), pages: built.pages });
    let wire = Wire { version: VERSION, generator: GENERATOR.to_owned(), built, files };
    let mut bytes = serde_json::to_vec_pretty(&wire)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_the_way_to_bytes_and_back() {
        let files = Files::from([("b/é.html".to_owned(), Digest::of(b"2")), ("a.html".to_owned(), Digest::of(b"1"))]);
        let built = Some(Built { from: Digest::of(b"3"), pages: 2 });
        let with = Manifest { files: files.clone(), built };
        assert_eq!(parse(&to_bytes(&files, built).unwrap()).unwrap(), with);
        let bytes = to_bytes(&files, None).unwrap();
        assert_eq!(parse(&bytes).unwrap(), Manifest { files, built: None });
        assert!(
            String::from_utf8(bytes)
                .unwrap()
                .starts_with("{\n  \"version\": 1,\n  \"generator\": \"steward\",\n  \"files\": {\n    \"a.html\": \"")
        );
    }

    #[test]
    fn nothing_is_taken_on_trust() {
        let digest = Digest::of(b"").to_hex();
        for wrong in [
            "".to_owned(),
            "[]".to_owned(),
            r#"{"version":2,"generator":"steward","files":{}}"#.to_owned(),
            r#"{"version":1,"generator":"other","files":{}}"#.to_owned(),
            format!(r#"{{"version":1,"generator":"steward","files":{{"../site.toml":"{digest}"}}}}"#),
            format!(r#"{{"version":1,"generator":"steward","files":{{"/etc/passwd":"{digest}"}}}}"#),
            r#"{"version":1,"generator":"steward","files":{"a.html":"12"}}"#.to_owned(),
        ] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
