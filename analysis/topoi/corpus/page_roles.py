"""What pages speak of, by the part it plays in a line, as patterns for text in lower case."""

from __future__ import annotations

from topoi.corpus.page_words import SITES as _SITE_NAMES

__all__ = [
    "AGENCY",
    "DAY",
    "DONE",
    "FAULT",
    "LANGUAGE",
    "LANGUAGES",
    "PICTURE",
    "PICTURE_SOURCE",
    "PIECE",
    "PIECES",
    "PLAYER",
    "PLAYERS",
    "RANK",
    "SECTION",
    "SITES",
    "TELL",
    "WHERE",
]

PIECE = (
    r"(?:article|story|post|page|content|video|report|piece|item|entry|blog|interview|podcast"
    r"|episode|audio|recording|clip|transcript|image|photo|gallery|publication|document|site"
    r"|website)"
)
PICTURE = r"(?:photo(?:graph)?|image|picture|video|graphic|illustration|map|chart)s?"
PICTURE_SOURCE = (
    r"(?:file|staff|courtesy|submitted|provided|contributed|handout|archive|archival|stock"
    r"|gallery|copyright|credit|source|supplied|library|by|via)"
)
PIECES = (
    r"(?:articles|stories|posts|content|topics|headlines|videos?|news|coverage|reading|links"
    r"|pages|items|comments|episodes|podcasts|newsletters|galleries|entries|updates|results"
    r"|press releases|categories|authors|blogs?|photos|images|episode|article|story|post|page"
    r"|entry|reads|picks|documents|publications|keywords|tags)"
)
RANK = (
    r"(?:related|recommended|similar|popular|trending|latest|recent|top|more|featured|previous"
    r"|next|older|newer|all|our|breaking|live|suggested|most read|editors[’']?)"
)
SECTION = (
    r"(?:news|politics|business|sports?|opinion|world|culture|uk|us|u\.s\.|europe|society"
    r"|health|science|technology|tech|education|environment|economy|lifestyle|local|travel"
    r"|money|entertainment|immigration|migration|analysis)"
)
WHERE = r"(?: (?:here|below|above|now|online|today|again|in full|live|later|too))*"
DAY = (
    r"(?:(?:\d[\d:.,/h-]*|(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?"
    r"|a\.?m|p\.?m|gmt|bst|cet|cest|est|edt|et|pst|pdt|pt|ct|utc|noon|midnight|at|on|the|of"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|an?|minutes?|mins?|hours?|hrs?"
    r"|days?|weeks?|months?|years?|ago|yesterday|today)(?:st|nd|rd|th)?[.,]?(?: |$)|[|·•–-] )+"
)
DONE = r"(?:published|updated|posted|modified|reviewed|edited|amended|corrected|revised|created)"
LANGUAGE = (
    r"(?:english|spanish|french|german|arabic|portuguese|italian|chinese|russian|dutch|polish"
    r"|ukrainian|español|espanol|français|deutsch|português|italiano|simplified chinese)"
)
SITES = (
    rf"(?:{'|'.join(sorted(_SITE_NAMES))}|x|signal|telegram|social media)(?:(?:,? and |, | or |"
    rf" & ?| ?/ ?|, or | )(?:{'|'.join(sorted(_SITE_NAMES))}|x|signal|telegram|threads)){{0,6}}"
)
LANGUAGES = rf"{LANGUAGE}(?:(?:,| and|, and| or| [|/·•]| &)? {LANGUAGE}){{0,8}}"
PLAYER = (
    r"(?:apple podcasts?|spotify|google podcasts?|stitcher|amazon music|overcast|pocket casts"
    r"|youtube(?: music)?|audible|iheart(?:radio)?|tunein|soundcloud|itunes|deezer|npr one"
    r"|(?:the )?app store|google play|rss)"
)
PLAYERS = rf"{PLAYER}(?:(?:,| and|, and| or|, or| [|/·•]| &)? {PLAYER}){{0,6}}"
AGENCY = (
    r"(?:getty(?: images)?|reuters|afp|epa-efe|associated press|alamy|shutterstock|wikimedia(?:"
    r" commons)?|unsplash|istock(?:photo)?|rex features|bloomberg|zuma(?: press)?|adobe stock"
    r"|flickr|pixabay|pexels|anadolu(?: agency)?)"
)
FAULT = r"(?:errors?|mistakes?|typos?|problems?|corrections?|something wrong|inaccurac(?:y|ies))"
TELL = (
    r"(?:please )?(?:e-?mail|contact|tell us|let us know|get in touch|send|write to|share (?:it"
    r"|your)|ask us|message us|call us|text us|reach (?:out|us)|click|report it|join)"
)
