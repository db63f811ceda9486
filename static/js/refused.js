/* Refused forms. The answer has the address that the form was sent to, which often is not a page:
   reloading would ask to send it again, and going back would fail. So the answer gets the address of
   the form's page, and that page, when it is loaded again, restores what was typed.

   data-reader   on the body: who reads
   data-sent     on the body: the page answers a form
   data-ended    the answer to a form whose session had ended: kept while its reader signs in again

   Kept in the tab for its reader, until the form is accepted. Chosen files are kept on the server. */
(function () {
  "use strict";

  var NAME = "refused-form";
  var REFUSED = ".refused, .form-errors, [aria-invalid]";
  var NOT_TYPED = /^(hidden|password|file|submit|button|reset|image|fieldset|output)$/;
  var body = document.body;
  var reader = body.getAttribute("data-reader");
  var isSignedOut = reader === "None";

  function kept() {
    try {
      return JSON.parse(window.sessionStorage.getItem(NAME));
    } catch (error) {
      return null; /* no storage, nothing kept */
    }
  }

  function keep(entry) {
    try {
      window.sessionStorage.setItem(NAME, JSON.stringify(entry));
    } catch (error) {
      /* as above */
    }
  }

  function forget() {
    try {
      window.sessionStorage.removeItem(NAME);
    } catch (error) {
      /* as above */
    }
  }

  function here() {
    return window.location.pathname + window.location.search;
  }

  /* Forms with automatic saving keep their text themselves: left-words.js. */
  function formsTo(action) {
    return Array.prototype.filter.call(document.forms, function (form) {
      var own = form.method === "post" && form.getAttribute("action") === action;
      return own && !form.closest("[data-person]");
    });
  }

  function typedIn(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !NOT_TYPED.test(field.type);
    });
  }

  function isTicked(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function valuesOf(form) {
    return typedIn(form).map(function (field) {
      var options = field.multiple && field.options;
      var chosen = options && Array.prototype.map.call(options, chosenOf);
      return [field.name, isTicked(field) ? field.checked : chosen || field.value];
    });
  }

  function chosenOf(option) {
    return option.selected;
  }

  function fill(form, values) {
    var fields = typedIn(form);
    if (!same(fields.map(nameOf), values.map(first))) {
      return; /* another form meanwhile */
    }
    fields.forEach(function (field, place) {
      var value = values[place][1];
      if (isTicked(field)) {
        field.checked = value;
      } else if (Array.isArray(value)) {
        Array.prototype.forEach.call(field.options, function (option, n) {
          option.selected = value[n];
        });
      } else {
        field.value = value;
      }
    });
    openFoldsOf(form);
    var said = document.createElement("p");
    said.className = "message is-info";
    said.setAttribute("role", "status");
    said.textContent = "这里是您刚才填写、没有提交成功的内容，请核对后再提交。";
    form.parentNode.insertBefore(said, form);
  }

  function openFoldsOf(form) {
    for (var fold = form.closest("details"); fold; fold = fold.parentNode.closest("details")) {
      fold.open = true;
    }
  }

  function nameOf(field) {
    return field.name;
  }

  function first(pair) {
    return pair[0];
  }

  function same(one, other) {
    return JSON.stringify(one) === JSON.stringify(other);
  }

  function refuse(entry) {
    entry.isRefused = true;
    keep(entry);
    window.history.replaceState(null, "", entry.page + window.location.hash);
  }

  /* Kept between the end of a session and the next sign-in of the same person. */
  function waits(entry) {
    return isSignedOut && Boolean(entry && entry.isEnded);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || waits(kept())) {
      return;
    }
    var action = form.getAttribute("action");
    keep({
      reader: reader,
      page: here(),
      action: action,
      place: formsTo(action).indexOf(form),
      values: valuesOf(form),
    });
  });

  var entry = kept();
  if (entry && isSignedOut && document.querySelector("[data-ended]")) {
    entry.isEnded = true;
    refuse(entry);
  } else if (waits(entry)) {
    /* the sign-in page */
  } else if (!entry || entry.reader !== reader) {
    forget();
  } else if (body.hasAttribute("data-sent")) {
    if (document.querySelector(REFUSED)) {
      if (entry.action && !formsTo(entry.action).length) {
        formsTo(null).forEach(function (form) {
          form.setAttribute("action", entry.action); /* its own address was the page's */
        });
      }
      refuse(entry);
    }
  } else if (!entry.isRefused) {
    forget(); /* it was accepted */
  } else if (entry.page === here()) {
    var form = formsTo(entry.action)[entry.place];
    if (form) {
      fill(form, entry.values);
    }
  }
})();
