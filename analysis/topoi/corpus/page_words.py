"""Whether every word of a line is one that pages use to guide, to ask or to sell."""

from __future__ import annotations

import re

__all__ = ["PAGE_WORDS", "is_made_of_page_words"]

# A line of these words alone, whose weights add up to two or more, belongs to a page: "Sign up and
# get the headlines in your inbox". One other word ("Share the burden", "Follow the money") and the
# line is text. Three kinds: words that hardly any article uses in so short a line (2), words of
# pages that articles use too (1), and what stands between them (0).
_STRONG = """
subscribe subscriber subscribers subscribing subscription subscriptions unsubscribe newsletter
newsletters inbox cookie cookies login logout signup facebook twitter instagram linkedin whatsapp
youtube tiktok pinterest reddit tumblr flipboard bluesky mastodon snapchat tweet retweet paywall
advertisement advertisements advert adverts advertise podcast podcasts rss captcha javascript
username password homepage permalink bookmark copyright app apps url clipboard hashtag sitemap faq
faqs tap scroll email e-mail emails e-mails ads ad sponsored disqus adchoices unmute webpage
"""
_USUAL = """
share shares sharing follow following like likes comment comments commenting reply replies sign log
logged register registered account accounts article articles story stories post posts page pages
reading reader readers related recommended popular trending latest headline headlines alert alerts
notify notification notifications update updates updated trial unlimited access member members
membership member-only donate donation donations contribute journalism reporting newsroom premium
tax-deductible skip menu search print printer friendly image images photo photos photograph video
videos gallery slideshow enlarge toggle expand collapse load loading loaded hide website site sites
web web-site content contents terms privacy policy policies conditions preferences settings reserved
reprint reprints permission permissions republish republished reproduced redistributed published
publisher publication originally creative commons feedback topics tags tagged categories category
filed posted read hours ago font listen watch stream sponsor sponsors navigation sidebar leave tip
tips pin here below manage accept agree agreeing consent decline reject dismiss submit copy link
links pdf digest briefing bulletin awaiting moderated moderation moderator discussion conversation
newest oldest sort friend friends window browser browse view views viewed visit channel channels
feed blog blogs gift offer version desktop mobile phone install free original coverage editor
editors
picks estimated min minute minutes size credit credits support subscribed material prior written
consent licence license licensing personal personalised personalized experience services analytics
store stores partners x download downloads click telegram messenger threads zip optional error
corrections accessibility archive archives author authors edition editions language profile
calendar favorites favourites volume pause play caption captions transcript survey poll quiz helpful
anytime cancel limit limited exclusive unlock exclusives calendar donor patron gift back top
"""
_BETWEEN = """
a an the this these those our your us we you my me i is are be been being can may will would not no
yes if as all any every each via per up now today tomorrow yesterday daily weekly monthly week
weekday weekdays day days month months year years morning evening weekend first second new other
another best similar want need please must should could has have had how what why when while which
who whom there don’t don't you’ve you've we’re we're you’re you're let’s never miss again later so
one two three of on in at by from for with and or to out get got give make made find see go going
stay become try start help helps keep keeps more next previous home main close open opens show
receive receiving receives sent send delivered deliver straight directly right time times just most
breaking last full news local world americas americas’ europe business politics opinion sport sports
culture national international regional already using use used uses run running without part join
continue continues continuing consider making understand understanding improve remember remembers
remembered before after only also such independent connect informed learn discover explore it yet
above closed add adding write enter entered address name names required field fields marked story’s
report reports computer device devices ensure provide provided browsing set settings cents dollars
through else save cancel edit delete media social network networks text number people join
interested about thoughts think tell hear from care value respect works way ways help loop tuned
date reached reach left remaining under over than both us create forgot problem question questions
choose select change full-screen own once it’s it's bring brings do does works working thanks
supporting supported subscriber’s keep quality jump return
"""
_WEIGHTS = {word: 0 for word in _BETWEEN.split()}
_WEIGHTS |= {word: 1 for word in _USUAL.split()}
_WEIGHTS |= {word: 2 for word in _STRONG.split()}
# What any such line has at least one of, in letters from a to z.
PAGE_WORDS = frozenset(
    part for word, weight in _WEIGHTS.items() if weight for part in re.findall("[a-z]+", word)
)
_ENOUGH = 2
_MOST_WORDS = 25
_MOST_NAMES = 4
# Where a name may stand: "Follow the Valley Sentinel on X", "Sponsored by Valley Motors".
_STARTS = frozenset(
    [
        "follow",
        "like",
        "find",
        "join",
        "read",
        "see",
        "view",
        "subscribe",
        "sign",
        "get",
        "donate",
        "more",
        "share",
        "sponsored",
        "published",
        "originally",
        "republished",
        "connect",
        "related",
        "visit",
        "download",
        "you",
        "watch",
        "listen",
        "support",
        "all",
    ]
)
_NAME = "a name"
_LEADS = frozenset(
    [*["on", "at", "from", "by", "with", "the", "to", "for", "follow", "via", "in"], _NAME]
)
_WORD = re.compile(r"[@#]?\w[\w’'.@-]*")
_LABEL = re.compile(r"[A-Z][A-Z.’' -]{1,40}:\s*\S")


def is_made_of_page_words(line: str) -> bool:
    """Whether a line has only words of pages, with enough that articles seldom use, and names.

    Names are words in capitals after "on", "by", "the" and the like, in a line that begins as a
    request and is not all capitals. Lines that begin with a speaker's label are not of a page.
    """
    weights: dict[str, int] = {}
    n_words, n_names, before, may_name = 0, 0, "", False
    for written in map(re.Match.group, _WORD.finditer(line)):
        word = written.lower().rstrip(".'’")
        weight = 1 if word[0] in "@#" else _WEIGHTS.get(word, 0 if word[0].isdigit() else None)
        may_name = word in _STARTS and not line.isupper() if n_words == 0 else may_name
        if weight is not None:
            weights[word] = weight
        elif may_name and before in _LEADS and written[0].isupper():
            n_names, word = n_names + 1, _NAME
        else:
            return False
        n_words, before = n_words + 1, word
    if n_words > _MOST_WORDS or n_names > _MOST_NAMES or _LABEL.match(line):
        return False
    return sum(weights.values()) >= _ENOUGH
