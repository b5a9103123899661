// Every kind of page in both colour schemes, wide and narrow: axe finds nothing, nothing is wider than the screen.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { finishedSite, launch, watchedPage } from "./support.mjs";

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
  "topics/apologies.html",
  "authors/index.html",
  "audiences/frontline.html",
  "sources/index.html",
  "sources/merrow-and-pike.html",
  "paths/index.html",
  "learning-points.html",
  "action-steps.html",
  "questions.html",
  "glossary.html",
  "search.html",
  "404.html",
];

let browser;
let folder;
before(async () => {
  browser = await launch();
  folder = finishedSite("own");
});
after(() => browser.close());

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`axe, ${colorScheme}, ${width} pixels wide`, async () => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      const { page } = await watchedPage(context);
      const found = [];
      for (const path of pages) {
        await page.goto(`${pathToFileURL(folder).href}/${path}`);
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
