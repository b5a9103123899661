// Search in Chromium with the keyboard alone: from the disk, under a folder of a strict host; what is found, in which
// languages, what stays inert, what is never stored.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { openSearch } from "./engine.mjs";
import { finishedSite, launch, serve, steward, watchedPage } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
let own;
before(async () => {
  browser = await launch();
  own = finishedSite("own");
});
after(() => browser.close());

/** Builds a site from files and returns its output. */
function siteOf(files, settings = "") {
  const folder = mkdtempSync(join(tmpdir(), "steward-search-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const site = {
    "site.toml": `title = "Search"\nlanguage = "en"\n[publication]\nmedium = "website"\nprice = "free"\naudience = "internal"\n[articles]\nrequire = []\n${settings}`,
    ...files,
  };
  for (const [path, text] of Object.entries(site)) {
    mkdirSync(dirname(join(folder, "site", path)), { recursive: true });
    writeFileSync(join(folder, "site", path), text);
  }
  const output = join(folder, "public");
  execFileSync(steward, ["build", "-q", "--root", join(folder, "site"), "--output", output], { stdio: "pipe" });
  return output;
}

const article = (title, text, more = "") => `---\ntitle: ${JSON.stringify(title)}\n${more}---\n${text}\n`;

/** Titles found for a query, under node. */
async function titles(output, query, options) {
  const { results } = await openSearch(output).search(query, options);
  return results.map(({ title }) => title);
}

// ---- With the keyboard ---------------------------------------------------------------------------------------------

async function findsByKeyboard(start, base) {
  const context = await browser.newContext();
  const { page, faults } = await watchedPage(context);
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(start);
  assert.deepEqual(requests.filter((url) => url.includes("/search/")), [], "nothing of the index before the focus");
  await page.keyboard.press("/");
  await page.keyboard.type("how to apologise");
  const dialog = page.locator("dialog[open]");
  await dialog.locator("[role=option]").first().waitFor();
  await page.waitForFunction(() => document.querySelector("dialog[open] .search-title")?.textContent === "How to apologise so that it helps");
  assert.match(await dialog.locator("[role=status]").textContent(), /\d+ results?/);
  const field = dialog.getByRole("combobox");
  assert.equal(await field.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("ArrowDown");
  const selected = dialog.locator("[aria-selected=true]");
  assert.equal(await selected.getAttribute("id"), await field.getAttribute("aria-activedescendant"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/articles/recovery/how-to-apologise.html");
  await page.keyboard.press("Control+k");
  assert.equal(await page.locator("dialog[open]").count(), 1);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.deepEqual(faults, []);
  assert.deepEqual(requests.filter((url) => !url.startsWith(base)), [], "requests that leave the site");
  await context.close();
}

test("the dialog from file://", async () => {
  const base = pathToFileURL(own).href + "/";
  await findsByKeyboard(`${base}articles/recovery/the-second-sorry.html`, base);
});

test("the dialog under a folder of a strict host", async () => {
  const server = await serve(own, "/a/b/");
  await findsByKeyboard(`${server.origin}index.html`, server.origin);
  server.close();
});

test("more results than are shown can be had with the keyboard", async () => {
  const { page, faults } = await watchedPage(await browser.newContext());
  await page.goto(`${pathToFileURL(own).href}/index.html`);
  await page.keyboard.press("/");
  await page.keyboard.type("customer");
  const shown = (count) => page.waitForFunction((count) => document.querySelectorAll("[role=option]:not(.search-part)").length === count, count);
  await shown(10);
  await page.locator("dialog [data-search-more]").focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/search.html?q=customer");
  await shown(20);
  const total = Number((await page.locator("[role=status]").textContent()).match(/\d+/)[0]);
  assert.ok(total > 20);
  await page.locator("[data-search-more]").focus();
  await page.keyboard.press("Enter");
  await shown(Math.min(40, total));
  await page.keyboard.press("/");
  await page.keyboard.type("customer and");
  await shown(20);
  assert.deepEqual(faults, []);
  await page.context().close();
});

for (const where of ["file://", "a folder of a strict host"]) {
  test(`scripts get the same answers from ${where}`, async () => {
    const server = where === "file://" ? null : await serve(own, "/a/b/");
    const base = server ? server.origin : pathToFileURL(own).href + "/";
    const context = await browser.newContext();
    const { page, faults } = await watchedPage(context);
    const ask = (query, options) =>
      page.evaluate(([query, options]) => globalThis.steward.search(query, options), [query, options]);
    const answers = [];
    for (const start of ["index.html", "articles/recovery/the-second-sorry.html", "search.html"]) {
      await page.goto(base + start);
      const answer = await ask("how to apologise", { limit: 3, filters: {} });
      assert.deepEqual(Object.keys(answer).sort(), ["corrected", "filters", "results", "total"]);
      assert.equal(answer.results.length, 3);
      for (const { url, title, kind, score, excerpt, parts } of answer.results) {
        assert.ok(existsSync(join(own, url)), url);
        assert.ok(title && kind && score > 0 && excerpt.every((piece) => typeof piece.text === "string"));
        assert.ok(parts.every((part) => part.url.startsWith(`${url}#`) && part.kind && part.label && part.excerpt.length));
      }
      answers.push(answer);
    }
    assert.deepEqual(answers[0], answers[1]);
    assert.deepEqual(answers[0], answers[2]);
    assert.equal((await ask("how to apologse")).corrected, "how to apologise");
    assert.deepEqual(faults, []);
    await context.close();
    server?.close();
  });
}

test("the search page keeps query and filters in its address, and Back works", async () => {
  const server = await serve(own, "/a/b/");
  const { page, faults } = await watchedPage(await browser.newContext());
  await page.goto(`${server.origin}search.html?q=customer`);
  await page.locator("[role=option]").first().waitFor();
  const all = await page.locator("[role=status]").textContent();
  const topic = page.locator("[data-facet=topic] input").first();
  const name = await topic.getAttribute("value");
  const count = await page.locator("[data-facet=topic] .count").first().textContent();
  await topic.focus();
  await page.keyboard.press("Space");
  await page.waitForFunction((text) => document.querySelector("[role=status]").textContent !== text, all);
  assert.equal(await page.locator("[role=status]").textContent(), `${count} results`);
  assert.equal(new URL(page.url()).searchParams.get("topic"), name);
  await page.goBack();
  await page.waitForFunction((text) => document.querySelector("[role=status]").textContent === text, all);
  await page.goForward();
  await page.waitForFunction((text) => document.querySelector("[role=status]").textContent !== text, all);
  await page.keyboard.press("/");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.endsWith("search.html"));
  await page.goBack();
  await page.locator("[role=option]").first().waitFor();
  assert.equal(await page.locator("[role=combobox]").inputValue(), "customer");
  assert.deepEqual(faults, []);
  server.close();
});

for (const [colorScheme, width] of [["light", 1280], ["dark", 360]]) {
  test(`axe finds nothing with results, ${colorScheme}, ${width} pixels wide`, async () => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
    const { page } = await watchedPage(context);
    const base = pathToFileURL(own).href;
    const check = async () => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]), []);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    };
    await page.goto(`${base}/search.html?q=customer`);
    await page.locator("[role=option]").first().waitFor();
    await check();
    await page.goto(`${base}/index.html`);
    await page.keyboard.press("/");
    await page.keyboard.type("sorry");
    await page.locator("dialog [role=option]").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await check();
    await context.close();
  });
}

