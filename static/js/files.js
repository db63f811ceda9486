/* Sends a form with files only while its person is still signed in: a page that answers “please
   sign in” cannot return files. Works on forms in data-person, with sign-in.js. */
(function () {
  "use strict";

  var checked = null; /* the form that is being sent */

  function hasFiles(form) {
    return Array.prototype.some.call(form.elements, function (field) {
      return field.type === "file" && field.files.length;
    });
  }

  function say(form) {
    var line = form.querySelector("[data-not-sent]");
    if (!line) {
      line = document.createElement("p");
      line.className = "said is-yellow";
      line.setAttribute("role", "alert");
      line.setAttribute("data-not-sent", "");
      form.insertBefore(line, form.firstChild);
    }
    line.textContent = "没有发送：登录已过期，或者连不上服务器。所选文件仍在这里，请再按一次。";
  }

  window.addEventListener(
    "submit",
    function (event) {
      var form = event.target;
      var place = form.closest("[data-person]");
      if (form === checked || !place || !hasFiles(form)) {
        return;
      }
      var submitter = event.submitter;
      event.preventDefault();
      event.stopImmediatePropagation();
      window.signInAgain(place).then(function (agreed) {
        if (!agreed) {
          say(form);
          return;
        }
        checked = form;
        form.requestSubmit(submitter && document.contains(submitter) ? submitter : undefined);
        checked = null;
      });
    },
    true,
  );
})();
