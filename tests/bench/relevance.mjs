// How well the search ranks: questions with judgements against BM25, titles as readers type them, letter by letter.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSearch } from "../browser/engine.mjs";

/** Numbers that look random and never change (Marsaglia's xorshift). */
export function random(seed) {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const field = (text, name) => (text.match(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`)) ?? ["", ""])[1].trim();

/** Reads a collection in TREC form: `docs.xml`, `queries.xml`, `qrels.txt`. */
function collection(folder) {
  const read = (name) => readFileSync(join(folder, name), "utf8");
  const documents = [...read("docs.xml").matchAll(/<doc>([\s\S]*?)<\/doc>/g)].map(([, text]) => ({
    id: field(text, "docno"),
    title: field(text, "title").replace(/\s+/g, " ") || `Untitled ${field(text, "docno")}`,
    text: field(text, "text"),
  }));
  const queries = [...read("queries.xml").matchAll(/<top>([\s\S]*?)<\/top>/g)].map(([, text]) =>
    field(text, "title").replace(/\s+/g, " "),
  );
  const relevant = queries.map(() => new Set());
  for (const line of read("qrels.txt").trim().split("\n")) {
    const [query, , document, relevance] = line.trim().split(/\s+/);
    if (Number(relevance) > 0) relevant[query - 1]?.add(document);
  }
  return { documents, queries, relevant };
}

function site(folder, documents) {
  mkdirSync(join(folder, "content/articles"), { recursive: true });
  writeFileSync(
    join(folder, "site.toml"),
    'title = "Questions"\nlanguage = "en"\n[publication]\nmedium = "website"\nprice = "free"\naudience = "internal"\n',
  );
  for (const { id, title, text } of documents) {
    writeFileSync(
      join(folder, `content/articles/${id}.md`),
      `---\ntitle: ${JSON.stringify(title)}\n---\n\n${text}\n`,
    );
  }
}

/** BM25 as Robertson and Zaragoza (2009) write it, k1 1.2, b 0.75, over title and text with the index's own stems. */
function bm25(documents, stems) {
  const tokens = documents.map(({ title, text }) => stems(`${title} ${text}`));
  const mean = tokens.reduce((sum, list) => sum + list.length, 0) / tokens.length;
  const lists = new Map();
  tokens.forEach((list, document) => {
    const counts = new Map();
    for (const token of list) counts.set(token, (counts.get(token) ?? 0) + 1);
    for (const [token, count] of counts) {
      if (!lists.has(token)) lists.set(token, []);
      lists.get(token).push([document, count]);
    }
  });
  return (query) => {
    const scores = new Map();
    for (const token of stems(query)) {
      const list = lists.get(token) ?? [];
      const rarity = Math.log(1 + (documents.length - list.length + 0.5) / (list.length + 0.5));
      for (const [document, count] of list) {
        const norm = 1.2 * (0.25 + (0.75 * tokens[document].length) / mean);
        scores.set(document, (scores.get(document) ?? 0) + (rarity * count * 2.2) / (count + norm));
      }
    }
    const ranked = [...scores].sort((left, right) => right[1] - left[1] || left[0] - right[0]);
    return ranked.slice(0, 100).map(([document]) => documents[document].id);
  };
}

/** Words to the first form of their stem group, read from the index. */
function stemsOf(folder, words) {
  const first = new Map();
  const read = (key, { words: entries, kinds, near, far }) => {
    let previous = "";
    const groups = [];
    let nearAt = 0;
    let farAt = 0;
    entries.split("\n").forEach((entry, place) => {
      previous = [...previous].slice(0, parseInt(entry[0], 36)).join("") + entry.slice(1);
      if (kinds[place] === "*") first.set(previous, groups[near[nearAt++]]);
      else if (kinds[place] === "+") first.set(previous, far[farAt++]);
      else {
        groups.push(previous);
        first.set(previous, previous);
      }
    });
  };
  for (const name of readdirSync(join(folder, "search")).filter((name) => name.startsWith("d-"))) {
    new Function("steward", readFileSync(join(folder, "search", name), "utf8"))({ shard: read });
  }
  return (text) => words(text).map((word) => first.get(word) ?? word);
}

function gain(found, relevant) {
  const gains = found.slice(0, 10).map((id, rank) => (relevant.has(id) ? 1 / Math.log2(rank + 2) : 0));
  const ideal = [...Array(Math.min(10, relevant.size)).keys()].map((rank) => 1 / Math.log2(rank + 2));
  const sum = (list) => list.reduce((total, value) => total + value, 0);
  return relevant.size ? sum(gains) / sum(ideal) : 0;
}

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

/** Point 2, questions: nDCG@10 and recall@100 against BM25, with a paired t value of the difference. */
export async function questions(steward, folder, work) {
  const { documents, queries, relevant } = collection(folder);
  site(join(work, "questions"), documents);
  const output = join(work, "questions-public");
  execFileSync(steward, ["build", "-q", "--root", join(work, "questions"), "--output", output]);
  const { search, words } = openSearch(output);
  const reference = bm25(documents, stemsOf(output, words));
  const rows = [];
  for (const [number, query] of queries.entries()) {
    const answer = await search(query, { limit: 100 });
    const found = answer.results.map(({ url }) => url.replace(/^articles\/|\.html$/g, ""));
    const expected = reference(query);
    const wanted = relevant[number];
    const recall = (list) => (wanted.size ? list.filter((id) => wanted.has(id)).length / wanted.size : 0);
    rows.push([gain(found, wanted), gain(expected, wanted), recall(found), recall(expected)]);
  }
  const [own, other, ownRecall, otherRecall] = [0, 1, 2, 3].map((place) => mean(rows.map((row) => row[place])));
  const differences = rows.map((row) => row[0] - row[1]);
  const spread = Math.sqrt(mean(differences.map((value) => (value - mean(differences)) ** 2)) / (rows.length - 1));
  console.log(`  questions: nDCG@10 ${own.toFixed(4)} (at least 0.39), BM25 ${other.toFixed(4)}, paired t ${((own - other) / spread).toFixed(2)}`);
  console.log(`             recall@100 ${ownRecall.toFixed(4)}, BM25 ${otherRecall.toFixed(4)}`);
}

/** Every own title of a generated site, with its address. */
export function titlesOf(root) {
  const articles = join(root, "content/articles");
  return readdirSync(articles, { recursive: true })
    .filter((name) => /article-\d+\.md$/.test(name))
    .sort()
    .map((name) => ({
      title: readFileSync(join(articles, name), "utf8").match(/^title: (.*)$/m)[1],
      url: `articles/${name.replace(/\\/g, "/").replace(/\.md$/, ".html")}`,
    }));
}

/** One typing error in one word of at least four letters: a letter left out, doubled, changed, or two swapped. */
export function mistype(title, next) {
  const words = title.split(" ");
  const long = words.flatMap((word, place) => (/^\p{L}{4,}$/u.test(word) ? [place] : []));
  if (!long.length) return title;
  const place = long[next(long.length)];
  const word = words[place];
  const at = next(word.length);
  const letter = "abcdefghijklmnopqrstuvwxyz"[next(26)];
  const swapAt = Math.min(at, word.length - 2);
  words[place] = [
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + letter + word.slice(at),
    word.slice(0, at) + letter + word.slice(at + 1),
    word.slice(0, swapAt) + word[swapAt + 1] + word[swapAt] + word.slice(swapAt + 2),
  ][next(4)];
  return words.join(" ");
}

/** Point 2, known items and narrowing. */
export async function knownItems(root, output) {
  const { search, words } = openSearch(output);
  const titles = titlesOf(root);
  const next = random(2026);
  const sample = Array.from({ length: 500 }, () => titles[next(titles.length)]);
  const typed = {
    "exact title": ({ title }) => title,
    "one typing error": ({ title }) => mistype(title, next),
    "two thirds typed": ({ title }) => title.slice(0, Math.ceil((title.length * 2) / 3)),
  };
  for (const [name, type] of Object.entries(typed)) {
    const ranks = [];
    for (const item of sample) {
      const { results } = await search(type(item), { limit: 10 });
      ranks.push(results.findIndex(({ url }) => url === item.url));
    }
    const within = (limit) => ((ranks.filter((rank) => rank >= 0 && rank < limit).length / ranks.length) * 100).toFixed(1);
    console.log(`  ${name}: first ${within(1)} %, among three ${within(3)} %, among five ${within(5)} %`);
  }
  await narrowing(search, words, sample, next);
}

async function narrowing(search, wordsOf, sample, next) {
  let wider = 0;
  let steps = 0;
  for (const { title } of sample) {
    const words = wordsOf(title).filter((word) => /^\p{L}+$/u.test(word));
    const word = words[next(words.length)];
    let before = Infinity;
    for (let length = 1; length <= word.length; length++) {
      const { total } = await search(word.slice(0, length), { limit: 0 });
      if (total > before) wider++;
      steps++;
      before = total;
    }
  }
  console.log(`  letter by letter: ${wider} of ${steps} further letters found more pages (must be 0)`);
}
