"""Names of the months in the main languages of Europe, as datelines write them."""

from __future__ import annotations

_NAMES = (
    "january jan janvier janv januar jänner enero ene gennaio gen janeiro januari stycznia styczeń января янв",
    "february feb février févr fevrier februar feber febrero febbraio fevereiro fev februari lutego luty февраля фев",
    "march mar mars märz mrz marzo março marco maart mrt marca marzec марта мар",
    "april apr avril avr abril abr aprile kwietnia kwiecień апреля апр",
    "may mai mayo maggio mag maio mei maja maj мая май",
    "june jun juin juni junio giugno giu junho czerwca czerwiec июня июн",
    "july jul juillet juil juli julio luglio lug julho lipca lipiec июля июл",
    "august aug août aout agosto ago augustus sierpnia sierpień августа авг",
    "september sep sept septembre septiembre settembre set setembro września wrzesień сентября сен сент",
    "october oct octobre oktober okt octubre ottobre ott outubro out października październik октября окт",
    "november nov novembre noviembre novembro listopada listopad ноября ноя нояб",
    "december dec décembre déc decembre dezember dez diciembre dic dicembre dezembro grudnia grudzień декабря дек",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
