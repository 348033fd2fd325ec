"""Which words are written with a stop that need not end a sentence, in each language."""

from __future__ import annotations

from dataclasses import dataclass

from topoi.checks import one_of

__all__ = ["Abbreviations", "abbreviations", "words"]


@dataclass(frozen=True)
class Abbreviations:
    """Words in lower case, without their last stop.

    leaning : always followed by a name, a number or the other party
    capitals : the same, but only when they begin with a capital letter
    numbered : leaning before what has a digit, otherwise words of their own
    lettered : those of them that also lean before a letter or a Roman number: "Ex. B", "Vol. II"
    either : at the end of a sentence only before a word that often begins one; they are
        abbreviations only with a capital letter, since "ill", "mass" and "wash" are words, too
    beginners : words that often begin a sentence and rarely a name
    dividers : what a letter or number stands behind that is no initial: "Appendix A."
    """

    leaning: frozenset[str]
    capitals: frozenset[str]
    numbered: frozenset[str]
    lettered: frozenset[str]
    either: frozenset[str]
    beginners: frozenset[str]
    dividers: frozenset[str]


def abbreviations(language: str) -> Abbreviations:
    """The abbreviations of a language, by its two letters.

    Raises
    ------
    InputError
        If there is no list for the language.
    """
    one_of("language", language, _LISTS)
    return _LISTS[language]


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split())


_ENGLISH = Abbreviations(
    leaning=words(
        """
        mr mrs ms messrs dr drs prof profs rev hon gov govs sen sens rep reps pres gen lt col maj
        capt cmdr adm sgt cpl pfc amb v vs cf viz fig figs eq ed eds e.g i.e approx ca
        """
    ),
    capitals=words("pub con atty asst"),
    numbered=words(
        """
        no nos sec secs art arts par para paras p pp n nn cl reg stat ch pt vol cir res doc docs lat
        long rm bldg ste app appx appl ex exh exhs sched tit subch subpt div rul op u.s.c c.f.r h.r
        s.res h.res h.con.res s.con.res h.j.res s.j.res e.o pub jan feb mar apr jun jul aug sep sept
        oct nov dec
        """
    ),
    lettered=words("art pt vol app appx ex exh sched tit subch subpt div ch"),
    either=words(
        """
        fed cong supp inc corp co ltd llc pvt bros jr sr ph.d dept assn assoc univ ave blvd rd st
        mt ft ct civ admin transp ariz cal calif colo conn del fla ga ill ind kan mass md mich minn
        miss mont neb nev okla ore pa tenn tex va vt wash wis wyo
        """
    ),
    beginners=words(
        """
        the a an this that these those there here it its it's it’s he she they we i you his her
        their our my your in on at by for from with without under over to of as if when while since
        because although though after before during until unless once upon within through where who
        what which why how and but or nor so yet not no yes all any both each every many most more
        much some such only also even just now then thus however therefore moreover furthermore
        additionally meanwhile instead indeed accordingly consequently finally previously today
        yesterday tomorrow tonight according despite among prior following is are was were do does
        did can could would should has have had let please thank thanks well okay mr ms mrs dr i’m
        i'm we’re we're they’re they're that’s that's there’s there's let’s let's
        """
    ),
    dividers=words(
        """
        appendix annex attachment part subpart chapter subchapter section subsection paragraph
        subparagraph title subtitle division schedule article exhibit table figure form class
        category group phase tier type item option plan war step column proposal amendment
        alternative
        """
    ),
)

_SPANISH = Abbreviations(
    leaning=words(
        """
        sr sra sres sras srta dr dra dres d dña ing lic licda licdo arq prof profa gral cnel cap tte
        sgto mons fr rvdo excmo excma ilmo ilma mtro mtra p.ej p.e cf vs v ee ss rr ff pdte pdta
        """
    ),
    capitals=words("min secr dip sta sto"),
    numbered=words(
        """
        núm núms num no nº n art arts pág págs pag pags p pp vol t tít cap fig párr parr inc fracc
        lit exp res ley ene feb mar abr may jun jul ago sep sept set oct nov dic aprox km tel apdo
        """
    ),
    lettered=words("art vol t tít cap inc fracc lit párr"),
    either=words(
        """
        uu ee.uu oo.nn c.v s.a s.l s.a.s s.r.l r.l ltda cía cia hnos ud uds vd vds av avda blvd col
        dpto depto prov edo pcia univ
        """
    ),
    beginners=words(
        """
        el la los las lo un una unos unas este esta estos estas esto ese esa esos esas eso aquel
        aquella aquellos aquellas él ella ellos ellas nosotros usted ustedes yo su sus mi nuestro
        nuestra en a al con sin por para según segun desde hasta entre durante tras ante contra
        sobre cuando si como aunque porque mientras donde quien quienes qué cómo cuándo dónde quién
        por pero y e o ni sino no sí ya también tampoco además asimismo así luego entonces después
        antes hoy ayer mañana ahora se me nos hay es son fue fueron era está están ha han había todo
        toda todos todas mucho muchos muchas cada ambos otro otra otros otras sin embargo finalmente
        """
    ),
    dividers=words(
        """
        apéndice anexo parte capítulo sección título artículo inciso fracción cuadro tabla figura
        grupo clase tipo fase guerra plan formulario categoría
        """
    ),
)

_LISTS = {"en": _ENGLISH, "es": _SPANISH}
