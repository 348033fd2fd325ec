"""Which signs and lines of a text a cleaning rule may have to look at, in one pass."""

from numba import njit

__all__ = [
    "BAR", "CALL", "CODE", "DEBRIS", "FORM", "GLUED", "HEADER", "HYPHEN", "KNOWN", "LABEL",
    "LABELS", "LINK", "MARK", "NAMING", "NOTICE", "NOTICE_START", "NOTICE_WORD", "ODD", "ODD_CASE",
    "ODD_SPACE", "PAIRED", "RAISED", "STACKED", "START", "SUSPECT", "TAG", "TELLING", "TRIGGER",
    "UNLAID", "WEIGHED", "WEIGHTY", "WORDING", "hash_word", "place_of", "see",
]  # fmt: skip

# What is seen of a text; any number of these, added up.
SUSPECT = 1  # signs beyond ASCII that may be broken UTF-8
ODD = 2  # a sign that may be invisible, a control or not composed
TAG = 4  # "<" or "&"
DEBRIS = 8  # "<", ">" or "Â"
CODE = 16  # a brace, a bracket or a line that ends in ";" or "/"
BAR = 32
MARK = 64  # a sign of Markdown
LINK = 128  # "://", "@" or "www"
HYPHEN = 256  # a hyphen at the end of a line
HEADER = 512  # "888 words" or "Document "
GLUED = 1024  # words without a space after the full stop or comma between them
UNLAID = 2048  # a line with spaces to be removed, of a list or without words
ODD_SPACE = 4096
FORM = 16384  # codes of government notices, in capitals or brackets
LABELS = 32768  # "SUMMARY:", "AGENCY:"
PAIRED = 65536  # a sign that is SUSPECT where another beyond ASCII stands beside it
STACKED = 131072  # anything but single lines with single blank lines between
ODD_CASE = 8192  # a letter beyond ASCII that becomes one of ASCII in lower case
# A line that may be of a page, by a short wording, as a notice, by the weight of its words.
WORDING, NOTICE, WEIGHED = 262144, 524288, 1048576
RAISED = 2097152  # "1 st ", "4 th "
LABEL = 4194304  # a colon after a capital, as "SUMMARY:", or after a sign beyond ASCII

# What is known of a word; any number of these, added up.
TRIGGER = 1  # short wordings have one, others KNOWN words only and a WEIGHTY one
KNOWN = 2
WEIGHTY = 4
NOTICE_START = 8  # longer notices begin with one and have a NOTICE_WORD
NOTICE_WORD = 16
CALL = 32  # a line that begins with one and has a WEIGHTY word may have a few others
START = 64  # short wordings begin with one or have a TELLING word
TELLING = 128
NAMING = 256  # a line that begins with one and has a WEIGHTY word may have names

_TABLE_END = 0x3001
_MASK = (1 << 62) - 1
_FACTOR = 1_000_003
_BULLET = 6  # octets in which a bullet and a space end
_FEW_SPACES, _MOST_SPACES, _MOST_OCTETS = 12, 30, 1600
_FEW_UNKNOWN = 2
_LINE_FEED, _SPACE, _HYPHEN, _DOT, _COMMA, _W = 10, 32, 45, 46, 44, 119


