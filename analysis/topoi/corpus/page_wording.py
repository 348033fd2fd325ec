"""How requests, buttons, links and notices of web pages are worded."""

from __future__ import annotations

import re

__all__ = [
    "NAMED_LINE",
    "NOTICE_LINE",
    "OPEN_LINE",
    "SHORT_LINE",
]

_SITE = (
    r"(?:facebook|twitter|x|instagram|linkedin|whatsapp|telegram|youtube|reddit|pinterest|tumblr"
    r"|e-?mail|tiktok|threads|flipboard|messenger|bluesky|mastodon|social media|google news|rss)"
)
_SITES = rf"{_SITE}(?:(?:,? and|,| or| &| \|)? {_SITE})*"
_BUTTON = rf"(?:{_SITE}|print|copy link|sms|pocket)"
_BUTTONS = rf"{_BUTTON}(?:(?:,? and|,| or| &| ?[|/·•])? ?{_BUTTON})*"
_THING = r"(?:article|story|post|page|news|item|content|video|report)"
_NOW = r"(?: (?:now|today|here|free|for free|below))*"
_OFTEN = r"(?:free|daily|weekly|monthly|regular|latest|e-?mail|youtube)"
_MAILING = (
    r"(?:newsletters?|inbox|mailing lists?|(?:breaking |e-?mail |daily |weekly |news )*"
    r"(?:e-?mails?|updates?|alerts?|briefings?|digests?))"
)
_CHANNEL = rf"(?:{_MAILING}|channel|podcast|feed|blog|magazine|list)"
_MISS = r"never miss (?:a|an|another) (?:story|post|update)(?: again)?(?: from us)?"
_MORE_OF_IT = rf"(?:{_NOW}(?: (?:on|via|by|at) {_SITES})?(?:(?:,| and| to|,? so you)? {_MISS})?)"
_SITE_PAGE = r"(?:web ?)?(?:sites?|pages?|apps?|services?)"
_WHOM = r"(?:our|this|the|my|your)"
_SECTION = (
    r"(?:news|politics|business|sports?|opinion|world|culture|uncategori[sz]ed|blog|analysis"
    r"|features?|economy|press releases?|migration|immigration|border|national|international)"
)
_PAGES = (
    r"(?:home|news|menu|search|world|politics|business|sport|opinion|contact|about|login|sign in"
    r"|log in|contact us|about us|privacy|terms|faq)"
)
_LINK = (
    rf"(?:{_PAGES}|video|subscribe|share|print|save|tweet|comments?|close|next|previous|more|skip"
    rf"|help|jobs|{_SITE}|privacy policy|cookie policy|terms (?:of|and) \w{{3,10}})"
)
_DATE = (
    r"(?:(?:\d[\d:.,/]*|(?:mon|tues|wednes|thurs|fri|satur|sun)day|a\.?m|p\.?m|gmt|bst|cet|cest"
    r"|est|edt|et|utc|hours|hrs|local time|noon|midnight|at|on|the|of|(?:jan|febr)uary|march|april"
    r"|may|june|july|august|(?:sept|nov|dec)ember|october)(?:st|nd|rd|th)?\.?,?(?: |$))+"
)
_MAKER = r"(?:ltd|limited|plc|inc|llc|corp|media|news|newspapers?|group|press|times|company)"
_SIGN = r"(?:copyright|©|\(c\))(?: ?©| ?\(c\))?"
_YEARS = r"(?:19|20)\d\d(?: ?[-–] ?(?:19|20)?\d\d)?"

