// The browser's side of the preview: when the page that is shown has changed, the change is made in place.
//
// A page is changed by comparing how it was built before with how it is built now, and making only that difference in
// the page on the screen. Whatever is the same keeps what readers and scripts did to it: ticks, open parts, the focus.
(function () {
  "use strict";

  var own = document.currentScript;
  var MARK = "data-preview";
  // The page as it was built, as text, and its digest; pictures and films have a digest of their own.
  var built = { digest: own.getAttribute("data-preview-page"), text: null };
  var media = own.getAttribute("data-preview-media");
  // Whether this is the page for addresses that lead nowhere.
  var isMissing = own.hasAttribute("data-preview-missing");
  // On the preview's own pages: the build they speak about.
  var ownPage = own.getAttribute("data-preview-own");
  var KEPT = "steward-preview:" + window.location.pathname;

  // ---- Elements of the preview --------------------------------------------------------------------------------

  // Texts only ever become text, so that nothing in a message can become a part of the page.
  function make(tag, className, text) {
    var element = document.createElement(tag);
    element.setAttribute(MARK, "");
    if (className) {
      element.className = className;
    }
    if (text !== undefined) {
      element.textContent = text;
    }
    return element;
  }

  function button(text, action) {
    var element = make("button", "steward-preview-button", text);
    element.type = "button";
    element.addEventListener("click", action);
    return element;
  }

  // ---- Reloading, where making the difference in place is not possible ------------------------------------------

  function reload() {
    var details = Array.from(document.querySelectorAll("details"));
    var active = document.activeElement;
    try {
      window.sessionStorage.setItem(
        KEPT,
        JSON.stringify({
          x: window.scrollX,
          y: window.scrollY,
          open: details.map(function (element) { return element.open; }),
          focus: (active && active.id) || "",
        }),
      );
    } catch (error) {
      // Storage is blocked: the page comes back as it is loaded.
    }
    window.location.reload();
  }

  function restore() {
    var kept = null;
    try {
      kept = JSON.parse(window.sessionStorage.getItem(KEPT));
      window.sessionStorage.removeItem(KEPT);
    } catch (error) {
      return;
    }
    if (!kept) {
      return;
    }
    var details = document.querySelectorAll("details");
    if (details.length === kept.open.length) {
      details.forEach(function (element, index) { element.open = kept.open[index]; });
    }
    var focus = kept.focus && document.getElementById(kept.focus);
    if (focus) {
      focus.focus({ preventScroll: true });
    }
    window.scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
  }

  // ---- Comparing ------------------------------------------------------------------------------------------------

  function parsed(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    page.querySelectorAll("[" + MARK + "]").forEach(function (element) { element.remove(); });
    page.documentElement.normalize();
    return page;
  }

  function isElement(node) {
    return node.nodeType === Node.ELEMENT_NODE;
  }

  function isOurs(node) {
    return isElement(node) && node.hasAttribute(MARK);
  }

  function isBlank(node) {
    return node.nodeType === Node.TEXT_NODE && node.data.trim() === "";
  }

  // Whether a node on the screen is still as it was built, but for what is inside. Blanks are counted differently where
  // something of ours stands between them.
  function isStill(shown, built) {
    return fits(shown, built) && (isElement(built) || shown.data === built.data || (isBlank(shown) && isBlank(built)));
  }

  // Whether two nodes may be the same one before and after.
  function fits(one, other) {
    if (one.nodeType !== other.nodeType) {
      return false;
    }
    return !isElement(one) || (one.localName === other.localName && one.id === other.id);
  }

  // For every node of `before` its node on the screen; null where a script has rebuilt them. What scripts added stands
  // between.
  function onScreen(all, before) {
    var shown = Array.from(all).filter(function (node) { return !isOurs(node); });
    var at = 0;
    var found = [];
    for (var index = 0; index < before.length; index += 1) {
      var node = before[index];
      while (at < shown.length && !isStill(shown[at], node)) {
        at += 1;
      }
      if (at === shown.length) {
        return null;
      }
      found.push(shown[at]);
      at += 1;
    }
    return found;
  }

  // Pairs of equal nodes in two lists, as a longest common subsequence; long lists are compared at their ends only.
  function equalPairs(before, after) {
    var start = 0;
    var pairs = [];
    while (start < before.length && start < after.length && before[start].isEqualNode(after[start])) {
      pairs.push([start, start]);
      start += 1;
    }
    var end = 0;
    var most = Math.min(before.length, after.length) - start;
    while (end < most && before[before.length - 1 - end].isEqualNode(after[after.length - 1 - end])) {
      end += 1;
    }
    var rows = before.length - start - end;
    var columns = after.length - start - end;
    if (rows * columns <= 40000) {
      pairs = pairs.concat(longest(before, after, start, rows, columns));
    }
    for (var step = end; step > 0; step -= 1) {
      pairs.push([before.length - step, after.length - step]);
    }
    return pairs;
  }

  function longest(before, after, start, rows, columns) {
    var lengths = [];
    for (var row = rows; row >= 0; row -= 1) {
      lengths[row] = [];
      for (var column = columns; column >= 0; column -= 1) {
        var inside = row < rows && column < columns;
        var same = inside && before[start + row].isEqualNode(after[start + column]);
        lengths[row][column] = !inside
          ? 0
          : same
            ? lengths[row + 1][column + 1] + 1
            : Math.max(lengths[row + 1][column], lengths[row][column + 1]);
      }
    }
    var pairs = [];
    var at = 0;
    var other = 0;
    while (at < rows && other < columns) {
      if (before[start + at].isEqualNode(after[start + other])) {
        pairs.push([start + at, start + other]);
        at += 1;
        other += 1;
      } else if (lengths[at + 1][other] >= lengths[at][other + 1]) {
        at += 1;
      } else {
        other += 1;
      }
    }
    return pairs;
  }

  // ---- Making the difference ------------------------------------------------------------------------------------

  // Elements that are new on the screen, and whether a script had been at what they took the place of.
  var fresh = [];
  var scripted = false;

  function insert(parent, node, next) {
    var copy = document.importNode(node, true);
    parent.insertBefore(copy, next);
    if (isElement(copy)) {
      fresh.push(copy);
    }
    return copy;
  }

  function patchAttributes(shown, before, after) {
    Array.from(before.attributes).forEach(function (attribute) {
      if (!after.hasAttribute(attribute.name)) {
        shown.removeAttribute(attribute.name);
      }
    });
    Array.from(after.attributes).forEach(function (attribute) {
      if (before.getAttribute(attribute.name) !== attribute.value) {
        shown.setAttribute(attribute.name, attribute.value);
      }
    });
  }

  // Makes of `shown`, which was built as `before`, what is built as `after`. False where it cannot.
  function patch(shown, before, after) {
    if (before.isEqualNode(after)) {
      return true;
    }
    if (!isElement(shown)) {
      shown.data = after.data;
      return true;
    }
    var olds = Array.from(before.childNodes);
    var nodes = onScreen(shown.childNodes, olds);
    if (!nodes) {
      return false;
    }
    patchAttributes(shown, before, after);
    patchChildren(shown, nodes, olds, Array.from(after.childNodes));
    return true;
  }

  function patchChildren(parent, nodes, olds, news) {
    var pairs = equalPairs(olds, news).concat([[olds.length, news.length]]);
    var old = 0;
    var fresher = 0;
    pairs.forEach(function (pair) {
      var gap = nodes.slice(old, pair[0]);
      var last = gap.length ? gap[gap.length - 1] : nodes[old - 1];
      // What scripts added at the end stays at the end.
      var end = nodes[pair[0]] || (last ? last.nextSibling : Array.from(parent.childNodes).find(isOurs) || null);
      patchGap(parent, gap, olds.slice(old, pair[0]), news.slice(fresher, pair[1]), end);
      old = pair[0] + 1;
      fresher = pair[1] + 1;
    });
  }

  // Between two pairs of equal nodes: nodes that fit are changed, the others go and come.
  function patchGap(parent, nodes, olds, news, end) {
    var at = 0;
    news.forEach(function (node) {
      var match = at;
      while (match < olds.length && !fits(olds[match], node)) {
        match += 1;
      }
      if (match === olds.length) {
        insert(parent, node, at < nodes.length ? nodes[at] : end);
        return;
      }
      for (; at < match; at += 1) {
        nodes[at].remove();
      }
      if (!patch(nodes[at], olds[at], node)) {
        scripted = true;
        insert(parent, node, nodes[at]);
        nodes[at].remove();
      }
      at += 1;
    });
    for (; at < nodes.length; at += 1) {
      nodes[at].remove();
    }
  }

  // ---- The head: title, style sheets, scripts -------------------------------------------------------------------

  function sheetsOf(page) {
    return Array.from(page.querySelectorAll("link[rel~=stylesheet]"));
  }

  // New style sheets are loaded before old ones go, so that the page never stands there without.
  function swapSheets(before, after) {
    var wanted = sheetsOf(after).map(function (sheet) { return sheet.getAttribute("href"); });
    var had = sheetsOf(before).map(function (sheet) { return sheet.getAttribute("href"); });
    var shown = sheetsOf(document).filter(function (sheet) { return !isOurs(sheet); });
    var old = shown.filter(function (sheet) {
      var address = sheet.getAttribute("href");
      return had.indexOf(address) >= 0 && wanted.indexOf(address) < 0;
    });
    var last = shown[shown.length - 1];
    var loading = sheetsOf(after)
      .filter(function (sheet) { return had.indexOf(sheet.getAttribute("href")) < 0; })
      .map(function (sheet) {
        var copy = document.importNode(sheet, true);
        return new Promise(function (done) {
          copy.addEventListener("load", done);
          copy.addEventListener("error", done);
          if (last && last.parentNode) {
            last.after(copy);
          } else {
            document.head.append(copy);
          }
          last = copy;
        });
      });
    return Promise.all(loading).then(function () {
      old.forEach(function (sheet) { sheet.remove(); });
    });
  }

  function patchHead(before, after) {
    if (before.title !== after.title) {
      document.title = after.title;
    }
    var rest = function (page) {
      return Array.from(page.head.children).filter(function (element) {
        return !element.matches("title, script, link[rel~=stylesheet]");
      });
    };
    var olds = rest(before);
    var nodes = onScreen(rest(document), olds);
    if (!nodes) {
      return false;
    }
    patchChildren(document.head, nodes, olds, rest(after));
    return true;
  }

  // Programs; a script with another type holds data, which is changed like any text.
  function scriptsOf(page) {
    return Array.from(page.querySelectorAll("script")).filter(function (script) {
      return /^(module|importmap|speculationrules)?$|(java|ecma)script/i.test(script.type.trim());
    }).map(function (script) { return script.outerHTML; }).join("\n");
  }

  // ---- A new page -----------------------------------------------------------------------------------------------

  // The page as the server has it now; null where the server is away.
  function fetched() {
    return window.fetch(window.location.href, { cache: "no-store" }).then(function (answer) {
      return answer.text();
    }).then(function (text) {
      var digest = new DOMParser().parseFromString(text, "text/html").querySelector("script[data-preview-page]");
      return { text: text, digest: digest ? digest.getAttribute("data-preview-page") : null };
    }).catch(function () {
      return null;
    });
  }

  // Whether a script may want to work on what is new, so that it must be told or run again.
  function wantsScripts(element) {
    var hooks = [element].concat(Array.from(element.querySelectorAll("*")));
    return hooks.some(function (hook) {
      return hook.localName === "script" || Array.from(hook.attributes).some(function (attribute) {
        return attribute.name.startsWith("data-");
      });
    });
  }

  function update() {
    return fetched().then(function (now) {
      if (now === null || now.digest === built.digest) {
        return undefined;
      }
      if (built.text === null || now.digest === null) {
        reload();
        return undefined;
      }
      var before = parsed(built.text);
      var after = parsed(now.text);
      if (scriptsOf(before) !== scriptsOf(after) || !before.body || !after.body) {
        reload();
        return undefined;
      }
      return swapSheets(before, after).then(function () {
        built = now;
        apply(before, after);
      });
    });
  }

  function apply(before, after) {
    fresh = [];
    scripted = false;
    var isHeadDone = patchHead(before, after);
    // What stands in the head is nothing that scripts work on.
    fresh = [];
    patchAttributes(document.documentElement, before.documentElement, after.documentElement);
    var focus = document.activeElement;
    var focused = focus && focus.id;
    if (!isHeadDone || !patch(document.body, before.body, after.body)) {
      reload();
      return;
    }
    var again = focused && !document.contains(focus) && document.getElementById(focused);
    if (again) {
      again.focus({ preventScroll: true });
    }
    // A theme whose scripts can work on what is new says so by preventing the default, which is to load the page again.
    var event = new CustomEvent("steward:changed", { cancelable: true, detail: { elements: fresh } });
    var isHandled = !document.dispatchEvent(event);
    if (!isHandled && (scripted || fresh.some(wantsScripts))) {
      reload();
    }
  }

  function refreshMedia(digest) {
    document.querySelectorAll("img[src], source[src], video[src], audio[src], img[srcset], source[srcset]").forEach(function (element) {
      if (isOurs(element)) {
        return;
      }
      if (element.hasAttribute("srcset")) {
        element.srcset = element.getAttribute("srcset");
      }
      var address = element.src && new URL(element.src);
      if (address && address.origin === window.location.origin) {
        // The query makes the browser ask again. A picture is loaded before it takes its place, so that nothing jumps.
        address.searchParams.set("preview", digest);
        var swap = function () { element.src = address.href; };
        if (element.localName === "img") {
          var ahead = new Image();
          ahead.onload = swap;
          ahead.onerror = swap;
          ahead.src = address.href;
        } else {
          swap();
        }
      }
    });
  }

  // ---- What is wrong --------------------------------------------------------------------------------------------

  var overlay = null;
  // The problems that are shown, and those that were put away.
  var shownKey = "";
  var hiddenKey = "";
  var soon = 0;

  function problemOf(problem) {
    var article = make("article", "steward-preview-problem");
    var title = make("h2");
    title.append(make("span", "steward-preview-" + problem.severity, problem.severity), document.createTextNode(" " + problem.message));
    article.append(title);
    if (problem.place) {
      article.append(make("p", "steward-preview-place", problem.place));
    }
    if (problem.line) {
      var line = make("pre");
      line.append(
        make("span", "", problem.line.number + " "),
        document.createTextNode(problem.line.before),
        make("mark", "", problem.line.marked),
        document.createTextNode(problem.line.after),
      );
      article.append(line);
    }
    problem.hints.forEach(function (hint) { article.append(make("p", "", hint)); });
    if (problem.fix !== null) {
      article.append(make("p", "", "Write:"), make("pre", "", problem.fix));
    }
    if (problem.code) {
      article.append(make("p", "steward-preview-code", "steward explain " + problem.code));
    }
    return article;
  }

  function counted(count, word) {
    return count + " " + word + (count === 1 ? "" : "s");
  }

  function closeOverlay() {
    window.clearTimeout(soon);
    if (overlay) {
      overlay.remove();
      overlay = null;
    }
  }

  function openOverlay(edition, heading) {
    closeOverlay();
    shownKey = JSON.stringify(edition.problems);
    overlay = make("section", "steward-preview-overlay");
    overlay.lang = "en";
    overlay.setAttribute("role", edition.errors > 0 ? "alert" : "region");
    overlay.setAttribute("aria-label", heading);
    overlay.append(listOf(edition, heading));
    document.body.append(overlay);
  }

  function showProblems(edition) {
    var key = JSON.stringify(edition.problems);
    showCounts(edition);
    if (edition.errors === 0) {
      hiddenKey = "";
      closeOverlay();
    } else if (key !== hiddenKey && !(overlay && key === shownKey)) {
      window.clearTimeout(soon);
      // A save of several files is whole a moment later.
      soon = window.setTimeout(function () { openOverlay(edition, "This change is not shown yet"); }, 80);
    }
  }

  function listOf(edition, heading) {
    var box = make("div", "steward-preview-box");
    var bar = make("div", "steward-preview-bar");
    bar.append(make("strong", "", heading), button("Hide", function () {
      hiddenKey = shownKey;
      closeOverlay();
    }));
    box.append(bar);
    box.append(make("p", "", edition.errors > 0
      ? "Behind this you see the last good page. Put the following right and save; this goes away by itself."
      : "The site is shown, and this is worth a look."));
    edition.problems.forEach(function (problem) { box.append(problemOf(problem)); });
    var more = edition.errors + edition.warnings - edition.problems.length;
    if (more > 0) {
      box.append(make("p", "", "And " + more + " more; the terminal shows them all."));
    }
    return box;
  }

  // The counts beside the mark; a press shows the list again.
  function showCounts(edition) {
    var mark = document.querySelector(".steward-preview-mark");
    if (!mark) {
      return;
    }
    mark.querySelectorAll("button").forEach(function (old) { old.remove(); });
    var words = [];
    if (edition.errors) {
      words.push(counted(edition.errors, "error"));
    }
    if (edition.warnings) {
      words.push(counted(edition.warnings, "warning"));
    }
    if (words.length) {
      mark.append(button(words.join(", "), function () { openOverlay(edition, words.join(", ")); }));
    }
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && overlay) {
      overlay.querySelector("button").click();
    }
  });

  // ---- The article that is being edited ---------------------------------------------------------------------------

  var note = null;

  function hideNote() {
    if (note) {
      note.remove();
      note = null;
    }
  }

  function showNote(text, edited) {
    hideNote();
    note = make("aside", "steward-preview-note");
    note.lang = "en";
    note.setAttribute("role", "status");
    note.setAttribute("aria-label", "Preview: another page has changed");
    note.append(make("span", "", text));
    if (edited) {
      var link = make("a", "", "Go there");
      link.href = edited.address;
      note.append(link);
    }
    note.append(button("Close", hideNote));
    document.body.append(note);
  }

  // Offers to go to what is being edited when that is not what is shown.
  function offer(edition, isGone) {
    var here = decodeURI(window.location.pathname).replace(/\/index\.html$/, "/");
    var others = edition.edited.filter(function (edited) {
      return decodeURI(edited.address).replace(/\/index\.html$/, "/") !== here;
    });
    if (isGone) {
      showNote("This page is not a part of the site any more.", others.length === 1 ? others[0] : null);
    } else if (edition.edited.length === others.length && others.length === 1) {
      showNote("You are editing “" + others[0].title + "”.", others[0]);
    } else if (others.length < edition.edited.length) {
      hideNote();
    }
  }

  // ---- Listening --------------------------------------------------------------------------------------------------

  var isFirst = true;
  var working = Promise.resolve();

  function hear(edition) {
    if (ownPage !== null) {
      if (edition.site || String(edition.generation) !== ownPage) {
        window.location.reload();
      }
      return undefined;
    }
    showProblems(edition);
    // What was edited before this page was opened is no news.
    if (!isFirst && edition.errors === 0) {
      offer(edition, edition.page === null && !isMissing);
    }
    isFirst = false;
    if (edition.media !== media) {
      media = edition.media;
      refreshMedia(media);
    }
    if (edition.page === null) {
      return undefined;
    }
    if (isMissing) {
      reload();
      return undefined;
    }
    return edition.page === built.digest ? undefined : update();
  }

  function listen() {
    var events = new EventSource("/_steward/events?page=" + encodeURIComponent(window.location.pathname));
    events.addEventListener("edition", function (event) {
      var edition = JSON.parse(event.data);
      // One after the other: an edition may come while a style sheet is being loaded.
      working = working.then(function () { return hear(edition); }).catch(reload);
    });
    events.addEventListener("error", function () {
      // The browser tries again by itself, except where it was told not to.
      if (events.readyState === EventSource.CLOSED) {
        window.setTimeout(listen, 1000);
      }
    });
    window.addEventListener("pagehide", function () { events.close(); });
  }

  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      // The browser kept the page while the reader was elsewhere.
      listen();
    }
  });

  function begin() {
    restore();
    if (ownPage !== null) {
      listen();
      return;
    }
    fetched().then(function (page) {
      if (page !== null && page.digest === built.digest) {
        built.text = page.text;
      }
      listen();
    });
  }

  if (document.readyState === "complete") {
    begin();
  } else {
    window.addEventListener("load", begin);
  }
})();
