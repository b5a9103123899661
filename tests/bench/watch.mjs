// Measures the preview in a browser: `node tests/bench/watch.mjs [ARTICLES]`, after `cargo build --release`.
//
// From the moment before a file is written to the moment its new text stands on the page that is open, as the page's own
// clock tells. `STEWARD` names another binary. `cargo bench --bench build -- watch` measures what comes before the
// browser.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { launch } from "../browser/support.mjs";

const repository = join(import.meta.dirname, "../..");
const steward = process.env.STEWARD ?? join(repository, "target/release/steward");
const articles = process.argv[2] ?? "10000";
const work = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "steward-watch-bench-"));
const SAVES = 20;

const site = join(work, "site");
execFileSync("cargo", ["bench", "--quiet", "--bench", "build", "--", "generate", site, articles], { cwd: repository });
const write = (path, text) => {
  mkdirSync(dirname(join(site, path)), { recursive: true });
  writeFileSync(join(site, path), text);
};
const footer = "themes/own/templates/partials/footer.html";
write("themes/own/theme.toml", 'name = "own"\nextends = "default"\n');
write(footer, "<p>{{ site.title }}</p>\n");
write("site.toml", `theme = "own"\n${readFileSync(join(site, "site.toml"), "utf8")}`);

const preview = spawn(steward, ["watch", "--quiet", "--format", "json", "--port", "0", "--root", site]);
const lines = createInterface({ input: preview.stdout });
const { value: first } = await lines[Symbol.asyncIterator]().next();
const origin = JSON.parse(first).address;
preview.stdout.resume();
const browser = await launch();
try {
  await measure();
} finally {
  await browser.close();
  preview.kill();
  rmSync(work, { recursive: true, force: true });
}

async function measure() {
  // An article of the house; the texts of others are sealed, and nobody edits them.
  const article = "content/articles/section-4/article-4.md";
  const text = readFileSync(join(site, article), "utf8");
  await quiet();
  const page = await browser.newPage();
  await page.goto(new URL("articles/section-4/article-4.html", origin).href);
  const kinds = {
    prose: (words) => write(article, `${text}\n${words} in a sentence.\n`),
    // The first paragraph, which cards of the article show elsewhere.
    opening: (words) => write(article, text.replace("\n---\n\n", `\n---\n\n${words} in a sentence.\n\n`)),
    title: (words) => write(article, text.replace(/^title: .*$/m, `title: ${words}`)),
    template: (words) => write(footer, `<p>${words}</p>\n`),
  };
  console.log(`${articles} articles, from the save to the new text in the page that is open, medians of ${SAVES}`);
  for (const [kind, save] of Object.entries(kinds)) {
    const taken = [];
    for (let number = 0; number < SAVES; number++) {
      const words = `Typed ${kind} ${number} now`;
      const started = Date.now();
      save(words);
      // Looked for with every frame that is drawn.
      const seen = await page.waitForFunction(
        (words) => document.body.textContent.includes(words) && Date.now(),
        words,
        { timeout: 120_000 },
      );
      taken.push((await seen.jsonValue()) - started);
      await quiet();
    }
    taken.sort((left, right) => left - right);
    console.log(`  ${kind.padEnd(8)} ${String(taken[SAVES >> 1]).padStart(6)} ms   worst ${String(taken.at(-1)).padStart(6)} ms`);
  }
}

/** Waits until everything that was saved is served. */
async function quiet() {
  for (;;) {
    const status = await (await fetch(new URL("_steward/status", origin))).json();
    if (status.generation > 0 && !status.pending) break;
    await sleep(20);
  }
  await sleep(400);
}
