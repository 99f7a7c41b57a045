"""What pages say around their articles, by language: tables for the furniture detector.

Phrases are compared case aside, without punctuation at their ends. Add a language by adding to the tables.
"""

from __future__ import annotations

RELATED = frozenset({
    # English
    "related", "related articles", "related article", "related posts", "related post", "related stories",
    "related story", "related news", "related content", "related topics", "related coverage", "related reading",
    "more stories", "more from", "more news", "more on this", "more on this story", "more like this", "read more",
    "read also", "read next", "read this next", "recommended", "recommended for you", "recommended stories",
    "recommended reading", "you may like", "you may also like", "you might also like", "you might be interested in",
    "also read", "also on", "see also", "trending", "trending now", "trending stories", "most read", "most popular",
    "most viewed", "popular posts", "popular stories", "latest news", "latest stories", "latest posts",
    "latest articles", "recent posts", "recent articles", "top stories", "editors picks", "editor's picks",
    "don't miss", "what to read next", "keep reading", "further reading", "in case you missed it",
    "previous article", "next article", "other stories", "more from this author", "from around the web",
    "sponsored content", "promoted stories", "around the web", "newsletter picks", "more to read",
    # French
    "à lire aussi", "lire aussi", "a lire aussi", "à lire également", "lire également", "articles liés",
    "articles similaires", "sur le même sujet", "sur le même thème", "à découvrir", "les plus lus",
    "dans la même rubrique", "vous aimerez aussi", "nos recommandations", "à ne pas manquer",
    # German
    "mehr zum thema", "lesen sie auch", "das könnte sie auch interessieren", "das könnte ihnen auch gefallen",
    "weitere artikel", "ähnliche artikel", "weitere meldungen", "meistgelesen", "auch interessant",
    "weiterführende links", "passend zum thema", "aus dem ressort", "verwandte artikel", "verwandte themen",
    # Spanish
    "noticias relacionadas", "artículos relacionados", "te puede interesar", "también te puede interesar",
    "lea también", "lee también", "más noticias", "más información", "lo más leído", "más leídas",
    "entradas relacionadas", "contenido relacionado", "le puede interesar", "te recomendamos",
    # Italian
    "leggi anche", "articoli correlati", "articoli simili", "potrebbe interessarti", "ti potrebbe interessare",
    "i più letti", "notizie correlate", "potrebbe interessarti anche",
    # Portuguese
    "leia também", "notícias relacionadas", "artigos relacionados", "veja também", "mais lidas", "leia mais",
    "você pode gostar", "saiba mais", "conteúdo relacionado",
    # Dutch
    "lees ook", "lees meer", "gerelateerde artikelen", "meest gelezen", "meer over dit onderwerp", "ook interessant",
    # Polish
    "czytaj także", "czytaj też", "zobacz także", "zobacz też", "przeczytaj także", "podobne artykuły",
    "powiązane artykuły", "polecane", "najczęściej czytane",
    # Russian
    "читайте также", "смотрите также", "похожие новости", "по теме", "материалы по теме", "самое читаемое",
    "популярное", "другие новости",
})  # fmt: skip

AUTHOR = frozenset({
    "about the author", "about the authors", "about author", "about the writer", "author bio", "author profile",
    "à propos de l'auteur", "l'auteur", "über den autor", "über die autorin", "zur person", "zum autor",
    "sobre el autor", "sobre la autora", "acerca del autor", "sull'autore", "l'autore", "sobre o autor",
    "over de auteur", "o autorze", "об авторе",
})  # fmt: skip

TAKEAWAYS = frozenset({
    "key takeaways", "key takeaway", "takeaways", "key points", "highlights", "at a glance", "in brief",
    "the takeaway", "story highlights", "summary points", "what you need to know in brief",
    "à retenir", "l'essentiel", "ce qu'il faut retenir", "points clés", "das wichtigste in kürze",
    "auf einen blick", "das wichtigste", "claves", "puntos clave", "las claves", "en breve", "in breve",
    "punti chiave", "principais pontos", "pontos-chave", "em resumo", "in het kort", "kernpunten",
    "najważniejsze informacje", "w skrócie", "главное", "коротко", "кратко",
})  # fmt: skip

