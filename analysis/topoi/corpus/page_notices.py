"""How pages word notices of a sentence or two: banners, licences, faults, consent, funding."""

from __future__ import annotations

import re

from topoi.corpus.page_roles import DAY, DONE, PIECE

__all__ = ["LONG_NOTICE"]

# Each must match the whole line, in lower case, of up to thirty words; each begins with words
# that no article would use.
_NOTICES = (
    r"(?:reprinted|reproduced|republished|used|posted|printed)(?: here)? (?:with|by|under)(?:"
    r" the| kind| written| express| special)* (?:permission|licen[cs]e)\b.*|all (?:material"
    r"|content|contents|text|images|photos)(?: is| are)? (?:copyright|©)(?:ed)?\b.*",
    rf"this {PIECE} (?:is|was) (?:sponsored|paid for|supported|brought to you|made"
    r" possible)\b.{0,80}|(?:having )?trouble (?:viewing|reading|seeing) this\b.{0,60}"
    r"|(?:your )?use of (?:this|our) (?:web ?)?(?:site|page)s? (?:constitutes|implies|is"
    r" subject to|indicates|signifies)\b.*|all contents?\b.{0,25} (?:copyright|©) .{0,60}"
    r"|(?:unauthori[sz]ed |any |no )?(?:reproduction|republication|redistribution|copying"
    r"|duplication|commercial use)\b.{0,60}\b(?:prohibited|forbidden|permission)\b.{0,40}",
    rf"(?:page |content |article |story |post )?(?:first |last |originally )?{DONE}(?: on| at)?"
    rf" ?:? {DAY}(?:{DONE}(?: on| at)? ?:? {DAY})?(?:by (?:admin|staff|editor|webmaster))?",
    r"an? (?:official )?\.gov website belongs to\b.*|an official web ?site"
    r" of\b.{0,60}government.*|here[’']s how you know|official web ?sites use \.gov.*|the"
    r" \.gov means it[’']?s official.*|secure \.(?:gov|mil) web ?sites use https.*|a lock (?:\("
    r"|or https\b).*|the site is secure.{0,80}|federal government web ?sites often end in\b.*"
    r"|share sensitive information only on official.*|this file may not be suitable for\b.*"
    r"|request an accessible format.*",
    rf"(?:this|the|our) (?:{PIECE}|feature|widget|embed) (?:(?:is|are) )?(?:hosted by a third"
    r" party|unavailable|no longer available|requires)\b.{0,80}|(?:media|video|audio)"
    r" (?:playback|player) (?:is|can|could)\b.{0,60}|video player is loading.*|(?:your|this)"
    r" browser (?:does not|doesn[’']?t|is not|is out)\b.{0,80}|to (?:play|view|watch|see|use"
    r"|read|continue|enjoy) this\b.{0,60}\b(?:javascript|browser|cookies?|subscri(?:be"
    r"|ptions?)|log in|account)\b.*|please (?:disable|turn off|whitelist|switch"
    r" off)\b.{0,40}\bad.*|this (?:audio|transcript|version) (?:is|was) (?:auto-generated"
    r"|computer-generated|machine-generated|created on a rush deadline)\b.*",
    r"(?:licen[cs]ed|available|published|released|distributed|made available|reproduced"
    r"|republished) under (?:the |a |an )?(?:creative commons|cc|open government licen[cs]e"
    r"|terms of)\b.*|this \w+ is licen[cs]ed under\b.*|except where otherwise (?:noted"
    r"|stated)\b.*|no part of this (?:publication|site|article|document|website|material) may"
    r" be\b.*|(?:re)?(?:produced|published|printed|posted) with (?:the |kind |written"
    r" )*permission\b.*|for (?:permissions?|reprints?|licensing)\b.{0,30}(?: to (?:reprint"
    r"|reuse|republish)|,? (?:please )?contact|,? visit|,? click)\b.*|(?:to )?republish (?:this"
    r"|our) (?:article|story|stories|content|articles|work)\b.*|(?:unauthori[sz]ed|any)"
    r" (?:reproduction|use|copying|duplication)\b.{0,60}\b(?:prohibited|forbidden"
    r"|permission)\b.*|(?:copyright|©) .{0,80}\b(?:without|by) permission.{0,30}|all"
    r" (?:content|text|material|rights)\b.{0,30}\b(?:available|licensed|reserved|property"
    r"|copyright)\b(?! to the (?:states|people)).{0,20}\b(?:licen[cs]e|under|author|owners?"
    r"|of (?:the|their))\b.*",
    rf"(?:this|the|all|our) (?:{PIECE}|material|work|photographs)(?: (?:of|on|in) this (?:web"
    r" ?site|site|page))? (?:may not be (?:reproduced|republished|copied|reprinted"
    r"|redistributed|rebroadcast|published)|(?:is|are) (?:protected by )?copyright(?:ed)?)\b.*",
    r"(?:editor[’']?s note|correction|clarification|update): (?:an earlier|a previous|this|the"
    rf" original) (?:version of (?:this|the) )?{PIECE}\b.{{0,120}}|(?:an earlier|a previous)"
    rf" version of (?:this|the) {PIECE}\b.{{0,120}}",
    r"for (?:interviews|additional information|media requests|press enquiries|interview"
    r" requests|questions about this \w+),? (?:please )?(?:contact|call|e-?mail|reach"
    r"|visit)\b.{0,60}(?:\d{3}|\b(?:press|media|communications|office)\b).{0,40}|for"
    r" (?:interviews|media requests),? (?:please )?(?:contact|call|e-?mail).*|for (?:further"
    r"|more|additional) (?:information|details),? (?:please )?(?:visit|see) our (?:web"
    r" ?)?site.{0,30}|contacts?: .{2,60}\d{3}[ .-]\d{4}.{0,30}",
    rf"this (?:{PIECE}|article|story|piece) (?:is|was|has been) (?:re-?published|reproduced"
    r"|reprinted|syndicated|adapted|excerpted|translated|produced|provided)\b.{0,120}",
    r"(?:the )?views(?: and opinions)?(?: expressed)?(?: (?:here|herein|in (?:this|the|our"
    r"|these)? ?\w+|by \w+))* are (?:those of|(?:his|her|their|solely|the author)\b).*|(?:the"
    r" )?opinions expressed\b.{0,80}\b(?:author|writer|contributor|reader|own|reflect)\b.*",
    r"your comment (?:has been|is|was|will be)\b.{0,60}|this comment (?:has been|was)"
    r" (?:removed|deleted|edited|hidden|flagged)\b.{0,50}|(?:please )?(?:keep|read|note"
    r"|be)\b.{0,30}\bcomments? (?:respectful|civil|polite|on[ -]topic|policy|guidelines|rules"
    r"|are moderated)\b.*|comments? (?:are|will be|may be) (?:moderated|pre-moderated|reviewed"
    r"|subject to)\b.*|we (?:reserve the right|moderate)\b.{0,60}\bcomments?\b.{0,60}",
    r"this is a (?:developing|breaking)(?: news)?(?: story| item)?(?:[.,;:]? .{0,80})?|this"
    r" (?:story|article|page|post) (?:is developing|is breaking|will be updated|is being"
    r" updated|may be updated|has been updated)\b.{0,80}",
    r"(?:this (?:post|article|page|site)|some links)\b.{0,20}\baffiliate links?\b.*|(?:we"
    r"|this site|our site)\b.{0,40}\b(?:earn|receive|get)\b.{0,30}\bcommissions?\b.*",
    r"(?:message|msg) (?:and|&) data rates\b.*|(?:text|reply) stop to\b.*|do not"
    r" sell\b.{0,20}\bmy (?:personal )?(?:information|info|data)\b.*|(?:yes,? )?i (?:would"
    r" like|agree|want|consent|wish) to (?:receive|get|be contacted)\b.{0,60}\b(?:updates"
    r"|e-?mails?|newsletters?|messages|news|texts|by phone|mailings)\b.{0,60}|by"
    r" (?:submitting|checking) (?:this|your|the)\b.{0,40}\b(?:you|i) (?:agree"
    r"|consent)\b.{0,40}\b(?:contacted|e-?mails?|messages|texts|privacy policy)\b.*",
    r"(?:please )?enter a valid (?:e-?mail|address|name|phone|zip)\b.*|(?:oops|sorry)[!,.]"
    r" something went wrong\b.*|something went wrong[.,] (?:please|try)\b.*|you (?:can|may)"
    r" (?:opt out|unsubscribe|change your (?:mind|preferences|settings))\b.{0,50}anytime.*"
    r"|save my (?:name|details|information)\b.{0,80}|(?:oops|sorry)[!,.] .{0,80}\berror\b.*"
    r"|(?:an )?error occurred.*|please try again(?: later)?.{0,20}|thank(?:s| you) for"
    r" (?:signing up|subscribing|registering)[!.] .*|you(?:[’']ve| have) (?:successfully|been"
    r"|already)\b.{0,20}\b(?:subscribed|unsubscribed|signed up|logged|registered)\b.*"
    r"|you(?:[’']ve| have) (?:read|reached|viewed|used|\d+)\b.{0,40}\b(?:free|articles?"
    r"|stories)\b.{0,40}",
    r"we (?:(?:will|[’']ll) )?(?:never|not|won[’']t) (?:share|sell|spam"
    r"|rent)\b.{0,20}\b(?:e-?mail|address|data|information)\b.{0,40}|(?:we (?:rely|depend)"
    r"|(?:we|our (?:work|journalism|newsroom|reporting)) (?:relies|depends)) (?:on|upon)"
    r" (?:your support|(?:our )?(?:readers|listeners|supporters|members|donors|donations|people"
    r" like you|the support of))\b.{0,40}|our (?:journalism|reporting|newsroom|newsletter"
    r"|podcasts?|coverage) (?:is|are|needs?) (?:funded|supported|made possible|free|paid for"
    r"|powered|your (?:support|help))\b.{0,60}",
)

LONG_NOTICE = re.compile("|".join(f"(?:{line})" for line in _NOTICES))
