"""How many items two rankings share, down to each depth."""

from numba import njit

__all__ = ["shared_by_depth"]


@njit(cache=True, nogil=True)
def shared_by_depth(one, other, shared):
    """Set shared (K, L, n) to the items in both one[k, : d + 1] and other[l, : d + 1].

    one     int64 (K, n)     items, best first, each once in a row; < 0 is no item
    other   int64 (L, n)
    shared  int64 (K, L, n)
    """
    depth = one.shape[1]
    for k in range(one.shape[0]):
        for j in range(other.shape[0]):
            shared[k, j, :] = 0
            for a in range(depth):
                if one[k, a] < 0:
                    break
                for b in range(depth):
                    if one[k, a] == other[j, b]:
                        shared[k, j, max(a, b)] += 1
                        break
            for d in range(1, depth):
                shared[k, j, d] += shared[k, j, d - 1]
