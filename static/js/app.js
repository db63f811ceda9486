/* Additions to pages that also work without scripts. One listener per kind of event, on the document,
   so that fragments inserted later need none.

   data-print                a button that prints the page
   data-limit                a field for so many characters (lib/forms.py):
                             shows how many were typed, and by how many it is too long;
                             nothing is cut off: the server refuses a longer text
   data-send-by-key          a form: Ctrl+Enter in one of its fields presses its button
   data-guard                a form: leaving the page with unsaved text asks first
   data-shown-when="n=a,b"   a block shown only while field n of the same form is a or b;
                             n|m=a: while field n or field m is; n<3: while its number is
                             lower; n!=a: while it is not a; r;r: while one of several rules
                             is true
   data-required-when="n=a"  a field that is required, and marked so, only while that is true.
                             A field that a choice or a fold shows after a click or touch
                             gets the focus.
   data-tick="a,b"           a button that ticks the boxes of its form with these values
   data-ticked="n"           shows how many boxes named n of the same form are ticked, if any
   data-fill="id=v;id2=v2"   a button that fills in fields
   data-copy-from, -to       a button that adds one element's text to a field (ids)
   data-copy-empty           the same: shown only while the field is empty
   data-fold-on-phone        an open details element that a narrow screen closes at first
   data-paged="name-"        a page of many cards; a card with such an id and a number on another page
                             is fetched from data-address by ?at=number */
