// What is looked at now? One record, kept in the address so that a view can be linked to.

const EMPTY = {
  model: run.models[0].name, topic: "", rank: "probability", relevance: "0.6",
  order: "", theme: "", from: "", to: "", q: "", view: "passages", passage: "",
  facets: {},
};
const PLAIN = Object.keys(EMPTY).filter((name) => name !== "facets");

const state = { ...EMPTY, facets: {} };
const followers = [];

const tell = onceAFrame(() => followers.forEach((follow) => follow()));

// A part of the page is made anew when something that it shows has changed, not before.
function follow(act, shows) {
  let last = "";
  followers.push(() => {
    const now = JSON.stringify(shows());
    if (now === last) return;
    last = now;
    act();
  });
}

let lastDeed = "";

// Each change is a step for the button Back; what goes on with a deed (letters of a search, say)
// is one step. A passage that a link led to is let go of.
function update(changes, deed = "") {
  Object.assign(state, { passage: "" }, changes);
  const goesOn = deed && deed === lastDeed;
  lastDeed = deed;
  const view = `#${written(state)}`;
  if (view !== (location.hash || "#")) history[goesOn ? "replaceState" : "pushState"](null, "", view);
  tell();
}

function written(view) {
  const parts = new URLSearchParams();
  for (const name of PLAIN) if (view[name] !== EMPTY[name]) parts.set(name, view[name]);
  for (const [name, value] of Object.entries(view.facets)) if (value) parts.set(`in ${name}`, value);
  return parts.toString();
}

// What cannot be looked at is left out, so that no address breaks the page.
function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const found = { ...EMPTY, facets: {} };
  for (const name of PLAIN) if (parts.has(name)) found[name] = parts.get(name);
  for (const facet of run.facets) {
    const value = parts.get(`in ${facet.name}`);
    if (facetPlace(facet, value) >= 0) found.facets[facet.name] = value;
  }
  lastDeed = "";
  Object.assign(state, checked(found));
}

function checked(found) {
  const allowed = {
    model: run.models.map((model) => model.name),
    rank: ["probability", "frex", "relevance"],
    theme: ["", "none", ...run.themes.map((theme) => theme.name)],
    from: ["", ...periods.names], to: ["", ...periods.names],
    view: ["passages", "context"],
    passage: ["", ...passages.id],
  };
  for (const [name, values] of Object.entries(allowed)) {
    if (!values.includes(found[name])) found[name] = EMPTY[name];
  }
  if (found.to && found.from > found.to) [found.from, found.to] = [found.to, found.from];
  if (!(Number(found.relevance) >= 0 && Number(found.relevance) <= 1)) found.relevance = EMPTY.relevance;
  if (!topicOf(found.model, found.topic)) found.topic = "";
  if (found.order !== "topic" && themePlace(found.order) < 0) found.order = "";
  if (found.order === "topic" && !found.topic) found.order = "";
  return found;
}

// A link to the view as it is, with some things changed.
function address(changes) {
  return `#${written({ ...state, ...changes })}`;
}

function selectedTopic() {
  return state.topic ? topicOf(state.model, state.topic) : null;
}
