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

  // Going back and sending the same once more is the same wish: it keeps the key it had.
  function keepKey(form) {
    var key = form.elements.request_key;
    if (!key) { return; }
    var wish = ["division", "count", "doors"].map(function (name) {
      return form.elements[name].value;
    }).join("|");
    var sent = window.history.state;
    if (sent && sent.wish === wish) {
      key.value = sent.key;
    } else {
      window.history.replaceState({ wish: wish, key: key.value }, "");
    }
  }

  // A second click on a button that is already sending does nothing.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    // What opens in a page of its own, such as a preview, leaves the form to be sent.
    if (event.submitter && event.submitter.formTarget) { return; }
    event.target.dataset.sent = "yes";
    keepKey(event.target);
  });
  // What is shown once is not kept for the way back: some browsers hold a page they have left.
  window.addEventListener("pagehide", function () {
    Array.prototype.forEach.call(document.querySelectorAll("[data-once]"), function (value) {
      value.textContent = "已经收起";
    });
  });
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.forms, function (form) { delete form.dataset.sent; });
  });
})();
