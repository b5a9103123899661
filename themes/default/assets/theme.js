// Runs before the first paint: the colours a reader chose earlier, and a mark that scripts run.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("has-script");
  try {
    var choice = window.localStorage.getItem("steward:theme");
    if (choice === "light" || choice === "dark") {
      root.setAttribute("data-theme", choice);
    }
  } catch (error) {
    // Storage is blocked: the device's colours stay.
  }
})();
