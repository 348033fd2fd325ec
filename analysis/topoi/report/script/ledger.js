// What became of each document? Events of the ledger, chosen by what was done and by words.

const EVENTS_A_PAGE = 25;
let shownEvents = EVENTS_A_PAGE;
const ledgerView = { action: "", reason: "", q: "" };
const [DOC, , ACTION, REASON] = run.ledger.columns.map((_, at) => at);

function startLedger() {
  const values = (at) => [...new Set(run.ledger.rows.map((row) => row[at]))].sort();
  replace(byId("ledger-action"), option("", "any action", ""), values(ACTION).map((name) => option(name, name, "")));
  replace(byId("ledger-reason"), option("", "any reason", ""), values(REASON).map((name) => option(name, name, "")));
  for (const name of Object.keys(ledgerView)) {
    byId(`ledger-${name}`).addEventListener("input", (event) => {
      ledgerView[name] = event.target.value;
      shownEvents = EVENTS_A_PAGE;
      renderLedger();
    });
  }
  byId("ledger-more").addEventListener("click", () => {
    shownEvents += EVENTS_A_PAGE;
    renderLedger();
  });
  renderLedger();
}

function renderLedger() {
  const words = ledgerView.q.toLowerCase();
  const found = run.ledger.rows.filter((row) =>
    (!ledgerView.action || row[ACTION] === ledgerView.action) &&
    (!ledgerView.reason || row[REASON] === ledgerView.reason) &&
    (!words || row.some((cell) => String(cell).toLowerCase().includes(words))));
  const docs = new Set(found.map((row) => row[DOC])).size;
  const cut = run.ledger.n > run.ledger.rows.length ? ` (the first ${whole(run.ledger.rows.length)} of ${whole(run.ledger.n)} are here; ledger.parquet has all)` : "";
  byId("ledger-found").textContent = `${counted(found.length, "event")} of ${counted(docs, "document")}${cut}`;
  replace(byId("ledger-rows"), found.slice(0, shownEvents).map((row) => element("tr", {}, row.map((cell, at) => element("td", { class: at === 4 ? "n" : "" }, isolated(String(cell)))))));
  const left = found.length - shownEvents;
  byId("ledger-more").hidden = left <= 0;
  byId("ledger-more").textContent = `Show ${whole(Math.min(left, EVENTS_A_PAGE))} more of ${whole(left)} events`;
}
