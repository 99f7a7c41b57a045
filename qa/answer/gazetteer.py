"""Names of countries, continents and states as they are written, for questions like "which country".

The countries are the members of the United Nations and those that news calls countries; the states those of the United
States, as its questions ask for them by name, with Canada's provinces.
"""

from __future__ import annotations

import re

_COUNTRIES = """
Afghanistan;Albania;Algeria;Andorra;Angola;Argentina;Armenia;Australia;Austria;Azerbaijan;Bahamas;Bahrain;Bangladesh;Barbados
Belarus;Belgium;Belize;Benin;Bhutan;Bolivia;Bosnia;Bosnia and Herzegovina;Botswana;Brazil;Britain;Brunei;Bulgaria
Burkina Faso;Burundi;Cambodia;Cameroon;Canada;Cape Verde;Central African Republic;Chad;Chile;China;Colombia;Comoros;Congo
Costa Rica;Croatia;Cuba;Cyprus;Czech Republic;Czechia;Democratic Republic of the Congo;Denmark;Djibouti;Dominica
Dominican Republic;East Timor;Ecuador;Egypt;El Salvador;England;Equatorial Guinea;Eritrea;Estonia;Eswatini;Ethiopia;Fiji
Finland;France;Gabon;Gambia;Georgia;Germany;Ghana;Greece;Grenada;Guatemala;Guinea;Guinea-Bissau;Guyana;Haiti;Honduras
Hong Kong;Hungary;Iceland;India;Indonesia;Iran;Iraq;Ireland;Israel;Italy;Ivory Coast;Jamaica;Japan;Jordan;Kazakhstan;Kenya
Kiribati;Kosovo;Kuwait;Kyrgyzstan;Laos;Latvia;Lebanon;Lesotho;Liberia;Libya;Liechtenstein;Lithuania;Luxembourg;Madagascar
Malawi;Malaysia;Maldives;Mali;Malta;Marshall Islands;Mauritania;Mauritius;Mexico;Micronesia;Moldova;Monaco;Mongolia
Montenegro;Morocco;Mozambique;Myanmar;Namibia;Nauru;Nepal;Netherlands;New Zealand;Nicaragua;Niger;Nigeria;North Korea
North Macedonia;Northern Ireland;Norway;Oman;Pakistan;Palau;Palestine;Panama;Papua New Guinea;Paraguay;Peru;Philippines
Poland;Portugal;Puerto Rico;Qatar;Romania;Russia;Rwanda;Samoa;San Marino;Saudi Arabia;Scotland;Senegal;Serbia;Seychelles
Sierra Leone;Singapore;Slovakia;Slovenia;Solomon Islands;Somalia;South Africa;South Korea;South Sudan;Spain;Sri Lanka;Sudan
Suriname;Sweden;Switzerland;Syria;Taiwan;Tajikistan;Tanzania;Thailand;Togo;Tonga;Trinidad and Tobago;Tunisia;Turkey;Türkiye
Turkmenistan;Tuvalu;Uganda;Ukraine;United Arab Emirates;UAE;United Kingdom;UK;U.K.;United States;US;U.S.;USA;Uruguay
Uzbekistan;Vanuatu;Vatican;Venezuela;Vietnam;Wales;Yemen;Zambia;Zimbabwe
"""
_STATES = """
Alabama;Alaska;Arizona;Arkansas;California;Colorado;Connecticut;Delaware;Florida;Georgia;Hawaii;Idaho;Illinois;Indiana;Iowa
Kansas;Kentucky;Louisiana;Maine;Maryland;Massachusetts;Michigan;Minnesota;Mississippi;Missouri;Montana;Nebraska;Nevada
New Hampshire;New Jersey;New Mexico;New York;North Carolina;North Dakota;Ohio;Oklahoma;Oregon;Pennsylvania;Rhode Island
South Carolina;South Dakota;Tennessee;Texas;Utah;Vermont;Virginia;Washington;West Virginia;Wisconsin;Wyoming
"""
_PROVINCES = """
Alberta;British Columbia;Manitoba;New Brunswick;Newfoundland;Nova Scotia;Ontario;Prince Edward Island;Quebec;Saskatchewan
"""
_CONTINENTS = "Africa;Antarctica;Asia;Australia;Europe;North America;Oceania;South America"


def _listed(text: str) -> list[str]:
    return [name for name in re.split(r"[;\n]", text) if name]


def _pattern(names: list[str]) -> re.Pattern[str]:
    """The longest first: `South Sudan` is not `Sudan`, nor `Papua New Guinea` three countries."""
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?P<name>{listed})(?![\w-])")


_BY_HEAD = {
    "country": _listed(_COUNTRIES), "nation": _listed(_COUNTRIES), "state": _listed(_STATES),
    "province": _listed(_PROVINCES), "continent": _listed(_CONTINENTS),
}  # fmt: skip
NAMED = {head: _pattern(names) for head, names in _BY_HEAD.items()}
"""What "which country", "which state" may be answered with, wherever it stands in a sentence."""
WHOLE = frozenset(["country", "nation", "continent"])
"""Of these nothing else is one."""
KNOWN = frozenset(name.casefold() for names in _BY_HEAD.values() for name in names)
