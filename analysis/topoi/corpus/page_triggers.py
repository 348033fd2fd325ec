"""By which words a line is known that may be of a page, so that others need no closer look."""

from __future__ import annotations

__all__ = ["NOTICE_STARTS", "NOTICE_WORDS", "TRIGGER_WORDS"]

# See `topoi.kernels.sight`: each short line that begins with a letter has one of the first, unless
# all its words are of pages; each longer notice begins with one of the second and has one of the
# third.
_TRIGGERS = """
about accept accessibility account ad additional admin ads advertisement advertisements
advertiser advertisers advertising advertisment advertisments adverts advisory affiliate afp
agencies agree agreement akismet alamy alert alerts allow already also amended anadolu ap app
appeared arabic archive archived archives article articles artwork associated association
audible author authors basket become below bio bluesky book bookmark bookmarks branded
breadcrumb breadcrumbs breaking briefing briefings brought browse browser business buy calendar
captcha caption catch categories categorised categorized category center centre change channel
charity chart charts chinese chip choices citation cite classifieds click clicking close closed
coffee collapse colleague colleagues comment commented commenting comments community company
compiled complaint complaints connected contact contacts content contrast contribute
contributing contribution contributions contributor cookie cookies copyright copyrighted
corrected correction corrections correspondent country courtesy cover coverage credit credits
crosswords currencies currency customer decline deductible deeper deezer deny desk desktop
details deutsch developing digest digests directions disabled disclaimer disclosure discover
discussed dismiss distributed donate donating donation donations download downloads duration
dutch edited editing edition editions editor editorial editors eedition elsewhere email emailed
emails embargo embargoed embed enable end ends english enjoy enlarge enquiries enquiry epa
epaper episode episodes error errors espanol español event events expand explore facebook faq
faqs fax fear featured feedback file filed filmed filter find flag flipboard follow footer
forum forward found français free french friend friendly friends full fullscreen fund funding
further gallery gdpr generously german getty gift gifts give giving google got gov graphic
graphics guide guidelines hamburger handout hashtags header headings headlines hear heard help
helpful hide home homepage homescreen horoscope horoscopes hotline hours hover iheart
illustration illustrations image images immediate impressum imprint improve inaccuracies
inappropriate inbox info information informed inquiries inquiry insider instagram interest
interested interesting involved isbn issn issue issues istock italian item itunes jobs join
journalism keep keyword keywords kit label labels language languages larger later latest lead
learn legacy legal length letter letters library like liked link linkedin links live livestream
load loading location locations log login logout loop mail mailing mails main map maps marked
mastodon media meet membership memberships menu messenger miss missed mistake mistakes mobile
mode moderated modified more name names nav navigation network newer news newsdesk newsdesks
newsletter newsletters newsroom next nonprofit notified npr obituaries obituary office older
opening opinion order original overcast pa page pages paid paper partner partners password
patron pdf permalink permission pexels phone photo photograph photographer photographs photos
picked picks picture pictured pictures pin pinch pingback pingbacks pinterest playing pledge
podcast podcasts polish politics poll popular portuguese português post postcode posted posting
posts powered preference presented press previous previously print printable printer privacy
produced production products profile profit promoted protected provided publication
publications published puzzles question questionnaire questions quiz rate rated rating read
readers reading reads reblog recaptcha recommend recommended recording reddit redistribution
refund refuse region regions register registered registration reject related release releases
replies reply report reporter reporters reporting reprint reprints reproduce reproduction
republication request required reserved resource response responses results reuse reuters
reviewed revised rights robot rss rsvp running russian save saved say saying screen scroll
search searched seat see seeing selected send sent series share shared sharing shop shortlink
show shutterstock sidebar sign signing signout signup site sitemap size skip slavery smaller
sort soundcloud source spam spanish sponsor sponsored sponsors sport spotify spotted staff
standards start statement stay stitcher stock stories story stream submit submitted subscribe
subscribed subscriber subscribers subscribing subscription subscriptions suggested supplied
supported supporter supporting survey switchboard tab tag tagged tags tap tel telegram
telephone terms text thanks theme themes thoughts threads ticket tickets tiktok tip tips toggle
top topic topics touch track trackbacks transcript translate translated translation trending
trouble try tumblr tuned tunein tweet twitter typo typos ukrainian unmute unsplash unsubscribe
upcoming update updated us useful username version video videos viewed voted wait watch watched
webcast webinar webinars webmaster webmasters website websites whatsapp wikimedia wire word
wordpress world writer writers writing written wrong x youtube zip zoom
"""
_STARTS = """
a all an any article audio available by c clarification comment comments commercial contact
contacts content contents copying copyright correction do donate editor enable enter except
federal first for having here heres i it keep last licenced licensed media message modified msg
never no official oops opinions original originally our page please posted printed published
redistribution reprinted reproduced reproduction republication republish republished request
required save secure share some something sorry story text thank thanks the these this to
trouble unauthorised unauthorized update updated use video views we yes you your
"""
_OF_NOTICES = """
accessible adapted address admin affiliate akismet amended anytime article articles assistive
author authors blocker blog breaking brought browser civil clarification commission commissions
commons conditions constitutes contacted content contents cookies copied copyright copyrighted
corrected created creative data deadline depend depends details developing document donations
donors edited editor email enable error excerpted expressed federal fields forbidden free
funded gdpr generated gov hosted how https implies indicates information interviews java
javascript left licence licenced license licensed licenses limit listeners lock mail mailings
mails material members message messages miss misspelled misstated moderated modified newsletter
newsletters noted official opinions opt page paid permission personal playback player policy
possible posted privacy produced prohibited provided publication published rates readers
reading recaptcha released relies rely reprinted reproduced republish republished requires
reserved respectful reviewed revised shareable signifies site spam sponsored stated stop story
subscribe subscribed subscription suitable supporters syndicated terms texts translated
unavailable unsubscribe unsubscribed updated used version viewing views website websites
whitelist wrong
"""
TRIGGER_WORDS = frozenset(_TRIGGERS.split())
NOTICE_STARTS = frozenset(_STARTS.split())
NOTICE_WORDS = frozenset(_OF_NOTICES.split())
