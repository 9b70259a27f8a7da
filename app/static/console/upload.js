// Sends files one by one with a bar that moves; without scripts the form sends them all at once.
(function () {
  "use strict";
  var form = document.querySelector("form[data-upload]");
  if (!form) { return; }
  var box = form.querySelector("[data-upload-progress]");
  var bar = box.querySelector("progress");
  var count = box.querySelector("[data-upload-count]");

  function send(file, moved) {
    return new Promise(function (done) {
      var data = new FormData();
      ["csrf_token", "division"].forEach(function (name) {
        if (form.elements[name]) { data.append(name, form.elements[name].value); }
      });
      data.append("files", file, file.name);
      var call = new XMLHttpRequest();
      call.open("POST", form.action);
      call.responseType = "document";
      call.upload.addEventListener("progress", function (event) {
        if (event.lengthComputable) { moved(event.loaded / event.total); }
      });
      call.addEventListener("loadend", function () {
        if (call.status >= 200 && call.status < 300) { done(""); return; }
        var page = call.response;
        var said = page && (page.querySelector("[data-fault]") || page.querySelector("main p"));
        done(said ? said.textContent : call.status === 413 ? "文件太大。" : "没有传完，请检查网络后再试。");
      });
      call.send(data);
    });
  }

  function tell(faults, kept) {
    var old = document.querySelector("main > [data-upload-faults]");
    var told = old || document.createElement("div");
    told.setAttribute("data-upload-faults", "");
    told.setAttribute("role", "alert");
    told.className = "alert alert-danger";
    told.textContent = "";
    var list = document.createElement("ul");
    list.className = "mb-0";
    faults.forEach(function (fault) {
      var line = document.createElement("li");
      line.textContent = fault;
      list.append(line);
    });
    told.append("没有上传 " + faults.length + " 个，上传了 " + kept + " 个：", list);
    if (!old) { document.querySelector("main h1").after(told); }
  }

  form.addEventListener("submit", function (event) {
    var files = Array.prototype.slice.call(form.elements.files.files);
    if (form.dataset.sent || !files.length) { return; }
    event.preventDefault();
    box.hidden = false;
    var faults = [];
    files.reduce(function (before, file, number) {
      return before.then(function () {
        count.textContent = (number + 1) + " / " + files.length;
        return send(file, function (part) { bar.value = 100 * (number + part) / files.length; });
      }).then(function (fault) {
        if (fault) { faults.push(file.name + "：" + fault); }
      });
    }, Promise.resolve()).then(function () {
      var kept = files.length - faults.length;
      if (!faults.length) {
        window.location.assign(form.dataset.after || "/console/attachments?kept=" + kept);
        return;
      }
      box.hidden = true;
      form.elements.files.value = "";
      delete form.dataset.sent;
      tell(faults, kept);
    });
  });
})();