// ---- What is found -------------------------------------------------------------------------------------------------

test("titles first, parts with their places, counts of filters", async () => {
  const { search } = openSearch(own);
  const answer = await search("how to apologise", { limit: 5 });
  assert.equal(answer.results[0].title, "How to apologise so that it helps");
  assert.equal(answer.results[0].url, "articles/recovery/how-to-apologise.html");
  assert.equal(answer.results[0].kind, "article");
  const parts = answer.results[0].parts;
  assert.ok(parts.every((part) => part.url.includes("#") && part.excerpt.some((piece) => piece.match)));
  for (const { url } of parts) {
    const [path, anchor] = url.split("#");
    assert.ok(readFileSync(join(own, path), "utf8").includes(`id="${anchor}"`), url);
  }
  const [topic, count] = Object.entries(answer.filters.topic)[0];
  assert.equal((await search("how to apologise", { filters: { topic } })).total, count);
});

const office = {
  "content/articles/refund.md": article("Giving a refund", "We return what was paid. A calm word helps."),
  "content/articles/money.md": article("Promises about money", "Offer the money back at once, and say so."),
  "content/articles/back.md": article("Coming back", "They came back for the money they had left."),
  "content/articles/empathy.md": article("Showing empathy", "Empathy is heard in the services we give."),
  "content/articles/desk.md": article("At the front desk", "The desk in front of the door. A service for all."),
};

