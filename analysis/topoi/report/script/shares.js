// Which share of the chosen text speaks of each theme, and how sure is that?

const RESAMPLES = 200;
const SEED = 20211;

// As in prevalence: means over passages weighted by tokens; documents are resampled.
function themeShares(found) {
  const sums = documentSums(found);
  const estimate = ratios(sums.reduce(added, emptySum()));
  if (sums.length < 2) return estimate.map((share) => ({ share, lower: NaN, upper: NaN }));
  const random = randomNumbers(SEED);
  const drawn = Array.from({ length: RESAMPLES }, () => ratios(resampled(sums, random)));
  return estimate.map((share, theme) => {
    const values = Float64Array.from(drawn, (one) => one[theme]).sort();
    return { share, lower: quantile(values, 0.025), upper: quantile(values, 0.975) };
  });
}

// For each document tokens times share of each theme, and tokens last.
function documentSums(found) {
  const sums = new Map();
  for (const passage of found) {
    const doc = clusters.of[passage];
    if (!sums.has(doc)) sums.set(doc, emptySum());
    const sum = sums.get(doc);
    const n = passages.n[passage];
    passages.share.forEach((shares, theme) => {
      sum[theme] += (n * shares[passage]) / PARTS;
    });
    sum[sum.length - 1] += n;
  }
  return [...sums.values()];
}

function emptySum() {
  return new Float64Array(run.themes.length + 1);
}

function added(total, sum) {
  for (let at = 0; at < total.length; at += 1) total[at] += sum[at];
  return total;
}

function ratios(sum) {
  const n = sum[sum.length - 1];
  return Array.from(sum.subarray(0, -1), (value) => (n > 0 ? value / n : NaN));
}

function resampled(sums, random) {
  const total = emptySum();
  for (let at = 0; at < sums.length; at += 1) added(total, sums[Math.floor(random() * sums.length)]);
  return total;
}

function quantile(sorted, part) {
  const at = part * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

// xorshift32 (Marsaglia 2003): the same numbers at every visit.
function randomNumbers(seed) {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 4294967296;
  };
}
