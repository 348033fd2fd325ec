"""Whether a line is boiler-plate of a web page, by its whole wording."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["is_boilerplate"]

_MOST_WORDS = 12
_MOST_NOTICE_WORDS = 30
_SITE = (
    r"(?:facebook|twitter|x|instagram|linkedin|whatsapp|telegram|youtube|reddit|pinterest|tumblr"
    r"|e-?mail|tiktok|threads|flipboard|messenger|bluesky|mastodon|social media|google news|rss)"
)
_SITES = rf"{_SITE}(?:(?:,? and|,| or| &| \|)? {_SITE})*"
_BUTTON = rf"(?:{_SITE}|print|copy link|sms|pocket)"
_BUTTONS = rf"{_BUTTON}(?:(?:,? and|,| or| &| ?[|/·•])? ?{_BUTTON})*"
_THING = r"(?:article|story|post|page|news|item|content|video|report)"
_NOW = r"(?: (?:now|today|here|free|for free|below))*"
_MAILING = r"(?:newsletter|inbox|mailing list|e-?mails?|updates?|alerts?|briefing|digest)"

# Each must match the whole line: in lower case, without marks at its ends, at most twelve words.
# A pattern may only have an open end (.*) behind words that start no sentence of an article.
_LINES = (
    # Subscriptions and accounts
    rf"(?:please )?(?:subscribe|sign ?up|register|log ?in|sign in|donate){_NOW}",
    r"(?:please )?subscribe (?:to (?:our|us|my|this channel)|via|by|on)\b.*",
    rf"(?:please )?(?:subscribe|sign ?up)\b.*\b{_MAILING}s?\b.*",
    rf"(?:get|receive|join)\b.*\b(?:our|your) (?:free |daily |weekly )*{_MAILING}s?\b.*",
    r"(?:our |the |free |daily |weekly |e-?mail )*newsletters?(?: sign ?-?up| subscription)?",
    r"enter your e-?mail(?: address)?.*|(?:your )?e-?mail(?: address)?|unsubscribe",
    rf"(?:support (?:us|our (?:work|journalism))|become a (?:member|supporter|subscriber)){_NOW}",
    rf"(?:download|get|try) (?:our|the) (?:free )?app{_NOW}(?: (?:on|for|from) .{{1,40}})?",
    # Sharing and following
    rf"share(?: (?:the|this|that))?(?: {_THING})?"
    rf"(?: (?:on|via|with|to|by) (?:{_SITES}|friends|others))?",
    rf"share(?: (?:the|this|that))?(?: {_THING})?(?: (?:on|via|with|to|by))?:? {_BUTTONS}",
    rf"{_SITE}(?:(?:,? and|,| &| \|)? {_SITE})+",
    rf"(?:tweet|e-?mail|print|pin|save|bookmark)(?: (?:this|it))?(?: {_THING})?",
    rf"(?:follow|like|find|join) us(?: (?:on|at|via) (?:{_SITES}|@\w+)| @\w+| here)?",
    rf"(?:follow|like) .{{1,40}} on {_SITES}|follow @\w+|copy link|link copied",
    r"\d[\d,.]*k? (?:shares?|likes?|views?|retweets?|followers?)",
    # Cookies and terms
    r"(?:accept|reject|manage|allow|decline|customi[sz]e)(?: all| my| your| only| necessary)*"
    r" cookies?(?: settings| preferences)?",
    r"cookies?(?: (?:policy|settings|notice|preferences|consent))?",
    r"(?:terms|privacy|cookies?)"
    r"(?: (?:and|&|of|policy|notice|use|service|conditions|terms|privacy|cookies?|statement))+",
    r"copyright (?:©|\(c\)|notice|(?:by .{1,40})?(?:19|20)\d\d).*|© .*",
    r".*\ball rights reserved\.?(?: .{1,30})?",
    # Comments
    r"(?:leave|post|add|write|submit) (?:a |your |us a )?(?:comment|reply)s?(?: below| here)?"
    r"(?: cancel reply)?",
    r"(?:click here to )?cancel reply|be the first to comment|have your say",
    r"(?:(?:\d+|no|view|show|see|read|load|hide|join the|all|more) )+(?:comments?|replies)"
    r"(?: so far| yet)?|comments ?\(?\d+\)?|join the (?:conversation|discussion)",
    r"comments?(?: are| have been)? (?:closed|disabled|off)(?: (?:on|for) .*)?",
    # Links to other pages
    r"(?:read|learn|find out|see|view|show|load|discover|hear|watch) more(?: here| now)?",
    r"(?:read|learn|find out) more (?:about|on|at|from) .*",
    r"(?:click|tap) (?:here|on|the|below|to)\b.*|(?:continue|keep) reading.*",
    r"read (?:the|this) (?:full|whole|rest of the|entire) (?:article|story|report|post).*",
    r"(?:read also|also read|see also|read next|up next|related|read more|more on this"
    r"|don[’']t miss|you (?:may|might) (?:also )?(?:like|be interested in)): ?.*",
    r"(?:related|recommended|similar|popular|trending|latest|recent|top|more|featured|previous"
    r"|next) (?:articles?|stories|story|posts?|content|topics|headlines|videos?)(?: for you)?",
    r"you (?:may|might) (?:also )?(?:like|be interested in)|most (?:read|popular|viewed|shared)",
    r"trending now|recommended for you|editor[’']?s[’']? picks?|more from .{1,40}",
    r"tag(?:s|ged(?: with)?) ?: ?.*|(?:posted|filed) (?:in|under)(?: ?: ?.*|(?: \w+){1,3})",
    # The page itself
    r"advertise?ments?|advertise with us|ads?|(?:sponsored|promoted|paid)(?: (?:content|post))?",
    r"(?:story|article) continues (?:below|after).*",
    r"skip (?:to )?(?:main )?(?:content|ad|advert|advertisement|navigation)",
    r"scroll (?:down )?(?:to|for)\b.*|back to (?:the )?top|back to home",
    r"site ?map|site map|log ?out|sign ?out|contact us|about us|faqs?",
    r"(?:(?:home|news|menu|search|world|politics|business|sport|opinion|contact|about|video"
    r"|login|subscribe|sign in|log in|share|print|save|tweet|comments?|close|next|previous"
    rf"|more|skip|contact us|about us|privacy|terms|help|faq|jobs|{_SITE})"
    r"(?: ?[|/·»›>,•] ?| |$)){3,}",
    r"\d+ min(?:ute)?s?(?: |-)read|reading time:? .{1,20}",
    r"loading|please wait|play video|listen to this article|image|photo|gallery",
    r"(?:thanks?|thank you) for (?:reading|subscribing|signing up)\b.*",
    # Press releases
    r"for immediate release(?:\W.{0,40})?|embargoed until .*",
    r"(?:media|press) (?:contacts?|enquir(?:y|ies)|inquir(?:y|ies))(?: ?: ?.*)?",
)

# Notices may be longer than twelve words; each begins with words that no article would use.
_NOTICES = (
    r"your e-?mail address will not be (?:published|shared).*|required fields are marked.*",
    r"save my name,? (?:and )?e-?mail.*|you (?:can|may) unsubscribe .*",
    r"(?:this|our) (?:web ?)?site (?:uses (?:cookies|akismet)|is protected by recaptcha).*",
    r"we (?:and our partners )?use (?:technologies, such as )?cookies.*",
    r"by (?:clicking|continuing|subscribing|signing up|using this (?:web)?site|submitting)\b.*"
    r"you (?:agree|accept|consent|acknowledge|confirm)\b.*"
    r"\b(?:terms|policy|cookies|conditions|privacy|e-?mails?)\b.*",
    r"(?:please |you need to )?enable java ?script.*",
    r"(?:copyright|©|\(c\)) ?(?:©|\(c\))? ?(?:19|20)\d\d\b.*",
    r"this material may not be published, broadcast, rewritten.*",
    r"(?:subscribe|sign up) (?:to|for) (?:our|the|my)\b.{0,80}newsletter.*",
    r"for (?:further|more) information,? (?:media (?:should )?|please |journalists )*"
    r"(?:contact|call)\b(?! (?:sections?|paragraph|heading|caption)\b).*",
    r"never miss (?:a|an|another) (?:story|post|update).*",
)
_WHOLE = re.compile("|".join(f"(?:{line})" for line in _LINES))
_NOTICE = re.compile("|".join(f"(?:{line})" for line in _NOTICES))
_MARKS = re.compile(r"(?:#\s*){3,}|-+\s*(?:30|30-|end|ends)\s*-+|ENDS?|End of (?:text|document)")
# Sounds and times that a transcript notes between what is said; other words in brackets are text.
_SOUND = r"(?:music|jingle|applause|laughter|cheer(?:s|ing)|cross-?talk|inaudible)"
_CUE = re.compile(
    rf"[\[(](?:theme |intro |outro |upbeat |soft )?{_SOUND}(?:(?:,| and) {_SOUND})?"
    r"(?: plays| playing| fades| ends| (?:by|from) reporters)?\.?[\])]",
    re.IGNORECASE,
)
_CLOCK = r"\d{1,2}:\d\d"
_SECOND = r":\d\d(?:[.,]\d{1,3})?"
# A bare "12:45" may be an hour in a programme, with a time zone it is when a briefing began.
_TIME_STAMP = re.compile(
    rf"[\[(]{_CLOCK}(?:{_SECOND})?[\])]|{_CLOCK}{_SECOND}"
    rf"|(?:END )?{_CLOCK} [AP]\.?M\.? [A-Z]{{2,4}}"
)
_TAG_ROW = re.compile(r"[#@]\w+(?:[\s,;|]+[#@]\w+)+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_KEPT_STARTS = ("©", "(c)")


@lru_cache(maxsize=4096)
def is_boilerplate(line: str) -> bool:
    """Whether the whole line is a request, button, notice, tag row or end mark of a page, or a
    sound or time that a transcript notes ("[applause]", "[00:03:07]").

    A sentence of an article that merely has such words is not; neither are credits
    ("Sources: …") nor lines that begin with a speaker's label.
    """
    bare = line.strip().removeprefix("- ")
    n_words = bare.count(" ") + 1
    if not bare or n_words > _MOST_NOTICE_WORDS or len(bare) > 400:
        return False
    if any(pattern.fullmatch(bare) for pattern in (_MARKS, _TAG_ROW, _CUE, _TIME_STAMP)):
        return True
    text = " ".join(bare.lower().split())
    text = text if text.startswith(_KEPT_STARTS) else _EDGES.sub("", text)
    if n_words <= _MOST_WORDS and _WHOLE.fullmatch(text):
        return True
    return bool(_NOTICE.fullmatch(text))
