// What a page gains from a script: colours, ticks, progress, filters, printing. Reading needs none of it.
(function () {
  "use strict";

  var root = document.documentElement;
  var pageUrl = root.getAttribute("data-page") || "";

  // ---- What is remembered -------------------------------------------------------------------------------------

  // Several handbooks may share one host, so everything but the colours is stored under the site's own address.
  var site = new URL(root.getAttribute("data-root") || "./", window.location.href).pathname;
  var memory = {};

  function recall(name) {
    try {
      return window.localStorage.getItem(name);
    } catch (error) {
      return Object.prototype.hasOwnProperty.call(memory, name) ? memory[name] : null;
    }
  }

  function remember(name, value) {
    memory[name] = value;
    try {
      if (value === null) {
        window.localStorage.removeItem(name);
      } else {
        window.localStorage.setItem(name, value);
      }
    } catch (error) {
      // Storage is blocked or full: it lasts as long as the page does.
    }
  }

  function siteKey(kind, url) {
    return "steward:" + site + ":" + kind + ":" + url;
  }

  function recallSet(name) {
    try {
      var list = JSON.parse(recall(name) || "[]");
      return new Set(Array.isArray(list) ? list : []);
    } catch (error) {
      return new Set();
    }
  }

  function rememberSet(name, set) {
    remember(name, set.size ? JSON.stringify(Array.from(set)) : null);
  }

  // ---- Helpers ------------------------------------------------------------------------------------------------

  function all(selector, within) {
    return Array.from((within || document).querySelectorAll(selector));
  }

  function make(tag, className, text) {
    var element = document.createElement(tag);
    if (className) {
      element.className = className;
    }
    if (text !== undefined) {
      element.textContent = text;
    }
    return element;
  }

  function fill(pattern, values) {
    return (pattern || "").replace(/\{(\w+)\}/g, function (whole, name) {
      return name in values ? String(values[name]) : whole;
    });
  }

  // Every part below may run again when a preview has changed the page in place: an element is begun with once.
  var begun = new WeakSet();

  function isNew(element) {
    var isFirst = !begun.has(element);
    begun.add(element);
    return isFirst;
  }

  // What the element or the nearest one around it says.
  function textAround(element, name) {
    var holder = element.closest("[" + name + "]");
    return holder ? holder.getAttribute(name) : "";
  }

  // ---- Colours ------------------------------------------------------------------------------------------------

  var choices = ["auto", "light", "dark"];

  function currentColours() {
    var stored = recall("steward:theme");
    return choices.indexOf(stored) > 0 ? stored : "auto";
  }

  function showColours() {
    var choice = currentColours();
    if (choice === "auto") {
      root.removeAttribute("data-theme");
    } else {
      root.setAttribute("data-theme", choice);
    }
    root.setAttribute("data-theme-choice", choice);
    all("[data-theme-switch]").forEach(function (button) {
      var label = document.body.getAttribute("data-text-theme-" + choice) || choice;
      button.setAttribute("aria-label", label);
      button.title = label;
    });
  }

  function colours() {
    showColours();
    all("[data-theme-switch]").filter(isNew).forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        var next = choices[(choices.indexOf(currentColours()) + 1) % choices.length];
        remember("steward:theme", next === "auto" ? null : next);
        showColours();
      });
    });
  }

  // ---- Notices ------------------------------------------------------------------------------------------------

  function notices() {
    all("[data-announcement]").forEach(function (notice) {
      var key = siteKey("notice", notice.getAttribute("data-announcement"));
      var button = notice.querySelector("[data-dismiss]");
      if (recall(key)) {
        notice.hidden = true;
      }
      if (button && isNew(button)) {
        button.hidden = false;
        button.addEventListener("click", function () {
          remember(key, "closed");
          notice.hidden = true;
          // The button that had the focus is gone: reading goes on with the page.
          document.getElementById("main").focus({ preventScroll: true });
        });
      }
    });
  }

  // ---- Ticks on action steps ----------------------------------------------------------------------------------

  function ticks() {
    all('[data-part="action_steps"]').forEach(function (part) {
      if (!part.closest("[data-no-ticks]")) {
        tickList(part, all("[data-step]", part));
      }
    });
  }

  // A tap on a step's words ticks it, unless there is something else in them to tap.
  function wordsAsLabel(item, box) {
    if (item.querySelector("a, button, input, select, textarea, summary, audio, video")) {
      return;
    }
    var words = make("label", "tick-words");
    box.id = (item.id || item.getAttribute("data-step")) + "-tick";
    words.htmlFor = box.id;
    words.append.apply(words, Array.from(item.childNodes));
    item.append(words);
  }

  function tickList(part, items) {
    var bar = all(".steps-bar", part)[0];
    if (!items.length) {
      if (bar) {
        bar.remove();
      }
      return;
    }
    if (!bar) {
      part.append(stepsBar(part));
    }
    items.filter(function (item) {
      return !item.querySelector(":scope > .tick");
    }).forEach(addTick);
    showTicks(part);
  }

  function partOf(element) {
    return element.closest('[data-part="action_steps"]');
  }

  function stepsKey(part) {
    return siteKey("steps", part.closest("[data-steps-of]") ? textAround(part, "data-steps-of") : pageUrl);
  }

  function stepsBar(part) {
    var bar = make("div", "steps-bar");
    var meter = make("progress");
    var status = make("span", "steps-status");
    var reset = make("button", "button button-quiet steps-reset", textAround(part, "data-text-steps-reset"));
    meter.setAttribute("aria-hidden", "true");
    // The part may speak another language than the interface.
    bar.lang = root.lang;
    status.setAttribute("role", "status");
    reset.type = "button";
    reset.addEventListener("click", function () {
      var items = all("[data-step]", part);
      var done = recallSet(stepsKey(part));
      items.forEach(function (item) {
        done.delete(item.getAttribute("data-step"));
      });
      rememberSet(stepsKey(part), done);
      showTicks(part);
      tickOf(items[0]).focus();
    });
    bar.append(meter, status, reset);
    return bar;
  }

  function tickOf(item) {
    return item.querySelector(":scope > .tick input");
  }

  function addTick(item) {
    var label = make("label", "tick");
    var box = make("input");
    box.type = "checkbox";
    label.lang = root.lang;
    label.append(box);
    wordsAsLabel(item, box);
    item.prepend(label);
    item.classList.add("has-tick");
    box.addEventListener("change", function () {
      var part = partOf(item);
      var done = recallSet(stepsKey(part));
      if (box.checked) {
        done.add(item.getAttribute("data-step"));
      } else {
        done.delete(item.getAttribute("data-step"));
      }
      rememberSet(stepsKey(part), done);
      showTicks(part);
    });
  }

  function showTicks(part) {
    var items = all("[data-step]", part);
    var bar = all(".steps-bar", part)[0];
    var meter = bar.querySelector("progress");
    var done = recallSet(stepsKey(part));
    var count = 0;
    items.forEach(function (item, index) {
      var isDone = done.has(item.getAttribute("data-step"));
      tickOf(item).setAttribute("aria-label", fill(textAround(part, "data-text-step-done"), { number: index + 1 }));
      tickOf(item).checked = isDone;
      item.classList.toggle("is-done", isDone);
      count += isDone ? 1 : 0;
    });
    meter.max = items.length;
    meter.value = count;
    bar.querySelector(".steps-reset").hidden = count === 0;
    bar.querySelector(".steps-status").textContent = fill(textAround(part, "data-text-steps-done"), {
      done: count,
      total: items.length,
    });
  }

  // ---- Learning paths -----------------------------------------------------------------------------------------

  function paths() {
    all("[data-path-done]").forEach(function (button) {
      var path = textAround(button, "data-path");
      var step = textAround(button, "data-path-step");
      var key = siteKey("path", path);

      function show() {
        var isDone = recallSet(key).has(step);
        button.setAttribute("aria-pressed", String(isDone));
        button.closest("[data-path-step]").classList.toggle("is-done", isDone);
      }

      if (isNew(button)) {
        button.hidden = false;
        button.addEventListener("click", function () {
          var done = recallSet(key);
          if (!done.delete(step)) {
            done.add(step);
          }
          rememberSet(key, done);
          show();
          pathSummary();
        });
      }
      show();
    });
    pathSummary();
    all("[data-path-progress]").forEach(function (line) {
      var done = recallSet(siteKey("path", line.getAttribute("data-path-progress"))).size;
      var total = Number(line.getAttribute("data-total"));
      line.hidden = done === 0;
      line.textContent = fill(line.getAttribute("data-text"), { done: Math.min(done, total), total: total });
    });
    all("[data-path-trail]").forEach(function (trail) {
      var done = recallSet(siteKey("path", trail.getAttribute("data-path-trail"))).size;
      all("span", trail).forEach(function (stop, index) {
        stop.classList.toggle("is-done", index < done);
      });
    });
  }

  function pathSummary() {
    all("[data-path-summary]").forEach(function (summary) {
      var done = recallSet(siteKey("path", textAround(summary, "data-path")));
      var meter = summary.querySelector("progress");
      var steps = all("[data-path-step]", summary.parentElement);
      var count = steps.filter(function (step) {
        return done.has(step.getAttribute("data-path-step"));
      }).length;
      meter.max = steps.length;
      meter.value = count;
      meter.setAttribute("aria-hidden", "true");
      summary.querySelector("[role=status]").textContent = fill(textAround(summary, "data-text-steps-done"), {
        done: count,
        total: steps.length,
      });
      summary.hidden = false;
    });
  }

  // ---- Audience filter ----------------------------------------------------------------------------------------

  function filters() {
    all("[data-audience-filter]").forEach(function (filter) {
      var status = filter.querySelector("[role=status]");

      function apply(wanted) {
        var shown = 0;
        var entries = all("[data-audience]");
        var jumps = all(".jump a");
        entries.forEach(function (entry) {
          var audiences = entry.getAttribute("data-audience").split(" ").filter(Boolean);
          // What names no audience is for everyone.
          var fits = !wanted || !audiences.length || audiences.indexOf(wanted) >= 0;
          entry.hidden = !fits;
          shown += fits ? 1 : 0;
        });
        all(".parts-group").forEach(function (group) {
          group.hidden = !group.querySelector("[data-audience]:not([hidden])");
        });
        jumps.forEach(function (jump) {
          var heading = jump.pathname === window.location.pathname && anchored(jump.hash);
          jump.parentElement.hidden = Boolean(heading && heading.closest("[hidden]"));
          // How many of a group on other pages fit is not known here.
          all(".count", jump).forEach(function (count) {
            count.hidden = Boolean(wanted);
          });
        });
        jumps.concat(all(".pagination a")).forEach(function (link) {
          link.search = search(wanted);
        });
        status.textContent = wanted ? fill(filter.getAttribute("data-text"), { shown: shown, total: entries.length }) : "";
      }

      function fromAddress() {
        var name = new URLSearchParams(window.location.search).get("audience");
        var audiences = all("input", filter);
        var chosen = audiences.find(function (choice) {
          return name && audienceName(choice.value) === name;
        });
        (chosen || audiences[0]).checked = true;
        apply(chosen ? chosen.value : "");
      }

      fromAddress();
      if (!isNew(filter)) {
        return;
      }
      filter.hidden = false;
      filter.addEventListener("change", function (event) {
        apply(event.target.value);
        try {
          window.history.replaceState(null, "", window.location.pathname + search(event.target.value) + window.location.hash);
        } catch (error) {
          // Some browsers keep the address of a file as it is: the choice lasts as long as the page does.
        }
      });
      window.addEventListener("popstate", fromAddress);
    });
  }

  // `frontline` for `audiences/frontline.html` and `audiences/frontline/`.
  function audienceName(url) {
    return decodeURIComponent(url.replace(/(\/|\.html)$/, "").split("/").pop());
  }

  function search(audience) {
    return audience ? "?audience=" + encodeURIComponent(audienceName(audience)) : "";
  }

  function anchored(hash) {
    return hash && document.getElementById(decodeURIComponent(hash.slice(1)));
  }

  // ---- The current heading in the contents --------------------------------------------------------------------

  var observer = null;

  function contents() {
    var list = document.querySelector("[data-contents]");
    if (observer) {
      observer.disconnect();
    }
    if (!list || !("IntersectionObserver" in window)) {
      return;
    }
    var links = new Map();
    all("a", list).forEach(function (link) {
      var heading = document.getElementById(link.getAttribute("href").slice(1));
      if (heading) {
        links.set(heading, link);
      }
    });
    var headings = Array.from(links.keys());
    observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -70% 0px" });

    function mark() {
      var current = null;
      headings.forEach(function (heading) {
        if (heading.getBoundingClientRect().top < window.innerHeight * 0.3) {
          current = heading;
        }
      });
      links.forEach(function (link, heading) {
        if (heading === current) {
          link.setAttribute("aria-current", "true");
        } else {
          link.removeAttribute("aria-current");
        }
      });
    }

    headings.forEach(function (heading) {
      observer.observe(heading);
    });
  }

  // ---- Printing -----------------------------------------------------------------------------------------------

  function printing() {
    all("[data-print]").filter(isNew).forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        window.print();
      });
    });
  }

  function start() {
    [colours, notices, ticks, paths, filters, contents, printing].forEach(function (part) {
      part();
    });
  }

  start();
  // The preview has changed the page in place; without this answer it would load the page again.
  document.addEventListener("steward:changed", function (event) {
    event.preventDefault();
    start();
  });
})();
