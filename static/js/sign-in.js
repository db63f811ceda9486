/* window.signInAgain(place): asks for a person's password when the session has ended while typing,
   sets the new token in all forms, and returns (a promise of) whether it worked. `place` has the
   person (data-person, data-person-name) and the address (data-sign-in).

   If the person has signed in elsewhere meanwhile, the new token is enough. */
(function () {
  "use strict";

  var asking = null;

  window.signInAgain = function (place) {
    if (!asking) {
      asking = ask(place).then(
        function (agreed) {
          asking = null;
          return agreed;
        },
        function () {
          asking = null;
          return false;
        },
      );
    }
    return asking;
  };

  function ask(place) {
    var address = place.getAttribute("data-sign-in");
    return request(address).then(function (found) {
      renew(found.token);
      return found.person === place.getAttribute("data-person") || open(place, address, found);
    });
  }

  function request(address, body) {
    var options = { credentials: "same-origin", cache: "no-store" };
    if (body) {
      options.method = "POST";
      options.body = body;
    }
    return window.fetch(address, options).then(function (response) {
      return response.json();
    });
  }

  function renew(token) {
    var fields = document.querySelectorAll('input[name="csrfmiddlewaretoken"]');
    Array.prototype.forEach.call(fields, function (field) {
      field.value = token;
    });
  }

  function made(name, className, text) {
    var element = document.createElement(name);
    element.className = className;
    element.textContent = text || "";
    return element;
  }

  function open(place, address, found) {
    var person = place.getAttribute("data-person");
    var dialog = made("dialog", "dialog");
    var form = made("form", "");
    var words = made("p", "dialog-words");
    var label = made("label", "field-label", "密码");
    var password = made("input", "");
    var field = made("div", "field");
    var codeField = made("div", "field");
    var codeLabel = made("label", "field-label", "验证码");
    var code = made("input", "");
    var refused = made("p", "field-errors");
    var row = made("div", "button-row dialog-actions");
    var no = made("button", "btn", "暂不登录");
    var yes = made("button", "btn btn-primary", "登录并保存");
    words.textContent = found.person
      ? "这台电脑上已换为其他人员登录。以" + place.getAttribute("data-person-name") + "（" + person + "）的密码重新登录后，未保存的内容会接着保存。"
      : "登录已过期。请输入" + place.getAttribute("data-person-name") + "（" + person + "）的密码，登录后未保存的内容会接着保存。";
    words.id = "sign-in-words";
    label.htmlFor = password.id = "sign-in-password";
    password.type = "password";
    password.name = "password";
    password.autocomplete = "off";
    password.required = true;
    codeLabel.htmlFor = code.id = "sign-in-code";
    code.name = "code";
    code.autocomplete = "one-time-code";
    codeField.hidden = true;
    refused.setAttribute("role", "alert");
    no.type = "button";
    yes.type = "submit";
    dialog.setAttribute("aria-labelledby", words.id);
    [no, yes].forEach(row.appendChild, row);
    [label, password].forEach(field.appendChild, field);
    [codeLabel, code].forEach(codeField.appendChild, codeField);
    [words, field, codeField, refused, row].forEach(form.appendChild, form);
    dialog.appendChild(form);
    document.body.appendChild(dialog);
    dialog.showModal();
    return new Promise(function (resolve) {
      no.addEventListener("click", function () {
        dialog.close();
      });
      dialog.addEventListener("close", function () {
        dialog.parentNode.removeChild(dialog);
        resolve(dialog.returnValue === "in");
      });
      // If a code is required, the password was right; else both must be typed again.
      function askNext(isCode) {
        codeField.hidden = !isCode;
        code.value = "";
        if (!isCode) {
          password.value = "";
        }
        (isCode ? code : password).focus();
      }
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        event.stopPropagation();
        var body = new FormData();
        body.append("username", person);
        body.append("password", password.value);
        body.append("code", code.value);
        body.append("csrfmiddlewaretoken", found.token);
        request(address, body).then(
          function (answer) {
            if (answer.person === person) {
              renew(answer.token);
              dialog.close("in");
            } else {
              refused.textContent = answer.refused || "没有登录成功，请重试。";
              askNext(answer.asks_code);
            }
          },
          function () {
            refused.textContent = "连不上服务器，请稍后重试。";
          },
        );
      });
    });
  }
})();
