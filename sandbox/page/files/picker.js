// "Who are you": a list of all people in all their messengers, for arrows, typing, mouse and touch.

import {avatar, h, icon} from "/files/dom.js";

const TYPING = 900;

// `choices` are {account, person, title, here (whether this phone has it), news (unread messages)}; `actions` are [sign, label, act].
export function picker(choices, actions, choose) {
  const options = choices.map((choice, number) => h("button", {role: "option", id: `option-${choice.account}`, "aria-selected": String(choice.here), tabindex: choice.here ? 0 : -1, onclick: () => choose(choice.account)},
    choices[number - 1]?.person === choice.person ? h("span", {class: "ava none", "aria-hidden": "true"}) : avatar(choice.person),
    h("span", {}, h("b", {}, choice.person.name), h("small", {}, choice.person.about)),
    choice.news ? h("em", {"aria-label": `непрочитанных: ${choice.news}`}, choice.news) : null,
    h("i", {class: choice.title.startsWith("VK") ? "vk" : "tg"}, choice.title), choice.here ? icon("ok") : null));
  const box = h("div", {class: "options", role: "listbox", "aria-label": "Кто вы"}, options);
  let typed = "", at = 0;
  box.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || (event.key === " " && !typed)) return;
    event.preventDefault();
    typed = performance.now() - at > TYPING ? event.key : typed + event.key;
    at = performance.now();
    const wanted = typed.toLowerCase();
    const first = options.indexOf(document.activeElement) + (typed.length === 1 ? 1 : 0);
    const order = [...choices.slice(first), ...choices.slice(0, first)];
    const found = order.find(({person}) => person.name.toLowerCase().startsWith(wanted)) ?? order.find(({person}) => `${person.name} ${person.about}`.toLowerCase().includes(wanted));
    if (found) options[choices.indexOf(found)].focus();
  });
  const list = h("div", {class: "list people"}, box, h("div", {class: "acts"}, actions.map(([sign, label, act]) => h("button", {onclick: act}, icon(sign), label))));
  return {list, focus: () => (options.find((option) => option.tabIndex === 0) ?? options[0]).focus()};
}
