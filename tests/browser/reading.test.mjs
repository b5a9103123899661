// What a reader does on a page: ticks steps off, changes colours, reads without scripts, prints.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { finishedSite, launch, watchedPage } from "./support.mjs";

let browser;
let base;
before(async () => {
  browser = await launch();
  base = pathToFileURL(finishedSite("own")).href + "/";
});
after(() => browser.close());

test("a ticked step is still ticked after a reload, and can be taken back by keyboard", async () => {
  const { page, faults } = await watchedPage(await browser.newContext());
  await page.goto(`${base}articles/recovery/how-to-apologise.html`);
  const steps = page.locator(".part-action-steps [data-step]");
  const tick = steps.first().getByRole("checkbox").or(steps.first().getByRole("button"));
  await tick.focus();
  await page.keyboard.press("Space");
  await page.reload();
  assert.equal(await pressed(tick), true);
  await tick.focus();
  await page.keyboard.press("Space");
  assert.equal(await pressed(tick), false);
  assert.deepEqual(faults, []);
});

function pressed(control) {
  return control.evaluate((element) => element.checked ?? element.getAttribute("aria-pressed") === "true");
}

test("the colours that were chosen stay, on every page", async () => {
  const { page } = await watchedPage(await browser.newContext({ colorScheme: "light" }));
  await page.goto(`${base}index.html`);
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await paper();
  const toggle = page.locator("[data-theme-switch]");
  for (let press = 0; press < 3 && (await paper()) === light; press += 1) await toggle.click();
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.goto(`${base}glossary.html`);
  assert.equal(await paper(), dark);
});

test("everything is there without scripts", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${base}articles/recovery/the-second-sorry.html`);
  assert.ok(await page.locator("article [data-statement] a").first().isVisible());
  assert.ok(await page.locator(".part-action-steps").first().isVisible());
  const dead = await page.locator("button:visible").evaluateAll((buttons) =>
    buttons.filter((button) => !button.hasAttribute("popovertarget")).map((button) => button.outerHTML),
  );
  assert.deepEqual(dead, [], "buttons that do nothing");
});

test("on paper the statement stays, the navigation goes", async () => {
  const page = await browser.newPage();
  await page.goto(`${base}articles/recovery/the-second-sorry.html`);
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("article [data-statement]").isVisible());
  assert.equal(await page.locator(".site-navigation").isVisible(), false);
  assert.equal(await page.locator(".site-header").isVisible(), false);
});

test("every link of the statement can be followed", async () => {
  const page = await browser.newPage();
  await page.goto(`${base}articles/recovery/the-second-sorry.html`);
  const links = page.locator("article [data-statement] a");
  assert.ok((await links.count()) > 0);
  for (const link of await links.all()) await link.click({ trial: true });
});
