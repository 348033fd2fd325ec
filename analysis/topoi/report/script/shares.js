// Which share of the chosen text speaks of each theme, and how sure is that?

const RESAMPLES = 200;
const SEED = 20211;

const WIDTH = run.themes.length + 1; // of a cluster's sums: a place for each theme, tokens last

// As in prevalence: means over passages weighted by tokens; clusters are resampled.
function themeShares(found) {
  const sums = clusterSums(found);
  const n = sums.length / WIDTH;
  const estimate = ratios(summed(sums, n, (at) => at));
  if (n < 2) return estimate.map((share) => ({ share, lower: NaN, upper: NaN }));
  const random = randomNumbers(SEED);
  const drawn = Array.from({ length: RESAMPLES }, () => ratios(summed(sums, n, () => Math.floor(random() * n))));
  return estimate.map((share, theme) => {
    const values = Float64Array.from(drawn, (one) => one[theme]).sort();
    return { share, lower: quantile(values, 0.025), upper: quantile(values, 0.975) };
  });
}

// For each cluster (a document, if nothing else was asked for) tokens times share of each theme, and
// tokens last, one cluster after another.
function clusterSums(found) {
  const places = new Map();
  for (const passage of found) {
    const cluster = passages.cluster[passage];
    if (!places.has(cluster)) places.set(cluster, places.size * WIDTH);
  }
  const sums = new Float64Array(places.size * WIDTH);
  for (const passage of found) {
    const first = places.get(passages.cluster[passage]);
    const n = passages.n[passage];
    for (let theme = 0; theme < WIDTH - 1; theme += 1) sums[first + theme] += (n * passages.share[theme][passage]) / PARTS;
    sums[first + WIDTH - 1] += n;
  }
  return sums;
}

// The sums of so many clusters together, each of those that `drawn` tells.
function summed(sums, n, drawn) {
  const total = new Float64Array(WIDTH);
  for (let at = 0; at < n; at += 1) {
    const first = drawn(at) * WIDTH;
    for (let place = 0; place < WIDTH; place += 1) total[place] += sums[first + place];
  }
  return total;
}

function ratios(sum) {
  const n = sum[sum.length - 1];
  return Array.from(sum.subarray(0, -1), (value) => (n > 0 ? value / n : NaN));
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
