// What did the run find? The data of the page, with what is needed of it again and again.

const run = JSON.parse(byId("run-data").textContent);
const PARTS = 10000; // shares are whole numbers of these

const passages = run.passages;
const N = passages.id.length;

const documents = numbered(passages.doc);
const RESAMPLED = run.clusters ? "cluster" : "document"; // passages that are drawn together
const periods = numbered(passages.date.map(periodOf), true);
const topicShares = passages.topics.map((rows, model) => byTopic(rows, run.models[model]));

function periodOf(date) {
  if (!date) return "";
  if (run.freq.startsWith("Y")) return date.slice(0, 4);
  if (run.freq.startsWith("M")) return date.slice(0, 7);
  return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
}

// The different values and which of them each row has; -1 for none.
function numbered(values, sorted = false) {
  const names = [...new Set(values)].filter((value) => value !== "");
  if (sorted) names.sort();
  const place = new Map(names.map((name, number) => [name, number]));
  return { names, of: Int32Array.from(values, (value) => place.get(value) ?? -1) };
}

// A list of shares over passages for each topic, made of those that each passage has.
function byTopic(rows, model) {
  const shares = model.topics.map(() => new Uint16Array(N));
  rows.forEach((row, passage) => {
    for (let at = 0; at < row.length; at += 2) shares[row[at]][passage] = row[at + 1];
  });
  return shares;
}

function topicOf(model, name) {
  const number = run.models.findIndex((one) => one.name === model);
  if (number < 0) return null;
  const topic = run.models[number].topics.findIndex((one) => one.name === name);
  return topic < 0 ? null : { model: number, topic };
}

// Passages without a value can be chosen, too.
const NONE = "(none)";

function facetPlace(facet, name) {
  return facet.values.findIndex((value) => (value || NONE) === name);
}

function themePlace(name) {
  return run.themes.findIndex((theme) => theme.name === name);
}

function hueOf(place) {
  return place < 0 ? "" : `hue-${place}`;
}
