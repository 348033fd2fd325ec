// Which passages hold what was searched for, and where?

const LETTER = "\\p{L}\\p{N}";
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g; // what an expression would take for its own
const folded = new Array(N);

// Capital letters and accents do not count; the length stays, so that places fit the text.
// Each text is folded once, when it is first searched.
function foldedText(passage) {
  folded[passage] ??= fold(passages.text[passage]);
  return folded[passage];
}

function fold(text) {
  return text.replace(/[A-Z\u0080-\u{10ffff}]/gu, foldLetter);
}

const foldLetter = (() => {
  const known = new Map();
  return (letter) => {
    if (letter < "\u0080") return letter.toLowerCase();
    if (!known.has(letter)) {
      const plain = letter.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase();
      known.set(letter, plain.length === letter.length ? plain : letter);
    }
    return known.get(letter);
  };
})();

// Words that all must be there; "some words" stand together; a word* begins so.
function queryOf(text) {
  const parts = fold(text).match(/"[^"]*"|\S+/g) ?? [];
  return parts.map(patternOf).filter(Boolean);
}

function patternOf(part) {
  const words = part.replaceAll('"', " ").trim();
  const stem = words.replace(/\*+$/, "");
  if (!stem) return null;
  const body = stem.split(/\s+/).map((word) => word.replace(SYNTAX, "\\$&")).join("\\s+");
  const end = words.endsWith("*") ? `[${LETTER}]*` : "";
  return new RegExp(`(?<![${LETTER}])${body}${end}(?![${LETTER}])`, "gu");
}

function holds(passage, patterns) {
  const text = foldedText(passage);
  return patterns.every((pattern) => {
    pattern.lastIndex = 0;
    return pattern.test(text);
  });
}

// Start and end of each place, in order.
function placesOf(passage, patterns) {
  const text = foldedText(passage);
  const found = patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length]));
  return found.sort((one, other) => one[0] - other[0] || other[1] - one[1]);
}
