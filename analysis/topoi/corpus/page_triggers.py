"""By which words a line is known that may be of a page, so that others need no closer look."""

from __future__ import annotations

__all__ = ["NOTICE_STARTS", "NOTICE_WORDS", "START_WORDS", "TELLING_WORDS", "TRIGGER_WORDS"]

# See `topoi.kernels.sight`: each short wording that begins with a letter has a trigger word, and
# begins with a start word or has a telling one; each notice begins with one of its own start words
# and has one of its own words, or a trigger word where it is short.
_TRIGGERS = """
about accept accessibility account ad additional admin adobe ads advertisement advertisements
advertiser advertisers advertising advertisment advertisments adverts advisory affiliate afp
agencies agree agreement akismet alamy alert alerts allow already also amended anadolu ap app
appeared arabic archive archived archives article articles artwork associated association
audible author authors basket become below bio bloomberg bluesky book bookmark bookmarks branded
breadcrumb breadcrumbs breaking briefing briefings brought browse browser business buy calendar
captcha caption catch categories categorised categorized category center centre change channel
charity chart charts chinese chip choices citation cite classifieds click clicking close closed
code coffee collapse colleague colleagues comment commented commenting comments community
company compiled complaint complaints connected contact contacts content contrast contribute
contributing contribution contributions contributor cookie cookies copyright copyrighted
corrected correction corrections correspondent country courtesy cover coverage credit credits
crosswords currencies currency customer decline deductible deeper deezer deny desk desktop
details deutsch developing digest digests directions disabled disclaimer disclosure discover
discussed dismiss distributed donate donating donation donations download downloads duration
dutch edited editing edition editions editor editorial editors eedition elsewhere email emailed
emails embargo embargoed embed enable end ends english enjoy enlarge enquiries enquiry entry epa
epaper episode episodes error errors espanol español event events expand explore facebook faq
faqs fax fear featured feedback file filed filmed filter find flag flickr flipboard follow
footer forum forward found français free french friend friendly friends full fullscreen fund
funding further gallery gdpr generously german getty gift gifts give giving google got gov
graphic graphics guide guidelines hamburger handout hashtags header headings headlines hear
heard help helpful hide home homepage homescreen horoscope horoscopes hotline hours hover iheart
illustration illustrations image images immediate impressum imprint improve inaccuracies
inappropriate inbox index info information informed inquiries inquiry insider instagram interest
interested interesting involved isbn issn issue issues istock italian item itunes jobs join
journalism keep keyword keywords kit label labels language languages larger later latest lead
learn legacy legal length letter letters library like liked link linkedin links listing listings
live livestream load loading location locations log login logout loop mail mailing mails main
major map maps marked mastodon media meet membership memberships menu messenger miss missed
mistake mistakes mobile mode moderated modified more name names nav navigation network newer
news newsdesk newsdesks newsletter newsletters newsroom next nonprofit notified npr obituaries
obituary office older opening opinion order original overcast overview pa page pages paid paper
partner partners password patron pdf permalink permission pexels phone photo photograph
photographer photographs photos picked picks picture pictured pictures pin pinch pingback
pingbacks pinterest pixabay playing pledge podcast podcasts polish politics poll popular
portuguese português post postcode posted posting posts powered preference presented press
previous previously principles print printable printer privacy produced production products
profile profit promoted protected provided publication publications published puzzles question
questionnaire questions quiz rate rated rating read readers reading reads reblog recaptcha
recommend recommended recording reddit redistribution refund refuse region regions register
registered registration reject related release releases replies reply report reporter reporters
reporting reprint reprints reproduce reproduction republication request required reserved
resource response responses results reuse reuters reviewed revised rights robot rss rsvp running
russian save saved say saying screen scroll search searched seat see seeing selected send sent
series share shared sharing shop shortlink show shutterstock sidebar sign signing signout signup
site sitemap size skip slavery smaller sort soundcloud source spam spanish sponsor sponsored
sponsors sport spotify spotted staff standards start statement stay stitcher stock stories story
stream submit submitted subscribe subscribed subscriber subscribers subscribing subscription
subscriptions suggested supplied supported supporter supporting survey swipe switchboard tab tag
tagged tags tap tel telegram telephone terms text thanks theme themes think thoughts threads
ticket tickets tiktok tip tips toggle top topic topics touch track trackbacks transcript
translate translated translation trending trouble try tumblr tuned tunein tweet twitter typo
typos ukrainian unmute unsplash unsubscribe upcoming update updated us useful username version
video videos viewed vote voted wait watch watched webcast webinar webinars webmaster webmasters
website websites whatsapp wikimedia wire word wordpress world writer writers writing written
wrong x youtube zip zoom zuma
"""
_NOTICE_STARTS = """
a all amended an any article audio available be by c clarification comment comments commercial
contact contacts content copying copyright corrected correction created distributed do
duplication edited editor editors enable enter error except federal first for having here i keep
last licenced licensed made media message modified msg never no note official oops opinions
originally our page please post posted printed produced published read redistribution released
reply reposted reprinted reproduced reproduction republication republish republished request
required reviewed revised save secure share some something sorry story text thank thanks the
this to trouble unauthorised unauthorized update updated use used video views we yes you your
"""
_STARTS = """
a about accept accessibility ad adchoices add additional adobe ads advanced advertise
advertisement advertisements advertiser advertising advertisment advertisments adverts affiliate
afp after agree alamy all allow already also an anadolu answer anti ap arabic archival archive
around article artwork associated audio available average back be become best block blog
bloomberg bluesky book bookmark branded breadcrumb breadcrumbs breaking brought browse business
buy by california cancel captcha catch categories category change charitable chart charts check
chinese chip choose cite classifieds click close collapse coming comment commenting comments
community company compiled complaint complaints complete connect consider contact content
contents continue contribute contributed contributing contribution contributions cookie cookies
copy copyright correction corrections courtesy cover create credit credits crossword crosswords
currency current currently customer customise customize daily dark date decline decrease deny
desktop details deutsch developing did digital discover dismiss display distributed do don
donate donation donations dont download duration dutch e earlier edited editing edition editor
editorial editors elsewhere email emails embargo embargoed embed en end ends english enter epa
epaper episode espa espanol ethics eu event events every expand explore export external facebook
faq faqs fax featured file filed fill filmed filter find first flag flickr flipboard follow font
footer for forgot forgotten forum forward found fran free french from full fullscreen fund
funding further gallery gdpr generic german get getty gift gifts give giving go google got
graphic graphics guest hamburger handout have header hear heard help helpful hide high highest
home homepage horoscope horoscopes hot hotline hover how i if illustration illustrations im
image images important impressum imprint in increase instagram is isbn issn istock istockphoto
italian italiano item jobs join jump keep keywords know label labels language larger last latest
lead learn leave leer legal length let letters library like link linkedin lire listen lite live
livestream load loading log login logout lost mail mails main major make making manage map maps
mastodon maybe media meet menu message messenger mobile modern modified more most must my name
names nav nevada newer newest news newsletter newsletters newsroom next night no non nonprofit
not note notes notice noticed now obituaries older oldest on open opening opens opinion order
original originally other others our out pa page paid partner past pdf people permalink pexels
phone photo photograph photographs photos picked picks picture pictured pictures pin pinch
pingback pingbacks pinterest pitch pixabay place planned play playing please pledge podcast
podcasts polish politics poll popular portugu portuguese post postcode posted posting posts
powered preferred presented press prev previous previously primary print printer privacy
produced production products promoted proudly provide provided publication publish published
purchase puzzles quick quiz rate reach read reader readers reading reblog receive recent
recommend recommended reddit refresh refund refuse region register registered reject related
release remind remove replica reply report reporting representational representative reprint
republish request required reserve reset resource return reuse reuters rex rights rss rsvp
running russian save scroll search secondary see select selected send senior sent set share
sharing shop show shutterstock side sign signout signup similar simplified site sitemap skip
smaller social some something sort source spanish special sponsor sponsored sport spot spotted
spread staff standards start stay stock stories story stream strictly submit submitted subscribe
subscriber suggest suggested supplied support supported swipe switch switchboard tag tagged tags
take tap tel telegram telephone tell terms text thank thanks the theme there things this threads
tiktok time tip to today todays toggle top topic topics trackback trackbacks transcript
translate translated translation trending try tumblr tweet twitter uk ukrainian undated under
unmute unsplash unsubscribe up upcoming update updated updates us usa used useful user users ver
via video videos view visit volunteer vote was watch ways we web website websites weekly what
whatsapp wherever why wikimedia with work world write writing written x yes you your youtube zip
zuma
"""
# Credits may begin with any name, a line of rights with that of the house.
_TELLING = """
adobe afp alamy anadolu ap associated bloomberg contributed epa file flickr getty handout istock
istockphoto pa pexels pixabay reserved reuters rex shutterstock staff unsplash wherever
wikimedia zuma
"""
_OF_NOTICES = """
accessible adapted adblock adblocker adblockers adblocking address admin affiliate akismet amended
anytime article articles assistive author authors blocker blog breaking brought browser cc civil
clarification commission commissions commons conditions constitutes contacted content contents
cookies copied copyright copyrighted corrected created creative data deadline depend depends
details developing document donations donors edited editor email enable error excerpted expressed
federal fields forbidden free funded gdpr generated gov hosted how https implies indicates
information interviews java javascript left licence licenced license licensed licenses limit
listeners lock mail mailings mails material members message messages miss misspelled misstated
moderated modified newsletter newsletters noted official opinions opt page paid permission personal
playback player policy possible posted privacy produced prohibited provided publication published
rates readers reading recaptcha released relies rely reprinted reproduced republish republished
requires reserved respectful reviewed revised shareable signifies site spam sponsored stated stop
story subscribe subscribed subscription suitable supporters syndicated terms texts translated
unavailable unsubscribe unsubscribed updated used version viewing views website websites whitelist
wrong
"""
TRIGGER_WORDS = frozenset(_TRIGGERS.split())
START_WORDS = frozenset(_STARTS.split())
TELLING_WORDS = frozenset(_TELLING.split())
NOTICE_STARTS = frozenset(_NOTICE_STARTS.split())
NOTICE_WORDS = frozenset(_OF_NOTICES.split())
