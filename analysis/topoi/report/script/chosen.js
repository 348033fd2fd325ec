// Which passages are chosen, and in which order do they stand?

const EVEN_ODDS = PARTS / 2;

const EVERY = Array.from({ length: N }, (_, passage) => passage);
let lastChosen = { by: "", found: EVERY };

function chosenPassages() {
  const test = timeTest();
  return test ? chosenOfAnyTime().filter(test) : chosenOfAnyTime();
}

// List and time line both ask for them, and they stay while a stretch of time is drawn.
function chosenOfAnyTime() {
  const by = JSON.stringify([state.theme, state.q, state.facets]);
  if (by !== lastChosen.by) {
    const tests = [themeTest(), ...facetTests(), queryTest()].filter(Boolean);
    lastChosen = { by, found: EVERY.filter((passage) => tests.every((test) => test(passage))) };
  }
  return lastChosen.found;
}

function themeTest() {
  if (!state.theme) return null;
  if (state.theme === "none") {
    return (passage) => passages.share.every((shares) => shares[passage] < EVEN_ODDS);
  }
  const shares = passages.share[themePlace(state.theme)];
  return (passage) => shares[passage] >= EVEN_ODDS;
}

function facetTests() {
  return run.facets.map((facet) => {
    const value = facetPlace(facet, state.facets[facet.name]);
    return value < 0 ? null : (passage) => facet.of[passage] === value;
  });
}

function timeTest() {
  if (!state.from && !state.to) return null;
  const first = state.from ? periods.names.indexOf(state.from) : 0;
  const last = state.to ? periods.names.indexOf(state.to) : periods.names.length - 1;
  return (passage) => periods.of[passage] >= first && periods.of[passage] <= last;
}

function queryTest() {
  const patterns = queryOf(state.q);
  return patterns.length ? (passage) => holds(passage, patterns) : null;
}

// The largest share first; passages of equal share stay in reading order.
function inOrder(found) {
  const shares = orderShares();
  return shares ? [...found].sort((one, other) => shares[other] - shares[one] || one - other) : found;
}

function orderShares() {
  if (state.order === "topic") {
    const chosen = selectedTopic();
    return chosen && topicShares[chosen.model][chosen.topic];
  }
  const theme = themePlace(state.order);
  return theme < 0 ? null : passages.share[theme];
}
