// What are the topics of a model about? A list of topics, and the terms of the one looked at.

const TERMS_SHOWN = 20;
const RANKINGS = { probability: 1, frex: 4 }; // place of the value in a term's row
const COLUMNS = [
  { name: "Topic", of: (model, topic) => labelOf(model, topic), text: true },
  { name: "Share of the text", of: (model, topic) => run.models[model].topics[topic].share },
  { name: "Coherence (NPMI)", of: (model, topic) => run.models[model].topics[topic].npmi },
  { name: "Found again", of: (model, topic) => timesFound(run.models[model].topics[topic]) },
];

let topicOrder = { column: -1, down: true };

function topicsShow() {
  return [state.model, state.topic, state.rank, state.relevance, topicOrder, [...written_labels]];
}

function renderTopics() {
  const model = run.models.findIndex((one) => one.name === state.model);
  renderTopicControls();
  renderTopicTable(model);
  renderMap(model);
  renderTopic(model);
}

function renderTopicControls() {
  byId("model").value = state.model;
  for (const button of document.querySelectorAll("input[name=rank]")) {
    button.checked = button.value === state.rank;
  }
  byId("relevance").value = state.relevance;
  byId("relevance").disabled = state.rank !== "relevance";
  byId("relevance-value").textContent = Number(state.relevance).toFixed(1);
}

function renderTopicTable(model) {
  const topics = run.models[model].topics.map((_, topic) => topic);
  const largest = Math.max(...run.models[model].topics.map((topic) => topic.upper ?? topic.share));
  replace(byId("topic-head"), element("tr", {}, COLUMNS.map(headCell), element("th", { scope: "col" }, "Terms")));
  replace(byId("topic-rows"), ordered(topics, model).map((topic) => topicRow(model, topic, largest)));
}

function headCell(column, place) {
  const sorted = place === topicOrder.column ? (topicOrder.down ? "descending" : "ascending") : "none";
  const turn = () => {
    const down = place === topicOrder.column ? !topicOrder.down : !column.text;
    topicOrder = { column: place, down };
    tell();
  };
  return element("th", { scope: "col", "aria-sort": sorted },
    element("button", { type: "button", class: "sort", id: `sort-${place}`, onclick: turn }, column.name));
}

function ordered(topics, model) {
  if (topicOrder.column < 0) return topics;
  const { of, text } = COLUMNS[topicOrder.column];
  const sign = topicOrder.down ? -1 : 1;
  const compared = text ? (one, other) => one.localeCompare(other, "en") : (one, other) => one - other;
  const value = (topic) => of(model, topic) ?? sign * Infinity; // what is not known stands last
  return [...topics].sort((one, other) => sign * compared(value(one), value(other)) || one - other);
}

// Those found as often stand by how alike they were.
function timesFound(topic) {
  return topic.refits ? topic.found + topic.similarity / 2 : null;
}

function topicRow(model, place, largest) {
  const topic = run.models[model].topics[place];
  const hue = hueOf(themePlace(topic.theme));
  const link = element("a", { id: `topic-${place}`, href: topicAddress(model, topic), onclick: choose }, isolated(labelOf(model, place)));
  function choose(event) {
    event.preventDefault();
    chooseTopic(topic.name);
  }
  return element("tr", { class: `${hue} ${topic.name === state.topic ? "chosen" : ""}`, onpointerenter: () => linkTopic(place), onpointerleave: () => linkTopic(-1) },
    element("th", { scope: "row" }, swatch(hue), link),
    element("td", { class: "n" }, bar(topic, largest), percent(topic.share)),
    element("td", { class: "n" }, Number.isFinite(topic.npmi) ? topic.npmi.toFixed(2) : "–"),
    element("td", { class: "n", title: Number.isFinite(topic.similarity) ? `similarity ${topic.similarity.toFixed(2)}` : null }, foundAgain(topic)),
    element("td", {}, isolated(best(topic, 6).map((row) => run.terms[row[0]]).join(", "))));
}

function foundAgain(topic) {
  return topic.refits ? `${topic.found} of ${topic.refits}` : "–";
}

function swatch(hue) {
  return element("span", { class: `swatch ${hue}` });
}

