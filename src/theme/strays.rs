//! Files of a site's theme that lie where nothing looks for them: a misspelt folder silently changes nothing.

use crate::diagnostic::{Code, Diagnostic, did_you_mean};

use super::chain::Layer;

const FOLDERS: [&str; 3] = ["templates", "assets", "i18n"];

/// Files beside the folders that are for people.
const COMPANIONS: [&str; 4] = ["readme", "license", "licence", "changelog"];

pub(super) fn check(layers: &[Layer]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for layer in layers {
        for (inside, file) in layer.files.iter().filter(|(_, file)| file.from_site) {
            let (folder, name) = inside.split_once('/').unwrap_or(("", inside));
            if FOLDERS.contains(&folder) || (folder.is_empty() && is_at_home(name)) {
                continue;
            }
            let wanted = if folder.is_empty() { name } else { folder };
            diagnostics.push(
                Diagnostic::in_file(
                    Code::TemplateOverrideUnused,
                    &file.path,
                    format!("nothing uses the file `{inside}` of the theme `{}`", layer.name),
                )
                .hint_if(did_you_mean(wanted, FOLDERS))
                .hint("a theme has `theme.toml` and the folders `templates/`, `assets/` and `i18n/`"),
            );
        }
    }
    diagnostics
}

fn is_at_home(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    name == "theme.toml" || COMPANIONS.contains(&stem.as_str())
}
