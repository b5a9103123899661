// What an author sees who writes with the preview beside the editor.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { launch, steward, watchedPage } from "./support.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const article = (title, body) => `---
title: ${title}
own: true
topics: [handover]
---

${body}

<details><summary>More</summary>

Hidden words.

</details>

${Array.from({ length: 40 }, (_, number) => `Paragraph ${number} of many that make the page long.\n`).join("\n")}

## Key Learning Point

Say what happens next.

## Action Steps

- Say your name.
- Say the time.
- Write it down.
`;

/** A small site with two articles and a theme of its own, and its preview. */
async function preview(t, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "steward-watch-"));
  const root = join(folder, "site");
  const write = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    // As editors do: a new file takes the old one's place.
    writeFileSync(join(root, `${path}.tmp`), text);
    renameSync(join(root, `${path}.tmp`), join(root, path));
  };
  const read = (path) => readFileSync(join(root, path), "utf8");
  execFileSync(steward, ["new", root], { stdio: "ignore" });
  write("content/topics/handover.md", "---\ntitle: Handover\n---\n");
  write("content/articles/one.md", article("One", "First words."));
  write("content/articles/two.md", article("Two", "Other words."));
  write("themes/own/theme.toml", 'name = "own"\nextends = "default"\n');
  write("themes/own/assets/icon.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>');
  for (const [path, text] of Object.entries(options.files ?? {})) write(path, text);
  const child = spawn(steward, ["watch", "--root", root, "--port", "0", ...(options.flags ?? [])]);
  t.after(() => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const origin = await new Promise((ready, failed) => {
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const found = said.match(/Preview on (\S+)/);
      if (found) ready(found[1]);
    });
    child.on("exit", () => failed(new Error(`ended: ${said}`)));
  });
  const status = async () => (await fetch(`${origin}_steward/status`)).json();
  const settled = async (generation) => {
    for (;;) {
      const now = await status();
      if (now.generation >= generation && !now.pending) return now;
      await new Promise((done) => setTimeout(done, 10));
    }
  };
  await settled(1);
  return { root, origin, write, read, status, settled, child };
}

/** Opens a page and marks its window, so that a reload shows. */
async function open(address) {
  const { page, faults } = await watchedPage(await browser.newContext());
  await page.goto(address);
  const listening = page.waitForRequest((request) => request.url().includes("/_steward/events"), { timeout: 5000 });
  await page.reload();
  await listening;
  await page.evaluate(() => {
    window.notReloaded = true;
  });
  const wasReloaded = () => page.evaluate(() => !window.notReloaded);
  return { page, faults, wasReloaded };
}

test("a save is seen without a reload, and what the reader did stays", async (t) => {
  const { origin, write } = await preview(t);
  const { page, faults, wasReloaded } = await open(`${origin}articles/one.html`);
  await page.locator(".prose summary").click();
  await page.locator(".part-action-steps input").nth(1).check();
  await page.locator(".part-action-steps input").nth(2).focus();
  await page.evaluate(() => window.scrollTo(0, 600));
  const before = await page.evaluate(() => [window.scrollX, window.scrollY]);

  write("content/articles/one.md", article("One, again", "First words, written anew with *care*."));
  await page.getByText("written anew").waitFor();
  assert.equal(await page.title(), (await page.title()).replace(/^.*? · /, "One, again · "));
  assert.equal(await page.locator("h1").innerText(), "One, again");
  assert.equal(await page.locator("main em").innerText(), "care");
  assert.deepEqual(await page.evaluate(() => [window.scrollX, window.scrollY]), before);
  assert.ok(await page.locator(".prose details").evaluate((details) => details.open));
  assert.ok(await page.locator(".part-action-steps input").nth(1).isChecked());
  assert.ok(await page.evaluate(() => document.activeElement.matches(".part-action-steps li:nth-child(3) input")));
  assert.equal(await wasReloaded(), false);

  // A step is added, one is changed: the others keep their ticks, and the new ones can be ticked.
  const steps = "- Say your name.\n- Say the time.\n- Write it down.";
  const text = article("One, again", "First words.").replace(steps, "- Smile first.\n- Say your name.\n- Say the time.\n- Write it all down.");
  write("content/articles/one.md", text);
  await page.getByText("Write it all down").waitFor();
  assert.equal(await page.locator(".part-action-steps li .tick input").count(), 4);
  assert.ok(await page.locator(".part-action-steps li").nth(2).locator("input").isChecked());
  await page.locator(".part-action-steps li").nth(0).locator("input").check();
  assert.match(await page.locator(".steps-status").innerText(), /2.*4/);
  assert.equal(await page.locator(".steps-bar").count(), 1);
  assert.equal(await wasReloaded(), false);

  // A part that was not there gets its ticks too, and loses them with the part.
  write("content/articles/one.md", text.replace(/## Action Steps[^]*$/, ""));
  await page.locator(".part-action-steps").waitFor({ state: "detached" });
  write("content/articles/one.md", text);
  await page.locator(".part-action-steps .steps-bar").waitFor();
  assert.equal(await page.locator(".part-action-steps li .tick input").count(), 4);
  assert.equal(await wasReloaded(), false);
  assert.deepEqual(faults, []);
});

test("a republished piece is changed in place, with what it says to machines", async (t) => {
  const { origin, write, read } = await preview(t);
  const { page, faults, wasReloaded } = await open(`${origin}articles/small-repairs.html`);
  const said = () => page.locator("script[type='application/ld+json']").textContent();
  assert.ok(!(await said()).includes("Repairs of today"));
  const piece = read("content/articles/small-repairs.md");
  write("content/articles/small-repairs.md", piece.replace(/^title: .*$/m, "title: Repairs of today"));
  await page.getByRole("heading", { level: 1, name: "Repairs of today" }).waitFor();
  assert.equal(JSON.parse(await said()).headline, "Repairs of today");
  assert.equal(await wasReloaded(), false);
  assert.deepEqual(faults, []);
});

test("after any change the page is what a reader gets who opens it", async (t) => {
  const { origin, write, settled, status } = await preview(t);
  const { page, faults, wasReloaded } = await open(`${origin}articles/one.html`);
  const shape = (target) =>
    target.evaluate(() => {
      const copy = document.documentElement.cloneNode(true);
      copy.querySelectorAll("[data-preview]").forEach((element) => element.remove());
      copy.normalize();
      // The heading in view, which the place of the page on the screen decides.
      copy.querySelectorAll("[data-contents] [aria-current]").forEach((element) => element.removeAttribute("aria-current"));
      return copy.outerHTML.replace(/\s+/g, " ").replace(/ (?=<)/g, "");
    });
  const bodies = [
    "First words.",
    "## A heading\n\nWords.\n\n## Another\n\n- a\n- b",
    "## Another\n\n- a\n- c\n- b\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "> A quote\n> — Somebody\n\nWith a [link](two.md) and `code`.\n\n```\ncode\n```",
    "With a [link](two.md) and **bold** `code`.\n\n1. one\n2. two",
    "A note.[^1]\n\n[^1]: The note.\n\n## A heading\n\n### Below\n\nWords.",
    "",
    "First words.",
  ];
  for (const [number, body] of bodies.entries()) {
    const { generation } = await status();
    write("content/articles/one.md", article(`Title ${number % 3}`, body));
    await settled(generation + 1);
    const fresh = await browser.newPage();
    await fresh.goto(`${origin}articles/one.html`);
    const expected = await shape(fresh);
    await fresh.close();
    await page.waitForFunction((wanted) => document.title.startsWith(wanted), `Title ${number % 3}`);
    for (let tries = 0; tries < 100 && (await shape(page)) !== expected; tries += 1) {
      await new Promise((done) => setTimeout(done, 20));
    }
    const found = await shape(page);
    // Only the place of the difference: a page is long.
    const at = [...expected].findIndex((character, index) => character !== found[index]);
    const around = (text) => text.slice(Math.max(0, at - 100), at + 200);
    assert.equal(around(found), around(expected), body);
    assert.equal(found.length, expected.length, body);
  }
  assert.equal(await wasReloaded(), false);
  assert.deepEqual(faults, []);
});

test("a style sheet is swapped, a picture is fetched again, a script loads the page anew", async (t) => {
  const picture = (colour) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="${colour}"/></svg>`;
  const { origin, write, read } = await preview(t, {
    files: {
      "themes/own/assets/style.css": "h1 { color: rgb(1, 2, 3) }\n",
      "content/articles/box.svg": picture("red"),
      "content/articles/one.md": article("One", "![A box](box.svg)"),
      // The last key of the top level stands before the first table.
      "site.toml":
        'title = "Preview"\ntheme = "own"\n\n[publication]\nmedium = "website"\nprice = "free"\naudience = "internal"\n',
    },
  });
  const { page, faults, wasReloaded } = await open(`${origin}articles/one.html`);
  const colour = () => page.locator("h1").evaluate((heading) => getComputedStyle(heading).color);
  assert.equal(await colour(), "rgb(1, 2, 3)");
  write("themes/own/assets/style.css", "h1 { color: rgb(4, 5, 6) }\n");
  await page.waitForFunction(() => getComputedStyle(document.querySelector("h1")).color === "rgb(4, 5, 6)");
  await page.waitForFunction(() => document.querySelectorAll("link[rel=stylesheet]:not([data-preview])").length === 1);
  assert.equal(await wasReloaded(), false);

  const asked = page.waitForRequest((request) => request.url().includes("box.svg?preview="));
  write("content/articles/box.svg", picture("blue"));
  await asked;
  assert.equal(await wasReloaded(), false);

  await page.waitForFunction(() => {
    const box = document.querySelector("img[src*='box.svg?preview=']");
    return box?.complete && box.naturalWidth > 0;
  });
  await page.evaluate(() => window.scrollTo(0, 500));
  const loaded = page.waitForEvent("load");
  write("themes/own/assets/theme.js", "document.documentElement.classList.add('new-script');\n");
  await loaded;
  // The browser keeps the words in view where a picture above them comes in late.
  await page.waitForFunction(
    () => document.documentElement.classList.contains("new-script") && Math.abs(window.scrollY - 500) < 50,
  );
  assert.ok(read("themes/own/theme.toml"));
  assert.deepEqual(faults, []);
});

