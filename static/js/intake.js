/* 文件导入 by keyboard: each key uses a link, a button or a form of the page.

   J, K            the next item, the previous one
   D               the next doubt
   1, 2, 3 …       the answers of the current doubt
   X T R Q S       with selected text: an item, a title, a body, a deadline, a split
   M               merge with the item below
   E               to the item's own text, to select in it with Shift and the arrows
   U               undo the last correction
   C               to 确认, or to what still prevents it
   Enter           in the fields of an answer: 确定

   Text is selected with the mouse, or by keyboard in the field that E leads to. */
(function () {
  "use strict";

  var VERBS = { x: "make", t: "title", r: "body", q: "deadline", s: "split" };
  var scrolled = {}; // of both panes, while the fragment is replaced
  var wanted = ""; // where the focus goes after it
  var chosen = false; // whether the page that comes shows another item or doubt

  function work() {
    return document.getElementById("intake-work");
  }

  /* --- what is selected ----------------------------------------------------------------------- */

  function lineOf(node) {
    var element = node && (node.nodeType === 1 ? node : node.parentElement);
    return element && element.closest("[data-line]");
  }

  function linesAbove(field, offset) {
    return field.value.slice(0, offset).split("\n").length - 1;
  }

  function selected() {
    var own = document.getElementById("intake-own");
    if (own && own.selectionEnd > own.selectionStart && document.activeElement === own) {
      var from = Number(own.getAttribute("data-first")) || 0;
      return {
        text: own.value.slice(own.selectionStart, own.selectionEnd),
        first: from && from + linesAbove(own, own.selectionStart),
        last: from && from + linesAbove(own, own.selectionEnd),
        item: "",
      };
    }
    var selection = window.getSelection();
    var start = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    var first = start && lineOf(start.startContainer);
    if (!first) {
      return null;
    }
    var last = lineOf(start.endContainer) || first;
    return {
      text: wordsOf(start, first, last),
      first: Number(first.getAttribute("data-line")),
      last: Number(last.getAttribute("data-line")),
      item: first.getAttribute("data-of"),
    };
  }

  /* The text of the lines only: the numbers beside them do not belong to the notice. */
  function wordsOf(range, first, last) {
    var words = [];
    for (var line = first; line; line = line.nextElementSibling) {
      var text = line.querySelector(".line-text");
      var part = document.createRange();
      part.selectNodeContents(text);
      if (line === first && text.contains(range.startContainer)) {
        part.setStart(range.startContainer, range.startOffset);
      }
      if (line === last && text.contains(range.endContainer)) {
        part.setEnd(range.endContainer, range.endOffset);
      }
      words.push(part.toString());
      if (line === last) {
        break;
      }
    }
    return words.join("\n");
  }

  /* --- acts ----------------------------------------------------------------------------------- */

  function press(id) {
    var target = document.getElementById(id);
    if (target && !target.disabled) {
      target.click();
    }
  }

  function send(values) {
    var form = document.getElementById("intake-keys");
    Object.keys(values).forEach(function (name) {
      // Not elements[name]: elements.item is a method of the collection.
      form.elements.namedItem(name).value = values[name];
    });
    form.requestSubmit();
  }

  function show(name, number, focus) {
    if (number && number !== "0") {
      wanted = focus || "item-" + number;
      var url = work().getAttribute("data-url") + "?" + name + "=" + number;
      window.htmx.ajax("GET", url, { target: "#intake-work", swap: "outerHTML" });
    }
  }

  function act(verb) {
    var words = selected();
    var item = work().getAttribute("data-item");
    if (!words) {
      // Without a selection the key leads to the field where text can be selected or typed.
      focusOn("intake-own");
      return;
    }
    var of = verb === "make" ? item : words.item && words.item !== "0" ? words.item : item;
    send({ do: verb, item: of, text: words.text, first: words.first, last: words.last, by: "" });
  }

  function answer(number) {
    var choice = document.querySelector('#doubt [data-choice="' + number + '"]');
    if (!choice) {
      return;
    }
    if (choice.tagName !== "DETAILS") {
      choice.click();
      return;
    }
    choice.open = true;
    choice.querySelector("select, input").focus();
  }

  function focusOn(id) {
    var target = document.getElementById(id);
    if (target) {
      target.focus();
    }
  }

  /* In a form with many buttons Enter would use the first one: here it uses 确定. */
  document.addEventListener("keydown", function (event) {
    var more = event.target.closest(".intake-more-fields");
    if (more && event.key === "Enter" && event.target.tagName !== "BUTTON" && !event.isComposing) {
      event.preventDefault();
      more.querySelector("button").click();
    }
  });

  document.addEventListener("keydown", function (event) {
    var page = work();
    var field = event.target.closest("input, select, textarea");
    var typing = field && field.id !== "intake-own";
    if (!page || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    var key = event.key.toLowerCase();
    var done = true;
    if (VERBS[key]) {
      act(VERBS[key]);
    } else if (key === "j") {
      show("item", page.getAttribute("data-after"));
    } else if (key === "k") {
      show("item", page.getAttribute("data-before"));
    } else if (key === "d") {
      show("doubt", page.getAttribute("data-doubt"), "doubt");
    } else if (key === "m") {
      press("do-merge0");
    } else if (key === "e") {
      focusOn("intake-own");
    } else if (key === "u") {
      press("undo");
    } else if (key === "c") {
      press("to-confirm");
      focusOn("intake-missing");
    } else if (key >= "1" && key <= "9") {
      answer(key);
    } else {
      done = false;
    }
    if (done) {
      event.preventDefault();
    }
  });

  /* --- keeping focus and position ------------------------------------------------------------- */

  /* Two queries: one selector for both would find the item first, which is above its doubt. */
  function asked() {
    return document.getElementById("doubt") || document.querySelector("#reading .is-current > a");
  }

  function inView(pane, element) {
    if (!pane || !element) {
      return;
    }
    var box = pane.getBoundingClientRect();
    var own = element.getBoundingClientRect();
    var keys = document.querySelector(".intake-keys"); // covers the end of the panes
    var bottom = keys ? Math.min(box.bottom, keys.getBoundingClientRect().top) : box.bottom;
    if (own.top < box.top || own.bottom > bottom) {
      pane.scrollTop += own.top - box.top - pane.clientHeight / 4;
    }
  }

  /* On a small screen the panes do not scroll separately, the page does. */
  function onScreen(element) {
    var box = element && element.getBoundingClientRect();
    if (box && (box.top < 0 || box.bottom > window.innerHeight)) {
      element.scrollIntoView({ block: box.height > window.innerHeight ? "start" : "center" });
    }
  }

  /* Chromium shows no caret in a readonly field, so this field is writable, but keeps its text. */
  function openOwn() {
    var own = document.getElementById("intake-own");
    if (own) {
      own.readOnly = false;
      own.setAttribute("aria-readonly", "true");
      own.addEventListener("beforeinput", function (event) {
        event.preventDefault();
      });
      own.addEventListener("input", function () {
        own.value = own.defaultValue; // undo the text of an input method
      });
    }
  }

  function settle() {
    openOwn();
    var source = document.getElementById("source");
    var reading = document.getElementById("reading");
    inView(source, source && source.querySelector(".is-current"));
    inView(reading, asked());
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    chosen = event.detail.requestConfig.verb === "get";
  });

  document.addEventListener("htmx:beforeSwap", function () {
    ["source", "reading"].forEach(function (id) {
      var pane = document.getElementById(id);
      scrolled[id] = pane ? pane.scrollTop : 0;
    });
    var active = document.activeElement;
    if (!wanted && active && active.id && work() && work().contains(active)) {
      wanted = active.id;
    }
  });

  document.addEventListener("htmx:afterSettle", function () {
    if (!work()) {
      return;
    }
    Object.keys(scrolled).forEach(function (id) {
      document.getElementById(id).scrollTop = scrolled[id];
    });
    settle();
    var refusal = document.getElementById("intake-refusal");
    var target =
      refusal ||
      document.getElementById(wanted) ||
      document.getElementById("item-" + work().getAttribute("data-item")) ||
      document.getElementById("to-confirm") ||
      document.getElementById("next-doubt");
    if (target && document.activeElement !== target) {
      target.focus({ preventScroll: target !== refusal });
    }
    if (chosen) {
      onScreen(asked());
    }
    wanted = "";
    chosen = false;
  });

  settle();
})();
