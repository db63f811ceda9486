/* Boxes whose order counts: the hidden field beside them keeps the order in which they were ticked,
   a line says it, and the numbers of what follows move with them. Without it the order is that of
   the list. Works on fieldsets in data-chosen. */
(function () {
  "use strict";

  function each(scope, selector, act) {
    Array.prototype.forEach.call(scope.querySelectorAll(selector), act);
  }

  function labelOf(box) {
    return box.parentNode.textContent.trim();
  }

  function follow(place) {
    var kept = place.querySelector("input[type=hidden]");
    var words = place.querySelector("[data-chosen-words]");
    var order = kept.value.split(",").filter(Boolean);

    function tell() {
      var names = [];
      each(place, "input[type=checkbox]", function (box) {
        var at = order.indexOf(box.value);
        if (box.checked && at < 0) {
          order.push(box.value);
        } else if (!box.checked && at >= 0) {
          order.splice(at, 1);
        }
      });
      each(place, "input[type=checkbox]", function (box) {
        var at = order.indexOf(box.value);
        box.parentNode.classList.toggle("is-first", at === 0);
        if (at >= 0) {
          names[at] = labelOf(box);
        }
      });
      kept.value = order.join(",");
      words.textContent = names.length
        ? "已选" + names.length + "家，按原文先后：●" + names.join("、")
        : "";
      each(document, "[data-made]", function (number) {
        number.textContent = names.length;
      });
      each(document, "[data-owed]", function (number) {
        number.textContent = Number(number.getAttribute("data-owed")) + names.length;
      });
    }

    place.addEventListener("change", tell);
    tell();
  }

  each(document, "[data-chosen]", follow);
})();
