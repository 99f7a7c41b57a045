"""English, as a table for the date grammar."""

from .feasts import Feast
from .kinds import Table, alike, listed, many
from .spans import Part, Unit

_FEASTS = {
    "new year's day": Feast.NEW_YEARS_DAY,
    "new year's eve": Feast.NEW_YEARS_EVE,
    "new year's": Feast.NEW_YEARS_DAY,
    "christmas": Feast.CHRISTMAS_DAY,
    "christmas day": Feast.CHRISTMAS_DAY,
    "xmas": Feast.CHRISTMAS_DAY,
    "christmas eve": Feast.CHRISTMAS_EVE,
    "boxing day": Feast.BOXING_DAY,
    "easter": Feast.EASTER_SUNDAY,
    "easter sunday": Feast.EASTER_SUNDAY,
    "good friday": Feast.GOOD_FRIDAY,
    "easter monday": Feast.EASTER_MONDAY,
    "palm sunday": Feast.PALM_SUNDAY,
    "ash wednesday": Feast.ASH_WEDNESDAY,
    "maundy thursday": Feast.MAUNDY_THURSDAY,
    "holy thursday": Feast.MAUNDY_THURSDAY,
    "holy saturday": Feast.HOLY_SATURDAY,
    "ascension day": Feast.ASCENSION,
    "pentecost": Feast.PENTECOST,
    "shrove tuesday": Feast.SHROVE_TUESDAY,
    "mardi gras": Feast.SHROVE_TUESDAY,
    "thanksgiving": Feast.THANKSGIVING,
    "thanksgiving day": Feast.THANKSGIVING,
    "black friday": Feast.BLACK_FRIDAY,
    "cyber monday": Feast.CYBER_MONDAY,
    "giving tuesday": Feast.GIVING_TUESDAY,
    "halloween": Feast.HALLOWEEN,
    "valentine's day": Feast.VALENTINES,
    "st. patrick's day": Feast.ST_PATRICKS,
    "fourth of july": Feast.US_INDEPENDENCE,
    "4th of july": Feast.US_INDEPENDENCE,
    "labor day": Feast.LABOR_DAY,
    "memorial day": Feast.MEMORIAL_DAY,
    "may day": Feast.MAY_DAY,
    "veterans day": Feast.VETERANS_DAY,
    "armistice day": Feast.VETERANS_DAY,
    "remembrance day": Feast.VETERANS_DAY,
    "juneteenth": Feast.JUNETEENTH,
    "martin luther king jr. day": Feast.MLK_DAY,
    "martin luther king day": Feast.MLK_DAY,
    "mlk day": Feast.MLK_DAY,
    "presidents' day": Feast.PRESIDENTS_DAY,
    "presidents day": Feast.PRESIDENTS_DAY,
    "columbus day": Feast.COLUMBUS_DAY,
    "election day": Feast.ELECTION_DAY,
    "super tuesday": Feast.SUPER_TUESDAY,
    "inauguration day": Feast.INAUGURATION_DAY,
    "bastille day": Feast.BASTILLE_DAY,
    "all saints' day": Feast.ALL_SAINTS,
    "epiphany": Feast.EPIPHANY,
    "guy fawkes night": Feast.GUY_FAWKES,
    "bonfire night": Feast.GUY_FAWKES,
    "april fools' day": Feast.APRIL_FOOLS,
    "april fool's day": Feast.APRIL_FOOLS,
    "international women's day": Feast.WOMENS_DAY,
    "groundhog day": Feast.GROUNDHOG_DAY,
}
_NAMES = alike(
    "march_for march_of_dimes march_on_rome march_on_washington march_madness march_hare "
    "women's_march long_march "
    "million_man_march theresa_may brian_may april_fool wild_march may_fourth_movement "
    "sunday_times sunday_telegraph sunday_mail sunday_mirror sunday_express sunday_world sunday_independent "
    "sunday_post sunday_people sunday_night_football monday_night_football thursday_night_football "
    "monday_night_raw saturday_night_live saturday_evening_post friday_night_lights sheffield_wednesday "
    "bloody_sunday bloody_monday black_monday black_wednesday black_sunday black_thursday black_tuesday "
    "black_saturday ruby_tuesday taco_tuesday casual_friday freaky_friday girl_friday man_friday fat_tuesday friday_mosque "
    "red_wednesday blue_monday wednesday_addams tuesday_weld fridays_for_future sunday_school "
    "usa_today russia_today today_show india_today today_programme psychology_today tomorrow_never_dies "
    "arab_spring prague_spring silent_spring seoul_spring winter_olympics winter_games "
    "summer_olympics summer_games "
    "winter_palace winter_paralympics summer_paralympics palm_springs october_revolution february_revolution "
    "july_monarchy black_september red_october easter_island easter_egg easter_eggs easter_rising "
    "christmas_island september_dossier mr_may mrs_may ms_may mr._may mrs._may prime_minister_may"
)
_LISTED_MEASURES = """
    people troops soldiers men women children civilians residents students workers employees jobs homes houses
    villages cases deaths votes seats points dollars euros pounds rubles roubles yen yuan francs naira
    metres meters miles kilometres kilometers km m feet ft kg tons tonnes barrels words pages square
    calories hectares acres servicemen migrants refugees fighters police officers members fans tickets cars
    vehicles tanks shells rounds missiles drones copies patients victims survivors passengers prisoners
    hostages protesters demonstrators families households rpm watts volts hp degrees percent per million
    billion thousand
"""
_IRREGULAR = """
    was were had did said told met went came took gave made found left began broke brought built bought caught
    chose drew drove ate fell felt fought flew forgot froze got grew heard held hid hit kept knew laid led
    lent lost meant paid put ran rang rose sang sank sat saw sold sent set shook shot showed shut slept
    spoke spent spread stood stole stuck struck swore swept swam taught tore thought threw understood woke
    wore won wrote withdrew became overcame overtook undertook upheld sought fled bled rode blew dug cut
    quit hurt beat burst cast cost bid split burnt learnt leapt knelt dealt crept clung flung hung swung
    stung sprang shrank drank lit sped slid been broadcast thrust arisen done gone taken given seen known
    shown driven written fallen born stolen broken beaten sworn chosen forced upset misled oversaw
"""
_FINITE = """
    was were had did said went came took gave began chose drew drove ate fell flew forgot froze grew knew rang rose
    sang sank saw shook spoke stole swore swam tore threw wore wrote withdrew became overtook undertook blew
"""
_PAST_NOT = """
    need needs indeed hundred speed seed feed breed bed red shed sled united embed exceed proceed succeed
    greed weed deed reed creed steed unprecedented sacred naked wicked crooked rugged agreed-upon alleged
    so-called supposed armed wounded unmanned limited related beloved indebted
"""
_FUTURE = """
    will 'll shall would could should might must wo expected scheduled due planned plans plan slated poised
    likely upcoming going hopes hope hoping intends intend aims aim wants want vowed vows pledged pledges
    promised promises preparing prepares prepare agreed expects expect expecting hoped planning billed
    tipped forthcoming postponed delayed rescheduled adjourned threatens threatened looms awaits await
    awaiting looming eyes may
"""
_AHEAD = """
    begins begin starts start opens open meets meet kicks leaves leave resumes resume reopens reopen closes
    close arrives arrive visits hosts host play plays face ends expires expire departs launches convenes premieres faces
"""
_AHEAD_PAIRS = """
    takes_effect take_effect takes_office take_office takes_place take_place takes_over comes_into come_into
    goes_to go_to goes_on go_on goes_before heads_to head_to falls_on runs_until runs_through run_until run_through lasts_until lasts_through votes_on vote_on plays_at
    gets_under get_under takes_on take_on returns_to comes_up airs_on goes_into go_into holds_ runs_ run_ lasts_ last_ continues_ stays_
"""

