// Windows over the page: add a person, choose a place, follow a link, forge data, look at a picture.

import {h, icon} from "/files/dom.js";
import {chooser, settlements} from "/files/map.js";

// Shows a dialog and resolves with what its form holds, or null when it was dismissed.
function open(title, content, {yes = "Готово", wide = false, check = () => ""} = {}) {
  return new Promise((resolve) => {
    let result = null;
    const wrong = h("p", {class: "wrong", role: "alert"});
    const form = h("form", {method: "dialog", onsubmit: (event) => {
      const values = Object.fromEntries(new FormData(form));
      const reason = check(values);
      if (reason) { event.preventDefault(); wrong.textContent = reason; } else result = values;
    }}, h("header", {}, h("h2", {}, title), h("button", {type: "button", class: "close", "aria-label": "Закрыть", onclick: () => dialog.close()}, icon("cross"))),
    content, wrong, yes && h("footer", {}, h("button", {type: "button", class: "plain", onclick: () => dialog.close()}, "Отмена"), h("button", {class: "key"}, yes)));
    const dialog = h("dialog", {class: wide ? "wide" : null, "aria-label": title}, form);
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(result); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const field = (label, input, hint) => h("label", {class: "field"}, h("span", {}, label), input, hint && h("small", {}, hint));
const chips = (name, options, chosen) => h("div", {class: "seg radios", role: "radiogroup"}, options.map(([value, text]) =>
  h("label", {}, h("input", {type: "radio", name, value, checked: value === chosen, class: "sr"}), h("span", {}, text))));

export const addPerson = ({channels, languages, kinds}) => open("Новый человек", [
  field("Имя", h("input", {name: "name", required: true, maxlength: 60, autocomplete: "off", placeholder: "Мария"})),
  field("Подпись", h("input", {name: "about", maxlength: 60, autocomplete: "off", placeholder: "мама, Ключи"}), "Для вас: бот её не видит."),
  h("div", {class: "field"}, h("span", {}, "Мессенджер"), chips("channel", channels.map(({name, title}) => [name, title]), channels[0].name)),
  field("Язык телефона", h("select", {name: "language"}, Object.entries(languages).map(([value, text]) => h("option", {value}, text)))),
  field("Кто это", h("select", {name: "kind"}, Object.entries(kinds).map(([value, text]) => h("option", {value}, text)))),
], {yes: "Добавить", check: ({name}) => (name.trim() ? "" : "Без имени никак.")});

// `home` is a text that may name the settlement to begin with.
export async function choosePlace(home) {
  const known = settlements();
  const named = known.filter(({name}) => home.includes(name)).sort((a, b) => b.name.length - a.name.length);
  let chosen = named[0] ?? known[0] ?? {latitude: 57, longitude: 57, name: ""};
  const numbers = ["latitude", "longitude"].map((name) => h("input", {name, inputmode: "decimal", required: true, autocomplete: "off", oninput: typed}));
  const list = h("select", {name: "title", onchange: () => { const found = known.find(({name}) => name === list.value); if (found) { map.show(found); fill(found); } }},
    h("option", {value: ""}, "точка на карте"), known.map(({name}) => h("option", {value: name}, name)));
  const map = chooser(chosen, fill);
  function fill(point) {
    chosen = point;
    list.value = point.name ?? "";
    numbers[0].value = point.latitude.toFixed(5);
    numbers[1].value = point.longitude.toFixed(5);
  }
  function typed() {
    const [latitude, longitude] = numbers.map((input) => Number(input.value.replace(",", ".")));
    if (Number.isFinite(latitude) && Number.isFinite(longitude)) { chosen = {latitude, longitude, name: ""}; list.value = ""; map.show(chosen); }
  }
  fill(chosen);
  const sent = await open("Где вы", [map.element, h("div", {class: "trio"}, field("Пункт", list), field("Широта", numbers[0]), field("Долгота", numbers[1]))], {
    yes: "Отправить место", wide: true,
    check: () => (Math.abs(chosen.latitude) <= 90 && Math.abs(chosen.longitude) <= 180 ? "" : "Таких координат на Земле нет."),
  });
  // A phone shares a bare point: which settlement it is, the bot has to find out.
  return sent && {latitude: chosen.latitude, longitude: chosen.longitude};
}

export const showPlace = (point) => open(point.title || "Место на карте", [chooser(point).element, point.address && h("p", {}, point.address),
  h("p", {class: "muted"}, `${point.latitude.toFixed(5)}, ${point.longitude.toFixed(5)} · округ выдуман, поэтому и карта нарисована`)], {yes: "", wide: true});

export const followLink = () => open("Открыть ссылку", [
  field("Ссылка или то, что в ней после start= или ref=", h("input", {name: "url", required: true, autocomplete: "off", placeholder: "programme-1"}),
    "Так открывают бота с плаката или по ссылке из другого мессенджера."),
], {yes: "Открыть"});

export const forgeData = () => open("Подделать нажатие", [
  field("Данные кнопки", h("input", {name: "data", required: true, autocomplete: "off", placeholder: "programme/1"}),
    "Чужое приложение может прислать боту что угодно. Он отвечает так, будто ничего не случилось."),
], {yes: "Прислать"});

export function showPicture(url) {
  const dialog = h("dialog", {class: "picture", "aria-label": "Картинка", onclick: () => dialog.close()}, h("img", {src: url, alt: "Картинка крупно"}),
    h("button", {class: "close", "aria-label": "Закрыть", autofocus: true}, icon("cross")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
