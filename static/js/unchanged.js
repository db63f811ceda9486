/* 本期无新进展 of several: what is said of an earlier period's words follows what is typed.

   data-in                 a line: the name of its box
   data-same, data-words   where the box says something else by now: the earlier words, and how it is
                           said that these stand there
   data-times-over         what asks whether the marked times were looked at: gone with the last of them

   A time is marked while it stands in its box. Without this script the server tells on sending. */
(function () {
  "use strict";

  function plain(words) {
    return words.replace(/\s/g, "");
  }

  function marksIn(line, box) {
    return line.marks.filter(function (sentence) {
      return box.value.indexOf(sentence.replace(/^“|”.*$/g, "")) !== -1;
    });
  }

  /* The words after the label, and the marks in their span. */
  function tell(line, box) {
    var earlier = line.place.getAttribute("data-same") || box.defaultValue;
    var isSame = plain(box.value) === plain(earlier);
    var marks = marksIn(line, box);
    line.place.hidden = !isSame && !marks.length;
    line.words.nodeValue = isSame ? line.same + (marks.length ? "，" : "") : "：";
    if (line.span) {
      line.span.textContent = marks.join("、");
    }
    box.classList.toggle("is-doubtful", marks.length > 0);
    return marks.length;
  }

  var question = document.querySelector("[data-times-over]");
  var lines = Array.prototype.map.call(document.querySelectorAll("[data-in]"), function (place) {
    var span = place.querySelector(".tone");
    var words = place.querySelector("b").nextSibling;
    return {
      place: place,
      span: span,
      words: words,
      same: place.getAttribute("data-words") || words.nodeValue.replace(/，\s*$/, "").trim(),
      marks: span ? span.textContent.trim().split("、") : [],
    };
  });

  function follow() {
    var left = lines.map(function (line) {
      return tell(line, document.getElementsByName(line.place.getAttribute("data-in"))[0]);
    });
    if (question) {
      question.hidden = !left.some(Boolean);
    }
  }

  document.addEventListener("input", follow);
  follow();
})();
