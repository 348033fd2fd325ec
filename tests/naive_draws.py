"""Plain versions of the draws and held-out likelihoods, and exact answers by enumeration."""

import math
from itertools import combinations, product

import numpy as np
from scipy.special import gammaln

WORD = 2**32
LARGEST = 2**64 - 1

# --- Small cases --------------------------------------------------------------------------------
# Topics that share all terms, an uneven prior, documents whose assignments can be counted out.

TOPICS = np.array([[0.6, 0.3, 0.08, 0.02], [0.1, 0.1, 0.2, 0.6], [0.25, 0.25, 0.25, 0.25]])
ALPHA = np.array([0.3, 0.8, 0.15])
TINY = [[0], [0, 3], [0, 0, 3], [0, 1, 2, 3, 3], [0, 0, 0, 0, 0, 3]]


def counts_of(tokens, n_terms=4):
    return np.bincount(tokens, minlength=n_terms).astype(float)[np.newaxis]


def some_corpus(seed=0, n_docs=40, n_topics=20, n_terms=60, length=25):
    rng = np.random.default_rng(seed)
    topics = rng.dirichlet(np.full(n_terms, 0.2), n_topics) + 1e-4
    topics /= topics.sum(axis=1, keepdims=True)
    shares = rng.dirichlet(np.full(n_topics, 0.1), n_docs)
    counts = np.array([rng.multinomial(length, p / p.sum()) for p in shares @ topics], dtype=float)
    return counts, topics, rng.uniform(0.02, 0.5, n_topics)


# --- Random numbers ------------------------------------------------------------------------------


def philox_words(counter, key):
    """Philox4x32-10 on Python integers: four words from a counter of four and a key of two."""
    (c0, c1, c2, c3), (k0, k1) = counter, key
    for _ in range(10):
        high_0, low_0 = divmod(0xD2511F53 * c0, WORD)
        high_1, low_1 = divmod(0xCD9E8D57 * c2, WORD)
        c0, c1, c2, c3 = high_1 ^ c1 ^ k0, low_1, high_0 ^ c3 ^ k1, low_0
        k0, k1 = (k0 + 0x9E3779B9) % WORD, (k1 + 0xBB67AE85) % WORD
    return c0, c1, c2, c3