# Each must match the whole line, in lower case and without marks at its ends; at most twelve
# words. All continuations are closed lists: "follow us on X" is a button, "follow the money on X"
# an article.
_LINES = (
    # Subscriptions and accounts
    rf"(?:please )?(?:subscribe|sign ?up|register|log ?in|sign in|donate){_NOW}",
    r"(?:please )?donate(?: now| today| here)* to support (?:us|our (?:work|journalism))",
    rf"(?:please )?subscribe (?:via|by|on) {_SITES}",
    rf"(?:please )?subscribe to (?:us|(?:our|this|my)(?: {_OFTEN})* {_CHANNEL}{_MORE_OF_IT})",
    rf"(?:please )?(?:subscribe|sign ?up)(?: now| here| today)?(?: to| for| to receive| to get)"
    rf"(?: [\w’'&-]{{1,20}}){{0,5}} {_MAILING}{_MORE_OF_IT}",
    rf"(?:get|receive|join) (?:our|your)(?: {_OFTEN})* {_MAILING}{_MORE_OF_IT}"
    r"(?: (?:(?:delivered|sent|straight|directly|right|in|into|to) )+your inbox)?",
    rf"(?:get|receive)(?: (?:{_OFTEN}|the|our|all|top|best|breaking|news|headlines|stories"
    r"|analysis|reporting|more|and|of the (?:day|week)))+"
    r"(?: (?:delivered|sent|straight|directly|right|in|into|to))+ your inbox",
    r"(?:our |the |free |daily |weekly |e-?mail )*newsletters?(?: sign ?-?up| subscription)?",
    r"(?:your )?e-?mail(?: address)?|unsubscribe",
    rf"(?:support (?:us|our (?:work|journalism))|become a (?:member|supporter|subscriber)){_NOW}",
    rf"(?:download|get|try) (?:our|the) (?:free )?app{_NOW}"
    r"(?: (?:on|for|from)(?: (?:the|your|app store|google play|play store|ios|iphone|ipad|android"
    r"|windows|phone|and|or))+)?",
    # Sharing and following
    rf"share(?: (?:the|this|that))?(?: {_THING})?(?: (?:on|via|with|to|by) {_SITES})?",
    rf"share (?:this|that)(?: {_THING})? with (?:your )?(?:friends|others)",
    rf"share(?: (?:the|this|that))?(?: {_THING})?(?: (?:on|via|with|to|by))?:? {_BUTTONS}",
    rf"{_SITE}(?:(?:,? and|,| &| \|)? {_SITE})+",
    rf"(?:tweet|e-?mail|print|pin|save|bookmark)(?: (?:this|it))?(?: {_THING})?",
    rf"(?:follow|like|find|join) us(?: (?:on|at|via) (?:{_SITES}|@\w+)| @\w+| here)?",
    rf"(?:follow|like) (?:me|him|her|them|(?:our|this|my) (?:page|channel|account)|the author"
    rf"|@\w+)(?: on {_SITES})?|copy link|link copied",
    r"\d[\d,.]*k? (?:shares?|likes?|views?|retweets?|followers?)",
    # Cookies and terms
    r"(?:accept|reject|manage|allow|decline|customi[sz]e)(?: all| my| your| only| necessary)*"
    r" cookies?(?: settings| preferences)?",
    r"(?:manage|change) (?:my |your )?cookie (?:settings|preferences)",
    r"cookies?(?: (?:policy|settings|notice|preferences|consent))?",
    r"(?:terms|privacy|cookies?)"
    r"(?: (?:and|&|of|policy|notice|use|service|conditions|terms|privacy|cookies?|statement))+",
    rf"copyright notice|{_SIGN} ?{_YEARS}|{_SIGN} ?{_YEARS},? (?:[\w&.’'-]{{1,20}} ){{0,5}}{_MAKER}"
    r"(?:[.,]? all rights reserved)?",
    rf"(?:{_SIGN} ?{_YEARS}[.,]? )?all rights reserved"
    r"(?: worldwide| by the (?:author|publisher)s?)?",
    rf"[^.!?]{{1,60}}(?:\.|{_MAKER},| \|) all rights reserved",
    # Comments
    r"(?:leave|post|add|write|submit) (?:a |your |us a )?(?:comments?|reply|replies)"
    r"(?: below| here)?(?: cancel reply)?",
    r"(?:click here to )?cancel reply|be the first to comment|have your say",
    r"(?:(?:\d+|view|show|see|read|load|hide|join the|all|more) )+(?:comments?|replies)"
    r"(?: so far| yet)?|no (?:comments|replies)(?: so far| yet)?|comments ?\(?\d+\)?"
    r"|join the (?:conversation|discussion)",
    r"comments?(?: are| have been)? (?:closed|disabled|off)"
    rf"(?: (?:on|for) (?:this|the|our) (?:{_THING}|entry|thread|channel))?",
    # Links to other pages
    r"(?:read|learn|find out|see|view|show|load|discover|hear|watch) more(?: here| now)?",
    r"(?:read|learn|find out|see) more(?: (?:about|on|at|from|in))?",
    r"(?:read|learn|find out) more (?:about|on|at|from) (?:us|our [\w-]+(?: [\w-]+)?"
    rf"|(?:this|the) (?:author|{_THING}|series|category|section)|(?:our |the )?(?:cookies|privacy)"
    r"(?: policy)?|how (?:we use|your|to use|to manage)(?: (?:your|our|comment|data|cookies"
    r"|information|is|are|processed|used))*)",
    rf"(?:click|tap) here(?: (?:for|to) .{{1,60}})?|click to (?:{_SITE}|share|print|tweet|enlarge"
    r"|expand|play|watch|view|read|download|subscribe|follow|copy|open|zoom)\b.{0,60}",
    r"(?:click|tap) (?:on )?(?:the |this )?(?:link|image|photo|button|icon|arrow|bell)"
    r"(?: (?:below|above|here))?(?: to (?:enlarge|play|watch|subscribe|share|read|view)\b.{0,30})?",
    rf"(?:continue|keep) reading(?: (?:below|here|(?:this|the) (?:main |full |whole )?{_THING}"
    r"|with a (?:free |paid )?(?:subscription|trial)))?",
    r"read (?:the|this) (?:full|whole|rest of the|entire) (?:article|story|report|post)"
    r"(?: (?:here|below|now|online|\(?pdf\)?|on (?:our|the) (?:web ?)?site))*",
    r"(?:related|recommended|similar|popular|trending|latest|recent|top|more|featured|previous"
    r"|next) (?:articles?|stories|story|posts?|content|topics|headlines|videos?)(?: for you)?",
    r"you (?:may|might) (?:also )?(?:like|be interested in)|most (?:read|popular|viewed|shared)",
    r"trending now|recommended for you|editor[’']?s[’']? picks?|more from (?:us|our \w+"
    r"|(?:this|the) (?:author|section|category|site|web|newsroom|blog|series))",
    rf"(?:posted|filed) (?:in|under):? {_SECTION}(?:(?:,| &| and)? {_SECTION}){{0,5}}"
    r"(?: ?\| ?leave a comment)?",
    # The page itself
    r"advertise?ments?|advertise with us|ads?|sponsored|promoted"
    r"|(?:sponsored|promoted|paid) (?:content|post)|sponsored by .{1,40}",
    r"(?:story|article) continues(?: (?:below|after))+"
    r"(?: (?:(?:this|the) )?(?:ads?|adverts?|advertise?ments?|video|photo|image|gallery|map))?",
    r"skip (?:to )?(?:main )?(?:content|ad|advert|advertisement|navigation)",
    r"scroll (?:down )?(?:to|for) (?:continue(?: reading)?|read(?: on| more)?|see more|more"
    r"|(?:the )?(?:videos?|comments|next (?:article|story)))|back to (?:the )?top|back to home",
    r"(?:accept|agree|reject|decline|allow|close|dismiss)(?: (?:and|&|all|continue|close|cookies))+"
    r"|got it|no,? thanks|i (?:accept|agree)|search(?: for| this (?:web ?)?site)?|toggle \w{3,10}",
    r"(?:maybe|remind me) later|buy me a coffee|was this (?:article |page )?helpful|in this"
    r" (?:article|story)|on this page|(?:give|chip in|contribute)(?: now| today| here)+|stay (?:in"
    r" (?:the loop|touch)|up to date|tuned)|get in touch"
    r"|(?:open |close |main |toggle )*(?:menu|nav)"
    r"|(?:jump|go|return) to (?:the )?(?:top|content|navigation|home(?:page)?)"
    r"(?: of (?:the )?page)?"
    r"|(?:published|posted|updated|modified)(?: on| at)? \d+ (?:minute|hour|day|week|month)s? ago",
    rf"more (?:on|about) this(?: {_THING})?|(?:text|font) size\b.{{0,20}}"
    rf"|view (?:the )?original(?: {_THING})?|(?:open|view) in (?:app|(?:your )?browser)",
    rf"(?:please )?(?:consider )?(?:mak|giv)(?:e|ing) a (?:donation|gift){_NOW}",
    rf"(?:this )?(?:{_THING} )?(?:was )?(?:first |originally )(?:published|appeared)\b.{{0,60}}",
    r"(?:proudly )?powered by (?:\w{2,20} ?){1,3}|sent from my \w{3,12}"
    r"|printer[- ]friendly(?: \w+)?",
    r"(?:image|media|video|photo) (?:caption|source|credit)(?:,? .{0,40})?|file photo",
    r"home(?: ?[|/·»›>•] ?[\w -]{1,25})+",
    r"site ?map|log ?out|sign ?out|contact us|about us|faqs?",
    rf"{_LINK}(?: ?[|/·»›>,•] ?{_LINK})+|{_PAGES}(?: {_PAGES}){{2,}}",
    r"\d+ min(?:ute)?s?(?: |-)read|reading time:? (?:about )?\d+ ?min(?:ute)?s?",
    r"loading|please wait|play video|listen to this article|image|photo|gallery",
    rf"(?:thanks|thank you) for (?:reading|subscribing|signing up)(?: (?:to|for))?"
    rf"(?: {_WHOM}(?: {_OFTEN})* (?:{_THING}|{_CHANNEL}))?",
    # Press releases
    rf"for immediate release(?:,? ?[:|–—-] ?.{{0,40}}|,? {_DATE})?|embargoed until:? {_DATE}",
    r"(?:for )?(?:media|press) (?:contacts?|enquir(?:y|ies)|inquir(?:y|ies))",
    r"for (?:media|press) (?:enquir|inquir)(?:y|ies),? (?:please )?(?:contact|call|e-?mail)\b.*",
)

