// Measures the search: `node tests/bench/search.mjs [COLLECTION]`, after `cargo build --release`.
//
// Makes a site of 10 000 articles (`ARTICLES` says another number, `SITE` a folder where one stands already) and prints
// relevance (with a collection in TREC form also against BM25), weight, time in Chromium, and what the index costs a
// build. Nothing depends on its figures. Times on a busy machine say little; ratios of one run say more.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openSearch } from "../browser/engine.mjs";
import { knownItems, questions, random, titlesOf } from "./relevance.mjs";

const repository = join(import.meta.dirname, "../..");
const steward = process.env.STEWARD ?? join(repository, "target/release/steward");
const articles = Number(process.env.ARTICLES ?? 10_000);
const fastDisk = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const work = mkdtempSync(join(fastDisk, "steward-search-bench-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

const cargo = (...argumentsGiven) =>
  execFileSync("cargo", ["bench", "--quiet", "--bench", "build", "--", ...argumentsGiven], { cwd: repository, encoding: "utf8" });
const build = (root, output) => execFileSync(steward, ["build", "-q", "--as-of", "2026-11-21", "--root", root, "--output", output]);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
const median = (list) => [...list].sort((left, right) => left - right)[list.length >> 1];

const root = join(work, "site");
const output = join(work, "public");
if (process.env.SITE) execFileSync("cp", ["-r", process.env.SITE, root]);
else cargo("generate", root, String(articles));
build(root, output);

console.log("Relevance");
if (process.argv[2]) await questions(steward, process.argv[2], work);
await knownItems(root, output);

console.log("Weight, gzip");
const { rare, common, further } = queries();
await weight();
console.log("Time in Chromium");
await time();
console.log("Building");
process.stdout.write(cargo("index", root));
edit();

/** A rare word, the most common one, and 100 queries of one to three words. */
function queries() {
  const counts = new Map();
  const titles = titlesOf(root);
  for (const { url } of titles) {
    const text = readFileSync(join(root, "content", url.replace(/\.html$/, ".md")), "utf8").split("\n---\n")[1];
    for (const word of new Set(text.toLowerCase().match(/\p{L}+/gu))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const sorted = [...counts].sort((left, right) => left[1] - right[1] || (left[0] < right[0] ? -1 : 1));
  const next = random(7);
  const words = sorted.map(([word]) => word);
  const word = () => words[next(words.length)];
  return {
    rare: sorted.find(([, count]) => count >= 10)[0],
    common: words.at(-1),
    further: Array.from({ length: 100 }, (_, number) => Array.from({ length: 1 + (number % 3) }, word).join(" ")),
  };
}

async function weight() {
  const sum = (files) => files.reduce((total, { bytes }) => total + bytes, 0);
  for (const [name, query, limit] of [["rare", rare, 60], ["common", common, 120]]) {
    const { search, loaded } = openSearch(output);
    await search(query);
    console.log(`  first query, ${name} word: ${kilobytes(sum(loaded))} in ${loaded.length} files (at most ${limit} KB)`);
    if (name === "rare") console.log(`  script: ${kilobytes(loaded[0].bytes)} (at most 14 KB)`);
  }
  const { search, loaded } = openSearch(output);
  await search(rare);
  const each = [];
  for (const query of further) {
    const before = loaded.length;
    await search(query);
    each.push(sum(loaded.slice(before)));
  }
  console.log(`  further query: ${kilobytes(median(each))} in the median of ${each.length} (at most 40 KB)`);
  const folder = join(output, "search");
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const zipped = files.reduce((total, bytes) => total + gzipSync(bytes).length, 0);
  const plain = files.reduce((total, bytes) => total + bytes.length, 0);
  const text = textBytes(join(root, "content/articles"));
  console.log(
    `  index: ${files.length} files, ${kilobytes(zipped)} (${kilobytes(plain)} as they lie), ` +
      `${((zipped / text) * 100).toFixed(1)} % of ${kilobytes(text)} of text (at most 20 %)`,
  );
}

function textBytes(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md"));
  return names.reduce((total, name) => total + statSync(join(folder, name)).size, 0);
}

async function time() {
  const { launch, serve } = await import("../browser/support.mjs");
  const server = await serve(output, "/");
  const browser = await launch();
  const [typed, atOnce] = [[], []];
  for (let run = 0; run < 14; run++) {
    const page = await (await browser.newContext()).newPage();
    const early = [];
    page.on("request", (request) => request.url().includes("/search/") && early.push(request.url()));
    await page.goto(`${server.origin}index.html`);
    await page.waitForTimeout(200);
    if (run === 0) console.log(`  before the field is focused: ${early.length} files of the index (must be 0)`);
    if (run % 2) atOnce.push(await page.evaluate(timed, rare));
    else typed.push(await typing(page, rare));
    await page.context().close();
  }
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${server.origin}index.html`);
  const queries = [rare, common, ...further.slice(0, 30)];
  for (const query of queries) await page.evaluate(timed, query);
  const warm = [];
  for (const query of queries) warm.push(await page.evaluate(timed, query));
  console.log(`  first query from a local server, a letter every 100 ms: ${median(typed).toFixed(0)} ms after the last (at most 150 ms)`);
  console.log(`  the same put in at once, together with opening the dialog: ${median(atOnce).toFixed(0)} ms`);
  console.log(`  key press to results, warm: ${median(warm).toFixed(1)} ms in the median (at most 16 ms), most ${Math.max(...warm).toFixed(1)} ms`);
  await browser.close();
  server.close();
}

/** Opens the dialog and types as people do; milliseconds from the last letter to shown results. */
async function typing(page, query) {
  await page.click("[data-search-open]");
  await page.evaluate(() => {
    const dialog = document.querySelector("[data-search-dialog]");
    window.moments = { typed: 0, shown: 0 };
    dialog.addEventListener("input", () => Object.assign(moments, { typed: performance.now(), shown: 0 }), true);
    new MutationObserver(() => (moments.shown ||= performance.now())).observe(dialog, { childList: true, subtree: true });
  });
  await page.keyboard.type(query, { delay: 100 });
  await page.waitForTimeout(1000);
  return page.evaluate(() => (moments.shown ? moments.shown - moments.typed : Infinity));
}

/** In the page: milliseconds from the last letter of a query to shown results. */
async function timed(query) {
  const dialog = document.querySelector("[data-search-dialog]");
  if (!dialog.open) document.querySelector("[data-search-open]").click();
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  list.textContent = "";
  field.value = query;
  const started = performance.now();
  field.dispatchEvent(new Event("input"));
  const status = dialog.querySelector("[role=status]");
  const isShown = () => list.childElementCount > 0 || status.textContent.startsWith("Nothing");
  await new Promise((shown) => {
    const observer = new MutationObserver(() => isShown() && shown());
    observer.observe(dialog, { childList: true, characterData: true, subtree: true });
    if (isShown()) shown();
  });
  return performance.now() - started;
}

/** How much of the index stays when a sentence is put at the beginning of one article. */
function edit() {
  const read = () => new Map(readdirSync(join(output, "search")).map((name) => [name, statSync(join(output, "search", name)).size]));
  const before = read();
  const path = join(root, "content", titlesOf(root)[0].url.replace(/\.html$/, ".md"));
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace("\n---\n", "\n---\nA new sentence stands at the beginning of servi and cavi.\n\n"));
  build(root, output);
  let same = 0;
  let all = 0;
  for (const [name, size] of read()) {
    all += size;
    same += before.has(name) && name !== "root.js" ? size : 0;
  }
  console.log(`  unchanged after an edit of one article: ${((same / all) * 100).toFixed(1)} % of the bytes (at least 90 %)`);
}
