// What do the chosen passages say? Their shares, and their texts with the words that count marked.

const A_PAGE = 20;
const CONTEXT = 70; // characters on each side of a keyword
const MOST_PLACES = 500;

let shownPassages = A_PAGE;
let shownFor = "";

const termLevels = new Map();

function passagesShow() {
  const { rank, relevance, ...shown } = state;
  return [shown, shownPassages, [...written_labels]];
}

function renderPassages() {
  renderPassageControls();
  const found = chosenPassages();
  const view = written({ ...state, passage: "" });
  if (view !== shownFor) shownPassages = A_PAGE;
  shownFor = view;
  replace(byId("found"), foundText(found));
  replace(byId("found-shares"), themeShares(found).map(shareRow));
  if (state.view === "context") renderContext(found);
  else renderList(inOrder(found));
}

function renderPassageControls() {
  for (const name of ["order", "theme", "from", "to", "q", "view"]) {
    if (byId(name).value !== state[name]) byId(name).value = state[name]; // the cursor stays
  }
  run.facets.forEach((facet, at) => {
    byId(`facet-${at}`).value = state.facets[facet.name] ?? "";
  });
  const topic = byId("order-topic");
  topic.disabled = !state.topic;
  const chosen = selectedTopic();
  topic.textContent = chosen ? `the topic ${short(labelOf(chosen.model, chosen.topic), 40)}` : "the chosen topic";
}

function foundText(found) {
  const docs = new Set(found.map((passage) => documents.of[passage])).size;
  return `${whole(found.length)} of ${counted(N, "passage")}, in ${counted(docs, "document")}`;
}

function shareRow(cell, theme) {
  const limits = Number.isFinite(cell.lower) ? `${percent(cell.lower)} to ${percent(cell.upper)}` : `too few ${RESAMPLED}s`;
  const isKnown = Number.isFinite(cell.share);
  return element("tr", { class: hueOf(theme) },
    element("th", { scope: "row" }, isolated(run.themes[theme].label)),
    element("td", { class: "n" }, percent(cell.share)),
    element("td", { class: "plot" }, bar({ share: cell.share || 0, lower: cell.lower, upper: cell.upper }, 1)),
    element("td", {}, isKnown ? limits : "–"));
}

function renderList(found) {
  const first = state.passage ? passages.id.indexOf(state.passage) : -1;
  const shown = found.slice(0, shownPassages);
  const items = first < 0 ? shown : [first, ...shown.filter((passage) => passage !== first)];
  const hint = items.length ? null : element("li", { class: "note" }, "No passage has all that is asked for. Ask for less, or clear all.");
  replace(byId("passage-list"), hint, items.map((passage) => element("li", {}, passageItem(passage, passage === first))));
  more(found.length, "passages");
}

function more(n, what) {
  const left = n - shownPassages;
  byId("more").hidden = left <= 0;
  byId("more").textContent = `Show ${whole(Math.min(left, A_PAGE))} more of ${whole(left)} ${what}`;
}

function showMore() {
  shownPassages += A_PAGE;
  const before = byId("passage-list").children.length;
  tell();
  requestAnimationFrame(() => requestAnimationFrame(() => byId("passage-list").children[before]?.querySelector("a")?.focus()));
}

function passageItem(passage, linked) {
  const shares = run.themes.map((theme, place) => element("span", { class: `chip ${hueOf(place)}`, title: `${theme.label}: ${percent(passages.share[place][passage] / PARTS)}` }, `${theme.label} ${percent(passages.share[place][passage] / PARTS, 0)}`));
  const where = [passages.date[passage], ...run.facets.map((facet) => facet.values[facet.of[passage]])].filter(Boolean).join(" · ");
  return element("article", { class: linked ? "linked" : "", "aria-label": passages.title[passage] || "Untitled" },
    element("p", { class: "where" }, element("strong", {}, isolated(passages.title[passage] || "Untitled")), where ? " · " : "", isolated(where)),
    element("p", { class: "text", dir: "auto" }, markedText(passage)),
    element("p", { class: "chips" }, shares, topicChip(passage), element("a", { class: "deep", href: address({ passage: passages.id[passage] }) }, "link", element("span", { class: "hidden" }, ` to ${passages.id[passage]}`))));
}

