//! What of a page as a whole bears on the statements it carries: its `<base>`, its encoding, its scripts.

use crate::diagnostic::Code;

use super::hiding;
use super::report::Finding;
use super::scan::Scan;
use super::style::{PageStyles, Stylesheets, is_single_byte, is_utf8};

/// Everything that holds for the whole page, said of the statement of `source`.
pub(super) fn check(
    page: &super::Page<'_>,
    scan: &Scan<'_>,
    styles: &PageStyles<'_>,
    stylesheets: &Stylesheets,
    source: &str,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = foreign_base(scan, stylesheets, source).into_iter().collect();
    findings.extend(other_encoding(page.html, scan.charset, source));
    let scripts = scripts(page.path, scan, stylesheets);
    let scripts: Vec<&str> = scripts.iter().map(String::as_str).collect();
    findings.extend(hiding::check_page(styles, &scripts, source));
    findings
}

/// Rule 5: “a foreign `<base>` is an error”.
fn foreign_base(scan: &Scan<'_>, stylesheets: &Stylesheets, source: &str) -> Option<Finding> {
    let base = scan.base.filter(|base| !stylesheets.is_own(base))?;
    let message = format!("the page's <base> sends its links to `{base}`, those of the statement of `{source}` too");
    Some(
        Finding::new(Code::RightsStatementLinkWrongTarget, source, message)
            .hint("take the <base> out of the page, or let it name the site itself"),
    )
}

/// A page that names another encoding than the one it was read in shows other letters than those judged here.
fn other_encoding(html: &[u8], charset: Option<&str>, source: &str) -> Option<Finding> {
    let charset = charset.filter(|charset| !is_utf8(charset))?;
    let is_marked = html.starts_with("\u{FEFF}".as_bytes());
    if is_marked || html.is_ascii() && is_single_byte(charset) {
        return None;
    }
    let message = format!(
        "the statement of `{source}` may not be readable: the page says that it is written in `{charset}`, and it is in UTF-8"
    );
    Some(
        Finding::new(Code::RightsStatementHidden, source, message)
            .hint("write <meta charset=\"utf-8\"> at the beginning of the page's <head>"),
    )
}

/// Rule 4: “a script of the site's own that names `data-statement`”, and one that is written into its address.
fn scripts(path: &str, scan: &Scan<'_>, stylesheets: &Stylesheets) -> Vec<String> {
    let mut found: Vec<String> = stylesheets.scripts().map(|path| format!("the script `{path}`")).collect();
    if scan.has_script {
        found.push("a script in the page".to_owned());
    }
    for address in &scan.scripts {
        let is_data = address.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
        if is_data {
            found.push("a script that is written into its address (`data:`)".to_owned());
        } else if let Some(other) = stylesheets.other_script(path, scan.base, address) {
            found.push(format!("the script `{other}`"));
        }
    }
    found
}
