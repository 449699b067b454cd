// The district drawn from its settlements alone: a tile for a shared place, a map to choose one on. No real map is asked for anything.

import {svg} from "/files/dom.js";

const KM = 111.32;
const TILE = {width: 4.6, height: 2.1};
let centre = {latitude: 57, longitude: 57};
let places = [];

const at = ({latitude, longitude}) => ({
  x: (longitude - centre.longitude) * Math.cos(centre.latitude * Math.PI / 180) * KM,
  y: (centre.latitude - latitude) * KM,
});
const back = ({x, y}) => ({
  latitude: centre.latitude - y / KM,
  longitude: centre.longitude + x / KM / Math.cos(centre.latitude * Math.PI / 180),
});

// Numbers that look random and are the same each time.
function dice(seed) {
  let state = [...seed].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) | 0, 7);
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

// `roads` are {a, b, kilometres} between names; the first place is the centre of the map.
export function setLand({places: list, roads}) {
  if (!list.length) return;
  centre = list[0];
  places = list.map((place) => ({...place, ...at(place)}));
  document.getElementById("district").replaceChildren(...ground(), ...river(), ...roads.map(road), ...places.map(village));
}

function ground() {
  const roll = dice("forest");
  const woods = Array.from({length: 90}, () => {
    const [x, y, r] = [(roll() - .5) * 170, (roll() - .5) * 170, 1.6 + roll() * 5];
    return places.some((place) => Math.hypot(place.x - x, place.y - y) < r + 1.6) ? null : svg("ellipse", {class: "wood", cx: x, cy: y, rx: r * 1.4, ry: r});
  });
  return [svg("rect", {class: "land", x: -200, y: -200, width: 400, height: 400}), ...woods.filter(Boolean)];
}

// The river passes between the first two settlements, as the district's does between its centre and Ust-Ryazh.
function river() {
  if (places.length < 2) return [];
  const [a, b] = places;
  const middle = {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2};
  const long = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const along = {x: -(b.y - a.y) / long, y: (b.x - a.x) / long};
  const across = {x: along.y, y: -along.x};
  const points = Array.from({length: 23}, (_, number) => {
    const [far, bend] = [(number - 11) * 9, Math.sin(number * 1.3) * 1.7 * Math.min(1, Math.abs(number - 11))];
    return `${(middle.x + along.x * far + across.x * bend).toFixed(2)} ${(middle.y + along.y * far + across.y * bend).toFixed(2)}`;
  });
  const [first, ...rest] = points;
  return [svg("path", {class: "river", d: `M${first} ${rest.map((point, number) => (number ? `T${point}` : `Q${first} ${point}`)).join(" ")}`})];
}

// A road bends as much as it is longer than the straight line: the way over a far bridge is seen to be one.
function road({a, b, kilometres}) {
  const [from, to] = [a, b].map((name) => places.find((place) => place.name === name));
  const straight = Math.hypot(to.x - from.x, to.y - from.y);
  const bend = Math.min(.45, Math.sqrt(Math.max(0, (kilometres / straight) ** 2 - 1)) * .28) * (dice(a + b)() < .5 ? -1 : 1);
  return svg("path", {class: "road", d: `M${from.x} ${from.y}Q${(from.x + to.x) / 2 + (to.y - from.y) * bend} ${(from.y + to.y) / 2 + (from.x - to.x) * bend} ${to.x} ${to.y}`});
}

// Three streets, two lanes and houses with yards; the centre has more of them.
function village(place, number) {
  const roll = dice(place.name);
  const [streets, long] = number ? [2 + Math.floor(roll() * 2), .5 + roll() * .4] : [6, 1.3];
  let ways = "", houses = "";
  for (let street = 0; street < streets; street += 1) {
    const y = (street - (streets - 1) / 2) * .3;
    ways += `M${-long} ${y}H${long}`;
    for (let x = -long + .05; x < long; x += .1) {
      for (const side of [-.1, .045]) if (roll() > .3) houses += `M${x.toFixed(3)} ${(y + side).toFixed(3)}h.06v.055h-.06z`;
    }
  }
  for (const x of [-long / 2, long / 3]) ways += `M${x} ${-(streets - 1) * .15}V${(streets - 1) * .15}`;
  return svg("g", {transform: `translate(${place.x} ${place.y}) rotate(${Math.floor(roll() * 180)})`},
    svg("ellipse", {class: "town", rx: long * 1.15, ry: streets * .2 + .12}), svg("path", {class: "street", d: ways}), svg("path", {class: "house", d: houses}));
}