COMMENTS = frozenset({
    "leave a reply", "leave a comment", "leave a response", "post a comment", "add a comment", "join the conversation",
    "join the discussion", "write a comment", "cancel reply", "laisser un commentaire", "laissez un commentaire",
    "schreibe einen kommentar", "kommentar schreiben", "kommentar hinterlassen", "deja un comentario",
    "deja una respuesta", "lascia un commento", "deixe um comentário", "deixe uma resposta", "geef een reactie",
    "dodaj komentarz", "добавить комментарий", "оставить комментарий",
})  # fmt: skip

LISTS = frozenset(
    {
        "also in the news",
        "in other news",
        "photo",
        "photo caption",
        "newsletter",
        "most read",
        "most popular",
        "trending",
        "more headlines",
        "other headlines",
        "elsewhere",
        "à lire aussi",
        "lesen sie auch",
        "lea también",
    }
)
"""Labels of lines that are furniture though they run on: several headlines, a caption with its credit."""

LABELS = frozenset({
    "related", "related story", "related article", "related articles", "related stories", "related news", "read more",
    "picture", "image", "caption", "teaser", "in pictures",
    "read also", "also read", "see also", "read next", "more", "watch", "watch also", "listen", "don't miss",
    "recommended", "must read", "trending", "tags", "tag", "topics", "filed under", "categories", "category",
    "keywords", "share", "share this", "share this article", "follow us", "follow us on", "download", "subscribe",
    "lire aussi", "à lire aussi", "à lire", "lire la suite", "mots-clés", "étiquettes", "partager",
    "lesen sie auch", "mehr zum thema", "auch interessant", "schlagwörter", "lesen sie dazu auch", "teilen",
    "lea también", "lee también", "le puede interesar", "te puede interesar", "etiquetas", "más información",
    "leggi anche", "leia também", "leia mais", "veja também", "lees ook", "czytaj także", "czytaj też",
    "zobacz także", "zobacz też", "przeczytaj także", "читайте также", "смотрите также", "теги",
})  # fmt: skip
"""Before a colon, on a line of its own: what follows on that line is a link to something else."""

ALONE = frozenset({
    "advertisement", "advertisements", "ad", "sponsored", "promoted", "share", "share this", "share this article",
    "share this story", "share this post", "share on facebook", "share on twitter", "share on x", "share via email",
    "share on whatsapp", "share on linkedin", "tweet", "pin it", "email", "print", "print this page", "facebook",
    "twitter", "whatsapp", "telegram", "linkedin", "pinterest", "reddit", "instagram", "youtube", "flipboard",
    "copy link", "copied", "save", "bookmark", "listen", "listen to this article", "follow us", "subscribe",
    "subscribe now", "sign up", "sign in", "log in", "login", "register", "close", "menu", "search", "skip to content",
    "skip to main content", "skip ad", "back to top", "continue reading", "continue reading below", "read more",
    "read full story", "read full article", "load more", "loading", "show more", "show comments", "view comments",
    "comments", "no comments", "add comment", "reply", "new update", "updated", "updated on", "published", "posted",
    "posted on", "published on", "last updated", "last updated on", "author image", "author-image", "author",
    "listen now", "watch now", "play", "play video", "video", "gallery", "image", "image credit", "photo",
    "photo credit", "file photo", "tags", "topics", "all rights reserved", "home", "next", "previous", "next post",
    "previous post", "hide caption", "toggle caption", "enlarge this image", "story continues below advertisement",
    "story continues below", "article continues below advertisement", "story continues", "this article is sponsored",
    "follow us on google news", "join our whatsapp channel", "report this ad", "support us", "donate", "donate now",
    "accept", "accept all", "accept cookies", "accept all cookies", "manage preferences", "cookie settings",
    "our standards: the thomson reuters trust principles", "our standards", "get the app", "download the app",
    "publicité", "partager", "imprimer", "commentaires", "s'abonner", "abonnez-vous", "mis à jour", "publié le",
    "réagir", "suivez-nous", "lire la suite", "fermer", "anzeige", "werbung", "teilen", "drucken", "kommentare",
    "merken", "abonnieren", "folgen sie uns", "zurück", "schließen", "vorlesen", "publicidad", "compartir",
    "imprimir", "comentarios", "suscríbete", "suscribirse", "síguenos", "pubblicità", "condividi", "stampa",
    "commenti", "iscriviti", "seguici", "publicidade", "compartilhar", "partilhar", "comentários", "assine",
    "continua após a publicidade", "ad feedback", "how relevant is this ad to you?",
    "1. how relevant is this ad to you?", "advertentie", "delen", "reacties", "reklama", "udostępnij", "komentarze",
    "drukuj", "реклама", "поделиться", "комментарии", "подписаться", "распечатать",
})  # fmt: skip
"""Whole lines that are controls of a page."""