@njit(cache=True, nogil=True)
def see(octets, sign_flags, word_keys, word_bits, line_flags, line_numbers, line_hashes):
    """Flags of a text and its lines, and which of these may be alike.

    Parameters
    ----------
    octets : uint8 (N,), the text in UTF-8
    sign_flags : int64 (0x3001,), flags of each code point; later ones are PAIRED + ODD
    word_keys : int64 (S,), `hash_word` of known words at their places, else -1; S a power of 2
    word_bits : int64 (S,), what is known of each
    line_flags : int64 (L,), L lines; set to the flags of each, those of its line feed included
    line_numbers, line_hashes : int64 (L,); set to the numbers and hashes of the lines
        that have a letter, a digit or a sign beyond ASCII. The hash is of the letters, digits and
        "_" of ASCII in lower case: 0 where there are none, else above 0.

    Returns
    -------
    int, int : flags, how many line_hashes were set

    Updates line_flags, line_numbers, line_hashes. Takes time in proportion to N.
    """
    all_flags, flags, n_hashes = 0, 0, 0
    n = len(octets)
    number, start, n_alnum, n_others, n_spaces = 0, 0, 0, 0, 0
    line_hash, word, n_word, is_whole, is_small, head = 0, 0, 0, False, False, 0
    n_words, first_bits, all_bits, n_unknown, n_names = 0, 0, 0, 0, 0
    before, second, sign = _LINE_FEED, _LINE_FEED, 0
    for i in range(n + 1):
        octet = octets[i] if i < n else _LINE_FEED
        lower = octet | 32
        if 97 <= lower <= 122 and octet < 128:
            if n_word == 0:
                is_small, head = octet == lower, octet
                is_whole = before < 128 and not _goes_on(before)
                if (before == _DOT or before == _COMMA or before == 63) and _is_glued(octets, i):
                    flags |= GLUED
                if before == 91 and not is_small:
                    flags |= FORM  # "[A"
            word = (word * _FACTOR + lower) & _MASK
            n_word += 1
        else:
            if n_word:
                if n_spaces <= _MOST_SPACES:
                    bits = _bits_of(word, word_keys, word_bits)
                    all_bits |= bits
                    if is_whole and not bits & KNOWN:
                        n_unknown += is_small
                        n_names += not is_small
                    first_bits = bits if n_words == 0 else first_bits
                if n_word == 2 or head == 67 or head == 68 or head | 32 == _W:
                    flags |= _word_flags(octets, i, n_word)
                line_hash = (line_hash * _FACTOR + word) & _MASK
                n_alnum += n_word
                n_words += 1
                word, n_word = 0, 0
            if octet == _SPACE:
                n_spaces += 1
                if (
                    before == _SPACE
                    or i == start
                    or (i == start + 1 and (before == _HYPHEN or before == 42 or before == 43))
                ):
                    flags |= UNLAID
                if before == 35:
                    flags |= MARK
                if (before == 82 and second == 70) or (before == 78 and second == 73):
                    flags |= FORM  # "FR ", "RIN "
            elif octet == _LINE_FEED:
                flags |= _end_flags(octets, i, before, second)
                if i > start and n_alnum == 0:
                    flags |= UNLAID
                if n_alnum or n_others or line_hash:
                    line_numbers[n_hashes] = number
                    line_hashes[n_hashes] = line_hash
                    n_hashes += 1
                may_be_page = n_words or not _is_figure(octets, start, i)
                if start < i <= start + _MOST_OCTETS and n_spaces <= _MOST_SPACES and may_be_page:
                    n_strange = n_unknown if first_bits & NAMING else n_unknown + n_names
                    flags |= _page_flags(octets, start, n_spaces, first_bits, all_bits, n_strange)
                line_flags[number] = flags
                all_flags |= flags
                number, start, flags = number + 1, i + 1, 0
                n_alnum, n_others, n_spaces, line_hash = 0, 0, 0, 0
                n_words, first_bits, all_bits, n_unknown, n_names = 0, 0, 0, 0, 0
            elif octet >= 128:
                if octet >= 192:
                    n_others += 1
                    point = _code_point(octets, i)
                    latest = sign_flags[point] if point < _TABLE_END else PAIRED | ODD
                    if before >= 128 and (latest | sign) & PAIRED:
                        flags |= SUSPECT
                    flags |= latest
                    sign = latest
            else:
                if 48 <= octet <= 57 or octet == 95:
                    line_hash = (line_hash * _FACTOR + octet) & _MASK
                    n_alnum += octet != 95
                else:
                    flags |= _pair_flags(octet, before, second)
                flags |= sign_flags[octet]
        second, before = before, octet
    return all_flags, n_hashes


@njit(cache=True, nogil=True)
def hash_word(octets):
    """The hash of a word, uint8 (N,), by which `see` finds it: int from 0."""
    result = 0
    for octet in octets:
        result = (result * _FACTOR + octet) & _MASK
    return result


@njit(cache=True, nogil=True)
def place_of(key, word_keys):
    """The place of a hash in the table of known words, or of the gap where it would be."""
    last = len(word_keys) - 1
    place = (key ^ (key >> 17)) & last
    while word_keys[place] != key and word_keys[place] != -1:
        place = (place + 1) & last
    return place


@njit(cache=True, nogil=True)
def _bits_of(key, word_keys, word_bits):
    """What is known of a word; 0 for others."""
    place = place_of(key, word_keys)
    return word_bits[place] if word_keys[place] == key else 0


@njit(cache=True, nogil=True)
def _end_flags(octets, i, before, second):
    """Flags of the line feed at place i, or of the end of the text."""
    flags = UNLAID if before == _SPACE else 0
    is_first = before == _LINE_FEED and len(octets) > 0
    if is_first and (second == _LINE_FEED or i == len(octets)):
        flags |= STACKED
    if before != _LINE_FEED and i + 1 < len(octets) and octets[i + 1] != _LINE_FEED:
        flags |= STACKED
    if before == _HYPHEN:
        flags |= HYPHEN
    if before == 59 or before == 47:
        flags |= CODE
    return flags


@njit(cache=True, nogil=True)
def _pair_flags(octet, before, second):
    """Flags of a sign of ASCII with the two octets before it."""
    if octet == before and octet == second and (octet == _HYPHEN or octet == 61):
        return MARK
    if before == 93 and (octet == 40 or octet == 58):
        return MARK
    if before == 35 and octet == 9:
        return MARK
    if octet == 47 and before == 47 and second == 58:
        return LINK
    if octet == 47 and before == _SPACE and second == 114:
        return FORM  # "Register /"
    if octet == 58:
        flags = LABELS if before == 89 and (second == 82 or second == 67) else 0
        is_after = _is_capital(before) or (before <= _SPACE and _is_capital(second))
        return flags | LABEL if is_after or before >= 128 else flags
    return 0


