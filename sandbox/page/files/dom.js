// Making elements, and saying times, numbers and sizes in Russian.

const SVG = "http://www.w3.org/2000/svg";

// h("button", {class: "x", onclick: f, "aria-label": "…", vars: {c: "#fff"}}, "text", child, null)
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "vars") for (const [key, part] of Object.entries(value)) element.style.setProperty(`--${key}`, part);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function svg(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A drawn sign of page.html; with a label it speaks, without one it is silent.
export const icon = (name, label, kind = "i") =>
  svg("svg", {class: kind, ...(label ? {role: "img", "aria-label": label} : {"aria-hidden": "true"})}, svg("use", {href: `#${name}`}));

export const avatar = (person) => h("span", {class: "ava", vars: {c: person.colour}, "aria-hidden": "true"}, [...person.name][0]);

// Sandbox time: instants are milliseconds, read in the district's zone whatever the browser's own is.
let zone = 0;
let ahead = 0;
export function setClock(iso) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(iso) ?? [null, "+", "0", "0"];
  zone = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  ahead = Date.parse(iso) - performance.now();
}
export const now = () => performance.now() + ahead;
const format = (options) => {
  const formatter = new Intl.DateTimeFormat("ru", {timeZone: "UTC", ...options});
  return (instant) => formatter.format(instant + zone);
};
export const clockTime = format({hour: "2-digit", minute: "2-digit"});
export const dayName = format({day: "numeric", month: "long"});
const longDay = format({weekday: "long", day: "numeric", month: "long", year: "numeric"});
export const longTime = (instant) => `${longDay(instant).replace(/\sг\.$/, "")}, ${clockTime(instant)}`;
export const dayOf = (instant) => Math.floor((instant + zone) / 86_400_000);

const plurals = new Intl.PluralRules("ru");
export const count = (number, one, few, many) => `${number} ${{one, few, many}[plurals.select(number)] ?? many}`;
const rounded = new Intl.NumberFormat("ru", {maximumFractionDigits: 1});
export const size = (bytes) =>
  bytes < 1024 ? `${bytes} Б` : bytes < 1_048_576 ? `${rounded.format(bytes / 1024)} КБ` : `${rounded.format(bytes / 1_048_576)} МБ`;
export const telephone = (phone) => phone.replace(/^(\+7)(\d{3})(\d{3})(\d\d)(\d\d)$/, "$1\u00a0$2\u00a0$3\u2011$4\u2011$5");

// Arrow keys, Home and End among `elements()`; a roving focus for lists and menus.
export function rove(event, elements) {
  const step = {ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity}[event.key];
  if (!step) return;
  event.preventDefault();
  const all = elements();
  const at = all.indexOf(document.activeElement);
  const next = step === -Infinity ? 0 : step === Infinity ? all.length - 1 : (at + step + all.length) % all.length;
  all[next]?.focus();
}
