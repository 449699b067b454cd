// One telephone: whose it is, the chat with the bot, and what a thumb can do there.

import {avatar, clockTime, dayName, dayOf, h, icon, now, svg, telephone} from "/files/dom.js";
import {choosePlace, followLink, forgeData, showPicture, showPlace} from "/files/dialogs.js";
import {keyboard, message} from "/files/message.js";
import {hang, sheet} from "/files/over.js";
import {ask, upload} from "/files/server.js";

const WORDS = {
  telegram: {title: "Telegram", start: "Запустить", block: "Остановить бота", unblock: "Разблокировать", blocked: "Вы остановили бота: написать вам он не может."},
  vk: {title: "VK", start: "Начать", block: "Запретить сообщения", unblock: "Разрешить сообщения", blocked: "Вы запретили сообщения: написать вам сообщество не может."},
};
const TOAST = 4500;
const DONE = 1100;
const FOLLOWING = 6000;

export class Phone {
  // `desk` offers: pick(phone), close(phone), open(account), complain(text), removable(), greeting(channel, language).
  constructor(account, person, chat, desk) {
    Object.assign(this, {account, person, desk, channel: account.split(":")[0].split(".")[0]});
    this.words = WORDS[this.channel] ?? WORDS.telegram;
    this.rendered = new Map();
    this.data = new Map();
    this.pressed = null;
    this.pressedAt = -Infinity;
    this.build();
    this.take({waiting: [], keyboard: [], messages: [], toast: "", ...chat}, true);
  }