TABLE = Table(
    language="en",
    capitals=True,
    words={
        "MONTH": {"january": 1, "february": 2, "july": 7, "september": 9, "october": 10, "november": 11}
        | {"december": 12},
        "MAYBE": {"march": 3, "april": 4, "may": 5, "june": 6, "august": 8},
        "ABBR": listed("jan feb mar apr _ jun jul aug sep/sept oct nov dec"),
        "WEEKDAY": listed("monday tuesday wednesday thursday friday saturday sunday", 0),
        "WDABBR": listed("mon tue/tues wed/weds thu/thur/thurs fri sat sun", 0),
        "CARD": listed(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        )
        | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
        | {"couple of": 2, "dozen": 12, "hundred": 100},
        "FEW": alike("few several some many number_of handful_of"),
        "ORD": listed("first second third fourth fifth sixth seventh eighth ninth tenth")
        | {"eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16}
        | {"seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21},
        "UNIT": {"minute": Unit.MINUTE, "hour": Unit.HOUR, "day": Unit.DAY, "week": Unit.WEEK}
        | {"month": Unit.MONTH, "quarter": Unit.QUARTER, "year": Unit.YEAR, "decade": Unit.DECADE}
        | {"century": Unit.CENTURY, "weekend": Unit.WEEKEND, "half": Unit.HALF, "fortnight": Unit.FORTNIGHT},
        "UNITS": {"minutes": Unit.MINUTE, "hours": Unit.HOUR, "days": Unit.DAY, "weeks": Unit.WEEK}
        | {"months": Unit.MONTH, "quarters": Unit.QUARTER, "years": Unit.YEAR, "decades": Unit.DECADE}
        | {"centuries": Unit.CENTURY, "weekends": Unit.WEEKEND},
        "SEASON": listed("spring summer autumn winter") | {"springtime": 1, "summertime": 2, "wintertime": 4},
        "FALL": {"fall": 3},
        "HOLIDAY": _FEASTS,
        "DAYREL": alike("today tonight") | alike("yesterday", -1) | alike("tomorrow", 1)
        | alike("day_before_yesterday", -2) | alike("day_after_tomorrow", 2),
        "OVERNIGHT": alike("overnight"),
        "DAYPART": alike("morning") | alike("afternoon evening night", 12),
        "DECADEWORD": listed("twenties thirties forties fifties sixties seventies eighties nineties", 2),
        "LAST": alike("last"),
        "PAST": alike("past"),
        "RECENT": alike("recent"),
        "PREV": alike("previous preceding prior"),
        "NEXT": alike("next"),
        "COMING": alike("coming upcoming"),
        "FOLLOWING": alike("following ensuing subsequent"),
        "THIS": alike("this"),
        "THAT": alike("that"),
        "SAME": alike("same very_same"),
        "AGO": alike("ago"),
        "EARLIER": alike("earlier previously beforehand"),
        "LATER": alike("later afterward afterwards"),
        "ONWARD": alike("onward onwards on_and_after"),
        "BEFORE": alike("before prior_to ahead_of"),
        "AFTER": alike("after"),
        "ENDED": alike("ended", -1) | alike("ending ends"),
        "FROMNOW": alike("from_now from_today hence"),
        "TIMEWORD": alike("time"),
        "PART": alike("early very_early", Part.EARLY) | alike("mid middle", Part.MID) | alike("late very_late", Part.LATE),
        "EDGE": alike("start beginning", Part.START)
        | alike("end close", Part.END),
        "SINCE": alike("since ever_since"),
        "UNTIL": alike("until till through up_to up_until til"),
        "BY": alike("by no_later_than"),
        "FROM": alike("from starting effective as_of beginning_on starting_on"),
        "TO": alike("to"),
        "BETWEEN": alike("between"),
        "AND": alike("and"),
        "OF": alike("of"),
        "IN": alike("in during throughout within"),
        "ON": alike("on"),
        "AT": alike("at"),
        "THE": alike("the"),
        "AN": alike("a an", 1),
        "HER": alike("his her their its my our your"),
        "OVER": alike("over for"),
        "PREP": alike(
            "with without into onto upon against under towards toward via per than as like if while when "
            "or but because said says whether so"
        ),
        "BACK": alike("as_far_back_as"),
        "FINAL": alike("final closing"),
        "FISCAL": alike("fiscal financial"),
        "MORE": alike("more_than over_about well_over just_over at_least"),
        "ABOUT": alike("about nearly almost around roughly approximately exactly just barely only under"),
        "SOON": alike("shortly soon a_little"),
        "EVE": alike("eve"),
        "SOFAR": alike("so_far"),
        "MEASURE": alike(_LISTED_MEASURES),
        "BE": alike("was is will has had saw began brought marked"),
        "NAME": _NAMES,
        "AMPM": alike("am a.m. a.m", 0) | alike("pm p.m. p.m", 12),
        "ZONE": alike("gmt utc et est edt ct cst cdt mt mst mdt pt pst pdt bst ist cet cest eet eest msk jst kst wat "
                      "cat eat sast aest aedt local_time moscow_time eastern_time eastern o'clock "
                      "eastern_daylight_time greenwich_mean_time central_european_time"),
        "NOON": alike("noon midday", 12) | alike("midnight", 0),
        "NEWYEAR": alike("new_year"),
        "EVERY": alike("every each most_every"),
    },
    past=many(_IRREGULAR),
    past_endings=("ed",),
    past_not=many(_PAST_NOT),
    future=many(_FUTURE),
    ahead=many(_AHEAD),
    infinitive=many("to"),
    finite=many(_FINITE),
    grants=many("gave given giving granted remanded adjourned extended banned barred"),
    adjectives=many("likely upcoming forthcoming looming"),
    money=many(
        """
        results earnings profit profits revenue revenues sales loss losses growth forecast forecasts guidance outlook
        demand output income gdp margin margins shipments deliveries orders economy inflation turnover bookings
        """
    ),
    greens=many("birdie birdies bogey bogeyed birdied par eagle putt hole holes fairway green tee floor"),
    governs=many(_FUTURE)
    | many("forecast predicted projected set ready able deadline bid invited ordered hopeful voted decided asked urged opted resolved"),
    promises=many("promised agreed vowed pledged threatened hoped planned wanted"),
    stamps=many(
        """
        published updated posted last modified on at by date dated first created time am pm est et gmt
        utc min read minutes minute is and from of the written filed issued release for immediate
        """
    ),
    asks_when=("when", "what date", "which date", "what day", "which day", "what year", "which year", "how long ago"),
    asks_latest=("latest", "most recent", "most recently", "newest", "up to date", "up-to-date"),
    asks_as_of=("as of", "as at", "known by", "known on", "known until", "known before", "known up to"),
    asks_published=(
        "reported", "published", "news from", "news of", "news on", "articles from", "articles of", "coverage",
        "headlines", "in the news", "papers say", "press say", "reports from", "reports of", "stories from", "written",
    ),
    ahead_pairs=many(_AHEAD_PAIRS),
    back=many("back"),
    perfect=many("has have 've"),
    toward=many("for to"),
    moved=many("moved brought pushed shifted switched"),
    prospects=many("chance chances odds prospect probability likelihood possibility risk"),
    either=many("cut bid hit shot split spread burst broadcast"),
    counts=many("a an another the second third further rate tax"),
    deferred=many("postponed delayed rescheduled adjourned"),
    be=many("is are be am 's 're"),
    articles=many("the a an this that his her their its"),
    was=many("was were been"),
    openers=many(
        """
        and but or that while when as if because which who where although though after before
        """
    ),
    relatives=many("who whom whose which where that when"),
    subordinators=many("after before since when while because although though until if once whereas as following ahead"),
    prepositions=many("after before since until following ahead as"),
    joins=many("and but or then"),
    thats=many("that"),
    tells=many("told informed"),
    pronouns=many("he she it they we i you there his her their its this these those"),
    subjects=many("he she it they we i you"),
    adverbs=many("first last once since then newly now not only also later still long just"),
    modals=many("will would shall should may might can could must cannot 'll has have had is are was were be been"),
    small=many(
        """
        of in on at to for from by with about over under into near off against between among through during within
        without upon towards as than and or but nor so not
        """
    ),
    gerund=("ing",),
    planned=many(
        """
        election elections vote meeting summit deadline hearing referendum game match final runoff poll
        polls window talks debate ceremony inauguration funeral wedding conference launch tournament
        race fight ballot primary caucus trial opener kickoff concert rally report session
        """
    ),
    results=many(
        """
        results earnings profit profits revenue revenues sales loss losses figures report numbers net
        income gdp growth
        """
    ),
    reporting=many(
        """
        said says say told shown showed featured televised announced announces announcing informed
        reported reports reporting stated revealed confirmed disclosed declared declares added broadcast
        broadcasts aired tweeted posted published known statement interview according briefing press
        spokesman spokeswoman spokesperson conference wrote acknowledged claimed noted testified learned
        emerged released unveiled warned insisted denied
        """
    ),
)  # fmt: skip