function topicChip(passage) {
  const model = run.models.findIndex((one) => one.name === state.model);
  const [topic, share] = passages.topics[model][passage];
  if (topic === undefined) return null;
  const hue = hueOf(themePlace(run.models[model].topics[topic].theme));
  return element("span", { class: `chip topic ${hue}` }, isolated(short(labelOf(model, topic), 32)), ` ${percent(share / PARTS, 0)}`);
}

// Strength, hue and whether it is a seed, of each term that is marked in this view.
function levelsNow() {
  const chosen = state.order === "topic" ? selectedTopic() : null;
  const key = chosen ? `${chosen.model} ${chosen.topic}` : state.order || "all";
  if (!termLevels.has(key)) termLevels.set(key, chosen ? topicLevels(chosen) : themeLevels(themePlace(state.order)));
  return termLevels.get(key);
}

function topicLevels({ model, topic }) {
  const found = new Map();
  const hue = themePlace(run.models[model].topics[topic].theme);
  for (const [term, , posterior] of run.models[model].topics[topic].terms) {
    const level = posterior >= 0.5 ? 3 : posterior >= 0.25 ? 2 : posterior >= 0.1 ? 1 : 0;
    if (level) found.set(term, { level, hue, seed: false });
  }
  return found;
}

// Without a theme that passages are ranked by only seeds are marked, each in its theme's colour.
function themeLevels(only) {
  const found = new Map();
  run.themes.forEach((theme, hue) => {
    if (only >= 0 && hue !== only) return;
    for (const [term, level, seed] of theme.terms) {
      if ((seed || only >= 0) && !found.has(term)) found.set(term, { level: only >= 0 ? level : 2, hue, seed: Boolean(seed) });
    }
  });
  return found;
}

// Words that speak for something and words searched for may overlap: a piece can be both.
function markedText(passage) {
  const text = passages.text[passage];
  const searched = searchMarks(passage);
  const spoken = termMarks(passage);
  const cuts = [...searched, ...spoken].flatMap(({ start, end }) => [start, end]);
  const ends = [...new Set([0, ...cuts, text.length])].sort((one, other) => one - other);
  return ends.slice(1).map((end, at) => {
    const start = ends[at];
    const over = [searched, spoken].map((places) => places.find((place) => place.start <= start && place.end >= end));
    return marked(text.slice(start, end), over.filter(Boolean));
  });
}

function marked(words, places) {
  if (!places.length) return words;
  const title = places.map((place) => place.title).find(Boolean);
  return element("mark", { class: places.map((place) => place.class).join(" "), title }, words);
}

function termMarks(passage) {
  const levels = levelsNow();
  const row = passages.marks[passage];
  const found = [];
  for (let at = 0; at < row.length; at += 3) {
    const mark = levels.get(row[at + 2]);
    if (mark) found.push({ start: row[at], end: row[at] + row[at + 1], class: `level-${mark.level} ${hueOf(mark.hue)} ${mark.seed ? "seed" : ""}`, title: mark.seed ? `seed: ${run.terms[row[at + 2]]}` : run.terms[row[at + 2]] });
  }
  return found;
}

function searchMarks(passage) {
  const patterns = queryOf(state.q);
  return placesOf(passage, patterns).map(([start, end]) => ({ start, end, class: "search" }));
}

// Keyword in context: each place on a line, with what stands before and behind it.
function renderContext(found) {
  const patterns = queryOf(state.q);
  const lines = [];
  for (const passage of found) {
    for (const place of placesOf(passage, patterns)) lines.push({ passage, place });
    if (lines.length >= MOST_PLACES) break;
  }
  const hint = patterns.length ? null : element("li", { class: "note" }, "Search for a word to see where it stands.");
  replace(byId("passage-list"), hint, lines.slice(0, shownPassages).map(contextLine));
  more(lines.length, lines.length >= MOST_PLACES ? "places (the first of them)" : "places");
}

function contextLine({ passage, place: [start, end] }) {
  const text = passages.text[passage];
  const before = piece(text, Math.max(start - CONTEXT, 0), start);
  const behind = piece(text, end, end + CONTEXT);
  return element("li", { class: "context" },
    element("span", { class: "before" }, element("bdi", {}, before)),
    element("mark", { class: "search" }, text.slice(start, end)),
    element("span", { class: "behind" }, element("bdi", {}, behind)),
    element("a", { class: "deep", href: address({ passage: passages.id[passage], view: "passages" }) }, isolated(short(passages.title[passage] || passages.id[passage], 40))));
}
