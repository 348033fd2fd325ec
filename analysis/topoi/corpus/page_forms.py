"""How pages word forms, settings, offers, rights and questions to the reader."""

from __future__ import annotations

import re

from topoi.corpus.page_roles import (
    DAY,
    FAULT,
    LANGUAGE,
    LANGUAGES,
    PIECE,
    PLAYERS,
    SITES,
    TELL,
    WHERE,
)

__all__ = ["FORM"]

# Each must match the whole line, in lower case and without marks at its ends; at most twelve words.
_FORMS = (
    # Accounts, cookies and comments
    r"already (?:subscribed|registered|signed up|(?:a|have an?) (?:\w+ )?(?:member|subscriber"
    r"|account|subscription))\b.{0,40}|you (?:need|must|have to|will"
    r" need)\b.{0,30}\b(?:subscri(?:be|ptions?)|account|log(?:ged)? in|sign(?:ed)? in"
    r"|register(?:ed)?|javascript|cookies)\b.{0,40}|(?:get|be)"
    r" notified\b.{0,30}\b(?:publish|post|new|comments?|stories|updates?)\b.{0,30}",
    r"(?:accept|reject|allow|deny|block|refuse|set|view)(?: \w+){0,2} cookies(?: and"
    r" continue)?|you(?:[’']ve| have) (?:accepted|rejected)\b.{0,20} cookies\b.{0,60}"
    r"|comment(?:s|ing) (?:is|are|has|have)(?: been| now)* (?:closed|disabled|off|ended)(?:"
    r" (?:on|for) this \w+)?|[\d,]+ people are \w+ing\b.{0,20}",
    r"(?:name|e-?mail|mail|website|comment)s? \((?:required|optional|will not be)\b.{0,40}"
    r"|dismiss|text only|(?:larger|smaller)(?: (?:larger|smaller|text))+|search results|no"
    r" results(?: found)?|(?:back )?to (?:the )?top|skip to accessibility \w+",
    # Sharing and giving
    r"(?:forward|send|e-?mail|recommend)(?: this)?(?: \w+)? to (?:a|your|my) (?:friends?"
    r"|colleagues?)|get social with us|(?:more|other) ways to (?:share|give|listen|watch|read"
    r"|follow|donate|support us)|join our (?:\w+ )?(?:mailing list|newsletter|e-?mail list"
    r"|online community)\b.{0,40}|(?:please )?(?:give|donate) generously|your (?:donation"
    r"|gift|contribution) makes a difference|keep (?:independent|our|local|the|quality|free"
    r"|public) (?:media|news|journalism|reporting|radio) (?:alive|free|going|strong"
    r"|independent)\b.{0,20}|thank you to (?:all )?our (?:readers|supporters|listeners"
    r"|advertisers)",
    r"(?:sponsor|advertiser|ad|partner|affiliate) (?:message|disclosure|notice|policy|offers?"
    r"|info)|our partners",
    # Rights and contacts
    r"contents? (?:©|copyright) .{2,60}|® ?\d{4} .{2,40}|not for (?:republication"
    r"|redistribution|reproduction)\b.{0,40}|terms of (?:use|service|sale|business)|all"
    r" rights are reserved\b.{0,50}|do not track",
    r"(?:press|media|news|editorial) (?:office|desk|contact|team|line)s? ?:?"
    r" [+\d(][\d ()+.-]{6,}|(?:out of hours|switchboard|hotline)(?: \w+)? ?:"
    r" [+\d(][\d ()+.-]{6,}|for (?:more|further|additional) (?:info|details|information) ?:"
    r" .{2,60}\d{3}.{0,20}|(?:media|press) contact (?:information|details)",
    r"be the first (?:one |person )?to (?:comment|reply|leave a (?:comment|reply))\b.{0,40}"
    r"|(?:there are )?(?:no|currently no|0) comments\b.{0,20}|comments? (?:are|have been)"
    r" (?:now )?(?:turned|switched) off.{0,30}",
    r"(?:share|save|print|e-?mail|tweet|pin|rate|bookmark|embed|cite|download|republish|reuse"
    rf"|reprint|recommend|report|flag) (?:this|the) {PIECE}",
    r"(?:tap|click|pinch|swipe|hover)\b.{0,25}\bto (?:zoom|enlarge|expand|see more|view|play"
    r"|listen|read more|share)|why this ad|(?:(?:news|press|media) release ?[:|–—-]? ?)for"
    r" immediate release",
    r"help (?:support|fund|sustain) our \w+|(?:your|every) (?:gift|support|donation"
    r"|contribution|membership|subscription)s? (?:makes?|helps?|keeps?|funds?|supports?|powers?"
    r"|enables?|allows?)\b.{0,40}\b(?:work|journalism|reporting|newsroom|possible|site"
    r"|website|newsletter|podcast)|(?:all |your )?(?:donations?|gifts?|contributions?) (?:is"
    r"|are)(?: fully)? tax[- ]deductible.{0,30}",
    rf"for (?:immediate )?release(?: on| until| at)?:? {DAY}",
    # Forms and settings
    r"(?:first|last|your|user|display) name|zip code|post ?code|submit(?: (?:form|query|comment"
    r"|search|now))?|required fields?|captcha|i[’']?m not a robot",
    r"(?:change|choose|select|switch)(?: (?:a|the|your|to))* (?:region|language|edition"
    r"|location|newsletter)s?",
    r"(?:reset|forgot|forgotten|lost|change|show)(?: (?:your|my|a))? (?:password|username)|my"
    r" (?:account|profile|saved (?:articles|items|stories)|subscriptions?|newsletters?|library)"
    r"|your (?:account|profile|privacy choices|ad choices|subscription|library)",
    r"(?:increase|decrease|reset|change|larger|smaller) (?:text|font)(?: size)?|high contrast"
    r"|dark mode|night mode",
    r"(?:edition|language|currency|region) ?: ?\w{2,14}(?: edition)?",
    rf"(?:this {PIECE} is )?(?:also )?available in:? {LANGUAGES}|(?:read|view|leer|lire|ver"
    r"|listen)(?: (?:this|it|the|la|en|in|article|story|page|nota|historia))* (?:en|in)"
    rf" {LANGUAGES}|en español|translate (?:this )?{PIECE}|español|français|(?:{LANGUAGE} ?[|/]"
    rf" ?)+{LANGUAGE}",
    r"print(?:er)?[ -]friendly(?: (?:version|page|pdf))?|(?:export|download|copy|get|view"
    r"|suggested|recommended|preferred|save) citation|(?:how to )?cite (?:this|as)(?:"
    r" \w{3,12})?|(?:opens?|link opens) in (?:a )?new (?:tab|window)|external link|full text"
    r"|full ?screen|(?:order|buy|request|purchase|get)(?: article| the| licens\w+)?"
    r" (?:reprints?|rights)|download(?: (?:the|this|full|as|a|in|our|report|article|document"
    r"|issue|paper|brief|summary|now))*(?: \(?(?:pdf|epub|word|csv|excel)\b.{0,20})|view pdf"
    r"|(?:pdf|print) version",
    # What the site offers
    r"(?:(?:listen|watch|stream|view|play|hear|catch)(?: to)?|see)(?: (?:the|this|our|full|more"
    r"|live|latest|complete|entire|whole|a|all))* (?:podcast|episode|interview|video|videos"
    r"|audio|recording|clip|show|programme|webcast|livestream|live stream|replay|webinar"
    rf"|broadcast|trailer|slideshow|episodes){WHERE}(?: (?:on|at|via) (?:our |the )?(?:{PLAYERS}"
    r"|website|site|facebook|twitter|x|youtube channel|channel))?",
    r"(?:(?:listen|subscribe|download|stream|follow|watch|available|find us|get it|also"
    r"|play)(?: (?:now|free|us|it|the (?:show|podcast)|also|here))*,? (?:on|in|via|from|at|with"
    rf"|through) (?:the )?){PLAYERS}(?: (?:and|or) .{{2,40}})?|(?:.{{0,40}} )?wherever you"
    r" (?:get|find|listen to) (?:your )?podcasts?",
    r"listen(?: live| now)?(?: ?[•·|-] ?\d+:\d\d| \(?\d+:\d\d\)?)?|listen live|watch live|play"
    r" (?:audio|all|now|episode)|(?:full )?transcript(?: provided by .{2,30}| below| here)?"
    r"|heard on .{2,30}|unmute|tap to unmute|livestream|live (?:stream|blog|updates|coverage)"
    r"|(?:breaking|developing) news",
    r"(?:stay|keep)(?: (?:informed|connected|tuned|up to date|up-to-date|updated|in touch|in"
    r" the know|current))(?: (?:with|on|by|for|through|about) (?:us|our|the|your|more|further"
    r"|updates|everything)\b.{0,60})?",
    r"(?:more|updates?|details) to (?:come|follow)|(?:please )?check back(?: (?:here|later|soon"
    r"|often|regularly))*(?: for .{2,40})?|(?:please )?refresh(?: (?:this|the) page)?(?: for"
    r" .{2,40})?",
    r"place an (?:ad|obituary|order|advert)|classifieds|obituaries|horoscopes?|crosswords?"
    r"|puzzles|today[’']?s (?:paper|front page|e-?paper|edition|headlines|top stories|news)"
    r"|home delivery|(?:digital|print|replica) edition|e-edition|e-?paper|rss feeds?"
    r"|newsletters|podcasts|news ?room|tags?|permalink|pingbacks?|trackbacks?|reblog|rsvp|reply"
    r"|expand|collapse|bookmark|embed|see all|view all|show all|in this story|people in this"
    r" story|flag as \w+|spread the word",
    r"(?:paid|partner|promoted|branded|sponsored|advertiser|affiliate) (?:content|posts?"
    r"|program(?:me)?|stor(?:y|ies)|feature|message|links?|partners?)|(?:ads|adverts|promoted"
    r"|advertisement) by \w.{0,30}|why am i seeing this.{0,10}|(?:this|your) ad will (?:end"
    r"|close)\b.{0,20}|(?:skip|remove|hide|report|close)(?: this| the)? ads?(?: in"
    r" \d+.{0,9})?",
    r"become(?: a| an| our)?(?: (?:monthly|sustaining|founding|regular|paid|paying|free"
    r"|digital))* (?:member|supporter|subscriber|patron|sponsor|insider)(?:s)?(?: (?:today|now"
    r"|for|from|of our|and)\b.{0,40})?|sponsor us|pledge your support|buy (?:us|me) a \w+"
    r"|(?:give|donate) monthly|(?:make|give|leave) (?:us )?a (?:monthly |one-time |recurring "
    r"|tax-deductible |one-off )*(?:gift|donation|contribution|legacy)(?: (?:today|now|here"
    r"|online|to us))*",
    r"add to (?:calendar|favou?rites|my calendar|reading list|home ?screen|bookmarks|google"
    r" calendar)|(?:upcoming|past|our|all) (?:events|webinars)|(?:book|reserve|save|get) your"
    r" (?:seat|tickets?)|(?:view|see) event details|event details|events calendar|register"
    r" (?:here|now|today|online|free)(?: .{2,30})?|watch the recording",
    r"advertising|ad ?choices|our sponsors|a (?:message|word|note) from our (?:sponsors?"
    r"|partners|advertisers)|(?:supported|sponsored|presented) by|(?:major |additional"
    r" )?(?:support|funding) (?:provided by|for this (?:podcast|series|story|project|program"
    r"|reporting) comes from)\b.*|thank you to our (?:sponsors|partners|donors|members"
    r"|subscribers)|(?:shop|buy|book|order|subscribe) now|products we love|join (?:the |over "
    r"|more than |our )*(?:[\d,.]+k?|thousands of|millions of)(?: of)?(?: our| other)*"
    r" (?:readers|subscribers|people|others|followers|members)\b.{0,60}|(?:try"
    r"|subscribe)\b.{0,30}[£$€]\d.*|we(?:[’']ll| will) (?:send|e-?mail|notify)"
    r" you\b.{0,40}\b(?:e-?mails?|newsletters?|updates|once)\b.{0,20}|no spam\b.{0,30}"
    r"|(?:contribute|get involved|ways to give|planned giving|fund our work)(?: now| today)*"
    r"|become a friend(?: of .{2,40})?|(?:support|fund) (?:quality|independent|local"
    r"|nonprofit|free|public|fearless|investigative|our)(?: (?:independent|local|nonprofit|free"
    r"|public))* (?:journalism|news|media|radio|reporting|newsroom|work)(?: (?:today|now))*"
    r"|help (?:us )?keep (?:our|the|this) (?:news|journalism|site|website|reporting|coverage"
    r"|newsletter|podcast)\b.{0,50}",
    r"donate (?:(?:now|today|here) )*to (?:keep|help|support|protect|sustain"
    r"|fund)\b.{0,40}\b(?:news|journalism|reporting|newsroom|us|our work|media)\b.{0,20}"
    r"|(?:read|see|view|hear) (?:the|this) (?:full|complete|whole|entire) (?:interview|list"
    rf"|conversation|discussion|q&a|column|investigation|series|episode){WHERE}",
    r"(?:if you|did you|do you)(?: \w+)? (?:enjoy(?:ed)?|like[d]?|value|found|find|appreciate)"
    r" (?:this|our|the|what)\b.{0,50}\b(?:subscrib(?:e|ing)|donat(?:e|ing|ion)"
    r"|support(?:ing)?|shar(?:e|ing)|newsletter|contribut(?:e|ing)|follow(?:ing)?|comment)\b.*",
    r"(?:join|like|see|check out|visit|follow|browse)(?: out)? (?:our|us on|my) (?:facebook"
    r"|instagram|twitter|x|youtube|linkedin|telegram|whatsapp|tiktok|reddit|discord|social(?:"
    r" media)?)(?: (?:page|group|channel|account|feed|community|server|profile|stories))?(?:"
    r" for .{2,40})?|(?:follow|join|find|like|connect with|keep up with|stay connected with"
    rf"|message|text) us (?:on|at|via) {SITES}(?: (?:for|to|with) .{{2,40}})?|[\d,.]+k?"
    r" (?:people|readers) (?:shared|liked?|commented|are reading|reacted)\b.{0,20}|(?:more"
    r" )?(?:sharing|share) (?:options|using|buttons?|tools)|tell a friend|tweet about this",
    # Rights, footers
    r"(?:privacy|cookies?|accessibility|legal|copyright|editorial|complaints?|corrections?"
    r"|comment(?:s|ing)?|advertising|modern slavery(?: act)?|refund|website|web|site"
    r"|anti-slavery|ethics and privacy|gdpr)(?: (?:and|&|terms|privacy|cookies?|legal"
    r"|security))* (?:policy|policies|statement|notices?|guidelines|disclaimer|code|principles"
    r"|choices|preferences|settings|centre|center|rights|information|help)",
    r"privacy preference cent(?:er|re)|privacy (?:&|and) (?:security|cookies|terms|legal)"
    r"|(?:california|your|us|eu|uk|nevada) privacy (?:rights|choices|policy|notice)|no fear"
    r" act(?: data| notice)?|usa\.gov|(?:our )?standards: .{2,40}|(?:help|media|press"
    r"|resource|subscriber|customer) (?:centre|center|desk|kit)|press (?:room|office)|press"
    r" (?:and|&) media|(?:work|partner|advertise|volunteer|publish|write) (?:with|for) us|pitch"
    r" us|meet (?:the|our) team",
    r"(?:a )?(?:company )?registered (?:charity|company|office|in england)\b.{0,80}\d.*"
    r"|registered charity\b.{0,60}|company (?:number|no|registered)\b.{0,40}\d.{0,20}"
    r"|(?:an? |we are an? )?(?:registered )?(?:nonprofit |non-profit |charitable )?501 ?\(c\)"
    r" ?\(\d\)(?: .{0,60})?|is[bs]n:? ?\d[\dx –-]+",
    r"imprint|impressum|user agreement|(?:community|forum) (?:guidelines|standards)|rights and"
    r" permissions|site credits|request permission to\b.{0,30}|some rights reserved|used"
    r" (?:with|by) (?:the )?permission(?: .{1,40})?|(?:please )?(?:do not|not to be)"
    r" (?:reproduced?|cop(?:y|ied)|republish(?:ed)?)\b.{0,30}\bpermission.{0,20}|(?:press"
    r"|news|media) releases?|media advisory|notes? (?:to|for) editors?|for release(?: on"
    rf" delivery)?|(?:under embargo|embargoed) (?:until|till|for):? ?{DAY}",
    # Questions to the reader
    rf"(?:is|was|did you find|do you find)(?: this| the) (?:(?:{PIECE}|information|answer)"
    r" )?(?:helpful|useful|interesting)\b(?:\??.{0,40})?",
    rf"is there anything wrong with this {PIECE}.*|did you find what you (?:were looking for"
    rf"|needed)|how (?:would you rate|did you like|can we improve) this {PIECE}",
    r"(?:spot(?:ted)?|found|find|see|notice(?:d)?|report|suggest|submit|flag)(?: an?| any)?"
    rf" {FAULT}(?: (?:in|on|with|to|or|about) (?:this|the|our) {PIECE})?(?:\? .*)?|something"
    r" wrong\?.*",
    r"(?:got|have|do you have|know)(?: an?| any)? [\w -]{0,20}\b(?:tips?|story|stories|news"
    r"|photos?|feedback|views?|opinions?|idea|questions?|comments?)(?: to \w+)?\? "
    + TELL
    + r"\b.*",
    r"(?:send|e-?mail|tip|give) us (?:your |an? |any )?(?:news |story )?(?:tips?|feedback"
    r"|comments?|thoughts|stories|story ideas?|letters?|photos|news)(?: (?:to|at|via|on|here|us"
    r"|below)\b.{0,40})?",
    r"(?:submit|send|write|share)(?: us)? an? (?:news |story )?(?:letter to the editor|tip"
    r"|story|press release|guest post|question|correction)(?: idea)?|letters to the editor"
    r"|(?:report|flag) (?:this|a|an|abuse|content|problem)(?: (?:comment|post|content|ad|issue"
    r"|problem|page|error|abuse|user|article|story|with|on|this))*",
    r"(?:please )?(?:tell us|let us know|have your say|share your (?:thoughts|views|opinion"
    r"|comments?))(?: (?:what|how) you (?:think|feel))?(?: (?:in|on|below|about"
    r"|by)\b.{0,50})?|what (?:do you|are your) (?:think|thoughts)(?: .{1,30})?\?"
    r" .*\b(?:comments?|below|us know|vote)\b.*",
    r"(?:take|complete|fill in|answer|join|vote in|try|start|play)(?: (?:our|the|this|a|few"
    r"|quick|short|brief|reader|latest|weekly|news|annual|\d+-\w+))* (?:survey|poll|quiz"
    r"|questionnaire|questions to help us improve)(?: .{1,30})?",
    r"thanks? (?:you )?(?:for|so much for)(?: (?:your|the|visiting|watching|listening|joining"
    r"|signing|registering))* (?:feedback|subscription|registration|for subscribing|our (?:site"
    r"|website|page))",
    r"(?:we want|we[’']d love|we would (?:like|love)) to hear from you.{0,30}|we (?:value"
    r"|care about) your (?:privacy|feedback|opinion)|rate (?:this|our) \w+|average rating:?"
    r" .{0,20}|(?:yes|no),? this page (?:is|was) (?:not )?useful|(?:give|send|leave|provide"
    r"|share)(?: us)?(?: your)? feedback|(?:site|page|website) feedback|(?:join|start) the"
    r" (?:conversation|discussion|debate)(?: .{2,20})?",
    # Blogs
    r"(?:blog at|create a (?:free )?(?:website|blog)(?: or blog)? (?:at|on|with))"
    r" wordpress(?:\.com)?|theme(?: by|:) .{2,40}|copy shortlink|view (?:site|post) in \w+"
    r"|like this|share this with|\d+ (?:responses?|thoughts?|repl(?:y|ies)|comments?) (?:(?:to"
    r"|on) [“\"‘'].*|so far)|this entry was (?:posted|filed|tagged)\b.*|leave a (?:comment"
    r"|reply) (?:on|to) .*|tagged(?: with| as)? [\w ]{2,30}(?:, [\w ]{2,30})+|share (?:this"
    r" )?with (?:your )?(?:friends|network|followers|community|colleagues|others|contacts)"
    r"|share on x \(formerly twitter\)|older (?:posts|entries|comments)|newer (?:posts|entries"
    r"|comments)|(?:follow|share|save|e-?mail) this (?:topic|author|blog|tag|thread|discussion"
    r"|with|via|on|by)(?: (?:e-?mail|a friend|us))?|maybe later|remind me later|save (?:for"
    r" later|to pocket)|read (?:it )?later",
)
FORM = re.compile("|".join(f"(?:{line})" for line in _FORMS))
