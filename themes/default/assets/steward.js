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

  // What the element or the nearest one around it says.
  function textAround(element, name) {
    var holder = element.closest("[" + name + "]");
    return holder ? holder.getAttribute(name) : "";
  }

  // ---- Colours ------------------------------------------------------------------------------------------------

  function colours() {
    var choices = ["auto", "light", "dark"];
    var buttons = all("[data-theme-switch]");

    function show(choice) {
      if (choice === "auto") {
        root.removeAttribute("data-theme");
      } else {
        root.setAttribute("data-theme", choice);
      }
      root.setAttribute("data-theme-choice", choice);
      buttons.forEach(function (button) {
        var label = document.body.getAttribute("data-text-theme-" + choice) || choice;
        button.setAttribute("aria-label", label);
        button.title = label;
      });
    }

    var stored = recall("steward:theme");
    var current = choices.indexOf(stored) > 0 ? stored : "auto";
    show(current);
    buttons.forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        current = choices[(choices.indexOf(current) + 1) % choices.length];
        remember("steward:theme", current === "auto" ? null : current);
        show(current);
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
      if (button) {
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
    if (!items.length) {
      return;
    }
    var key = siteKey("steps", part.closest("[data-steps-of]") ? textAround(part, "data-steps-of") : pageUrl);
    var bar = make("div", "steps-bar");
    var meter = make("progress");
    var status = make("span", "steps-status");
    var reset = make("button", "button button-quiet steps-reset", textAround(part, "data-text-steps-reset"));
    meter.max = items.length;
    meter.setAttribute("aria-hidden", "true");
    // The part may speak another language than the interface.
    bar.lang = root.lang;
    status.setAttribute("role", "status");
    reset.type = "button";
    bar.append(meter, status, reset);
    part.append(bar);

    var boxes = items.map(function (item, index) {
      var label = make("label", "tick");
      var box = make("input");
      box.type = "checkbox";
      box.setAttribute("aria-label", fill(textAround(part, "data-text-step-done"), { number: index + 1 }));
      label.lang = root.lang;
      label.append(box);
      wordsAsLabel(item, box);
      item.prepend(label);
      item.classList.add("has-tick");
      box.addEventListener("change", function () {
        var done = recallSet(key);
        if (box.checked) {
          done.add(item.getAttribute("data-step"));
        } else {
          done.delete(item.getAttribute("data-step"));
        }
        rememberSet(key, done);
        show();
      });
      return box;
    });

    function show() {
      var done = recallSet(key);
      var count = 0;
      items.forEach(function (item, index) {
        var isDone = done.has(item.getAttribute("data-step"));
        boxes[index].checked = isDone;
        item.classList.toggle("is-done", isDone);
        count += isDone ? 1 : 0;
      });
      meter.value = count;
      reset.hidden = count === 0;
      status.textContent = fill(textAround(part, "data-text-steps-done"), { done: count, total: items.length });
    }

    reset.addEventListener("click", function () {
      var done = recallSet(key);
      items.forEach(function (item) {
        done.delete(item.getAttribute("data-step"));
      });
      rememberSet(key, done);
      show();
      boxes[0].focus();
    });
    show();
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
      var choices = all("input", filter);
      var entries = all("[data-audience]");
      var groups = all(".parts-group");
      var jumps = all(".jump a");
      var pages = all(".pagination a");
      var status = filter.querySelector("[role=status]");

      function apply(wanted) {
        var shown = 0;
        entries.forEach(function (entry) {
          var audiences = entry.getAttribute("data-audience").split(" ").filter(Boolean);
          // What names no audience is for everyone.
          var fits = !wanted || !audiences.length || audiences.indexOf(wanted) >= 0;
          entry.hidden = !fits;
          shown += fits ? 1 : 0;
        });
        groups.forEach(function (group) {
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
        jumps.concat(pages).forEach(function (link) {
          link.search = search(wanted);
        });
        status.textContent = wanted ? fill(filter.getAttribute("data-text"), { shown: shown, total: entries.length }) : "";
      }

      function fromAddress() {
        var name = new URLSearchParams(window.location.search).get("audience");
        var chosen = choices.find(function (choice) {
          return name && audienceName(choice.value) === name;
        });
        (chosen || choices[0]).checked = true;
        apply(chosen ? chosen.value : "");
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
      fromAddress();
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

  function contents() {
    var list = document.querySelector("[data-contents]");
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
    var observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -70% 0px" });

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
    all("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        window.print();
      });
    });
  }

  [colours, notices, ticks, paths, filters, contents, printing].forEach(function (start) {
    start();
  });
})();
