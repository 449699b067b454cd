// One message of a chat: its text with marks, pictures, documents, places, cards and keys.

import {clockTime, h, icon, size, telephone} from "/files/dom.js";
import {tile} from "/files/map.js";

const SIGN = /^(\p{Extended_Pictographic}\uFE0F?)\s+/u;
const NUMBER = /^(\d{1,2}\.)\s+/;
const ADDRESS = /https?:\/\/[^\s<>«»"]+[^\s<>«»".,;:!?)]/g;

export function message(data, hand) {
  const out = data.mine;
  const text = lines(data.text ?? "", data.spans ?? []);
  const time = h("span", {class: "t"}, data.edited && !out ? "изменено " : "", clockTime(Date.parse(data.at)),
    out && icon(data.read ? "read" : "sent", data.read ? "прочитано" : "отправлено", "tick"));
  const parts = [
    data.picture && picture(data.picture),
    data.place && place(data.place, hand),
    data.document && documentRow(data.document),
    data.contact && h("div", {class: "row"}, h("span", {class: "disc"}, icon("card")), h("span", {}, h("b", {}, data.contact.name), h("small", {}, telephone(data.contact.phone)))),
    ...text,
  ].filter(Boolean);
  const last = text.at(-1);
  if (last) last.append(time);
  else {
    if (data.picture || (data.place && !data.place.title && !data.place.address)) time.classList.add("over");
    parts.push(time);
  }
  const bubble = h("div", {class: `b${data.picture ? " pictured" : ""}${text.length ? "" : " bare"}`}, parts);
  return h("div", {class: `m${out ? " out" : ""}`, "data-id": data.id}, bubble, cards(data, hand), keyboard(data.keys, (key, at) => hand.press(data.id, key, at)));
}

export function keyboard(rows, press, kind = "kb") {
  if (!rows?.length) return null;
  return h("div", {class: kind}, rows.map((row, y) => h("div", {class: "r"}, row.map((key, x) => {
    const sign = {url: "out", copy: "copy"}[key.kind];
    return h("button", {class: {primary: "main", good: "good", danger: "bad"}[key.style], "data-at": `${y}.${x}`, onclick: () => press(key, `${y}.${x}`)},
      key.kind === "contact" && icon("card"), key.kind === "location" && icon("pin"), h("span", {}, key.label), sign && icon(sign, null, "i corner"));
  }))));
}

// Paragraphs; the first bold line is a title, a line that begins with a sign or a number hangs on it.
function lines(text, spans) {
  if (!text) return [];
  const paragraphs = [];
  let from = 0, gap = false;
  for (const line of text.split("\n")) {
    const to = from + line.length;
    if (line.trim()) {
      const kind = [gap && "gap"];
      const bold = spans.some((span) => span.kind === "bold" && span.from <= from && span.to >= to);
      if (!paragraphs.length && bold && text.length > line.length) kind.push("title");
      const hung = SIGN.exec(line) ?? NUMBER.exec(line);
      const cut = hung ? hung[0].length : /^\s*/.exec(line)[0].length;
      if (hung) kind.push(SIGN.test(line) ? "fact" : "item");
      else if (cut && paragraphs.at(-1)?.matches(".item, .under")) kind.push("under");
      paragraphs.push(h("p", {class: kind.filter(Boolean).join(" ") || null}, hung && h("i", {class: "s"}, hung[1]), marked(text, from + cut, to, spans)));
    }
    gap = !line.trim();
    from = to + 1;
  }
  return paragraphs;
}

function marked(text, from, to, spans) {
  const own = spans.filter((span) => span.to > from && span.from < to);
  const edges = new Set([from, to, ...own.flatMap((span) => [span.from, span.to]).filter((edge) => edge > from && edge < to)]);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, number) => {
    const piece = text.slice(start, sorted[number + 1]);
    const over = own.filter((span) => span.from <= start && span.to > start);
    const inner = over.some((span) => span.kind === "url") ? [piece] : linked(piece);
    return over.reduce((nodes, span) => [wrap(span, nodes)], inner);
  });
}

function wrap(span, nodes) {
  if (span.kind === "url") return anchor(span.url || nodes.join(""), nodes);
  return h({bold: "b", italic: "em", underline: "u", strike: "s", code: "code"}[span.kind] ?? "span", {}, nodes);
}

function linked(piece) {
  const nodes = [];
  let at = 0;
  for (const found of piece.matchAll(ADDRESS)) {
    nodes.push(piece.slice(at, found.index), anchor(found[0], [found[0]]));
    at = found.index + found[0].length;
  }
  return [...nodes, piece.slice(at)];
}

// Only web addresses and telephone numbers become links: a bot's text may hold anything.
function anchor(url, nodes) {
  return /^(https?:|tg:|tel:|mailto:)/i.test(url) ? h("a", {href: url, target: "_blank", rel: "noreferrer noopener"}, nodes) : h("span", {}, nodes);
}

const picture = (media) => h("button", {class: "photo", "aria-label": "Открыть картинку", "data-open": media.url},
  h("img", {src: media.url, alt: "Картинка", loading: "lazy"}));

const documentRow = (media) => h("a", {class: "row", href: media.url, download: media.name}, h("span", {class: "disc"}, icon("file")),
  h("span", {}, h("b", {}, media.name), h("small", {}, `${size(media.size)} · сохранить`)));

function place(point, hand) {
  const words = point.title || point.address;
  return h("button", {class: "place", onclick: () => hand.map(point), "aria-label": `Место на карте${words ? `: ${words}` : ""}`},
    tile(point), words && h("span", {class: "where"}, point.title && h("b", {}, point.title), point.address && h("small", {}, point.address)));
}

function cards(data, hand) {
  if (!data.cards?.length) return null;
  return h("div", {class: "cards", tabindex: 0, role: "group", "aria-label": "Карточки, листаются вбок"}, data.cards.map((card, number) =>
    h("article", {class: "card"}, card.picture && picture(card.picture), h("b", {}, card.title), card.description && h("p", {}, card.description),
      keyboard(card.keys, (key, at) => hand.press(data.id, key, `${number}:${at}`)))));
}
