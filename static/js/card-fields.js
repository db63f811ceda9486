/* Reads and restores a form's fields by name: window.cardFields. */
(function () {
  "use strict";

  function each(scope, selector, act) {
    Array.prototype.forEach.call(scope.querySelectorAll(selector), act);
  }

  function valuesOf(form) {
    var kept = {};
    each(form, "textarea, select, input", function (field) {
      if (field.type === "radio" || field.type === "checkbox") {
        if (field.checked) {
          kept[field.name] = field.value;
        }
      } else if (field.type !== "hidden" && field.type !== "file") {
        kept[field.name] = field.value;
      }
    });
    return kept;
  }

  function giveBack(form, kept) {
    each(form, "textarea, select, input", function (field) {
      if (!(field.name in kept)) {
        return;
      }
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = field.value === kept[field.name];
      } else if (field.type !== "hidden" && field.type !== "file") {
        field.value = kept[field.name];
      }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  /* The focused field of a form and the position in its text; null without focus. */
  function placeIn(form) {
    var field = document.activeElement;
    if (!field || !field.name || !form.contains(field)) {
      return null;
    }
    return { name: field.name, start: field.selectionStart, end: field.selectionEnd };
  }

  /* Set the focus to that position in another form; without one the focus is set elsewhere. */
  function goOn(form, place, elsewhere) {
    var field = place && form.elements[place.name];
    if (!field || !field.focus) {
      elsewhere.focus();
      return;
    }
    field.focus();
    if (field.setSelectionRange && typeof place.start === "number") {
      field.setSelectionRange(place.start, place.end);
    }
  }

  window.cardFields = { valuesOf: valuesOf, giveBack: giveBack, placeIn: placeIn, goOn: goOn };
})();
