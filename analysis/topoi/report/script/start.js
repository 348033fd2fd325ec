// How does the page begin? Controls get their choices, and follow what is done with them.

function start() {
  readAddress();
  fillControls();
  startLedger();
  startTables();
  startTimeline();
  follow(renderTopics);
  follow(renderPassages);
  follow(renderTimeline);
  window.addEventListener("hashchange", followAddress);
  window.addEventListener("resize", onceAFrame(renderTimeline));
  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());
  document.documentElement.classList.add("scripted");
  for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;
  [renderTopics, renderPassages, renderTimeline].forEach((render) => render());
  showLinked();
}

function followAddress() {
  if (byId(location.hash.slice(1))) return; // a section of the page
  readAddress();
  tell();
  requestAnimationFrame(showLinked);
}

function showLinked() {
  if (state.passage) document.querySelector("article.linked")?.scrollIntoView({ block: "center" });
  else if (location.hash.includes("topic=")) byId("topics").scrollIntoView();
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
  for (const name of ["order", "theme", "from", "to", "view"]) {
    byId(name).addEventListener("change", (event) => update({ [name]: event.target.value, passage: "" }));
  }
  byId("model").addEventListener("change", (event) => update({ model: event.target.value, topic: "", order: state.order === "topic" ? "" : state.order }));
  byId("q").addEventListener("input", (event) => update({ q: event.target.value, passage: "" }));
  byId("relevance").addEventListener("input", (event) => update({ relevance: event.target.value }));
  for (const button of document.querySelectorAll("input[name=rank]")) button.addEventListener("change", () => update({ rank: button.value }));
  byId("more").addEventListener("click", showMore);
  byId("reset").addEventListener("click", () => update({ ...EMPTY, model: state.model, facets: {} }));
}

function facetControl(facet, at) {
  const choose = (event) => update({ facets: { ...state.facets, [facet.name]: event.target.value }, passage: "" });
  return element("p", {},
    element("label", { for: `facet-${at}` }, isolated(facet.name)),
    element("select", { id: `facet-${at}`, onchange: choose }, option("", "any", ""), facet.values.map((value) => option(value, value || "(none)", ""))));
}

start();
