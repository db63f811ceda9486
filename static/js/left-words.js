/* What stood in forms as their page went: window.leftWords. A reload may be answered before the saving
   sent on leaving is. The page that comes gives the words back and saves them again, by the revision
   they were typed on: where somebody else saved in between, the card shows both.

   They stay in the tab until the next page is there, whichever it is (app.js). */
(function () {
  "use strict";

  var NAME = "left-words";
  var entries = {};
  var found = {};
  try {
    found = JSON.parse(window.sessionStorage.getItem(NAME)) || {};
  } catch (error) {
    /* no storage: the saving on leaving is all there is */
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
    /* `sent`: what is being saved, where the server has not answered yet; `goes`: all of it was sent
       by a button, and is wanted again only where it did not arrive. */
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
    /* The words that the form does not show, with what was being saved before them, if anything;
       the form goes on from the revision that they were typed on. */
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
