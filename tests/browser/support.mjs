// What all browser tests share: finished sites, a plain static server, Chromium, and a page that tells every fault.

import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const steward = process.env.STEWARD ?? join(repository, "target/debug/steward");

/** Builds the starter site, or the repository's own, into a folder of its own and returns that folder. */
export function finishedSite(which) {
  const folder = mkdtempSync(join(tmpdir(), "steward-browser-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const output = join(folder, "public");
  if (which === "starter") {
    execFileSync(steward, ["new", join(folder, "site")], { stdio: "ignore" });
    execFileSync(steward, ["build", "--root", join(folder, "site"), "--output", output, "--strict"]);
  } else {
    execFileSync(steward, ["build", "--root", repository, "--output", output, "--strict"]);
  }
  return output;
}

const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".xml": "application/xml",
  ".txt": "text/plain",
  ".woff2": "font/woff2",
};

/** Serves a folder under a prefix on loopback, as a strict host does: no unknown types, a content security policy. */
export async function serve(folder, prefix = "/") {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    let file = path.startsWith(prefix) ? normalize(join(folder, path.slice(prefix.length))) : "";
    if (file && existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    const known = file.startsWith(folder + sep) && existsSync(file) && types[extname(file)];
    response.writeHead(known ? 200 : 404, {
      "content-type": known || "text/plain",
      "content-security-policy": "default-src 'self'",
    });
    response.end(known ? readFileSync(file) : "not here");
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { origin: `http://127.0.0.1:${server.address().port}${prefix}`, close: () => server.close() };
}

/** Starts Chromium; closes with `close()`. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page whose console errors, script errors and failed requests are collected in `faults`. */
export async function watchedPage(context) {
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`${page.url()}: console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`${page.url()}: ${error}`));
  page.on("requestfailed", (request) => {
    // A page that leads on by itself aborts what it was loading.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") {
      faults.push(`${page.url()}: ${request.url()}: ${request.failure()?.errorText}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${page.url()}: ${response.url()}: ${response.status()}`);
  });
  return { page, faults };
}

/** Every page that can be reached from `start` by links, each opened once. `visit(page)` runs on each. */
export async function crawl(page, start, within, visit = async () => {}) {
  const waiting = [start];
  const seen = new Set();
  while (waiting.length > 0) {
    const address = waiting.pop();
    if (seen.has(address)) continue;
    seen.add(address);
    await page.goto(address, { waitUntil: "load" });
    await visit(page, address);
    const links = await page.$$eval("a[href]", (anchors) => anchors.map((anchor) => anchor.href));
    for (const link of links) {
      const plain = link.split("#")[0].split("?")[0];
      if (plain.startsWith(within) && !seen.has(plain)) waiting.push(plain);
    }
  }
  return seen;
}