@njit(cache=True, nogil=True)
def _is_glued(octets, i):
    """Whether the letter at i follows a full stop or comma that ends a word, without a space."""
    before = octets[i - 1]
    is_small = octets[i] >= 97
    if before == _DOT and is_small:
        return (
            i > 3
            and _is_capital(octets[i - 2])
            and octets[i - 3] == _DOT
            and (_is_capital(octets[i - 4]))
        )
    if before != _COMMA and is_small:
        return False
    n_after = 2 if before == _COMMA else 1
    return _are_small(octets, i - 4, i - 1) and _are_small(octets, i + 1, i + 1 + n_after)


@njit(cache=True, nogil=True)
def _are_small(octets, start, stop):
    """Whether all octets from start to before stop are there and are a to z."""
    if start < 0 or stop > len(octets):
        return False
    for at in range(start, stop):  # noqa: SIM110 - numba has no generators
        if not 97 <= octets[at] <= 122:
            return False
    return True


@njit(cache=True, nogil=True)
def _is_capital(octet):
    """Whether an octet is one of A to Z."""
    return 65 <= octet <= 90


@njit(cache=True, nogil=True)
def _word_flags(octets, i, n_word):
    """Flags of the word of n letters that ends before i; only those with C, D, W or two letters."""
    start = i - n_word
    first = octets[start]
    if n_word == 2:
        return RAISED if _is_raised(octets, start) else 0
    if n_word < 3:
        return 0
    second, third = octets[start + 1], octets[start + 2]
    if first | 32 == _W and second | 32 == _W and third | 32 == _W:
        return LINK
    if n_word == 4 and first == 67 and second | 32 == 111:
        return FORM  # "Code"
    if n_word == 5 and first | 32 == _W and second | 32 == 111 and start > 1:
        number = octets[start - 2]
        is_number = 48 <= number <= 57 or number == _COMMA or number == _DOT or number >= 128
        return HEADER if is_number and octets[start - 1] == _SPACE else 0  # "8 words"
    if n_word == 8 and first == 68 and second == 111 and third == 99:
        return HEADER  # "Document"
    return 0


@njit(cache=True, nogil=True)
def _is_raised(octets, start):
    """Whether the two letters from start, between spaces, may be those of the number before."""
    if start < 2 or start + 2 >= len(octets):
        return False
    if octets[start - 1] != _SPACE or octets[start + 2] != _SPACE:
        return False
    number, first, second = octets[start - 2], octets[start], octets[start + 1]
    if not (48 <= number <= 57 or number >= 128):
        return False
    if first == 116:
        return second == 104  # th
    if first == 115:
        return second == 116  # st
    return (first == 110 or first == 114) and second == 100  # nd, rd


@njit(cache=True, nogil=True)
def _code_point(octets, i):
    """The code point that begins at i, in UTF-8; a cut one counts as far as it goes."""
    lead = octets[i]
    n_more = 1 if lead < 224 else 2 if lead < 240 else 3
    point = lead & (0x3F >> n_more)
    for at in range(i + 1, min(i + 1 + n_more, len(octets))):
        point = (point << 6) | (octets[at] & 63)
    return point


@njit(cache=True, nogil=True)
def _goes_on(octet):
    """Whether a letter after this sign may belong to the word before it: 0-9 # ' - . @ _"""
    return 48 <= octet <= 57 or octet in (35, 39, 45, 46, 64, 95)


@njit(cache=True, nogil=True)
def _is_figure(octets, start, stop):
    """Whether a line has digits, points, commas and signs of dollar or per cent only."""
    for at in range(start, stop):
        octet = octets[at]
        if not (48 <= octet <= 57 or octet in (36, 37, 44, 46)):
            return False
    return True


@njit(cache=True, nogil=True)
def _page_flags(octets, start, n_spaces, first_bits, all_bits, n_strange):
    """As what a line may be of a page, by its length, its first sign and its words."""
    first = octets[start]
    is_rights = False  # "©", also after a bullet
    for at in range(start, min(start + _BULLET, len(octets) - 1)):
        is_rights |= octets[at] == 194 and octets[at + 1] == 169
    is_short, has_trigger = n_spaces <= _FEW_SPACES, all_bits & TRIGGER != 0
    has_notice = all_bits & NOTICE_WORD != 0 or (is_short and has_trigger)
    flags = NOTICE if is_rights or (first_bits & NOTICE_START and has_notice) else 0
    n_borne = _FEW_UNKNOWN if first_bits & CALL else 0
    if all_bits & WEIGHTY and n_strange <= n_borne:
        flags |= WEIGHED
    if not is_short:
        return flags
    is_letter = 97 <= first | 32 <= 122
    if is_letter and not (first_bits & START or all_bits & TELLING):
        return flags
    if (is_letter or first in (34, 39, 226)) and not (has_trigger or flags):  # 34, 39, 226: quotes
        return flags
    return flags | WORDING
