"""How pages word what stands around an article: credits, dates, lists, ways through the site."""

from __future__ import annotations

import re

from topoi.corpus.page_roles import (
    AGENCY,
    DAY,
    DONE,
    PICTURE,
    PICTURE_SOURCE,
    PIECE,
    PIECES,
    RANK,
    SECTION,
    SITES,
)

__all__ = ["NAMED_NOTE", "NOTE"]

# Each must match the whole line, in lower case and without marks at its ends; at most twelve words.
_NOTES = (
    # Pictures
    rf"(?:(?:{PICTURE_SOURCE} )+{PICTURE}|{PICTURE}(?: {PICTURE_SOURCE})+)",
    # Dates
    r"(?:(?:time|date) of publication|(?:original )?(?:publication|posting|release) date):?"
    rf" {DAY}|(?:(?:video|audio|episode) )?(?:duration|length|running time):?"
    r" \d[\d:. hms]{0,12}(?:min\w*)?|(?:strictly )?(?:under embargo|embargoed|embargo)(?:"
    rf" until| till| for| to)?:? {DAY}",
    # Lists of other pages
    r"(?:read|see|view|find|explore|watch|hear|check out|browse|follow) (?:all |more )?(?:of"
    r" )?our (?:\w+ )?(?:coverage|reporting|guide|archive|special report|series|analysis"
    r"|explainer|timeline|live blog|podcast|newsletter|stories|collection)\b.{0,50}|more"
    r" coverage (?:of|on|from|about) .{2,40}|(?:quick|useful|external|site|related|footer"
    r"|helpful|social|important) links|(?:view|see|browse|read) (?:past|back|previous|all)"
    r" (?:issues|editions|newsletters)|(?:current|latest|back|past|previous) (?:issue|edition)"
    r"|back issues|also of interest|(?:see |read )?what (?:others|people|readers|other people)"
    r" are (?:reading|saying|watching|sharing)|(?:you|things you) may have missed|go deeper|in"
    r" print|from the print edition|learn how|about (?:this|our|the) (?:site|website|web site"
    r"|ads|page|blog|newsroom|newsletter|podcast|series|author)",
    r"(?:more|latest|other) (?:news|stories|articles|coverage|headlines|posts) (?:from|about|on"
    r"|in) .{2,40}|(?:see|read|view|find|get) more (?:stories|articles|news|posts"
    r"|coverage)(?: (?:about|on|from|by|in) .{2,40})?|you (?:may|might|could) (?:also"
    r" )?(?:want to |like to )?(?:read|see|like|enjoy|watch|be interested in)(?: these| this)?",
    # Dates and credits
    rf"(?:this|the) {PIECE} (?:was|is|has been|will be|is being)(?: first| last| originally)?"
    rf" {DONE}(?: (?:on|at|as|in|to|with) .{{1,50}}| regularly)?(?<! law)",
    r"(?:page |content )(?:last |first )(?:reviewed|updated|modified|published)\b.{0,40}",
    rf"last updated?:? {DAY}|date (?:published|posted|modified):? {DAY}|posted (?:by|on) ?\w*",
    r"by (?:admin|staff|our (?:staff|correspondent|reporters?|foreign staff)|(?:staff|news|web"
    r"|wire) (?:staff|reports?|reporters?|writers?|editors?|desk)|\w{2,12} staff|ap|afp"
    r"|reuters|associated press|the associated press|agencies)",
    r"(?:staff|contributing|guest|senior|special) (?:writer|reporter|correspondent|contributor)"
    r"|about the (?:author|writer|reporter|photographer|contributor)s?|view author archive"
    r"|(?:see|view|read|browse) (?:all|more)(?: of)?(?: (?:articles|posts|stories|work"
    r"|content))? (?:by|from) (?:this (?:author|contributor)|.{2,30})",
    r"(?:contact|reach|e-?mail|write to) (?:the|our) (?:author|reporter|writer|editor|newsroom"
    r"|news ?desk|news team|press office|webmaster)s?(?: (?:at|on|via|by)\b.{0,40})?",
    r"(?:e-?mail|tel|telephone|phone|fax|twitter|website|web) ?: ?[+()\d][\d ().-]{5,}"
    r"|(?:e-?mail|twitter|website|facebook) ?:",
    rf"\(?(?:(?:via|source:|by) {AGENCY}|{AGENCY} ?/ ?.{{2,40}}|(?:getty|alamy|shutterstock"
    r"|reuters|afp|istock|unsplash|pexels|wikimedia)(?: (?:stock|images?|commons|photos?))+)\)?"
    rf"|(?=.*[/|–-])\(?(?:.{{2,40}}(?: ?[/|] ?| [–-] ))(?:{AGENCY}|ap|ap photo|a\.p\.|epa|pa"
    r"|staff|handout|file|contributed)(?: ?/ ?.{2,40})?\)?|pa (?:media|wire|images)|ap"
    r" photo(?:/.{2,40})?",
    r"(?:image|photo|picture|video) \d+ (?:of|/) \d+|(?:representative|representational|stock"
    r"|generic|archive|undated|handout) (?:image|photo|picture)s?|pictured: .{2,80}",
    r"(?:photo |image |picture |video )?(?:credits?|courtesy)(?: of |: ?).{2,60}(?<![.!?])",
    r"(?:featured |header |cover |main |lead )(?:image|photo(?:graph)?)s?(?: credit)?(?: ?:|"
    r" by) .{2,60}",
    # Lists of other pages
    rf"{RANK} {PIECES}(?: (?:for you|on this topic|by this author|this week|today|now|in"
    rf" {SECTION}|from (?:us|our \w+|around the web)))?",
    r"(?:more|also|elsewhere|latest|most read|trending|read more|top stories) (?:in|on)"
    rf" (?:{SECTION}|(?:this|these) (?:section|topics?|subjects?|category|series|issue)|our \w+"
    r"|the web)",
    rf"(?:more|latest|also|news) from (?:our \w+|the (?:web|blog|archives?|newsroom)|{SECTION}"
    r"|(?:this|the) (?:author|section|series|category|site|newsroom))",
    r"from (?:our|the) (?:archives?|partners|sponsors?|blog|newsroom|web)|around the web"
    r"|(?:more|others|other stories) like this|more of this|(?:people|readers|others|users)"
    r" also (?:read|viewed|liked|like|ask|watched)|what to (?:read|watch|listen to) next"
    r"|(?:read|watch|up|coming up|playing|now playing|listen|see)(?: this)? next|now playing"
    r"|further reading|more reading|more information below|recommended (?:reading|by .{2,20})"
    r"|in case you missed (?:it|this)|(?:stories|things|what) you (?:may|might) have missed"
    r"|don[’']?t miss(?: (?:it|this|out))?|previously (?:on|in) (?:this|our|the) (?:blog|series"
    r"|site|show|podcast)",
    r"(?:most (?:read|popular|viewed|shared|commented|discussed|watched|e-?mailed|liked"
    r"|searched)|popular|trending)(?: (?:read|popular|viewed|shared|commented|discussed|watched"
    r"|e-?mailed|liked|right|recent|searched|stories|articles|posts|news|in|on|from|this|last"
    r"|the|now|today|week|month|year))*",
    r"(?:explore|browse|filter|search|sort|find|view|see|show)(?: (?:more|all|news|articles"
    r"|stories|posts|content|archives?))* (?:by|on|about) (?:this |these |the |a )?(?:topics?"
    r"|tags?|categor(?:y|ies)|authors?|date|section|subjects?|month|year|type|keyword|relevance"
    r"|newest)",
    r"(?:see|view|show|browse|read|hide|load|expand|collapse)(?: (?:all|more|full|our|the|your"
    r"|this|other|every|latest|less|in|as))* (?:all|comments|posts|stories|articles|news|press"
    r" releases|photos?|images?|gallery|galleries|slideshow|calendar|event details|results"
    r"|archives?|caption|transcript|profile|bio|biography|menu|search|navigation|sidebar"
    r"|filters?|subscription options|offers|plans|more|less|options|replies|pdf|blog|videos"
    r"|episodes|topics|newsletters|authors?|related content|headlines|print version|larger map"
    r"|larger image|desktop version|mobile version|full site|reader)",
    r"(?:full|more|further) (?:story|coverage|details?|info|article|reads?|picks)|(?:suggested"
    r"|selected|recommended|picked|stories|posts|news|more|picks|videos) for you|(?:most|best"
    r"|top|highest|oldest|newest|latest)[ -](?:liked|rated|voted|commented)(?: comments?|"
    r" replies| first)?|top (?:reads|picks)|hot topics|must[- ]reads?|earlier coverage|(?:this"
    r"|last) (?:week|month)[’']?s? most (?:read|popular|viewed)(?: .{1,20})?|we recommend|you"
    r" may also enjoy|also on (?:the|this|our) site",
    r"\d+ ?(?:h|m|d|hrs?|mins?|minutes?|hours?) ago|\d+[ -]minutes?[ -]read",
    # Ways through the site
    r"(?:back|return|go|jump|skip|go back|scroll) to(?: (?:the|all|main|our|your|this|site"
    r"|previous|latest|full))* (?:top|home|home ?page|content|contents|navigation|news|newsroom"
    r"|blog|search|search results|results|articles?|index|menu|footer|sidebar|previous page"
    r"|start|archive|stories|press releases|login|comments|page|site|story|posts|publications"
    r"|listings?|events|overview)(?: page)?",
    r"go back|back to previous|previous next|prev next|previous ?[|/<>«»‹›→←] ?next|(?:page"
    r" )?\d+ (?:of|/) \d+(?: pages)?|page \d+|(?:\d+ ){2,}(?:\.\.\. ?\d* ?)?(?:next|last"
    r"|older).*",
    r"breadcrumbs?|site (?:navigation|index|search)|main navigation|(?:primary|secondary|main"
    r"|footer|header|mobile|side) (?:menu|navigation|nav|sidebar)",
    r"sort by(?:: ?\w+(?: \w+)?)?|filter (?:results|by .{2,20})|advanced search|home ?page"
    r"|main content|enter (?:a )?(?:keywords?|search terms?)|(?:mobile|desktop|full|lite|text)"
    r" (?:version|site)|(?:page|file) not found|hamburger menu|(?:reading|reader) (?:mode|view)"
    r"|(?:explore|click for) more|manage options|(?:hide|dismiss|close) this (?:message|notice"
    r"|banner)|skip past .{2,30}|after newsletter promotion|(?:get|view|see) (?:directions"
    r"|map)|opening (?:hours|times)|(?:see|view) (?:upcoming|past|all|our) events",
)

