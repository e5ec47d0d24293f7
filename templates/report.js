"use strict";
(() => {
  const one = (query) => document.querySelector(query);
  const many = (query, within = document) => Array.from(within.querySelectorAll(query));
  document.documentElement.classList.add("js");

  const rows = many(".row");
  const groups = many(".group").map((element) => ({ element, rows: many(".row", element) }));
  const form = one(".tools");
  const find = one("#find");
  const said = one("#said");
  const clear = one("#clear");
  const none = one(".none");
  const reasons = many("[data-reason]");
  const texts = new Map();
  let reason = "";
  let waiting = 0;

  const textOf = (row) => {
    if (!texts.has(row)) {
      texts.set(row, row.textContent.toLowerCase());
    }
    return texts.get(row);
  };

  const show = () => {
    const outcome = form.elements.outcome.value;
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const everything = outcome === "all" && !reason && !words.length;
    let count = 0;
    for (const row of rows) {
      const fits =
        (outcome === "all" || row.classList.contains(outcome)) &&
        (!reason || (row.dataset.r || "").split(" ").includes(reason)) &&
        words.every((word) => textOf(row).includes(word));
      row.hidden = !fits;
      count += fits ? 1 : 0;
    }
    for (const group of groups) {
      group.element.hidden = group.rows.every((row) => row.hidden);
    }
    for (const button of reasons) {
      button.setAttribute("aria-pressed", String(button.dataset.reason === reason));
    }
    said.textContent = everything ? "" : `${count} of ${rows.length} rows`;
    clear.hidden = everything;
    none.hidden = count > 0;
  };

  const reset = () => {
    reason = "";
    find.value = "";
    form.elements.outcome.value = "all";
    show();
  };

  const step = (by) => {
    const places = many(".row:not([hidden]) > .qa > details > summary");
    const from = places.indexOf(document.activeElement);
    const to = places[from < 0 ? (by > 0 ? 0 : places.length - 1) : from + by];
    if (to) {
      to.focus();
      to.scrollIntoView({ block: "center" });
    }
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", show);
  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
  clear.addEventListener("click", reset);
  for (const button of reasons) {
    button.addEventListener("click", () => {
      reason = reason === button.dataset.reason ? "" : button.dataset.reason;
      show();
      if (reason) {
        one("#rows").scrollIntoView();
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.target === find) {
      if (event.key === "Escape") {
        find.value = "";
        find.blur();
        show();
      }
    } else if (event.key === "/") {
      event.preventDefault();
      find.focus();
    } else if (event.key === "j" || event.key === "k") {
      step(event.key === "j" ? 1 : -1);
    }
  });
  show();
})();
