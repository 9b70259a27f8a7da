// The few things every part of the page does: find, show, write, make.
export function find(id) {
  return document.getElementById(id);
}

// Show one of the main parts and hide the others; the reader's focus follows.
export function turnTo(id) {
  for (const part of document.querySelectorAll("[data-part]")) { part.hidden = part.id !== id; }
  const heading = find(id).querySelector("h1, h2");
  if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  window.scrollTo(0, 0);
}

// Say something in a place of its own; empty says nothing. `kind`: danger, warning, success, info.
export function say(id, text, kind) {
  const place = find(id);
  place.hidden = !text;
  place.className = "alert alert-" + (kind || "danger");
  place.textContent = text || "";
}

export function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const key of Object.keys(attributes || {})) {
    if (key === "class") { element.className = attributes[key]; } else if (key in element) {
      element[key] = attributes[key];
    } else { element.setAttribute(key, attributes[key]); }
  }
  element.append(...children);
  return element;
}

export function fill(id, ...children) {
  const place = find(id);
  place.textContent = "";
  place.append(...children);
}

// A form that works once at a time; what it throws is for its own code to catch.
export function onSubmit(id, act) {
  const form = find(id);
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) { return; }
    busy = true;
    form.setAttribute("aria-busy", "true");
    try { await act(form); } finally {
      busy = false;
      form.removeAttribute("aria-busy");
    }
  });
}

export function onClick(id, act) {
  find(id).addEventListener("click", act);
}

// The date on the wall in the county, whatever zone this device was set to, as a date field wants it.
export function today() {
  const EAST = 8 * 3600 * 1000; // China keeps one time all the year
  return new Date(Date.now() + EAST).toISOString().slice(0, 10);
}

export function clockTime(moment) {
  return new Date(moment).toLocaleString("zh-CN", {
    timeZone: "Asia/Shanghai",
    month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
  });
}
