/* Checkboxes whose order matters, in a list of responsible and a list of supporting agencies: the
   hidden field beside them keeps the order of ticking, a line shows it, and the numbers of the effects
   are updated. An agency is in one of the lists only. Without this script the order is that of the
   list. Works in data-chosen. */
(function () {
  "use strict";

  function each(scope, selector, act) {
    Array.prototype.forEach.call(scope.querySelectorAll(selector), act);
  }

  function labelOf(box) {
    return box.parentNode.textContent.trim();
  }

  function supports(box) {
    return Number(box.name === "supporting");
  }

  function follow(place) {
    var kept = place.querySelector("input[type=hidden]");
    var words = place.querySelector("[data-chosen-words]");
    var isRest = place.getAttribute("data-chosen") === "rest";
    var order = kept.value.split(",").filter(Boolean);

    function placeOf(box) {
      return order.indexOf(box.value);
    }

    function tell() {
      var chosen = Array.prototype.slice.call(place.querySelectorAll("input:checked"));
      chosen.forEach(function (box) {
        if (placeOf(box) < 0) {
          order.push(box.value);
        }
      });
      chosen.sort(function (one, other) {
        return supports(one) - supports(other) || placeOf(one) - placeOf(other);
      });
      order = chosen.map(function (box) {
        return box.value;
      });
      var hasLead = !isRest && chosen.length > 0 && !supports(chosen[0]);
      each(place, "input[type=checkbox]", function (box) {
        box.parentNode.classList.toggle("is-first", hasLead && box === chosen[0]);
      });
      var names = chosen.map(function (box) {
        return labelOf(box) + (supports(box) ? "（配合）" : "");
      });
      kept.value = order.join(",");
      words.textContent = names.length
        ? "已选" + names.length + "家，按原文先后：" + (hasLead ? "●" : "") + names.join("、")
        : "";
      each(document, "[data-made]", function (number) {
        number.textContent = names.length;
      });
      each(document, "[data-owed]", function (number) {
        number.textContent = Number(number.getAttribute("data-owed")) + names.length;
      });
    }

    place.addEventListener("change", function (event) {
      each(place, "input:checked", function (box) {
        if (box !== event.target && box.value === event.target.value) {
          box.checked = false;
        }
      });
      tell();
    });
    tell();
  }

  each(document, "[data-chosen]", follow);
})();
