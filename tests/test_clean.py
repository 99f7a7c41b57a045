"""Furniture is marked, exactly; no sentence of a story is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from qa.ingest import clean

SEEDS = Path(__file__).parent.parent / "seeds"
STORY = (
    "The river rose by two metres overnight and flooded the lower part of the town, the mayor said.",
    "Some 300 people spent the night in the gymnasium of the school, and more were expected on Tuesday.",
    "Helpers from three districts filled sandbags along the dam until the water began to fall.",
)
BODY = "\n\n".join(STORY)


def seed(number: str) -> str:
    return next(SEEDS.glob(f"{number}_*.txt")).read_text(encoding="utf-8")


def marked(text: str, *, title: str = "") -> list[str]:
    return [text[start:end] for start, end in clean.page(text, title=title).furniture]


def unmarked(text: str, *, title: str = "") -> str:
    """What is left of a text as evidence, a line each."""
    left, last = [], 0
    for start, end in clean.page(text, title=title).furniture:
        left.append(text[last:start])
        last = end
    return "\n".join(line.strip() for line in "".join([*left, text[last:]]).splitlines() if line.strip())


def around(*, above: str = "", below: str = "") -> str:
    return "\n\n".join(part for part in (above, BODY, below) if part)


# -- the seeds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "place"), [("000", "01.05.2024, Niamey."), ("001", "13.04.2024, Niamey.")]
)
def test_of_an_agency_text_the_headline_the_dateline_and_the_source_are_marked(
    number: str, place: str
) -> None:
    text = seed(number)
    page = clean.page(text)
    assert marked(text) == [f"{page.title}\n\n{place}", "Source: Rossa Primavera News Agency"]
    assert page.publisher == "Rossa Primavera News Agency"
    assert text.startswith(page.title)


def test_the_headline_of_002_is_found_under_its_breadcrumb() -> None:
    assert clean.page(seed("002")).title == "Niger Welcomes Russian Military Trainers Amid Tensions with U.S."


def test_in_002_the_top_of_the_page_and_all_teasers_are_marked() -> None:
    text = seed("002")
    top, tail = clean.page(text).furniture
    assert text[slice(*top)].startswith("Home News Niger Welcomes")
    assert text[slice(*top)].endswith("Photo Source: Crux on YouTube.")
    assert "\n428\n" in text[slice(*top)]
    assert text[slice(*tail)].startswith("About The Author\n\nRelated Articles\n\nFake Gynecologist")
    assert text[slice(*tail)].endswith("unveiled its flag today in a...")
    assert tail[1] == len(text.rstrip())


def test_no_sentence_of_002s_story_is_marked() -> None:
    left = unmarked(seed("002")).splitlines()
    assert len(left) == 10
    assert left[0].startswith("Russian military trainers arrived in Niger on Wednesday")
    assert left[-1].endswith("achieve sovereignty, the broadcast said.")


def test_in_003_the_repeats_the_authors_block_and_the_takeaways_are_marked() -> None:
    text = seed("003")
    headline = "Niger Seeks Russian Training for Security Forces Amid US Troop Withdrawal"
    first, block, takeaways = marked(text)
    assert first == headline
    assert (
        block == f"author-image\nNasiru Eneji Abdulrasheed\nUpdated On\nNew Update\n{headline}\n\n{headline}"
    )
    assert takeaways.startswith("Key Takeaways\n\n  • Niger seeks")
    assert takeaways.endswith("with Niger seeking continued support.")


def test_no_sentence_of_003s_story_is_marked() -> None:
    left = unmarked(seed("003")).splitlines()
    assert len(left) == 9
    assert left[1].startswith("Niger's Minister of Interior, Mohamed Toumba")
    assert left[-1].endswith("even as the physical presence of American troops diminishes.")


def test_in_004_the_repeats_the_caption_and_the_newsletter_box_are_marked() -> None:
    text = seed("004")
    top, box = marked(text)
    assert top.startswith("Russian Military Instructors Arrive in Niger for Army Training Mission")
    assert "EPACopyright: EPA The instructors" in top
    assert top.endswith("Arrive in Niger for an army Mission")
    assert box.startswith("Related Posts\n\nIlluminating the Promise")
    assert box.endswith("enrich your AFRICA OTR experience.")


def test_no_sentence_of_004s_story_is_marked() -> None:
    left = unmarked(seed("004")).splitlines()
    assert len(left) == 6
    assert left[0].startswith("Russian military instructors have made their presence known")
    assert left[-1].endswith("regional and international actors alike.")


# -- other pages -------------------------------------------------------------------------------------------

BELOW = [
    "Related Stories\n\nBridge Closed After Storm\n\nThe old bridge over the river was closed on...",
    "You may also like\nTen places to swim this summer\nWhy rivers flood\nThe best boots for rain",
    "Lire aussi\n\nLa rivière déborde dans le sud\n\nLe maire promet des digues",
    "Lesen Sie auch\n\nHochwasser im Süden\nBürgermeister verspricht Deiche",
    "Noticias relacionadas\n\nEl río se desborda en el sur",
    "Читайте также\n\nРека вышла из берегов на юге",
    "Read also: Bridge closed after storm",
    "More: Why rivers flood",
    "More from the Post\n\n> Bridge closed after storm\n> Why rivers flood",
    "More from the Post: Bridge closed after storm | Why rivers flood | Subscribe",
    "Also in the news: Bridge closed after storm. Pilots' strike: what passengers need to know.",
    "MOST READ: Bridge closed after storm - Why rivers flood",
    "Photo: Helpers carry sandbags to the dam on Monday. (Valley Post/J. Roe)",
    "Subscribe to the Post's river podcast, new episodes every Thursday.",
    "Sign up to Valley Morning, our free briefing, delivered every weekday at 6.30am.",
    "Lees ook: Brug dicht na storm",
    "Tags: flood, river, weather",
    "Share this on Facebook, Twitter and WhatsApp",
    "412 Shares",
    "Sign up for our newsletter and get the day's news in your inbox every morning.",
    "We use cookies to improve your experience. Accept all cookies",
    "Abonnez-vous à notre newsletter pour recevoir l'essentiel chaque matin dans votre boîte mail.",
    "Melden Sie sich für unseren Newsletter an, dann haben Sie die Nachrichten jeden Morgen in Ihrem Postfach.",
    "About The Author\n\nJane Roe writes about rivers. She studied in Leeds and lives by the sea.",
    "Leave a Reply\n\nBob: This is what they always say about the dam.\n\nAnn: I was there and it was worse.",
    "(Reporting by Jane Roe in Leeds; Editing by John Doe)",
    "© 2024 The Valley Post. All rights reserved.",
    "Source: Valley News Agency",
    "Helpers carry sandbags to the dam on Monday. Jane Roe/Getty Images",
    "A flooded street in the lower town. Photo: Valley Fire Brigade",
    "Key Takeaways\n\n• The river rose by two metres.\n• 300 people slept in a gymnasium.",
    "Das Wichtigste in Kürze\n\n- Der Fluss stieg um zwei Meter.\n- 300 Menschen schliefen in der Turnhalle.",
    "Advertisement",
]
ABOVE = [
    "Home > News > Weather\n\nRiver floods the lower town\n\nBy Jane Roe\nPublished 3 May 2024 10:12\n5 min read",
    "River floods the lower town\nRiver floods the lower town\n\n1.2K\nShares",
    "Startseite › Panorama\nRiver floods the lower town",
    "WeatherNews\n\nRiver floods the lower town\n\n17",
]


@pytest.mark.parametrize("below", BELOW)
def test_what_stands_below_a_story_is_marked_and_the_story_is_not(below: str) -> None:
    text = around(below=below)
    assert marked(text, title="River floods the lower town") == [below]


@pytest.mark.parametrize("above", ABOVE)
def test_what_stands_above_a_story_is_marked_and_the_story_is_not(above: str) -> None:
    text = around(above=above)
    assert marked(text) == [above]
    assert clean.page(text).title == "River floods the lower town"


def test_the_byline_gives_the_author() -> None:
    assert clean.page(around(above=ABOVE[0])).authors == ("Jane Roe",)


def test_the_story_goes_on_after_a_box_of_links_in_its_middle() -> None:
    box = "Read more\n\nBridge Closed After Storm\n\nWhy Rivers Flood"
    text = f"{STORY[0]}\n\n{box}\n\n{STORY[1]}\n\n{STORY[2]}"
    assert marked(text, title="River floods") == [box]


TRAPS = [
    "Related charges against two contractors were dropped on Monday.",
    "Photo evidence of the break was shown to the council on Monday night.",
    "The photo shows water: brown, fast, and full of timber.",
    "“We waited and waited and then...” he said.",
    "“I do not know what to say...”",
    "He resigned.",
    "She was 81.",
    "Nobody was hurt.",
    "Share prices of the two insurers fell by nine per cent after the flood.",
    "The newspaper said that it would stop its newsletter and delete the personal data of subscribers.",
    "“You agree to our terms or you leave,” the manager said.",
    "Sites must ask before they set cookies, the court ruled, whatever your preferences or the privacy policy say.",
    "Source code of the alarm system was published later.",
    "By Tuesday evening the water had fallen.",
    "Read more books, the librarian told the children in the gymnasium.",
    "About the author of the plan nothing is known.",
    "Key takeaways from the last flood were ignored, engineers said.",
    "Comments by the minister did not help.",
    "Subscribe they did: 4,000 people joined the flood fund.",
    "Dead: 12",
    "More from the fund will be paid out on Monday.",
    "Sign up they did, and the list grew long.",
    "Elsewhere: two more dams broke, and forty people were led to safety.",
    "The copyright: nobody knows who owns it.",
    "Video of the wave was seen 2 million times.",
    "In 2023 the town spent 2.4 million on the dam.",
    "Updated flood maps will be shown on 3 May 2024.",
    "Image is everything: that is what the mayor believed.",
    "More: that is what people wanted, and what they did not get from the town.",
]


@pytest.mark.parametrize("sentence", TRAPS)
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_sentence_that_only_sounds_like_furniture_is_left_alone(sentence: str, place: int) -> None:
    parts = [*STORY[:place], sentence, *STORY[place:]]
    assert marked("\n\n".join(parts), title="River floods the lower town") == []


def test_a_text_of_short_paragraphs_is_left_alone() -> None:
    text = "The dam broke\n\nIt rained.\n\nThe dam broke at noon.\n\nNobody was hurt."
    assert marked(text) == ["The dam broke"]


def test_a_text_that_is_all_takeaways_is_left_alone() -> None:
    text = "Key Takeaways\n\n• The river rose by two metres.\n• 300 people slept in a gymnasium."
    assert "300 people slept" in unmarked(text)


def test_a_single_sentence_is_the_story() -> None:
    text = "The river rose by two metres overnight and flooded the lower part of the town."
    assert marked(text) == []
    assert clean.page(text).title == text


def test_offsets_hold_with_windows_line_ends() -> None:
    text = around(above="River floods the lower town", below="Advertisement").replace("\n", "\r\n")
    assert marked(text) == ["River floods the lower town", "Advertisement"]


def test_an_empty_text_has_no_furniture() -> None:
    assert clean.page("  \n ") == clean.Page()


@pytest.mark.parametrize(
    "part", ["(", "1", "x\n", "By a ", "Related Articles\n", "Photo: ", "- ", "Share ", "May "]
)
def test_no_text_takes_long_to_judge(part: str) -> None:
    begun = time.process_time()
    clean.page(part * 300_000)
    assert time.process_time() - begun < 5


def test_what_has_no_headline_is_called_by_its_address() -> None:
    lost = "1. How relevant is this ad to you?\n\nVideo player was slow to load content. Ad froze."
    url = "https://www.example.org/videos/world/2022/10/10/stromboli-volcano-eruption-sot.cnn"
    assert clean.page(lost, url=url).title == "Stromboli volcano eruption sot"
    assert clean.page("Washington CNN —\n\nThe agency will hire again.", url=url).title.startswith(
        "Stromboli"
    )
    assert clean.page("Volcano erupts in Italy\n\nIt smoked.", url=url).title == "Volcano erupts in Italy"
    assert (
        clean.page("It smoked for a day.", url="https://example.org/p/12345").title == "It smoked for a day."
    )
    assert clean.page("It smoked for a day.", url="http://[broken").title == "It smoked for a day."
