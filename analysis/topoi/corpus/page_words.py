"""Which words pages use to guide, to ask, to sell and to sign, and how much each of them tells."""

from __future__ import annotations

import re

__all__ = ["CALLS", "KNOWN_WORDS", "NAMING", "SITES", "WEIGHTS", "WEIGHTY_WORDS"]

# Three kinds: words that hardly any article uses in a short line (2), words of pages that articles
# use too (1), and what stands between them (0). Things are written once, their plurals count too.
_STRONG_THINGS = """
advert advertisement app blocker bookmark breadcrumb captcha clipboard cookie crossword
e-edition e-mail e-newsletter email epaper faq hashtag homepage horoscope inbox login logout
newsletter password paywall permalink pingback podcast popup shortlink signup sitemap
subscriber subscription trackback tweet url username webinar webpage
"""
_STRONG = """
adblock adchoices advertise akismet autoplay classifieds copyright disqus html ipad iphone
itunes javascript patreon paypal promoted qr reblog recaptcha retweet rss rsvp scroll
soundcloud sponsored spotify stitcher subscribe subscribed subscribing swipe tap unmute
unsubscribe unsubscribed wordpress
"""
_SITES = """
bluesky facebook flipboard instagram linkedin mastodon pinterest reddit snapchat substack
tiktok tumblr twitter whatsapp youtube
"""
_USUAL_THINGS = """
account ad alert archive article audiobook author banner blog blogger briefing browser bulletin
calendar caption category channel clip columnist comment contributor correspondent credit
desktop digest donation donor download ebook edition episode error favorite favourite feed
follower friend gallery gift headline image journalist licence license link listener magazine
member membership messenger min minute moderator newsroom notification page patron pdf
permission photo photograph photographer playlist policy poll post preference profile quiz
reader reply reprint roundup setting share site slideshow store story supporter survey tag term
thread tip topic transcript trial update version video viewer visitor web-site website window
"""
_USUAL = """
accept access advertising ago agree agreeing analytics android anytime apple attribution audio
awaiting back below breaking browse cancel categorized click clicking collapse commenting
commons conditions consent content contents contribute contribution conversation copy coverage
creative decline dismiss donate edited editing editor embed enlarge estimated exclusive
exclusives expand experience feedback filed follow font forgot free friendly fullscreen
functionality google helpful here hide hosted install journalism language latest leave licensed
licensing like likes limit limited listen listening load loaded loading log logged manage
material materials menu moderated moderation navigation newest notify oldest opt optional
original originally partners pause personal personalise personalised personalize personalized
picks pin play playback player popular posted premium print printable printer prior privacy
promotional publication published publisher read reading reads rebroadcast recommended
redistributed refresh register registered registering reject related reload reporting
reproduced republish republished reserved reset retry rewritten screen search services sharing
sidebar sign signed size skip sort spam sponsor sponsors stream support syndicated syndication
tagged tax-deductible technologies telegram toggle top transcription trending unauthorised
unauthorized unlimited unlock unread updated upgrade view viewed visit volume watch watching
web x zip
"""
_FUNCTION = """
a about above across after afternoon again all along already also always am an and another any
anyone anything anywhere are around as at away be because been before being below best better
between both but by can cannot can’t could daily date dates day days did do does doing done
don’t down during each earlier early either else elsewhere enough even evening ever every
everyone everything everywhere few first for friday from full further had has have hear here’s
how i if in inside into is it its just kind last later least less let let’s little long longer
lot many may me might minute’s moment monday month monthly months more morning morning’s most
much must my nearly need never new next no non not nothing now of off often on once one only
onto or other others our ourselves out over own part past per please plus quite rather really
same saturday second seconds several shall should simply since so some someone something soon
still such sunday sure than that the their then there these thing things third this those three
through thursday time times to today together tomorrow tonight too tuesday two under until up
upon us used various very via was we wednesday week weekday weekdays weekend weekends weekly
well were we’re we’ve what whatever what’s when where wherever whether which while who whole
whom why will with within without won’t would year yearly years yes yesterday yet you your
yours yourself you’ll you’re you’ve
"""
_BETWEEN = """
able activate active ad-free add added adding address adjust ahead allow allowed allowing
americas answer answers appear appearing appears apply arabic ask asked assistive attempt
automatically available based become becoming behind benefit benefits big bigger bit block box
bring bringing brings browsing business button buy bypass call came care cent cents change
changes changing charge check chinese chip choose city claim clear close closed coffee collect
collected come comes coming compatible complete computer confirm connect connected consider
contact continue continues continuing cost cover create created creating culture cup current
currently data deal deals decrease deductible delete deliver delivered depend depends depth
detail details device devices difference different digital directly disable discount discussion
discussions display displayed dollar dollars easily easy edit editors enable enabled end ended
ends english enjoy enjoyed enjoying ensure enter entered entertainment español essential europe
event events existing expert experts explain explained explore expressed extra facts fast
favourite field fields fill find finding following form forms forward forwarded found français
french fresh friend’s fully functional fund funded funding german get getting give giving go
goal goes going good got great guide guides hand handpicked happen happened happening help
helped helping helps hit home hope hour hours huge ideas immediately important improve included
includes including increase independence independent info information informed insight insights
instantly instead interest interested interests international invalid invitation invitations
invite invites item items join joined joining jump keep keeping keeps know
knowledge label large larger learn leaving left letter letters lifestyle light line list live
local look looking loop love loved low made mail mailing main make makes making marked matter
matters means media message messages millions miss missed mobile name names national
necessary network networks news notes notice number numbers offer offered offers official
offline online open opens opinion opportunity option options order owned page’s paid paper
parties partner party past pence people performance phone pick piece pieces place plan plans
pledge point politics portuguese possible pounds power powered present press previous price
prices primary problem process processed promise provide provided purpose purposes push put
quality question questions quick quickly rate rates reach reached ready real receive received
receives receiving recent recently recipient record regional registration regular regularly
relevant relies rely remain remaining remember remembered remembers remind remove report
reporters reports require required respect respectful respond rest result results return review
right run running saved say secondary section sections secure see seeing seen select selected
selection sell send sending sends sent series service set short show showing shows side similar
simple small smartphone social sound source sources spanish speak special sport sports spread
staff standard standards start started stay step stop straight strictly style subject
successful successfully suggest summaries summary supported supporting switch tablet take takes
talk targeting team technical tell text thank thanks theme themes think thought thoughts
thousands tool tools touch track translate translated translation trouble true trust trusted
truth try tuned turn turned type types unable understand understanding unfortunately unknown
upcoming use useful user users uses using valid value valued verification verify viewing views
voice wait want wanted way ways welcome whenever wish word words work working works world
world’s worth write written wrong
"""
# A line that begins with one of these may be addressed to the reader.
_CALLS = """
accept activate add adjust advertise allow answer ask become book bookmark browse buy cancel
change check choose claim click close complete confirm connect contact continue contribute copy
create customise customize discover dismiss donate download e-mail email embed enable enjoy
enlarge enter expand explore export find flag follow get hide install jump keep learn leave
like listen load log login manage notify pick play please pledge print read receive refresh
reload remove renew republish reset return save scroll search see send share sign skip sort
stay stop stream subscribe suggest switch tap toggle translate try turn tweet unlock
unsubscribe update upgrade upload verify view visit vote watch write
"""
# A line that begins with one of these may name somebody.
_NAMING = """
all connect donate download find follow get join like listen more originally published read related
republished see share sign sponsored subscribe support view visit watch you
"""


def _plural(thing: str) -> str:
    return f"{thing[:-1]}ies" if re.search(r"[^aeiou]y$", thing) else f"{thing}s"


SITES = frozenset(_SITES.split())
CALLS = frozenset(_CALLS.split())
NAMING = frozenset(_NAMING.split())
WEIGHTS = dict.fromkeys([*_FUNCTION.split(), *_BETWEEN.split(), *CALLS], 0)
for _weight, _things, _words in ((1, _USUAL_THINGS, _USUAL), (2, _STRONG_THINGS, _STRONG + _SITES)):
    WEIGHTS |= dict.fromkeys(_words.split(), _weight)
    WEIGHTS |= {word: _weight for thing in _things.split() for word in (thing, _plural(thing))}
# All of them, and those of which any such line has at least one.
KNOWN_WORDS = frozenset(WEIGHTS)
WEIGHTY_WORDS = frozenset(word for word, weight in WEIGHTS.items() if weight)
