// The search script under node: a document that can load scripts and nothing else.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

/** Opens the search of a finished site. `loaded` holds the bytes, gzip, of every file asked for, in order. */
export function openSearch(folder) {
  const loaded = [];
  const read = (path) => {
    const bytes = readFileSync(join(folder, path));
    loaded.push({ path, bytes: gzipSync(bytes).length });
    return bytes.toString();
  };
  const element = { getAttribute: () => "", addEventListener() {}, querySelectorAll: () => [] };
  const context = vm.createContext({ atob, console, setTimeout, location: { protocol: "file:", search: "" } });
  context.window = context;
  context.addEventListener = () => {};
  context.document = {
    documentElement: element,
    body: element,
    readyState: "complete",
    querySelector: () => null,
    querySelectorAll: () => [],
    getElementById: () => null,
    addEventListener() {},
    createElement: () => ({ remove() {} }),
    head: {
      append(script) {
        try {
          vm.runInContext(read(script.src), context);
        } catch {
          queueMicrotask(() => script.onerror());
          return;
        }
        queueMicrotask(() => script.onload());
      },
    },
  };
  const script = readdirSync(join(folder, "assets")).find((name) => /^search\..*\.js$/.test(name));
  vm.runInContext(read(`assets/${script}`), context);
  // Values of this side, so that they can be compared with others.
  const search = async (query, options) => structuredClone(await context.steward.search(query, options));
  return { search, words: (text) => [...context.steward.search.words(text)], loaded };
}