# With names in their own case; not for lines that are all capitals.
_NAME = r"[A-Z][\w.’'&-]*(?: (?:[A-Z&][\w.’'&-]*|of|the|and|for|de|van|von|bin|al)){0,6}"
_PAPER = (
    r"(?:News|Times|Post|Guardian|Telegraph|Ledger|Herald|Tribune|Journal|Gazette|Observer"
    r"|Press|Dispatch|Independent|Express|Mail|Magazine|Sentinel|Courier|Chronicle|Review|Globe"
    r"|Media|Mirror|Inquirer|Examiner|Bulletin|Standard|Radio|Network|Newspapers|Today|Ltd|Inc"
    r"|Limited)"
)
_NAMED = (
    rf"(?i:(?:{PICTURE_SOURCE} )*{PICTURE})(?:(?i: {PICTURE_SOURCE})+(?: of)?|(?i: from):?|:)"
    rf" {_NAME}",
    rf"Courtesy {_NAME}|FILE [-–—] .*|You are here: ?Home\b.*",
    r"(?:More|Latest|All|Other) (?:stories|news|articles|coverage|videos|posts) (?:from|by|at"
    rf"|on) (?:the )?{_NAME}",
    rf"(?:Continue|Keep) reading (?:at|on|in) {_NAME}|(?:Give|Contribute|Donate) to (?:[Tt]he"
    rf" )?(?:[A-Z]\w* ){{0,4}}{_PAPER}",
    r"(?:(?:Additional |With )?(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Pp]roduc(?:tion|ed)"
    r"|[Gg]raphics|[Cc]ompiled|[Tt]ranslat(?:ion|ed)|[Ee]dited|[Ww]ritten|[Ff]ilmed|[Aa]rtwork"
    rf"|[Ii]llustrations?) by {_NAME}(?:(?:,|;| and|/)+ ?(?:{_NAME})?)*)+",
    rf"(?:Paid for|Presented|Published|Distributed|Supported|Sponsored|Brought to you) by {_NAME}",
    rf"(?:Follow|Find|Like|Join|Connect with|Keep up with) {_NAME} on (?i:{SITES})",
    rf"(?:Copyright|Follow) (?:[A-Z][\w&.’'-]* ){{0,4}}{_PAPER}",
    rf"In association with {_NAME}",
    rf"\([A-Z][\w.’'-]+ [A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+)?/(?:[Tt]he )?{_NAME}\)?",
    r"(?:Photo|Image|Picture|Video|Graphic|Chart|Map|Illustration)s?(?: illustration|"
    rf" montage)?(?: by|:| via) {_NAME}(?:(?:/| via | from | for | on |, ){_NAME})*",
    rf"(?:Tagged(?: with)?|Filed under|Categories) {_NAME}(?:, {_NAME})*",
    rf"\(?(?:AP|AFP|Reuters|Getty|Photo|Image)(?: Photo| Images?)?/ ?{_NAME}.{{0,40}}\)?",
    rf"(?:Theme|Website|Site)(?: by|:) {_NAME}",
    r"(?:More|Latest|Read more|Also) (?:[Ii]n|[Ff]rom|[Bb]y) (?:Politics|News|World|Business"
    r"|Opinion|Sport)s?",
    rf"(?:Follow|Contact|Email) {_NAME} (?:at|on|via)(?: (?i:twitter|facebook|x|bluesky"
    r"|linkedin))?:?",
)

NOTE = re.compile("|".join(f"(?:{line})" for line in _NOTES))
NAMED_NOTE = re.compile("|".join(f"(?:{line})" for line in _NAMED))
