//! The folder held against the list of files that the build left in it. Must not know what a file holds.

use std::collections::BTreeMap;

use super::folder::{Contents, Folder, FolderError};
use crate::diagnostic::{Code, Diagnostic, FilePath, Severity};
use crate::output::{MANIFEST_FILE, read_manifest};
use crate::source::Digest;

/// Says which files differ from the manifest; nothing where there is none.
pub(super) fn compare(folder: &Folder, found: &[(&str, Digest)], strict: bool) -> Result<Vec<Diagnostic>, FolderError> {
    if folder.names().binary_search(&MANIFEST_FILE).is_err() {
        return Ok(Vec::new());
    }
    let Contents::Bytes(bytes) = folder.read(MANIFEST_FILE)? else { return Ok(Vec::new()) };
    let severity = if strict { Severity::Error } else { Severity::Warning };
    let report = |code, file: &str, message: String, hint: &str| {
        let mut diagnostic = Diagnostic::in_file(code, &FilePath::from(file), message).hint(hint);
        diagnostic.severity = severity;
        diagnostic
    };
    let expected: BTreeMap<String, Digest> = match read_manifest(&bytes) {
        Ok(expected) => expected,
        Err(reason) => {
            let message = format!("the build's list of files cannot be used: {reason}");
            return Ok(vec![report(Code::OutputChangedFile, MANIFEST_FILE, message, "build again")]);
        }
    };
    let found: BTreeMap<&str, Digest> = found.iter().copied().collect();
    let mut diagnostics = Vec::new();
    for (file, digest) in &found {
        match expected.get(*file) {
            None => {
                let message = format!("the build did not write `{file}`");
                let hint = "delete it, or put it into `content/`, so that the build writes it";
                diagnostics.push(report(Code::OutputUnexpectedFile, file, message, hint));
            }
            Some(known) if known != digest => {
                let message = format!("`{file}` was changed after the build");
                let hint = "build again, and make the change in `content/` or in the theme";
                diagnostics.push(report(Code::OutputChangedFile, file, message, hint));
            }
            Some(_) => {}
        }
    }
    for file in expected.keys().filter(|file| !found.contains_key(file.as_str())) {
        let message = format!("the build wrote `{file}`, and it is gone");
        diagnostics.push(report(Code::OutputMissingFile, file, message, "build again"));
    }
    Ok(diagnostics)
}
