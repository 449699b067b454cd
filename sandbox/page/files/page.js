// The page: telephones on the desk, the clock, the bot's state, and the changes that the sandbox tells of.

import {avatar, count, h, longTime, now, setClock} from "/files/dom.js";
import {addPerson} from "/files/dialogs.js";
import {Calls} from "/files/calls.js";
import {setLand} from "/files/map.js";
import {Phone} from "/files/phone.js";
import {picker} from "/files/picker.js";
import {ask, follow} from "/files/server.js";

const $ = (selector) => document.querySelector(selector);
const KEPT = "kruzhok-phones";
const BOT = {preparing: "готовим каталог…", starting: "бот запускается…", running: "бот работает", restarting: "бот перезапускается…", down: "бот остановился"};
const REACH = {full: "Telegram открыт", catalogue: "Telegram: каталог", off: "Telegram закрыт"};

const people = new Map();
const chats = new Map();
const seen = new Map();
let phones = [];
let active = 0;
let state = null;
let start = 0;

const calls = new Calls($(".calls"), complain);

const desk = {
  pick, complain,
  close: (phone) => { removeAt(phones.indexOf(phone)); },
  open: (account) => show(account, null),
  removable: () => phones.length > 1,
  greeting: (channel, language) => state.greetings[channel]?.[language] ?? "",
};

function complain(text) {
  const box = $("#notice");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => { box.hidden = true; }, 3500 + text.length * 40);
}

const attempt = async (path, body) => {
  try { return await ask(path, body); } catch (refused) { complain(refused.message); return null; }
};

// ---- people and telephones

function addToPeople(person) {
  for (const account of person.accounts) people.set(account, person);
}

function personOf(account) {
  if (!people.has(account)) {
    // Somebody led by a link into a messenger where they were not yet: the number says who.
    const [channel, user] = account.split(":");
    const pair = [...people].find(([known]) => known.split(":")[0].split(".")[0] === channel.split(".")[0]);
    const first = pair && Number(pair[0].split(":")[1]) - pair[1].number;
    const person = [...people.values()].find(({number}) => number === Number(user) - first);
    if (person) people.set(account, person);
  }
  return people.get(account);
}

const titleOf = (account) => state.channels.find(({name}) => name.replace("/", ".") === account.split(":")[0])?.title ?? account;

function place(account, at) {
  const person = personOf(account);
  if (!person) return null;
  const phone = new Phone(account, person, chats.get(account), desk);
  phone.element.addEventListener("focusin", () => { active = phones.indexOf(phone); });
  phone.element.addEventListener("pointerdown", () => { active = phones.indexOf(phone); });
  const old = phones[at];
  phones[at] = phone;
  if (old) old.element.replaceWith(phone.element);
  else $("#phones").append(phone.element);
  return phone;
}

// Shows an account: where it already is, or in the given phone, or in one more phone.
function show(account, phone) {
  const there = phones.findIndex((each) => each.account === account);
  if (phone && there >= 0 && phones[there] !== phone) place(phone.account, there);
  const at = phone ? phones.indexOf(phone) : there >= 0 ? there : phones.length;
  if (phone || there < 0) place(account, at);
  remember();
  activate(at);
  phones[at].element.scrollIntoView({block: "nearest", inline: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
  phones[at].as.focus({preventScroll: true});
}

function removeAt(at) {
  if (phones.length < 2) return;
  phones[at].element.remove();
  phones.splice(at, 1);
  remember();
  activate(Math.min(at, phones.length - 1));
}

const remember = () => localStorage.setItem(KEPT, JSON.stringify(phones.map(({account}) => account)));

function pick(phone) {
  if (phone.list) { phone.list.close(); return; }
  const choices = [...new Map([...people].sort(([, a], [, b]) => a.number - b.number)).keys()].map((account) => ({
    account, person: people.get(account), title: titleOf(account), here: account === phone.account, news: news(account)}));
  const {list, focus} = picker(choices, [
    ["plus", "Добавить человека…", () => { phone.list.close(); add(phone); }],
    ["phone", "Ещё один телефон", () => { phone.list.close(); const free = choices.find(({account}) => phones.every((each) => each.account !== account)); if (free) show(free.account, null); }],
  ], (account) => { phone.list.close(); show(account, phone); });
  phone.drop(list, phone.as);
  focus();
}

async function add(phone) {
  const values = await addPerson(state);
  const person = values && await attempt("/api/people", values);
  if (!person) return;
  addToPeople(person);
  show(person.accounts[0], phone);
}

// ---- what is new in chats that nobody looks at

const visible = (at) => !narrow.matches || at === active;
const narrow = matchMedia("(max-width: 1239px)");
narrow.addEventListener("change", () => { activate(active); calls.toggle(!narrow.matches); });

function news(account) {
  const last = seen.get(account) ?? 0;
  return (chats.get(account)?.messages ?? []).filter(({id, mine}) => !mine && id > last).length;
}

function look() {
  phones.forEach((phone, at) => {
    if (visible(at)) seen.set(phone.account, Math.max(0, ...(chats.get(phone.account)?.messages ?? []).map(({id}) => id)));
  });
}

function activate(at) {
  active = at;
  phones.forEach((phone, number) => phone.element.classList.toggle("active", number === at));
  look();
  tabs();
}

function tabs() {
  const bar = $(".tabs");
  const focused = bar.contains(document.activeElement);
  bar.replaceChildren(...phones.map((phone, at) => {
    const fresh = news(phone.account);
    return h("button", {role: "tab", "aria-selected": String(at === active), tabindex: at === active ? 0 : -1, onclick: () => activate(at)},
      avatar(phone.person), h("span", {}, phone.person.name), fresh ? h("em", {"aria-label": `новых: ${fresh}`}, fresh) : null);
  }));
  if (focused) bar.querySelector("[tabindex='0']").focus();
}
$(".tabs").addEventListener("keydown", (event) => {
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  if (step) activate((active + step + phones.length) % phones.length);
});

// ---- the top bar

function tick() {
  if (!state) return;
  const [time, moved] = [$("#now"), $("#moved")];
  const text = longTime(now());
  if (time.textContent !== text) {
    time.textContent = text;
    time.dateTime = new Date(now()).toISOString();
    moved.textContent = gone(now() - start);
    phones.forEach((phone) => phone.tick());
  }
}
setInterval(tick, 500);

function gone(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const parts = [days && count(days, "день", "дня", "дней"), hours && count(hours, "час", "часа", "часов"), !days && count(minutes % 60, "минута", "минуты", "минут")];
  return minutes ? `с начала: ${parts.filter(Boolean).join(" ")}` : "начало времени";
}

const shift = (seconds) => attempt("/api/clock", {seconds});
$("#hour").addEventListener("click", () => shift(3600));
$("#day").addEventListener("click", () => shift(86_400));
$("#add").addEventListener("click", () => add(null));
$("#trouble").addEventListener("change", (event) => attempt("/api/faults", {troubled: event.target.checked}));

const rules = $("#rules-card");
rules.addEventListener("change", () => attempt("/api/policy", {telegram: rules.elements.telegram.value, personal_data: rules.elements.personal.checked}));
rules.addEventListener("submit", (event) => event.preventDefault());
$("#bot-card button").addEventListener("click", () => attempt("/api/bot", {}));
for (const button of document.querySelectorAll("[popovertarget]")) {
  const card = document.getElementById(button.getAttribute("popovertarget"));
  card.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    const under = button.getBoundingClientRect();
    card.style.top = `${under.bottom + 8}px`;
    card.style.left = `${Math.max(8, Math.min(under.left, innerWidth - card.offsetWidth - 8))}px`;
    const lines = card.querySelector("pre");
    if (lines) lines.scrollTop = lines.scrollHeight;
  });
}