(function () {
  "use strict";

  var root = document.documentElement;
  root.classList.add("has-js");

  /* --- helpers ----------------------------------------------------------------------------- */

  function each(scope, selector, act) {
    Array.prototype.forEach.call(scope.querySelectorAll(selector), act);
    if (scope.matches && scope.matches(selector)) {
      act(scope);
    }
  }

  function closest(target, selector) {
    return target && target.closest ? target.closest(selector) : null;
  }

  /* --- clicks ------------------------------------------------------------------------------- */

  document.addEventListener("click", function (event) {
    if (closest(event.target, "[data-print]")) {
      window.print();
    }
    var filler = closest(event.target, "[data-fill]");
    if (filler) {
      filler
        .getAttribute("data-fill")
        .split(";")
        .forEach(function (pair) {
          var cut = pair.indexOf("=");
          var field = document.getElementById(pair.slice(0, cut));
          if (field) {
            field.value = pair.slice(cut + 1);
            field.focus();
          }
        });
    }
    var ticker = closest(event.target, "[data-tick]");
    if (ticker) {
      tick(ticker);
    }
    var copier = closest(event.target, "[data-copy-to]");
    if (copier) {
      var from = document.getElementById(copier.getAttribute("data-copy-from"));
      var into = document.getElementById(copier.getAttribute("data-copy-to"));
      into.value += (into.value ? "\n" : "") + from.textContent;
      into.dispatchEvent(new Event("input", { bubbles: true }));
      into.focus();
    }
    each(document, "details.person[open]", function (menu) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  });

  document.addEventListener("input", function (event) {
    each(document, "[data-copy-empty]", function (copier) {
      if (copier.getAttribute("data-copy-to") === event.target.id) {
        copier.hidden = event.target.value.trim() !== "";
      }
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      each(document, "details.person[open]", function (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
    var sent = (event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form;
    if (sent && sent.matches("[data-send-by-key]")) {
      event.preventDefault();
      sent.querySelector("[type=submit]").click();
    }
  });

  /* --- folds: opened by a link into them, and for printing ----------------------------------- */

  function openTarget() {
    var place = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    var fold = closest(place, "details");
    if (!fold || !closest(place, ".fold")) {
      return;
    }
    while (fold) {
      fold.open = true;
      fold = closest(fold.parentNode, "details");
    }
    place.scrollIntoView();
  }

  /* A card on another page of the list (data-paged) is fetched by its number. */
  function turnPage() {
    var paged = document.querySelector("[data-paged]");
    var name = window.location.hash.slice(1);
    var start = paged && paged.getAttribute("data-paged");
    var number = start && name.indexOf(start) === 0 ? Number(name.slice(start.length)) : 0;
    if (!number || document.getElementById(name)) {
      return;
    }
    var query = new URLSearchParams(window.location.search);
    if (query.get("at") !== String(number)) {
      query.delete("page");
      query.set("at", number);
      window.location.replace(paged.getAttribute("data-address") + "?" + query + "#" + name);
    }
  }

  window.addEventListener("hashchange", turnPage);
  window.addEventListener("load", turnPage);
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("load", openTarget); // only now does htmx notice that a fold opens

  /* On a phone a long page first shows what is still to be done. */
  function foldOnPhone() {
    if (window.matchMedia("(max-width: 767.98px)").matches) {
      each(document, "[data-fold-on-phone]", function (fold) {
        fold.open = false;
      });
    }
  }

  /* The text kept when a form was left (left-words.js) is restored by now, or of another page. */
  function forgetLeftWords() {
    try {
      window.sessionStorage.removeItem("left-words");
    } catch (error) {
      /* no storage: nothing was kept */
    }
  }

  window.addEventListener("beforeprint", function () {
    var shut = [".fold > details", ".to-do-fold", ".light-older", "[data-fold-on-phone]"]
      .map(function (fold) {
        return fold + ":not([open])";
      })
      .join();
    each(document, shut, function (fold) {
      if (fold.querySelector("[data-unloaded]")) {
        return; // its content would come too late for the paper: 展开全部 prints it
      }
      fold.open = true;
      fold.setAttribute("data-was-shut", "");
    });
  });

  window.addEventListener("afterprint", function () {
    each(document, "details[data-was-shut]", function (fold) {
      fold.open = false;
      fold.removeAttribute("data-was-shut");
    });
  });

  /* --- counting ----------------------------------------------------------------------------- */

  /* A field of one line shows the count only if it is too long. */
  function count(field) {
    var limit = Number(field.getAttribute("data-limit"));
    var length = Array.from(field.value).length;
    var line = field.nextElementSibling;
    var there = line && line.classList.contains("field-count");
    if (!there && field.tagName === "INPUT" && length <= limit) {
      return;
    }
    if (!there) {
      line = document.createElement("p");
      line.className = "field-count";
      field.parentNode.insertBefore(line, field.nextSibling);
    }
    var over = length - limit;
    var near = length > limit * 0.9;
    line.textContent = length + " / " + limit + " 字" + (over > 0 ? "，超出" + over + "字，请删减" : "");
    line.classList.toggle("is-near", near);
    line.classList.toggle("is-over", over > 0);
    line.setAttribute("aria-live", near ? "polite" : "off");
  }

  /* --- ticking several ---------------------------------------------------------------------- */

  function countTicked(place) {
    var name = place.getAttribute("data-ticked");
    var number = closest(place, "form").querySelectorAll('input[name="' + name + '"]:checked').length;
    place.textContent = number ? "（已选" + number + "项）" : "";
  }

  /* Open the folds around ticked boxes, so that they are visible. */
  function tick(button) {
    var wanted = button.getAttribute("data-tick").split(",");
    each(button.form, "input[type=checkbox]", function (box) {
      if (wanted.indexOf(box.value) !== -1 && !box.checked) {
        box.checked = true;
        box.dispatchEvent(new Event("change", { bubbles: true }));
        var folded = closest(box, "details");
        if (folded) {
          folded.open = true;
        }
      }
    });
  }

  /* --- fields that depend on another -------------------------------------------------------- */

  function valuesOf(form, name) {
    var values = [];
    Array.prototype.forEach.call(form.elements, function (field) {
      var choice = field.type === "radio" || field.type === "checkbox";
      if (field.name === name && (!choice || field.checked)) {
        values.push(field.value);
      }
    });
    return values;
  }

  function holds(form, rule) {
    if (rule.indexOf("!=") !== -1) {
      return !holds(form, rule.replace("!=", "="));
    }
    var below = rule.indexOf("<") !== -1;
    var sides = rule.split(below ? "<" : "=");
    var wanted = below ? Number(sides[1]) : sides[1].split(",");
    return sides[0].split("|").some(function (name) {
      return valuesOf(form, name).some(function (value) {
        return below ? value !== "" && Number(value) < wanted : wanted.indexOf(value) !== -1;
      });
    });
  }

  function holdsOne(form, rules) {
    return rules.split(";").some(function (rule) {
      return holds(form, rule);
    });
  }

  function requireWhen(field) {
    field.required = holdsOne(field.form, field.getAttribute("data-required-when"));
    field.labels[0].querySelector(".required").hidden = !field.required;
  }

  /* A hidden field keeps its text, but is not required. */
  function showWhen(block) {
    var form = closest(block, "form");
    if (!form) {
      return;
    }
    var shown = holdsOne(form, block.getAttribute("data-shown-when"));
    block.hidden = !shown;
    each(block, "[required], [data-was-required]", function (field) {
      field.required = shown;
      field.setAttribute("data-was-required", "");
    });
  }

  /* The empty text fields that are shown and required now. */
  function askedIn(place) {
    return Array.prototype.filter.call(place.querySelectorAll("input, textarea"), function (field) {
      var asks = field.required || !field.hasAttribute("data-required-when");
      return /^(text|date|email)/.test(field.type) && field.offsetParent && asks && !field.value;
    });
  }

  /* After a click or touch the opened field gets the focus. With the keyboard a person may go on
     choosing: the focus stays. */
  var points = false;

  function pointing(event) {
    points = event.type === "pointerdown";
  }

  document.addEventListener("pointerdown", pointing, true);
  document.addEventListener("keydown", pointing, true);

  function goOnIn(place, before) {
    window.setTimeout(function () {
      var opened = askedIn(place).filter(function (field) {
        return before.indexOf(field) === -1;
      });
      if (points && opened.length) {
        opened[0].focus();
        /* focus() ignores scroll-margin, and a word typed at once would stop a smooth scroll. */
        opened[0].scrollIntoView({ block: "nearest", behavior: "instant" });
      }
    }, 0);
  }

  /* Before the dependent fields are updated. */
  document.addEventListener(
    "input",
    function (event) {
      if (event.target.form && /^(radio|checkbox|select-one)$/.test(event.target.type)) {
        goOnIn(event.target.form, askedIn(event.target.form));
      }
    },
    true,
  );

  document.addEventListener("click", function (event) {
    var summary = closest(event.target, "summary");
    var fold = summary && summary.parentNode;
    if (fold && !fold.open && fold.querySelector("form[method=post]")) {
      goOnIn(fold, []);
    }
  });

  /* --- unsaved text ------------------------------------------------------------------------- */

  var unsaved = [];

  function saved(form) {
    unsaved = unsaved.filter(function (other) {
      return other !== form && document.contains(other);
    });
  }

  window.addEventListener("beforeunload", function (event) {
    unsaved = unsaved.filter(function (form) {
      return document.contains(form);
    });
    if (unsaved.length) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  document.addEventListener("submit", function (event) {
    if (!event.defaultPrevented) {
      saved(event.target);
    }
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    var form = closest(event.target, "form");
    if (form && event.detail && event.detail.successful) {
      saved(form);
    }
  });

  function changed(event) {
    var form = closest(event.target, "form");
    if (!form) {
      return;
    }
    if (form.hasAttribute("data-guard") && unsaved.indexOf(form) === -1) {
      unsaved.push(form);
    }
    each(form, "[data-shown-when]", showWhen);
    each(form, "[data-required-when]", requireWhen);
    each(form, "[data-ticked]", countTicked);
    if (event.target.matches("[data-limit]")) {
      count(event.target);
    }
  }

  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("reset", function (event) {
    window.setTimeout(function () {
      saved(event.target);
      prepare(event.target);
    }, 0);
  });

  /* --- at the start, and for every fragment inserted later ---------------------------------- */

  function prepare(scope) {
    each(scope, "[data-limit]", count);
    each(scope, "[data-shown-when]", showWhen);
    each(scope, "[data-required-when]", requireWhen);
    each(scope, "[data-ticked]", countTicked);
  }

  /* The address has a target in the page: show the step's message there, where it is visible. */
  function showBesideTarget() {
    var said = document.querySelector(".messages");
    var target = window.location.hash && document.getElementById(window.location.hash.slice(1));
    if (said && target) {
      var head = closest(target, ".block-head"); /* the target may be the heading of a part */
      var place = head ? head.parentNode : target;
      place.insertBefore(said, head || target.firstChild);
      place.scrollIntoView();
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    prepare(document);
    foldOnPhone();
    forgetLeftWords();
    showBesideTarget();
  });

  /* After a refusal the focus is on the summary; in a form of one field on that field. Only now:
     the browser has gone to the target of the address. */
  window.addEventListener("load", function () {
    var summary =
      document.querySelector("[aria-invalid][autofocus]") ||
      document.querySelector(".form-errors, .filing-alert [role=alert]");
    if (summary) {
      summary.focus();
    }
  });

  document.addEventListener("htmx:load", function (event) {
    prepare(event.target);
  });
})();
