/* 本期应报: saves while a person types, on leaving, and after signing in again.

   data-autosave   a form: sent 1.5 s after typing stops, on Ctrl+S and on leaving; the server answers
                   with fragments to swap into the page by their ids (hx-swap-oob)
   data-settle     a button that waits until everything typed is saved
   data-discard    a link that discards the text typed in its card
   data-person, data-person-name, data-sign-in   around the forms: who is typing, and where to sign in

   Text that cannot be saved stays in its fields, and the card shows the reason. sign-in.js asks for
   the password, card-fields.js reads and restores a form. */
(function () {
  "use strict";

  var PAUSE = 1500;
  var AGAIN = 10000; /* after the connection was lost */
  var cards = new Map(); /* form → {typed, timer, saving, sent, failed} */
  var left = window.leftWords;

  function each(scope, selector, act) {
    Array.prototype.forEach.call(scope.querySelectorAll(selector), act);
  }

  function stateOf(form) {
    if (!cards.has(form)) {
      cards.set(form, { typed: false, timer: 0, saving: null, failed: false });
    }
    return cards.get(form);
  }

  function forms() {
    return Array.prototype.slice.call(document.querySelectorAll("form[data-autosave]"));
  }

  function say(form, words, refused) {
    var line = form.querySelector(".saved");
    if (line) {
      line.textContent = words;
      line.classList.toggle("is-refused", Boolean(refused));
    }
  }

  /* --- saving ------------------------------------------------------------------------------- */

  function body(form) {
    var data = new FormData(form);
    each(form, 'input[type="file"]', function (field) {
      data.delete(field.name); /* files are sent by their own button */
    });
    each(form, "[data-kept]", function (field) {
      data.delete(field.name); /* and so are files that wait on the server */
    });
    return data;
  }

  /* One request at a time per form, because each answer has the revision for the next. */
  function save(form, leaving) {
    var state = stateOf(form);
    window.clearTimeout(state.timer);
    if (state.saving) {
      return state.saving.then(function () {
        return state.typed && !state.failed ? save(form, leaving) : undefined;
      });
    }
    if (!document.contains(form)) {
      return Promise.resolve();
    }
    state.typed = false;
    state.sent = window.cardFields.valuesOf(form);
    say(form, "正在保存…");
    state.saving = window
      .fetch(form.getAttribute("action"), {
        method: "POST",
        body: body(form),
        headers: { "HX-Request": "true" },
        credentials: "same-origin",
        keepalive: Boolean(leaving),
      })
      .then(
        function (response) {
          return response.text().then(function (text) {
            return answered(form, response, text, leaving);
          });
        },
        function () {
          later(form);
        },
      )
      .then(function () {
        state.saving = null;
      });
    return state.saving;
  }

  function answered(form, response, text, leaving) {
    var state = stateOf(form);
    if (response.status === 200 && !response.redirected) {
      state.failed = state.away = false;
      if (!state.typed) {
        left.forget(form);
      }
      put(text);
      return undefined;
    }
    if ((response.status === 401 || response.status === 403) && !leaving) {
      return signIn(form);
    }
    if (response.status === 422 && text.indexOf('id="saved-') !== -1) {
      put(text);
      state.typed = state.failed = true;
    } else if (response.status === 409 || response.status === 422) {
      conflict(form, text);
    } else if (response.status === 502 || response.status === 503) {
      later(form);
    } else {
      fail(form, "没有保存：系统没有接收，请按“保存草稿”重试。");
    }
    return undefined;
  }

  /* A part of the system is unreachable: try again later. */
  function later(form) {
    stateOf(form).away = true;
    fail(form, "没有保存：连不上服务器，连上后会自动重试，请勿关闭页面。");
    stateOf(form).timer = window.setTimeout(save, AGAIN, form);
  }

  function fail(form, words) {
    var state = stateOf(form);
    state.typed = state.failed = true;
    say(form, words, true);
  }

  function put(fragment) {
    window.htmx.swap(document.body, fragment, { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
  }

  /* The session has ended: ask for the password, use the new token, send again. */
  function signIn(form) {
    var state = stateOf(form);
    say(form, "登录已过期，尚未保存。", true);
    return window.signInAgain(form.closest("[data-person]")).then(function (agreed) {
      if (!agreed) {
        fail(form, "没有保存：登录已过期。按“保存草稿”前请先复制内容，或继续填写后重新登录。");
        return;
      }
      state.typed = true;
      state.failed = false;
      window.setTimeout(save, 0, form);
    });
  }

  /* --- somebody else has saved meanwhile ---------------------------------------------------- */

  /* The card shows both versions; text typed since the request is kept. A refusal by a rule has no
     card: its sentence is shown above the fields. */
  function conflict(form, text) {
    var article = form.closest("article");
    var made = document.createElement("template");
    made.innerHTML = text;
    var fresh = made.content.querySelector("article");
    if (!fresh) {
      var alertPlace = article.querySelector(".filing-alert");
      var words = made.content.querySelector(".said");
      alertPlace.innerHTML = "";
      alertPlace.appendChild(words || document.createTextNode("没有保存，请刷新页面查看最新状态。"));
      fail(form, "没有保存，您填写的内容仍在这里。");
      return;
    }
    var kept = window.cardFields.valuesOf(form);
    var place = window.cardFields.placeIn(form);
    cards.delete(form);
    article.replaceWith(fresh);
    var next = fresh.querySelector("form[data-autosave]"); /* where typing continues */
    document.dispatchEvent(new Event("htmx:load")); /* app.js prepares its fields */
    window.cardFields.giveBack(next, kept);
    window.clearTimeout(stateOf(next).timer);
    undecided(next);
    window.cardFields.goOn(next, place, fresh.querySelector("[role=alert]"));
  }

  /* Nothing is saved until the person decides, and leaving the page asks about unsaved text. */
  function undecided(form) {
    var state = stateOf(form);
    state.typed = state.failed = state.decides = true;
  }

  /* --- when to save ------------------------------------------------------------------------- */

  function busy(except) {
    return forms().some(function (form) {
      var state = stateOf(form);
      return state.saving || (state.typed && !state.failed && form !== except);
    });
  }

  function settle(except) {
    return Promise.all(
      forms().map(function (form) {
        var state = stateOf(form);
        window.clearTimeout(state.timer);
        if (state.saving && form === except) {
          return state.saving;
        }
        return state.saving || (state.typed && !state.failed) ? save(form) : null;
      }),
    );
  }

  function typed(event) {
    var form = event.target.closest && event.target.closest("form[data-autosave]");
    if (!form || event.target.type === "file") {
      return;
    }
    var state = stateOf(form);
    state.typed = true;
    if (state.decides) {
      return;
    }
    state.failed = false;
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(save, PAUSE, form);
  }

  /* Text typed before this script ran is saved too, and text that the previous page left. */
  forms().forEach(function (form) {
    if (form.closest(".is-stale")) {
      undecided(form);
    }
    var found = left.takeFor(form);
    if (found && found.sent) {
      window.cardFields.giveBack(form, found.sent); /* again, to learn its revision */
      save(form);
    }
    if (found) {
      window.cardFields.giveBack(form, found.words);
      typed({ target: form });
      save(form);
      return;
    }
    each(form, "textarea", function (field) {
      if (field.value !== field.defaultValue) {
        typed({ target: field });
      }
    });
  });
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      var card = event.target.closest && event.target.closest("article.filing-card");
      var form = card && card.querySelector("form[data-autosave]");
      event.preventDefault();
      (form ? [form] : forms()).forEach(function (one) {
        if (form || stateOf(one).typed) {
          stateOf(one).failed = false;
          save(one);
        }
      });
    }
  });

  function leave() {
    forms().forEach(function (form) {
      var state = stateOf(form);
      if (state.typed || state.saving) {
        left.keep(form, state.saving && state.sent);
      }
      if (state.typed && !state.failed && !state.saving) {
        save(form, true);
      }
    });
  }

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      leave();
    }
  });
  window.addEventListener("pagehide", leave);
  window.addEventListener("beforeunload", function (event) {
    leave();
    var lost = forms().some(function (form) {
      return stateOf(form).failed && stateOf(form).typed;
    });
    if (lost) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  /* A step waits for the running request, which would change the revision that the step sends. On
     the window, so that it runs before the question is asked. */
  window.addEventListener(
    "click",
    function (event) {
      var button = event.target.closest && event.target.closest("[data-settle]");
      if (button && busy()) {
        event.preventDefault();
        event.stopPropagation();
        settle().then(function () {
          var fresh = document.getElementById(button.id);
          if (fresh && !busy()) {
            fresh.click();
          }
        });
      }
    },
    true,
  );

  document.addEventListener("click", function (event) {
    var dropper = event.target.closest && event.target.closest("[data-discard]");
    if (dropper) {
      cards.delete(dropper.closest("article").querySelector("form[data-autosave]"));
    }
  });

  /* Save first: if the server is unreachable, an error page would replace the typed text. */
  function sendWhenThere(form, submitter) {
    save(form).then(function () {
      var state = stateOf(form);
      if (state.away) {
        say(form, "没有发送：连不上服务器。填写的内容仍在这里，连上后会自动保存，请再按一次。", true);
      } else if (!state.failed && document.contains(form)) {
        form.requestSubmit(submitter && document.contains(submitter) ? submitter : undefined);
      }
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented) {
      return;
    }
    if (busy(form)) {
      var submitter = event.submitter;
      event.preventDefault();
      settle(form).then(function () {
        if (document.contains(form)) {
          form.requestSubmit(submitter && document.contains(submitter) ? submitter : undefined);
        }
      });
      return;
    }
    if (!form.matches("[data-autosave]")) {
      return;
    }
    if (stateOf(form).away || !window.navigator.onLine) {
      event.preventDefault();
      sendWhenThere(form, event.submitter);
      return;
    }
    left.keep(form, null, true); /* in case it does not arrive */
    window.clearTimeout(stateOf(form).timer);
    cards.delete(form); /* it is being sent: nothing is lost by leaving */
  });
})();