test("what is wrong is shown over the last good page and goes away by itself", async (t) => {
  const { origin, write } = await preview(t);
  const { page, faults, wasReloaded } = await open(`${origin}articles/one.html`);
  write("content/articles/one.md", article("One <i>", "New words and [a link](nowhere.md)."));
  const overlay = page.locator(".steward-preview-overlay");
  await overlay.getByText("nowhere.md` leads nowhere").waitFor();
  assert.match(await overlay.innerText(), /content\/articles\/one\.md:\d+:\d+/);
  assert.equal(await overlay.locator("mark").innerText(), "nowhere.md");
  assert.match(await overlay.locator("pre").first().innerText(), /New words and \[a link\]\(nowhere\.md\)/);
  assert.equal(await page.locator("h1").first().innerText(), "One");
  assert.ok(await page.locator("main").getByText("First words").isVisible());
  await page.keyboard.press("Escape");
  await overlay.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "1 error" }).click();
  await overlay.waitFor();

  write("content/articles/one.md", article("One", "New words, put right."));
  await page.getByText("put right").waitFor();
  await overlay.waitFor({ state: "detached" });
  assert.equal(await wasReloaded(), false);
  assert.deepEqual(faults, []);
});

test("the preview starts although the first build fails, and goes on by itself", async (t) => {
  const { origin, write, status } = await preview(t, {
    files: { "content/articles/one.md": "---\ntitle: One: two\nown: true\n---\n\n[x](nowhere.md) <script>alert(1)</script>\n" },
  });
  assert.ok((await status()).errors > 0);
  const page = await browser.newPage();
  await page.goto(`${origin}articles/one.html`);
  await page.getByRole("heading", { name: "The site cannot be shown yet" }).waitFor();
  assert.match(await page.locator("body").innerText(), /content\/articles\/one\.md/);
  assert.match(await page.locator("pre").first().innerText(), /title: One: two/);
  write("content/articles/one.md", article("One", "All is well."));
  await page.locator("main").getByText("All is well.").waitFor();
  assert.equal(await page.title().then((title) => title.startsWith("One")), true);
});