SECTIONS = frozenset({
    "home", "news", "world", "business", "finance", "economy", "politics", "sport", "sports", "health", "science",
    "technology", "tech", "culture", "entertainment", "lifestyle", "opinion", "local", "national", "international",
    "africa", "europe", "asia", "americas", "middle east", "us", "u.s.", "uk", "education", "environment", "climate",
    "travel", "security", "defence", "defense", "crime", "weather", "markets", "money", "media", "video", "latest",
    "breaking", "breaking news", "top stories", "featured", "analysis", "editorial", "society", "religion", "law",
    "startpage", "startseite", "accueil", "inicio", "início", "strona główna", "главная", "actualité", "actualités",
    "monde", "politique", "économie", "société", "afrique", "nachrichten", "politik", "wirtschaft", "welt",
    "panorama", "kultur", "wissen", "noticias", "mundo", "política", "economía", "deportes", "cultura", "cronaca",
    "esteri", "notícias", "nieuws", "wiadomości", "świat", "новости", "политика", "мир", "экономика", "общество",
})  # fmt: skip

SOURCE = (
    "source", "sources", "quelle", "quellen", "fuente", "fuentes", "fonte", "fonti", "fontes", "bron", "źródło",
    "źródła", "источник", "via",
)  # fmt: skip

BYLINE = (
    "by",
    "par",
    "von",
    "por",
    "di",
    "door",
    "autor",
    "auteur",
    "автор",
    "author",
    "written by",
    "reported by",
)

META = (
    "updated", "published", "posted", "last modified", "author", "min read", "minute read", "minutes read",
    "mins read", "staff writer", "staff reporter", "correspondent", "mis à jour", "publié", "modifié le",
    "aktualisiert", "veröffentlicht", "stand", "lesezeit", "actualizado", "publicado", "aggiornato", "pubblicato",
    "atualizado", "bijgewerkt", "gepubliceerd", "aktualizacja", "opublikowano", "обновлено", "опубликовано",
)  # fmt: skip
"""Words of the block between a headline and its story."""

