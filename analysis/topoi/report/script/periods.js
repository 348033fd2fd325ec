// Which numbers does the time line show? A table of them, for reading and for those who cannot see it.

function renderPeriods() {
  const place = byId("periods");
  if (!place.open || periods.names.length < 2) return;
  const cells = timeCells();
  replace(byId("period-head"), element("tr", {}, ["Period", ...run.themes.map((theme) => theme.label)].map((name) => element("th", { scope: "col" }, isolated(name)))));
  replace(byId("period-rows"), cells.map((cell, period) => cell && periodRow(cell, period)));
}

function periodRow(cell, period) {
  return element("tr", {},
    element("th", { scope: "row" }, periods.names[period]),
    cell.map((one) => element("td", {}, percent(one.share), " ", element("small", {}, Number.isFinite(one.lower) ? `${percent(one.lower)} to ${percent(one.upper)}` : `one ${RESAMPLED}`))));
}
