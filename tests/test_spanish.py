"""Spanish text goes the whole way: tokens, stop words, plurals, phrases, themes, a run."""

from itertools import permutations

import pandas as pd
import pytest
from text_cases import joined_tokens

from topoi.config import RunConfig
from topoi.corpus.corpus import Corpus
from topoi.errors import InputError
from topoi.fit import fit_topics
from topoi.io.packs import load_themes
from topoi.measures.shares import theme_shares
from topoi.models.keyword_lda import KeywordLDA
from topoi.pipeline import build_study
from topoi.text.find import pattern_of
from topoi.text.patterns import seed_patterns
from topoi.text.phrases import connectors
from topoi.text.pruning import pruning_report
from topoi.text.stop_words import stop_words
from topoi.text.tokenise import tokenise
from topoi.text.vectorise import vectorise

# Written for this test; each line begins with the theme that it speaks of.
TEXTS = """
root_causes|La pobreza y la falta de empleo empujan a muchas familias del campo a marcharse. En \
las aldeas secas del corredor, la sequía arruinó tres cosechas seguidas y el hambre volvió a las \
mesas.
root_causes|El programa de desarrollo económico invertirá en riego, escuelas y caminos. Sus \
autores creen que atacar las causas profundas, la corrupción y la impunidad, hará innecesaria la \
partida.
root_causes|Las pandillas cobran extorsión a los comerciantes del barrio. Quien no paga recibe \
amenazas, y familias enteras huyen de noche. La violencia de género obliga a huir a muchas \
mujeres.
root_causes|Después del huracán quedaron sin techo miles de personas. La inseguridad alimentaria \
creció y el desplazamiento forzado alcanzó a comunidades que nunca habían pensado en irse.
root_causes|El conflicto armado y la represión vaciaron los pueblos de la sierra. Los \
desplazados internos cuentan que la guerra civil terminó con sus medios de vida y con la \
escuela.
root_causes|Sin oportunidades económicas ni seguridad alimentaria, los jóvenes del valle no ven \
futuro. La cooperación para el desarrollo llega tarde y la desigualdad crece con cada sequía.
root_causes|La marginación y la pobreza tienen causas estructurales, dijo la economista. La \
corrupción se lleva el dinero de los hospitales y la impunidad protege a quienes extorsionan.
root_causes|Los agricultores vendieron sus animales por la sequía. El hambre y la miseria, y no \
un sueño lejano, explican por qué se fueron; la ayuda humanitaria no llegó a la aldea.
border_security|La patrulla fronteriza detuvo anoche a un grupo en el desierto. El nuevo muro \
fronterizo tiene cámaras, sensores y drones, y más agentes fronterizos vigilan los cruces \
irregulares.
border_security|El gobierno anunció más vuelos de deportación y la ampliación del centro de \
detención. Los deportados llegan esposados al aeropuerto, según los abogados, tras la expulsión \
inmediata.
border_security|Una red de tráfico de migrantes cobraba por cada cruce ilegal. Los coyotes \
escondían a los viajeros en camiones; la policía detuvo a los traficantes en un punto de \
control.
border_security|La guardia costera y los agentes reforzaron el control fronterizo en el \
estrecho. Las vallas subieron a diez metros y el alambre de púas volvió a la frontera sur.
border_security|El ministro defendió las redadas y la devolución en frontera. La oposición \
criticó la detención de menores y pidió cerrar las estaciones migratorias del sur.
border_security|Los puertos de entrada tendrán escáneres para hallar fentanilo. La seguridad \
fronteriza exige, dijo el senador, más patrullas, más cámaras y expulsiones rápidas.
border_security|La trata de personas y el crimen organizado crecen con el control migratorio, \
sostiene el informe. Las detenciones en la frontera aumentaron y los traficantes subieron sus \
precios.
border_security|El acuerdo de tercer país seguro permitirá la expulsión de quienes cruzaron por \
la frontera. Los agentes de migración harán las repatriaciones en dos días.
legal_pathways|Los solicitantes de asilo esperan meses por una cita. La comisión de refugiados \
recibió miles de solicitudes y pide personal para reconocer la condición de refugiado.
legal_pathways|El consulado abrirá más visas para trabajadores temporales del campo. Con un \
permiso de trabajo podrán entrar cada temporada y volver a casa, sin pagar a nadie.
legal_pathways|La regularización dará permisos de residencia a quienes demuestren arraigo. Tras \
cinco años podrán pedir la residencia permanente y más tarde la ciudadanía.
legal_pathways|El programa de reasentamiento recibió a doscientos refugiados. La protección \
internacional, recordó la jueza, es un derecho y no un favor.
legal_pathways|La reunificación familiar avanza despacio: las visas de los hijos tardan años. \
Una nueva vía legal permitirá la protección temporal de las familias separadas.
legal_pathways|Las vías regulares reducen el negocio de nadie y ordenan la llegada, dice el \
estudio. La migración laboral con visado y la movilidad laboral benefician a ambos países.
legal_pathways|La oficina entregó la tarjeta de residencia a los estudiantes. La naturalización \
exige examen de lengua, y la ciudadanía llega con un juramento en el ayuntamiento.
legal_pathways|El tribunal reconoció el derecho de asilo y la protección subsidiaria. Los \
refugiados podrán trabajar con permiso de residencia mientras dura el trámite.
"""
LINES = [line.split("|") for line in TEXTS.strip().splitlines()]


