"""Which words say nothing about what a text is about."""

from __future__ import annotations

from topoi.errors import InputError, listed

__all__ = ["stop_words"]


def stop_words(language: str = "en") -> frozenset[str]:
    """Function words, words of speech and left-overs of web pages, as tokens of `tokenise`.

    The list was written for policy and news text. Names of numbers, days and months are on it:
    they date a text but are not its subject. It holds no word with a subject of its own: state,
    system, law, work, bill, border, fire and country are not on it.

    Raises
    ------
    InputError
        If there is no list for the language.
    """
    if language not in _LISTS:
        raise InputError(
            f"There is no stop list for the language {language!r}; there is one for "
            f"{listed(sorted(_LISTS))}. Give your own words as a list, or None for no stop list."
        )
    return frozenset(_LISTS[language].split())


_ENGLISH = """
a an the this that these those such same other others another each every either neither both all
any some no none not nor only own few fewer less least more most many much several enough
i me my mine myself we us our ours ourselves you your yours yourself yourselves
he him his himself she her hers herself it its itself they them their theirs themselves
one ones someone somebody something anyone anybody anything everyone everybody everything
nobody nothing oneself whoever whatever whichever whomever
who whom whose which what when where why how whether whenever wherever however
am is are was were be been being do does did doing done have has had having
will would shall should can could may might must ought cannot let lets letting
and or but if because as until while although though unless since than then so yet once
of at by for with without within about against among amongst between beyond into through throughout
during before after above below beneath beside besides behind to from up upon down in out on off
over under again further toward towards onto across along around near via per despite except
like unlike including regarding concerning amid amidst alongside versus vs
here there now today yesterday tomorrow tonight ever never always often sometimes usually already
still just also too very quite rather really actually simply perhaps maybe almost even indeed
instead otherwise therefore thus hence thereby therein thereof thereto hereby herein hereof
whereas whereby wherein moreover furthermore nevertheless nonetheless meanwhile afterwards
else elsewhere somewhere anywhere everywhere nowhere away back together apart ago later soon
well yes yeah okay ok oh um uh hello hi thanks thank please
say says said saying tell tells told
get gets got gotten getting go goes going gone went come comes came coming
make makes made making take takes took taken taking give gives gave given giving
put puts putting know knows knew known knowing think thinks thought thinking
see sees saw seen seeing look looks looked looking want wants wanted wanting
use uses used using seem seems seemed
mr mrs ms
first second third last next former latter two three four five six seven eight nine ten
eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty
fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion
billions dozen dozens half twice
monday tuesday wednesday thursday friday saturday sunday
january february march april june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
way ways thing things lot lots kind sort bit
etc e.g. i.e. a.m. p.m. et al ibid
ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't he'd he'll i'd i'll i'm i've
isn't it'd it'll mightn't mustn't needn't oughtn't shan't she'd she'll shouldn't that'd that'll
there'd there'll they'd they'll they're they've wasn't we'd we'll we're we've weren't what're
who'd who'll who've won't wouldn't you'd you'll you're you've gonna wanna gotta ma'am y'all
http https www html com amp nbsp href subscribe newsletter cookie cookies click login signup
facebook twitter whatsapp linkedin instagram pinterest reddit permalink copyright
"""

_LISTS = {"en": _ENGLISH}
