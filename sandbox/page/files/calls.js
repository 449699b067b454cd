// The panel of API calls: each as it happens, with what was asked and answered on demand, and what a refusal means.

import {count, h} from "/files/dom.js";
import {ask} from "/files/server.js";

const KEPT = 300;
const TITLES = {telegram: "Telegram", vk: "VK"};
const milliseconds = new Intl.NumberFormat("ru", {maximumFractionDigits: 0});
const precise = new Intl.NumberFormat("ru", {maximumFractionDigits: 1});
const spell = (value) => `${(value < 10 ? precise : milliseconds).format(value)} мс`;

export class Calls {
  constructor(root, complain) {
    Object.assign(this, {root, complain});
    this.list = root.querySelector("ol");
    this.refusedButton = root.querySelector("#refused");
    this.refusedButton.addEventListener("click", () => this.filter(!this.only));
    this.fold = root.querySelector("#fold");
    root.querySelector(":scope > header").addEventListener("click", (event) => {
      if (!event.target.closest("#refused")) this.toggle(this.root.classList.contains("shut"));
    });
    this.toggle(matchMedia("(min-width: 1240px)").matches);
    this.begin([], []);
  }

  begin(calls, violations) {
    this.calls = [];
    this.violations = [];
    this.list.replaceChildren();
    calls.forEach((call) => this.add(call, false));
    violations.forEach((violation) => this.breach(violation, false));
    this.tell();
    this.tellBreaches();
  }

  toggle(open) {
    this.root.classList.toggle("shut", !open);
    this.fold.setAttribute("aria-expanded", open);
    if (open) this.list.scrollTop = 0;
  }

  filter(only) {
    this.only = only;
    this.list.classList.toggle("only", only);
    this.refusedButton.setAttribute("aria-pressed", only);
  }

  add(call, live = true) {
    this.calls.push(call);
    const whom = call.person ? ` → ${call.person}` : "";
    const refused = call.status !== "200";
    const item = h("li", {class: [refused && "no", live && "new", call.method === "execute" && "outer"].filter(Boolean).join(" ") || null},
      h("button", {"aria-expanded": "false", onclick: (event) => this.expand(item, event.currentTarget, call.number)},
        h("code", {}, call.method), h("b", {}, refused ? `отказ ${call.status}` : call.status),
        h("span", {}, `${call.at} · ${TITLES[call.channel] ?? call.channel.replace("vk/", "VK · ")}${whom}`), h("span", {}, spell(call.milliseconds))),
      refused && h("div", {}, call.error && h("pre", {}, call.error), call.words && h("p", {}, call.words)));
    this.list.prepend(item);
    if (this.calls.length > KEPT) { this.calls.shift(); this.list.lastElementChild.remove(); }
    if (live) this.tell();
  }

  async expand(item, button, number) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", open);
    item.querySelector(".details")?.remove();
    if (!open) return;
    try {
      const {params, response} = await ask(`/api/calls/${number}`);
      item.append(h("div", {class: "details"}, h("small", {}, "Запрос"), h("pre", {tabindex: 0}, pretty(params)), h("small", {}, "Ответ"), h("pre", {tabindex: 0}, pretty(response))));
    } catch (refused) {
      button.setAttribute("aria-expanded", "false");
      this.complain(refused.message);
    }
  }

  breach(violation, live = true) {
    this.violations.push(violation);
    this.root.querySelector(".breaches ul").prepend(h("li", {}, h("code", {}, violation.method), h("span", {}, `${violation.at} · ${violation.text}`)));
    if (live) this.tellBreaches();
  }

  tell() {
    const refused = this.calls.filter(({status}) => status !== "200").length;
    const times = this.calls.map((call) => call.milliseconds).sort((a, b) => a - b);
    this.root.querySelector("#count").textContent = this.calls.length ? String(this.calls.at(-1).number) : "";
    this.refusedButton.hidden = !refused;
    this.refusedButton.textContent = count(refused, "отказ", "отказа", "отказов");
    if (!refused && this.only) this.filter(false);
    this.root.querySelector("#speed").textContent = times.length ? `Медиана ${spell(times[times.length >> 1])} · самый долгий ${spell(times.at(-1))}` : "Вызовов ещё не было";
  }

  tellBreaches() {
    const box = this.root.querySelector(".breaches");
    box.hidden = !this.violations.length;
    box.querySelector("summary").textContent = count(this.violations.length, "нарушение спецификации", "нарушения спецификации", "нарушений спецификации");
  }
}

// Nested JSON in a string (a keyboard, VK's payload) is shown as the object it is.
function pretty(value) {
  return JSON.stringify(value, (_, part) => {
    if (typeof part !== "string" || !/^\s*[[{]/.test(part)) return part;
    try { return JSON.parse(part); } catch { return part; }
  }, 1);
}