test("phrases, words left out, synonyms, plurals, typing errors", async () => {
  const output = siteOf(office, '[search]\nsynonyms = [["refund", "money back"]]\n');
  assert.deepEqual(await titles(output, '"money back"'), ["Promises about money"]);
  assert.deepEqual(await titles(output, '"back money"'), []);
  assert.deepEqual((await titles(output, "money")).sort(), ["Coming back", "Promises about money"]);
  assert.deepEqual(await titles(output, 'money -"money back"'), ["Coming back"]);
  assert.deepEqual(await titles(output, "money -promises"), ["Coming back"]);
  assert.equal((await titles(output, "refunds"))[0], "Giving a refund");
  assert.ok((await titles(output, "refunds")).includes("Promises about money"));
  assert.deepEqual((await titles(output, "services ")).sort(), ["At the front desk", "Showing empathy"]);
  const { search } = openSearch(output);
  for (const query of ["empahty", "emapthy ", "wmpathy", "showing empthy"]) {
    const answer = await search(query);
    assert.equal(answer.results[0].title, "Showing empathy", query);
    assert.match(answer.corrected, /empathy$/, query);
  }
  assert.equal((await search("empathy")).corrected, null);
  assert.equal((await search("desk of zyxwv and qqqqq that nobody has")).results[0].title, "At the front desk");
  assert.equal((await search("")).total, 0);
  assert.equal((await search("zzzz9")).total, 0);
});

test("every further letter narrows", async () => {
  const { search } = openSearch(own);
  for (const word of ["apologise", "recovery", "customers", "listening", "handovers"]) {
    let before = null;
    for (let length = 1; length <= word.length; length++) {
      const { results } = await search(word.slice(0, length), { limit: 1000 });
      const urls = new Set(results.map(({ url }) => url));
      assert.ok(urls.size > 0, word.slice(0, length));
      assert.ok(before === null || [...urls].every((url) => before.has(url)), word.slice(0, length));
      before = urls;
    }
  }
});

test("an exact title comes first, however often others say its words", async () => {
  const rivals = Object.fromEntries(
    Array.from({ length: 30 }, (_, number) => [
      `content/articles/rival-${number}.md`,
      article(`Handling the queue, part ${number}`, `${"Queue and handling, the queue. ".repeat(5 + number)}\n\n## The queue\n\nQueue.`),
    ]),
  );
  const output = siteOf({
    ...rivals,
    "content/articles/a.md": article("Queue", "Something short."),
    "content/articles/b.md": article("The queue", `${"A long text about other things. ".repeat(200)}`),
    "content/articles/c.md": article("What to do", "To be or not to be: what a guest is to do."),
  });
  for (const title of ["Queue", "The queue", "the queue", "What to do", "Handling the queue, part 7"]) {
    assert.equal((await titles(output, title))[0].toLowerCase(), title.toLowerCase());
  }
  // No word is too common to be looked for.
  for (const query of ["what", "to", "the", "to be", '"what to do"']) {
    assert.ok((await titles(output, query)).length > 0, query);
  }
});

test("a plural and its singular find the same, while typing and after it", async () => {
  const output = siteOf({
    "content/articles/a.md": article("One", "A policy for every city."),
    "content/articles/b.md": article("Two", "Policies of cities."),
  });
  for (const query of ["policy ", "policies ", "cities ", "city ", "polic", "cit"]) {
    assert.deepEqual((await titles(output, query)).sort(), ["One", "Two"], query);
  }
});

test("five languages in one site", async () => {
  const output = siteOf({
    "content/articles/en.md": article("Complaints", "Answering complaints calmly."),
    "content/articles/de.md": article("Häuser für Gäste", "Beschwerden sind Geschenke. Größe zählt.", "language: de\n"),
    "content/articles/fr.md": article("L’accueil des clientes", "Les réclamations présentées à l’hôtel.", "language: fr\n"),
    "content/articles/es.md": article("Atención a los niños", "Las señoras esperaban soluciones.", "language: es\n"),
    "content/articles/ja.md": article("顧客満足度を高める", "お客様の声を聞くことが大切です。", "language: ja\n"),
  });
  for (const [query, title] of [
    ["complaint", "Complaints"],
    ["beschwerde ", "Häuser für Gäste"],
    ["haus ", "Häuser für Gäste"],
    ["grosse", "Häuser für Gäste"],
    ["accueil", "L’accueil des clientes"],
    ["reclamation ", "L’accueil des clientes"],
    ["nino ", "Atención a los niños"],
    ["solución", "Atención a los niños"],
    ["顧客", "顧客満足度を高める"],
    ["満足度", "顧客満足度を高める"],
    ["お客様", "顧客満足度を高める"],
    ["声", "顧客満足度を高める"],
    ['"声を聞く"', "顧客満足度を高める"],
  ]) {
    assert.deepEqual(await titles(output, query), [title], query);
  }
  const { search } = openSearch(output);
  const marked = (await search("満足")).results[0].titlePieces.filter((piece) => piece.match);
  assert.deepEqual(marked.map(({ text }) => text), ["満足"]);
});