def philox(seed, stream, counter):
    """The same as two 64-bit integers."""
    words = philox_words(
        (counter % WORD, counter // WORD, stream % WORD, stream // WORD),
        (seed % WORD, seed // WORD),
    )
    return words[0] + WORD * words[1], words[2] + WORD * words[3]


def mixed(x):
    """The finaliser of splitmix64 with the constants of variant 13."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & LARGEST
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & LARGEST
    return x ^ (x >> 31)


def splitmix64(state, n):
    """The first n outputs of the generator whose finaliser this is."""
    return [mixed((state + (i + 1) * 0x9E3779B97F4A7C15) & LARGEST) for i in range(n)]


class Stream:
    """Random numbers of one seed and stream, one after the other."""

    def __init__(self, seed, stream, counter=0):
        self.seed, self.stream, self.counter = int(seed), int(stream), counter

    def pair(self):
        pair = philox(self.seed, self.stream, self.counter)
        self.counter += 1
        return pair

    def uniform(self):
        return (self.pair()[0] >> 11) / 2**53

    def below(self, bound):
        while True:
            high, low = divmod((self.pair()[0] % WORD) * bound, WORD)
            if low >= WORD % bound:
                return high

    def normal(self):
        while True:
            x, y = (2 * ((bits >> 11) / 2**53) - 1 for bits in self.pair())
            square = x * x + y * y
            if 0 < square < 1:
                return x * math.sqrt(-2 * math.log(square) / square)

    def log_gamma_variate(self, shape):
        """Marsaglia & Tsang (2000), with U**(1 / shape) below shape 1, as a logarithm."""
        boosted = shape + 1 if shape < 1 else shape
        d = boosted - 1 / 3
        while True:
            x = self.normal()
            v = (1 + x / math.sqrt(9 * d)) ** 3
            if v <= 0:
                continue
            u = 1 - self.uniform()
            if math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
                break
        power = math.log(1 - self.uniform()) / shape if shape < 1 else 0.0
        return math.log(d * v) + power

    def dirichlet(self, shapes):
        logs = np.array([self.log_gamma_variate(shape) for shape in shapes])
        shares = np.exp(logs - logs.max())
        return shares / shares.sum()


# --- Draws of shares -----------------------------------------------------------------------------


def lane_order(n_topics):
    """Topics in the order in which the kernel adds them up: by lane, then within the lane."""
    return sorted(range(n_topics), key=lambda k: (k % 16, k // 16))


def drawn(weights, u):
    """The topic at which the running sum, in lane order, passes u times the sum."""
    order = lane_order(len(weights))
    running = np.cumsum(weights[order])
    return order[int(np.searchsorted(running, u * running[-1], side="right"))]


def theta_chain(tokens, topic_term, alpha, stream, *, n_draws, burn_in, thin):
    """Collapsed Gibbs on one document, tokens a list of term ids; draws (n_draws, K)."""
    count, topics, draws = np.zeros(len(alpha)), [], []
    for term in tokens:
        topics.append(drawn(topic_term[:, term] * (count + alpha), stream.uniform()))
        count[topics[-1]] += 1
    for number in range(1, burn_in + n_draws * thin + 1):
        for i, term in enumerate(tokens):
            count[topics[i]] -= 1
            topics[i] = drawn(topic_term[:, term] * (count + alpha), stream.uniform())
            count[topics[i]] += 1
        if number > burn_in and (number - burn_in) % thin == 0:
            draws.append(stream.dirichlet(count + alpha))
    return np.array(draws)


# --- Held-out likelihood -------------------------------------------------------------------------


def left_to_right(tokens, topic_term, alpha, stream):
    """Log p(tokens) by one particle, earlier topics drawn anew before each token."""
    tokens = list(tokens)
    for last in range(len(tokens) - 1, 0, -1):
        other = stream.below(last + 1)
        tokens[last], tokens[other] = tokens[other], tokens[last]
    count, topics, total = np.zeros(len(alpha)), [], 0.0
    for n, term in enumerate(tokens):
        for i in range(n):
            count[topics[i]] -= 1
            weights = topic_term[:, tokens[i]] * (count + alpha)
            topics[i] = drawn(weights, stream.uniform())
            count[topics[i]] += 1
        weights = topic_term[:, term] * (count + alpha)
        total += math.log(weights.sum() / (n + alpha.sum()))
        topics.append(drawn(weights, stream.uniform()))
        count[topics[-1]] += 1
    return total


def product_of_averages(tokens, topic_term, alpha, n_particles, rng):
    """Log p(tokens) as MALLET has it by default: means a token, earlier topics left as drawn."""
    counts, total = np.zeros((n_particles, len(alpha))), 0.0
    for n, term in enumerate(tokens):
        weights = topic_term[:, term] * (counts + alpha)
        total += math.log((weights.sum(axis=1) / (n + alpha.sum())).mean())
        for r in range(n_particles):
            counts[r, rng.choice(len(alpha), p=weights[r] / weights[r].sum())] += 1
    return total


def completion(observed, scored, topic_term, shares):
    """Sum over the scored tokens of each dense row of log sum_k theta phi."""
    return np.array(
        [
            sum(
                n * math.log(sum(theta[k] * topic_term[k, w] for k in range(len(theta))))
                for w, n in enumerate(row)
                if n > 0
            )
            for row, theta in zip(scored, shares(observed), strict=True)
        ]
    )


# --- Exact answers -------------------------------------------------------------------------------


def topic_count_posterior(tokens, topic_term, alpha):
    """All assignments of topics to tokens: their probabilities, counts (n, K) and log p(tokens)."""
    n_topics, logs, counts = len(alpha), [], []
    for topics in product(range(n_topics), repeat=len(tokens)):
        count = np.bincount(topics, minlength=n_topics)
        logs.append(
            sum(math.log(topic_term[k, w]) for k, w in zip(topics, tokens, strict=True))
            + (gammaln(count + alpha) - gammaln(alpha)).sum()
            + gammaln(alpha.sum())
            - gammaln(len(tokens) + alpha.sum())
        )
        counts.append(count)
    logs = np.array(logs)
    evidence = logs.max() + math.log(np.exp(logs - logs.max()).sum())
    return np.exp(logs - evidence), np.array(counts), evidence


def exact_moments(tokens, topic_term, alpha):
    """Mean and variance (K,) of the shares: a mixture of Dirichlets over all assignments."""
    weights, counts, _ = topic_count_posterior(tokens, topic_term, alpha)
    shapes = counts + alpha
    total = len(tokens) + alpha.sum()
    mean = weights @ (shapes / total)
    square = weights @ (shapes * (shapes + 1) / (total * (total + 1)))
    return mean, square - mean**2


def halves_of(tokens):
    """Every way to take half of these tokens, rounded down, as sorted tuples of places."""
    return list(combinations(range(len(tokens)), len(tokens) // 2))
