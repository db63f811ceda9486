/* Asks before a step: data-confirm="问句" on a submit button or link shows a question with yes and no.
   data-confirm-yes, data-confirm-no: their labels; data-confirm-list: the id of a list whose visible
   lines are shown below the question, each line that names a field in data-says with that field's
   value; data-confirm-one: names of boxes, separated by |, one of which must be ticked before the
   question. Without this script the step is taken without a question. */
(function () {
  "use strict";

  var agreed = null; /* the control whose question was just answered with yes */
  var questions = 0;

  function element(name, className, text) {
    var made = document.createElement(name);
    made.className = className;
    made.textContent = text || "";
    return made;
  }

  /* The value of a field, as the page shows it. */
  function saidIn(field) {
    var option = field && field.selectedOptions && field.selectedOptions[0];
    return option ? option.textContent.trim() : field ? field.value : "";
  }

  /* A copy of a list without the lines that are hidden now. */
  function shownOf(list, form) {
    var copy = element("ul", "dialog-list");
    Array.prototype.forEach.call(list.children, function (line) {
      if (!line.hidden) {
        var name = line.getAttribute("data-says");
        var said = name && form ? saidIn(form.elements[name]) : "";
        copy.appendChild(element("li", "", line.textContent.trim() + said));
      }
    });
    return copy;
  }

  function ask(control) {
    var dialog = element("dialog", "dialog");
    var words = element("p", "dialog-words", control.getAttribute("data-confirm"));
    var row = element("div", "button-row dialog-actions");
    var no = element("button", "btn", control.getAttribute("data-confirm-no") || "取消");
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
    var listed = document.getElementById(control.getAttribute("data-confirm-list"));
    if (listed) {
      dialog.appendChild(shownOf(listed, control.form));
    }
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

  /* Browsers have no such rule, so the first of the boxes shows the message for all. */
  function demandOne(control) {
    var named = (control.getAttribute("data-confirm-one") || "").split("|");
    var boxes = Array.prototype.filter.call(control.form.elements, function (field) {
      return field.type === "checkbox" && named.indexOf(field.name) !== -1;
    });
    var isTicked = boxes.some(function (box) {
      return box.checked;
    });
    if (boxes.length) {
      boxes[0].setCustomValidity(isTicked ? "" : "请至少选择一个。");
    }
  }

  function go(control) {
    agreed = control;
    control.click();
    agreed = null;
  }

  document.addEventListener(
    "click",
    function (event) {
      var control = event.target.closest && event.target.closest("[data-confirm]");
      if (!control || control === agreed) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      if (control.form) {
        demandOne(control);
      }
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
})();