@pytest.fixture(scope="module")
def corpus():
    rows = [(f"d{n:02}", text, theme) for n, (theme, text) in enumerate(LINES)]
    return Corpus(pd.DataFrame(rows, columns=["doc_id", "text", "spoken_of"]))


@pytest.fixture(scope="module")
def themes():
    return load_themes("migration_es")


def test_words_keep_their_accents_and_signs_of_spanish_stand_between_words():
    assert tokenise("¿Qué pasó? ¡Señor, el pingüino cruzó el río Bravo!") == [
        *("qué", "pasó", "señor", "el", "pingüino", "cruzó", "el", "río", "bravo")
    ]
    assert tokenise("pasado\u0301 nin\u0303o") == ["pasadó", "niño"]


def test_stop_list_holds_function_words_and_no_subjects():
    words = stop_words("es")

    assert {"el", "según", "está", "también", "qué", "había", "enero", "dijo"} <= words
    subjects = "estado ley frontera trabajo poder deber vía cerca derecho gobierno país persona"
    assert not words.intersection(subjects.split())
    assert [word for word in sorted(words) if tokenise(word) != [word]] == []
    assert 400 < len(words) < 800


def test_pack_has_the_three_themes_with_definitions_and_sources(themes):
    assert themes.language == "es"
    assert themes.names == load_themes("migration").names
    for theme in themes:
        assert 120 <= len(theme.seeds) <= 280
        assert theme.includes
        assert theme.excludes
        assert len(theme.sources) >= 4
        assert theme.label != theme.name


def test_seeds_are_written_as_the_tokeniser_writes_words(themes):
    seeds = [seed.pattern for theme in themes for seed in theme.seeds]

    assert [s for s in seeds if " ".join(tokenise(s)) != s.replace("*", "")] == []


def test_no_word_marks_two_themes(themes):
    patterns = {t.name: [seed.pattern.replace("*", "") for seed in t.seeds] for t in themes}

    both = [
        (seed.pattern, pattern)
        for theme, other in permutations(themes, 2)
        for seed in theme.seeds
        for pattern in patterns[other.name]
        if seed.matches(pattern)
    ]

    assert both == []


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        (
            "El desempleo, la gobernanza y el conflicto en los países de origen.",
            "root_causes",
        ),
        ("Llegaron en patera y hubo devoluciones en caliente desde el CIE.", "border_security"),
        ("Un permiso de residencia por arraigo según la ley de extranjería.", "legal_pathways"),
    ],
)
def test_terms_of_causes_entry_and_stay_meet_seeds_of_their_theme_only(themes, text, theme):
    terms = joined_tokens(seed_patterns(themes), tokenise(text))

    table = themes.match(terms)

    found = table.loc[table["term_id"] >= 0, "theme"]
    assert set(found) == {theme}
    assert len(found) >= 3


def test_words_of_drivers_count_for_less_in_both_languages(themes):
    for pack in (themes, load_themes("migration")):
        causes = [seed.weight for seed in pack.themes[0].seeds]
        assert set(causes) == {1.0, 0.5, 0.25}
        assert causes.count(0.25) >= 6


