// How do the numbers leave the page? Every table as a CSV file.

function startTables() {
  const made = [
    { name: "chosen_passages.csv", rows: null, make: chosenCsv, note: "the passages chosen under Passages, with their theme shares" },
    { name: "passage_topics.csv", rows: null, make: topicsCsv, note: "topics that have 5% or more of a passage, of every model" },
    { name: "ledger.csv", rows: run.ledger.rows.length, make: ledgerCsv },
    ...run.tables.map((table) => ({ ...table, make: () => table.text })),
  ];
  replace(byId("table-list"), made.map(tableItem));
}

function tableItem(table) {
  const size = table.rows === null ? table.note : counted(table.rows, "row");
  const act = table.text === null
    ? isolated(`${table.name} (too large for this page: see the folder of the run)`)
    : element("button", { type: "button", onclick: () => download(table.name.replaceAll("/", "_"), "text/csv", table.make()) }, table.name);
  return element("li", {}, act, " ", element("span", { class: "note" }, size));
}

function chosenCsv() {
  const head = ["passage_id", "doc_id", "title", "date", ...run.facets.map((facet) => facet.name), "n_tokens",
    ...run.themes.flatMap((theme) => ["", "_lower", "_upper"].map((end) => theme.name + end)), "text"];
  const rows = inOrder(chosenPassages()).map((at) => [passages.id[at], passages.doc[at], passages.title[at], passages.date[at],
    ...run.facets.map((facet) => facet.values[facet.of[at]]), passages.n[at],
    ...run.themes.flatMap((_, theme) => ["share", "lower", "upper"].map((name) => passages[name][theme][at] / PARTS)), passages.text[at]]);
  return csv([head, ...rows]);
}

function topicsCsv() {
  const head = ["passage_id", "doc_id", "model", "topic", "label", "share"];
  const rows = run.models.flatMap((model, number) => passages.topics[number].flatMap((row, at) =>
    row.flatMap((topic, place) => (place % 2 ? [] : [[passages.id[at], passages.doc[at], model.name, model.topics[topic].name, labelOf(number, topic), row[place + 1] / PARTS]]))));
  return csv([head, ...rows]);
}

function ledgerCsv() {
  return csv([run.ledger.columns, ...run.ledger.rows]);
}

// Text that a spreadsheet would take for a formula is guarded, as in the files of a run.
function csv(rows) {
  return rows.map((row) => row.map(cellOf).join(",")).join("\n") + "\n";
}

function cellOf(value) {
  const text = typeof value === "string" && !run.raw ? guarded(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// As `topoi.csv_guard`: an apostrophe at the beginning, and where a cell may begin within the text.
function guarded(text) {
  return text.replace(/([;|\t\r\n])(?=['"]*[=+\-@\uff1d\uff0b\uff0d\uff20])/g, "$1'").replace(/^(?=['"]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n\0])/, "'");
}
