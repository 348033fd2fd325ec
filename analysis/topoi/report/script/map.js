// Which topics are alike? A map whose circles are as large as the topics, linked with list and terms.

const MAP = { width: 440, height: 360, margin: 44, unit: 70 }; // unit: the radius of all the text

function renderMap(model) {
  const topics = run.models[model].topics;
  const isDrawn = topics.length > 1 && topics.every((topic) => Number.isFinite(topic.x));
  byId("map").hidden = !isDrawn;
  byId("topic-hint").textContent = isDrawn ? "Choose a topic on the map or in the list." : "Choose a topic in the list.";
  if (!isDrawn) return;
  const at = scaled(topics);
  const order = topics.map((_, place) => place).sort((one, other) => topics[other].share - topics[one].share);
  replace(byId("map-marks"), order.map((place) => circle(model, place, at(topics[place]))));
  replace(byId("map-labels"), labelled(model, order, at));
}

// Both directions have the same unit, since distances are what the map shows.
function scaled(topics) {
  const range = (values) => [Math.min(...values), Math.max(...values)];
  const [left, right] = range(topics.map((topic) => topic.x));
  const [low, high] = range(topics.map((topic) => topic.y));
  const unit = Math.min(
    (MAP.width - 2 * MAP.margin) / Math.max(right - left, 1e-9),
    (MAP.height - 2 * MAP.margin) / Math.max(high - low, 1e-9));
  return (topic) => ({
    x: MAP.width / 2 + unit * (topic.x - (left + right) / 2),
    y: MAP.height / 2 - unit * (topic.y - (low + high) / 2),
  });
}

// So that area is share; a topic of almost no share is still seen.
function radius(share) {
  return Math.max(MAP.unit * Math.sqrt(share), 2.5);
}

function circle(model, place, at) {
  const topic = run.models[model].topics[place];
  const act = (event) => {
    event.preventDefault();
    chooseTopic(topic.name);
  };
  return drawn("a", { id: `map-${place}`, href: topicAddress(model, topic), "aria-label": `${labelOf(model, place)}, ${percent(topic.share)} of the text`, class: `${hueOf(themePlace(topic.theme))} ${topic.name === state.topic ? "chosen" : ""}`, onclick: act, onpointerenter: () => linkTopic(place), onpointerleave: () => linkTopic(-1) },
    drawn("circle", { cx: at.x, cy: at.y, r: radius(topic.share) }),
    drawn("circle", { class: "of-term", cx: at.x, cy: at.y, r: 0 }));
}

// Labels of the largest topics first; one that would lie on another is left out.
function labelled(model, order, at) {
  const taken = [];
  const made = [];
  const first = order.filter((place) => run.models[model].topics[place].name === state.topic);
  for (const place of [...first, ...order]) {
    const topic = run.models[model].topics[place];
    const text = short(labelOf(model, place), 22);
    const { x, y } = at(topic);
    const half = text.length * 2.9 + 2;
    const centre = Math.min(Math.max(x, half), MAP.width - half);
    const box = [centre - half, y - 6, centre + half, y + 6];
    if (taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    made.push(drawn("text", { x: centre, y: y + 3.5, "text-anchor": "middle" }, text));
  }
  return made;
}

function overlap(one, other) {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

function short(text, most) {
  return text.length > most ? `${piece(text, 0, most - 1).trimEnd()}…` : text;
}

function linkTopic(place) {
  for (const link of byId("map-marks").children) link.classList.toggle("linked", link.id === `map-${place}`);
}

// The area of an inner circle is the part of the term's tokens that is in the topic.
function linkTerm(term) {
  const model = run.models.findIndex((one) => one.name === state.model);
  byId("map-marks").classList.toggle("by-term", term >= 0);
  for (const link of byId("map-marks").children) {
    const topic = run.models[model].topics[Number(link.id.slice(4))];
    const row = term < 0 ? null : topic.terms.find((one) => one[0] === term);
    link.lastChild.setAttribute("r", row ? 26 * Math.sqrt(row[2]) : 0);
  }
}