test("both sides read words alike", () => {
  const { words: read } = openSearch(own);
  const table = JSON.parse(readFileSync(new URL("folding.json", import.meta.url), "utf8"));
  for (const [text, words] of table) assert.deepEqual(read(text), words, text);
});

test("markup in titles, texts and queries stays text", async () => {
  const hostile = `<svg onload=alert(1)>"'</script><img src=x onerror=alert(2)>`;
  const output = siteOf({
    "content/articles/a.md": article(`${hostile} title`, `Text \`${hostile}\` here.`, `summary: ${JSON.stringify(hostile)}\ntopics: [${JSON.stringify(hostile)}]\n`),
    "content/articles/b.md": article("Other onload", "Nothing."),
  });
  const server = await serve(output, "/a/b/");
  const context = await browser.newContext();
  const { page, faults } = await watchedPage(context);
  page.on("dialog", (dialog) => faults.push(dialog.message()));
  for (const query of [hostile, "onload", `"><script>alert(3)</script>`, "constructor", "__proto__", "-", '"', "%00"]) {
    await page.goto(`${server.origin}search.html?q=${encodeURIComponent(query)}&topic=${encodeURIComponent("")}`);
    await page.waitForFunction(() => document.querySelector("[role=status]").textContent !== "" || document.querySelector("input").value.length < 2);
    assert.equal(await page.locator("[data-search-page] :is(svg[onload], img, script)").count(), 0);
    assert.equal(await page.locator("[role=combobox]").inputValue(), query);
  }
  await page.goto(`${server.origin}index.html`);
  await page.keyboard.press("/");
  await page.keyboard.type(hostile);
  await page.locator("dialog [role=option]").first().waitFor();
  assert.equal(await page.locator("dialog :is(svg[onload], img, script)").count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
  server.close();
});

test("a republished piece is found, and only its summary is stored", async () => {
  const output = siteOf({
    "content/sources/owner.md": "---\ntitle: The Owner\nhomepage: https://owner.example/\nlicence: custom\ngrants:\n  - medium: [website]\n    price: [free]\n---\nCopyright, The Owner. Used with permission. Visit [owner.example](https://owner.example/).\n",
    "content/articles/piece.md": article(
      "A borrowed piece",
      "Rarelyspoken lanterns glow quietly beside patient harbours.\n\n## Key Learning Point\n\nPatience outlasts lanterns.\n",
      "summary: Our own words about it.\nsource: owner\nauthors: [Jo Writer]\noriginal_url: https://owner.example/piece\n",
    ),
    "content/articles/own.md": article("Our own", "Lanterns of ours."),
  });
  const { search } = openSearch(output);
  const [piece] = (await search("rarelyspoken")).results;
  assert.equal(piece.title, "A borrowed piece");
  assert.deepEqual([piece.url, piece.parts.length], ["articles/piece.html", 0]);
  assert.equal((await search('"lanterns glow"')).total, 0);
  assert.equal((await search('"borrowed piece"')).total, 1);
  const stored = readdirSync(join(output, "search"))
    .filter((name) => /^[hp]\d/.test(name))
    .map((name) => readFileSync(join(output, "search", name), "utf8"))
    .join("\n");
  assert.ok(stored.includes("Our own words about it."));
  assert.ok(!/harbours|glow quietly|outlasts/.test(stored));
});

test("only classic scripts, and a changed page changes few of them", async () => {
  for (const name of readdirSync(join(own, "search"))) {
    assert.match(name, /^(root|[a-z]\d*-[0-9a-f]+)\.js$/);
    const text = readFileSync(join(own, "search", name), "utf8");
    assert.match(text, /^steward\.shard\("/);
    assert.ok(text.length < 64_000, `${name} is loaded as a whole and must stay small`);
  }
  const script = readdirSync(join(own, "assets")).find((name) => /^search\./.test(name));
  assert.doesNotMatch(readFileSync(join(own, "assets", script), "utf8"), /innerHTML|eval\(|fetch\(|import\(|WebAssembly/);
});
