"""Which words say nothing about what a text is about."""

from __future__ import annotations

from topoi.errors import InputError, listed

__all__ = ["stop_words"]


def stop_words(language: str = "en") -> frozenset[str]:
    """Function words, words of speech and left-overs of web pages, as tokens of `tokenise`.

    There are lists for English ("en") and Spanish ("es"), written for policy and news text. Names
    of numbers, days and months are on them: they date a text but are not its subject. They hold
    no word with a subject of its own: state, system, law, work, bill, border, fire and country
    are not on them, nor are estado, poder, deber, vía and cerca.

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

_SPANISH = """
el la los las un una unos unas lo al del
yo mí mi mis me conmigo tú tu tus te ti contigo usted ustedes vosotros vosotras os
él ella ello ellos ellas le les se sí consigo su sus suyo suya suyos suyas
nosotros nosotras nos nuestro nuestra nuestros nuestras vuestro vuestra vuestros vuestras
mío mía míos mías tuyo tuya tuyos tuyas
este esta esto estos estas ese esa eso esos esas aquel aquella aquello aquellos aquellas
éste ésta éstos éstas ése ésa ésos ésas aquél aquélla aquéllos aquéllas
que qué quien quién quienes quiénes cual cuál cuales cuáles cuyo cuya cuyos cuyas
cuando cuándo donde dónde adonde adónde como cómo cuanto cuánto cuanta cuánta cuantos cuántos
cuantas cuántas porque porqué
a ante bajo con contra de desde durante en entre excepto hacia hasta incluso mediante para por
salvo según sin sobre tras versus vs
y e o u ni pero mas sino aunque pues si así como mientras luego conque
no tampoco también además aún aun ya todavía siempre nunca jamás quizá quizás acaso
muy más menos tan tanto tanta tantos tantas mucho mucha muchos muchas poco poca pocos pocas
bastante bastantes demasiado demasiada demasiados demasiadas casi apenas sólo solo solamente
únicamente incluso inclusive igual igualmente asimismo
todo toda todos todas algo alguien algún alguno alguna algunos algunas
nada nadie ningún ninguno ninguna ningunos ningunas
otro otra otros otras mismo misma mismos mismas propio propia propios propias
cada cualquier cualquiera cualesquiera ambos ambas demás varios varias tal tales cierto cierta
ciertos ciertas diverso diversa diversos diversas
aquí acá ahí allí allá hoy ayer mañana anoche ahora entonces antes después luego pronto tarde
temprano lejos dentro fuera arriba abajo encima debajo delante detrás alrededor junto
bien mal mejor peor etcétera etc
es son era eran fue fueron ser sido siendo sea sean será serán sería serían soy eres somos fui
fuimos fuera fueran fuese fuesen éramos seamos
está están estaba estaban estuvo estuvieron estar estando esté estén estará estarán estaría
estarían estoy estamos estuviera estuvieran
ha han había habían hubo hubieron haber habido habiendo haya hayan habrá habrán habría habrían he
hemos hay hubiera hubieran hubiese hubiesen
tiene tienen tenía tenían tuvo tuvieron tener tenido teniendo tenga tengan tendrá tendrán tendría
tendrían tengo tenemos tuviera tuvieran
hace hacen hacía hacían hizo hicieron hacer hecho hecha hechos hechas haciendo haga hagan hará
harán haría harían hago hacemos
puede pueden podía podían pudo pudieron pueda puedan podrá podrán podría podrían podemos puedo
pudiera pudieran
debe deben debía debían deba deban deberá deberán debería deberían debemos
va van iba iban ir ido yendo vaya vayan irá irán iría irían voy vamos
dice dicen decía decían dijo dijeron decir dicho dicha dichos dichas diciendo diga digan dirá dirán
da dan daba daban dio dieron dar dado dada dados dadas dando dé den dará darán
ve ven veía veían vio vieron ver visto vista vea vean
sabe saben sabía sabían saber quiere quieren quería querían querer
parece parecen suele suelen sigue siguen seguir
señaló indicó afirmó agregó añadió explicó expresó aseguró manifestó destacó
señor señora señores señoras sr sra sres dr dra don doña
primer primero primera primeros primeras segundo segunda tercer tercero tercera cuarto cuarta quinto
quinta último última últimos últimas próximo próxima próximos próximas pasado pasada pasados pasadas
anterior anteriores siguiente siguientes actual actuales
uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa
cien ciento cientos doscientos trescientos quinientos mil miles millón millones
lunes martes miércoles jueves viernes sábado domingo
enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
vez veces cosa cosas forma formas manera maneras modo modos tipo tipos través embargo obstante
respecto ej págs pág núm
http https www html com org amp nbsp href suscríbete suscribirse boletín cookie cookies clic
comparte facebook twitter whatsapp linkedin instagram copyright
"""

_LISTS = {"en": _ENGLISH, "es": _SPANISH}
