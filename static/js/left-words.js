/* Keeps the text of forms when their page is left: window.leftWords. A reload may be answered before
   the request sent on leaving. Then the new page restores the text and saves it again with the
   revision on which it was typed: if somebody else has saved, the card shows both.

   The text is kept in the tab until the next page, of any kind, has loaded (app.js). */
(function () {
  "use strict";

  var NAME = "left-words";
  var entries = {};
  var found = {};
  try {
    found = JSON.parse(window.sessionStorage.getItem(NAME)) || {};
  } catch (error) {
    /* no storage: only the request sent on leaving can save it */
  }

  function write() {
    try {
      window.sessionStorage.setItem(NAME, JSON.stringify(entries));
    } catch (error) {
      /* as above */
    }
  }

  function personOf(form) {
    return form.closest("[data-person]").getAttribute("data-person");
  }

  function revisionOf(form) {
    return form.querySelector("input[name$=revision]");
  }

  function same(one, other) {
    return JSON.stringify(one) === JSON.stringify(other);
  }

  window.leftWords = {
    /* `sent`: the text of a request that is not answered yet; `goes`: a button has sent all of it, so
       it is needed only if that did not arrive. */
    keep: function (form, sent, goes) {
      entries[form.getAttribute("action")] = {
        person: personOf(form),
        revision: revisionOf(form).value,
        sent: sent,
        goes: goes,
        words: window.cardFields.valuesOf(form),
      };
      write();
    },
    forget: function (form) {
      delete entries[form.getAttribute("action")];
      write();
    },
    /* Returns text that the form does not show, and the text of the unanswered request before it, if
       any; the form continues from the revision on which it was typed. */
    takeFor: function (form) {
      var entry = found[form.getAttribute("action")];
      var shown = window.cardFields.valuesOf(form);
      if (!entry || entry.person !== personOf(form) || same(entry.words, shown)) {
        return null;
      }
      if (entry.goes && entry.revision !== revisionOf(form).value) {
        return null;
      }
      if (same(entry.sent, shown)) {
        return { words: entry.words };
      }
      revisionOf(form).value = entry.revision;
      return entry;
    },
  };
})();
