/* What scripts add to pages that work without them. One listener per kind of event, on the document,
   so that fragments put in later need nothing.

   Loaded in the head without defer: 大字版 must hold before the first paint.

   data-size-toggle          a button that switches 大字版
   data-print                a button that prints the page
   data-confirm="问句"        a button or link that asks first (data-confirm-yes: the word on the button)
   data-count                a textarea with maxlength: shows how much has been typed
   data-guard                a form: leaving the page with unsaved text asks first
   data-shown-when="n=a,b"   a block seen only while field n of the same form is a or b
   data-crosshair            a table: the row and column under the pointer or focus are marked
   data-fill="id=v;id2=v2"   a button that fills in fields
   data-search               with [type=search]: what / puts the cursor into */
(function () {
  "use strict";

  var root = document.documentElement;
  root.classList.add("has-js");

  /* --- 大字版 ----------------------------------------------------------------------------- */

  function storedSize() {
    try {
      return window.localStorage.getItem("size");
    } catch (error) {
      return null;
    }
  }

  function applySize(size) {
    if (size === "large") {
      root.setAttribute("data-size", "large");
    } else {
      root.removeAttribute("data-size");
    }
  }

  function labelSizeToggles() {
    var large = root.getAttribute("data-size") === "large";
    each(document, "[data-size-toggle]", function (button) {
      button.setAttribute("aria-pressed", String(large));
    });
  }

  function toggleSize() {
    var size = root.getAttribute("data-size") === "large" ? "normal" : "large";
    applySize(size);
    labelSizeToggles();
    try {
      window.localStorage.setItem("size", size);
    } catch (error) {
      /* Storage is switched off: the choice holds for this page. */
    }
  }

  applySize(storedSize());

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

  /* --- asking first ------------------------------------------------------------------------ */

  var agreed = null; /* the control whose question was just answered with yes */
  var questions = 0;

  function element(name, className, text) {
    var made = document.createElement(name);
    made.className = className;
    made.textContent = text || "";
    return made;
  }

  function ask(control) {
    var dialog = element("dialog", "dialog");
    var words = element("p", "dialog-words", control.getAttribute("data-confirm"));
    var row = element("div", "button-row dialog-actions");
    var no = element("button", "btn", "取消");
    var danger = control.classList.contains("btn-danger");
    var label = control.getAttribute("data-confirm-yes") || control.textContent.trim() || "确定";
    var yes = element("button", danger ? "btn btn-danger" : "btn btn-primary", label);
    questions += 1;
    words.id = "question-" + questions;
    dialog.setAttribute("aria-labelledby", words.id);
    no.type = yes.type = "button";
    row.appendChild(no);
    row.appendChild(yes);
    dialog.appendChild(words);
    dialog.appendChild(row);
    no.addEventListener("click", function () {
      dialog.close();
    });
    yes.addEventListener("click", function () {
      dialog.close();
      go(control);
    });
    dialog.addEventListener("close", function () {
      dialog.parentNode.removeChild(dialog);
      control.focus();
    });
    document.body.appendChild(dialog);
    dialog.showModal();
  }

  function go(control) {
    agreed = control;
    control.click();
    agreed = null;
  }

  document.addEventListener(
    "click",
    function (event) {
      var control = closest(event.target, "[data-confirm]");
      if (!control || control === agreed) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      if (control.form && !control.formNoValidate && !control.form.reportValidity()) {
        return;
      }
      if (typeof window.HTMLDialogElement === "function") {
        ask(control);
      } else if (window.confirm(control.getAttribute("data-confirm"))) {
        go(control);
      }
    },
    true,
  );

  /* --- clicks ------------------------------------------------------------------------------- */

  document.addEventListener("click", function (event) {
    if (closest(event.target, "[data-print]")) {
      window.print();
    }
    if (closest(event.target, "[data-size-toggle]")) {
      toggleSize();
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
    each(document, "details.person[open]", function (menu) {
      if (!menu.contains(event.target)) {
        menu.open = false;
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
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      return;
    }
    if (closest(event.target, "input, select, textarea, dialog, [contenteditable]")) {
      return;
    }
    var search = document.querySelector("[data-search], input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  /* --- counting ----------------------------------------------------------------------------- */

  function count(area) {
    var limit = Number(area.getAttribute("maxlength"));
    if (!limit) {
      return;
    }
    var line = area.nextElementSibling;
    if (!line || !line.classList.contains("field-count")) {
      line = element("p", "field-count");
      area.parentNode.insertBefore(line, area.nextSibling);
    }
    var near = area.value.length > limit * 0.9;
    line.textContent = area.value.length + " / " + limit + " 字";
    line.classList.toggle("is-near", near);
    line.setAttribute("aria-live", near ? "polite" : "off");
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

  /* What is hidden keeps its text, but is not required meanwhile. */
  function showWhen(block) {
    var rule = block.getAttribute("data-shown-when").split("=");
    var form = closest(block, "form");
    if (!form || rule.length !== 2) {
      return;
    }
    var wanted = rule[1].split(",");
    var shown = valuesOf(form, rule[0]).some(function (value) {
      return wanted.indexOf(value) !== -1;
    });
    block.hidden = !shown;
    each(block, "[required], [data-was-required]", function (field) {
      field.required = shown;
      field.setAttribute("data-was-required", "");
    });
  }

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
    if (event.target.matches("textarea[data-count]")) {
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

  /* --- row and column ----------------------------------------------------------------------- */

  function cross(event) {
    var table = closest(event.target, "table[data-crosshair]");
    if (!table) {
      return;
    }
    uncross(table);
    var cell = closest(event.target, "td, th");
    var row = cell && cell.parentNode;
    if (!row || !closest(row, "tbody") || event.type === "mouseout" || event.type === "focusout") {
      return;
    }
    row.classList.add("is-cross");
    if (cell.cellIndex === 0) {
      return;
    }
    Array.prototype.forEach.call(table.rows, function (other) {
      if (other.cells.length === row.cells.length) {
        other.cells[cell.cellIndex].classList.add("is-cross");
      }
    });
  }

  function uncross(table) {
    each(table, ".is-cross", function (marked) {
      marked.classList.remove("is-cross");
    });
  }

  ["mouseover", "mouseout", "focusin", "focusout"].forEach(function (type) {
    document.addEventListener(type, cross);
  });

  /* --- at the start, and for every fragment put in later ------------------------------------ */

  function prepare(scope) {
    each(scope, "textarea[data-count]", count);
    each(scope, "[data-shown-when]", showWhen);
  }

  document.addEventListener("DOMContentLoaded", function () {
    labelSizeToggles();
    prepare(document);
    /* After a refusal the summary is read first. */
    var summary = document.querySelector(".form-errors");
    if (summary) {
      summary.focus();
    }
  });

  document.addEventListener("htmx:load", function (event) {
    prepare(event.target);
  });
})();
