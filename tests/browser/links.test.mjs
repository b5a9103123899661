// The same folder from the disk, from a host's root and from a folder on a host: every page can be reached by links,
// nothing fails and nothing is asked from another host.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { crawl, finishedSite, launch, serve, watchedPage } from "./support.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Pages that readers reach by links: all but the page for missing addresses and earlier addresses. */
function pagesOf(folder, aliases) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.name.endsWith(".html"))
    .map((file) => join(file.parentPath, file.name).slice(folder.length + 1))
    .filter((path) => path !== "404.html" && !aliases.includes(path));
}

async function reachesEverything(folder, base, aliases = []) {
  const context = await browser.newContext();
  const { page, faults } = await watchedPage(context);
  const requested = new Set();
  page.on("request", (request) => requested.add(request.url()));
  const reached = await crawl(page, `${base}index.html`, base);
  const missing = pagesOf(folder, aliases).filter((path) => {
    const address = base + path.split("/").map(encodeURIComponent).join("/");
    return !reached.has(address);
  });
  assert.deepEqual(missing, [], "pages that no link leads to");
  assert.deepEqual(faults, []);
  const foreign = [...requested].filter((address) => !address.startsWith(base));
  assert.deepEqual(foreign, [], "requests that leave the site");
  await context.close();
  return reached.size;
}

test("the starter site from file://", async () => {
  const folder = finishedSite("starter");
  assert.ok((await reachesEverything(folder, pathToFileURL(folder).href + "/")) > 10);
});

test("the starter site under a folder of a strict host", async (t) => {
  const folder = finishedSite("starter");
  const server = await serve(folder, "/a/b/");
  t.after(() => server.close());
  await reachesEverything(folder, server.origin);
});

const own = { aliases: ["articles/recovery/saying-sorry.html"] };

test("the example site from file://", async () => {
  const folder = finishedSite("own");
  await reachesEverything(folder, pathToFileURL(folder).href + "/", own.aliases);
});

test("the example site at the root of a strict host", async (t) => {
  const folder = finishedSite("own");
  const server = await serve(folder);
  t.after(() => server.close());
  await reachesEverything(folder, server.origin, own.aliases);
});

test("an earlier address leads on", async (t) => {
  const folder = finishedSite("own");
  const server = await serve(folder, "/a/b/");
  t.after(() => server.close());
  const { page, faults } = await watchedPage(await browser.newContext());
  await page.goto(`${server.origin}articles/recovery/saying-sorry.html`);
  await page.waitForURL("**/how-to-apologise.html");
  assert.deepEqual(faults, []);
});
