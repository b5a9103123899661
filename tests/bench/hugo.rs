//! The same content as a site for Hugo (<https://gohugo.io>), where it is on the `PATH`: taxonomies, a table of
//! contents, lists in pages of twenty, a feed, a site map and a JSON list for search, with and without related articles.
//!
//! Its layouts show what steward's default theme shows of an article, in the plainest way.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::process::{Taken, median, timed};

const SETTINGS: &str = r#"baseURL = "https://kb.example/"
title = "Measured handbook"
enableRobotsTXT = true
[pagination]
  pagerSize = 20
[taxonomies]
  author = "authors"
  topic = "topics"
  audience = "audiences"
[outputs]
  home = ["HTML", "RSS", "JSON"]
[related]
  threshold = 10
  includeNewer = true
  [[related.indices]]
    name = "topics"
    weight = 100
  [[related.indices]]
    name = "authors"
    weight = 40
"#;

const LAYOUTS: [(&str, &str); 4] = [
    (
        "baseof.html",
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>{{ .Title }}</title><meta name=description content=\"{{ .Description }}\"><link rel=canonical href=\"{{ .Permalink }}\"></head><body><header><a href=\"{{ site.Home.RelPermalink }}\">{{ site.Title }}</a><nav><ul>{{ range site.Sections }}<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a></li>{{ end }}</ul></nav></header><main>{{ block \"main\" . }}{{ end }}</main><footer><p>{{ site.Title }}</p></footer></body></html>\n",
    ),
    (
        "single.html",
        "{{ define \"main\" }}<article><h1>{{ .Title }}</h1><p>{{ range .GetTerms \"authors\" }}<a href=\"{{ .RelPermalink }}\">{{ .LinkTitle }}</a> {{ end }}{{ .ReadingTime }} minutes, {{ .Date.Format \"2 January 2006\" }}</p>{{ .TableOfContents }}<div>{{ .Content }}</div><p>{{ range .GetTerms \"topics\" }}<a href=\"{{ .RelPermalink }}\">{{ .LinkTitle }}</a> {{ end }}</p></article>RELATED{{ end }}\n",
    ),
    (
        "list.html",
        "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ $pages := .Paginate .Pages }}<ul>{{ range $pages.Pages }}<li><h2><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a></h2><p>{{ .Description }}</p><p>{{ range .GetTerms \"authors\" }}<a href=\"{{ .RelPermalink }}\">{{ .LinkTitle }}</a> {{ end }}{{ .ReadingTime }} minutes</p></li>{{ end }}</ul>{{ template \"_internal/pagination.html\" . }}{{ end }}\n",
    ),
    (
        "index.json",
        "[{{ range $index, $page := site.RegularPages }}{{ if $index }},{{ end }}{{ dict \"title\" .Title \"url\" .RelPermalink \"summary\" .Description \"text\" .Plain | jsonify }}{{ end }}]\n",
    ),
];

const RELATED: &str = "<ul>{{ range first 3 (site.RegularPages.Related .) }}<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a><p>{{ .Description }}</p></li>{{ end }}</ul>";

/// Measures Hugo on the content of `site`: with a JSON list, and with related articles too. `None` where there is no
/// Hugo.
pub(crate) fn measure(site: &Path, folder: &Path) -> Option<[Taken; 2]> {
    Command::new("hugo").arg("version").output().ok().filter(|version| version.status.success())?;
    let measured = [("hugo", ""), ("hugo-related", RELATED)].map(|(name, related)| {
        let root = folder.join(name);
        write(site, &root, related).expect("the site for Hugo can be written");
        let output = root.join("public");
        median(|| {
            let _ = fs::remove_dir_all(&output);
            timed(Command::new("hugo").arg("--quiet").arg("--source").arg(&root).arg("--destination").arg(&output))
        })
    });
    Some(measured)
}

fn write(site: &Path, root: &Path, related: &str) -> io::Result<()> {
    fs::create_dir_all(root.join("layouts/_default"))?;
    fs::write(root.join("hugo.toml"), SETTINGS)?;
    for (name, text) in LAYOUTS {
        let folder = if name == "index.json" { "layouts" } else { "layouts/_default" };
        fs::write(root.join(folder).join(name), text.replace("RELATED", related))?;
    }
    copy(&site.join("content/articles"), &root.join("content/articles"))
}

/// Copies the articles; what Hugo calls otherwise gets its name.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
            continue;
        }
        let text = fs::read_to_string(entry.path())?;
        fs::write(
            target,
            text.replacen("\nsummary: ", "\ndescription: ", 1).replacen("\naudience: ", "\naudiences: ", 1),
        )?;
    }
    Ok(())
}
