// What are the topics of a model about? A list of topics, and the terms of the one looked at.

const TERMS_SHOWN = 20;
const RANKINGS = { probability: 1, frex: 4 }; // place of the value in a term's row
const COLUMNS = [
  { name: "Topic", of: (model, topic) => labelOf(model, topic), text: true },
  { name: "Share of the text", of: (model, topic) => run.models[model].topics[topic].share },
  { name: "Coherence (NPMI)", of: (model, topic) => run.models[model].topics[topic].npmi },
  { name: "Found again", of: (model, topic) => run.models[model].topics[topic].similarity ?? 0 },
];

let topicOrder = { column: -1, down: true };
let shownTerm = ""; // the term whose topics the map shows

function renderTopics() {
  const model = run.models.findIndex((one) => one.name === state.model);
  renderTopicControls();
  renderTopicTable(model);
  renderTopic(model);
  renderMap(model);
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
  return [...topics].sort((one, other) => sign * compared(of(model, one), of(model, other)) || one - other);
}

function topicRow(model, place, largest) {
  const topic = run.models[model].topics[place];
  const hue = hueOf(themePlace(topic.theme));
  const link = element("a", { id: `topic-${place}`, href: address({ topic: topic.name, order: "topic" }), onclick: choose }, isolated(labelOf(model, place)));
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
  const place = byId("topic");
  const chosen = selectedTopic();
  byId("topic-hint").hidden = Boolean(chosen);
  place.hidden = !chosen;
  if (!chosen) return;
  const topic = run.models[model].topics[chosen.topic];
  replace(place, topicHead(model, chosen.topic), termTable(topic));
}

function topicHead(model, place) {
  const topic = run.models[model].topics[place];
  const limits = Number.isFinite(topic.lower) ? ` (${percent(topic.lower)} to ${percent(topic.upper)})` : "";
  const input = element("input", { id: "label", type: "text", maxlength: "120", value: labelOf(model, place), onchange: (event) => writeLabel(model, place, event.target.value) });
  return [
    element("h4", {}, swatch(hueOf(themePlace(topic.theme))), isolated(labelOf(model, place))),
    element("p", { class: "note" }, `${percent(topic.share)}${limits} of the text`, Number.isFinite(topic.npmi) ? `; coherence ${topic.npmi.toFixed(2)}` : "",
      topic.refits ? `; found again in ${topic.found} of ${counted(topic.refits, "fit")} from other starts, similarity ${topic.similarity.toFixed(2)}` : "", "; ", isolated(`${run.models[model].name}, ${topic.name}`)),
    element("p", { class: "controls" },
      element("label", { for: "label" }, "Label"), input,
      element("button", { type: "button", onclick: saveLabels }, "Save labels"),
      element("a", { href: "#explore", onclick: toPassages }, "Passages of this topic")),
  ];
}

function toPassages(event) {
  event.preventDefault();
  byId("explore").scrollIntoView();
  byId("order").focus({ preventScroll: true });
}

function termTable(topic) {
  const rows = best(topic, TERMS_SHOWN);
  const most = Math.max(...rows.map((row) => run.tokens[row[0]]));
  return element("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Terms of the topic" }, element("table", { class: `term-table ${hueOf(themePlace(topic.theme))}` },
    element("caption", {}, `The ${rows.length} terms that rank first. Light bars: tokens in the text; dark bars: those in this topic. Point at a term, or focus it, to see on the map where its tokens are.`),
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