BOX_STRONG = (
    "to your inbox", "in your inbox", "into your inbox", "by subscribing", "by signing up", "by clicking subscribe",
    "you agree to our terms", "you agree to our privacy", "we use cookies", "uses cookies to", "cookies to improve",
    "sign up for our", "sign up to our", "subscribe to our", "join our newsletter", "our free newsletter",
    "you can unsubscribe", "unsubscribe at any time", "unsubscribe anytime", "manage your subscription",
    "create a free account", "already a subscriber", "subscribe today", "follow us on twitter", "follow us on facebook",
    "join our whatsapp", "join our telegram", "download our app", "support our journalism", "turn on notifications",
    "enter your email", "your email address will not be published", "please enable javascript",
    "inscrivez-vous à notre", "abonnez-vous à notre", "dans votre boîte mail", "nous utilisons des cookies",
    "en vous inscrivant", "abonnieren sie unseren", "melden sie sich für unseren", "wir verwenden cookies",
    "in ihr postfach", "suscríbete a nuestr", "suscríbase a nuestr", "en tu correo", "utilizamos cookies",
    "al suscribirte", "iscriviti alla nostra", "utilizziamo i cookie", "nella tua casella", "assine nossa",
    "receba no seu e-mail", "usamos cookies", "schrijf je in voor", "wij gebruiken cookies", "in je inbox",
    "zapisz się do newslettera", "zapisz się na newsletter", "używamy plików cookie", "подпишитесь на нас",
    "подписывайтесь на наш", "мы используем файлы cookie", "мы используем cookie",
)  # fmt: skip
BOX_WEAK = (
    "newsletter", "privacy policy", "terms of service", "terms of use", "terms and", "unsubscribe", "cookies",
    "subscribe", "sign up", "inbox", "we respect your privacy", "personal data", "exclusive stories", "your email",
    "your experience", "promotions", "preferences", "third parties", "subscription", "subscriber", "politique de confidentialité",
    "désinscrire", "désabonner", "datenschutz", "abmelden", "política de privacidad", "darse de baja",
    "informativa sulla privacy", "política de privacidade", "privacybeleid", "polityka prywatności", "polityką prywatności",
    "рассылк", "конфиденциальност",
)  # fmt: skip
BOX_OPENS = frozenset({
    "sign", "subscribe", "get", "receive", "join", "become", "support", "register", "enter", "by", "our", "your",
    "don't", "this", "never", "stay", "want", "like", "enjoying", "we", "manage", "inscrivez-vous", "abonnez-vous",
    "recevez", "en", "abonnieren", "erhalten", "melden", "suscríbete", "suscríbase", "recibe", "reciba", "iscriviti",
    "ricevi", "assine", "receba", "schrijf", "ontvang", "zapisz", "подпишитесь", "подписывайтесь",
})  # fmt: skip
"""How a box begins that says little else."""
BOX_PERSON = (
    "you", "your", "we", "our", "us", "vous", "votre", "nous", "notre", "sie", "ihr", "ihre", "wir", "unseren",
    "unserem", "tu", "su", "nuestra", "nuestro", "nuestras", "usted", "nostra", "nostro", "tua", "você", "seu", "nossa",
    "je", "jouw", "wij", "onze", "ons", "nasz", "naszego", "swój", "twój", "вы", "мы", "нас", "наш", "вас", "ваш",
)  # fmt: skip
SAID = (
    " said", " says", " told ", " according to", " wrote", " announced", " ruled", " argued", " stated", " added",
    " a déclaré", " selon ", " sagte", " erklärte", " dijo", " según ", " ha detto", " secondo ", " disse", " segundo ",
    " zei ", " volgens ", " powiedział", " według ", " заявил", " сообщил", " сказал",
)  # fmt: skip
"""Someone is quoted, so the line is news about the thing and not the thing."""

CREDITS = (
    "photo", "photos", "photograph", "photographer", "image", "images", "picture", "pictures", "credit", "credits",
    "copyright", "photo credit", "image credit", "photo source", "image source", "picture credit", "image copyright",
    "photo by", "image by", "courtesy", "illustration", "graphic", "file photo", "crédit photo", "crédits", "foto",
    "bild", "bildquelle", "fotos", "fotografía", "imagen", "crédito", "immagine", "imagem", "crédit", "zdjęcie", "фото",
)  # fmt: skip
AGENCIES = (
    "getty images", "getty", "afp", "reuters", "ap", "ap photo", "associated press", "epa", "epa-efe", "efe", "dpa",
    "shutterstock", "alamy", "istock", "bloomberg", "pa", "pa wire", "pa media", "pa images", "anadolu", "xinhua",
    "tass", "sputnik", "unsplash", "wikimedia commons", "wikipedia", "handout", "keystone", "imago", "picture alliance",
    "ansa", "lusa", "anp", "pap", "belga", "ritzau", "ntb", "tt", "kyodo", "zuma", "upi", "facebook", "twitter",
    "youtube", "instagram", "screenshot", "cnn", "bbc", "nasa", "via getty images",
)  # fmt: skip
"""Who is named in a picture's credit."""
