/* 大屏: fetches its part every data-every seconds, without flicker; if that fails, shows it and tries
   again sooner. If the session has ended, shows it and stops. Without this script a meta refresh
   reloads the page. */
(function () {
  "use strict";

  var SOONER = 10;
  var PATIENCE = 20;
  var place = document.getElementById("screen");
  var alert = document.querySelector("[data-lost]");
  var full = document.querySelector("[data-full]");
  var every = Number(place.getAttribute("data-every"));
  var lastAt = new Date();
  var timer = 0;
  var isAsking = false;

  function clock(moment) {
    return ("0" + moment.getHours()).slice(-2) + ":" + ("0" + moment.getMinutes()).slice(-2);
  }

  function later(seconds) {
    isAsking = false;
    window.clearTimeout(timer);
    timer = window.setTimeout(refresh, seconds * 1000);
  }

  function say(words) {
    if (alert.textContent !== words) {
      alert.textContent = words;
    }
    alert.hidden = false;
  }

  function ended() {
    // isAsking stays true, so nothing is requested any more.
    var link = document.createElement("a");
    say("▲ 登录已结束，以下为" + clock(lastAt) + "的情况。");
    link.href = place.getAttribute("data-sign-in");
    link.textContent = "请重新登录";
    alert.appendChild(link);
  }

  function lost() {
    say("▲ 连接中断，以下为" + clock(lastAt) + "的情况，正在重试……");
    later(SOONER);
  }

  function overflows(part) {
    return part.scrollHeight > part.clientHeight;
  }

  /* Cut words shorter where the rows are higher than the screen. Then show causes in full while
     everything fits, the worst first. */
  function fit() {
    var main = place.querySelector(".wall-main");
    var causes = place.querySelectorAll(".hands-words");
    causes.forEach(function (words) {
      words.classList.remove("is-whole");
    });
    place.querySelectorAll(".wall-main, .wall-side").forEach(function (part) {
      part.classList.remove("is-tight");
      part.classList.toggle("is-tight", overflows(part));
    });
    causes.forEach(function (words) {
      words.classList.add("is-whole");
      if (overflows(main)) {
        words.classList.remove("is-whole");
      }
    });
  }

  function show(text) {
    place.innerHTML = text;
    fit();
    alert.hidden = true;
    alert.textContent = "";
    lastAt = new Date();
    later(every);
  }

  function refresh() {
    if (isAsking) {
      return;
    }
    isAsking = true;
    var stopper = new AbortController(); // an answer that does not come is a lost line too
    window.setTimeout(stopper.abort.bind(stopper), PATIENCE * 1000);
    var options = {
      cache: "no-store",
      credentials: "same-origin",
      headers: { "HX-Request": "true" },
      signal: stopper.signal,
    };
    window.fetch(window.location.href, options).then(
      function (response) {
        if (response.status === 401 || response.status === 403) {
          ended();
        } else if (!response.ok || response.redirected) {
          lost();
        } else {
          response.text().then(show, lost);
        }
      },
      lost,
    );
  }

  if (document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", function () {
      if (document.fullscreenElement) {
        document.exitFullscreen();
      } else {
        document.documentElement.requestFullscreen();
      }
    });
    document.addEventListener("fullscreenchange", function () {
      full.textContent = document.fullscreenElement ? "退出全屏" : "全屏";
    });
  }

  window.addEventListener("online", refresh);
  window.addEventListener("resize", fit);
  fit();
  later(every);
})();
