"""Spanish, as a table for the date grammar."""

from .feasts import Feast
from .kinds import Table, alike, listed, many
from .spans import Part, Unit

TABLE = Table(
    language="es",
    words={
        "MONTH": listed(
            "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre"
        ),
        "ABBR": listed("ene feb mar abr may jun jul ago sep/sept oct nov dic"),
        "WEEKDAY": listed("lunes martes miércoles/miercoles jueves viernes sábado/sabado domingo", 0),
        "CARD": listed("un/una/uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince")
        | {"veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "un par de": 2, "una docena de": 12},
        "FEW": alike("algunos algunas varios varias unos unas pocos pocas unos_pocos unas_pocas"),
        "ORD": listed("primer/primero/primera segundo/segunda tercer/tercero/tercera cuarto/cuarta quinto/quinta"),
        "UNIT": {"minuto": Unit.MINUTE, "hora": Unit.HOUR, "día": Unit.DAY, "semana": Unit.WEEK, "mes": Unit.MONTH}
        | {"trimestre": Unit.QUARTER, "semestre": Unit.HALF, "año": Unit.YEAR, "década": Unit.DECADE}
        | {"siglo": Unit.CENTURY, "fin de semana": Unit.WEEKEND},
        "UNITS": {"minutos": Unit.MINUTE, "horas": Unit.HOUR, "días": Unit.DAY, "semanas": Unit.WEEK}
        | {"meses": Unit.MONTH, "trimestres": Unit.QUARTER, "años": Unit.YEAR, "décadas": Unit.DECADE}
        | {"siglos": Unit.CENTURY},
        "SEASON": listed("primavera verano otoño invierno"),
        "HOLIDAY": {"navidad": Feast.CHRISTMAS_DAY, "nochebuena": Feast.CHRISTMAS_EVE, "nochevieja": Feast.NEW_YEARS_EVE}
        | {"año nuevo": Feast.NEW_YEARS_DAY, "día de navidad": Feast.CHRISTMAS_DAY, "reyes": Feast.EPIPHANY}
        | {"viernes santo": Feast.GOOD_FRIDAY, "jueves santo": Feast.MAUNDY_THURSDAY, "epifanía": Feast.EPIPHANY}
        | {"domingo de ramos": Feast.PALM_SUNDAY, "domingo de resurrección": Feast.EASTER_SUNDAY}
        | {"domingo de pascua": Feast.EASTER_SUNDAY, "miércoles de ceniza": Feast.ASH_WEDNESDAY}
        | {"día del trabajo": Feast.MAY_DAY, "día de los trabajadores": Feast.MAY_DAY, "san valentín": Feast.VALENTINES}
        | {"día de todos los santos": Feast.ALL_SAINTS, "día de la hispanidad": Feast.HISPANIC_DAY}
        | {"corpus christi": Feast.CORPUS_CHRISTI},
        "DAYREL": alike("hoy esta_noche esta_mañana esta_tarde") | alike("mañana", 1) | alike("ayer anoche ayer_por_la_noche", -1)
        | alike("anteayer antier antes_de_ayer", -2) | alike("pasado_mañana", 2),
        "DAYPART": alike("por_la_mañana en_la_mañana de_la_mañana")
        | alike("por_la_tarde por_la_noche en_la_noche en_la_tarde de_la_tarde de_la_noche", 12),
        "SOON": alike("poco justo"),
        "LASTP": alike("pasado pasada último última"),
        "LAST": alike("últimos últimas"),
        "COMING": alike("próximo próxima próximos próximas que_viene entrante"),
        "FOLLOWING": alike("siguiente"),
        "PREV": alike("anterior previo previa"),
        "THIS": alike("este esta"),
        "THAT": alike("ese esa aquel aquella"),
        "SAME": alike("mismo misma"),
        "AGOPRE": alike("hace hace_ya hacía"),
        "EARLIER": alike("antes atrás"),
        "LATER": alike("después más_tarde"),
        "PART": alike("a_principios_de principios_de a_principios_del a_comienzos_de comienzos_de", Part.EARLY)
        | alike("a_mediados_de mediados_de a_mediados_del", Part.MID)
        | alike("a_finales_de finales_de a_fines_de fines_de a_finales_del finales_del", Part.LATE),
        "EDGE": alike("inicio inicios comienzo", Part.START) | alike("fin final finales", Part.END),
        "SINCE": alike("desde"),
        "UNTIL": alike("hasta"),
        "BY": alike("para"),
        "FROM": alike("a_partir_de a_partir_del"),
        "TO": alike("a al hasta_el"),
        "BETWEEN": alike("entre"),
        "AND": alike("y e"),
        "OF": alike("de del"),
        "IN": alike("en durante dentro_de"),
        "BEFORE": alike("antes_de antes_del"),
        "AFTER": alike("después_de después_del tras"),
        "THE": alike("el la los las"),
        "HER": alike("su sus nuestro nuestra mi mis"),
        "OVER": alike("en_los en_las durante_los durante_las"),
        "PREP": alike("por con sin contra sobre bajo hacia como"),
        "DAYNEXT": alike("al_día_siguiente el_día_siguiente", 1),
        "DAYPREV": alike("la_víspera el_día_anterior el_día_antes", -1) | alike("la_antevíspera", -2),
        "EVE": alike("víspera vísperas"),
        "FISCAL": alike("fiscal"),
        "DECADEWORD": alike("años_20 años_veinte", 2) | alike("años_30 años_treinta", 3) | alike("años_40", 4)
        | alike("años_50 años_cincuenta", 5) | alike("años_60 años_sesenta", 6) | alike("años_70 años_setenta", 7)
        | alike("años_80 años_ochenta", 8) | alike("años_90 años_noventa", 9),
        "MORE": alike("más_de"),
        "ABOUT": alike("casi cerca_de unos_aprox alrededor_de aproximadamente"),
        "MEASURE": alike(
            "personas soldados hombres mujeres militares civiles euros dólares pesos metros "
            "kilómetros km toneladas "
            "hectáreas habitantes empleos viviendas muertos heridos votos"
        ),
        "BE": alike("fue es era será"),
        "NAME": alike("marcha_por la_mañana"),
        "ZONE": alike("gmt utc hora_local"),
        "NOON": alike("mediodía", 12) | alike("medianoche", 0),
        "EVERY": alike("cada todos_los todas_las"),
    },
    past=many(
        """
        fue fueron dijo murió hubo era eran había habían ha han hizo dio puso tuvo estuvo pudo quiso
        vino trajo hicieron dieron pusieron tuvieron estuvieron quedó cayó nació
        """
    ),
    past_endings=("ó", "aron", "ieron", "aba", "aban"),
    future=many(
        """
        va van debe deben prevé prevén planea planean espera esperan previsto prevista previstos
        programado programada programadas fijado fijada quiere quieren podría podrían próximo
        """
    ),
    future_endings=("rá", "rán", "ría", "rían"),
    future_not=many("mayoría secretaría habría minería"),
    ahead=many("comienza comienzan empieza empiezan abre abren"),
    stamps=many("publicado actualizado el por fecha de del a las min lectura y"),
    asks_when=("cuándo", "cuando", "en qué fecha", "qué día", "en qué año"),
    asks_latest=("últimas noticias", "más reciente", "más recientes", "lo último"),
    asks_as_of=("a fecha de", "a fecha del"),
    asks_published=("publicó", "publicado", "informó", "noticias", "artículos", "la prensa"),
    openers=many("y e pero o que quien cuando si porque donde mientras aunque"),
    planned=many("elección elecciones reunión cumbre audiencia referéndum partido final votación"),
    reporting=many(
        """
        dijo declaró anunció informó reportó afirmó indicó reveló confirmó agregó difundió publicó
        comunicado según señaló aseguró
        """
    ),
)  # fmt: skip
