// Every kind of page in both colour schemes, wide and narrow: axe finds nothing, nothing is wider than the screen.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { finishedSite, launch, serve, watchedPage } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const pages = [
  "index.html",
  "articles/index.html",
  "articles/recovery/index.html",
  "articles/recovery/the-second-sorry.html",
  "articles/recovery/how-to-apologise.html",
  "articles/welcome/who-is-my-customer.html",
  "articles/listening/questions-that-get-the-whole-story.html",
  "about.html",
  "guide/settings.html",
  "topics/index.html",
  "topics/recovery.html",
  "authors/index.html",
  "audiences/frontline.html",
  "sources/index.html",
  "sources/merrow-and-pike.html",
  "paths/index.html",
  "paths/your-first-month.html",
  "paths/your-first-month-guide.html",
  "learning-points.html",
  "action-steps.html",
  "questions.html",
  "glossary.html",
  "search.html",
  "404.html",
];

let browser;
let server;
before(async () => {
  browser = await launch();
  // Over http, since the page for missing addresses starts its links at the host's root.
  server = await serve(finishedSite("own"));
});
after(async () => {
  await browser.close();
  server.close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`axe, ${colorScheme}, ${width} pixels wide`, async () => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      const { page } = await watchedPage(context);
      const found = [];
      for (const path of pages) {
        await page.goto(`${server.origin}${path}`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        for (const violation of violations) {
          found.push(`${path}: ${violation.id}: ${violation.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) found.push(`${path}: ${overflow} pixels wider than the screen`);
      }
      assert.deepEqual(found, []);
      await context.close();
    });
  }
}
