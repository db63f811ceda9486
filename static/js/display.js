/* A person's display settings, kept in this browser: 大字版 and 高对比.

   Loaded in the head without defer: it must run before the first paint.

   data-display="size=large"      a button that switches 大字版
   data-display="contrast=high"   a button that switches 高对比 */
(function () {
  "use strict";

  var root = document.documentElement;
  var KINDS = ["size", "contrast"];

  function stored(kind) {
    try {
      return window.localStorage.getItem(kind);
    } catch (error) {
      return null; /* Storage is switched off: a choice is valid for its page only. */
    }
  }

  function keep(kind, value) {
    try {
      window.localStorage.setItem(kind, value);
    } catch (error) {
      /* as above */
    }
  }

  function apply(kind, value) {
    if (value && value !== "normal") {
      root.setAttribute("data-" + kind, value);
    } else {
      root.removeAttribute("data-" + kind);
    }
  }

  function choice(button) {
    var parts = button.getAttribute("data-display").split("=");
    return { kind: parts[0], value: parts[1] };
  }

  function label() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-display]"), function (button) {
      var wanted = choice(button);
      var on = root.getAttribute("data-" + wanted.kind) === wanted.value;
      button.setAttribute("aria-pressed", String(on));
    });
  }

  KINDS.forEach(function (kind) {
    apply(kind, stored(kind));
  });

  document.addEventListener("DOMContentLoaded", label);

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-display]");
    if (!button) {
      return;
    }
    var wanted = choice(button);
    var on = root.getAttribute("data-" + wanted.kind) === wanted.value;
    apply(wanted.kind, on ? "normal" : wanted.value);
    keep(wanted.kind, on ? "normal" : wanted.value);
    label();
  });
})();