# The same lines where they name somebody: in their own case, for only capitals tell "Follow Jo
# Doe on X" from "Follow the money on X". Not for lines that are all capitals.
_NAME = r"[A-Z@“\"][\w.,'’”\"&-]*(?: (?:[A-Z&][\w.,'’”\"&-]*|of|the|and|for|de)){0,7}"
_OF_LAW = r"(?i:laws?|acts?|bill|rules?|reforms?|directive|treaty|convention|case|dispute|ruling)"
_PAPER = (
    r"(?:News|Times|Post|Guardian|Telegraph|Ledger|Herald|Tribune|Journal|Gazette|Observer"
    r"|Dispatch|Independent|Express|Mail|Magazine|Sentinel|Courier|Chronicle|Record|Review|Globe"
    r"|Mirror|Inquirer|Examiner|Bulletin|Standard|Radio|Network|Press|Media)"
)
_NAMED = (
    rf"Follow {_NAME} on (?i:{_SITES})",
    rf"(?i:{_SIGN}) ?{_YEARS},? (?i:by )?(?!.*\b{_OF_LAW}\b){_NAME}",
    rf"(?i:copyright)(?: by)? (?!.*\b{_OF_LAW}\b){_NAME},? {_YEARS}",
    rf"(?:Read|Learn|Find out) more (?:about|from) {_NAME}",
    rf"(?:Read|View) the (?:full|whole|entire) (?:article|story|report|post) (?:at|on|in) {_NAME}",
    rf"(?:Continue|Keep) reading (?:[“\"].*|{_NAME})",
    rf"(?:More from|Donate to|Support|Join|Subscribe to) (?:[Tt]he )?(?:[A-Z]\w{{0,30}} ){{0,3}}"
    rf"{_PAPER}",
    rf"(?i:photo(?:graph)?s?|image|picture|video|illustration)(?i: credits?| courtesy)?"
    rf"(?i::| by| via| of(?<=courtesy of)) {_NAME}",
    rf"(?i:all content ©|© all content) {_NAME}",
)

