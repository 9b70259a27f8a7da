// The progress bar of sheets being drawn; without scripts the page is simply loaded again.
(function () {
  "use strict";
  var rows = document.querySelectorAll("[data-sheet]");
  function watch(row) {
    fetch(row.dataset.progress, { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (sheet) {
        if (!sheet) { return; }
        var bar = row.querySelector("progress");
        bar.max = sheet.plates;
        bar.value = sheet.drawn;
        row.querySelector("[data-drawn]").textContent = sheet.drawn + " / " + sheet.plates;
        if (sheet.state === "ready" || sheet.state === "failed") {
          window.location.reload();
        } else {
          window.setTimeout(watch, 500, row);
        }
      })
      .catch(function () { window.setTimeout(watch, 3000, row); });
  }
  Array.prototype.forEach.call(rows, watch);

  // A second click on a button that is already sending does nothing.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.forms, function (form) { delete form.dataset.sent; });
  });
})();
