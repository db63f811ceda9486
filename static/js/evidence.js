/* Uploads files as soon as they are chosen, or dropped on data-drop (an element with a file field). */
(function () {
  "use strict";

  document.addEventListener("change", function (event) {
    var field = event.target;
    if (field.type === "file" && field.files.length && field.closest("[data-drop]")) {
      var line = field.form.querySelector(".saved");
      if (line) {
        line.textContent = "正在上传" + field.files.length + "份材料…";
      }
      field.form.requestSubmit();
    }
  });

  ["dragover", "dragleave", "drop"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var files = event.dataTransfer && event.dataTransfer.types;
      if (!files || Array.prototype.indexOf.call(files, "Files") === -1) {
        return;
      }
      event.preventDefault(); /* a file dropped beside it must not replace the page */
      var place = event.target.closest && event.target.closest("[data-drop]");
      Array.prototype.forEach.call(document.querySelectorAll(".is-over"), function (other) {
        other.classList.remove("is-over");
      });
      if (!place || kind === "dragleave") {
        return;
      }
      if (kind === "dragover") {
        place.classList.add("is-over");
        return;
      }
      var field = place.querySelector('input[type="file"]');
      field.files = event.dataTransfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
})();