# What follows these is free, in `OPEN_LINE` the first group.
_OPEN = (
    r"(?:read also|also read|read(?: this)? next|up next|read more|more on this|don[’']t miss"
    r"|you (?:may|might) (?:also )?(?:like|be interested in)):|(?:related|see also):(?!"
    r" ?(?:sections?|tables?|figures?|annex|articles?|chapters?|part|notes?|appendix|\d|§))"
    r"|(?:related|more|similar) (?:story|stories|reading|articles?|coverage|news|content"
    r"|videos?|posts?|links?): |(?:read|watch|see|more)(?: more| also| next)? ?\| |in this"
    r" (?:article|story): |(?:tag|labels?|more on|next(?: up)?|people in this (?:story"
    r"|article)) ?: |(?:watch|listen|video|photo gallery|photos|podcast|must read|live updates"
    r"|in pictures|poll|quiz|gallery) ?: |(?:photo(?:graph)?|image|picture)s?(?: credits?)? ?:"
    r"|tag(?:s|ged(?: with)?) ?:|(?:topics?|categor(?:y|ies)|keywords) ?:(?=[^.]*$)|(?:posted"
    r"|filed) (?:in|under) ?:|comments off on|(?:for )?(?:media|press) (?:contacts?|enquir(?:y"
    r"|ies)|inquir(?:y|ies)) ?:"
)
# Notices may be longer than twelve words; each begins with words that no article would use.
_PURPOSE = (
    r"(?:improve|ensure|give|provide|offer|enhance|help|personali[sz]e|analy[sz]e|remember"
    r"|reduce|deliver|store|track|make|serve|run|operate|recogni[sz]e|understand|function|work"
    r"|monitor|show|collect|optimi[sz]e)"
)
_COOKIES = (
    r"cookies(?: and (?:other |similar )*(?:tracking )?technologies)?"
    rf"(?: (?:to|in order to) {_PURPOSE}\b.*| for (?:analytics|advertising|statistic).*|\. .*"
    r"|,? on (?:this|our) .*)?"
)
_DOING = (
    r"(?:clicking(?: (?:on|the|this|sign ?up|subscribe|submit|accept|agree|continue|here|button"
    r"|[“\"‘'][^”\"’']{1,30}[”\"’']|below|or)){0,6}"
    rf"|(?:continuing to )?(?:us(?:e|ing)|brows(?:e|ing)|visit(?:ing)?|read(?:ing)?) {_WHOM}"
    rf" {_SITE_PAGE}|continuing|subscribing|signing up|registering"
    r"|submitting (?:this|the|your) (?:form|comment|e-?mail(?: address)?))"
)
_NOTICES = (
    r"enter your e-?mail(?: address)?(?: here| below)?(?: to (?:subscribe|sign up|continue|join"
    r"|log in|follow|receive|get)(?: (?:to|our|this|the|blog|newsletter|site|and|receive"
    r"|notifications?|of|new|posts?|by|e-?mail|updates?|for))*)?",
    r"your e-?mail address will not be (?:published|shared)"
    r"(?: with (?:anyone|others|third parties))?"
    r"(?:[.,;]? required fields are marked(?: with)?(?: an asterisk)?(?: ?\*)?)?",
    r"required fields are marked(?: with)?(?: an asterisk)?(?: ?\*)?",
    r"save my name\b.{0,60}\bin this browser(?: for the next time i comment)?",
    r"you (?:can|may) unsubscribe (?:(?:at )?any ?time|by (?:clicking|following|using)"
    r"|from (?:these|our|this) (?:e-?mails?|newsletters?|lists?|updates))\b.*",
    rf"(?:this|our) (?:web ?)?site uses (?:{_COOKIES}|akismet\b.*)"
    r"|(?:this|our) (?:web ?)?site is protected by recaptcha.*",
    rf"we (?:and our (?:\d+ )?partners )?use (?:technologies, such as )?{_COOKIES}",
    rf"by {_DOING}(?: [^.!?]{{0,60}})?,? you (?:agree|accept|consent|acknowledge|confirm)\b"
    r"(?=.{0,60}\b(?:our|us|use of cookies)\b).*\b(?:terms|policy|cookies|conditions|privacy"
    r"|e-?mails?|newsletters?)\b.*",
    r"(?:please |you need to )?enable java ?script.*",
    r"(?:copyright )?© ?.*",
    rf"{_SIGN} ?{_YEARS}\b.{{0,80}}\ball rights reserved\b.*",
    r"this material may not be published, broadcast, rewritten.*",
    r"for (?:further|more) information,? (?:media (?:should )?|please |journalists )*"
    r"(?:contact|call)\b(?! (?:sections?|paragraph|heading|caption)\b)(?:(?: us|[ :].{0,100}"
    r"(?:\d{3}|\b(?:press|media|communications|public affairs|newsroom)\b).{0,100}))?",
    _MISS,
)

SHORT_LINE = re.compile("|".join(f"(?:{line})" for line in _LINES))
NAMED_LINE = re.compile("|".join(f"(?:{line})" for line in _NAMED))
OPEN_LINE = re.compile(rf"(?:{_OPEN})(.*)")
NOTICE_LINE = re.compile("|".join(f"(?:{line})" for line in _NOTICES))