const view = (middle, width, height) => ({viewBox: `${middle.x - width / 2} ${middle.y - height / 2} ${width} ${height}`, preserveAspectRatio: "xMidYMid slice"});
const pin = ({x, y}, grown) => svg("g", {class: "pin", transform: `translate(${x} ${y}) scale(${grown})`},
  svg("ellipse", {class: "shade", rx: 4, ry: 1.6}), svg("path", {d: "M0 0C-3-5-7-8.5-7-14a7 7 0 0 1 14 0C7-8.5 3-5 0 0Z"}), svg("circle", {cy: -14, r: 2.6}));

// Names beside their places: below, above, to the right or to the left, wherever they cover no other.
function labels(grown) {
  const taken = places.map(({x, y}) => ({left: x - grown * .35, right: x + grown * .35, top: y - grown * .35, bottom: y + grown * .35}));
  return places.map((place) => {
    const half = place.name.length * grown * .29;
    const spots = [[0, 1.5], [0, -.75], [half + grown * .6, .35], [-half - grown * .6, .35], [half, 1.3], [-half, 1.3], [half, -.6], [-half, -.6]].map(([dx, dy]) => ({dx, dy: dy * grown}));
    const box = ({dx, dy}) => ({left: place.x + dx - half, right: place.x + dx + half, top: place.y + dy - grown * .8, bottom: place.y + dy + grown * .2});
    const free = (spot) => { const b = box(spot); return taken.every((other) => other.right <= b.left || other.left >= b.right || other.bottom <= b.top || other.top >= b.bottom); };
    const spot = spots.find(free) ?? spots[0];
    taken.push(box(spot));
    return svg("text", {x: place.x + spot.dx, y: place.y + spot.dy, "font-size": grown, class: "label"}, place.name);
  });
}
const label = (place, grown) => svg("text", {x: place.x, y: place.y + grown * 1.5, "font-size": grown, class: "label"}, place.name);

export function tile(point) {
  const middle = at(point);
  const near = places.filter((place) => Math.abs(place.x - middle.x) < TILE.width / 2 && Math.abs(place.y - middle.y) < TILE.height / 2 && Math.hypot(place.x - middle.x, place.y - middle.y) > .2);
  return svg("svg", {class: "map", ...view({x: middle.x, y: middle.y - .12}, TILE.width, TILE.height), "aria-hidden": "true"},
    svg("use", {href: "#district"}), ...near.map((place) => label(place, .17)), pin(middle, .034));
}

// A map one can point at, with the mouse or with arrow keys, and a list of settlements beside it.
export function chooser(start, onchange) {
  const all = places.length ? places : [{x: 0, y: 0}];
  const [left, right] = [Math.min(...all.map(({x}) => x)) - 7, Math.max(...all.map(({x}) => x)) + 7];
  const [top, bottom] = [Math.min(...all.map(({y}) => y)) - 6, Math.max(...all.map(({y}) => y)) + 6];
  const [width, height] = [right - left, bottom - top];
  const grown = Math.max(width, height * 1.5) / 300;
  const marks = svg("g", {});
  const map = svg("svg", {class: "map wide", viewBox: `${left} ${top} ${width} ${height}`, tabindex: onchange ? 0 : -1, role: "img",
    "aria-label": "Карта округа"}, svg("use", {href: "#district"}),
    ...places.map((place) => svg("circle", {cx: place.x, cy: place.y, r: grown * 2.4, class: "spot"})), ...labels(grown * 8), marks);
  const show = (point) => marks.replaceChildren(pin(at(point), grown * .95));
  let chosen = start;
  const choose = (point) => { chosen = point; show(point); onchange(point); };
  show(start);
  if (onchange) {
    map.addEventListener("click", (event) => {
      const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
      const near = places.find((place) => Math.hypot(place.x - spot.x, place.y - spot.y) < grown * 6);
      choose(near ?? {...back(spot), name: ""});
    });
    map.addEventListener("keydown", (event) => {
      const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
      if (!step) return;
      event.preventDefault();
      const from = at(chosen);
      choose({...back({x: from.x + step[0] * (event.shiftKey ? 2 : .2), y: from.y + step[1] * (event.shiftKey ? 2 : .2)}), name: ""});
    });
  }
  return {element: map, show};
}

export const settlements = () => places;
