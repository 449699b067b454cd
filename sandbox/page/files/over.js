// What lies over a telephone's screen for a moment: a short question, a list below a button.

import {h, rove} from "/files/dom.js";

// A short question over the chat, as telephones ask it; `buttons` are [label, act, kind].
export function sheet(glass, text, buttons) {
  const before = document.activeElement;
  const close = () => { veil.remove(); before?.focus?.(); };
  const veil = h("div", {class: "veil", onclick: (event) => { if (event.target === veil) close(); }, onkeydown: (event) => { if (event.key === "Escape") close(); }},
    h("div", {class: "sheet", role: "alertdialog", "aria-label": text}, h("p", {}, text), buttons.map(([label, act, kind]) => h("button", {class: kind, onclick: () => { close(); act?.(); }}, label))));
  glass.append(veil);
  veil.querySelector("button").focus();
}

// A list that hangs below a button of the header, until a choice, Esc or a press elsewhere. Returns what closes it.
export function hang(glass, list, opener, closed) {
  const outside = (event) => { if (!list.contains(event.target) && !opener.contains(event.target)) close(); };
  const close = () => {
    const inside = list.contains(document.activeElement);
    list.remove();
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    closed();
    if (inside) opener.focus();
  };
  list.addEventListener("keydown", (event) => {
    rove(event, () => [...list.querySelectorAll("button")]);
    if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); close(); }
  });
  opener.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside);
  glass.append(list);
  return {close};
}