def test_settings_follow_the_language_of_the_themes(corpus, themes):
    by_themes = vectorise(corpus, themes=themes, lemmas="plurals", min_docs=1)
    by_name = vectorise(corpus, themes=themes, language="es", lemmas="plurals", min_docs=1)

    assert by_themes.vocabulary.terms == by_name.vocabulary.terms
    assert not {"el", "la", "que", "según"} & set(by_themes.vocabulary.terms)
    forms = dict(zip(by_themes.folded["word"], by_themes.folded["form"], strict=True))
    assert forms["aldeas"] == "aldea"
    assert forms["detenciones"] == "detención"  # a seed, as both are detenci*
    assert forms["permisos de residencia"] == "permiso de residencia"
    assert "familias" in by_themes.vocabulary  # familia does not occur


def test_connectors_of_the_language_stand_inside_learned_phrases():
    texts = ["El banco de alimentos."] * 12 + [f"alfa{n} beta{n % 5}" for n in range(40)]
    ids = [f"d{n}" for n in range(len(texts))]
    corpus = Corpus(pd.DataFrame({"doc_id": ids, "text": texts}))

    spanish = vectorise(corpus, language="es", min_docs=2, max_share=1.0).phrases
    english = vectorise(corpus, language="en", min_docs=2, max_share=1.0).phrases

    assert "banco de alimentos" in set(spanish["phrase"])
    assert "banco de alimentos" not in set(english["phrase"])
    assert connectors("xx") == frozenset()


def test_report_in_spanish_counts_stop_words(corpus, themes):
    report = pruning_report(corpus, themes=themes, min_docs=1).set_index("rule")

    assert report.loc["stop_words", "tokens"] > 200
    assert (
        report["tokens"].sum()
        == vectorise(corpus, themes=themes, min_docs=1).units["n_tokens"].sum()
    )


def test_other_languages_work_by_lists_and_are_refused_without(corpus):
    with pytest.raises(InputError, match=r"no stop list for the language 'pt'.*en, es"):
        vectorise(corpus, language="pt", min_docs=1)

    table = {"familias": "familia"}
    matrix = vectorise(corpus, language="pt", stop_words=["de"], lemmas=table, min_docs=1)

    assert "familia" in matrix.vocabulary
    assert "de" not in matrix.vocabulary


@pytest.mark.parametrize("lemmas", [None, "plurals"])
def test_each_text_has_most_of_the_theme_that_it_speaks_of(corpus, themes, lemmas):
    matrix = vectorise(corpus, themes=themes, lemmas=lemmas, min_docs=1)
    model = KeywordLDA(themes, topics_per_set=1, n_residual=1, random_state=3)

    shares = theme_shares(fit_topics(matrix, model), themes)

    best = shares.loc[shares.groupby("doc_id")["share"].idxmax()]
    assert (best["theme"] == best["spoken_of"]).mean() >= 0.9


def test_run_in_spanish_takes_the_spanish_pack(tmp_path):
    folder = tmp_path / "textos"
    folder.mkdir()
    for number, (_, text) in enumerate(LINES):
        (folder / f"texto-{number:02}.txt").write_text(text, encoding="utf-8")

    study = build_study(RunConfig(source=str(folder), language="es", starts=1, models=("LDA",)))

    assert study.themes.name == "migration_es"
    assert "según" not in study.matrix.vocabulary
    assert study.shares["share"].mean() > 0.05


@pytest.mark.parametrize(("language", "cut_as"), [("es", "es"), ("en", "en"), (None, "en")])
def test_run_cuts_in_the_language_of_its_texts(tmp_path, monkeypatch, language, cut_as):
    class CutError(Exception):
        pass

    def segment(_, *, by, language):
        raise CutError(by, language)

    monkeypatch.setattr("topoi.counted_passages.segment", segment)
    source = tmp_path / "texto.txt"
    source.write_text("La Sra. Pérez pidió asilo.", encoding="utf-8")

    with pytest.raises(CutError) as found:
        build_study(RunConfig(source=str(source), unit="sentence", language=language))

    assert found.value.args == ("sentence", cut_as)


def test_a_word_with_a_space_inside_is_one_word_of_a_pattern():
    assert pattern_of("EE. UU.") == "ee.uu."
    assert pattern_of("visa* EE. UU. frontera") == "visa* ee.uu. frontera"