const on = {
  clock(clock) { setClock(clock.now); tick(); },
  bot(bot) {
    state.bot = bot;
    const chip = $("#bot");
    chip.dataset.state = bot.state;
    chip.querySelector("span").textContent = BOT[bot.state];
    $("#bot-card p").textContent = bot.note || {running: "Отвечает в обоих мессенджерах.", preparing: "Рисуем картинки, собираем таблицу и загружаем её обычной командой."}[bot.state] || "Это несколько секунд.";
    $("#bot-card pre").textContent = bot.lines.join("\n") || "Пока ничего не напечатано.";
  },
  policy(policy) {
    rules.elements.telegram.value = policy.telegram;
    rules.elements.personal.checked = policy.personal_data;
    $("#rules span").textContent = policy.telegram === "off" || policy.personal_data ? REACH[policy.telegram] : `${REACH[policy.telegram]}, без личного`;
  },
  troubled(troubled) { $("#trouble").checked = troubled; },
  greetings(greetings) {
    state.greetings = greetings;
    phones.forEach((phone) => phone.greet());
  },
  person: addToPeople,
  call: (call) => calls.add(call),
  violation: (violation) => calls.breach(violation),
  back() { document.body.classList.remove("lost"); on.bot(state.bot); },
  chat({phone, messages, gone: removed, ...head}) {
    const before = chats.get(phone)?.messages ?? [];
    const fresh = new Map(before.map((message) => [message.id, message]));
    removed.forEach((id) => fresh.delete(id));
    messages.forEach((message) => fresh.set(message.id, message));
    chats.set(phone, {...head, messages: [...fresh.values()].sort((a, b) => a.id - b.id)});
    phones.filter(({account}) => account === phone).forEach((each) => each.take({...head, messages, gone: removed}));
    look();
    tabs();
  },
};

function began(snapshot) {
  state = snapshot;
  people.clear();
  snapshot.people.forEach(addToPeople);
  chats.clear();
  for (const [account, chat] of Object.entries(snapshot.chats)) chats.set(account, chat);
  start = Date.parse(snapshot.start);
  setLand(snapshot.land);
  on.clock(snapshot.clock);
  on.bot(snapshot.bot);
  on.policy(snapshot.policy);
  on.troubled(snapshot.troubled);
  calls.begin(snapshot.calls, snapshot.violations);
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? [];
  const accounts = [...new Set(kept.filter((account) => personOf(account)))];
  phones.forEach((phone) => phone.element.remove());
  phones = [];
  (accounts.length ? accounts : snapshot.phones).forEach((account, at) => place(account, at));
  activate(Math.min(active, phones.length - 1));
  tick();
}

follow({began, event: (name, data) => on[name](data), lost: () => {
  document.body.classList.add("lost");
  $("#bot").dataset.state = "lost";
  $("#bot span").textContent = "нет связи с песочницей";
}});