function bar(topic, largest) {
  const width = (100 * topic.share) / largest;
  const limits = Number.isFinite(topic.lower)
    ? drawn("line", { class: "limits", x1: (100 * topic.lower) / largest, x2: (100 * topic.upper) / largest, y1: 6, y2: 6 }) : null;
  return drawn("svg", { class: "bar-plot", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" },
    drawn("rect", { class: "bar", x: 0, y: 1, width, height: 10 }), limits);
}

function topicAddress(model, topic) {
  return `#${written({ ...EMPTY, model: run.models[model].name, topic: topic.name, order: "topic" })}`;
}

function chooseTopic(name) {
  const chosen = name === state.topic ? "" : name;
  update({ topic: chosen, order: chosen ? "topic" : state.order === "topic" ? "" : state.order });
}

// The terms of a topic by what they are ranked by; see Sievert and Shirley (2014) for relevance.
function best(topic, n) {
  const value = state.rank === "relevance" ? relevance : (row) => row[RANKINGS[state.rank]];
  return [...topic.terms].sort((one, other) => value(other) - value(one) || other[1] - one[1]).slice(0, n);
}

function relevance(row) {
  const weight = Number(state.relevance);
  return weight * Math.log(row[1]) + (1 - weight) * Math.log(row[3]);
}

function renderTopic(model) {
  const chosen = selectedTopic();
  byId("topic-hint").hidden = Boolean(chosen);
  byId("topic").hidden = !chosen;
  if (!chosen) return;
  const topic = run.models[model].topics[chosen.topic];
  const label = labelOf(model, chosen.topic);
  replace(byId("topic-name"), swatch(hueOf(themePlace(topic.theme))), isolated(label));
  replace(byId("topic-facts"), topicFacts(model, topic));
  byId("label").value = label;
  replace(byId("topic-terms"), termTable(topic));
}

function topicFacts(model, topic) {
  const limits = Number.isFinite(topic.lower) ? ` (${percent(topic.lower)} to ${percent(topic.upper)})` : "";
  return [
    `${percent(topic.share)}${limits} of the text`, Number.isFinite(topic.npmi) ? `; coherence ${topic.npmi.toFixed(2)}` : "",
    topic.refits ? `; found again in ${topic.found} of ${counted(topic.refits, "fit")} from other starts, similarity ${topic.similarity.toFixed(2)}` : "", "; ", isolated(`${run.models[model].name}, ${topic.name}`),
  ];
}

function toPassages(event) {
  event.preventDefault();
  update({ order: "topic" });
  byId("explore").scrollIntoView();
  byId("order").focus({ preventScroll: true });
}

function termTable(topic) {
  const rows = best(topic, TERMS_SHOWN);
  const most = Math.max(...rows.map((row) => run.tokens[row[0]]));
  return element("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Terms of the topic" }, element("table", { class: `term-table ${hueOf(themePlace(topic.theme))}` },
    element("caption", {}, `The ${rows.length} terms that rank first. Light bars: tokens in the text; dark bars: those in this topic.`, byId("map").hidden ? "" : " Point at a term, or focus it, to see on the map which topics have its tokens."),
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Term"), element("th", { scope: "col", class: "plot" }, element("span", { class: "hidden" }, "Bar")),
      ["Tokens", "In topic", "FREX"].map((name) => element("th", { scope: "col", class: "n" }, name)))),
    element("tbody", {}, rows.map((row) => termRow(row, most)))));
}

function termRow(row, most) {
  const [term, , posterior, , frex] = row;
  const n = run.tokens[term];
  const show = () => linkTerm(term);
  const hide = () => linkTerm(-1);
  const plot = drawn("svg", { class: "bar-plot", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" },
    drawn("rect", { class: "all", x: 0, y: 1, width: (100 * n) / most, height: 10 }),
    drawn("rect", { class: "bar", x: 0, y: 1, width: (100 * n * posterior) / most, height: 10 }));
  const find = () => update({ q: `"${run.terms[term]}"` });
  return element("tr", { onpointerenter: show, onpointerleave: hide },
    element("th", { scope: "row" }, element("button", { type: "button", id: `term-${term}`, class: "plain", title: "Search the passages for this term", onfocus: show, onblur: hide, onclick: find }, isolated(run.terms[term]))),
    element("td", { class: "plot" }, plot),
    element("td", { class: "n" }, whole(n)),
    element("td", { class: "n" }, percent(posterior, 0)),
    element("td", { class: "n" }, frex.toFixed(2)));
}
