/* 本期无新进展 for several filings: updates the remarks on text from an earlier period while typing.

   data-in                 a line: the name of its field
   data-same, data-words   if the field's text has changed: the earlier text, and the remark that it
                           is unchanged
   data-times-over         the question about the marked times: removed with the last of them

   A time is marked while the field contains it. Without this script the server checks on sending. */
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

  /* Update the remark after the label, and the marks in their span. */
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