  build() {
    const {person, words} = this;
    this.status = h("span", {});
    this.as = h("button", {class: "as", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-label": `Кто вы: ${person.name}, ${words.title}. Сменить`, onclick: () => this.desk.pick(this)}, "кто вы ", icon("down"));
    this.more = h("button", {class: "more", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": "Ещё", onclick: () => this.menu()}, icon("more"));
    this.flow = h("div", {class: "flow"});
    this.chat = h("div", {class: "chat", role: "log", "aria-live": "polite", "aria-label": `Переписка: ${person.name} и бот`, tabindex: 0}, this.flow);
    this.toasts = h("div", {class: "toasts", role: "status"});
    this.under = h("div", {class: "under"});
    this.glass = h("div", {class: "glass"},
      h("div", {class: "status"}, this.status, svg("svg", {"aria-hidden": "true"}, svg("use", {href: "#power"}))),
      h("header", {class: "who"}, avatar(person), h("div", {}, h("b", {}, person.name), h("small", {}, `${words.title} · ${person.about}`)), this.as, this.more),
      h("div", {class: "screen"}, this.chat, this.toasts), this.under);
    this.element = h("section", {class: `phone ${this.channel === "telegram" ? "tg" : "vk"}`, "aria-label": `Телефон: ${person.name}, ${words.title}`,
      ondragover: (event) => event.preventDefault(), ondrop: (event) => { event.preventDefault(); this.send([...event.dataTransfer.files]); }}, this.glass);
    this.flow.addEventListener("click", (event) => this.clicked(event));
    this.tick();
  }

  tick() { this.status.textContent = clockTime(now()); }

  // A person's act; what the messenger does not allow is said below.
  async act(name, body = {}) {
    try {
      return await ask(`/api/phones/${this.account}/${name}`, body);
    } catch (refused) {
      this.desk.complain(refused.message);
      return null;
    }
  }

  // A snapshot (whole) or a change: `messages` that are new or different, numbers that are `gone`.
  take(chat, whole = false) {
    const before = this.state;
    this.state = chat;
    if (whole) { this.rendered.clear(); this.data.clear(); }
    const focus = this.focused();
    for (const number of chat.gone ?? []) { this.rendered.delete(number); this.data.delete(number); }
    for (const data of chat.messages) this.data.set(data.id, data);
    const lastOfBot = Math.max(0, ...[...this.data.values()].filter(({mine}) => !mine).map(({id}) => id));
    const newest = Math.max(...this.data.keys());
    for (const data of this.data.values()) {
      const read = data.mine && data.id < lastOfBot;
      const known = this.rendered.get(data.id);
      if (known && known.data === data && known.read === read) continue;
      const element = message({...data, read}, this);
      if (!whole && !known) element.classList.add("new");
      if (!whole && data.id === newest && this.follows(data)) this.chat.scrollTop = 0;
      known?.element.replaceWith(element);
      this.rendered.set(data.id, {element, data, read});
    }
    this.arrange();
    this.settle(chat, before);
    if (!before || whole || before.blocked !== chat.blocked || this.beginning !== this.isBeginning() || JSON.stringify(before.keyboard) !== JSON.stringify(chat.keyboard)) this.bar();
    if (!whole && chat.toast && chat.toasts > (before?.toasts ?? 0)) this.toast(chat.toast, chat.alert);
    this.refocus(focus);
  }

  // The end of the chat comes into view when the person wrote something, or when what they pressed brought or changed the last message.
  follows(data) { return data.mine || performance.now() - this.pressedAt < FOLLOWING; }

  isBeginning() { return !this.state.started && !this.data.size; }

  arrange() {
    const nodes = [];
    let day = null;
    for (const id of [...this.rendered.keys()].sort((a, b) => a - b)) {
      const {element, data} = this.rendered.get(id);
      const at = Date.parse(data.at);
      if (dayOf(at) !== day) {
        day = dayOf(at);
        nodes.push(this.flow.querySelector(`[data-day="${day}"]`) ?? h("span", {class: "day", "data-day": day}, dayName(at)));
      }
      nodes.push(element);
    }
    if (!nodes.length) nodes.push(this.empty ?? this.greet());
    [...this.flow.childNodes].filter((node) => !nodes.includes(node)).forEach((node) => node.remove());
    nodes.forEach((node, place) => { if (this.flow.childNodes[place] !== node) this.flow.insertBefore(node, this.flow.childNodes[place] ?? null); });
  }

  // What stands in an empty chat: the bot's description where the messenger has one, else how to begin.
  greet() {
    const words = this.desk.greeting(this.channel, this.person.language);
    const content = [svg("svg", {"aria-hidden": "true"}, svg("use", {href: "#logo"})), h("b", {}, words ? "Что умеет этот бот?" : "Здесь пока пусто"),
      h("span", {}, words || `${this.channel === "telegram" ? "Бот" : "Сообщество"} не пишет первым: нажмите «${this.words.start}», как это делает каждый новый человек.`)];
    this.empty ??= h("div", {class: "empty"});
    this.empty.replaceChildren(...content);
    return this.empty;
  }

  // The pressed key turns until the messenger has its answer, then shows a tick for a moment.
  settle(chat) {
    for (const {element, data} of this.rendered.values()) element.classList.toggle("waiting", chat.waiting.includes(data.id));
    if (!this.pressed) return;
    const {id, at} = this.pressed;
    const key = this.key(id, at);
    if (this.pressed.sent && !chat.waiting.includes(id) && !this.pressed.done) {
      this.pressed.done = true;
      const ended = this.pressed;
      setTimeout(() => { if (this.pressed === ended) { this.dress(this.key(id, at), null); this.pressed = null; } }, DONE);
    }
    this.dress(key, this.pressed.done ? "ok" : "spin");
  }

  key(id, at) {
    const key = this.rendered.get(id)?.element.querySelector(`[data-at="${at}"]`);
    return key && this.pressed?.label === key.innerText.trim() ? key : null;
  }

  dress(key, sign) {
    if (!key) return;
    key.querySelector(".sign")?.remove();
    key.classList.toggle("pressed", Boolean(sign));
    key.setAttribute("aria-busy", sign === "spin");
    if (sign) key.append(icon(sign, null, `i sign ${sign}`));
  }

  async press(id, key, at) {
    if (key.kind === "url") return this.follow(key.data);
    if (key.kind === "copy") {
      await navigator.clipboard.writeText(key.data);
      return this.toast("Скопировано");
    }
    if (key.kind === "contact") return this.shareContact();
    if (key.kind === "location") return this.sharePlace();
    if (key.kind === "callback") {
      const ended = this.pressed;
      if (ended) this.dress(this.key(ended.id, ended.at), null);
      this.pressed = {id, at, label: key.label, sent: false, done: false};
      this.dress(this.key(id, at), "spin");
    }
    this.pressedAt = performance.now();
    const answer = await this.act("press", {message: id, label: key.label});
    if (this.pressed?.id !== id || this.pressed.at !== at) return null;
    if (!answer) { this.dress(this.key(id, at), null); this.pressed = null; } else { this.pressed.sent = true; this.settle(this.state); }
    return null;
  }

  // A link of the bot's own opens here; others belong to the browser.
  async follow(url) {
    if (/^(https?:\/\/)?(t\.me|telegram\.me|vk\.me|vk\.com|vk\.ru)\/|^tg:/i.test(url)) {
      try {
        const {phone} = await ask(`/api/phones/${this.account}/link`, {url});
        return phone === this.account ? null : this.desk.open(phone);
      } catch {
        // not the bot's: an ordinary page
      }
    }
    if (/^https?:\/\//i.test(url)) window.open(url, "_blank", "noreferrer,noopener");
    return null;
  }

  map(point) { return showPlace(point); }

  clicked(event) {
    const shown = event.target.closest("[data-open]");
    if (shown) showPicture(shown.dataset.open);
    const link = event.target.closest("a[href]");
    if (link && !link.hasAttribute("download") && /^(https?:\/\/(t\.me|vk\.me)\/|tg:)/i.test(link.href)) { event.preventDefault(); this.follow(link.href); }
  }

  // The strip below the chat: the field, or the one button that there is instead.
  bar() {
    const focused = this.under.querySelector(":focus-visible") !== null; // not after a tap: it would call up the screen's keyboard
    this.fill();
    if (focused && !this.under.contains(document.activeElement)) (this.input ?? this.under.querySelector("button")).focus({preventScroll: true});
  }

  fill() {
    this.beginning = this.isBeginning();
    const typed = this.input?.value ?? "";
    const one = this.state.blocked ? [this.words.unblock, "unblock"] : this.beginning ? [this.words.start, "start"] : null;
    if (one) {
      this.under.replaceChildren(this.state.blocked ? h("p", {class: "blocked"}, this.words.blocked) : "", h("div", {class: "bar one"}, h("button", {class: "big", onclick: () => this.act(one[1])}, one[0])));
      if (this.channel === "telegram" || this.state.blocked) { this.input = null; return; }
    }
    this.input = h("input", {"aria-label": "Сообщение", placeholder: "Сообщение", autocomplete: "off", enterkeyhint: "send", maxlength: 12_000,
      onpaste: (event) => { if (event.clipboardData.files.length) { event.preventDefault(); this.send([...event.clipboardData.files]); } }});
    this.input.value = typed;
    const file = h("input", {type: "file", class: "sr", tabindex: -1, "aria-hidden": "true", onchange: () => { this.send([...file.files]); file.value = ""; }});
    const keys = keyboard(this.state.keyboard, (key) => this.press(0, key, ""), "kb reply");
    keys?.setAttribute("aria-label", "Клавиатура бота");
    const field = h("form", {class: "bar", onsubmit: (event) => { event.preventDefault(); this.say(); }},
      h("button", {type: "button", "aria-label": "Прикрепить файл", title: "Файл или картинка", onclick: () => file.click()}, icon("clip")), file, this.input,
      this.channel === "telegram" && h("button", {type: "button", "aria-label": "Отправить контакт", title: "Отправить свой номер", onclick: () => this.shareContact()}, icon("card")),
      h("button", {type: "button", "aria-label": "Отправить место", title: "Отправить место", onclick: () => this.sharePlace()}, icon("pin")),
      h("button", {class: "send", "aria-label": "Отправить", title: "Отправить"}, icon("go")));
    this.under.replaceChildren(...(one ? [...this.under.childNodes] : []), field, keys ?? "");
  }

  async say() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    if (!await this.act("say", {text})) this.input.value = text;
  }

  async send(files) {
    for (const file of files) {
      try {
        await upload(this.account, file);
      } catch (refused) {
        this.desk.complain(refused.message);
      }
    }
  }

  async sharePlace() {
    const point = await choosePlace(this.person.about);
    if (point) await this.act("place", point);
  }

  shareContact() {
    sheet(this.glass, `Бот получит ваш номер: ${telephone(this.person.phone)}`, [["Поделиться номером", () => this.act("contact"), "main"], ["Отмена", null]]);
  }

  toast(text, alert) {
    if (alert) return sheet(this.glass, text, [["Понятно", null, "main"]]);
    const shown = h("div", {class: "toast"}, this.channel === "vk" && icon("ok"), text);
    this.toasts.replaceChildren(shown);
    setTimeout(() => shown.remove(), TOAST + text.length * 25);
    return null;
  }

  menu() {
    if (this.list) return this.list.close();
    const items = [
      this.state.blocked ? ["ok", this.words.unblock, () => this.act("unblock")] : ["stop", this.words.block, () => this.act("block")],
      ["link", "Открыть ссылку…", () => this.asked(followLink, ({url}) => this.followHere(url))],
      ["twice", "Повторить последнее обновление", () => this.act("repeat")],
      ["mask", "Подделать нажатие…", () => this.asked(forgeData, (values) => this.act("forge", values))],
      ["smile", "Отправить стикер", () => this.act("sticker")],
      ["mic", "Отправить голосовое", () => this.act("voice")],
      this.desk.removable() && ["phone", "Убрать этот телефон", () => this.desk.close(this)],
    ].filter(Boolean);
    const list = h("div", {class: "list menu", role: "menu", "aria-label": "Ещё"}, items.map(([sign, label, act]) =>
      h("button", {role: "menuitem", tabindex: -1, onclick: () => { this.list.close(); act(); }}, icon(sign), label)));
    this.drop(list, this.more);
    list.querySelector("button").focus();
    return null;
  }

  drop(list, opener) {
    this.list = hang(this.glass, list, opener, () => { this.list = null; });
  }

  async asked(question, act) {
    const values = await question();
    if (values) act(values);
  }

  async followHere(url) {
    const answer = await this.act("link", {url});
    if (answer && answer.phone !== this.account) this.desk.open(answer.phone);
  }

  focused() {
    const key = document.activeElement?.closest?.("[data-at]");
    const holder = key?.closest(".m");
    return holder && this.flow.contains(holder) ? {id: Number(holder.dataset.id), at: key.dataset.at} : null;
  }

  // Whoever goes by the keyboard stays where they were: on the same key of the changed message, else on its first, else in the newest.
  refocus(focus) {
    if (!focus || this.flow.contains(document.activeElement)) return;
    const own = this.rendered.get(focus.id)?.element;
    const newest = [...this.rendered.values()].filter(({data}) => !data.mine && data.keys?.length).at(-1)?.element;
    const key = own?.querySelector(`[data-at="${focus.at}"]`) ?? own?.querySelector("[data-at]") ?? newest?.querySelector("[data-at]") ?? this.input;
    key?.focus({preventScroll: true});
  }
}
