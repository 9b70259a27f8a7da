// What a page gains where scripts run; every page is complete without them. ES2015 at most.
(function () {
  "use strict";
  var doc = document;

  // A door's code must not be shared: the address bar and the history show the village's address.
  var canonical = doc.querySelector('link[rel="canonical"]');
  if (canonical && location.pathname.indexOf("/d/") === 0 && history.replaceState) {
    var village = doc.createElement("a");
    village.href = canonical.href;
    try {
      history.replaceState(null, "", village.pathname + village.search);
    } catch (refused) { /* a sandboxed view may forbid it; the page is still right */ }
  }

  doc.querySelectorAll("[data-print]").forEach(function (button) {
    if (!window.print) return;
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  var button = doc.querySelector("[data-speak]");
  var voice = window.speechSynthesis;
  if (!button || !voice || !window.SpeechSynthesisUtterance || !doc.querySelector("[data-read]")) return;

  var label = button.querySelector("span");
  var waiting = [];
  var current = null;

  // Engines cut long utterances short: sentences are spoken one by one.
  function sentences() {
    var found = [];
    doc.querySelectorAll("[data-read]").forEach(function (part) {
      part.innerText.replace(/\t/g, "，").split(/[。！？；\n]+/).forEach(function (text) {
        for (var rest = text.trim(); rest; rest = rest.slice(120)) found.push(rest.slice(0, 120));
      });
    });
    return found;
  }

  function show(speaking) {
    label.textContent = speaking ? "停止" : "朗读";
    button.setAttribute("aria-pressed", String(speaking));
  }

  function stop() {
    waiting = [];
    current = null;
    voice.cancel();
    show(false);
  }

  function speakNext() {
    if (!waiting.length) return stop();
    var said = new window.SpeechSynthesisUtterance(waiting.shift());
    current = said; // kept, or the engine may lose it before its end is told
    said.lang = "zh-CN";
    said.rate = 0.9;
    said.onend = function () { if (current === said) speakNext(); };
    said.onerror = function () { if (current === said) stop(); };
    voice.speak(said);
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    if (current) return stop();
    voice.cancel();
    waiting = sentences();
    show(true);
    speakNext();
  });
  window.addEventListener("pagehide", stop);
})();
