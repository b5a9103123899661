// Search: `steward.search(query, { limit, filters })`, the dialog and the search page.
// A classic script without requests of its own: the index is made of scripts that are loaded as they are needed.
// What `src/search` writes is read here; words are read on both sides alike. Nodes are made with textContent only.
(function () {
  "use strict";

  var root = document.documentElement;
  var steward = (window.steward = window.steward || {});
  var toRoot = root.getAttribute("data-root") || "";

  // ---- Words (src/search/analysis.rs) -------------------------------------------------------------------------

  var IGNORED = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;
  var WORD = /[\p{Alphabetic}\p{N}\p{M}\u00ad\u200b-\u200d\u2060\ufeff]+/gu;
  var UNSPACED =
    /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]+/u;
  var RUNS = new RegExp(UNSPACED.source + "|[^" + UNSPACED.source.slice(1, -2) + "]+", "gu");
  var LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i", ς: "σ" };

  function fold(text) {
    return text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[\u0300-\u036f]/g, "")
      .replace(IGNORED, "")
      .replace(/[ßæœøđðłþıς]/g, function (letter) {
        return LETTERS[letter];
      })
      .normalize("NFC");
  }

  // The forms of a text, in order.
  function words(text) {
    var found = [];
    (text.match(WORD) || []).forEach(function (raw) {
      (fold(raw).match(WORD) || []).forEach(function (piece) {
        (piece.match(RUNS) || []).forEach(function (run) {
          var letters = Array.from(run);
          if (!UNSPACED.test(run)) {
            found.push(letters.slice(0, 40).join(""));
          } else if (letters.length === 1) {
            found.push(run);
          } else {
            for (var at = 0; at + 1 < letters.length; at++) {
              found.push(letters[at] + letters[at + 1]);
            }
          }
        });
      });
    });
    return found;
  }

  // ---- Files (src/search/shards.rs) ---------------------------------------------------------------------------

  var received = {};
  var files = new Map();
  var index = null;

  steward.shard = function (key, value) {
    received[key] = value;
  };

  function load(key, name) {
    if (!files.has(key)) {
      files.set(
        key,
        new Promise(function (resolve, reject) {
          var script = document.createElement("script");
          script.onload = script.onerror = function () {
            script.remove();
            if (key in received) {
              resolve(received[key]);
              delete received[key];
            } else {
              files.delete(key);
              reject(new Error("search: " + name + " is missing"));
            }
          };
          script.src = toRoot + "search/" + name;
          document.head.append(script);
        }),
      );
    }
    return files.get(key);
  }

  function byHash(kind, hash, read) {
    var key = kind + "-" + hash;
    return cached("read " + key, function () {
      return load(key, key + ".js").then(read);
    });
  }

  function cached(key, make) {
    if (!files.has(key)) {
      var made = make();
      files.set(key, made);
      made.catch(function () {
        files.delete(key);
      });
    }
    return files.get(key);
  }

  // A digit of a column: 90 characters from `#` on, without the backslash.
  function digit(text, at) {
    var code = text.charCodeAt(at);
    return code - (code > 92 ? 36 : 35);
  }

  function column(text, width) {
    var numbers = new Uint16Array(text.length / width);
    for (var at = 0; at < text.length; at++) {
      numbers[(at / width) | 0] = numbers[(at / width) | 0] * 90 + digit(text, at);
    }
    return numbers;
  }

  function start(fresh) {
    if (!index) {
      index = load("root", "root.js" + (fresh ? "?" + Date.now() : "")).then(function (read) {
        var lengths = Array.from(column(read.lengths, 1), function (step) {
          return 8 * Math.pow(2, step / 4);
        });
        var mean = lengths.reduce(function (sum, length) {
          return sum + length;
        }, 0) / (read.pages || 1);
        // The length's part of BM25's denominator, of each page.
        read.norms = Float32Array.from(lengths, function (length) {
          return K1 * (1 - B + (B * length) / mean);
        });
        read.titleLengths = column(read.titles, 1);
        read.facets.forEach(function (facet) {
          facet.numbers = facet.columns.map(function (text) {
            return column(text, facet.width);
          });
        });
        return read;
      });
      index.catch(function () {
        index = null;
      });
    }
    return index;
  }

  function bytesOf(base64) {
    var text = atob(base64);
    var bytes = new Uint8Array(text.length);
    for (var at = 0; at < text.length; at++) {
      bytes[at] = text.charCodeAt(at);
    }
    return bytes;
  }

  // The lists of a file: each begins with its length.
  function slices(base64) {
    var bytes = bytesOf(base64);
    var found = [];
    for (var at = 0; at < bytes.length; ) {
      var length = number(bytes, at);
      found.push(bytes.subarray(length.end, length.end + length.value));
      at = length.end + length.value;
    }
    return found;
  }

  function number(bytes, at) {
    var value = 0;
    for (var shift = 0; ; shift += 7) {
      var byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) {
        return { value: value, end: at };
      }
    }
  }

  function bitReader(bytes, at) {
    var held = 0;
    var count = 0;
    function read(width) {
      while (count < width) {
        held = ((held << 8) | bytes[at++]) & 0xffffffff;
        count += 8;
      }
      count -= width;
      return (held >>> count) & ((1 << width) - 1);
    }
    function unary() {
      var ones = 0;
      while (read(1)) {
        ones++;
      }
      return ones;
    }
    return { read: read, unary: unary };
  }

  var LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64, 96];
  var IN_TITLE = 1;
  var IN_PART = 2;

  // src/search/lists.rs, encode.
  function decode(bytes) {
    var count = number(bytes, 0);
    var gapBits = bytes[count.end] >> 3;
    var symbolBits = bytes[count.end] & 7;
    var bits = bitReader(bytes, count.end + 1);
    var list = {
      pages: new Uint32Array(count.value),
      weights: new Uint8Array(count.value),
      flags: new Uint8Array(count.value),
      titles: 0,
    };
    function rice(width) {
      return (bits.unary() << width) | bits.read(width);
    }
    // Where most symbols are zero, only the others are there, and between them the numbers of zeros.
    var isSparse = symbolBits === 7;
    var zeroBits = 0;
    var zeros = 0;
    if (isSparse) {
      zeroBits = bits.read(4);
      symbolBits = bits.read(2);
      zeros = rice(zeroBits);
    }
    var page = -1;
    for (var at = 0; at < count.value; at++) {
      page += rice(gapBits) + 1;
      var symbol = isSparse ? (zeros-- > 0 ? 0 : rice(symbolBits) + 1) : rice(symbolBits);
      var flags = 0;
      if (symbol & 1) {
        flags = bits.read(1) ? (bits.read(1) ? 3 : IN_TITLE) : IN_PART;
        list.titles += flags & IN_TITLE;
      }
      if (isSparse && symbol) {
        zeros = rice(zeroBits);
      }
      list.pages[at] = page;
      list.weights[at] = LEVELS[Math.min(symbol & 1 ? (symbol + 1) >> 1 : symbol >> 1, LEVELS.length - 1)];
      list.flags[at] = flags;
    }
    return list;
  }

  // ---- Looking words up ---------------------------------------------------------------------------------------

  // The number of items up to which `precedes` holds.
  function count(items, precedes) {
    var low = 0;
    var high = items.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (precedes(items[middle])) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  function wordsFile(at, read) {
    return byHash("d", at.dictionary.hashes[read], function (file) {
      var previous = "";
      var near = 0;
      var far = 0;
      var groups = [];
      file.forms = file.words.split("\n").map(function (entry, place) {
        var shared = parseInt(entry[0], 36);
        previous = (shared ? Array.from(previous).slice(0, shared).join("") : "") + entry.slice(1);
        var kind = file.kinds[place];
        var form = { text: previous, group: null, far: null };
        if (kind === "*") {
          form.group = groups[file.near[near++]];
        } else if (kind === "+") {
          form.far = file.far[far++];
        } else {
          form.group = { first: previous, number: groups.length, file: file, size: kind.charCodeAt(0) - 65, forms: [] };
          groups.push(form.group);
        }
        if (form.group) {
          form.group.forms.push(previous);
        }
        return form;
      });
      return file;
    });
  }

  async function filesWith(at, prefix) {
    var first = at.dictionary.first;
    var read = Math.max(0, count(first, function (word) { return word <= prefix; }) - 1);
    var found = [];
    do {
      found.push(wordsFile(at, read++));
    } while (read < first.length && first[read].startsWith(prefix));
    return first.length ? Promise.all(found) : [];
  }

  // The group of a word as it stands, or null.
  async function groupOf(at, word) {
    if (!at.dictionary.first.length) {
      return null;
    }
    var read = Math.max(0, count(at.dictionary.first, function (first) { return first <= word; }) - 1);
    var file = await wordsFile(at, read);
    var form = file.forms[count(file.forms, function (known) { return known.text < word; })];
    return form && form.text === word ? groupFor(at, form) : null;
  }

  async function groupFor(at, form) {
    if (form.group) {
      return form.group;
    }
    var group = await groupOf(at, form.far);
    if (group && group.forms.indexOf(form.text) < 0) {
      group.forms.push(form.text);
    }
    return group;
  }

  // All groups with a word that begins so.
  async function groupsBeginning(at, prefix) {
    var groups = new Set();
    for (var file of await filesWith(at, prefix)) {
      var place = count(file.forms, function (known) { return known.text < prefix; });
      for (; place < file.forms.length && file.forms[place].text.startsWith(prefix); place++) {
        groups.add(await groupFor(at, file.forms[place]));
      }
    }
    groups.delete(null);
    return Array.from(groups);
  }

  // The file of lists that holds a group: its row and the group's place in it.
  function placeOf(group) {
    var place = group.number;
    var row = group.file.lists.find(function (row) {
      place -= row[0];
      return place < 0;
    });
    return { row: row, place: place + row[0] };
  }

  function listOf(group) {
    if (!group.list) {
      var found = placeOf(group);
      group.list = byHash("t", found.row[1], slices).then(function (lists) {
        return decode(lists[found.place]);
      });
      group.list.catch(function () {
        group.list = null;
      });
    }
    return group.list;
  }

  // The list of all words with a beginning, where it has one of its own.
  function listBeginning(at, prefix) {
    var place = at.beginnings.letters.indexOf(prefix);
    if (place < 0) {
      return null;
    }
    var file = 0;
    while (place >= at.beginnings.counts[file]) {
      place -= at.beginnings.counts[file++];
    }
    return cached("beginning " + prefix, function () {
      return byHash("b", at.beginnings.hashes[file], slices).then(function (lists) {
        return decode(lists[place]);
      });
    });
  }

  // ---- Neighbours (src/search/neighbours.rs) --------------------------------------------------------

  function markOf(word) {
    var hash = 0x811c9dc5;
    for (var at = 0; at < word.length; at++) {
      hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
    }
    return (hash ^ (hash >>> 15)) & 0xfff;
  }

  // The marks of a group's neighbours by page, or null.
  async function marksOf(at, group) {
    var found = placeOf(group);
    if (!found.row[2]) {
      return null;
    }
    var list = await listOf(group);
    var bytes = (await byHash("n", found.row[2], slices))[found.place];
    var marks = new Map();
    if (!bytes.length) {
      return marks;
    }
    var bits = bitReader(bytes, 0);
    var usual = bits.read(2);
    var width = markBits(at.pages, list.pages.length);
    var source = at.facets[4].numbers[0];
    list.pages.forEach(function (page) {
      var expected = source && source[page] ? 0 : usual;
      var code = bits.unary();
      var count = code === 0 ? expected : code <= expected ? code - 1 : code;
      for (; count > 0; count--) {
        var mark = bits.read(width);
        if (marks.has(page)) {
          marks.get(page).push(mark);
        } else {
          marks.set(page, [mark]);
        }
      }
    });
    return { at: marks, width: width };
  }

  var LARGE_SITE = 2000;

  function markBits(pages, count) {
    return pages <= LARGE_SITE ? 12 : Math.min(5, Math.max(3, (31 - Math.clz32(count)) >> 1));
  }

  // Whether one word stands right before another, as a test of pages.
  async function neighbours(at, left, right) {
    var counts = [(await listOf(left)).pages.length, (await listOf(right)).pages.length];
    if (at.pages > LARGE_SITE && counts[0] * 4 > at.pages && counts[1] * 4 > at.pages) {
      // The places of very common words are not stored beside each other.
      return function () {
        return true;
      };
    }
    var leftIsRarer = counts[0] < counts[1] || (counts[0] === counts[1] && right.first <= left.first);
    var marks = await marksOf(at, leftIsRarer ? left : right);
    var mark = leftIsRarer ? markOf(right.first) : markOf(left.first) ^ 0x955;
    return function (page) {
      var found = marks && marks.at && marks.at.get(page);
      return Boolean(found) && found.indexOf(mark >> (12 - marks.width)) >= 0;
    };
  }

  // ---- Queries ------------------------------------------------------------------------------------------------

  var LONGEST_QUERY = 48;

  // Words, phrases in quotes, and what a leading minus leaves out.
  function parse(query) {
    var parsed = { terms: [], phrases: [], without: [] };
    var pieces = query.match(/-?"[^"]*"?|-?[^\s"]+/g) || [];
    var last = null;
    pieces.forEach(function (piece) {
      var isWithout = piece.length > 1 && piece[0] === "-";
      var isPhrase = piece.indexOf('"') >= 0;
      var found = words(piece);
      last = null;
      if (isWithout && found.length) {
        parsed.without.push(found);
      } else {
        var terms = found.map(function (word) {
          return { word: word, isPrefix: false, isExact: isPhrase };
        });
        parsed.terms.push.apply(parsed.terms, terms);
        if (isPhrase && terms.length) {
          parsed.phrases.push(terms);
        } else {
          last = terms[terms.length - 1];
        }
      }
    });
    // The word that is being typed: letters may follow.
    if (last && /[\p{Alphabetic}\p{N}\p{M}]$/u.test(query)) {
      last.isPrefix = true;
    }
    parsed.terms.length = Math.min(parsed.terms.length, LONGEST_QUERY);
    return parsed;
  }

  // ---- Correction ---------------------------------------------------------------------------------------------

  // Edits between two words, swapped letters as one (optimal string alignment); more than `limit` counts as one more.
  function distance(left, right, limit) {
    if (Math.abs(left.length - right.length) > limit) {
      return limit + 1;
    }
    var before = [];
    var previous = [];
    for (var column = 0; column <= right.length; column++) {
      previous.push(column);
    }
    for (var row = 1; row <= left.length; row++) {
      var current = [row];
      var least = row;
      for (column = 1; column <= right.length; column++) {
        var cost = left[row - 1] === right[column - 1] ? 0 : 1;
        var value = Math.min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost);
        if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
          value = Math.min(value, before[column - 2] + 1);
        }
        current.push(value);
        least = Math.min(least, value);
      }
      if (least > limit) {
        return limit + 1;
      }
      before = previous;
      previous = current;
    }
    return previous[right.length];
  }

  function editsAllowed(word) {
    return /\p{N}/u.test(word) || UNSPACED.test(word) || word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
  }

  // Groups with a word near this one, the nearest and most frequent first. Most mistakes spare the first letter.
  async function near(at, word, everywhere) {
    var limit = editsAllowed(word);
    var found = new Map();
    function look(file) {
      file.forms.forEach(function (form) {
        var edits = form.text === word ? limit + 1 : distance(word, form.text, limit);
        if (edits <= limit && form.group && !(found.has(form.group) && found.get(form.group).edits <= edits)) {
          found.set(form.group, { group: form.group, word: form.text, edits: edits });
        }
      });
    }
    if (limit) {
      var letters = [word[0], word[1]];
      for (var letter of letters) {
        (await filesWith(at, letter)).forEach(look);
      }
      if (everywhere && !found.size) {
        (await filesWith(at, "")).forEach(look);
      }
    }
    return Array.from(found.values()).sort(function (left, right) {
      return left.edits - right.edits || right.group.size - left.group.size || (left.word < right.word ? -1 : 1);
    });
  }

  // ---- Ranking ------------------------------------------------------------------------------------------------

  var K1 = 1.6;
  var B = 0.7;
  // A word that only begins as the one that is typed counts less than that word.
  var PREFIX = 0.6;
  var SYNONYM = 0.7;
  // A word of a title that is near the one typed, and the share of a query that a title must hold to be meant.
  var NEAR = 0.6;
  var TITLE_SHARE = 0.75;

  // Robertson and Spärck Jones' inverse document frequency, never negative.
  function rarity(pages, holding) {
    return Math.log(1 + (pages - holding + 0.5) / (holding + 0.5));
  }

  // What a word adds to each page: `best` is filled with the highest of its lists.
  function addList(at, scores, list, factor, holding) {
    var weight = factor * rarity(at.pages, holding || list.pages.length) * (K1 + 1);
    var best = scores.best;
    for (var place = 0; place < list.pages.length; place++) {
      var page = list.pages[place];
      var occurrences = list.weights[place];
      var score = (weight * occurrences) / (occurrences + at.norms[page]);
      if (!best[page]) {
        scores.touched.push(page);
      }
      if (score > best[page]) {
        best[page] = score;
      }
      scores.flags[page] |= list.flags[place];
    }
  }

  function addTitles(at, scores, list, share) {
    var weight = share * rarity(at.pages, list.titles);
    for (var place = 0; place < list.pages.length; place++) {
      if (list.flags[place] & IN_TITLE) {
        var page = list.pages[place];
        scores.title[page] = Math.max(scores.title[page], weight);
        scores.titleShare[page] = Math.max(scores.titleShare[page], share);
      }
    }
  }

  // Everything that is known of a word of the query before pages are scored.
  async function lookUp(at, term, terms) {
    term.group = await groupOf(at, term.word);
    term.lists = [];
    term.marks = [];
    if (term.group) {
      term.lists.push({ list: await listOf(term.group), factor: 1, inTitle: 1 });
      term.marks = term.group.forms;
    }
    if (term.isPrefix || (!term.group && !term.isExact)) {
      term.isPrefix = true;
      await addBeginnings(at, term);
    }
    if (term.lists.length || term.isExact) {
      term.size = Math.max.apply(null, [0].concat(term.lists.map(function (it) { return it.list.pages.length; })));
      if (!shouldCorrect(at, term, terms)) {
        return;
      }
    }
    await correct(at, term);
  }

  async function addBeginnings(at, term) {
    var own = listBeginning(at, term.word);
    if (own) {
      term.lists.push({ list: await own, factor: PREFIX, inTitle: 1 });
      return;
    }
    var groups = (term.groups = await groupsBeginning(at, term.word));
    var lists = await Promise.all(groups.filter(function (group) { return group !== term.group; }).map(listOf));
    // All words with one beginning are one word: none of them may be rare for itself.
    var pages = new Set();
    lists.forEach(function (list) {
      list.pages.forEach(function (page) { pages.add(page); });
    });
    lists.forEach(function (list) {
      term.lists.push({ list: list, factor: term.group ? PREFIX : 0.9, holding: pages.size, inTitle: 1 });
    });
    groups.forEach(function (group) {
      term.marks = term.marks.concat(group.forms);
    });
  }

  // Only words that the site hardly has, and never the one word of a query: its letters narrow what they found.
  function shouldCorrect(at, term, terms) {
    return terms.length > 1 && !term.isExact && term.size * 200 <= at.pages;
  }

  async function correct(at, term) {
    var isMissing = !term.lists.length;
    var found = (await near(at, term.word, isMissing))[0];
    var size = found ? 1 << found.group.size : 0;
    if (!found || (!isMissing && size < 16 * Math.max(1, term.size))) {
      return;
    }
    term.corrected = found.word;
    term.nearGroup = found.group;
    term.lists.push({ list: await listOf(found.group), factor: isMissing ? 0.9 : NEAR, inTitle: NEAR });
    term.marks = term.marks.concat(found.group.forms);
  }

  function newScores(pages) {
    return {
      total: new Float32Array(pages),
      best: new Float32Array(pages),
      flags: new Uint8Array(pages),
      title: new Float32Array(pages),
      titleShare: new Float32Array(pages),
      titles: new Float32Array(pages),
      titleShares: new Float32Array(pages),
      touched: [],
      matched: [],
    };
  }

  // Adds the best of each page for the word that was looked at.
  function closeWord(scores) {
    scores.touched.forEach(function (page) {
      if (!scores.total[page]) {
        scores.matched.push(page);
      }
      scores.total[page] += scores.best[page];
      scores.best[page] = 0;
      if (scores.titleShare[page]) {
        scores.titles[page] += scores.title[page];
        scores.titleShares[page] += scores.titleShare[page];
        scores.title[page] = scores.titleShare[page] = 0;
      }
    });
    scores.touched = [];
  }

  function score(at, terms) {
    var scores = newScores(at.pages);
    terms.forEach(function (term) {
      term.lists.forEach(function (it) {
        addList(at, scores, it.list, it.factor, it.holding);
        addTitles(at, scores, it.list, it.inTitle);
      });
      (term.nearTitles || []).forEach(function (list) {
        addTitles(at, scores, list, NEAR);
        list.pages.forEach(function (page, place) {
          if (list.flags[place] & IN_TITLE && !scores.best[page]) {
            scores.best[page] = 1e-6;
            scores.touched.push(page);
          }
        });
      });
      closeWord(scores);
    });
    return scores;
  }

  // Where hardly a title holds all words, words near the rarer ones may be meant: they count in titles only.
  async function addNearTitles(at, terms, scores) {
    var best = 0;
    scores.matched.forEach(function (page) {
      best = Math.max(best, scores.titleShares[page]);
    });
    if (terms.length < 3 || terms.length > 16 || best >= terms.length - 0.01 || best * 2 < terms.length - 1) {
      return false;
    }
    var added = false;
    for (var term of terms) {
      if (!term.isExact && !term.corrected && (term.size || 0) * 50 <= at.pages) {
        var found = (await near(at, term.word, false)).slice(0, 6);
        term.nearTitles = await Promise.all(found.map(function (it) { return listOf(it.group); }));
        added = added || found.length > 0;
      }
    }
    return added;
  }

  // Whether a word of the query is, or may become, a word of a synonym: a share of what it counts, or 0.
  function likeness(at, term, word) {
    var group = term.group || term.nearGroup;
    if (group && group.first === word) {
      return 1;
    }
    var mayBecome = (term.groups || []).some(function (group) { return group.first === word; });
    return mayBecome || (term.isPrefix && !term.groups && word.startsWith(term.word)) ? PREFIX : 0;
  }

  async function addSynonyms(at, terms) {
    for (var group of at.synonyms) {
      for (var phrase of group) {
        for (var place = 0; phrase.length && place + phrase.length <= terms.length; place++) {
          var shares = phrase.map(function (word, behind) { return likeness(at, terms[place + behind], word); });
          var share = Math.min.apply(null, shares);
          for (var other of share ? group : []) {
            if (other !== phrase) {
              await addSynonym(at, terms[place], other, share * SYNONYM);
            }
          }
        }
      }
    }
  }

  // A synonym of several words is on the pages that hold them all.
  async function addSynonym(at, term, phrase, factor) {
    var groups = await Promise.all(phrase.map(function (word) { return groupOf(at, word); }));
    if (!groups.length || groups.indexOf(null) >= 0) {
      return;
    }
    var lists = await Promise.all(groups.map(listOf));
    var shared = lists.reduce(function (left, right) {
      var known = new Set(left.pages);
      var kept = [];
      right.pages.forEach(function (page, place) {
        if (known.has(page)) {
          kept.push(place);
        }
      });
      return {
        pages: Uint32Array.from(kept, function (place) { return right.pages[place]; }),
        weights: Uint8Array.from(kept, function (place) { return right.weights[place]; }),
        flags: Uint8Array.from(kept, function (place) { return right.flags[place]; }),
        titles: kept.filter(function (place) { return right.flags[place] & IN_TITLE; }).length,
      };
    });
    term.lists.push({ list: shared, factor: factor, inTitle: 0 });
    groups.forEach(function (group) {
      term.marks = term.marks.concat(group.forms);
    });
  }

  // Pages that hold all words in a row, as a test.
  async function phraseTest(at, groups) {
    if (groups.indexOf(null) >= 0 || groups.indexOf(undefined) >= 0) {
      return function () {
        return false;
      };
    }
    var tests = [];
    for (var place = 0; place < groups.length; place++) {
      tests.push(await holdsTest(groups[place]));
      if (place) {
        tests.push(await neighbours(at, groups[place - 1], groups[place]));
      }
    }
    return function (page) {
      return tests.every(function (test) { return test(page); });
    };
  }

  async function holdsTest(group) {
    var pages = new Set((await listOf(group)).pages);
    return pages.has.bind(pages);
  }

  // ---- Filters ------------------------------------------------------------------------------------------------

  function wantedValues(at, filters) {
    return at.facets.map(function (facet) {
      var wanted = filters && filters[facet.name];
      if (wanted === undefined || wanted === null || wanted.length === 0) {
        return null;
      }
      var names = [].concat(wanted).map(function (name) { return fold(String(name)); });
      return new Set(
        facet.values.flatMap(function (value, place) { return names.indexOf(fold(value)) >= 0 ? [place + 1] : []; }),
      );
    });
  }

  // The pages that pass all filters, and for each facet the counts of what the other filters let through.
  function narrow(at, pages, filters) {
    var wanted = wantedValues(at, filters);
    var counts = at.facets.map(function (facet) { return new Uint32Array(facet.values.length + 1); });
    var kept = pages.filter(function (page) {
      var failing = -1;
      var failed = 0;
      wanted.forEach(function (values, facet) {
        if (values && !at.facets[facet].numbers.some(function (numbers) { return values.has(numbers[page]); })) {
          failing = facet;
          failed++;
        }
      });
      if (failed < 2) {
        for (var facet = 0; facet < counts.length; facet++) {
          if (!failed || facet === failing) {
            var columns = at.facets[facet].numbers;
            for (var column = 0; column < columns.length; column++) {
              counts[facet][columns[column][page]]++;
            }
          }
        }
      }
      return !failed;
    });
    var named = {};
    at.facets.forEach(function (facet, place) {
      named[facet.name] = {};
      facet.values.forEach(function (value, number) {
        if (counts[place][number + 1]) {
          named[facet.name][value] = counts[place][number + 1];
        }
      });
    });
    return { pages: kept, filters: named };
  }

  // ---- Results ------------------------------------------------------------------------------------------------

  function blockOf(at, page) {
    var number = Math.floor(page / at.block);
    return load("h" + number, "h" + number + "-" + at.heads.substr(number * 4, 4) + ".js");
  }

  async function headOf(at, page) {
    return (await blockOf(at, page)).pages[page % at.block];
  }

  async function partRows(at, page) {
    var number = Math.floor(page / at.part_block);
    var hash = (await blockOf(at, page)).parts[Math.floor((page % at.block) / at.part_block)];
    return hash ? (await load("p" + number, "p" + number + "-" + hash + ".js"))[page % at.part_block] : [];
  }

  // Words that match, as a test of a form.
  function marker(terms) {
    var forms = new Set();
    var prefixes = [];
    terms.forEach(function (term) {
      forms.add(term.word);
      term.marks.forEach(function (form) { forms.add(form); });
      if (term.isPrefix) {
        prefixes.push(term.word);
      }
    });
    return function (form) {
      return forms.has(form) || prefixes.some(function (prefix) { return form.startsWith(prefix); });
    };
  }

  // A text as pieces, matching words marked; `found` collects the forms that matched.
  function marked(text, matches, found) {
    var pieces = [];
    var from = 0;
    function add(start, end, match) {
      if (start < end) {
        var last = pieces[pieces.length - 1];
        if (last && last.match === match) {
          last.text += text.slice(start, end);
        } else {
          pieces.push({ text: text.slice(start, end), match: match });
        }
      }
    }
    for (var raw of text.matchAll(WORD)) {
      var start = raw.index;
      var letters = UNSPACED.test(raw[0]) ? Array.from(raw[0]) : [raw[0]];
      add(from, start, false);
      var hit = letters.map(function (letter, at) {
        var behind = words(letter + (letters[at + 1] || ""))[0];
        var form = behind !== undefined && matches(behind) ? behind : letters.length > 1 && matches(letter) ? letter : "";
        if (form && found) {
          found.add(form);
        }
        return form;
      });
      letters.forEach(function (letter, at) {
        var pair = at > 0 && hit[at - 1] && Array.from(hit[at - 1]).length > 1 && letters.length > 1;
        add(start, start + letter.length, Boolean(hit[at] || pair));
        start += letter.length;
      });
      from = raw.index + raw[0].length;
    }
    add(from, text.length, false);
    return pieces;
  }

  async function partsOf(at, page, url, matches) {
    var rows = await partRows(at, page);
    var places = [];
    rows.forEach(function (row) {
      row[2].forEach(function (place) {
        var found = new Set();
        var excerpt = marked(place[1], matches, found);
        if (found.size) {
          places.push({
            hits: found.size,
            part: { url: url + "#" + place[0], kind: at.keys[row[0]], label: row[1], excerpt: excerpt },
          });
        }
      });
    });
    places.sort(function (left, right) { return right.hits - left.hits; });
    return places.slice(0, 2).map(function (place) { return place.part; });
  }

  async function result(at, page, scores, terms) {
    var head = await headOf(at, page);
    var matches = marker(terms);
    var named = {};
    at.facets.forEach(function (facet) {
      named[facet.name] = facet.numbers.flatMap(function (numbers) {
        return numbers[page] ? [facet.values[numbers[page] - 1]] : [];
      });
    });
    return {
      url: head[1],
      title: head[0],
      kind: named.kind[0],
      score: scores.total[page],
      excerpt: marked(head[2], matches),
      titlePieces: marked(head[0], matches),
      parts: scores.flags[page] & IN_PART ? await partsOf(at, page, head[1], matches) : [],
      language: head[3],
      authors: named.author,
      source: named.source[0] || null,
    };
  }

  // A title that is the query comes first, then one that begins with it. Looked at are the best pages, and of all others
  // whose titles hold the whole query the shortest titles: the query itself is among them.
  async function titlesFirst(at, pages, scores, terms, limit) {
    var typed = terms.map(function (term) { return term.word; }).join(" ");
    var share = terms.length * TITLE_SHARE;
    var first = pages.slice(0, limit);
    var others = pages
      .slice(limit)
      .filter(function (page) { return terms.length && scores.titleShares[page] >= terms.length - 0.01; })
      .sort(function (left, right) { return at.titleLengths[left] - at.titleLengths[right]; });
    var looked = first.concat(others.slice(0, limit)).filter(function (page) {
      return scores.titleShares[page] > share;
    });
    var ranks = new Map();
    await Promise.all(
      looked.map(async function (page) {
        var title = words((await headOf(at, page))[0]).join(" ");
        ranks.set(page, title === typed ? 2 : title.startsWith(typed) ? 1 : 0);
      }),
    );
    var rank = function (page) { return ranks.get(page) || 0; };
    var lifted = pages.filter(rank).sort(function (left, right) { return rank(right) - rank(left); });
    return lifted.concat(pages.filter(function (page) { return !rank(page); }));
  }

  function liftTitles(at, scores, terms) {
    scores.matched.forEach(function (page) {
      var share = scores.titleShares[page] / terms.length;
      if (share > TITLE_SHARE) {
        var covered = Math.min(1, scores.titleShares[page] / Math.max(1, at.titleLengths[page]));
        scores.total[page] += scores.titles[page] * (share > 0.99 ? 1 + covered : 1);
      }
    });
  }

  async function rank(at, parsed) {
    var terms = parsed.terms;
    await Promise.all(terms.map(function (term) { return lookUp(at, term, terms); }));
    await addSynonyms(at, terms);
    var scores = score(at, terms);
    if (await addNearTitles(at, terms, scores)) {
      scores = score(at, terms);
    }
    liftTitles(at, scores, terms);
    return scores;
  }

  async function run(query, options) {
    var limit = options && options.limit !== undefined ? options.limit : 10;
    var filters = (options && options.filters) || {};
    var at = await start(false);
    var parsed = parse(query);
    var terms = parsed.terms;
    var isFiltered = Object.keys(filters).some(function (name) { return filters[name] && filters[name].length; });
    var scores = await rank(at, parsed);
    var pages = scores.matched;
    if (!terms.length && (isFiltered || parsed.without.length)) {
      pages = Array.from(scores.total.keys());
    }
    for (var phrase of parsed.phrases) {
      pages = pages.filter(await phraseTest(at, phrase.map(function (term) { return term.group; })));
    }
    for (var without of parsed.without) {
      var groups = await Promise.all(without.map(function (word) { return groupOf(at, word); }));
      var test = await phraseTest(at, groups);
      pages = pages.filter(function (page) { return !test(page); });
    }
    var narrowed = narrow(at, pages, filters);
    pages = narrowed.pages.sort(function (left, right) {
      return scores.total[right] - scores.total[left] || left - right;
    });
    pages = await titlesFirst(at, pages, scores, terms, Math.max(limit, 1));
    return {
      total: pages.length,
      results: await Promise.all(
        pages.slice(0, limit).map(function (page) { return result(at, page, scores, terms); }),
      ),
      filters: narrowed.filters,
      corrected: correctedQuery(terms),
    };
  }

  function correctedQuery(terms) {
    var isCorrected = terms.some(function (term) { return term.corrected; });
    var shown = terms.map(function (term) { return term.corrected || term.word; });
    return isCorrected ? shown.join(" ") : null;
  }

  steward.search = function (query, options) {
    return run(String(query), options).catch(function (error) {
      // A host may have a newer index than the browser's copy of its root.
      if (location.protocol === "file:") {
        throw error;
      }
      files.clear();
      index = null;
      return start(true).then(function () {
        return run(String(query), options);
      });
    });
  };
  steward.search.words = words;

  // ---- The field and its results (the combobox pattern of ARIA) -----------------------------------------------

  function make(tag, className, text) {
    var element = document.createElement(tag);
    element.className = className;
    if (text) {
      element.textContent = text;
    }
    return element;
  }

  function addPieces(parent, pieces) {
    pieces.forEach(function (piece) {
      parent.append(piece.match ? make("mark", "", piece.text) : piece.text);
    });
    return parent;
  }

  function addressOf(url) {
    return /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : toRoot + url;
  }

  // Makes a box work. `wanted` gives options of the search, `changed` is told the query and the answer, `entered` the
  // form and the query when Enter chooses no result; `more` is called where more results are asked for.
  function bind(box, wanted, changed, entered, more) {
    var form = box.querySelector(".search-form");
    var field = box.querySelector("input");
    var status = box.querySelector("[role=status]");
    var list = box.querySelector("[role=listbox]");
    var moreButton = box.querySelector("[data-search-more]");
    var id = box.getAttribute("data-search");
    var active = null;
    var isRunning = false;
    var isStale = false;

    function text(name) {
      return box.getAttribute("data-text-" + name) || name;
    }

    function choose(option) {
      if (active) {
        active.setAttribute("aria-selected", "false");
      }
      active = option;
      if (active) {
        active.setAttribute("aria-selected", "true");
        active.scrollIntoView({ block: "nearest" });
        field.setAttribute("aria-activedescendant", active.id);
      } else {
        field.removeAttribute("aria-activedescendant");
      }
    }

    function option(url, language, isPart) {
      var link = make("a", isPart ? "search-result search-part" : "search-result");
      link.href = addressOf(url);
      link.id = id + "-option-" + list.children.length;
      link.tabIndex = -1;
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", "false");
      if (language && language !== root.lang) {
        link.lang = language;
      }
      list.append(link);
      return link;
    }

    function show(answer) {
      choose(null);
      list.textContent = "";
      answer.results.forEach(function (result) {
        var link = option(result.url, result.language);
        var facts = [text(result.kind)].concat(result.authors, result.source || []);
        link.append(addPieces(make("span", "search-title"), result.titlePieces));
        link.append(make("span", "search-meta", facts.join(" · ")));
        if (result.excerpt.length) {
          link.append(addPieces(make("span", "search-excerpt"), result.excerpt));
        }
        result.parts.forEach(function (part) {
          var place = option(part.url, result.language, true);
          place.append(make("span", "search-meta", part.label));
          place.append(addPieces(make("span", "search-excerpt"), part.excerpt));
        });
      });
      field.setAttribute("aria-expanded", String(answer.results.length > 0));
      if (moreButton) {
        moreButton.hidden = answer.results.length >= answer.total;
      }
      var total = answer.total === 1 ? text("one") : text("many").replace("{count}", answer.total);
      var corrected = answer.corrected ? text("corrected").replace("{query}", answer.corrected) + " " : "";
      status.textContent = answer.isEmpty ? "" : answer.total ? corrected + total : text("none");
    }

    // One search at a time: what is typed meanwhile is looked for afterwards.
    async function update() {
      isStale = isRunning;
      if (isRunning) {
        return;
      }
      isRunning = true;
      try {
        var query = field.value;
        var answer = await steward.search(query, wanted());
        answer.isEmpty = !query.trim() && !answer.total;
        if (!isStale) {
          show(answer);
          changed(query, answer);
        }
      } catch (error) {
        status.textContent = text("failed");
      }
      isRunning = false;
      if (isStale) {
        update();
      }
    }

    function step(by) {
      var options = Array.from(list.children);
      var at = options.indexOf(active);
      choose(options[at < 0 && by < 0 ? options.length - 1 : at + by] || null);
    }

    form.hidden = false;
    if (moreButton) {
      moreButton.addEventListener("click", function () { (more || entered)(form, field.value); });
    }
    field.addEventListener("focus", function () {
      start(false).catch(function () {});
    });
    field.addEventListener("input", update);
    field.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && active && !event.isComposing) {
        event.preventDefault();
        active.click();
      } else if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        entered(form, field.value);
      } else if (event.key === "Escape" && active) {
        event.preventDefault();
        choose(null);
      }
    });
    return { field: field, update: update };
  }

  function bindDialog(dialog) {
    var box = bind(
      dialog.querySelector("[data-search]"),
      function () { return {}; },
      function () {},
      function (form, query) {
        location.href = form.getAttribute("data-action") + "?" + new URLSearchParams({ q: query });
      },
    );
    document.querySelectorAll("[data-search-open]").forEach(function (link) {
      link.addEventListener("click", function (event) {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault();
          open();
        }
      });
    });
    dialog.querySelector("[data-search-close]").addEventListener("click", function () { dialog.close(); });
    dialog.addEventListener("click", function (event) {
      // Beside the box, or on a result that leads to another place of this page.
      if (event.target === dialog || event.target.closest("[role=option]")) {
        dialog.close();
      }
    });
    function open() {
      if (!dialog.open) {
        dialog.showModal();
      }
      box.field.focus();
      box.field.select();
    }
    return open;
  }

  // The page keeps query and filters in its address.
  function bindPage(page) {
    var filters = page.querySelector("[data-search-filters]");
    var chosen = {};
    // How many results are shown, and of which query and filters.
    var shown = { limit: 20, of: "" };
    var box = bind(page.querySelector("[data-search]"), options, changed, entered, function () {
      shown.limit += 20;
      box.update();
    });

    function options() {
      var of = address(box.field.value);
      shown = { limit: shown.of === of ? shown.limit : 20, of: of };
      return { limit: shown.limit, filters: chosen };
    }

    function address(query) {
      var parameters = new URLSearchParams(query ? { q: query } : {});
      Object.keys(chosen).forEach(function (name) {
        chosen[name].forEach(function (value) { parameters.append(name, value); });
      });
      return location.pathname + (String(parameters) && "?" + parameters);
    }

    function remember(isStep) {
      var wanted = address(box.field.value);
      if (wanted !== location.pathname + location.search) {
        history[isStep ? "pushState" : "replaceState"](null, "", wanted);
      }
    }

    function changed(query, answer) {
      var isShown = false;
      filters.querySelectorAll("[data-facet]").forEach(function (facet) {
        var name = facet.getAttribute("data-facet");
        var focused = facet.contains(document.activeElement) && document.activeElement.value;
        var counts = answer.filters[name] || {};
        var picked = chosen[name] || [];
        var values = Object.keys(counts).sort(function (left, right) {
          return picked.includes(right) - picked.includes(left) || counts[right] - counts[left];
        });
        values = picked.filter(function (value) { return !counts[value]; }).concat(values).slice(0, 12);
        facet.querySelectorAll("label").forEach(function (label) { label.remove(); });
        facet.hidden = !picked.length && values.length < 2;
        values.forEach(function (value) {
          var label = make("label", "");
          var input = make("input", "");
          input.type = "checkbox";
          input.name = name;
          input.value = value;
          input.checked = picked.includes(value);
          var shown = name === "kind" ? page.querySelector("[data-search]").getAttribute("data-text-" + value) : value;
          label.append(input, make("span", "", shown || value), make("span", "count", String(counts[value] || 0)));
          facet.append(label);
          if (value === focused) {
            input.focus();
          }
        });
        isShown = isShown || !facet.hidden;
      });
      filters.hidden = !isShown;
      remember(false);
    }

    filters.addEventListener("change", function (event) {
      var name = event.target.name;
      chosen[name] = (chosen[name] || []).filter(function (value) { return value !== event.target.value; });
      if (event.target.checked) {
        chosen[name].push(event.target.value);
      }
      remember(true);
      box.update();
    });
    // A query that was entered, not only typed, is a step for Back.
    function entered() {
      if (location.search) {
        history.pushState(null, "", location.href);
      }
      box.update();
    }

    function restore() {
      var parameters = new URLSearchParams(location.search);
      box.field.value = parameters.get("q") || "";
      chosen = {};
      ["kind", "topic", "audience", "author", "source"].forEach(function (name) {
        if (parameters.has(name)) {
          chosen[name] = parameters.getAll(name);
        }
      });
      if (location.search || page.querySelector("[role=option]")) {
        box.update();
      }
    }
    window.addEventListener("popstate", restore);
    restore();
    return function () {
      box.field.focus();
      box.field.select();
    };
  }

  function isTyping(element) {
    return element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  }

  var page = document.querySelector("[data-search-page]");
  var dialog = document.querySelector("[data-search-dialog]");
  if (page || dialog) {
    var open = page ? bindPage(page) : bindDialog(dialog);
    document.addEventListener("keydown", function (event) {
      var isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
      var isLetter = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey;
      if (isSlash || isLetter) {
        event.preventDefault();
        open();
      }
    });
  }
})();
