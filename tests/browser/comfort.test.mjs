// What readers with large letters, forced colours, a keyboard, a screen reader or a printer meet.

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

test("letters twice as large fit a narrow screen", async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
  const wider = [];
  for (const path of [
    "index.html",
    "articles/index.html",
    "articles/recovery/the-second-sorry.html",
    "articles/welcome/sagen-was-als-naechstes-passiert.html",
    "sources/merrow-and-pike.html",
    "paths/your-first-month.html",
    "paths/your-first-month-guide.html",
    "action-steps.html",
    "glossary.html",
    "search.html",
  ]) {
    await page.goto(base + path);
    await page.addStyleTag({ content: "html { font-size: 200% }" });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) wider.push(`${path}: ${overflow}`);
  }
  assert.deepEqual(wider, []);
});

test("the choice of an audience is in the address and hides what leads nowhere", async () => {
  const { page, faults } = await watchedPage(await browser.newContext());
  await page.goto(`${base}action-steps.html`);
  await page.getByRole("radio", { name: "Facilitators" }).check();
  assert.equal(new URL(page.url()).search, "?audience=facilitators");
  await page.reload();
  assert.ok(await page.getByRole("radio", { name: "Facilitators" }).isChecked());
  const dead = await page.locator(".jump a:visible").evaluateAll((links) =>
    links.filter((link) => !document.getElementById(decodeURIComponent(link.hash.slice(1)))?.offsetParent).length,
  );
  assert.equal(dead, 0);
  const shown = await page.locator(".parts-entry:visible").count();
  await page.locator(".jump a:visible").first().click();
  assert.equal(await page.locator(".parts-entry:visible").count(), shown);
  await page.locator(".parts-entry:visible .part-title a").first().click();
  await page.goBack();
  assert.ok(await page.getByRole("radio", { name: "Facilitators" }).isChecked());
  assert.equal(await page.locator(".parts-entry:visible").count(), shown);
  assert.deepEqual(faults, []);
});

test("a tap on a step's words ticks it, and its number stays", async () => {
  const page = await browser.newPage();
  await page.goto(`${base}articles/recovery/how-to-apologise.html`);
  const step = page.locator(".part-action-steps [data-step]").nth(1);
  const box = step.getByRole("checkbox");
  await step.locator(".tick-words").click();
  assert.ok(await box.isChecked());
  const number = await step.locator(".tick").evaluate((label) => getComputedStyle(label, "::before").content);
  assert.equal(number, "counter(step)");
  await step.locator(".tick").click();
  assert.equal(await box.isChecked(), false);
});

test("every button of a path has a name of its own that does not change", async () => {
  const page = await browser.newPage();
  await page.goto(`${base}paths/your-first-month.html`);
  const names = async () => {
    const tree = await page.locator(".path-steps").ariaSnapshot();
    return [...tree.matchAll(/button "([^"]+)"/g)].map((match) => match[1]);
  };
  const before = await names();
  assert.equal(new Set(before).size, await page.locator("[data-path-done]").count());
  await page.locator("[data-path-done]").first().click();
  assert.equal(await page.locator("[data-path-done]").first().getAttribute("aria-pressed"), "true");
  assert.deepEqual(await names(), before);
});

test("closing the notice leads the keyboard to the page", async () => {
  const page = await browser.newPage();
  await page.goto(`${base}index.html`);
  await page.locator("[data-dismiss]").first().focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
});

test("an article's language is that of its words, not of the interface around them", async () => {
  const page = await browser.newPage();
  const language = (selector) => page.locator(selector).first().evaluate((element) => element.closest("[lang]").lang);
  await page.goto(`${base}articles/welcome/sagen-was-als-naechstes-passiert.html`);
  for (const selector of ["h1", ".deck", ".prose p", ".contents li"]) assert.equal(await language(selector), "de");
  for (const selector of [".byline", ".contents-title", ".steps-status", ".page-tools"]) {
    assert.equal(await language(selector), "en", selector);
  }
  await page.goto(`${base}learning-points.html`);
  const part = "[data-steps-of*='sagen-was'] .part";
  assert.equal(await language(`${part} p`), "de");
});

test("forced colours mark what is current and nothing else", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto(`${base}action-steps.html`);
  const lines = await page.locator(".site-navigation a").evaluateAll((links) => {
    const ground = getComputedStyle(document.documentElement).backgroundColor;
    return links.map((link) => [link.hasAttribute("aria-current"), getComputedStyle(link).borderBottomColor !== ground]);
  });
  assert.ok(lines.some(([current]) => current));
  for (const [current, marked] of lines) assert.equal(marked, current);
});

test("a guide is printed on one page for the agenda and one for each step", async () => {
  const page = await browser.newPage();
  for (const path of ["your-first-month", "when-things-go-wrong", "leading-a-team-that-serves"]) {
    await page.goto(`${base}paths/${path}-guide.html`);
    const steps = await page.locator(".guide-step").count();
    for (const format of ["Letter", "A4"]) {
      const pdf = (await page.pdf({ format })).toString("latin1");
      assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, steps + 1, `${path}, ${format}`);
    }
  }
});
