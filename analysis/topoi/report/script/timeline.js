// How do the shares of the chosen passages change? Lines with bands, and a stretch to choose.

const TIME = { width: 960, height: 260, left: 44, right: 150, top: 12, bottom: 30 };
const TIME_HEIGHT = TIME.height - TIME.top - TIME.bottom;
const A_TICK = 70; // pixels that the name of a period needs

let pressed = null; // the period where a stretch began

function timelineShows() {
  return [state.theme, state.q, state.facets, state.from, state.to];
}

function renderTimeline() {
  byId("time").hidden = periods.names.length < 2;
  if (periods.names.length < 2) return;
  fitWidth();
  const cells = timeCells();
  const top = highest(cells);
  replace(byId("time-plot"), timeAxes(top), stretch(), run.themes.map((_, theme) => themeLine(cells, theme, top)), timeLabels(cells, top), timeCover());
}

// One unit of the drawing is one pixel, so that letters are readable on any screen.
function fitWidth() {
  TIME.width = Math.max(byId("time").clientWidth, 300);
  TIME.right = TIME.width < 600 ? 96 : 150;
  byId("time-plot").setAttribute("viewBox", `0 0 ${TIME.width} ${TIME.height}`);
}

function timeWidth() {
  return TIME.width - TIME.left - TIME.right;
}

function timeCells() {
  const members = periods.names.map(() => []);
  for (const passage of chosenOfAnyTime()) {
    if (periods.of[passage] >= 0) members[periods.of[passage]].push(passage);
  }
  return members.map((found) => (found.length ? themeShares(found) : null));
}

function highest(cells) {
  const values = cells.flatMap((cell) => (cell ? cell.map((one) => (Number.isFinite(one.upper) ? one.upper : one.share)) : []));
  const most = Math.max(0.05, ...values.filter(Number.isFinite));
  return Math.min(1, Math.ceil(most * 10) / 10);
}

function timeX(period) {
  return TIME.left + (timeWidth() * (period + 0.5)) / periods.names.length;
}

function timeY(share, top) {
  return TIME.top + TIME_HEIGHT * (1 - share / top);
}

function timeAxes(top) {
  const step = top > 0.5 ? 0.2 : top > 0.2 ? 0.1 : 0.05;
  const ticks = Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, at) => at * step);
  const every = Math.max(1, Math.ceil((A_TICK * periods.names.length) / timeWidth()));
  return [
    ...ticks.map((share) => drawn("line", { class: "grid", x1: TIME.left, x2: TIME.left + timeWidth(), y1: timeY(share, top), y2: timeY(share, top) })),
    ...ticks.map((share) => drawn("text", { class: "tick", x: TIME.left - 6, y: timeY(share, top) + 4, "text-anchor": "end" }, percent(share, 0))),
    ...periods.names.flatMap((name, at) => (at % every ? [] : [drawn("text", { class: "tick", x: timeX(at), y: TIME.height - 10, "text-anchor": "middle" }, name)])),
  ];
}

function stretch() {
  if (!state.from && !state.to) return null;
  const half = timeWidth() / periods.names.length / 2;
  const first = state.from ? periods.names.indexOf(state.from) : 0;
  const last = state.to ? periods.names.indexOf(state.to) : periods.names.length - 1;
  const x = timeX(first) - half;
  return drawn("rect", { class: "stretch", x, y: TIME.top, width: Math.max(timeX(last) + half - x, 0), height: TIME_HEIGHT });
}

function themeLine(cells, theme, top) {
  return drawn("g", { class: hueOf(theme) },
    unbroken(cells, (cell) => cell && Number.isFinite(cell[theme].lower)).map((stretch_of) => band(cells, theme, top, stretch_of)),
    unbroken(cells, Boolean).flatMap((stretch_of) => {
      const points = stretch_of.map((at) => `${timeX(at).toFixed(1)},${timeY(cells[at][theme].share, top).toFixed(1)}`);
      return [drawn("polyline", { class: "line", points: points.join(" ") }),
        ...stretch_of.map((at) => drawn("circle", { class: "point", cx: timeX(at), cy: timeY(cells[at][theme].share, top), r: 2.4 }, drawn("title", {}, told(cells[at][theme], theme, at))))];
    }));
}

