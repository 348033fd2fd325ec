// How does the page begin? Controls get their choices, and follow what is done with them.

function start() {
  readAddress();
  fillControls();
  startLedger();
  startTables();
  startTimeline();
  startLabels();
  byId("periods").addEventListener("toggle", renderPeriods);
  follow(renderTimeline, timelineShows); // first: it looks how wide the page is
  follow(renderPeriods, timelineShows);
  follow(renderPassages, passagesShow);
  follow(renderTopics, topicsShow);
  window.addEventListener("hashchange", followAddress);
  window.addEventListener("resize", onceAFrame(renderTimeline));
  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());
  document.documentElement.classList.add("scripted");
  for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;
  followers.forEach((act) => act());
  if (state.passage) showLinked();
  else if (location.hash.includes("topic=")) byId("topics").scrollIntoView();
}

function followAddress() {
  if (byId(location.hash.slice(1))) return; // a section of the page
  readAddress();
  tell();
  requestAnimationFrame(showLinked);
}

function showLinked() {
  const linked = document.querySelector("article.linked");
  linked?.scrollIntoView({ block: "center" });
  linked?.querySelector("a").focus({ preventScroll: true });
}

function fillControls() {
  replace(byId("model"), run.models.map((model) => option(model.name, model.name, state.model)));
  byId("model-control").hidden = run.models.length < 2;
  replace(byId("order"), option("", "reading order", state.order),
    run.themes.map((theme) => option(theme.name, `the theme ${theme.label}`, state.order)),
    element("option", { value: "topic", id: "order-topic" }, "the chosen topic"));
  replace(byId("theme"), option("", "any", state.theme), run.themes.map((theme) => option(theme.name, theme.label, state.theme)), option("none", "none of the themes", state.theme));
  for (const [name, empty] of [["from", "the beginning"], ["to", "the end"]]) {
    replace(byId(name), option("", empty, state[name]), periods.names.map((period) => option(period, period, state[name])));
  }
  replace(byId("facets"), run.facets.map(facetControl));
  for (const part of document.querySelectorAll(".of-time")) part.hidden = periods.names.length < 2;
  for (const name of ["order", "theme", "view"]) {
    byId(name).addEventListener("change", (event) => update({ [name]: event.target.value }));
  }
  byId("from").addEventListener("change", (event) => chooseTime({ from: event.target.value, to: state.to }, "to"));
  byId("to").addEventListener("change", (event) => chooseTime({ from: state.from, to: event.target.value }, "from"));
  byId("model").addEventListener("change", (event) => update({ model: event.target.value, topic: "", order: state.order === "topic" ? "" : state.order }));
  byId("q").addEventListener("input", (event) => update({ q: event.target.value }, "search"));
  byId("relevance").addEventListener("input", (event) => update({ relevance: event.target.value }, "relevance"));
  for (const button of document.querySelectorAll("input[name=rank]")) button.addEventListener("change", () => update({ rank: button.value }));
  byId("to-passages").addEventListener("click", toPassages);
  byId("more").addEventListener("click", showMore);
  byId("reset").addEventListener("click", () => update({ ...EMPTY, model: state.model, facets: {} }));
}

// Where the beginning would be behind the end, the other gives way.
function chooseTime(times, other) {
  const isTurned = times.to && times.from > times.to;
  update(isTurned ? { ...times, [other]: other === "to" ? times.from : times.to } : times);
}

function facetControl(facet, at) {
  const choose = (event) => update({ facets: { ...state.facets, [facet.name]: event.target.value } });
  return element("p", {},
    element("label", { for: `facet-${at}` }, isolated(facet.name)),
    element("select", { id: `facet-${at}`, onchange: choose }, option("", "any", ""), facet.values.map((value) => option(value || NONE, value || NONE, ""))));
}

start();
