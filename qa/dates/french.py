"""French, as a table for the date grammar."""

from .feasts import Feast
from .kinds import Table, alike, listed, many
from .spans import Part, Unit

TABLE = Table(
    language="fr",
    words={
        "MONTH": listed(
            "janvier février/fevrier mars avril mai juin juillet août/aout septembre octobre novembre "
            "décembre/decembre"
        ),
        "ABBR": listed("janv fév/févr _ avr _ _ juil _ sept oct nov déc"),
        "WEEKDAY": listed("lundi mardi mercredi jeudi vendredi samedi dimanche", 0),
        "CARD": listed("un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize")
        | {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "une dizaine de": 10, "une dizaine d'": 10},
        "FEW": alike("quelques plusieurs"),
        "ORD": listed("premier/première/premiere deuxième/second/seconde troisième quatrième cinquième")
        | {"dernier jour": 99},
        "UNIT": {"minute": Unit.MINUTE, "heure": Unit.HOUR, "jour": Unit.DAY, "journée": Unit.DAY}
        | {"semaine": Unit.WEEK, "mois": Unit.MONTH, "trimestre": Unit.QUARTER, "semestre": Unit.HALF}
        | {"an": Unit.YEAR, "année": Unit.YEAR, "décennie": Unit.DECADE, "siècle": Unit.CENTURY}
        | {"week-end": Unit.WEEKEND, "weekend": Unit.WEEKEND},
        "UNITS": {"minutes": Unit.MINUTE, "heures": Unit.HOUR, "jours": Unit.DAY, "semaines": Unit.WEEK}
        | {"trimestres": Unit.QUARTER, "ans": Unit.YEAR, "années": Unit.YEAR, "décennies": Unit.DECADE}
        | {"siècles": Unit.CENTURY},
        "SEASON": listed("printemps été automne hiver"),
        "HOLIDAY": {"noël": Feast.CHRISTMAS_DAY, "pâques": Feast.EASTER_SUNDAY, "nouvel an": Feast.NEW_YEARS_DAY}
        | {"jour de l'an": Feast.NEW_YEARS_DAY, "saint-sylvestre": Feast.NEW_YEARS_EVE, "toussaint": Feast.ALL_SAINTS}
        | {"vendredi saint": Feast.GOOD_FRIDAY, "lundi de pâques": Feast.EASTER_MONDAY, "pentecôte": Feast.PENTECOST}
        | {"fête du travail": Feast.MAY_DAY, "fête nationale": Feast.BASTILLE_DAY, "ascension": Feast.ASCENSION}
        | {"saint-valentin": Feast.VALENTINES, "mercredi des cendres": Feast.ASH_WEDNESDAY}
        | {"assomption": Feast.ASSUMPTION, "mardi gras": Feast.SHROVE_TUESDAY},
        "DAYREL": alike("aujourd'hui ce_soir") | alike("hier hier_soir", -1) | alike("demain", 1)
        | alike("avant-hier", -2) | alike("après-demain", 2),
        "DAYPART": alike("matin matinée au_matin") | alike("soir après-midi nuit soirée au_soir", 12),
        "SOON": alike("peu juste"),
        "LASTP": alike("dernier dernière passé passée écoulé écoulée"),
        "LAST": alike("derniers dernières"),
        "COMING": alike("prochain prochaine prochains prochaines"),
        "FOLLOWING": alike("suivant suivante"),
        "PREV": alike("précédent précédente"),
        "THIS": alike("ce cet cette"),
        "THAT": alike("ce_même cette_même"),
        "SAME": alike("même"),
        "AGOPRE": alike("il_y_a voici voilà voilà_déjà il_y_a_déjà"),
        "EARLIER": alike("plus_tôt auparavant"),
        "LATER": alike("plus_tard"),
        "PART": alike("début", Part.EARLY) | alike("mi à_la_mi", Part.MID) | alike("fin", Part.LATE),
        "EDGE": alike("au_début le_début dès_le_début", Part.START) | alike("à_la_fin la_fin", Part.END)
        | alike("au_milieu le_milieu", Part.MID),
        "SINCE": alike("depuis dès"),
        "UNTIL": alike("jusqu'à jusqu'au jusqu'en jusque"),
        "BY": alike("d'ici d'ici_à d'ici_au d'ici_le"),
        "FROM": alike("à_partir_de à_partir_du à_compter_de à_compter_du"),
        "TO": alike("à au"),
        "BETWEEN": alike("entre"),
        "AND": alike("et"),
        "OF": alike("de d des du"),
        "IN": alike("en durant pendant dans courant fin_en"),
        "BEFORE": alike("avant"),
        "AFTER": alike("après"),
        "THE": alike("le la les l l'"),
        "HER": alike("son sa ses leur leurs notre nos mon ma mes"),
        "OVER": alike("ces au_cours_des au_cours_de pendant_les depuis_les"),
        "PREP": alike("par pour sans avec contre sur sous chez"),
        "BACK": alike("dès_le_mois_de"),
        "DAYNEXT": alike("lendemain le_lendemain", 1) | alike("surlendemain le_surlendemain", 2),
        "DAYPREV": alike("la_veille", -1) | alike("l'avant-veille", -2),
        "EVE": alike("veille"),
        "FISCAL": alike("exercice l'exercice"),
        "DECADEWORD": alike("années_20 années_vingt", 2) | alike("années_30 années_trente", 3)
        | alike("années_40 années_quarante", 4) | alike("années_50 années_cinquante", 5)
        | alike("années_60 années_soixante", 6) | alike("années_70 années_soixante-dix", 7)
        | alike("années_80 années_quatre-vingt", 8) | alike("années_90 années_quatre-vingt-dix", 9),
        "MORE": alike("plus_de"),
        "ABOUT": alike("environ près_de presque quelque vers"),
        "MEASURE": alike(
            "personnes soldats hommes femmes militaires civils euros dollars francs mètres "
            "kilomètres km tonnes "
            "hectares habitants emplois logements morts blessés voix"
        ),
        "BE": alike("fut est était sera"),
        "NAME": alike("mardi_gras marche_pour le_monde_diplomatique champ_de_mars planète_mars jeudi_noir"),
        "ZONE": alike("gmt utc tu heure_locale heures_locales heure_de_paris"),
        "NOON": alike("midi", 12) | alike("minuit", 0),
        "EVERY": alike("chaque tous_les toutes_les"),
    },
    past=many(
        """
        a ont est sont été était étaient avait avaient fut furent dit eu pris mis fait mort morte morts
        mortes né parti partie venu venus tenu ouvert vu reçu perdu rendu décidé lieu_passé détruit
        atteint conclu conclue
        """
    ),
    past_endings=("ait", "aient", "èrent", "irent", "urent"),
    past_not=many("fait parfait lait souhait retrait portrait extrait"),
    future=many(
        """
        doit doivent devrait devraient va vont prévu prévue prévus prévues attendu attendue attendus
        attendues prévoit prévoient compte comptent entend espère espèrent veut veulent pourrait
        pourraient fixé fixée programmé programmée prochain
        """
    ),
    future_endings=("era", "eront", "ira", "iront", "ndra", "ndront", "dra", "dront", "ra", "ront", "rait", "raient"),
    future_not=many("opéra caméra front affront paraît était choléra"),
    ahead=many("commence commencent débute débutent ouvre ouvrent s'ouvre se_tient"),
    stamps=many("publié mis à jour le par date du modifié posté min de lecture et"),
    asks_when=("quand", "à quelle date", "quel jour", "en quelle année"),
    asks_latest=("dernières nouvelles", "le plus récent", "la plus récente", "plus récemment"),
    asks_as_of=("à la date du", "en date du", "à ce que l'on savait le"),
    asks_published=("publié", "publiés", "rapporté", "actualités", "articles", "la presse"),
    openers=many("et mais ou que qui alors quand lorsque si car parce où puis"),
    planned=many("élection élections scrutin réunion sommet audience référendum match finale vote"),
    reporting=many(
        """
        dit déclaré annoncé informé rapporté affirmé indiqué révélé confirmé ajouté diffusé publié
        communiqué selon appris précisé assuré
        """
    ),
)  # fmt: skip