function told(cell, theme, at) {
  const limits = Number.isFinite(cell.lower) ? `, ${percent(cell.lower)} to ${percent(cell.upper)}` : `, one ${RESAMPLED}`;
  return `${run.themes[theme].label}, ${periods.names[at]}: ${percent(cell.share)}${limits}`;
}

// Periods in a row that can be drawn; nothing is drawn over a gap.
function unbroken(cells, isThere) {
  const stretches = [];
  cells.forEach((cell, at) => {
    if (!isThere(cell)) return;
    if (at && isThere(cells[at - 1])) stretches[stretches.length - 1].push(at);
    else stretches.push([at]);
  });
  return stretches;
}

function band(cells, theme, top, known) {
  if (known.length < 2) return whisker(cells, theme, top, known[0]);
  const upper = known.map((at) => `${timeX(at)},${timeY(Math.min(cells[at][theme].upper, top), top)}`);
  const lower = known.map((at) => `${timeX(at)},${timeY(cells[at][theme].lower, top)}`).reverse();
  return drawn("polygon", { class: "band", points: [...upper, ...lower].join(" ") });
}

// The interval of a period whose neighbours have none.
function whisker(cells, theme, top, at) {
  const { lower, upper } = cells[at][theme];
  return drawn("line", { class: "whisker", x1: timeX(at), x2: timeX(at), y1: timeY(Math.min(upper, top), top), y2: timeY(lower, top) });
}

// Names stand at the ends of the lines, moved apart.
function timeLabels(cells, top) {
  const last = cells.findLastIndex(Boolean);
  if (last < 0) return null;
  const ends = run.themes.map((theme, place) => ({ place, y: timeY(cells[last][place].share, top) })).sort((one, other) => one.y - other.y);
  ends.forEach((end, at) => {
    if (at) end.y = Math.max(end.y, ends[at - 1].y + 15);
  });
  return ends.map((end) => drawn("g", { class: hueOf(end.place) },
    drawn("polyline", { class: "leader", points: `${timeX(last) + 4},${timeY(cells[last][end.place].share, top)} ${TIME.left + timeWidth()},${end.y} ${TIME.left + timeWidth() + 8},${end.y}` }),
    drawn("text", { class: "name", x: TIME.left + timeWidth() + 12, y: end.y + 4 }, short(run.themes[end.place].label, TIME.right < 120 ? 12 : 20))));
}

function timeCover() {
  return drawn("rect", { class: "cover", x: TIME.left, y: TIME.top, width: timeWidth(), height: TIME_HEIGHT });
}

// The drawing itself follows the pointer: what is in it is made anew while a stretch grows.
function startTimeline() {
  const plot = byId("time-plot");
  plot.addEventListener("pointerdown", press);
  plot.addEventListener("pointermove", drag);
  plot.addEventListener("pointerup", release);
  plot.addEventListener("pointercancel", release);
}

function periodAt(event) {
  const box = byId("time-plot").getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * TIME.width - TIME.left;
  const at = Math.floor((x / timeWidth()) * periods.names.length);
  return Math.min(Math.max(at, 0), periods.names.length - 1);
}

function press(event) {
  pressed = { first: periodAt(event), moved: false };
  byId("time-plot").setPointerCapture(event.pointerId);
}

function drag(event) {
  if (!pressed) return;
  const at = periodAt(event);
  if (at === pressed.first && !pressed.moved) return;
  pressed.moved = true;
  update({ from: periods.names[Math.min(at, pressed.first)], to: periods.names[Math.max(at, pressed.first)] }, "stretch");
}

// A press without a stretch chooses the period, or lets go of the one that is chosen.
function release(event) {
  if (!pressed) return;
  const name = periods.names[pressed.first];
  if (!pressed.moved) update(state.from === name && state.to === name ? { from: "", to: "" } : { from: name, to: name });
  pressed = null;
  byId("time-plot").releasePointerCapture(event.pointerId);
}