test("a note leads to the article that is being edited, and pages that a change does not touch do nothing", async (t) => {
  const { origin, write, status, settled } = await preview(t);
  const { page, faults, wasReloaded } = await open(`${origin}404.html`);
  const other = await open(`${origin}articles/one.html`);
  await page.evaluate(() => {
    window.changes = 0;
    new MutationObserver((records) => {
      window.changes += records.filter((record) => !record.target.closest?.("[data-preview]") && record.target !== document.body).length;
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    window.fetches = performance.getEntriesByType("resource").length;
  });
  const { generation } = await status();
  write("content/articles/two.md", article("Two", "Other words, just typed."));
  await settled(generation + 1);
  const note = page.locator(".steward-preview-note");
  await note.getByText("You are editing “Two”.").waitFor();
  assert.deepEqual(await page.evaluate(() => [window.changes, performance.getEntriesByType("resource").length - window.fetches]), [0, 0]);
  assert.equal(await wasReloaded(), false);
  await note.getByRole("button", { name: "Close" }).click();
  assert.equal(await note.count(), 0);

  write("content/articles/two.md", article("Two", "Other words, typed again."));
  await note.getByRole("link", { name: "Go there" }).click();
  await page.waitForURL(/two\.html$/);
  await page.getByText("typed again").waitFor();
  assert.equal(await page.locator(".steward-preview-note").count(), 0);

  // On the page that is edited there is nothing to offer.
  write("content/articles/two.md", article("Two", "Here."));
  await page.getByText("Here.", { exact: true }).waitFor();
  assert.equal(await page.locator(".steward-preview-note").count(), 0);
  await other.page.locator(".steward-preview-note").waitFor();
  assert.deepEqual([...faults, ...other.faults], []);
});

test("a page that is renamed away says so and leads on, and one that comes shows itself", async (t) => {
  const { origin, root, write } = await preview(t);
  const { page } = await open(`${origin}articles/two.html`);
  renameSync(join(root, "content/articles/two.md"), join(root, "content/articles/second.md"));
  const note = page.locator(".steward-preview-note");
  await note.getByText("not a part of the site any more").waitFor();
  await note.getByRole("link", { name: "Go there" }).click();
  await page.waitForURL(/second\.html$/);

  const later = await browser.newPage();
  assert.equal((await later.goto(`${origin}articles/three.html`)).status(), 404);
  await later.waitForLoadState("networkidle").catch(() => {});
  write("content/articles/three.md", article("Three", "Here at last."));
  await later.getByText("Here at last.").waitFor();
});

test("a preview says what it is, also with drafts and on paper", async (t) => {
  const { origin } = await preview(t, {
    flags: ["--drafts"],
    files: { "content/articles/two.md": article("Two", "Words.").replace("own: true", "own: true\ndraft: true") },
  });
  const page = await browser.newPage();
  await page.goto(`${origin}articles/one.html`);
  assert.equal(await page.locator(".steward-preview-mark").innerText(), "Preview with drafts");
  await page.goto(`${origin}articles/two.html`);
  assert.equal(await page.locator(".steward-preview-mark").innerText(), "Preview · Draft");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator(".steward-preview-mark").isVisible());
});
